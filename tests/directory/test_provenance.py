"""Who said what a card says: the structure only when its own hand wrote it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from essaim.directory.actions.cards import confirm_card, save_card
from essaim.directory.actions.merging import merge
from essaim.directory.models import Card
from essaim.directory.provenance import Sayer, confirmed_words, origin_of, said_by, sayer_of, source_text
from essaim.foundation.models import JournalEntry
from tests.directory.factories import CardFactory, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME

pytestmark = pytest.mark.django_db
CALL = "Appel du 12 novembre"


@pytest.fixture
def structure():
    return in_poitiers("Le Jardin", siren=siren(1))


def write(structure, officer, **options):
    return save_card(structure=structure, by=officer, values={"phone": "+33549000000"}, **options)


def test_words_of_the_officer_are_those_of_the_team(structure, officer):
    card = write(structure, officer, source=CALL)
    assert card.source == f"l’équipe ESS, d’après : {CALL}"
    assert (said_by(card), origin_of(card), confirmed_words(card)) == ("par l’équipe ESS", CALL, "")
    card = confirm_card(structure=structure, by=officer)
    assert confirmed_words(card) == "confirmé par l’équipe ESS"
    assert card.confirmed_by_label == f"l’équipe ESS : {officer}"
    assert officer.name not in said_by(card) + confirmed_words(card)


def test_only_its_own_hand_speaks_for_the_structure(structure, officer):
    card = write(structure, officer, said_by=Sayer.STRUCTURE)
    confirm_card(structure=structure, by=officer, said_by=Sayer.STRUCTURE)
    card.refresh_from_db()
    assert (card.source, said_by(card)) == ("la structure", "par la structure")
    assert confirmed_words(card) == "confirmé par la structure"


@pytest.mark.parametrize("words", ["la structure", "la structure : par téléphone", "la démonstration, d’après : moi"])
def test_free_words_never_choose_who_speaks(structure, officer, words):
    assert said_by(write(structure, officer, source=words)) == "par l’équipe ESS"


@pytest.mark.parametrize("source", ["", "Appel du 12 novembre", "la structureX", "LA STRUCTURE", "la structure : hier"])
@pytest.mark.parametrize(("invented", "expected"), [(False, "par l’équipe ESS"), (True, "par la démonstration")])
def test_an_older_card_is_never_lent_to_the_structure(source, invented, expected):
    structure = in_poitiers("X", fictitious=invented)
    card = CardFactory(structure=structure, source=source, confirmed_by_label="commande demo")
    assert said_by(card) == expected
    assert origin_of(card) == source


def test_saving_again_without_a_new_word_changes_nothing(structure, officer):
    write(structure, officer, said_by=Sayer.STRUCTURE)
    entries = JournalEntry.objects.count()
    assert sayer_of(write(structure, officer)) == Sayer.STRUCTURE
    assert sayer_of(write(structure, officer, source="")) == Sayer.STRUCTURE
    assert JournalEntry.objects.count() == entries
    assert sayer_of(write(structure, officer, source=CALL)) == Sayer.TEAM
    assert sayer_of(save_card(structure=structure, by=officer, values={"name": "Le Verger"})) == Sayer.TEAM
    assert JournalEntry.objects.filter(verb="fiche modifiée").count() == 3


def test_the_journal_never_keeps_a_number_nor_an_address(structure, officer):
    """It cannot be erased: what its owner asks to remove would stay in it, and in its CSV."""
    reach = {"phone": "+33612345678", "email": "marie.durand@exemple.fr"}
    save_card(structure=structure, by=officer, values={**reach, "name": "Le Jardin"})
    save_card(structure=structure, by=officer, values={"phone": "", "email": "", "name": "Le Verger"})
    first, last = JournalEntry.objects.filter(verb="fiche modifiée").order_by("pk")
    assert (first.before["name"], first.after["name"]) == ("", "Le Jardin")
    assert (first.before["phone"], first.after["phone"], first.after["email"]) == ("", "changé", "changé")
    assert (last.before["phone"], last.after["phone"], last.after["name"]) == ("changé", "", "Le Verger")
    for entry in JournalEntry.objects.all():
        for secret in reach.values():
            assert secret not in f"{entry.before} {entry.after} {entry.reason} {entry.object_label}"


def test_a_source_too_long_is_cut_and_still_says_who():
    text = source_text(Sayer.TEAM, "x" * 300)
    assert len(text) == 120
    assert sayer_of(Card(source=text)) == Sayer.TEAM


def test_the_officer_s_screen_shows_and_keeps_the_free_words_alone(structure, officer_client):
    TerritoryFactory(siren=HOME)
    address = reverse("officer:card", args=[structure.key])
    officer_client.post(address, {"name": "Le Jardin", "source": CALL})
    page = officer_client.get(address)
    assert page.context["form"].initial["source"] == CALL
    officer_client.post(address, {"name": "Le Verger", "source": CALL})
    card = Card.objects.get()
    assert (card.name, card.source) == ("Le Verger", f"l’équipe ESS, d’après : {CALL}")


def test_two_hands_in_a_merged_card_are_the_team_s(structure, officer):
    twin = in_poitiers("Jumelle", siren=siren(2))
    write(twin, officer)
    save_card(structure=structure, by=officer, values={"name": "Le Jardin"}, said_by=Sayer.STRUCTURE)
    merge(source=twin, target=structure, reason="la même", by=officer)
    card = Card.objects.get()
    assert (card.name, card.phone, said_by(card)) == ("Le Jardin", "+33549000000", "par l’équipe ESS")
