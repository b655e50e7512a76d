"""The name of any territory of France inside a sentence."""

from __future__ import annotations

import re

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from essaim.ui.placenames import at_name, elided, of_name, the_name


@pytest.mark.parametrize(
    ("name", "of", "at", "the"),
    [
        ("Grand Poitiers", "de Grand Poitiers", "à Grand Poitiers", "Grand Poitiers"),
        (
            "Grand Poitiers Communauté urbaine",
            "de Grand Poitiers Communauté urbaine",
            "à Grand Poitiers Communauté urbaine",
            "Grand Poitiers Communauté urbaine",
        ),
        ("Angers Loire Métropole", "d’Angers Loire Métropole", "à Angers Loire Métropole", "Angers Loire Métropole"),
        ("Albi", "d’Albi", "à Albi", "Albi"),
        ("Évreux", "d’Évreux", "à Évreux", "Évreux"),
        ("Œuilly", "d’Œuilly", "à Œuilly", "Œuilly"),
        ("Hyères", "d’Hyères", "à Hyères", "Hyères"),
        ("Hénin-Carvin", "d’Hénin-Carvin", "à Hénin-Carvin", "Hénin-Carvin"),
        ("Haguenau", "de Haguenau", "à Haguenau", "Haguenau"),
        ("Haut-Poitou", "de Haut-Poitou", "à Haut-Poitou", "Haut-Poitou"),
        ("Hem", "de Hem", "à Hem", "Hem"),
        ("Hazebrouck", "d’Hazebrouck", "à Hazebrouck", "Hazebrouck"),
        ("Yvetot", "d’Yvetot", "à Yvetot", "Yvetot"),
        ("Yonne Nord", "d’Yonne Nord", "à Yonne Nord", "Yonne Nord"),
        ("Yenne", "de Yenne", "à Yenne", "Yenne"),
        ("Le Mans", "du Mans", "au Mans", "Le Mans"),
        ("Le Mans Métropole", "du Mans Métropole", "au Mans Métropole", "Le Mans Métropole"),
        ("LE MANS METROPOLE", "du MANS METROPOLE", "au MANS METROPOLE", "LE MANS METROPOLE"),
        ("Le Grand Chalon", "du Grand Chalon", "au Grand Chalon", "Le Grand Chalon"),
        ("Les Herbiers", "des Herbiers", "aux Herbiers", "Les Herbiers"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle", "La Rochelle"),
        ("L’Isle-Adam", "de L’Isle-Adam", "à L’Isle-Adam", "L’Isle-Adam"),
        ("L'Isle-Adam", "de L'Isle-Adam", "à L'Isle-Adam", "L'Isle-Adam"),
        ("Lens-Liévin", "de Lens-Liévin", "à Lens-Liévin", "Lens-Liévin"),
        ("Le", "de Le", "à Le", "Le"),
        (
            "Communauté de communes du Cap",
            "de la Communauté de communes du Cap",
            "dans la Communauté de communes du Cap",
            "la Communauté de communes du Cap",
        ),
        (
            "La Communauté de communes du Cap",
            "de la Communauté de communes du Cap",
            "dans la Communauté de communes du Cap",
            "la Communauté de communes du Cap",
        ),
        (
            "COMMUNAUTÉ D’AGGLOMÉRATION",
            "de la COMMUNAUTÉ D’AGGLOMÉRATION",
            "dans la COMMUNAUTÉ D’AGGLOMÉRATION",
            "la COMMUNAUTÉ D’AGGLOMÉRATION",
        ),
        ("CC du Haut-Poitou", "de la CC du Haut-Poitou", "dans la CC du Haut-Poitou", "la CC du Haut-Poitou"),
        ("CA d’Épinal", "de la CA d’Épinal", "dans la CA d’Épinal", "la CA d’Épinal"),
        ("CU d’Arras", "de la CU d’Arras", "dans la CU d’Arras", "la CU d’Arras"),
        ("Métropole du Cap", "de la Métropole du Cap", "dans la Métropole du Cap", "la Métropole du Cap"),
        ("Pays de Dreux", "du Pays de Dreux", "dans le Pays de Dreux", "le Pays de Dreux"),
        ("Le Pays de Dreux", "du Pays de Dreux", "dans le Pays de Dreux", "le Pays de Dreux"),
        ("Agglo du Cap", "de l’Agglo du Cap", "dans l’Agglo du Cap", "l’Agglo du Cap"),
        ("L’Agglo du Cap", "de l’Agglo du Cap", "dans l’Agglo du Cap", "l’Agglo du Cap"),
        ("Agglopole Provence", "d’Agglopole Provence", "à Agglopole Provence", "Agglopole Provence"),
        ("  Le   Mans ", "du Mans", "au Mans", "Le Mans"),
        ("", "", "", ""),
    ],
)
def test_a_name_in_a_sentence(name, of, at, the):
    assert (of_name(name), at_name(name), the_name(name)) == (of, at, the)


@pytest.mark.parametrize(
    ("word", "text", "said"),
    [
        ("de", "associations", "d’associations"),
        ("que", "elle", "qu’elle"),
        ("de", "structures", "de structures"),
        ("de", "", "de "),
    ],
)
def test_a_small_word_loses_its_vowel(word, text, said):
    assert elided(word, text) == said


NAMES = st.lists(
    st.sampled_from(
        "Le La Les L’Isle Angers Évreux Poitiers Communauté CC Pays Agglo Métropole de du Haut Hyères Ÿ ß 8 L’".split()
    )
    | st.text(max_size=8),
    max_size=5,
).map(" ".join)


@given(NAMES)
def test_no_name_makes_a_clumsy_sentence(name):
    of, at = of_name(name), at_name(name)
    assert not re.match(r"(de|à) (le|les) \S", of, re.IGNORECASE)
    assert not re.match(r"(de|à) (le|les) \S", at, re.IGNORECASE)
    assert not re.match(r"de [aeiouéèêâîôûœ]", of, re.IGNORECASE)
    words = " ".join(name.split())
    assert bool(of) == bool(at) == bool(words)
    # Nothing of the name is lost but its article.
    kept = re.sub(r"^((le|les|la) |l[’'])", "", words, flags=re.IGNORECASE)
    assert of.endswith(kept) and at.endswith(kept) and the_name(name).endswith(kept)


def test_the_filters_say_it_in_a_template():
    said = engines["django"].from_string("{{ n|of_name }}, {{ n|at_name }}, {{ n|the_name }}")
    assert said.render({"n": "Le Mans"}) == "du Mans, au Mans, Le Mans"
