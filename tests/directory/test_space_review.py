"""What structures write, before the officer: field by field, by the dozen; the settings that ask for it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from essaim.directory.actions.card_space import answer_change, send_back_easy_text
from essaim.directory.actions.cards import ChangeRefused
from essaim.directory.enums import ChangeOutcome, Moderation
from essaim.directory.models import Card, CardChange, CardPhoto, DirectorySettings
from essaim.foundation.models import JournalEntry
from tests.directory.factories import CardFactory
from tests.directory.test_space import SCRIPT, ana, card_url, form_of, officer, ours, reviewed, signed  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, officer):  # noqa: F811
    client.force_login(officer)
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def item_url(kind, pk):
    return reverse("desk:item", args=[kind, pk])


@pytest.fixture
def waiting(signed, ours):  # noqa: F811
    reviewed()
    signed.post(card_url(ours), form_of(ours, description=f"Nous jardinons {SCRIPT}", website="https://a.exemple.fr"))
    return CardChange.objects.get()


def test_some_fields_are_published_the_others_answered_with_a_word(waiting, desk, ours):  # noqa: F811
    page = desk.get(item_url("fiches", waiting.pk)).content.decode()
    assert "Nous jardinons" in page
    assert SCRIPT not in page
    assert "Dites pourquoi" in desk.post(item_url("fiches", waiting.pk), {"kept": ["website"]}).content.decode()
    desk.post(item_url("fiches", waiting.pk), {"kept": ["website"], "answer": "Enlevez le code."})
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.published_fields) == (ChangeOutcome.PUBLISHED, ["website"])
    assert waiting.was_answered
    card = Card.objects.get()
    assert (card.description, card.website, card.source) == ("", "https://a.exemple.fr", "la structure")


def test_a_field_that_the_change_has_not_cannot_be_forged(waiting, desk):
    answer = desk.post(item_url("fiches", waiting.pk), {"kept": ["phone"], "answer": "x"})
    assert "ne fait pas partie" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.decided_at is None


def test_an_easy_text_is_shown_once_accepted_or_sent_back_with_the_reason(desk, ours):  # noqa: F811
    card = CardFactory(structure=ours, easy_summary="On fait pousser des légumes.", version=0)
    assert "On fait pousser" not in desk.get(ours.get_absolute_url()).content.decode()
    desk.post(item_url("facile-a-lire", card.pk), {"verdict": "accept"})
    assert "On fait pousser" in desk.get(ours.get_absolute_url()).content.decode()
    Card.objects.update(easy_accepted_at=None)
    desk.post(item_url("facile-a-lire", card.pk), {"verdict": "refuse", "answer": "Une phrase est longue."})
    card.refresh_from_db()
    assert card.easy_summary == ""
    assert CardChange.objects.get().base == {"easy_summary": "On fait pousser des légumes."}


def test_an_easy_text_gone_meanwhile_is_told(ours, officer):  # noqa: F811
    with pytest.raises(ChangeRefused, match="vient d’être traité"):
        send_back_easy_text(structure=ours, answer="Une phrase est longue.", by=officer)


@pytest.mark.parametrize(("kept", "answer", "told"), [(["website"], "", "en un mot"), (["phone"], "x", "fait pas")])
def test_the_action_itself_asks_for_a_word_and_knows_its_fields(waiting, officer, kept, answer, told):  # noqa: F811
    with pytest.raises(ChangeRefused, match=told):
        answer_change(change=waiting, kept=kept, answer=answer, by=officer)


def test_a_photo_is_judged_once(desk, ours):  # noqa: F811
    photo = CardPhoto.objects.create(
        structure=ours, image="cards/photo-0123456789ab.webp", alt="Un jardin", added_by_label="Ana"
    )
    url = item_url("photos", photo.pk)
    assert "Dites pourquoi" in desk.post(url, {"verdict": "refuse"}).content.decode()
    desk.post(url, {"verdict": "refuse", "answer": "On y reconnaît des enfants."})
    photo.refresh_from_db()
    assert photo.refused_reason == "On y reconnaît des enfants."
    desk.post(url, {"verdict": "accept"})
    photo.refresh_from_db()
    assert photo.accepted_at is None


def test_the_settings_are_the_officer_s_and_leave_a_trace(client, desk, ours, ana):  # noqa: F811
    url = reverse("officer:settings")
    assert desk.post(url, {"moderation": "reviewed", "answer_days": "61"}).status_code == 200
    assert not DirectorySettings.objects.exists()
    desk.post(url, {"moderation": "reviewed", "answer_days": "10"})
    row = DirectorySettings.objects.get()
    assert (row.moderation, row.answer_days, row.offers_post) == (Moderation.REVIEWED, 10, False)
    assert JournalEntry.objects.filter(verb="réglages de l’annuaire enregistrés").count() == 1
    desk.post(url, {"moderation": "reviewed", "answer_days": "10"})
    assert JournalEntry.objects.filter(verb="réglages de l’annuaire enregistrés").count() == 1
    client.force_login(ana)
    assert client.get(url).status_code == 403
    assert client.post(url, {"moderation": "at_once", "answer_days": "1"}).status_code == 403
