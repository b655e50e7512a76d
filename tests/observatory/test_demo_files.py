"""The invented tables of the demonstration: coherent with its employers, in the official layouts, never a real row."""

from __future__ import annotations

import csv
import random
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from essaim.directory.demo.generate import EMPLOYER_COLUMNS
from essaim.directory.demo.places import GRAND_POITIERS, fictitious_territories
from essaim.observatory import layouts
from essaim.observatory.demo import flores_open
from essaim.observatory.demo.employers import read_employers, without_annex_posts, year_of
from essaim.observatory.demo.facts import CITED, published_facts
from essaim.observatory.demo.generate import FILES, FLORES_2017, FLORES_2018, FLORES_2019, FLORES_OPEN, generate
from essaim.observatory.demo.tally import FEWEST, Tally, hide
from essaim.observatory.enums import FactRole, Field, Level, Source
from essaim.observatory.indicators import CATALOGUE, Unit
from essaim.stock.sources import SIDE_NOTE
from tests.geography.factories import load_small_cog

SEED = 7
VAL, LANDES = (territory.siren for territory in fictitious_territories())
# (legal category, NAF, family of the official table, how many, most jobs)
KINDS = (
    ("9220", "88.99B", "association", 14, 40),
    ("9220", "88.10A", "association", 5, 60),
    ("9220", "85.31Z", "association", 6, 30),
    ("9220", "93.12Z", "association", 12, 5),
    ("9220", "90.01Z", "association", 8, 3),
    ("9300", "87.10A", "foundation", 1, 50),
    ("5458", "43.21A", "cooperative", 7, 25),
    ("6411", "65.12Z", "mutual", 2, 30),
    ("7210", "84.11Z", "", 9, 80),
    ("5710", "47.11B", "", 30, 20),
)


@pytest.fixture(scope="module")
def employers_file(tmp_path_factory):
    """A hundred employers in each EPCI, in three of its communes."""
    path = tmp_path_factory.mktemp("employers") / "employers.csv"
    rng = random.Random(SEED)
    communes = {VAL: ("00101", "00102", "00103"), LANDES: ("00201", "00202", "00203")}
    communes[GRAND_POITIERS] = ("86194", "86001", "86003")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(EMPLOYER_COLUMNS)
        for epci, codes in communes.items():
            for legal, naf, family, count, most in KINDS:
                for number in range(count):
                    # The third commune has a foundation and little else.
                    commune = codes[2] if family == "foundation" else codes[number % 2]
                    writer.writerow([epci, commune, "", legal, naf, family, rng.randint(0 if family else 1, most)])
    return path


@pytest.fixture(scope="module")
def employers(employers_file):
    """Those employers, read."""
    return read_employers(employers_file)


@pytest.fixture(scope="module")
def made(employers_file, tmp_path_factory):
    """The folder of generated files."""
    folder = tmp_path_factory.mktemp("made")
    generate(folder, employers_file, SEED)
    return folder


def ess_jobs(employers, epci):
    return sum(one.jobs for one in employers if one.epci == epci and one.family)


def sheet(path, name):
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def table_2019(path):
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    head = next(number for number, line in enumerate(lines) if line[0] == "EPCIT21_")
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]


def open_rows(path):
    with zipfile.ZipFile(path) as archive:
        data, labels = (archive.read(name).decode() for name in archive.namelist())
    assert "1T9X7" in labels
    return list(csv.DictReader(data.splitlines(), delimiter=";"))


def test_same_seed_same_bytes_and_each_file_says_that_it_is_invented(made, employers_file, tmp_path):
    generate(tmp_path, employers_file, SEED)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()
        assert "inventées" in (tmp_path / (name + SIDE_NOTE)).read_text(encoding="utf-8")
    generate(tmp_path, employers_file, SEED + 1)
    assert (tmp_path / FLORES_2017).read_bytes() != (made / FLORES_2017).read_bytes()


def test_public_employers_are_those_of_public_law_or_administration(employers):
    sides = {(one.family, one.sector): one.side for one in employers}
    assert sides["", "services"] == "private"
    assert {one.side for one in employers if not one.family} == {"private", "public"}
    assert {one.sector for one in employers if one.family == "association"} == {
        "other_social", "home_care", "education", "sport", "arts",
    }  # fmt: skip


def test_no_row_is_of_a_real_territory(made):
    assert {int(row["EPCI"]) for row in sheet(made / FLORES_2018, "T3")} == {int(VAL), int(LANDES)}
    assert {row["EPCIT21_"][:9] for row in table_2019(made / FLORES_2019)} == {VAL, LANDES}
    with (made / FLORES_2017).open(encoding="latin-1", newline="") as file:
        assert {row["EPCI"] for row in csv.DictReader(file)} == {VAL, LANDES}


@pytest.mark.parametrize("epci", [VAL, LANDES])
def test_2018_holds_the_jobs_of_the_demonstration(made, employers, epci):
    rows = {row["jurid2"]: row for row in sheet(made / FLORES_2018, "T3") if int(row["EPCI"]) == int(epci)}
    ess = [one for one in employers if one.epci == epci and one.family]
    assert rows["4-ESS"]["NB_ETAB"] == len(ess)
    assert rows["4-ESS"]["ENSEMBLE"] == ess_jobs(employers, epci)
    assert rows["6-TOTAL"]["ENSEMBLE"] == sum(one.jobs for one in employers if one.epci == epci)
    assert rows["5A-PUBLIC"]["ENSEMBLE"] + rows["5B-PRIVE"]["ENSEMBLE"] == rows["5-HORS ESS"]["ENSEMBLE"]
    assert rows["1A-ASSOCIATIONS"]["NB_ETAB"] + rows["1B-FONDATIONS"]["NB_ETAB"] == rows["1-ASSO+FOND"]["NB_ETAB"]
    assert all(row["NON_ANNEXE"] == "s" or row["NON_ANNEXE"] <= row["ENSEMBLE"] for row in rows.values())


def test_a_single_foundation_is_never_found_by_subtraction(made):
    rows = {row["jurid2"]: row["ENSEMBLE"] for row in sheet(made / FLORES_2018, "T3") if int(row["EPCI"]) == int(VAL)}
    assert rows["1B-FONDATIONS"] == rows["1A-ASSOCIATIONS"] == "s"
    assert rows["3-MUTUELLES"] == rows["2-COOPERATIVES"] == "s", "two mutuals: a second line hides with them"
    assert isinstance(rows["4-ESS"], float)


def test_sectors_of_2018_are_parts_of_the_whole(made, employers):
    rows = [row for row in sheet(made / FLORES_2018, "T4") if int(row["EPCI"]) == int(VAL)]
    ess = {row["typo2"]: row for row in rows if row["juridr"] == "1-TOTAL-ESS"}
    tops = [row for label, row in ess.items() if label[1] == "-"]
    assert sum(row["NB_ETAB"] for row in tops) == ess["TOUS SECTEURS"]["NB_ETAB"]
    known = [row["ENSEMBLE"] for row in tops if row["ENSEMBLE"] != "s"]
    assert sum(known) <= ess["TOUS SECTEURS"]["ENSEMBLE"] == ess_jobs(employers, VAL)
    assert ess["5B-AIDE A DOMICILE"]["NB_ETAB"] == 5


def test_2019_counts_fewer_places_and_no_annex_post(made):
    whole = {
        (row["Nom_Juridique_1_Agregee"][0], row["Sexe_"][0]): row
        for row in table_2019(made / FLORES_2019)
        if row["EPCIT21_"].startswith(VAL) and row["Nom_Juridique_1_Detaillee"].startswith("TT")
        if row["Tranche_Age_1"].startswith("T")
    }
    before = {row["jurid2"]: row for row in sheet(made / FLORES_2018, "T3") if int(row["EPCI"]) == int(VAL)}
    assert float(whole["1", "T"]["Nombre_etab"]) < before["4-ESS"]["NB_ETAB"]
    for group in ("T", "1", "2"):
        posts = {sex: float(whole[group, sex]["Nombre_Poste_3112"]) for sex in "T12"}
        assert posts["T"] == posts["1"] + posts["2"]
        places = {sex: float(whole[group, sex]["Nombre_etab"]) for sex in "T12"}
        assert max(places["1"], places["2"]) <= places["T"] <= places["1"] + places["2"]


def test_the_years_follow_each_other(employers):
    some = [one for one in employers if one.epci == VAL]
    now = year_of(some, random.Random(1))
    assert [len(one.posts) for one in now] == [one.jobs for one in some]
    less = without_annex_posts(now)
    assert {len(one.posts) for one in less} & {0} == set()
    assert all(one.non_annex == len(one.posts) for one in less)
    assert sum(one.fte for one in less) <= sum(one.fte for one in now)
    assert year_of(some, random.Random(1), kept=0) == []


def test_open_flores_hides_a_commune_and_leaves_one_out(made, employers):
    rows = open_rows(made / FLORES_OPEN)
    assert tuple(rows[0]) == flores_open.COLUMNS
    omitted, hidden = flores_open.small_communes(employers, VAL)
    assert omitted == "00103", "the smallest"
    assert omitted not in {row["GEO"] for row in rows}
    assert {(row["OBS_STATUS"], row["OBS_VALUE"]) for row in rows if row["GEO"] == hidden} == {("K", "")}
    assert {row["OBS_STATUS"] for row in rows if row["GEO"] != hidden} == {"A"}


def test_open_flores_adds_up(made, employers):
    jobs = {
        (row["GEO"], row["LEGAL_FORM_WITH_PUBLIC"]): int(row["OBS_VALUE"] or 0)
        for row in open_rows(made / FLORES_OPEN)
        if row["FLORES_MEASURE"] == flores_open.JOBS
    }
    for epci in (VAL, LANDES, GRAND_POITIERS):
        assert jobs[epci, flores_open.ALL_FORMS] == sum(one.jobs for one in employers if one.epci == epci)
        private = jobs[epci, flores_open.PRIVATE_FORMS]
        assert private + jobs[epci, flores_open.PUBLIC_FORMS] == jobs[epci, flores_open.ALL_FORMS]
        assert private >= ess_jobs(employers, epci), "the ESS is private"
    by_commune = [jobs[code, flores_open.ALL_FORMS] for code in ("00201", "00202", "00203")]
    assert sum(by_commune) == jobs[LANDES, flores_open.ALL_FORMS]


@pytest.mark.parametrize(
    ("name", "field", "fewest"),
    [
        (FLORES_2017, Field.ALL_POSTS, 0.95),
        (FLORES_2018, Field.ALL_POSTS, 1),
        (FLORES_2019, Field.NON_ANNEX_POSTS, 0.6),
    ],
)
def test_the_layouts_of_real_files_read_them_and_see_that_they_are_invented(made, employers, name, field, fewest):
    reading = layouts.read(made / name)
    assert (reading.source, reading.field) == (Source.FLORES_ESS, field)
    assert reading.period in name
    assert reading.fictitious
    for table in reading.tables:
        assert table.counts["rows_kept"] > 0
        assert not any(table.counts[kind] for kind in ("refused", "odd", "missing"))
    whole = {"family": "", "sector": "", "workers": "", "population": "ess", "measure": "establishments"}
    (cell,) = [
        cell
        for cell in reading.tables[0].cells
        if cell.code == VAL and all(getattr(cell, axis) == value for axis, value in whole.items())
    ]
    known = sum(1 for one in employers if one.epci == VAL and one.family)
    assert fewest * known <= cell.value <= known
    assert reading.tables[0].counts["secret"] > 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_renamed_without_its_note_still_says_that_it_is_invented(made, tmp_path, name):
    """Sent on screen, a file has a token for a name, and no note beside it."""
    load_small_cog()
    path = tmp_path / "Zm9vYmFy.upload"
    path.write_bytes((made / name).read_bytes())
    reading = layouts.read(path, name=name)
    assert {one.fictitious for one in (reading, *reading.siblings)} == {True}


@pytest.mark.django_db
def test_open_flores_unpacked_still_says_so_and_real_ones_never_do(made, tmp_path):
    load_small_cog()
    with zipfile.ZipFile(made / FLORES_OPEN) as archive:
        data = next(name for name in archive.namelist() if name.endswith("_data.csv"))
        rows = list(csv.reader(archive.read(data).decode().splitlines(), delimiter=";"))
    path = tmp_path / data
    for width, invented in ((len(rows[0]), True), (len(rows[0]) - 1, False)):
        path.write_text("\n".join(";".join(row[:width]) for row in rows), encoding="utf-8")
        assert layouts.read(path).fictitious is invented


@pytest.mark.django_db
def test_open_flores_invented_tells_of_no_territory_that_it_does_not_hold_whole(made, territory):
    load_small_cog()
    reading = layouts.read(made / FLORES_OPEN)
    assert {cell.level for table in reading.tables for cell in table.cells} <= {Level.EPCI, Level.COMMUNE}


def test_a_real_epci_among_the_invented_ones_makes_the_file_real(made, tmp_path):
    path = tmp_path / FLORES_2017
    path.write_bytes((made / FLORES_2017).read_bytes().replace(LANDES.encode(), GRAND_POITIERS.encode()))
    assert not layouts.read(path).fictitious


TALLIES = st.dictionaries(
    st.sampled_from("abcdef"), st.builds(Tally, st.integers(0, 9), st.integers(0, 300)), max_size=6
)


@given(TALLIES)
def test_secrecy_never_leaves_one_part_alone(parts):
    shown = hide(parts)
    assert set(shown) == {key for key, part in parts.items() if part.establishments}
    secret = [key for key, part in shown.items() if part.secret]
    assert all(shown[key].establishments >= FEWEST for key in shown if key not in secret)
    assert len(secret) != 1 or len(shown) == 1


def test_published_facts_are_cited_and_agree_with_one_another():
    facts = list(published_facts())
    assert len({(one.role, one.key, one.year, one.field) for one in facts}) == len(facts)
    for one in facts:
        assert one.source_title
        assert one.source_url.startswith("https://")
        assert one.key in CATALOGUE
        assert one.value <= 100 or CATALOGUE[one.key].unit != Unit.PERCENT
        assert bool(one.file_to_load) == (one.role == FactRole.CITED)
        assert bool(one.wording) == (one.role == FactRole.ANNOUNCED)
    for _year, _field, _title, _file, values in CITED:
        share = 100 * Decimal(values["ess-jobs"]) / Decimal(values["all-jobs"])
        assert abs(share - Decimal(values["ess-job-share"])) <= Decimal("0.05")
        assert Decimal(values["ess-private-job-share"]) > Decimal(values["ess-job-share"])
