"""How a figure was made: what is said, and that the figure worked out again is the one shown."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from essaim.observatory.book import FactNote
from essaim.observatory.enums import FactRole, Field, Level, Population, Source, Status
from essaim.observatory.evaluation import estimate
from essaim.observatory.explanation import NoSuchYear, explain, explanation_of, years_of
from essaim.observatory.indicators import CATALOGUE, indicator
from essaim.observatory.territory import Territory
from tests.observatory.factories import EPCI, book, cell, note, vintage

ALL, PRIVATE, PUBLIC = Population.ALL, Population.PRIVATE, Population.PUBLIC
NARROW = "\u202f"


def flores(period="2018", ess=1200, everybody=10_000, **more):
    return note(Source.FLORES_ESS, period, perimeter_version="insee-champ-es-2017", **more), [
        cell(ess, line=12),
        cell(everybody, population=ALL, line=14),
        cell(130, measure="establishments", line=12),
    ]


def sirene(*sizes, period="2026-10"):
    return note(Source.SIRENE, period), [
        cell(number, measure="establishments", family="association", sector=sector, size=size, line=None)
        for number, size, sector in sizes
    ] + [cell(90, measure="establishments", population=ALL, size="11", line=None)]


def open_flores():
    return note(Source.FLORES_OPEN, "2024"), [cell(400, population=PUBLIC), cell(600, population=PRIVATE)]


def test_a_share_is_told_from_its_cells_to_its_rounding():
    told = explain(indicator("ess-job-share"), EPCI, book(flores(ess=1234)))
    assert told.formula == (
        f"Numérateur : 1{NARROW}234.",
        f"Dénominateur : 10{NARROW}000.",
        f"100 × 1{NARROW}234 ÷ 10{NARROW}000 = 12,340000{NARROW}%, affiché 12,3{NARROW}%.",
    )
    assert told.again is not None
    assert (told.again.value, told.again.agrees) == (Decimal("12.34"), True)
    top, bottom = told.parts
    assert [row.place for row in top.rows] == ["flores_ess-2018.csv, ligne 12"]
    assert bottom.rows[0].words == (
        "intercommunalité 200069854, ensemble, public et privé, emplois salariés au 31 décembre"
    )
    text = "\n".join(told.lines())
    assert f"{top.files[0].sha256}" in text
    assert "Périmètre de l’ESS : insee-champ-es-2017 : 67 catégories juridiques" in text
    assert "Identique à ce qui est affiché." in text


def test_a_denominator_made_of_two_populations_says_which():
    seen = book(sirene((2, "01", "sport"), (1, "12", "social")), open_flores())
    told = explain(indicator("ess-job-share"), EPCI, seen)
    assert told.parts[1].filters[1] == "Population : privé, ESS comprise + public."
    assert "Dénominateur : 600 + 400 = 1\u202f000." in told.formula
    assert told.again is not None
    assert told.again.agrees


def test_an_estimate_shows_bands_bounds_and_biases_and_no_centre_without_calibration():
    told = explain(indicator("ess-jobs"), EPCI, book(sirene((2, "01", "sport"), (1, "12", "arts"), (7, "NN", "arts"))))
    assert [(band.code, band.jobs_low, band.jobs_high) for band in told.bands] == [("01", 2, 4), ("12", 20, 49)]
    assert told.again is not None
    assert (told.again.low, told.again.high, told.again.value, told.again.agrees) == (22, 53, None, True)
    assert "Valeur centrale : aucune. Aucun calage n’est possible avec les fichiers publiés." in told.formula
    assert {bias.key for bias in told.biases} >= {"bands", "seat", "unknown-band", "several-places", "bank-branches"}
    assert "NN" not in {band.code for band in told.bands}


def test_a_band_without_ceiling_has_no_upper_bound_anywhere():
    told = explain(indicator("ess-jobs"), EPCI, book(sirene((1, "53", "finance"))))
    assert told.as_dict()["recomputed"] == {"value": None, "low": "10000", "high": None, "matches": True}
    assert any("sans borne haute" in line for line in told.lines())


NEIGHBOUR = Territory(Level.EPCI, "200069763", "CC du Haut-Poitou")


def calibrated(sport=30, social=70):
    """A table of home by sector, and the same bands and jobs at home and next door."""
    bands, everybody = sirene((10, "01", "sport"), (2, "12", "social_lodging")), open_flores()
    return book(
        (note(Source.FLORES_ESS, "2018"), [cell(sport, sector="sport"), cell(social, sector="social"), cell(100)]),
        *((known, cells + [one._replace(code=NEIGHBOUR.code) for one in cells]) for known, cells in (bands, everybody)),
        calibrators=[EPCI],
    )


def test_a_calibration_is_named_with_its_numbers():
    seen = calibrated()
    told = explanation_of(estimate(indicator("ess-jobs"), NEIGHBOUR, seen), seen)
    assert told.scaling is not None
    assert told.scaling.observed_jobs == 100
    assert told.scaling.weighed == Decimal("76.6")  # 10 × 1.4 + 2 × 31.3
    assert told.again is not None
    assert told.again.agrees
    assert told.again.value == 100
    said = told.as_dict()["calibration"]
    assert said["territory"] == EPCI.name
    assert said["observed"] == "Insee, Flores × ESS 2018"
    assert any("facteur 1,3055" in line for line in told.lines())
    assert not any("vérifié" in line for line in told.lines())


@pytest.mark.parametrize(("key", "centre"), [("ess-jobs", "plutôt 100"), ("ess-job-share", "plutôt 10")])
def test_a_calibrated_estimate_says_its_centre_and_works_it_out_again(key, centre):
    told = explain(indicator(key), NEIGHBOUR, calibrated())
    lines = told.lines()
    assert f", {centre}" in lines[1]
    again = next(line for line in lines if "Recalculé" in line)
    assert "valeur centrale 10" in again
    assert told.as_dict()["central"].startswith(centre)
    assert told.again is not None
    assert (told.again.value, told.again.agrees) == (told.figure.value, True)


def test_a_calibration_set_aside_says_its_error():
    told = explain(indicator("ess-jobs"), NEIGHBOUR, calibrated(sport=90, social=10))
    assert told.scaling is None
    assert any("Valeur centrale : aucune. Calage écarté : écart de 143" in line for line in told.formula)
    assert told.as_dict()["no_centre"].startswith("Calage écarté")
    assert told.again is not None
    assert told.again.agrees


def test_where_the_calibration_comes_from_no_centre_is_told():
    told = explain(indicator("ess-jobs"), EPCI, calibrated(), source=Source.SIRENE)
    assert "plutôt" not in told.lines()[1]
    assert any("ajusté sur ce territoire" in line for line in told.formula)


def test_the_estimate_can_be_explained_though_a_table_exists():
    seen = calibrated()
    assert explain(indicator("ess-jobs"), EPCI, seen).figure.status == Status.OBSERVED
    told = explain(indicator("ess-jobs"), EPCI, seen, source=Source.SIRENE)
    assert told.figure.status == Status.ESTIMATED
    assert told.years == (2026,)


def fact(**more):
    values = {
        "pk": 1, "role": FactRole.CITED, "indicator": "ess-jobs", "level": Level.EPCI, "code": EPCI.code, "year": 2018,
        "field": Field.ALL_POSTS, "value": Decimal(1234), "wording": "1 234 emplois", "source_title": "Une étude",
        "source_url": "https://exemple.fr/etude", "said_on": date(2020, 3, 1), "file_to_load": "EPCI_T3.xlsx",
    }  # fmt: skip
    return FactNote(**values | more)


def test_a_published_fact_is_never_recomputed_and_names_its_file():
    told = explain(indicator("ess-jobs"), EPCI, book(facts=[fact()]))
    assert (told.is_fact, told.again, told.parts, told.formula) == (True, None, (), ())
    said = told.as_dict()
    assert said["recomputable"] is False
    assert said["fact"]["file_to_load"] == "EPCI_T3.xlsx"
    assert said["fact"]["value"] == "1234"
    text = "\n".join(told.lines())
    assert "Fait publié, non recalculable ici" in text
    assert "https://exemple.fr/etude" in text


def test_only_a_fact_is_said_not_to_be_recomputable():
    for seen in (book(flores()), book(sirene((1, "01", "sport"))), book()):
        told = explain(indicator("ess-jobs"), EPCI, seen)
        assert told.as_dict()["recomputable"] is True
        assert "non recalculable" not in "\n".join(told.lines())


def test_a_secret_shows_its_cell_and_no_number():
    told = explain(indicator("ess-jobs"), EPCI, book((note(Source.FLORES_ESS, "2018"), [cell(None, line=8)])))
    assert told.as_dict()["parts"][0]["rows"][0]["value"] is None
    assert told.as_dict()["parts"][0]["rows"][0]["secret"] is True
    text = "\n".join(told.lines())
    assert "ligne 8" in text
    assert "= secret" in text
    assert "= 0" not in text
    assert (told.again, told.formula) == (None, ())


def test_what_nobody_tells_says_why():
    told = explain(indicator("ess-fte"), EPCI, book())
    assert told.figure.status == Status.MISSING
    assert "Aucun fichier publié ne donne ce chiffre pour ce territoire." in told.lines()


def test_years_are_those_that_say_something_and_others_are_refused():
    seen = book(flores("2017"), flores("2018"), flores("2019", field=Field.NON_ANNEX_POSTS), facts=[fact(year=2015)])
    assert years_of(indicator("ess-jobs"), EPCI, seen) == (2019, 2018, 2017, 2015)
    told = explain(indicator("ess-jobs"), EPCI, seen, year=2019)
    assert told.figure.field == Field.NON_ANNEX_POSTS
    with pytest.raises(NoSuchYear, match="Années connues : 2019, 2018, 2017, 2015"):
        explain(indicator("ess-jobs"), EPCI, seen, year=2031)
    with pytest.raises(NoSuchYear, match="aucune"):
        explain(indicator("ess-jobs"), EPCI, book(), year=2018)


def test_a_sum_of_communes_gives_every_row_in_json_and_the_first_ones_in_text():
    codes = [f"860{number:02d}" for number in range(1, 61)]
    whole = Territory(Level.EPCI, "200069854-rural", "Communes rurales", members=tuple(codes))
    seen = book((note(Source.FLORES_OPEN, "2024"), [
        cell(10, level=Level.COMMUNE, code=code, population=ALL, line=index) for index, code in enumerate(codes, 2)
    ]))  # fmt: skip
    told = explain(indicator("all-jobs"), whole, seen)
    assert told.again is not None
    assert told.again.value == 600
    assert len(told.as_dict()["parts"][0]["rows"]) == 60
    assert "  … et 20 autres lignes (toutes avec --json)." in told.lines()
    assert "Valeur : somme de 60 cases = 600." in told.formula
    assert told.perimeter is None


@given(
    ess=st.integers(0, 10**7),
    everybody=st.integers(0, 10**7),
    sizes=st.lists(st.tuples(st.integers(0, 9999), st.sampled_from(["00", "01", "12", "42", "53", "NN"])), max_size=6),
)
def test_whatever_the_cells_the_figure_worked_out_again_is_the_one_shown(ess, everybody, sizes):
    """Two paths from the cells to the number, one answer; the JSON always holds."""
    sectors = ["sport", "arts", "health", "finance", "education", "services"]
    rows = [(number, size, sectors[index]) for index, (number, size) in enumerate(sizes)]
    seen = book(flores(ess=ess, everybody=everybody), sirene(*rows), open_flores(), calibrators=[EPCI])
    for found in CATALOGUE.values():
        for source in (None, Source.SIRENE):
            told = explain(found, EPCI, seen, source=source)
            assert told.again is None or told.again.agrees
            assert (told.again is not None) == told.figure.is_known
            json.dumps(told.as_dict())
            assert told.lines()


# --- the command ----------------------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("observatory", "explain", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("territory")
def test_the_command_says_what_the_page_says():
    vintage(Source.FLORES_ESS, "2018", flores()[1])
    text = run("ess-job-share")
    assert "Part de l’ESS dans tous les emplois salariés, Grand Poitiers Communauté urbaine, 2018" in text
    assert f"12,0{NARROW}%" in text
    said = json.loads(run("ess-job-share", "--territory", EPCI.code, "--year", "2018", "--json"))
    assert said["recomputed"] == {"value": "12", "low": None, "high": None, "matches": True}
    assert said["parts"][0]["files"][0]["sha256"]


@pytest.mark.usefixtures("territory")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ess-nothing"], "Indicateurs : ess-employer-establishments"),
        (["ess-jobs:family=guild"], "family=guild"),
        (["ess-jobs", "--territory", "999999999"], "neuf chiffres d’un EPCI"),
        (["ess-jobs", "--territory", "'; drop"], "Aucun territoire"),
        (["ess-jobs", "--year", "1789"], "Années connues : aucune"),
    ],
)
def test_the_command_refuses_with_the_choices(arguments, said):
    with pytest.raises(CommandError, match=said):
        run(*arguments)


# --- the pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def loaded(territory):
    vintage(Source.FLORES_ESS, "2018", flores(ess=1234)[1])
    vintage(Source.FLORES_ESS, "2017", flores("2017", ess=1111)[1])
    vintage(Source.SIRENE, "2026-10", sirene((3, "01", "sport"), (1, "53", "finance"))[1])


@pytest.mark.usefixtures("loaded")
def test_the_page_and_the_json_say_what_the_command_says(client):
    html = client.get("/observatoire/chiffres/ess-job-share/").content.decode()
    for line in run("ess-job-share").splitlines():
        if line.startswith("  100 ×"):
            assert line.strip() in html
    assert "Identique à ce qui est affiché" in html
    assert "flores_ess-2018.csv" in html
    said = json.loads(run("ess-job-share", "--json"))
    for address in ("/observatoire/chiffres/ess-job-share.json", "/observatoire/chiffres/ess-job-share/?format=json"):
        assert json.loads(client.get(address).content) == said


@pytest.mark.usefixtures("loaded")
def test_each_known_year_has_its_link_and_an_unknown_one_its_words(client):
    html = client.get("/observatoire/chiffres/ess-jobs/").content.decode()
    assert 'href="?territoire=epci-200069854&amp;annee=2017"' in html
    older = client.get("/observatoire/chiffres/ess-jobs/?annee=2017").content.decode()
    assert f"1{NARROW}111" in older
    answer = client.get("/observatoire/chiffres/ess-jobs/?annee=1999")
    assert answer.status_code == 404
    assert "Pas de chiffre pour 1999" in answer.content.decode()
    assert "annee=2018" in answer.content.decode()


@pytest.mark.usefixtures("loaded")
def test_the_estimate_is_explained_apart(client):
    html = client.get("/observatoire/chiffres/ess-jobs/?source=sirene").content.decode()
    assert "Tranche par tranche" in html
    assert "sans plafond" in html
    assert "Pourquoi cette estimation peut se tromper" in html
    assert "Effet de siège" in html


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "address",
    [
        "ess-nothing/",
        "ess-jobs:family=guild/",
        "ess-jobs/?territoire=epci-999999999",
        "ess-jobs/?territoire=moon-1",
        "ess-jobs/?territoire=epci-200069854-marin",
        "ess-jobs/?annee=deux",
        "ess-jobs/?annee=٢٠١٨",
        "ess-jobs/?source=flores_ess",
        "ess-jobs.json?annee=1999",
        "%3Cscript%3E/",
    ],
)
def test_what_does_not_exist_is_not_found(client, address):
    assert client.get(f"/observatoire/chiffres/{address}").status_code == 404


@pytest.mark.usefixtures("loaded")
def test_an_unknown_figure_shows_those_that_exist(client):
    answer = client.get("/observatoire/chiffres/<b>x/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "L’indicateur «\u00a0&lt;b&gt;x\u00a0» n’existe pas." in html
    assert 'href="/observatoire/chiffres/ess-job-share/"' in html


@pytest.mark.django_db
def test_nothing_is_loaded_and_no_territory_is_set(client):
    assert client.get("/observatoire/chiffres/").status_code == 200
    html = client.get("/observatoire/chiffres/ess-jobs/").content.decode()
    assert "Aucun fichier publié ne donne ce chiffre" in html
    assert "manquant" in html


@pytest.mark.usefixtures("territory")
def test_thousands_of_rows_are_paged_on_the_page_and_whole_in_json(client):
    cells = [
        cell(1, measure="establishments", family="association", sector=sector, size=size, line=None)
        for sector in (
            "sport",
            "arts",
            "health",
            "finance",
            "education",
            "services",
            "social_lodging",
            "social_childcare",
        )
        for size in ("00", "01", "02", "03", "11", "12", "21", "22")
    ]
    vintage(Source.SIRENE, "2026-10", cells)
    html = client.get("/observatoire/chiffres/ess-jobs/").content.decode()
    assert "64 cases" in html.replace("\u00a0", " ")
    assert "page=2" in html
    assert "Chaque case est une somme de lignes du fichier." in html
    assert html.count('data-label="Valeur"') == 50
    assert client.get("/observatoire/chiffres/ess-jobs/?page=2").content.decode().count('data-label="Valeur"') == 14
    said = json.loads(client.get("/observatoire/chiffres/ess-jobs.json").content)
    assert len(said["parts"][0]["rows"]) == 64


@pytest.mark.usefixtures("loaded")
def test_the_pages_cost_few_queries(client, django_assert_num_queries):
    """Journal, home, tree, its communes (for its département), vintages, files, cells, facts; JSON: no communes."""
    client.get("/observatoire/chiffres/")
    with django_assert_num_queries(8):
        client.get("/observatoire/chiffres/")
    with django_assert_num_queries(8):
        client.get("/observatoire/chiffres/ess-job-share/")
    with django_assert_num_queries(6):
        client.get("/observatoire/chiffres/ess-job-share.json")
