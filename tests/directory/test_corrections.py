"""Corrections by whoever comes: proposed field by field, answered field by field, once, then forgotten."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.actions.card_space import MandateOver
from essaim.directory.actions.cards import CardRefused, ChangeRefused, save_card
from essaim.directory.actions.corrections import (
    MOST_WAITING,
    CorrectionRefused,
    answer_correction,
    propose_correction,
)
from essaim.directory.forms.corrections import CorrectionForm, SuggestForm
from essaim.directory.models import Card, CardChange, FormerKey
from essaim.directory.views.corrections import PER_ADDRESS
from essaim.foundation.models import JournalEntry
from essaim.foundation.registries import under_way
from tests.directory.factories import CardChangeFactory, CardFactory, MandateFactory, in_poitiers
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

EMAIL = "passante@exemple.fr"


@pytest.fixture
def structure(territory):
    made = in_poitiers("Les lucioles du pont")
    CardFactory(structure=made, phone="+33549000000", website="https://lucioles.exemple.fr")
    return made


@pytest.fixture
def url(structure):
    return structure.get_absolute_url() + "corriger/"


@pytest.fixture
def correction(structure):
    return propose_correction(
        structure=structure,
        values={"phone": "0549000001", "name": "Lucioles"},
        version=0,
        note="Vu sur la porte.",
        email=EMAIL,
    )


def send(client, url, wait=10, headers=None, **fields):
    """Open the form, wait, send."""
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        page = client.get(url).content.decode()
        stamp = re.search(r'name="opened" value="([^"]+)"', page)
        version = re.search(r'name="version" value="(\d+)"', page)
        clock.shift(wait)
        data = {"opened": stamp[1], "version": version[1]} | fields
        return client.post(url, data, headers=headers)


# --- proposed -------------------------------------------------------------------------------------------------------


def test_the_form_shows_each_value_of_today_and_sets_no_cookie(client, url, structure):
    answer = assert_get_writes_nothing(client, url)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert page.count("<h1") == 1
    assert "https://lucioles.exemple.fr" in page
    assert f"{structure.get_absolute_url()}signaler/" in page
    assert f'href="{url}"' in client.get(structure.get_absolute_url()).content.decode()


def test_a_correction_waits_and_everybody_is_told(client, url, structure, officer, django_capture_on_commit_callbacks):
    mandate = MandateFactory(structure=structure)
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, url, phone="05 49 00 00 01", note="Vu sur la porte.", reply_to=EMAIL)
    assert answer["Location"] == url + "merci/"
    assert not answer.cookies
    assert "est arrivée" in client.get(answer["Location"]).content.decode()
    change = CardChange.objects.get()
    assert (change.origin, change.by, change.email) == ("public", None, EMAIL)
    assert change.values == {"phone": "+33549000001"}
    assert Card.objects.get().phone == "+33549000000"
    told = {sent.to[0]: sent.body for sent in mail.outbox}
    assert f"/equipe/boite/corrections/{change.pk}/" in told[officer.email]
    assert f"/espace/{structure.key}/corrections/{change.pk}/" in told[mandate.person.email]
    assert EMAIL not in "".join(told.values())
    assert EMAIL not in str(list(JournalEntry.objects.values()))
    assert "Vu sur la porte" not in str(list(JournalEntry.objects.values()))


def test_the_proposers_words_never_appear_in_public(client, correction, structure):
    CardChange.objects.update(note="MOT-SECRET")
    for address in ("", "corriger/", "signaler/"):
        page = client.get(structure.get_absolute_url() + address).content.decode()
        assert "MOT-SECRET" not in page
        assert EMAIL not in page
        assert "05\u00a049\u00a000\u00a000\u00a001" not in page


def test_days_are_changed_one_by_one(client, url, structure):
    hours = {"regimes": {"normal": {"mon": [["09:00", "12:00"]], "tue": [["14:00", "18:00"]]}}, "remark": "Sonnez"}
    save_card(structure=structure, by="test", values={"hours": hours})
    send(client, url, hours_mon="10h-12h", hours_tue="fermé")
    (value,) = CardChange.objects.get(origin="public").values.values()
    assert value["regimes"]["normal"] == {"mon": [["10:00", "12:00"]]}
    assert value["remark"] == "Sonnez"


def test_what_is_no_more_is_taken_away(client, url):
    send(client, url, remove_phone="on", audiences=["women"], services="Café\n\nAtelier vélo\n")
    values = CardChange.objects.get().values if CardChange.objects.exists() else {}
    assert values.get("phone") == "" or "audiences" not in values


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 10_000),
        ("description", "x" * 10_000),
        ("services", "x" * 10_000),
        ("website", "javascript:alert(1)"),
        ("website", "https://moi:secret@exemple.fr"),
        ("phone", "pas un numéro"),
        ("email", "аdmin@exemple.fr"),
        ("email", "a@exemple.fr\r\nBcc: tous@exemple.fr"),
        ("hours_mon", "quand je veux"),
        ("audiences", "extraterrestres"),
        ("note", "x" * 10_000),
        ("reply_to", "pаssante@exemple.fr"),
        ("reply_to", "a@exemple.fr\nBcc: tous@exemple.fr"),
    ],
)
def test_what_is_wrong_is_told_on_its_field(client, url, field, value):
    answer = send(client, url, **{field: value})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not CardChange.objects.exists()


def test_script_in_every_field_is_text(client, url, structure, officer):
    send(client, url, name="<script>alert(1)</script>", description="<b onclick=x>", note="<svg/onload=alert(1)>")
    change = CardChange.objects.get()
    client.force_login(officer)
    for address in (
        reverse("desk:item", args=["corrections", change.pk]),
        reverse("desk:inbox") + "?nature=corrections",
        reverse("space:correction", args=[structure.key, change.pk]),
    ):
        page = client.get(address).content.decode()
        for bad in ("<script>alert", "<b onclick", "<svg/onload"):
            assert bad not in page, address


def test_forged_fields_are_not_read(client, url, structure, person):
    other = in_poitiers("Une autre")
    forged = {
        "origin": "team",
        "by": person.pk,
        "at_once": "1",
        "structure": other.pk,
        "decided_at": "2026-01-01",
        "keywords": "spam",
        "easy_summary": "spam",
        "is_staff": "1",
        "source": "la structure",
    }
    client.force_login(person)
    send(client, url, phone="0549000001", **forged)
    change = CardChange.objects.get()
    assert (change.structure, change.origin, change.by, change.decided_at) == (structure, "public", None, None)
    assert list(change.values) == ["phone"]


def test_a_field_that_does_not_exist_is_refused_by_the_action(structure):
    with pytest.raises(CardRefused):
        propose_correction(structure=structure, values={"siren": "123456789"}, version=0)
    assert not CardChange.objects.exists()


def test_nothing_proposed_or_nothing_new_is_told(client, url):
    assert "au moins une rubrique" in send(client, url, note="Tout est faux.").content.decode()
    assert "dit déjà cela" in send(client, url, phone="05 49 00 00 00").content.decode()
    assert not CardChange.objects.exists()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"wait": 0}, 200),
        ({"site": "http://spam"}, 200),
        ({"opened": "faux"}, 200),
        ({"headers": {"Origin": "https://ailleurs.example"}}, 403),
        ({"headers": {"Origin": "null"}}, 403),
    ],
)
def test_robots_and_other_sites_are_kept_out(client, url, more, status):
    answer = send(client, url, phone="0549000001", **more)
    assert answer.status_code == status
    assert "0549000001" in answer.content.decode(), "rien de tapé n’est perdu"
    assert not CardChange.objects.exists()


def test_a_flood_stops_by_address_and_by_structure(client, url, structure):
    for number in range(PER_ADDRESS.count):
        assert send(client, url, name=f"Nom {number}").status_code == 302
    assert send(client, url, name="Un de plus").status_code == 429
    for number in range(MOST_WAITING - PER_ADDRESS.count):
        propose_correction(structure=structure, values={"name": f"Encore {number}"}, version=0)
    with pytest.raises(CorrectionRefused, match="Beaucoup de corrections"):
        propose_correction(structure=structure, values={"name": "Trop"}, version=0)
    assert CardChange.objects.count() == MOST_WAITING


def test_the_same_correction_twice_waits_once(structure):
    propose_correction(structure=structure, values={"name": "Lucioles"}, version=0)
    with pytest.raises(CorrectionRefused, match="déjà parvenue"):
        propose_correction(structure=structure, values={"name": "Lucioles"}, version=0)
    assert CardChange.objects.count() == 1


def test_a_card_that_changed_meanwhile_is_shown(client, url, structure):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        page = client.get(url).content.decode()
        stamp = re.search(r'name="opened" value="([^"]+)"', page)[1]
        save_card(structure=structure, by="test", values={"phone": "0549000009"})
        clock.shift(10)
        sent = {"opened": stamp, "version": "0", "phone": "0549000001"}
        page = client.post(url, sent).content.decode()
        assert "a changé pendant que vous écriviez" in page
        assert "0549000001" in page
        assert not CardChange.objects.filter(origin="public").exists()
        assert client.post(url, sent | {"version": "1"}).status_code == 302


def test_hidden_merged_and_former_structures(client, structure):
    hidden = in_poitiers("Sans critère", criteria=[])
    assert client.get(hidden.get_absolute_url() + "corriger/").status_code == 404
    merged = in_poitiers("Réunie", merged_into=structure)
    FormerKey.objects.create(key="W861000001", structure=structure)
    for key in (merged.key, "W861000001"):
        for answer in (client.get(f"/annuaire/x-{key}/corriger/"), client.post(f"/annuaire/x-{key}/corriger/")):
            assert answer["Location"] == structure.get_absolute_url() + "corriger/"
    assert client.post("/annuaire/x-999999999/corriger/").status_code == 404
    assert not CardChange.objects.exists()


TYPED = st.dictionaries(
    st.sampled_from([*SuggestForm.base_fields, "hours_mon", "hours_sun", "rien"]), st.text(max_size=60), max_size=6
)


@given(TYPED)
def test_whatever_is_typed_gives_values_or_words(typed):
    card = Card(phone="+33549000000", hours={"regimes": {"normal": {"mon": [["09:00", "12:00"]]}}})
    form = CorrectionForm({"version": "0", **typed}, card=card)
    form.is_valid()
    form = SuggestForm({"version": "0", **typed}, card=card)
    if form.is_valid():
        assert set(form.values()) <= {
            "name", "description", "phone", "email", "website", "services", "audiences", "hours",
        }  # fmt: skip
    else:
        assert all(form.errors.values())


# --- answered -------------------------------------------------------------------------------------------------------


def test_field_by_field_answered_once_and_forgotten(correction, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        done = answer_correction(change=correction, kept=["phone"], answer="Le nom reste.", by=officer)
    assert (done.outcome, done.published_fields, done.email, done.was_answered) == ("published", ["phone"], "", True)
    card = Card.objects.get()
    assert (card.phone, card.name) == ("+33549000001", "")
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert "Corrigé : Téléphone public." in sent.body
    assert "Pas retenu : Nom utilisé." in sent.body
    assert "Le nom reste." in sent.body
    with pytest.raises(ChangeRefused, match="quelqu’un d’autre"):
        answer_correction(change=correction, kept=["name"], answer="Si.", by=officer)
    assert len(mail.outbox) == 1
    assert EMAIL not in str(list(CardChange.objects.values()))


def test_a_refusal_says_why(correction, officer):
    for kept in ([], ["phone"]):
        with pytest.raises(CorrectionRefused, match="pourquoi"):
            answer_correction(change=correction, kept=kept, answer="  ", by=officer)
    done = answer_correction(change=correction, kept=[], answer="C’est le numéro du voisin.", by=officer)
    assert done.outcome == "refused"
    assert Card.objects.get().phone == "+33549000000"


def test_a_field_that_was_not_proposed_is_not_published(correction, officer):
    with pytest.raises(CorrectionRefused):
        answer_correction(change=correction, kept=["phone", "email"], answer="x", by=officer)
    with pytest.raises(CorrectionRefused, match="public"):
        answer_correction(change=CardChangeFactory(), kept=["description"], answer="", by=officer)


@pytest.mark.django_db(transaction=True)
def test_a_representative_and_an_officer_at_once(territory):
    structure = in_poitiers("Les lucioles du pont")
    change = propose_correction(structure=structure, values={"name": "Lucioles"}, version=0, email=EMAIL)
    hands = [PersonFactory(is_officer=True), MandateFactory(structure=structure).person]
    gate, ends = Barrier(2), []

    def answer(person):
        try:
            gate.wait(20)
            answer_correction(change=change, kept=["name"], answer="", by=person)
            ends.append("kept")
        except ChangeRefused:
            ends.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=answer, args=[person]) for person in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["kept", "told"]
    assert [sent.to for sent in mail.outbox].count([EMAIL]) == 1


@pytest.mark.parametrize(
    ("origin", "by_team"),
    [
        ("public", "l’équipe ESS, d’après : une personne du public"),
        ("campaign", "l’équipe ESS, d’après : réponse à la vérification"),
    ],
)
def test_who_vouches_signs(structure, officer, origin, by_team):
    hands = {officer: by_team, MandateFactory(structure=structure).person: "la structure"}
    for number, (person, source) in enumerate(hands.items()):
        change = CardChangeFactory(structure=structure, origin=origin, values={"name": f"Nom {number}"})
        answer_correction(change=change, kept=["name"], answer="", by=person)
        assert Card.objects.get(structure=structure).source == source


def test_a_mandate_that_ends_while_one_reads_answers_nothing(client, correction, structure, monkeypatch):
    """The door looked a moment ago: the action asks again behind the lock, and what was typed comes back."""
    mandate = MandateFactory(structure=structure)
    mandate.ended_at = timezone.now() + timedelta(seconds=1)
    mandate.end_reason = "resigned"
    mandate.save()
    with pytest.raises(MandateOver):
        answer_correction(change=correction, kept=["phone"], answer="Le nom reste.", by=mandate.person)
    monkeypatch.setattr("essaim.directory.mandates.represented_by", lambda _person: frozenset({structure.pk}))
    monkeypatch.setattr(
        "essaim.directory.rules.represented_by", lambda _person: frozenset({structure.pk}), raising=False
    )
    client.force_login(mandate.person)
    one = reverse("space:correction", args=[structure.key, correction.pk])
    answer = client.post(one, {"fields_kept": ["phone"], "answer": "Le nom reste."})
    assert answer.status_code == 403
    assert "Le nom reste." in answer.content.decode()
    assert CardChange.objects.get(pk=correction.pk).decided_at is None


def test_the_representative_answers_in_the_space(client, correction, structure):
    client.force_login(MandateFactory(structure=structure).person)
    listed = reverse("space:corrections", args=[structure.key])
    one = reverse("space:correction", args=[structure.key, correction.pk])
    assert "Téléphone public" in assert_get_writes_nothing(client, listed).content.decode()
    page = assert_get_writes_nothing(client, one).content.decode()
    assert "Vu sur la porte." in page
    assert EMAIL not in page, "le courriel ne va qu’à l’équipe"
    answer = client.post(one, {"fields_kept": ["phone"], "answer": "Le nom reste."})
    assert answer["Location"] == listed
    assert Card.objects.get().phone == "+33549000001"
    again = client.post(one, {"fields_kept": ["name"], "answer": ""}, follow=True).content.decode()
    assert "a répondu avant vous" in again
    assert "Rien à regarder" in client.get(listed).content.decode()
    assert "Nom utilisé" in client.get(listed + "?etat=traitees").content.decode()


def test_the_space_stays_within_twelve_queries(client, correction, structure, django_assert_max_num_queries):
    client.force_login(MandateFactory(structure=structure).person)
    for number in range(8):
        CardChangeFactory(structure=structure, origin="public", values={"name": f"Nom {number}"}, base={"name": ""})
    client.get(reverse("space:corrections", args=[structure.key]))
    with django_assert_max_num_queries(12):
        client.get(reverse("space:corrections", args=[structure.key]))
    with django_assert_max_num_queries(12):
        client.get(reverse("space:correction", args=[structure.key, correction.pk]))


def test_nobody_else_comes_in(correction, structure):
    urls = (
        reverse("space:corrections", args=[structure.key]),
        reverse("space:correction", args=[structure.key, correction.pk]),
    )
    ended = MandateFactory(structure=structure, ended_at=timezone.now() + timedelta(seconds=1), end_reason="resigned")
    over = MandateFactory(structure=structure, until=timezone.localdate() - timedelta(days=1))
    other = MandateFactory(structure=in_poitiers("Une autre"))
    for person in (PersonFactory(), ended.person, over.person, other.person):
        client = Client()
        client.force_login(person)
        for url in urls:
            assert client.get(url).status_code == 403
            assert client.post(url, {"fields_kept": ["phone"], "answer": "x"}).status_code in (403, 405)
    for url in urls:
        assert Client().get(url).status_code == 302
    client = Client()
    client.force_login(other.person)
    assert client.get(reverse("space:correction", args=[other.structure.key, correction.pk])).status_code == 404
    assert CardChange.objects.get(pk=correction.pk).decided_at is None


def test_the_officer_sees_who_represents_and_what_moved(officer_client, correction, structure):
    mandate = MandateFactory(structure=structure, role="trésorière")
    save_card(structure=structure, by="test", values={"phone": "0549000009"})
    url = reverse("desk:item", args=["corrections", correction.pk])
    page = assert_get_writes_nothing(officer_client, url).content.decode()
    assert mandate.person.email in page
    assert "représente cette structure depuis" in page
    assert "changée depuis" in page
    assert EMAIL in page
    assert "Correction" in officer_client.get(reverse("desk:inbox") + "?nature=corrections").content.decode()
    assert "pourquoi" in officer_client.post(url, {"fields_kept": ["name"], "answer": ""}).content.decode()
    answer = officer_client.post(url, {"fields_kept": ["name", "phone"], "answer": ""})
    assert answer.status_code == 302
    assert Card.objects.get().name == "Lucioles"
    assert "Réponse donnée" in officer_client.get(url).content.decode()


def test_many_at_once_each_with_its_trace(officer, structure, correction):
    from essaim.directory.inbox.corrections import CARD_CORRECTIONS

    second = propose_correction(structure=structure, values={"description": "Autre"}, version=0)
    accept, refuse = CARD_CORRECTIONS.bulk
    assert refuse.needs_reason
    assert set(CARD_CORRECTIONS.pending(officer)) == {correction, second}
    accept.run(correction, "", officer)
    refuse.run(second, "Hors sujet.", officer)
    assert not CARD_CORRECTIONS.pending(officer).exists()
    assert JournalEntry.objects.filter(by=officer).count() >= 2


def test_what_is_under_way_leads_to_the_corrections(structure, correction, person, django_assert_num_queries):
    with django_assert_num_queries(1):
        (item,) = under_way.get("corrections").items(structure, person)
    assert item.url == reverse("space:corrections", args=[structure.key])
    assert under_way.get("campagne").items(structure, person) == []
