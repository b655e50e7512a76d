"""The charts of a profile, and their files: what they draw, what they say, what they refuse."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from essaim.observatory.book import FactNote
from essaim.observatory.charts import COMPARED, FORMATS, charts_of, comparison
from essaim.observatory.charts.territories import MOST_COMMUNES
from essaim.observatory.communes import CommuneRow
from essaim.observatory.comparison import compare
from essaim.observatory.enums import FactRole, Field, Level, Measure, Population, Source, Status, Workers
from essaim.observatory.evaluation import evaluate
from essaim.observatory.glossary import TERMS
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.profile import profile_of
from essaim.observatory.territory import Territory
from essaim.observatory.views.charts import PICTURES, PNG_WIDTH
from essaim.ui.charts.drawing import INVENTED, standalone, svg
from essaim.ui.charts.spec import Bars, Shares, State, points_of
from tests.observatory.factories import EPCI, book, cell, note
from tests.observatory.test_properties import registers, tables
from tests.observatory.town import HOME, OTHER, load_everything, load_flores_ess, load_sirene, make_town
from tests.support import assert_get_writes_nothing

KEYS = {
    "history-establishments", "history-share", "families", "sectors", "sizes", "women", "side-by-side", "communes",
    "urban-rural",
}  # fmt: skip
FAMILIES = (("association_foundation", 700, 80), ("cooperative", 200, 15), ("mutual", None, 5))


def flores(period="2018", places=100, jobs=1000, everyone=9000, field=None):
    cells = [
        cell(places, measure=Measure.ESTABLISHMENTS),
        cell(jobs),
        cell(everyone, population=Population.ALL),
        cell(jobs * 7 // 10, workers=Workers.WOMEN),
    ]
    for family, some, places_here in FAMILIES:
        cells += [cell(some, family=family), cell(places_here, measure=Measure.ESTABLISHMENTS, family=family)]
    cells += [cell(600, sector="social"), cell(100, sector="health"), cell(None, sector="finance")]
    return note(Source.FLORES_ESS, period, field=field), cells


def sirene(**more):
    places = [("01", 60, "association"), ("11", 30, "cooperative"), ("53", 1, "mutual")]
    return note(Source.SIRENE, "2026-10", **more), [
        *(
            cell(n, measure=Measure.ESTABLISHMENTS, family=family, sector="sport", size=size)
            for size, n, family in places
        ),
        cell(500, measure=Measure.ESTABLISHMENTS, population=Population.ALL, size="01"),
    ]


def rows_of(*values):
    """Communes by (name, establishments or None, density)."""
    seen = [
        (Territory(Level.COMMUNE, f"86{number:03}", name), value, density)
        for number, (name, value, density) in enumerate(values)
    ]
    cells = [
        cell(value, measure=Measure.ESTABLISHMENTS, level=Level.COMMUNE, code=where.code) for where, value, _ in seen
    ]
    told = book((note(Source.FLORES_ESS, "2018"), cells))
    keys = ("ess-employer-establishments", "ess-jobs", "ess-job-share")
    return [
        CommuneRow(where, *(evaluate(CATALOGUE[key], where, told) for key in keys), density, f"/c/{where.code}/")
        for where, _, density in seen
    ]


def charts(*parts, communes=(("Poitiers", 60, 2), ("Lusignan", 30, 6))):
    return charts_of(profile_of(EPCI, book(*parts, calibrators=[EPCI])), communes=rows_of(*communes))


def points(chart):
    return dict(points_of(chart.drawing))


# --- one territory --------------------------------------------------------------------------------------------------


def test_every_key_is_there_even_when_nothing_is_known():
    full = charts(flores("2017"), flores(), sirene())
    assert set(full) == KEYS
    assert all(chart.drawing is not None for chart in full.values())
    empty = charts(communes=())
    assert set(empty) == KEYS - {"communes", "urban-rural"}
    for chart in empty.values():
        assert chart.drawing is None
        assert (chart.rows, chart.downloads, chart.subtitle) == ((), (), "")
        assert chart.title


def test_each_chart_has_source_years_table_explanation_and_files():
    for key, chart in charts(flores("2017"), flores(), sirene()).items():
        assert chart.key == key
        assert "Insee" in chart.source
        assert any(year in chart.subtitle + chart.source for year in ("2017", "2018", "octobre\u00a02026"))
        assert chart.explanation.startswith("/observatoire/chiffres/")
        assert [link.label for link in chart.downloads] == [name.upper() for name in FORMATS]
        assert all(f"/observatoire/graphiques/{key}." in link.href for link in chart.downloads)
        assert len(chart.rows) >= 1
        labels = [column.label for column in chart.columns]
        assert {"Statut", "Source et année", "Période", "Code du territoire"} <= set(labels)


def test_two_fields_are_two_segments_and_the_note_says_why():
    parts = [flores("2017"), flores(), flores("2019", 80, 900, 8000, field=Field.NON_ANNEX_POSTS)]
    chart = charts(*parts)["history-establishments"]
    assert [len(segment.moments) for segment in chart.drawing.segments] == [2, 1]
    assert "Rupture de série" in chart.note
    assert len(chart.rows) == 3


def test_families_are_shares_and_the_secret_one_is_a_word():
    chart = charts(flores())["families"]
    assert chart.drawing.series == ("des établissements", "des emplois")
    assert points(chart)["Mutuelles, des emplois"].state is State.UNKNOWN
    assert points(chart)["Mutuelles, des emplois"].text == "secret statistique"
    assert points(chart)["Associations et fondations, des emplois"].value == 70
    assert [bar.hue for bar in chart.drawing.bars] == ["association", "cooperative", "mutual"]


def test_sectors_go_from_the_largest_and_the_secret_one_is_last():
    chart = charts(flores())["sectors"]
    assert chart.drawing.bars[0].label == "Action sociale"
    assert chart.drawing.bars[0].hue == "honey"
    assert chart.drawing.bars[-1].points[0].state is State.UNKNOWN
    assert "1 secteur sous secret statistique" in chart.title.replace("\u00a0", " ")


def test_where_only_bands_are_known_bars_are_estimated_counts():
    chart = charts(sirene())["families"]
    assert chart.drawing.series == ()
    assert {point.state for point in points(chart).values()} == {State.ESTIMATED}
    assert chart.title.endswith("(estimation)")
    assert "Établissements employeurs" in chart.subtitle
    assert chart.subtitle.endswith("(estimation)")  # said once, not at each bar
    assert {point.detail for point in points(chart).values()} == {""}
    jobs = [column.label for column in chart.columns]
    assert "Emplois, au moins" in jobs
    last = dict(zip(jobs, chart.rows[-1], strict=True))
    assert last["Emplois, au plus"].raw == ""  # no upper bound is no number
    assert last["Emplois, au moins"].raw == 60 + 300 + 10_000


def test_women_are_a_whole_and_a_secret_is_no_drawing():
    chart = charts(flores())["women"]
    assert isinstance(chart.drawing, Shares)
    assert [bar.points[0].value for bar in chart.drawing.bars] == [70, 30]
    hidden = note(Source.FLORES_ESS, "2018"), [cell(100), cell(None, workers=Workers.WOMEN)]
    veiled = charts(hidden)["women"]
    assert veiled.drawing is None
    assert "secret statistique" in veiled.title


def test_the_ranking_of_communes_draws_the_first_and_its_table_has_all():
    many = [(f"Commune {n:02}", n, 6) for n in range(MOST_COMMUNES + 8)]
    chart = charts(flores(), communes=[*many, ("Cachée", None, 6)])["communes"]
    assert len(chart.drawing.bars) == MOST_COMMUNES
    assert chart.drawing.bars[0].label == f"Commune {MOST_COMMUNES + 7}"
    assert [bar.hue for bar in chart.drawing.bars].count("honey") == 1
    assert len(chart.rows) == len(many) + 1
    assert chart.rows[-1][0].text == "Cachée"
    assert chart.rows[0][0].href.startswith("/c/")
    assert f"sur {len(many) + 1}" in chart.note


def test_a_side_that_lacks_a_commune_is_at_least():
    chart = charts(flores(), communes=[("a", 60, 2), ("b", 30, 6), ("c", None, 7)])["urban-rural"]
    assert [bar.points[0].text for bar in chart.drawing.bars] == ["60", "au moins 30"]
    unknown = charts(flores(), communes=[("a", 60, None)])["urban-rural"]
    assert unknown.drawing is None
    assert "densité" in unknown.title


def test_what_is_invented_says_so():
    assert not any(chart.invented for chart in charts(flores()).values())
    made = charts(sirene(fictitious=True))["sizes"]
    assert made.invented
    assert INVENTED in Template("{% chart one %}").render(Context({"one": made}))
    assert "inventées" in standalone(made)
    assert dict(zip([c.label for c in made.columns], made.rows[0], strict=True))["Donnée inventée"].text == "oui"


@given(tables(), registers(), st.booleans())
def test_whatever_the_cells_charts_are_drawn_and_secret_is_never_a_zero(cells, places, alone):
    parts = [(note(Source.SIRENE, "2026-10"), places)]
    if not alone:
        parts.append((note(Source.FLORES_ESS, "2018"), cells))
    for chart in charts(*parts).values():
        assert svg(chart) == "" if chart.drawing is None else ElementTree.fromstring(standalone(chart)) is not None
        assert "None" not in chart.title
        if chart.drawing is None:
            continue
        for _, point in points_of(chart.drawing):
            assert (point.state is State.UNKNOWN) == (point.text in ("secret", "secret statistique", "manquant"))
        numbers = [column.numeric for column in chart.columns]
        for row in chart.rows:
            for one, numeric in zip(row, numbers, strict=True):
                assert not numeric or one.raw == "" or isinstance(one.raw, Decimal)
        if chart.key == "families" and isinstance(chart.drawing, Bars) and chart.drawing.series:
            assert all(point.end <= 100 for _, point in points_of(chart.drawing))


# --- several territories --------------------------------------------------------------------------------------------


def test_a_comparison_draws_shares_only_and_only_what_compares():
    niort = Territory(Level.EPCI, OTHER, "CA d’à côté")
    known, cells = flores()
    there = [one._replace(code=OTHER) for one in cells]
    found = comparison(compare([EPCI, niort], book((known, [*cells, *there]))))
    assert set(found) <= {f"compare-{key}" for key in COMPARED}
    chart = found["compare-ess-job-share"]
    assert [bar.label for bar in chart.drawing.bars] == [EPCI.name, niort.name]
    assert "avec=epci-200069854&avec=epci-200041317" in chart.downloads[0].href
    assert "à égalité" in chart.title
    assert comparison(compare([EPCI, niort], book((known, cells)))) == {}


# --- files ----------------------------------------------------------------------------------------------------------

ADDRESS = "/observatoire/graphiques/"


@pytest.fixture
def town(db):
    make_town()
    load_everything()


def file_of(client, name, status=200):
    response = client.get(ADDRESS + name)
    assert response.status_code == status
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response, content


def test_an_svg_stands_alone_and_writes_nothing(client, town):
    response = assert_get_writes_nothing(client, f"{ADDRESS}history-establishments.svg?territoire=epci-{HOME}")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert f'filename="ess-history-establishments-{HOME}.svg"' in response["Content-Disposition"]
    text = " ".join(ElementTree.fromstring(response.content).itertext())
    assert "De 2017 à 2018" in text
    assert "rupture de série" in text
    assert "Source\u00a0: Insee, Flores × ESS, 2017, 2018 et 2019" in text
    assert b"class=" not in response.content


def test_without_territory_it_is_that_of_home(client, town):
    asked, home = (file_of(client, f"sectors.svg{query}")[1] for query in (f"?territoire=epci-{HOME}", ""))
    assert asked == home


def test_a_png_is_as_wide_as_it_says(client, town):
    response, content = file_of(client, "families.png")
    assert response["Content-Type"] == "image/png"
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20]) == PNG_WIDTH


def test_tables_have_source_and_year_a_row(client, town):
    _, content = file_of(client, "sectors.csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 9  # eight sectors and their whole
    assert all(row["Source et année"] == "Insee, Flores × ESS, 2018" and row["Période"] == "2018" for row in rows)
    assert rows[0]["Code du territoire"] == HOME
    _, content = file_of(client, "families.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0][:2] == ["Famille", "Établissements"]
    assert isinstance(sheet[1][1], float)
    foundation = next(row for row in sheet if row[0] == "Fondations")
    assert foundation[2] == ""  # secret: an empty cell, never a zero
    assert any("Secret statistique" in str(value) or "secret statistique" in str(value) for value in foundation)


def test_communes_of_a_served_territory_are_ranked(client, town):
    _, content = file_of(client, "communes.csv")
    assert [row.split(";")[0] for row in content.decode("utf-8-sig").splitlines()[1:3]] == ["Poitiers", "Lusignan"]
    file_of(client, f"communes.csv?territoire=epci-{OTHER}", 404)


@pytest.mark.parametrize(
    "name",
    [
        "rien.svg",
        "families.exe",
        "families.svg?territoire=epci-999999999",
        "families.svg?territoire=planete-1",
        "families.svg?territoire=" + "x" * 5000,
        f"families.svg?territoire=epci-{OTHER}",
        "compare-ess-job-share.svg",
        f"compare-ess-job-share.svg?avec=epci-{HOME}",
        f"compare-ess-job-share.svg?avec=epci-{HOME}&avec=epci-999999999",
        f"compare-ess-job-share.svg?avec=epci-{HOME}&avec=epci-{HOME}",
        f"compare-rien.svg?avec=epci-{HOME}&avec=epci-{OTHER}",
    ],
)
def test_what_does_not_exist_is_not_found(client, town, name):
    file_of(client, name, 404)


def test_several_territories_side_by_side_are_a_file_too(client, town):
    _, content = file_of(
        client, f"compare-ess-establishment-share.svg?avec=epci-{HOME}&avec=commune-86194&avec=commune-86139"
    )
    assert "Lusignan" in content.decode()


def test_pictures_are_rationed_per_visitor_and_drawings_are_not(client, town):
    for _ in range(PICTURES.count):
        client.get(f"{ADDRESS}rien.png")
    assert client.get(f"{ADDRESS}families.png").status_code == 429
    assert client.get(f"{ADDRESS}families.svg").status_code == 200


def test_few_queries_whatever_the_number_of_communes(client, town, django_assert_max_num_queries):
    client.get(f"{ADDRESS}families.svg")
    with django_assert_max_num_queries(8):
        client.get(f"{ADDRESS}families.svg")


def test_invented_data_say_so_in_the_file(client, db):
    make_town()
    load_sirene(fictitious=True)
    _, content = file_of(client, "sizes.svg")
    assert "inventées" in content.decode()
    _, content = file_of(client, "sizes.csv")
    assert "oui" in content.decode().splitlines()[1]


def test_a_withdrawn_vintage_leaves_no_file(client, db):
    make_town()
    load_sirene(published=False)
    file_of(client, "sizes.svg", 404)
    found = load_flores_ess(2018, 950, 9_500, 90_000)
    assert found.published_at is not None
    assert Status.OBSERVED.label in file_of(client, "history-share.csv")[1].decode().lower()


def fact(value, year=2018):
    return FactNote(
        1, FactRole.CITED, "ess-employer-establishments", Level.EPCI, EPCI.code, year, Field.ALL_POSTS, Decimal(value),
        "", "Insee, Flores × ESS", "", None, "",
    )  # fmt: skip


def test_a_chart_that_mixes_real_and_invented_names_what_is_invented():
    made = charts_of(profile_of(EPCI, book(sirene(fictitious=True), facts=[fact(1000)])))["side-by-side"]
    assert [bar.label.replace("\u00a0", " ") for bar in made.drawing.bars] == [
        "Comptage officiel, 2018", "Répertoire Sirene, octobre 2026 (inventé)",
    ]  # fmt: skip
    assert "octobre 2026 (inventé)" in made.source.replace("\u00a0", " ")
    assert "2018 (inventé)" not in made.source
    html = Template("{% chart one %}").render(Context({"one": made}))
    text = " ".join(ElementTree.fromstring(standalone(made)).itertext())
    for said in (html, text):
        assert INVENTED not in said
        assert "Inventé pour la démonstration" in said
    assert "Inventé pour la démonstration : Répertoire Sirene, octobre 2026. Le reste" in html.replace("\u00a0", " ")
    real = charts_of(profile_of(EPCI, book(sirene(), facts=[fact(1000)])))["side-by-side"]
    assert not real.invented
    assert "inventé" not in Template("{% chart one %}").render(Context({"one": real}))


def test_side_by_side_with_an_invented_territory_the_bar_and_the_finding_say_so_with_the_year():
    near = Territory(Level.EPCI, "999000001", "Val-Inventé", True)
    real, cells = flores()
    invented = note(Source.FLORES_ESS, "2018", fictitious=True)
    theirs = [one._replace(code=near.code, value=None if one.value is None else one.value * 2) for one in cells]
    theirs = [one._replace(value=Decimal(9000)) if one.population == Population.ALL else one for one in theirs]
    lines = compare([EPCI, near], book((real, cells), (invented, theirs)))
    made = comparison(lines)["compare-ess-job-share"]
    assert [bar.label for bar in made.drawing.bars] == [EPCI.name, "Val-Inventé (inventé)"]
    assert made.subtitle.endswith(", 2018")
    assert "22,2 % en 2018 (chiffre inventé)" in made.title.replace("\u202f", " ").replace("\u00a0", " ")
    assert made.invented_part.startswith("Inventé pour la démonstration : Val-Inventé.")


def test_no_head_of_a_table_is_said_twice():
    drawn = charts_of(profile_of(EPCI, book(flores("2017"), flores(), sirene())), communes=rows_of(("A", 1, 1)))
    for key, made in drawn.items():
        heads = [column.label for column in made.columns]
        assert len(heads) == len(set(heads)), (key, heads)
    lines = compare([EPCI, Territory(Level.EPCI, OTHER, "Ailleurs")], book(flores()))
    assert all(len(one.columns) == len({c.label for c in one.columns}) for one in comparison(lines).values())


def test_town_and_country_have_their_totals_first_and_each_commune_its_class():
    made = charts_of(
        profile_of(EPCI, book(flores())),
        communes=rows_of(("Ville", 30, 1), ("Ceinture", 12, 4), ("Bourg", 5, 5), ("Hameau", None, 7)),
    )["urban-rural"]
    assert [column.label for column in made.columns][:2] == ["Commune", "Milieu"]
    assert [(row[0].text, row[1].text, row[2].raw) for row in made.rows] == [
        ("Communes urbaines (2 communes)", "urbaine", 42),
        ("Communes rurales (2 communes)", "rurale", ""),
        ("Ville", "urbaine", 30),
        ("Ceinture", "urbaine", 12),
        ("Bourg", "rurale", 5),
        ("Hameau", "rurale", ""),
    ]
    for bar, row in zip(made.drawing.bars, made.rows, strict=False):
        assert bar.label == row[0].text
        assert bar.points[0].text == row[2].text  # « au moins 5 »
    html = Template("{% chart one %}").render(Context({"one": made}))
    assert "Communes rurales (2 communes)</th>" in html
    assert "Hameau" not in html
    assert "4 autres lignes, dans les fichiers" in html.replace("\u00a0", " ")


def test_the_sector_that_nobody_understands_is_explained():
    told = note(Source.FLORES_ESS, "2018")
    cells = [cell(600, sector="unclassified"), cell(100, sector="health"), cell(700)]
    made = charts_of(profile_of(EPCI, book((told, cells))))["sectors"]
    assert "surtout des associations" in made.note
    assert "surtout des associations" in TERMS["secteur"].text
