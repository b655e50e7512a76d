"""The officer finds a structure under any of its names and numbers, whatever its state and the case of its accents."""

from __future__ import annotations

import pytest
from django.urls import reverse

from essaim.directory.actions.decisions import decide
from essaim.directory.actions.merging import merge
from essaim.directory.finding import find_for_officer, namesakes
from essaim.directory.models import Card
from essaim.directory.search.index import rebuild_index
from essaim.geography.models import Commune
from tests.directory.factories import POITIERS, EstablishmentFactory, StructureFactory, in_poitiers, siren, siret
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME

pytestmark = pytest.mark.django_db
SCOPE = frozenset({HOME})


@pytest.fixture(params=["indexed", "late", "no index"])
def index(request):
    """The same answers from a whole index, from one that holds nothing yet, and without any."""

    def settle():
        if request.param == "indexed":
            rebuild_index()

    if request.param == "late":
        rebuild_index()
    return settle


@pytest.mark.parametrize(
    "typed",
    [
        "épicerie solidaire",
        "EPICERIE",
        "épicerie solidere",
        "Le p’tit panier",
        "ADPS",
        "Panier du quartier",
        "l'escale",
    ],
)
def test_every_form_of_the_name_leads_to_it(index, typed):
    grocery = in_poitiers(
        "EPICERIE SOLIDAIRE", siren=siren(1), acronym="ADPS", usual_names=["LE P'TIT PANIER"],
        rna_title="Association du panier du quartier", place_signs=["L'Escale"],
    )  # fmt: skip
    in_poitiers("CLUB DE BOULES", siren=siren(2))
    index()
    assert find_for_officer(typed, SCOPE) == [grocery.pk]


def test_the_claimed_name_too(index):
    structure = in_poitiers("ASSOCIATION 86", siren=siren(1))
    Card.objects.create(structure=structure, name="Écoutilles")
    index()
    assert find_for_officer("ecoutilles", SCOPE) == [structure.pk]


def test_numbers_however_they_are_spaced(index):
    structure = in_poitiers("LES AMIS", siren=siren(1), rna="W863001234", place_siret=siret(siren(1), 7))
    index()
    number, place = structure.siren, siret(structure.siren, 7)
    for typed in (
        f"{number[:3]} {number[3:6]} {number[6:]}",
        f"{place[:3]}\u202f{place[3:6]}\u202f{place[6:9]} {place[9:]}",
        siret(number, 99),
        " w86-3001234 ",
        "W 863 001 234",
    ):
        assert find_for_officer(typed, SCOPE) == [structure.pk], typed
    assert find_for_officer(siren(8), SCOPE) == []


def test_whatever_its_state_but_merged(index, officer):
    aside = in_poitiers("JARDIN ECARTE", siren=siren(1))
    closed = in_poitiers("JARDIN FERME", siren=siren(2), is_closed=True)
    bare = in_poitiers("JARDIN SANS CRITERE", siren=siren(3), criteria=[])
    twin = in_poitiers("JARDIN BIS", siren=siren(4))
    decide(structure=aside, decision="exclude", reason="r", by=officer)
    merge(source=twin, target=closed, reason="la même", by=officer)
    elsewhere = StructureFactory(name="JARDIN D’AILLEURS", siren=siren(5))
    EstablishmentFactory(structure=elsewhere, commune_id=Commune.objects.exclude(epci_id=HOME).first().pk)
    index()
    assert set(find_for_officer("jardin", SCOPE)) == {aside.pk, closed.pk, bare.pk}
    assert find_for_officer(twin.siren, SCOPE) == [closed.pk]


def test_odd_texts_find_nothing(index):
    in_poitiers("LES AMIS", siren=siren(1))
    index()
    for odd in ("*", '"', "🐝", "'", "%", "\u202e"):
        find_for_officer(odd, SCOPE)
    assert find_for_officer("zzzzzz qqqqqq", SCOPE) == []


def test_the_screen_counts_and_leafs(officer_client):
    TerritoryFactory(siren=HOME)
    for number in range(23):
        in_poitiers(f"FOYER RURAL {number}", siren=siren(number))
    address = reverse("officer:home")
    html = officer_client.get(address, {"q": "foyer"}).content.decode()
    assert "23\u00a0structures trouvées" in html
    assert html.count('card--link"><h3 class="card__title"><a href="/equipe/annuaire/structures/') == 20
    assert "page=2" in html
    second = officer_client.get(address, {"q": "foyer", "page": "2"}).content.decode()
    assert second.count("/equipe/annuaire/structures/") == 3
    assert "?nom=foyer" in second


def test_namesakes_of_a_commune():
    known = in_poitiers("EPICERIE SOLIDAIRE DES COURONNERIES", siren=siren(1))
    in_poitiers("CLUB DE BOULES", siren=siren(2))
    poitiers = Commune.objects.get(pk=POITIERS)
    other = Commune.objects.filter(epci_id=HOME).exclude(pk=POITIERS).first()
    assert [place.structure_id for place in namesakes("Épicerie solidaire", poitiers)] == [known.pk]
    assert namesakes("Épicerie solidaire", other) == []
    assert namesakes("Les Ateliers du Clain", poitiers) == []
