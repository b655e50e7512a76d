"""In a real browser: the explanation of a figure, the comparison, the method, the glossary."""

from __future__ import annotations

import pytest

from essaim.observatory.enums import Level, Population, Source
from tests.geography.factories import load_small_cog
from tests.observatory.factories import EPCI, cell, vintage

PLACES = [(Level.EPCI, EPCI.code), (Level.EPCI, "200069763"), (Level.DEPARTMENT, "86"), (Level.COUNTRY, "FR")]
TWO = "/observatoire/comparer/?avec=epci-200069854&avec=epci-200069763"


@pytest.fixture
def figures(territory):
    """Two years of tables (one EPCI has a secret), Sirene for all, open Flores for all."""
    load_small_cog()
    for year, jobs in (("2017", 1000), ("2018", 1234)):
        cells = []
        for level, code in PLACES[:2]:
            where = {"level": level, "code": code}
            hidden = None if code != EPCI.code else 30
            cells += [
                cell(jobs, line=12, **where),
                cell(9000, population=Population.ALL, line=14, **where),
                cell(120, measure="establishments", line=12, **where),
                cell(hidden, measure="establishments", family="mutual", line=13, **where),
                cell(jobs, sector="social", line=15, **where),
            ]
        vintage(Source.FLORES_ESS, year, cells)
    bands = [("association", "sport", "01"), ("cooperative", "finance", "11"), ("association", "social_lodging", "21")]
    cells = []
    for level, code in PLACES:
        where = {"level": level, "code": code, "measure": "establishments", "line": None}
        cells += [cell(40, family=family, sector=sector, size=size, **where) for family, sector, size in bands]
        cells.append(cell(2000, population=Population.ALL, size="11", **where))
    vintage(Source.SIRENE, "2026-10", cells, fictitious=True)
    jobs = [cell(20_000, population=Population.ALL, level=level, code=code) for level, code in PLACES]
    vintage(Source.FLORES_OPEN, "2024", jobs)


ADDRESSES = [
    "/observatoire/chiffres/",
    "/observatoire/chiffres/ess-job-share/",
    "/observatoire/chiffres/ess-job-share/?source=sirene",
    "/observatoire/chiffres/ess-employer-establishments:family=mutual/?territoire=epci-200069763",
    "/observatoire/chiffres/ess-jobs/?annee=1999",
    "/observatoire/chiffres/ess-nothing/",
    "/observatoire/comparer/",
    TWO,
    "/observatoire/comparer/?avec=epci-200069854&avec=department-86&avec=country-FR&q=poitiers",
    "/observatoire/comparer/?avec=epci-1&avec=epci-200069854&avec=epci-200069854&q=zzz",
    "/observatoire/methode/",
    "/observatoire/glossaire/",
]


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_at_four_looks(page_at, tour, address):
    page = page_at()
    assert tour(page, [address]) == {}
    assert [one for one in page.trouble if "404" not in one] == []


@pytest.mark.usefixtures("territory")
def test_empty_pages_at_four_looks(page_at, tour):
    addresses = ["/observatoire/chiffres/", "/observatoire/chiffres/ess-jobs/", "/observatoire/comparer/"]
    assert tour(page_at(), [*addresses, "/observatoire/methode/"]) == {}


@pytest.mark.usefixtures("figures")
def test_a_territory_is_added_and_taken_out_without_script(page_at):
    page = page_at(360, java_script_enabled=False)
    page.goto(TWO)
    page.get_by_label("Ajouter une intercommunalité").fill("vienne")
    page.get_by_role("search", name="Ajouter un territoire").get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Le département Vienne").click()
    assert page.url.endswith("avec=epci-200069854&avec=epci-200069763&avec=department-86")
    page.get_by_role("link", name="CC du Haut-Poitou : retirer de la comparaison").click()
    assert page.url.endswith("?avec=epci-200069854&avec=department-86")
    page.get_by_text("Estimation pour tous").first.wait_for()


@pytest.mark.usefixtures("figures")
def test_a_compared_figure_leads_to_its_calculation_and_the_word_opens_by_keyboard(page_at):
    page = page_at()
    page.goto(TWO)
    jobs = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Emplois de l’ESS", exact=True))
    jobs.get_by_role("link", name="comment ce chiffre est calculé").first.click()
    page.get_by_role("heading", name="Les lignes utilisées").wait_for()
    page.get_by_text("Identique à ce qui est affiché").wait_for()
    word = page.get_by_role("button", name="Champ")
    word.focus()
    page.keyboard.press("Enter")
    page.locator("#mot-champ").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#mot-champ").wait_for(state="hidden")


@pytest.mark.usefixtures("figures")
def test_an_anchor_of_the_glossary_stands_in_view(page_at):
    page = page_at(360)
    page.goto("/observatoire/glossaire/#secret")
    box = page.locator("#secret").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 300
