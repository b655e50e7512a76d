import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from essaim.foundation.models import JournalEntry
from essaim.foundation.spreadsheets import UnreadableTable
from essaim.geography.actions import (
    BadFictitiousPlace,
    FictitiousCommune,
    UnknownGrid,
    add_fictitious_territory,
    load_cog,
    load_density,
    set_median_centres,
)
from essaim.geography.models import Commune, Epci
from tests.geography.factories import load_small_cog, small_cog

pytestmark = pytest.mark.django_db


def test_a_median_gives_a_centre_with_its_source_and_does_not_tremble():
    load_small_cog()
    centres = {"86281": (46.70, 0.30), "99999": (1.0, 1.0)}
    assert set_median_centres(centres=centres, vintage="2026-10", by="test") == 1
    commune = Commune.objects.get(code="86281")
    assert (commune.latitude, commune.longitude) == (46.70, 0.30)
    assert commune.centre_source == "Médiane des établissements de la commune, 2026-10"
    [entry] = JournalEntry.objects.filter(verb="centres de communes calculés")
    assert entry.after == {"86281": [46.70, 0.30]}
    assert set_median_centres(centres={"86281": (46.703, 0.301)}, vintage="2026-11", by="test") == 0
    assert set_median_centres(centres={"86281": (46.71, 0.30)}, vintage="2026-11", by="test") == 1
    commune.refresh_from_db()
    assert (commune.latitude, commune.centre_source[-7:]) == (46.71, "2026-11")


def test_median_never_replaces_a_stated_centre_and_gives_way_to_it():
    load_small_cog()
    assert set_median_centres(centres={"86194": (40.0, 1.0)}, vintage="2026-10", by="test") == 0
    assert Commune.objects.get(code="86194").latitude == 46.5846
    Commune.objects.filter(code="86194").update(latitude=None, longitude=None, centre_source="")
    set_median_centres(centres={"86194": (40.0, 1.0)}, vintage="2026-10", by="test")
    load_cog(by="test", cog=small_cog())
    assert Commune.objects.get(code="86194").latitude == 46.5846


def places(population=1200):
    return [
        FictitiousCommune("00101", "Brandeval-sur-Orne", population, 46.9, 0.9, 5, ("00100",)),
        FictitiousCommune("00102", "Les Trois-Ruches", 300, 46.95, 0.95),
    ]


def test_invented_territory_is_marked_and_added_once():
    for _ in range(2):
        epci = add_fictitious_territory(siren="999000011", name="CC des Ruches", communes=places(), by="demo")
    assert epci.fictitious
    assert epci.population == 1500
    assert list(Commune.objects.filter(fictitious=True).values_list("code", flat=True)) == ["00101", "00102"]
    assert JournalEntry.objects.count() == 1
    add_fictitious_territory(siren="999000011", name="CC des Ruches", communes=places(1300), by="demo")
    assert Epci.objects.get(siren="999000011").population == 1600
    assert Commune.objects.get(code="00101").population == 1300


def test_loading_the_real_code_leaves_invented_places_alone():
    add_fictitious_territory(siren="999000011", name="CC des Ruches", communes=places(), by="demo")
    report = load_cog(by="test", cog=small_cog())
    assert report.kept_without_successor == []
    assert report.epci_removed == []
    assert Commune.objects.filter(fictitious=True).count() == 2


@pytest.mark.parametrize(
    ("siren", "code"), [("200069854", "00101"), ("999000011", "86194"), ("999", "00101"), ("999000011", "0010")]
)
def test_invented_places_cannot_take_a_real_identity(siren, code):
    with pytest.raises(BadFictitiousPlace):
        add_fictitious_territory(
            siren=siren, name="X", communes=[FictitiousCommune(code, "Y", 1, 46.0, 0.0)], by="demo"
        )
    assert not Epci.objects.exists()


def workbook(path, header, rows, title_rows=4):
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Présentation").write(0, 0, "Grille communale de densité")
    # INSEE lists the names of its columns on a sheet of their own: that is no table of communes.
    book.add_worksheet("Variables").write_column(3, 0, header)
    sheet = book.add_worksheet("Maille communale")
    sheet.write(0, 0, "Grille de densité 2025")
    for at, row in enumerate([header, *rows]):
        sheet.write_row(title_rows + at, 0, row)
    book.close()
    return path


FULL = [
    "CODGEO",
    "LIBGEO",
    "DENS",
    "LIBDENS",
    "PMUN23",
    "P1",
    "P2",
    "P3",
    "DENS_AAV",
    "LIBDENS_AAV",
    "DENS7",
    "LIBDENS7",
]


def test_insee_workbook_with_its_header_on_row_five(tmp_path):
    load_small_cog()
    path = workbook(
        tmp_path / "fichier_diffusion.xlsx",
        FULL,
        [
            ["86194", "Poitiers", 1, "", 90000, 100, 0, 0, "", "", 1, ""],
            ["86219", "Saint-Cyr", 3, "", 900, 0, 0, 100, "", "", 7, ""],
            ["86019", "Beaumont", 3, "", 2000, 0, 0, 100, "", "", 6, ""],
            ["99999", "Nulle part", 3, "", 2000, 0, 0, 100, "", "", 6, ""],
            ["86281", "Sans niveau", 3, "", 2000, 0, 0, 100, "", "", "", ""],
        ],
    )
    report = load_density(path=path, by="test", source="Insee 2025")
    assert (report.rows, report.updated, report.ignored) == (4, 2, 1)
    assert Commune.objects.get(code="86019").density == 6
    assert Commune.objects.get(code="86194").density_source == "Insee 2025"
    assert Commune.objects.get(code="86281").density is None
    assert load_density(path=path, by="test", source="Insee 2025").updated == 0


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path):
    path = tmp_path / "grille.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, FULL)
    sheet.write(1_048_575, 16_383, "1")
    book.close()
    with pytest.raises(UnreadableTable, match="trop grand"):
        load_density(path=path, by="test")


def test_a_workbook_of_something_else_is_told_what_is_missing(tmp_path):
    path = workbook(tmp_path / "autre.xlsx", ["Commune", "Habitants"], [["Poitiers", 90000]])
    with pytest.raises(UnreadableTable, match="CODGEO"):
        load_density(path=path, by="test")


def test_older_csv_calls_its_seven_levels_dens(tmp_path):
    load_small_cog()
    path = tmp_path / "grille.csv"
    path.write_text(
        "CODGEO,LIBGEO,DENS,LIBDENS,PMUN21,P1,P2,P3,P4,P5,P6,P7\n1001,Ain,6,,1,0,0,0,0,0,1,0\n86281,St,6,,1,0,0,0,0,0,1,0\n"
    )
    load_density(path=path, by="test")
    commune = Commune.objects.get(code="86281")
    assert (commune.density, commune.is_urban) == (6, False)


def test_three_level_grid_is_refused_not_misread(tmp_path):
    path = tmp_path / "grille.csv"
    path.write_text("CODGEO,LIBGEO,DENS,LIBDENS,PMUN,P1,P2,P3\n86194,Poitiers,1,,1,1,0,0\n")
    with pytest.raises(UnknownGrid, match="DENS7"):
        load_density(path=path, by="test")


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"PK\x03\x04cut", b"%PDF-1.7", b"", b"<html></html>"])
def test_other_files_are_refused_by_the_command(tmp_path, content):
    path = tmp_path / "autre.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("geography", "density", str(path))


def test_absent_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="absent"):
        call_command("geography", "density", str(tmp_path / "absent.xlsx"))
