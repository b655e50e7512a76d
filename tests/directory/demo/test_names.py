"""Names sound right, are varied, and nobody's."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from essaim.directory.demo.kinds import BY_KEY
from essaim.directory.demo.names import acronym_of, official_name
from essaim.directory.demo.places import official_spelling
from essaim.directory.demo.words import LANDMARKS, with_a, with_de, with_de_commune

# Real structures of the territory, national networks and brands: none may get an invented identifier.
REAL = tuple(
    word
    for words in (
        "cord'ages|cordages|melusine|meca-vienne|meca vienne|soligo|pois tout vert|baudet|emmaus|admr|maif|macif",
        "matmut|regratterie|envie|arantelle|enercoop|belle aventure|dietrich|blaiserie|m3q|couronneries|3 cites",
        "trois cites|pom'cassis|pom cassis|l'eveil|insersud|restos du coeur|restaurants du coeur|stade poitevin",
        "poirion|aigail|jacques-andre|cuisine mosaique|edoinise|indigo formation|evha|credit agricole|credit mutuel",
        "cocagne|pourquoi pas la ruche|leclerc|intersport|krys|systeme u|super u|secours populaire",
        "secours catholique|croix-rouge|croix rouge|le pois|pois reel|harmonie|aesio|groupama|familles rurales",
        "colibris|ruche qui dit|carton plein|scouts|eclaireurs|lions club|rotary|grand poitiers|mission locale|apajh",
        "ugecam|mutualite francaise|france active|adie|cress|irma|toit du monde|jardins de|artisans du monde|biocoop",
        "caisse d'epargne|banque postale",
    )
    for word in words.split("|")
)


def every_name(drawn):
    for one in drawn:
        for unit in one.drawer.units:
            yield from (unit.name, unit.natural, unit.acronym, *unit.usual_names)
            yield from (e.sign for e in unit.establishments)


def test_no_real_structure_gets_an_invented_identifier(drawn):
    spelt = {official_spelling(name).lower().replace("’", "'") for name in every_name(drawn) if name}
    found = [(name, real) for name in spelt for real in REAL if re.search(rf"\b{re.escape(real)}\b", name)]
    assert found == []


def test_denominations_are_written_as_sirene_does(home):
    names = [unit.name for unit in home.drawer.units if unit.kind]
    wrong = [name for name in names if not re.fullmatch(r"[A-Z0-9' \-°N]+", name)]
    assert wrong == []
    assert len(names) == len(set(names))


def test_usual_names_and_signs_are_in_natural_case_on_a_part_only(home):
    units = [unit for unit in home.drawer.units if unit.kind]
    told = [unit for unit in units if unit.usual_names or unit.sign]
    assert 0.1 < len(told) / len(units) < 0.6
    assert all(name != name.upper() for unit in told for name in (*unit.usual_names, unit.sign) if name)


def test_names_are_varied(home):
    units = [unit for unit in home.drawer.units if unit.kind]
    first_words = Counter(unit.natural.split(" ")[0] for unit in units)
    assert len(first_words) > 150
    assert len({unit.kind for unit in units}) > 100


@pytest.mark.parametrize(
    ("name", "of", "at"),
    [
        ("La Borderie", "de la Borderie", "à la Borderie"),
        ("Le Pré Chantant", "du Pré Chantant", "au Pré Chantant"),
        ("Les Ormes", "des Ormes", "aux Ormes"),
        ("L’Étang aux Merles", "de l’Étang aux Merles", "à l’Étang aux Merles"),
        ("Orvaise", "d’Orvaise", "à Orvaise"),
    ],
)
def test_small_words_agree(name, of, at):
    assert (with_de(name), with_a(name)) == (of, at)


def test_a_commune_keeps_its_feminine_article():
    assert with_de_commune("La Puye") == "de La Puye"
    assert with_de_commune("Iteuil") == "d’Iteuil"


def test_landmarks_never_repeat():
    assert len(LANDMARKS) == len(set(LANDMARKS)) > 300


def test_acronyms_avoid_those_of_real_bodies():
    rng = random.Random(3)
    assert {acronym_of(rng, "Maison Jeunes Cirque") for _ in range(50)} == {""}
    assert "CVA" in {acronym_of(rng, "Compagnie du Vieux Arbre") for _ in range(50)}


def test_official_name_drops_accents_and_guillemets():
    name = official_name(random.Random(1), BY_KEY["bio"], "Coopérative « bio » de l’Été")
    assert re.fullmatch(r"COOPERATIVE BIO DE L['  ]ETE", name)
