"""Changes of a card: proposed, published, refused, restored; two hands at once both find their words."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory import cardfields
from essaim.directory.actions.cards import (
    CardRefused,
    ChangeRefused,
    EditConflict,
    SheetMerged,
    accept_easy_summary,
    confirm_card,
    propose_change,
    publish_change,
    refuse_change,
    restore,
    save_card,
    values_at,
    vouching,
    withdraw_change,
)
from essaim.directory.enums import ChangeOrigin, ChangeOutcome
from essaim.directory.history import change_views, changes_of
from essaim.directory.models import Card, CardChange
from essaim.directory.provenance import Sayer, said_by
from essaim.foundation.models import JournalEntry
from tests.directory.factories import MandateFactory, StructureFactory, in_poitiers
from tests.people.factories import PersonFactory


@pytest.fixture
def structure(db):
    return StructureFactory()


@pytest.fixture
def hand(db):
    return PersonFactory(name="Dominique")


def propose(structure, by, *, origin=ChangeOrigin.SPACE, at_once=True, version=None, **values):
    said_by = vouching(origin, own=False) if at_once else None
    return propose_change(structure=structure, by=by, origin=origin, values=values, said_by=said_by, version=version)


def publish(change, by, *, own=False, **how):
    return publish_change(change=change, by=by, said_by=vouching(change.origin, own=own), **how)


def card_of(structure):
    return Card.objects.get(structure=structure)


def test_what_waits_changes_nothing_until_it_is_published(structure, hand, officer):
    change = propose(structure, hand, at_once=False, description="Nous jardinons.", phone="05 49 00 00 00")
    assert not Card.objects.exists()
    publish(change, officer)
    card = card_of(structure)
    assert (card.description, card.phone, card.version) == ("Nous jardinons.", "+33549000000", 1)
    assert said_by(card) == "par la structure"
    change.refresh_from_db()
    assert (change.outcome, change.version, change.decided_by) == (ChangeOutcome.PUBLISHED, 1, officer)
    assert set(change.published_fields) == {"description", "phone"}


def test_what_the_structure_publishes_it_confirms_and_what_others_correct_stays_as_confirmed(structure, hand, officer):
    """No page says « écrit par la structure, confirmé en septembre » of words of November."""
    propose(structure, hand, name="Le Verger")
    confirmed = card_of(structure).confirmed_at
    assert confirmed is not None
    propose(structure, officer, origin=ChangeOrigin.TEAM, phone="0549000000")
    assert card_of(structure).confirmed_at == confirmed


def test_field_by_field(structure, hand, officer):
    change = propose(structure, hand, origin=ChangeOrigin.PUBLIC, at_once=False, description="Faux", name="Le Verger")
    publish(change, officer, fields=["name"], answer="Merci")
    card = card_of(structure)
    assert (card.name, card.description) == ("Le Verger", "")
    change.refresh_from_db()
    assert (change.published_fields, change.answer) == (["name"], "Merci")


def test_publishing_nothing_is_no_publication(structure, hand, officer):
    change = propose(structure, hand, at_once=False, name="Le Verger")
    with pytest.raises(ChangeRefused, match="au moins une rubrique"):
        publish(change, officer, fields=[])
    with pytest.raises(ChangeRefused, match="ne fait pas partie"):
        publish(change, officer, fields=["name", "phone"])


def test_a_field_left_out_asks_for_a_word(structure, hand, officer):
    change = propose(structure, hand, at_once=False, name="Le Verger", description="Des pommes")
    with pytest.raises(ChangeRefused, match="en un mot pourquoi"):
        publish(change, officer, fields=["name"], answer=" ")
    publish(change, officer, fields=["name"], answer="La description est trop longue.")


def test_a_change_is_decided_once(structure, hand, officer):
    change = propose(structure, hand, at_once=False, name="Le Verger")
    refuse_change(change=change, by=officer, answer="Ce n’est pas votre nom.")
    for again in (
        lambda: publish(change, officer),
        lambda: refuse_change(change=change, by=officer, answer="non"),
        lambda: withdraw_change(change=change, by=hand),
    ):
        with pytest.raises(ChangeRefused, match="vient d’être traité"):
            again()
    assert not Card.objects.exists()


def test_a_refusal_says_why(structure, hand, officer):
    change = propose(structure, hand, at_once=False, name="Le Verger")
    with pytest.raises(ChangeRefused, match="pourquoi"):
        refuse_change(change=change, by=officer, answer="  ")


def test_two_hands_on_different_fields_both_write(structure, hand, officer):
    propose(structure, hand, name="Le Verger", version=0)
    propose(structure, officer, origin=ChangeOrigin.TEAM, description="Des pommes", name="", version=0)
    card = card_of(structure)
    assert (card.name, card.description, card.version) == ("Le Verger", "Des pommes", 2)


def test_two_hands_on_one_field_the_second_sees_the_first(structure, hand, officer):
    propose(structure, officer, description="La première", name="Le Verger", version=0)
    with pytest.raises(EditConflict) as told:
        propose(structure, hand, description="La seconde", phone="0549000000", version=0)
    assert told.value.theirs == {"description": "La première"}
    assert told.value.version == 1
    assert "Rien n’est perdu" in str(told.value)
    assert card_of(structure).phone == ""
    propose(structure, hand, description="La seconde", phone="0549000000", version=told.value.version)
    assert card_of(structure).description == "La seconde"


def test_the_same_words_from_two_hands_are_no_conflict(structure, hand, officer):
    propose(structure, officer, description="Pareil", version=0)
    with pytest.raises(CardRefused, match="Rien n’a changé"):
        propose(structure, hand, description="Pareil", version=0)


def test_every_version_can_be_read_and_taken_up_again(structure, hand):
    for text in ("un", "deux", "trois"):
        propose(structure, hand, description=text)
    propose(structure, hand, name="Le Verger")
    assert [values_at(structure, n)["description"] for n in range(5)] == ["", "un", "deux", "trois", "trois"]
    assert [values_at(structure, n)["name"] for n in (3, 4)] == ["", "Le Verger"]
    restore(structure=structure, version=1, by=hand, said_by=Sayer.STRUCTURE)
    card = card_of(structure)
    assert (card.description, card.name, card.version) == ("un", "", 5)
    change = CardChange.objects.get(version=5)
    assert (change.origin, change.restores.version) == (ChangeOrigin.RESTORED, 1)
    restore(structure=structure, version=4, by=hand, said_by=Sayer.STRUCTURE)
    assert card_of(structure).name == "Le Verger"


def test_a_version_that_is_not_there_is_refused(structure, hand):
    propose(structure, hand, name="Le Verger")
    with pytest.raises(ChangeRefused):
        restore(structure=structure, version=7, by=hand, said_by=Sayer.STRUCTURE)
    with pytest.raises(CardRefused, match="déjà"):
        restore(structure=structure, version=1, by=hand, said_by=Sayer.STRUCTURE)


@pytest.mark.parametrize(
    ("asked", "signed", "told"),
    [
        (("public", False), "l’équipe ESS, d’après : une personne du public", "une personne du public, accepté par {}"),
        (("campaign", False), "l’équipe ESS, d’après : réponse à la vérification", "{lien}, accepté par {}"),
        (("public", True), "la structure", "une personne du public, accepté par {}"),
        (("campaign", True), "la structure", "{lien}, accepté par {}"),
        (("space", False), "la structure", "Dominique"),
        (("restored", False), "la structure", "Dominique"),
    ],
)
def test_who_vouches_signs(structure, officer, asked, signed, told):
    origin, own = asked
    hand = PersonFactory(name="Dominique")
    by = None if origin in ("public", "campaign") else hand
    propose(structure, officer, origin=ChangeOrigin.TEAM, name="Le Verger")
    change = propose(structure, by or "une personne", origin=ChangeOrigin(origin), at_once=False, phone="0549000000")
    acceptor = MandateFactory(structure=structure, role="présidente", person__name="Ana").person if own else officer
    publish(change, acceptor, own=own)
    assert card_of(structure).source == signed
    (view,) = change_views(list(changes_of(structure)[:1]))
    words = "Ana, présidente" if own else "l’équipe ESS"
    assert view.who == told.format(words, lien="une réponse par le lien de vérification")


def test_a_sheet_joined_meanwhile_takes_no_word(structure, hand, officer):
    propose(structure, hand, name="Le Verger")
    change = propose(structure, hand, at_once=False, phone="0549000000")
    other = StructureFactory()
    # A merge has moved the change between the page and the click.
    CardChange.objects.filter(pk=change.pk).update(structure=other)
    with pytest.raises(ChangeRefused, match="réunie à une autre"):
        publish(change, officer)
    structure.merged_into = other
    structure.save()
    for write in (
        lambda: propose(structure, hand, name="Non"),
        lambda: save_card(structure=structure, by=officer, values={"name": "Non"}),
        lambda: confirm_card(structure=structure, by=officer),
        lambda: restore(structure=structure, version=0, by=hand, said_by=Sayer.STRUCTURE),
        lambda: accept_easy_summary(structure=structure, by=officer),
    ):
        with pytest.raises(SheetMerged, match="réunie à une autre"):
            write()
    assert card_of(structure).name == "Le Verger"


def test_a_new_easy_summary_is_to_be_accepted_again(structure, hand, officer):
    propose(structure, hand, easy_summary="On fait pousser des légumes.")
    accept_easy_summary(structure=structure, by=officer)
    assert card_of(structure).easy_accepted_at is not None
    propose(structure, hand, easy_summary="Autre texte.")
    assert card_of(structure).easy_accepted_at is None
    propose(structure, hand, name="Le Verger")
    accept_easy_summary(structure=structure, by=officer)
    propose(structure, hand, name="Le Jardin")
    assert card_of(structure).easy_accepted_at is not None


def test_the_journal_says_who_and_never_how_to_reach(structure, hand, officer):
    propose(structure, hand, at_once=False, phone="0549000000", email="a@exemple.fr", name="Le Verger")
    change = CardChange.objects.get()
    publish(change, officer)
    told = str(list(JournalEntry.objects.values("before", "after", "reason", "object_label")))
    assert "549000000" not in told
    assert "a@exemple.fr" not in told
    assert JournalEntry.objects.filter(verb="fiche modifiée", by=officer).exists()


@pytest.mark.parametrize("name", ["siren", "is_staff", "easy_accepted_at", "structure", "version", "confirmed_at"])
def test_a_field_that_is_not_the_structure_s_is_refused(structure, hand, name):
    with pytest.raises(CardRefused, match="n’existe pas"):
        propose_change(structure=structure, by=hand, origin=ChangeOrigin.SPACE, values={name: "1"})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "x" * 10_000}, "200 caractères au plus"),
        ({"description": "x" * 4001}, "4000 caractères"),
        ({"website": "javascript:alert(1)"}, "adresse de site"),
        ({"website": "https://moi:secret@exemple.fr/"}, "mot de passe"),
        ({"email": "cаmille@exemple.fr"}, "latine"),
        ({"phone": "12"}, "téléphone"),
        ({"audiences": ["aliens"]}, "publics de la liste"),
        ({"services": ["x"] * 3 + [str(n) for n in range(30)]}, "20 au plus"),
        ({"services": "texte"}, "liste"),
        ({"places": [{"name": "Ici", "is_staff": "1"}]}, "inconnu"),
        ({"places": [{"postcode": "86000"}]}, "nom ou l’adresse"),
        ({"places": [{"name": "Ici", "postcode": "8600²"}]}, "5 chiffres"),
        ({"links": [{"url": "data:text/html,x"}]}, "adresse de site"),
        ({"links": [{"label": "sans adresse"}]}, "adresse de chaque lien"),
        ({"hours": {"regimes": {"normal": {"mon": [["25:00", "26:00"]]}}}}, None),
    ],
)
def test_what_a_card_cannot_hold_is_told_by_field(structure, hand, values, said):
    with pytest.raises(CardRefused, match=said) as told:
        propose(structure, hand, **values)
    assert set(told.value.errors) == set(values)
    assert not CardChange.objects.exists()


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(cardfields.FIELDS), json, max_size=5))
def test_whatever_is_typed_is_cleaned_or_refused_and_cleaning_twice_changes_nothing(values):
    try:
        kept = cardfields.clean(values)
    except CardRefused as refusal:
        assert set(refusal.errors) <= set(values)
        return
    assert cardfields.clean(kept) == kept
    assert not any("\u0000" in str(value) or "\u202e" in str(value) for value in kept.values())


@pytest.mark.django_db(transaction=True)
def test_two_at_once_publish_one_change_once(officer):
    structure = in_poitiers("Le Verger")
    change = propose(structure, officer, at_once=False, description="Des pommes")
    start, told = threading.Barrier(2), []

    def accept():
        start.wait()
        try:
            publish(change, officer)
            told.append("publié")
        except ChangeRefused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["Ce changement vient d’être traité par quelqu’un d’autre.", "publié"]
    assert card_of(structure).version == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_two_versions(officer):
    structure = in_poitiers("Le Verger")
    start = threading.Barrier(2)

    def write(**values):
        start.wait()
        save_card(structure=structure, by=officer, values=values)
        connection.close()

    threads = [
        threading.Thread(target=write, kwargs={"name": "Le Grand Verger"}),
        threading.Thread(target=write, kwargs={"description": "Des pommes"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    card = card_of(structure)
    assert (card.name, card.description, card.version) == ("Le Grand Verger", "Des pommes", 2)
    assert sorted(CardChange.objects.values_list("version", flat=True)) == [1, 2]
