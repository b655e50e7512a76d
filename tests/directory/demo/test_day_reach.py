"""The moments that the site starts with find the kind of structure they mean, near each of the forty communes.

The criteria are those of the first content, put to the structures that the demonstration draws: no database.
"""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from essaim.directory.demo.kinds import BY_KEY
from essaim.directory.demo.places import metres_of
from essaim.directory.nearby import WITHIN_KM
from essaim.directory.nearby.rules import Rules
from essaim.editorial.day.moments import matching_of
from essaim.editorial.planting.reading import read_content
from essaim.nomenclature.perimeter import load_perimeter

MEANT = {
    "07:00:00": {"energie"},
    "07:15:00": {"bio", "laiterie"},
    "07:45:00": {"creche"},
    "08:00:00": {"aide_domicile", "esus_services"},
    "08:15:00": {"velo", "garage", "mobilite"},
    "08:30:00": {"assurance"},
    "09:00:00": {key for key in BY_KEY if BY_KEY[key].legal in ("5458", "5558")},
    "09:30:00": {"cae"},
    "10:00:00": {"handicap_enfance", "prevention"},
    "10:30:00": {"ei_logistique", "ea", "regie"},
    "11:00:00": {"centre_sante", "mutuelle_sante", "petite_mutuelle", "soins"},
    "12:15:00": {"restaurant", "traiteur"},
    "12:45:00": {"banque", "caisse_locale", "monnaie"},
    "14:00:00": {"ressourcerie", "friperie"},
    "15:00:00": {"librairie", "cinema"},
    "16:30:00": {"centre_social", "soutien", "loisirs"},
    "17:30:00": {"amap", "jardin_insertion"},
    "18:00:00": {"epicerie", "supermarche"},
    "18:30:00": {"scop_batiment", "scop_electricite", "scop_peinture", "regie"},
    "19:00:00": {"club", "theatre", "ecole_musique"},
    "20:00:00": {"cafe", "sel"},
    "21:00:00": {"ehpad", "ehpad_mutualiste", "residence_autonomie", "maison_intergenerations", "fondation_soin"},
    "22:30:00": {"hebergement", "aide_alimentaire"},
    "23:45:00": {"fonds"},
}
"""For each moment the kinds of the demonstration that a reader would expect there."""


@pytest.fixture(scope="module")
def moments():
    page = next(page for page in read_content("", {}).pages if page.path == "/au-fil-des-heures/")
    return [block["value"] for block in page.fields["moments"]]


@pytest.fixture(scope="module")
def answering(home, moments):
    """For each moment, the (establishment) that answer."""
    rules = Rules(tuple(tuple(matching_of(clue) for clue in moment["clues"]) for moment in moments))
    found = defaultdict(list)
    for unit in home.drawer.units:
        if not (unit.kind and unit.open):
            continue
        kind = BY_KEY[unit.kind]
        for place in unit.establishments:
            if place.open:
                labels = {kind.siae} if kind.siae else set()
                for number in rules.answer(as_row(unit, place, kind), labels):
                    found[moments[number]["hour"]].append(place)
    return found


def as_row(unit, place, kind):
    told = load_perimeter().legal_categories.get(unit.legal)
    return {
        "naf": place.naf,
        "usual_name": place.usual_name,
        "signs": [place.sign] if place.sign else [],
        "structure__naf": unit.naf,
        "structure__name": unit.name,
        "structure__acronym": unit.acronym,
        "structure__usual_names": list(unit.usual_names),
        "structure__rna_title": "",
        "structure__purpose": "",
        "structure__card__name": None,
        "structure__card__keywords": None,
        "structure__family": told.family if told else kind.family,
        "structure__sub_family": told.sub_family if told else "",
        "label_alone": "",
    }


def test_each_moment_means_kinds_that_exist(moments):
    assert set(MEANT) == {moment["hour"] for moment in moments}
    assert set().union(*MEANT.values()) <= set(BY_KEY)


def test_what_answers_is_what_the_moment_means(answering):
    """Of all that answers, at most one in twenty is of a kind that a reader would not expect."""
    strange = {
        hour: sorted({place.unit.kind for place in places} - MEANT[hour])
        for hour, places in answering.items()
        if sum(place.unit.kind not in MEANT[hour] for place in places) > 0.05 * len(places)
    }
    assert strange == {}


def test_every_commune_finds_most_of_its_day_near(answering, home):
    """The figure asked: 15 moments of 20 at least, so 18 of these 24, from each of the forty communes."""
    centres = {place.code: metres_of(place) for place in home.territory.places}
    assert len(centres) == 40
    near = {
        code: sum(
            any(math.hypot(x - place.x, y - place.y) <= WITHIN_KM * 1000 for place in places if not place.partial)
            for places in answering.values()
        )
        for code, (x, y) in centres.items()
    }
    assert min(near.values()) >= 18, near
