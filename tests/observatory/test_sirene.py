"""Sirene counted for every territory: who is counted, where, in which sector; what is left out is told."""

from decimal import Decimal

import pytest

from essaim.geography.actions import FictitiousCommune, add_fictitious_territory
from essaim.nomenclature.sectors import leaves, sector_of
from essaim.observatory import layouts
from essaim.observatory.actions.loading import load
from essaim.observatory.book import Book, VintageNote
from essaim.observatory.enums import Field, Level, Source, Status
from essaim.observatory.evaluation import estimate
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.members import loaded_members
from essaim.observatory.models import Cell, SourceFile
from essaim.observatory.reading import WrongFile
from essaim.observatory.sirene import cells_of, read_sirene, recognises
from essaim.observatory.territory import FRANCE, Territory
from essaim.stock.counting import Employers
from essaim.stock.importing import import_stock
from essaim.stock.read import current_extract
from tests.geography.factories import CITY, HOME, OTHER, load_small_cog
from tests.stock import factories as f

INVENTED = "999000018"
HOME_TERRITORY = Territory(Level.EPCI, HOME, "Grand Poitiers")


def place(n, commune, band="01", **more):
    return f.place(n, codeCommuneEtablissement=commune, trancheEffectifsEtablissement=band, **more)


def stock():
    """Each line is one case; the comment says what becomes of it at Grand Poitiers."""
    units = [f.unit(n) for n in range(20)]
    places = [
        place(0, "86194"),  # an association of Poitiers, 1 or 2 employees: counted
        place(1, "86194", "NN"),  # no band: not an employer
        place(2, "86194", ""),  # idem
        place(3, "86194", "11", etatAdministratifEtablissement="F"),  # closed
        place(4, "86194", "11"),  # its unit is closed
        place(5, "86219", "00"),  # in a former commune, now Beaumont Saint-Cyr
        place(6, "86038", "11", activitePrincipaleEtablissement="88.10A"),  # merged into Poitiers; home care
        place(7, "86281", "02"),  # Saint-Martin-la-Pallu: another EPCI, same département
        place(8, "69383", "03"),  # a district of Lyon
        place(9, "22016", "01"),  # an island without EPCI
        place(10, "99999", "01"),  # nowhere
        place(11, "86226", "12"),  # a company with the mark « ESS » alone: not in the statistical perimeter
        place(12, "86226", "21"),  # a cooperative
        place(13, "86226", "01", activitePrincipaleEtablissement="85.3G",
              nomenclatureActivitePrincipaleEtablissement="NAFRev1"),  # its unit's activity, 85.59A, says education
        place(14, "86226", "01", nomenclatureActivitePrincipaleEtablissement="NAFRev1"),  # no activity in NAF rev. 2
        place(15, "86226", "53"),  # an ordinary company: in « everyone » only
        place(16, "86226", "01", activitePrincipaleEtablissement="94.11Z"),  # excluded by its unit's activity
        place(17, "00201", "02"),  # an invented commune
    ]  # fmt: skip
    units[4]["etatAdministratifUniteLegale"] = "C"
    units[11] |= {"categorieJuridiqueUniteLegale": "5710", "economieSocialeSolidaireUniteLegale": "O"}
    units[12]["categorieJuridiqueUniteLegale"] = "5458"
    units[13]["activitePrincipaleUniteLegale"] = "85.59A"
    units[14]["nomenclatureActivitePrincipaleUniteLegale"] = "NAFRev1"
    units[15]["categorieJuridiqueUniteLegale"] = "5710"
    units[16]["activitePrincipaleUniteLegale"] = "94.11Z"
    return units, places


@pytest.fixture
def geography(territory):
    load_small_cog()
    add_fictitious_territory(
        siren=INVENTED,
        name="Le Pays inventé",
        by="test",
        communes=[
            FictitiousCommune("00201", "Clairfont", 100, 46.0, 1.0),
            FictitiousCommune("00202", "Sombreval", 90, 46.1, 1.1),
        ],
    )
    assert territory.siren == HOME


def imported(folder):
    files = f.write_stock(folder / "sources", *stock())
    import_stock(data_dir=folder / "data", vintage="2026-10", **files)
    return folder / "data"


@pytest.fixture
def extract(tmp_path, monkeypatch):
    """A whole register: its SIREN are nobody's, and it is taken for real all the same."""
    monkeypatch.setattr("essaim.stock.importing._all_invented", lambda *_: False)
    return imported(tmp_path)


@pytest.mark.parametrize("named", [False, True])
def test_an_invented_extract_tells_of_the_demonstration_alone(geography, tmp_path, settings, named):
    settings.DATA_DIR = imported(tmp_path)
    extract = current_extract(settings.DATA_DIR)
    reading = layouts.read(extract.path) if named else read_sirene(settings.DATA_DIR)
    assert reading.fictitious
    for table in reading.tables:
        assert {cell.level for cell in table.cells} == {Level.EPCI, Level.COMMUNE}
        assert {cell.code for cell in table.cells if cell.level == Level.EPCI} <= {HOME, INVENTED}
        assert table.counts["cells"] == len(table.cells)
        assert any("n’est gardé" in remark.text for remark in table.remarks)
        assert not any("France" in label for label in table.totals)
    assert total(reading, Level.EPCI, INVENTED) == 1
    load(reading=reading, by="test")
    assert not Cell.objects.filter(level__in=(Level.DEPARTMENT, Level.REGION, Level.COUNTRY)).exists()
    assert not Cell.objects.filter(level=Level.EPCI).exclude(code__in=(HOME, INVENTED)).exists()


def values(reading, level, code, *, table):
    cells = reading.tables[("ess", "everyone").index(table)].cells
    found = [cell for cell in cells if (cell.level, cell.code) == (level, code)]
    if table == "ess":
        return {(cell.family, cell.sector, cell.size): int(cell.value) for cell in found}
    return {cell.size: int(cell.value) for cell in found}


def total(reading, level, code, table="ess"):
    return sum(values(reading, level, code, table=table).values())


def test_a_territory_counts_the_statistical_perimeter_in_its_finest_detail(geography, extract):
    reading = read_sirene(extract)
    assert (reading.source, reading.field, reading.period) == (Source.SIRENE, Field.ACTIVE, "2026-10")
    assert reading.perimeter_version == "insee-champ-es-2017"
    assert len(reading.sha256) == 64
    assert reading.size == reading.path.stat().st_size
    assert values(reading, Level.EPCI, HOME, table="ess") == {
        ("association", "", "01"): 1,
        ("association", "education", "01"): 1,
        ("association", "home_care", "11"): 1,
        ("association", "unclassified", "00"): 1,
        ("association", "unclassified", "01"): 1,
        ("cooperative", "unclassified", "21"): 1,
    }


def test_everyone_is_counted_by_band_alone_and_holds_the_ess(geography, extract):
    reading = read_sirene(extract)
    assert values(reading, Level.EPCI, HOME, table="everyone") == {"00": 1, "01": 4, "11": 2, "12": 1, "21": 1, "53": 1}
    for level, code in loaded_members().territories():
        assert total(reading, level, code) <= total(reading, level, code, "everyone")


def test_communes_make_every_level_and_invented_ones_stay_apart(geography, extract):
    reading = read_sirene(extract)
    assert total(reading, Level.COMMUNE, "86194") == 2  # with the merged commune
    assert total(reading, Level.COMMUNE, "86019") == 1
    assert total(reading, Level.EPCI, OTHER) == 1
    assert total(reading, Level.EPCI, CITY) == 1
    assert total(reading, Level.DEPARTMENT, "86") == 7
    assert total(reading, Level.REGION, "75") == 7
    assert total(reading, Level.DEPARTMENT, "22") == 1
    assert total(reading, Level.COUNTRY, "FR") == 9
    assert total(reading, Level.EPCI, INVENTED) == total(reading, Level.COMMUNE, "00201") == 1


def test_only_communes_of_the_served_and_invented_territories_have_cells(geography, extract):
    reading = read_sirene(extract)
    communes = {cell.code for table in reading.tables for cell in table.cells if cell.level == Level.COMMUNE}
    assert communes == {"86019", "86194", "86226", "00201", "00202"}


def test_a_territory_without_employer_is_known_to_have_none(geography, extract):
    reading = read_sirene(extract)
    assert values(reading, Level.COMMUNE, "00202", table="everyone") == {"00": 0}
    assert values(reading, Level.DEPARTMENT, "2A", table="everyone") == {"00": 0}
    everyone = {(cell.level, cell.code) for cell in reading.tables[1].cells}
    assert everyone == set(loaded_members().territories())


def test_cells_are_unique_whatever_the_table(geography, extract):
    reading = read_sirene(extract)
    keys = [cell[3:11] for table in reading.tables for cell in table.cells]
    assert len(keys) == len(set(keys))


def test_each_table_names_its_own_file(geography, extract):
    reading = read_sirene(extract)
    ess, everyone = (reading.file_of(table) for table in reading.tables)
    assert (ess.name, ess.sha256) == ("establishments.parquet", reading.sha256)
    assert everyone.name == "cube.parquet"
    assert everyone.sha256 != ess.sha256
    assert everyone.size == current_extract(extract).cube_path.stat().st_size


def test_each_file_stands_with_its_checksum_once_loaded(geography, extract):
    reading = read_sirene(extract)
    load(by="test", reading=reading)
    assert dict(SourceFile.objects.values_list("name", "sha256")) == {
        seen.name: seen.sha256 for seen in map(reading.file_of, reading.tables)
    }
    assert not load(by="test", reading=read_sirene(extract)).written


def test_what_is_left_out_is_told(geography, extract):
    ess, _ = read_sirene(extract).tables
    assert ess.totals == {
        "Établissements employeurs de l’ESS en France": "9",
        "Établissements actifs de l’ESS sans tranche d’employeur, laissés de côté": "2",
    }
    assert [remark.text for remark in ess.remarks] == [
        "Établissements employeurs de l’ESS placés dans une commune que le code géographique ne connaît pas : comptés "
        "nulle part : 1.",
        "Établissements employeurs de l’ESS dont l’activité n’est pas écrite en NAF rév. 2 : comptés par celle de leur "
        "unité légale : 1.",
        "Établissements employeurs de l’ESS sans activité connue en NAF rév. 2 : comptés dans les totaux, dans aucun "
        "secteur : 1.",
    ]


def test_one_territory_straight_from_the_files_is_the_same(geography, extract):
    reading = read_sirene(extract)
    cells = cells_of(current_extract(extract), ["86019", "86219", "86194", "86038", "86226"], HOME_TERRITORY)
    whole = [c for table in reading.tables for c in table.cells if (c.level, c.code) == (Level.EPCI, HOME)]
    assert sorted(cells) == sorted(whole)


def test_one_territory_without_any_commune_is_empty_not_unknown(geography, extract):
    assert [(c.population, c.value) for c in cells_of(current_extract(extract), [], HOME_TERRITORY)] == [
        ("all", Decimal(0))
    ]
    assert current_extract(extract).employers([], []) == Employers()


def test_figures_come_out_of_the_cells(geography, extract):
    cells = [c._replace(vintage=1) for table in read_sirene(extract).tables for c in table.cells]
    book = Book([VintageNote(1, Source.SIRENE, Field.ACTIVE, "2026-10", 2026)], cells)
    places = estimate(CATALOGUE["ess-employer-establishments"], FRANCE, book)
    assert (places.status, places.value) == (Status.ESTIMATED, 9)
    jobs = estimate(CATALOGUE["ess-jobs"], HOME_TERRITORY, book)
    assert (jobs.low, jobs.high) == (0 + 3 * 1 + 10 + 50, 0 + 3 * 2 + 19 + 99)
    assert estimate(CATALOGUE["ess-jobs"], Territory(Level.DEPARTMENT, "2A", "Corse-du-Sud"), book).high == 0


def test_every_sector_is_a_leaf(geography, extract):
    cells = read_sirene(extract).tables[0].cells
    assert {cell.sector for cell in cells} <= {"", *leaves()}


def test_sectors_in_sql_are_those_of_the_nomenclature(tmp_path):
    activities = ["88.10A", "88.10B", "88.10C", "88.91A", "88.99B", "87.30A", "94.99Z", "94.12Z", "64.19Z", "01.11Z",
                  "93.12Z", "90.01Z", "85.10Z", "86.10Z", "99.00Z", "47.11B", "43.99C", "45.11Z"]  # fmt: skip
    units = [f.unit(n, activitePrincipaleUniteLegale="90.01Z") for n in range(len(activities))]
    places = [place(n, "86194", activitePrincipaleEtablissement=naf) for n, naf in enumerate(activities)]
    import_stock(data_dir=tmp_path, vintage="2026-10", **f.write_stock(tmp_path / "sources", units, places))
    counted = current_extract(tmp_path).employers(["86194"], ["here"])
    expected = {}
    for naf in activities:
        expected[sector_of(naf)] = expected.get(sector_of(naf), 0) + 1
    assert {sector: number for _, _, sector, _, number in counted.ess} == expected


def test_a_stranger_to_the_extract_in_service_is_refused(geography, extract, tmp_path):
    other = f.write_parquet(tmp_path / "autre.parquet", [f.place(1)])
    assert recognises(other)
    with pytest.raises(WrongFile, match="n’est pas l’extrait Sirene en service \\(2026-10\\)"):
        read_sirene(extract, other)
    assert read_sirene(extract, current_extract(extract).cube_path).period == "2026-10"


def test_without_an_extract_one_is_told_to_import(geography, tmp_path):
    with pytest.raises(WrongFile, match="essaim stock import"):
        read_sirene(tmp_path / "nothing")


def test_only_parquet_is_recognised(tmp_path):
    text = tmp_path / "x.csv"
    text.write_text("PAR;1")
    assert not recognises(text)
    assert not recognises(tmp_path / "absent.parquet")


def test_reading_costs_the_same_queries_whatever_the_territories(geography, extract, django_assert_num_queries):
    with django_assert_num_queries(6):
        read_sirene(extract)
