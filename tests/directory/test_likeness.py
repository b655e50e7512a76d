"""Which sheets are alike: names and addresses as people write them, phones; the public learns nothing private."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.actions.cards import save_card
from essaim.directory.actions.decisions import decide
from essaim.directory.actions.merging import MergeRefused, merge
from essaim.directory.actions.twins import tell_apart
from essaim.directory.contacts_import import likeness, telling_words
from essaim.directory.likeness import Asked, alike, site_key
from essaim.directory.models import NotTwins
from essaim.directory.sameplace import address_key
from essaim.directory.twins import find_pairs, likely_pairs
from essaim.geography.models import Commune
from tests.directory.factories import POITIERS, EstablishmentFactory, StructureFactory, in_poitiers, siren

SCOPE = frozenset({"200069854"})
NAMES = st.text(alphabet="abcdéèç LESdu'-SCOP2", max_size=40)


@given(NAMES, NAMES)
def test_likeness_is_symmetric_and_bounded(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 100


@given(NAMES)
def test_a_name_is_like_itself_whatever_its_dress(name):
    if telling_words(name):
        assert likeness(name, name.upper()) == 100


@pytest.mark.parametrize(
    "other",
    ["ASSOCIATION LES LUCIOLES DU PONT", "les lucioles du pont", "Scop Lucioles du Pont", "LUCIOLES (SAS) DU PONT"],
)
def test_case_accents_and_legal_words_say_nothing(other):
    assert likeness("Les Lucïoles du Pônt", other) == 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 B AV DU GAL LECLERC", "12 bis, avenue du Général-Leclerc"),
        ("1 R DE LA PAIX", "1 rue de la Paix"),
        ("4 PL ST PIERRE", "4, place Saint-Pierre"),
    ],
)
def test_addresses_as_two_hands_write_them(one, other):
    assert address_key(one) == address_key(other) != ""


def test_what_is_no_address_is_like_none():
    assert {address_key(text) for text in ("", "12", "Mairie", "12 3")} == {""}
    assert address_key("1 rue de la Paix") != address_key("11 rue de la Paix")


def test_a_site_is_its_host_but_where_many_live():
    assert site_key("https://www.lucioles.fr/contact") == site_key("lucioles.fr") == "lucioles.fr"
    assert site_key("https://facebook.com/lucioles") != site_key("https://facebook.com/autres")
    assert {site_key(text) for text in ("", "x", "http://[", "https://")} == {""}


# --- what is described ----------------------------------------------------------------------------------------------


@pytest.fixture
def known(territory):
    return in_poitiers("LES LUCIOLES DU PONT", siren=siren(1), rna="W862000001")


def found(everything=False, **asked):
    return [(one.structure, one.why) for one in alike(Asked(**asked), SCOPE, everything=everything)]


def test_each_sign_leads_to_the_sheet_and_says_why(known, officer):
    save_card(
        structure=known, by=officer, values={"phone": "05 49 00 00 01", "website": "https://www.lucioles.fr/accueil"}
    )
    place = known.establishments.get()
    for asked, why in (
        ({"siren": known.siren}, "même SIREN"),
        ({"siret": place.siret}, "même SIRET"),
        ({"rna": "w862000001"}, "même numéro RNA"),
        ({"phone": "0549000001"}, "même téléphone"),
        ({"website": "lucioles.fr"}, "même site web"),
        ({"name": "Lucioles du pont", "commune": POITIERS}, "même nom, même commune"),
        ({"address": "1, rue de la paix", "commune": POITIERS}, "même adresse"),
    ):
        ((structure, reasons),) = found(**asked)
        assert structure == known
        assert why in reasons


def test_a_like_name_in_a_neighbour_commune_is_found_and_far_away_is_not(known):
    here = Commune.objects.get(pk=POITIERS)
    others = Commune.objects.filter(epci_id="200069854").exclude(pk=POITIERS).order_by("code")
    near, far = others[0], others[1]
    for commune, latitude in ((here, 46.58), (near, 46.64), (far, 47.2)):
        commune.latitude, commune.longitude = latitude, 0.34
        commune.save()
    ((structure, why),) = found(name="Les lucioles du pont", commune=near.pk)
    assert (structure, why) == (known, (f"nom proche, à {here.name}",))
    assert found(name="Les lucioles du pont", commune=far.pk) == []


def test_a_house_of_associations_is_not_one_structure(known):
    assert found(name="Club d’échecs", address="1 rue de la Paix", commune=POITIERS) == []


def test_a_structure_is_never_proposed_to_itself(known):
    assert found(name=known.name, commune=POITIERS, itself=known.pk) == []


def test_the_public_is_told_nothing_that_its_pages_do_not_show(known, officer):
    known.contacts.create(name="Ana", phone="+33649000002")
    known.card_contacts.create(name="Zoé", phone="+33649000003")
    aside = in_poitiers("LE CERCLE DISCRET", siren=siren(2))
    decide(structure=aside, decision="exclude", reason="r", by=officer)
    hidden = (
        {"phone": "06 49 00 00 02"},
        {"phone": "06 49 00 00 03"},
        {"name": "Le cercle discret", "commune": POITIERS},
        {"siren": aside.siren},
    )
    for asked in hidden:
        assert found(**asked) == []
        assert len(found(**asked, everything=True)) == 1


def test_a_sheet_of_another_territory_is_not_shown(known):
    elsewhere = StructureFactory(siren=siren(9))
    EstablishmentFactory(structure=elsewhere, commune_id=Commune.objects.exclude(epci_id="200069854").first().pk)
    assert found(siren=elsewhere.siren) == []


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 10_000, "🐝" * 300, "%'\"--", "12", "W"])
def test_odd_words_find_nothing_and_break_nothing(known, text):
    fields = ("name", "address", "siren", "siret", "rna", "phone", "website")
    assert found(**dict.fromkeys(fields, text), commune=POITIERS) == []


# --- pairs ----------------------------------------------------------------------------------------------------------


def pairs():
    return [(pair.one, pair.other, pair.why) for pair in find_pairs(SCOPE)]


def test_pairs_are_found_by_each_sign(known, officer):
    same = in_poitiers("Association Les Lucioles du Pont", siren=siren(2), place_address="8 rue du Lac")
    typed = in_poitiers("Les Luciolles du Pont", siren=siren(3), place_address="9 rue du Lac")
    for one, phone in ((known, "0549000001"), (typed, "05 49 00 00 01")):
        save_card(structure=one, by=officer, values={"phone": phone})
    in_poitiers("Tout autre chose", siren=siren(4), place_address="7 rue du Lac")
    told = {(one, other): why for one, other, why in pairs()}
    assert set(told) == {(known.pk, same.pk), (known.pk, typed.pk), (same.pk, typed.pk)}
    assert told[known.pk, same.pk] == ("même nom, même commune",)
    assert "même téléphone" in told[known.pk, typed.pk]


def test_closed_and_merged_sheets_make_no_pair(known, officer):
    in_poitiers("LES LUCIOLES DU PONT", siren=siren(2), is_closed=True)
    twin = in_poitiers("LES LUCIOLES DU PONT", siren=siren(3))
    assert len(pairs()) == 1
    merge(source=twin, target=known, reason="r", by=officer)
    assert pairs() == []


def test_two_structures_told_apart_are_not_proposed_again(known, officer):
    twin = in_poitiers("LES LUCIOLES DU PONT", siren=siren(2))
    assert len(likely_pairs(SCOPE)) == 1
    for _ in range(2):
        tell_apart(one=twin, other=known, by=officer)
    assert NotTwins.objects.count() == 1
    assert likely_pairs(SCOPE) == []
    with pytest.raises(MergeRefused):
        tell_apart(one=known, other=known, by=officer)


def test_what_many_share_brings_nobody_together(known, officer):
    for number in range(12):
        one = in_poitiers(
            f"{'abcdefghijkl'[number] * 6} comité", siren=siren(20 + number), place_address="3 place Haute"
        )
        save_card(structure=one, by=officer, values={"phone": "0549009900"})
    assert pairs() == []
