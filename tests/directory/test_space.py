"""The structure's own space: who comes in, what is written, what is kept, what is refused."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.cards import values_at
from essaim.directory.actions.mandates import end_mandate
from essaim.directory.enums import ChangeOrigin, ChangeOutcome, MandateEnd, Moderation
from essaim.directory.models import Card, CardChange, CardContact, CardPhoto, DirectorySettings
from essaim.directory.provenance import said_by
from essaim.foundation.models import JournalEntry
from tests.directory.factories import CardChangeFactory, CardFactory, MandateFactory, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def ours(db):
    TerritoryFactory(siren=HOME)
    return in_poitiers("LES AMIS DU JARDIN", siren=siren(1))


@pytest.fixture
def ana(ours):
    person = PersonFactory(name="Ana")
    MandateFactory(structure=ours, person=person)
    return person


@pytest.fixture
def signed(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def officer(db):
    return PersonFactory(name="Camille", is_officer=True)


def reviewed():
    DirectorySettings.objects.create(moderation=Moderation.REVIEWED)


def form_of(structure, /, **typed):
    """What a browser sends of the card's form: the card of today, with what was typed."""
    card = Card.objects.filter(structure=structure).first() or Card(structure=structure)
    fields = {
        "version": card.version,
        "places_rows": 0,
        "links_rows": 0,
        "name": card.name,
        "description": card.description,
        "phone": card.phone,
        "email": card.email,
        "website": card.website,
        "services": "\n".join(card.services),
        "keywords": ", ".join(card.keywords),
        "easy_summary": card.easy_summary,
        "audiences": card.audiences,
        "holidays": "unknown",
        "remark": "",
    }
    return fields | typed


def card_url(structure):
    return reverse("space:card", args=[structure.key])


def pages(structure, photo, contact, change, version):
    key = structure.key
    return [
        reverse("space:structure", args=[key]),
        reverse("space:card", args=[key]),
        reverse("space:withdraw", args=[key, change.pk]),
        reverse("space:history", args=[key]),
        reverse("space:restore", args=[key, version]),
        reverse("space:restore", args=[key, 0]),
        reverse("space:photos", args=[key]),
        reverse("space:photo", args=[key, photo.pk]),
        reverse("space:photo_remove", args=[key, photo.pk]),
        reverse("space:contacts", args=[key]),
        reverse("space:contact_new", args=[key]),
        reverse("space:contact", args=[key, contact.pk]),
        reverse("space:contact_remove", args=[key, contact.pk]),
        reverse("space:known", args=[key]),
        reverse("space:known_export", args=[key, "json"]),
        reverse("space:known_export", args=[key, "csv"]),
    ]


def posts(structure, photo, change):
    key = structure.key
    return [
        *(reverse(f"space:{name}", args=[key]) for name in ("confirm", "card", "photos", "contact_new")),
        reverse("space:withdraw", args=[key, change.pk]),
        reverse("space:restore", args=[key, 0]),
        *(reverse(f"space:{name}", args=[key, photo.pk]) for name in ("photo_move", "photo_remove", "photo_back")),
    ]


def furnish(structure):
    photo = CardPhoto.objects.create(
        structure=structure, image="cards/photo-0123456789ab.webp", alt="Un jardin", added_by_label="Ana",
        accepted_at=timezone.now(),
    )  # fmt: skip
    contact = CardContact.objects.create(structure=structure, name="Zoé", email="zoe@exemple.fr")
    return photo, contact, CardChangeFactory(structure=structure)


WEEK = {"regimes": {"normal": {"mon": [["09:00", "12:00"]]}}}
FULL = {
    "name": "Le Jardin",
    "description": "Nous jardinons.",
    "services": ["Paniers"],
    "audiences": ["job-seekers"],
    "places": [
        {"name": "La serre", "address": "2 rue des Lilas", "postcode": "86000", "city": "Poitiers", "access": "Rampe",
         "hours": WEEK}
    ],
    "links": [{"label": "Notre page", "url": "https://jardin.exemple.fr"}],
    "hours": WEEK,
    "phone": "+33549000001",
    "email": "jardin@exemple.fr",
    "website": "https://jardin.exemple.fr",
    "keywords": ["légumes"],
    "easy_summary": "On fait pousser des légumes.",
}  # fmt: skip


# --- who comes in --------------------------------------------------------------------------------------------------


def test_nobody_signed_in_is_led_to_the_door_and_another_s_space_is_refused_by_every_address(client, ours):
    theirs = in_poitiers("LES VOISINS", siren=siren(2))
    photo, contact, change = furnish(theirs)
    CardFactory(structure=theirs, version=1)
    CardChangeFactory(
        structure=theirs, version=1, decided_at=timezone.now(), outcome="published", published_fields=["description"]
    )
    for url in pages(theirs, photo, contact, change, 1):
        assert client.get(url).status_code == 302, url
    person = PersonFactory()
    MandateFactory(structure=ours, person=person)
    client.force_login(person)
    before = JournalEntry.objects.count()
    for url in pages(theirs, photo, contact, change, 1):
        assert client.get(url).status_code == 403, url
    for url in posts(theirs, photo, change):
        assert client.post(url, form_of(theirs, description="à moi")).status_code == 403, url
    assert JournalEntry.objects.count() == before
    # Their things are not reached through our own space either.
    key = ours.key
    for name, pk in (("photo", photo.pk), ("photo_remove", photo.pk), ("contact", contact.pk), ("withdraw", change.pk)):
        assert client.get(reverse(f"space:{name}", args=[key, pk])).status_code == 404, name
    for name, pk in (("photo_move", photo.pk), ("photo_back", photo.pk), ("contact_remove", contact.pk)):
        assert client.post(reverse(f"space:{name}", args=[key, pk])).status_code == 404, name
    assert CardContact.objects.filter(pk=contact.pk).exists()


def test_every_page_asks_twelve_queries_at_most_and_writes_nothing(
    signed, ours, django_assert_max_num_queries, django_assert_num_queries
):
    CardFactory(structure=ours, version=1, **FULL)
    photo, contact, change = furnish(ours)
    done = {"decided_at": timezone.now(), "outcome": ChangeOutcome.PUBLISHED, "published_fields": ["description"]}
    CardChangeFactory(structure=ours, version=1, **done)
    for url in [reverse("space:home"), *pages(ours, photo, contact, change, 1)]:
        signed.get(url)  # what the process keeps is kept
        with django_assert_max_num_queries(12, info=url):
            answer = signed.get(url)
            assert answer.status_code == 200, url
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert_get_writes_nothing(signed, url)


def test_the_home_of_somebody_without_a_structure_shows_the_way(client, ours):
    client.force_login(PersonFactory())
    page = client.get(reverse("space:home")).content.decode()
    assert "Faire connaître ma structure" in page
    assert "/annuaire/proposer/" in page


def test_a_mandate_that_ends_during_an_edit_keeps_the_text_and_refuses_plainly(signed, ours, ana):
    end_mandate(mandate=ana.mandates.get(), by="test", reason=MandateEnd.REPLACED)
    answer = signed.post(card_url(ours), form_of(ours, description=f"Mon long texte {SCRIPT}"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Votre mandat a pris fin" in page
    assert "Mon long texte" in page
    assert SCRIPT not in page
    assert not CardChange.objects.exists()


def test_the_right_to_write_is_asked_again_behind_the_lock(signed, ours, ana, monkeypatch):
    """The mandate ends between the door and the writing."""
    from essaim.directory.views import space_card

    real = space_card.write_card

    def ends_first(**given):
        end_mandate(mandate=ana.mandates.get(), by="test", reason=MandateEnd.RESIGNED)
        return real(**given)

    monkeypatch.setattr(space_card, "write_card", ends_first)
    answer = signed.post(card_url(ours), form_of(ours, description="Mon texte"))
    assert answer.status_code == 403
    assert "Mon texte" in answer.content.decode()
    assert not Card.objects.exists()


def test_a_form_half_typed_survives_an_expired_session(client, ours, ana):
    client.post(card_url(ours), form_of(ours, description="À moitié écrit", audiences=["job-seekers", "learners"]))
    client.force_login(ana)
    page = client.get(card_url(ours)).content.decode()
    assert "Rien n’est perdu" in page
    assert "À moitié écrit" in page
    assert page.count(" checked") >= 2


# --- the card ------------------------------------------------------------------------------------------------------


def test_every_field_is_written_and_comes_back_as_it_was(signed, ours):
    typed = form_of(
        ours,
        name="Le Jardin",
        description="Nous jardinons.",
        services="Paniers\nPaniers\n\n",
        audiences=["job-seekers"],
        phone="05 49 00 00 01",
        email="jardin@exemple.fr",
        website="jardin.exemple.fr",
        hours_mon="9h-12h",
        holidays="closed",
        remark="Sur rendez-vous",
        places_rows=1,
        place_0_name="La serre",
        place_0_address="2 rue des Lilas",
        place_0_postcode="86000",
        place_0_city="Poitiers",
        place_0_access="Rampe",
        hours_place0_tue="14h-18h",
        links_rows=1,
        link_0_label="",
        link_0_url="https://page.exemple.fr",
        keywords="légumes, bio",
        easy_summary="On fait pousser des légumes.",
    )
    assert signed.post(card_url(ours), typed).status_code == 302
    card = Card.objects.get()
    assert card.version == 1
    assert card.services == ["Paniers"]
    assert card.places[0]["hours"]["regimes"]["normal"] == {"tue": [["14:00", "18:00"]]}
    assert card.links == [{"label": "page.exemple.fr", "url": "https://page.exemple.fr"}]
    assert card.hours["holidays"] == "closed"
    assert card.source == "la structure"
    assert card.easy_accepted_at is None
    # Sent again as the page shows it, nothing changes.
    page = signed.get(card_url(ours))
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    answer = signed.post(card_url(ours), {name: value for name, value in shown.items() if value not in (None, False)})
    assert "Rien n’a changé" in answer.content.decode()
    assert Card.objects.get().version == 1


def test_rows_are_added_without_script_and_nothing_typed_is_lost(signed, ours):
    page = signed.post(card_url(ours), form_of(ours, description="En cours", more="places")).content.decode()
    assert "En cours" in page
    assert 'name="place_0_name"' in page
    assert not CardChange.objects.exists()


def test_seen_before_publishing_nothing_is_written(signed, ours):
    answer = signed.post(card_url(ours), form_of(ours, name="Le Jardin neuf", preview="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "telle qu’elle sera" in page
    assert "<h1>Le Jardin neuf</h1>" in page
    assert 'content="noindex"' in page
    assert not Card.objects.exists()


def test_two_who_write_at_once_both_keep_their_words(client, ours, ana):
    other = PersonFactory(name="Bob")
    MandateFactory(structure=ours, person=other)
    CardFactory(structure=ours, version=0, description="Avant")
    stale = form_of(ours, description="Le texte d’Ana", phone="05 49 00 00 01")
    client.force_login(other)
    client.post(card_url(ours), form_of(ours, description="Le texte de Bob", website="https://bob.exemple.fr"))
    client.force_login(ana)
    answer = client.post(card_url(ours), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Le texte d’Ana" in page
    assert "Le texte de Bob" in page
    assert Card.objects.get().description == "Le texte de Bob"
    hidden = dict(answer.context["hidden"])
    # She keeps his words there, and her telephone; his site is not undone by her older form.
    client.post(card_url(ours), hidden | {"keep_description": "theirs"})
    card = Card.objects.get()
    assert (card.description, card.phone, card.website) == (
        "Le texte de Bob", "+33549000001", "https://bob.exemple.fr",
    )  # fmt: skip
    # Or her own.
    client.post(card_url(ours), hidden | {"keep_description": "mine"})
    assert Card.objects.get().description == "Le texte d’Ana"


def test_forged_fields_write_nothing_that_is_not_of_the_card(signed, ours, ana):
    theirs = in_poitiers("LES VOISINS", siren=siren(2))
    CardFactory(structure=theirs, version=7)
    forged = {
        "is_staff": "1", "is_officer": "1", "structure": theirs.pk, "structure_id": theirs.pk, "by": "1",
        "easy_accepted_at": "2026-01-01", "confirmed_at": "2026-01-01", "accepted_at": "2026-01-01",
        "waiting": CardChangeFactory(structure=theirs).pk, "source": "l’équipe ESS",
    }  # fmt: skip
    signed.post(card_url(ours), form_of(ours, description="À nous", easy_summary="Court.", version=7, **forged))
    card = Card.objects.get(structure=ours)
    assert (card.description, card.version, card.easy_accepted_at) == ("À nous", 1, None)
    assert card.confirmed_at is not None
    assert card.confirmed_at.year != 2026 or card.confirmed_at.month != 1
    assert card.source == "la structure"
    ana.refresh_from_db()
    assert not ana.is_officer
    assert Card.objects.get(structure=theirs).description == ""
    for version in ("-4", "abc", "99999999999", "1e9", ""):
        assert signed.post(card_url(ours), form_of(ours, name="X", version=version)).status_code in (200, 302, 409)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 10_000),
        ("description", "x" * 10_000),
        ("services", "x" * 10_000),
        ("audiences", ["nobody"]),
        ("phone", "pas un numéro"),
        ("email", "pas une adresse"),
        ("website", "javascript:alert(1)"),
        ("hours_mon", "de temps en temps"),
        ("keywords", ", ".join(f"mot{n}" for n in range(99))),
    ],
)
def test_what_cannot_be_kept_is_told_beside_its_field_and_stays_typed(signed, ours, field, value):
    answer = signed.post(card_url(ours), form_of(ours, **{"remark": "Ma remarque", field: value}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "à corriger" in page
    assert "Ma remarque" in page
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    ("kept", "read"), [("+33536494185", "05 36 49 41 85"), ("+3221234567", "+32 2 123 45 67"), ("", "")]
)
def test_a_number_is_read_as_people_write_it_and_comes_back_the_same(signed, ours, kept, read):
    Card.objects.create(structure=ours, phone=kept)
    shown = signed.get(card_url(ours)).context["form"]["phone"].value()
    assert shown == read
    signed.post(card_url(ours), form_of(ours, phone=shown, name="Le Jardin"))
    assert Card.objects.get().phone == kept
    assert CardChange.objects.get().published_fields == ["name"]


@pytest.mark.parametrize("hand", ["ana", "officer"])
def test_the_preview_is_signed_as_the_page_will_be(client, ours, hand, request):
    client.force_login(request.getfixturevalue(hand))
    Card.objects.create(structure=ours, name="Le Jardin", source="la démonstration")
    page = client.post(card_url(ours), form_of(ours, preview="1")).context["shown"]
    assert page.said_by == "par la démonstration"
    typed = form_of(ours, description="Nous jardinons.")
    page = client.post(card_url(ours), typed | {"preview": "1"}).context["shown"]
    client.post(card_url(ours), typed)
    assert page.said_by == said_by(Card.objects.get()) == ("par la structure" if hand == "ana" else "par l’équipe ESS")


def test_my_space_before_any_card(signed, ours):
    assert "Fiche pas encore confirmée" in signed.get(reverse("space:home")).content.decode()


def test_a_link_that_is_no_web_address_is_refused(signed, ours):
    typed = form_of(ours, links_rows=1, link_0_label="Piège", link_0_url="javascript:alert(1)")
    assert "Autres liens" in signed.post(card_url(ours), typed).content.decode()
    assert not Card.objects.exists()


def test_a_script_in_every_text_field_is_escaped_wherever_it_is_shown(signed, ours, ana, officer, client):
    texts = (
        "name", "description", "services", "keywords", "easy_summary", "remark", "place_0_name",
        "place_0_address", "place_0_city", "place_0_access", "link_0_label",
    )  # fmt: skip
    typed: dict[str, object] = dict.fromkeys(texts, SCRIPT)
    typed |= {"places_rows": 1, "links_rows": 1, "link_0_url": "https://a.exemple.fr", "hours_mon": "9h-12h"}
    assert SCRIPT not in signed.post(card_url(ours), form_of(ours, preview="1", **typed)).content.decode()
    assert signed.post(card_url(ours), form_of(ours, **typed)).status_code == 302
    Card.objects.update(easy_accepted_at=timezone.now())
    photo, contact, change = furnish(ours)
    CardPhoto.objects.update(alt=SCRIPT, credit=SCRIPT, refused_reason="")
    CardContact.objects.update(name=SCRIPT, role=SCRIPT, is_public=True, agreed_at=timezone.now())
    ours.refresh_from_db()
    seen = [ours.get_absolute_url(), reverse("space:home"), *pages(ours, photo, contact, change, 1)[:-2]]
    for url in seen:
        page = signed.get(url).content.decode()
        assert SCRIPT not in page, url
        assert "alert(1)" in page or url.endswith("/fiche/") or "nouveau" in url or "attente" in url, url


# --- moderation, history -------------------------------------------------------------------------------------------


def test_read_first_a_change_waits_is_edited_withdrawn_and_written_about(signed, ours, mailoutbox, officer):
    reviewed()
    signed.post(card_url(ours), form_of(ours, description="Un"))
    first = CardChange.objects.get()
    assert first.decided_at is None
    assert not Card.objects.exists()
    # Opened again, the form holds what waits; sent, it replaces it.
    page = signed.get(card_url(ours))
    assert page.context["form"]["description"].value() == "Un"
    signed.post(card_url(ours), form_of(ours, description="Deux", waiting=first.pk))
    first.refresh_from_db()
    second = CardChange.objects.get(decided_at__isnull=True)
    assert (first.outcome, second.values) == (ChangeOutcome.WITHDRAWN, {"description": "Deux"})
    signed.post(reverse("space:withdraw", args=[ours.key, second.pk]))
    second.refresh_from_db()
    assert second.outcome == ChangeOutcome.WITHDRAWN


def test_two_tabs_do_not_cover_the_words_that_wait(signed, ours):
    reviewed()
    tab = form_of(ours, description="Second onglet")
    signed.post(card_url(ours), form_of(ours, description="Premier onglet", website="https://un.exemple.fr"))
    answer = signed.post(card_url(ours), tab)
    assert answer.status_code == 409
    signed.post(card_url(ours), dict(answer.context["hidden"]) | {"keep_description": "mine"})
    waiting = CardChange.objects.get(decided_at__isnull=True)
    assert waiting.values == {"description": "Second onglet", "website": "https://un.exemple.fr"}


def test_a_version_is_taken_up_again_and_the_history_says_who(signed, ours, ana):
    signed.post(card_url(ours), form_of(ours, description="Un"))
    signed.post(card_url(ours), form_of(ours, description="Deux"))
    CardChangeFactory(
        structure=ours, origin=ChangeOrigin.PUBLIC, by_label="voisin@exemple.fr", email="voisin@exemple.fr", version=9,
        decided_at=timezone.now(), outcome="published", published_fields=["description"],
    )  # fmt: skip
    CardChange.objects.filter(version=9).update(version=3)
    Card.objects.update(version=3)
    page = signed.get(reverse("space:history", args=[ours.key])).content.decode()
    assert "Ana, présidente" in page
    assert "une personne du public" in page
    assert "voisin@exemple.fr" not in page
    CardChange.objects.filter(version=3).delete()
    Card.objects.update(version=2)
    confirm = signed.get(reverse("space:restore", args=[ours.key, 1])).content.decode()
    assert "Un" in confirm
    assert Card.objects.get().description == "Deux"
    signed.post(reverse("space:restore", args=[ours.key, 1]))
    card = Card.objects.get()
    assert (card.description, card.version) == ("Un", 3)
    assert values_at(ours, 2)["description"] == "Deux"
    assert signed.get(reverse("space:restore", args=[ours.key, 12])).status_code == 404


def test_confirming_is_said_by_the_structure(signed, ours):
    signed.post(reverse("space:confirm", args=[ours.key]))
    assert Card.objects.get().confirmed_by_label.startswith("la structure")
    assert signed.get(reverse("space:confirm", args=[ours.key])).status_code == 405
