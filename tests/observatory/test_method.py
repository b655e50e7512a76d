"""Methodology and glossary: true whatever is loaded, every word defined once."""

from __future__ import annotations

import re

import pytest
from django.template import engines
from django.utils.text import slugify

from essaim.observatory.biases import BIASES
from essaim.observatory.enums import Population, Source
from essaim.observatory.glossary import TERMS
from tests.observatory.factories import cell, vintage
from tests.observatory.test_explanation import flores, sirene

METHOD, GLOSSARY = "/observatoire/methode/", "/observatoire/glossaire/"


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("territory")
def test_the_method_stands_before_any_file_is_loaded(client):
    html = text_of(client.get(METHOD))
    assert "Aucun pour l’instant" in html
    assert "Les estimations n’ont donc que leurs deux bornes." in html
    for bias in BIASES:
        assert bias.name in html


@pytest.mark.usefixtures("territory")
def test_the_perimeter_is_the_one_of_the_nomenclature(client):
    html = text_of(client.get(METHOD))
    assert "67 catégories" in html
    assert "94.11Z" in html
    assert "Banque fédérale mutualiste" in html
    assert "n° 2014-856" in html


@pytest.mark.usefixtures("territory")
def test_both_shares_of_2018_are_told_with_their_denominators(client):
    html = text_of(client.get(METHOD))
    assert "11,4 %" in html
    assert "19,3 %" in html
    assert "95 638 emplois salariés, public compris" in html
    assert "56 471 emplois du privé" in html


@pytest.mark.usefixtures("territory")
def test_published_files_are_listed_with_checksum_and_reading_and_withdrawn_ones_are_not(client):
    shown = vintage(Source.FLORES_ESS, "2018", flores()[1])
    hidden = vintage(Source.FLORES_ESS, "2017", flores("2017")[1], published=False)
    html = text_of(client.get(METHOD))
    assert f"{shown.pk:064x}" in html
    assert f'id="millesime-{shown.pk}"' in html
    assert f"{hidden.pk:064x}" not in html


@pytest.mark.usefixtures("territory")
def test_the_present_calibration_is_said_with_its_numbers(client):
    sectors = [cell(30, sector="sport"), cell(70, sector="social"), cell(100), cell(900, population=Population.ALL)]
    vintage(Source.FLORES_ESS, "2018", sectors)
    vintage(Source.SIRENE, "2026-10", sirene((10, "01", "sport"), (2, "12", "social_lodging"))[1])
    html = text_of(client.get(METHOD))
    assert "calée sur Grand Poitiers Communauté urbaine, Insee, Flores × ESS 2018" in html
    assert "facteur 1,3055" in html
    assert "Le facteur est ajusté sur ce territoire" in html
    assert "plutôt" not in html
    assert "vérifié sur" not in html


@pytest.mark.usefixtures("territory")
def test_a_calibration_set_aside_is_said_with_its_error(client):
    sectors = [cell(90, sector="sport"), cell(10, sector="social"), cell(100), cell(900, population=Population.ALL)]
    vintage(Source.FLORES_ESS, "2018", sectors)
    vintage(Source.SIRENE, "2026-10", sirene((10, "01", "sport"), (2, "12", "social_lodging"))[1])
    assert "Calage écarté : écart de 143" in text_of(client.get(METHOD))


@pytest.mark.usefixtures("territory")
def test_the_pages_cost_few_queries(client, django_assert_num_queries):
    """Journal, home, tree, vintages, files, cells, facts, vintages and files listed; the glossary: the first three."""
    vintage(Source.FLORES_ESS, "2018", flores()[1])
    client.get(METHOD)
    with django_assert_num_queries(9):
        client.get(METHOD)
    vintage(Source.FLORES_ESS, "2017", flores("2017")[1])
    with django_assert_num_queries(9):
        client.get(METHOD)
    with django_assert_num_queries(3):
        client.get(GLOSSARY)


def test_every_word_has_its_anchor_and_leads_to_words_that_exist(client, db):
    html = client.get(GLOSSARY).content.decode()
    for key, term in TERMS.items():
        assert key == term.key == slugify(term.key)
        assert f'id="{key}"' in html
        assert term.text
        assert term.key not in term.see
        assert set(term.see) <= set(TERMS)
    assert set(re.findall(r'href="#([a-z-]+)"', html)) - {"contenu"} == set(TERMS)


def test_a_word_opens_its_meaning_on_any_page():
    page = engines["django"].from_string(
        '{% load glossary %}{% word "annexe" "postes annexes" %}{% word "champ" id="x" %}'
    )
    html = page.render({})
    assert "postes annexes" in html
    assert 'id="mot-annexe" popover' in html
    assert 'id="x" popover' in html
    assert TERMS["champ"].text in html
