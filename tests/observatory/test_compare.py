"""Like with like: what stands side by side, what the address may ask, what leaves as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.memo import request_memory
from essaim.geography.actions import FictitiousCommune, add_fictitious_territory
from essaim.observatory.book import FactNote
from essaim.observatory.choosing import choice_of, find, proposal
from essaim.observatory.comparison import compare, compare_one, nothing_of, per_thousand, structure
from essaim.observatory.enums import FactRole, Field, Level, Population, Source, Status
from essaim.observatory.evaluation import Figure
from essaim.observatory.indicators import indicator
from essaim.observatory.territory import FRANCE, Territory
from tests.geography.factories import load_small_cog
from tests.observatory.factories import EPCI, book, cell, note, vintage

OTHER = Territory(Level.EPCI, "200069763", "CC du Haut-Poitou")
VIENNE = Territory(Level.DEPARTMENT, "86", "Vienne")
ALL = Population.ALL
FIXED = "\u00a0"


def flores(period, *territories, field=None, ess=100, **more):
    cells = []
    for rank, (level, code) in enumerate(territories, 1):
        where = {"level": level, "code": code}
        cells += [
            cell(ess * rank, **where),
            cell(1000 * rank, population=ALL, **where),
            cell(None if more.get("secret") == code else 10 * rank, measure="establishments", **where),
        ]
    return note(Source.FLORES_ESS, period, field=field), cells


def sirene(*territories, period="2026-10", number=4):
    cells = []
    for level, code in territories:
        where = {"level": level, "code": code, "measure": "establishments", "line": None}
        cells += [
            cell(number, family="association", sector="sport", size="12", **where),
            cell(1, family="cooperative", sector="finance", size="01", **where),
            cell(90, population=ALL, size="11", **where),
        ]
    return note(Source.SIRENE, period), cells


def open_flores(*territories, period="2024"):
    return note(Source.FLORES_OPEN, period), [
        cell(2000, population=ALL, level=level, code=code) for level, code in territories
    ]


def at(territory):
    return territory.level, territory.code


def fact(territory=EPCI, key="ess-jobs", year=2018, field=Field.ALL_POSTS, value="321"):
    return FactNote(
        1, FactRole.CITED, key, territory.level, territory.code, year, field, Decimal(value), "", "Une étude", "",
        date(2020, 1, 1), "",
    )  # fmt: skip


JOBS = indicator("ess-jobs")
PLACES = indicator("ess-employer-establishments")
SHARE = indicator("ess-job-share")


def test_one_vintage_that_tells_all_is_taken_even_when_a_newer_one_tells_some():
    seen = book(flores("2017", at(EPCI), at(OTHER)), flores("2018", at(EPCI)))
    line = compare_one(JOBS, [EPCI, OTHER], seen)
    assert [(one.status, one.period, one.value) for one in line.figures] == [
        (Status.OBSERVED, "2017", 100),
        (Status.OBSERVED, "2017", 200),
    ]
    assert line.comparable
    assert line.basis.startswith("Même année et même champ pour tous : 2017")


def test_an_observed_figure_never_stands_beside_an_estimate():
    seen = book(flores("2018", at(EPCI)), sirene(at(EPCI), at(OTHER)))
    line = compare_one(JOBS, [EPCI, OTHER], seen)
    assert {one.status for one in line.figures} == {Status.ESTIMATED}
    assert line.aside[0].value == 100
    assert "Estimation pour tous" in line.basis
    assert "Grand Poitiers Communauté urbaine (100, 2018)" in line.basis


def test_a_published_figure_of_the_same_year_and_field_stands_in_and_is_said():
    seen = book(flores("2018", at(OTHER)), facts=[fact()])
    line = compare_one(JOBS, [EPCI, OTHER], seen)
    assert [one.status for one in line.figures] == [Status.PUBLISHED, Status.OBSERVED]
    assert "le chiffre est publié et cité" in line.basis


@pytest.mark.parametrize("wrong", [{"year": 2017}, {"field": Field.NON_ANNEX_POSTS}, {"field": None}])
def test_a_fact_of_another_year_or_field_is_not_compared(wrong):
    seen = book(flores("2018", at(OTHER)), facts=[fact(**wrong)])
    line = compare_one(JOBS, [EPCI, OTHER], seen)
    assert not line.comparable
    assert {one.status for one in line.figures} == {Status.MISSING}
    assert "aucune source ne le dit de tous" in line.basis
    assert len(line.aside) == 2


def test_two_facts_of_one_year_compare_and_say_what_they_are():
    line = compare_one(JOBS, [EPCI, OTHER], book(facts=[fact(), fact(OTHER, value="30")]))
    assert [one.value for one in line.figures] == [321, 30]
    assert "chiffres publiés et cités" in line.basis


def test_a_secret_is_estimated_for_all_when_possible_and_it_is_said():
    official = flores("2018", at(EPCI), at(OTHER), secret=OTHER.code)
    line = compare_one(PLACES, [EPCI, OTHER], book(official, sirene(at(EPCI), at(OTHER))))
    assert {one.status for one in line.figures} == {Status.ESTIMATED}
    assert "Le tableau officiel le garde secret pour CC du Haut-Poitou." in line.basis
    alone = compare_one(PLACES, [EPCI, OTHER], book(official))
    assert [one.status for one in alone.figures] == [Status.OBSERVED, Status.SECRET]
    assert "secret pour CC du Haut-Poitou" in alone.basis


def test_estimated_shares_have_one_vintage_of_denominators():
    seen = book(
        sirene(at(EPCI), at(OTHER)),
        open_flores(at(EPCI), period="2024"),
        open_flores(at(EPCI), at(OTHER), period="2022"),
    )
    line = compare_one(SHARE, [EPCI, OTHER], seen)
    assert line.comparable
    assert {one.denominator.vintage.period for one in line.figures} == {"2022"}


def test_two_vintages_of_sirene_are_not_mixed():
    seen = book(sirene(at(EPCI), period="2026-11"), sirene(at(EPCI), at(OTHER), period="2026-10"))
    line = compare_one(PLACES, [EPCI, OTHER], seen)
    assert {one.period for one in line.figures} == {"2026-10"}


def test_an_invented_vintage_stands_beside_the_real_one_of_its_period_and_field():
    real, invented = flores("2018", at(EPCI)), flores("2018", at(OTHER))
    seen = book(real, (replace(invented[0], fictitious=True), invented[1]), sirene(at(EPCI), at(OTHER)))
    line = compare_one(JOBS, [EPCI, OTHER], seen)
    assert [(one.status, one.fictitious) for one in line.figures] == [
        (Status.OBSERVED, False),
        (Status.OBSERVED, True),
    ]
    assert structure("family", [EPCI, OTHER], seen) is None


def test_who_is_unknown_is_named():
    line = compare_one(JOBS, [EPCI, OTHER], book(flores("2018", at(EPCI))))
    assert "Rien n’est connu pour CC du Haut-Poitou." in line.basis


_KINDS = st.sets(st.sampled_from(["2017", "2018", "2019", "sirene", "open", "fact", "secret"]))


@given(here=_KINDS, there=_KINDS)
def test_whatever_is_loaded_what_is_compared_is_of_one_kind(here, there):
    """One status family, one year, one field a line; never a zero for what is not known."""
    who = {EPCI: here, OTHER: there}

    def having(kind):
        return [at(one) for one, kinds in who.items() if kind in kinds]

    seen = book(
        flores("2017", *having("2017")),
        flores("2018", *having("2018"), secret=OTHER.code if "secret" in there else ""),
        flores("2019", *having("2019"), field=Field.NON_ANNEX_POSTS),
        sirene(*having("sirene")),
        open_flores(*having("open")),
        facts=[fact(one) for one, kinds in who.items() if "fact" in kinds],
        calibrators=[EPCI],
    )
    for line in compare([EPCI, OTHER], seen, [1000, None]):
        guessed = {one.status == Status.ESTIMATED for one in line.figures}
        assert len(guessed) == 1
        if line.comparable:
            assert len({(one.year, one.field) for one in line.figures}) == 1
            assert line.source_line
        else:
            assert all(one.value is None for one in line.figures)


def test_per_thousand_inhabitants():
    jobs = Figure(JOBS, EPCI, Status.OBSERVED, value=Decimal(1234))
    assert per_thousand(jobs, 200_000) == "6,2"
    assert per_thousand(jobs, None) == ""
    assert per_thousand(jobs, 0) == ""
    guess = Figure(JOBS, EPCI, Status.ESTIMATED, low=Decimal(700), high=Decimal(90_000))
    assert per_thousand(guess, 200_000) == "de 3,5 à 450"
    assert per_thousand(Figure(JOBS, EPCI, Status.ESTIMATED, low=Decimal(700)), 200_000) == "3,5 au moins"
    assert per_thousand(Figure(JOBS, EPCI, Status.SECRET), 200_000) == ""


def test_what_the_ess_is_made_of_comes_from_the_source_of_the_whole():
    seen = book(sirene(at(EPCI), at(OTHER)))
    found = structure("family", [EPCI, OTHER], seen)
    assert found is not None
    # Associations and foundations together are those of both lines: they are not a third part.
    assert [(one.key, one.texts[0]) for one in found.shares] == [
        ("association", "80,0\u202f%"),
        ("cooperative", "20,0\u202f%"),
    ]
    assert structure("sector", [EPCI, OTHER], book()) is None


def test_a_secret_part_is_a_word_never_zero_percent():
    official = note(Source.FLORES_ESS, "2018")
    cells = [cell(10, measure="establishments", level=level, code=code) for level, code in (at(EPCI), at(OTHER))] + [
        cell(value, measure="establishments", family="mutual", level=level, code=code)
        for value, (level, code) in ((4, at(EPCI)), (None, at(OTHER)))
    ]
    found = structure("family", [EPCI, OTHER], book((official, cells)))
    assert found is not None
    assert [(one.label, one.texts) for one in found.shares] == [("Mutuelles", ("40,0\u202f%", "secret statistique"))]


# --- the choice -----------------------------------------------------------------------------------------------------


@pytest.fixture
def places(territory):
    load_small_cog()


@pytest.mark.usefixtures("places")
def test_home_and_what_it_is_part_of_are_proposed():
    assert proposal() == ("epci-200069854", "department-86", "region-75", "country-FR")
    choice = choice_of([])
    assert [one.territory.name for one in choice.chosen] == [
        "Grand Poitiers Communauté urbaine",
        "Vienne",
        "Nouvelle-Aquitaine",
        "France",
    ]
    assert choice.is_full
    assert choice.problems == ()


@pytest.mark.usefixtures("places")
def test_one_territory_alone_is_compared_with_home():
    assert choice_of(["epci-200069763"]).keys == ("epci-200069854", "epci-200069763")


@pytest.mark.usefixtures("places")
def test_inhabitants_of_a_departement_are_those_of_its_communes():
    people = {
        one.territory.key: one.population for one in choice_of(["department-86", "region-75", "country-FR"]).chosen
    }
    assert people == {"department-86": 101_650, "region-75": 101_650, "country-FR": 621_206}


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("asked", "keys", "said"),
    [
        (["epci-999999999", "epci-200069763"], ("epci-200069854", "epci-200069763"), "« epci-999999999 » n’est pas"),
        (["epci-200069763"] * 2, ("epci-200069854", "epci-200069763"), "deux fois"),
        (
            ["epci-200069854", "epci-200069763", "department-86", "region-75", "country-FR"],
            ("epci-200069854", "epci-200069763", "department-86", "region-75"),
            "France n’est pas montré",
        ),
        (["commune-86281", "commune-86194"], ("epci-200069854", "commune-86194"), "La commune 86281 n’est pas suivie"),
        (["'; drop table", "country-FR"], ("epci-200069854", "country-FR"), "n’est pas un territoire connu"),
        (["x" * 5000, "country-FR"], ("epci-200069854", "country-FR"), "n’est pas un territoire connu"),
    ],
)
def test_a_wrong_choice_is_told_in_words(asked, keys, said):
    choice = choice_of(asked)
    assert choice.keys == keys
    assert any(said in problem for problem in choice.problems)


@pytest.mark.usefixtures("places")
def test_hundreds_of_territories_asked_cost_no_more(django_assert_max_num_queries):
    with django_assert_max_num_queries(9), request_memory():
        assert len(choice_of([f"epci-2000{number:05d}" for number in range(500)]).chosen) == 4


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("poitiers", ["epci-200069854", "commune-86194"]),
        ("HAUT POITOU", ["epci-200069763"]),
        ("lyon", ["epci-200046977"]),
        ("86", ["department-86", "epci-200069854"]),
        ("nouvelle aquitaine", ["region-75"]),
        ("france", ["country-FR"]),
        ("zzz", []),
        ("", []),
        ("'%_\\", []),
    ],
)
def test_a_territory_is_found_by_what_one_types(text, keys):
    found = [one.key for one, _ in find(text)]
    for key in keys:
        assert key in found
    if not keys:
        assert found == []


@pytest.mark.usefixtures("places")
def test_who_is_already_chosen_is_not_found_again():
    assert "country-FR" not in [one.key for one, _ in find("france", but=["country-FR"])]


# --- the page and its files -----------------------------------------------------------------------------------------


@pytest.fixture
def loaded(places):
    vintage(Source.FLORES_ESS, "2018", flores("2018", at(EPCI), at(OTHER))[1])
    vintage(Source.SIRENE, "2026-10", sirene(at(EPCI), at(OTHER), at(VIENNE), at(FRANCE))[1])


@pytest.mark.usefixtures("loaded")
def test_the_page_says_each_source_and_keeps_the_choice_in_its_addresses(client):
    html = client.get("/observatoire/comparer/?avec=epci-200069854&avec=epci-200069763").content.decode()
    assert "Même année et même champ pour tous" in html
    assert "Insee, Flores × ESS, 2018" in html
    assert 'name="avec" value="epci-200069763"' in html
    assert "avec=epci-200069854&amp;avec=epci-200069763&amp;avec=department-86" in html
    assert "pour 1\u202f000 habitants" in html
    mixed = client.get("/observatoire/comparer/?avec=epci-200069854&avec=department-86").content.decode()
    assert "Estimation pour tous" in mixed
    assert "Un chiffre officiel existe et n’est pas montré ici" in mixed


@pytest.mark.usefixtures("loaded")
def test_the_search_without_script_leads_to_one_more_territory(client):
    html = client.get("/observatoire/comparer/?avec=epci-200069854&avec=country-FR&q=vienne").content.decode()
    assert "?avec=epci-200069854&amp;avec=country-FR&amp;avec=department-86" in html
    nothing = client.get("/observatoire/comparer/?avec=country-FR&q=<script>zzz").content.decode()
    assert "Rien ne répond à «\u00a0&lt;script&gt;zzz\u00a0»" in nothing


@pytest.mark.usefixtures("territory")
def test_an_empty_installation_compares_nothing_and_says_so(client):
    html = client.get("/observatoire/comparer/").content.decode()
    assert "aucune source ne le dit de tous" in html


def test_without_any_territory_the_page_asks_for_two(client, db):
    html = client.get("/observatoire/comparer/").content.decode()
    assert "Choisissez les territoires à comparer" in html


@pytest.mark.usefixtures("loaded")
def test_the_file_has_one_figure_a_row_with_what_is_compared(client):
    answer = client.get("/observatoire/comparer/export/csv/?avec=epci-200069854&avec=epci-200069763")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert {row["Territoire"] for row in rows} == {"Grand Poitiers Communauté urbaine", "CC du Haut-Poitou"}
    jobs = [row for row in rows if row["Indicateur (code)"] == "ess-jobs"]
    assert [row["Valeur (centrale pour une estimation calée)"] for row in jobs] == ["100", "200"]
    assert all(row["Ce qui est comparé"] for row in rows)
    assert client.get("/observatoire/comparer/export/xlsx/").status_code == 200
    assert client.get("/observatoire/comparer/export/exe/").status_code == 404


@pytest.mark.usefixtures("loaded")
def test_the_page_costs_the_same_queries_for_two_as_for_four(client, django_assert_num_queries):
    client.get("/observatoire/comparer/?avec=epci-200069854&avec=epci-200069763")
    with django_assert_num_queries(QUERIES_TWO):
        client.get("/observatoire/comparer/?avec=epci-200069854&avec=epci-200069763")
    with django_assert_num_queries(QUERIES_FOUR):
        client.get("/observatoire/comparer/?avec=epci-200069854&avec=epci-200069763&avec=department-86&avec=country-FR")
    with django_assert_num_queries(QUERIES_FOUR + 2):
        client.get("/observatoire/comparer/?avec=epci-200069854&avec=department-86&avec=country-FR&q=poitiers")


# Journal, home, tree, EPCI, vintages, files, cells, facts, communes of home; with a département, its inhabitants.
QUERIES_TWO, QUERIES_FOUR = 9, 10


# --- the demonstration ----------------------------------------------------------------------------------------------

REGION = Territory(Level.REGION, "75", "Nouvelle-Aquitaine")


def urssaf(*territories, **more):
    cells = []
    for level, code in territories:
        where = {"level": level, "code": code, "measure": "mean_jobs", "line": None}
        cells += [cell(150, **where), cell(1500, population="private", **where)]
    return note(Source.URSSAF, "2024", **more), cells


def test_regions_and_france_compare_what_the_urssaf_tells_of_them():
    known = book(urssaf(at(REGION), at(FRANCE)))
    lines = {line.indicator.key: line for line in compare([REGION, FRANCE], known)}
    assert [figure.value for figure in lines["urssaf-ess-private-share"].figures] == [10, 10]
    assert lines["urssaf-ess-jobs"].comparable
    assert not any(key.startswith("urssaf") for key in (one.indicator.key for one in compare([EPCI, FRANCE], known)))
    assert nothing_of([REGION, FRANCE], list(lines.values())) == ()


@pytest.fixture
def invented(places):
    add_fictitious_territory(
        siren="999000018",
        name="Le Pays inventé",
        by="test",
        communes=[FictitiousCommune("00201", "Clairfont", 100, 46.0, 1.0)],
    )


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize("fictitious", [True, False])
def test_the_demonstration_proposes_what_it_invents_and_says_of_what_it_has_nothing(client, fictitious):
    cells = [cell(4, measure="establishments", family="association", sector="sport", size="12", line=None)]
    cells.append(cell(90, population=ALL, size="11", measure="establishments", line=None))
    vintage(Source.SIRENE, "2026-10", cells, fictitious=fictitious)
    html = client.get(f"/observatoire/comparer/?avec={EPCI.key}&avec=department-86").content.decode()
    said = "La démonstration n’invente aucun de ces chiffres du département Vienne" in html.replace(FIXED, " ")
    assert said is fictitious
    assert ("avec=epci-999000018" in html) is fictitious
    assert ("avec=country-FR" in html) is not fictitious


def test_the_parts_of_a_real_territory_read_in_an_invented_file_are_marked(client, places):
    vintage(Source.SIRENE, "2026-10", sirene(at(EPCI), at(OTHER))[1], fictitious=True)
    html = client.get("/observatoire/comparer/?avec=epci-200069854&avec=epci-200069763").content.decode()
    table = html.partition('id="t-family"')[2].partition("</table>")[0]
    heads = table.partition("<tbody")[0]
    assert heads.count("(inventé)") == 2
