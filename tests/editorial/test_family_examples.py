"""A family is illustrated by what it is: labels, names and funds that it counts are told, never shown as examples."""

from __future__ import annotations

import pytest

from essaim.directory.search.index import rebuild_index
from essaim.directory.standing import Beside, beside_their_family, standing_of
from essaim.editorial.models import ContentPage
from tests.directory.search.factories import HOME, make_structure, make_town
from tests.editorial.factories import make_home, make_page


def shown(client, *blocks, slug="essai") -> str:
    stream = ContentPage._meta.get_field("body").stream_block.to_python(
        [{"type": kind, "value": value} for kind, value in blocks]
    )
    page = make_page(model=ContentPage, title="Essai", slug=slug, body=stream)
    html = client.get(page.url).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    return html.partition("<main")[2]


def company(name: str, *codes: str, **given):
    made = make_structure(name, family="company", legal_category="5710", **given)
    made.criteria.all().delete()
    for code in codes:
        made.criteria.create(code=code, source=f"Source {code}")
    return made


@pytest.fixture
def town(db):
    make_town()
    make_home()
    for number in range(6):  # more than a page would show, before the true one in the order of names
        company(f"Atelier Insertion {number}", "siae")
    company("Bons Soins", "esus")
    company("Coopérative d’énergie", "sirene_flag")
    company("Zèle et Compagnie", "siae", "sirene_flag")
    make_structure("Fonds de dotation du Clain", family="foundation", legal_category="9300")
    make_structure("Fondation Vraie", family="foundation", legal_category="9300")
    rebuild_index()


def test_a_label_alone_or_a_name_is_no_example_of_the_companies(client, town):
    html = shown(client, ("family", {"family": "company", "text": ""}))
    assert html.count('class="examples__name"') == 1
    assert "Zèle et Compagnie" in html
    assert "<b>9</b> ici" in html
    told = "6 structures d’insertion, 1 entreprise agréée Esus, 1 société que son nom dit coopérative"
    assert f"Ce nombre compte aussi {told} :" in html
    # What it is comes before the labels that it holds.
    assert "Déclarée ESS au répertoire SIRENE" in html
    assert "Structure d’insertion par l’activité économique" not in html


def test_a_fund_is_no_example_of_the_foundations(client, town):
    html = shown(client, ("family", {"family": "foundation", "text": ""}))
    assert "Fondation Vraie" in html
    assert "Fonds de dotation du Clain" not in html
    assert "compte aussi 1 fonds de dotation :" in html


def test_no_example_left_is_still_a_page(client, town):
    from essaim.directory.models import Structure

    Structure.objects.filter(name="Fondation Vraie").delete()
    rebuild_index()
    html = shown(client, ("family", {"family": "foundation", "text": ""}))
    assert "<b>1</b> ici." in html
    assert "examples__name" not in html


def test_a_family_that_counts_nothing_else_says_nothing_more(client, town):
    make_structure("Club", family="association")
    rebuild_index()
    assert "Ce nombre compte aussi" not in shown(client, ("family", {"family": "association", "text": ""}))


def test_elsewhere_a_label_alone_is_not_called_a_family(client, town):
    html = shown(client, ("structures", {"title": "", "words": "Atelier Insertion", "limit": 2}))
    assert html.count(">Structure d’insertion</span>") == 2
    assert "Société commerciale" not in html


def test_which_structures_stand_beside_their_family(town, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = beside_their_family({"company", "foundation", "association"}, {HOME})
    assert sorted(found.values()) == ["coop", "esus", "fund", *["siae"] * 6]
    with django_assert_num_queries(0):
        assert beside_their_family({"association", ""}, {HOME}) == {}
    assert beside_their_family({"company"}, set()) == {}


@pytest.mark.parametrize(
    ("family", "alone", "names", "label"),
    [
        ("company", "", ("ENERGIES DU CLAIN",), "Société commerciale de l’ESS"),
        ("company", "", ("SCIC ÉNERGIES",), "Coopérative d’après son nom"),
        ("company", "", (None, "La Coop"), "Coopérative d’après son nom"),
        ("company", "siae", ("SCOP",), "Structure d’insertion"),
        ("cooperative", "", ("SCOP DU CLAIN",), "Coopérative"),
        ("association", "", ("AMIS DU FONDS DE DOTATION",), "Association"),
        ("foundation", "", ("FONDS POUR LA DOTATION",), "Fonds de dotation"),
        ("foundation", "", ("FONDATION DES FONDS",), "Fondation"),
        ("company", "", (), "Société commerciale de l’ESS"),
    ],
)
def test_how_a_structure_is_told(family, alone, names, label):
    standing = standing_of(family, alone, names)
    assert standing.label == label
    assert bool(standing.family) is (standing.beside is None)
    assert standing.beside is None or standing.beside in Beside
