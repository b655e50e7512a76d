from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from essaim.foundation.exports import Column, Format, Kind, csv_lines, geojson_lines, neutral, respond, text_of

# Closing an answer tells Django that the request has ended, which looks at the database's connection.
pytestmark = pytest.mark.django_db

COLUMNS = (
    Column("siret", "SIRET"),
    Column("name", "Nom"),
    Column("jobs", "Postes", Kind.INTEGER),
    Column("on", "Le", Kind.DATE),
    Column("at", "À", Kind.MOMENT),
    Column("open", "Ouvert", Kind.BOOLEAN),
    Column("names", "Noms"),
    Column("longitude", "Longitude", Kind.NUMBER),
    Column("latitude", "Latitude", Kind.NUMBER),
)
ROW = {
    "siret": "01234567890123",
    "name": '=HYPERLINK("http://x")',
    "jobs": 12,
    "on": datetime.date(2026, 10, 12),
    "at": datetime.datetime(2026, 10, 12, 10, 5, tzinfo=datetime.UTC),
    "open": True,
    "names": ["L’Épi", "Cord’âges"],
    "longitude": 0.3404,
    "latitude": 46.5802,
}
EMPTY = {"siret": None, "name": "Sans rien"}


def body(wanted, rows=(ROW, EMPTY)):
    answer = respond(wanted, COLUMNS, rows, "annuaire")
    assert answer["Content-Disposition"] == f'attachment; filename="annuaire.{wanted.value}"'
    assert answer["Content-Type"] == wanted.content_type
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


def test_csv_opens_in_excel_and_runs_nothing():
    raw = body(Format.CSV)
    assert raw.startswith(b"\xef\xbb\xbf")
    header, row, empty = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    assert header == [column.label for column in COLUMNS]
    assert row[:4] == ["01234567890123", '\'=HYPERLINK("http://x")', "12", "2026-10-12"]
    assert row[4:7] == ["2026-10-12T12:05:00+02:00", "oui", "L’Épi | Cord’âges"]
    assert empty == ["", "Sans rien", *[""] * 7]


def test_xlsx_types_its_cells_and_runs_nothing():
    page = openpyxl.load_workbook(io.BytesIO(body(Format.XLSX))).active
    cells = list(page.iter_rows())[1]
    assert [cell.value for cell in cells[:3]] == ["01234567890123", ROW["name"], 12]
    assert cells[1].data_type == "s"
    assert cells[1].hyperlink is None
    assert cells[3].value.date() == ROW["on"]
    assert cells[4].value == datetime.datetime(2026, 10, 12, 12, 5)
    assert cells[7].value == pytest.approx(0.3404)


def test_ods_is_a_true_ods():
    raw = body(Format.ODS)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        root = ElementTree.fromstring(archive.read("content.xml"))
    formulas = [cell for cell in root.iter() if any(name.endswith("}formula") for name in cell.attrib)]
    assert formulas == []
    header, row, empty = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
    assert header == [column.label for column in COLUMNS]
    assert row[:3] == ["01234567890123", ROW["name"], 12.0]
    assert row[3] == ROW["on"]
    assert row[6] == "L’Épi | Cord’âges"
    assert empty[1] == "Sans rien"


def test_geojson_keeps_what_has_no_point():
    found = json.loads(body(Format.GEOJSON))
    assert [feature["geometry"] for feature in found["features"]] == [
        {"type": "Point", "coordinates": [0.3404, 46.5802]},
        None,
    ]
    assert found["features"][0]["properties"]["names"] == ["L’Épi", "Cord’âges"]
    assert "longitude" not in found["features"][0]["properties"]


@pytest.mark.parametrize("wanted", list(Format))
def test_an_empty_table_is_a_file_too(wanted):
    assert body(wanted, ())


@pytest.mark.parametrize("wanted", list(Format))
def test_five_thousand_rows_come_whole(wanted):
    raw = body(wanted, (ROW | {"name": f"n° {n}"} for n in range(5000)))
    if wanted is Format.GEOJSON:
        assert len(json.loads(raw)["features"]) == 5000
    elif wanted is Format.CSV:
        assert raw.count(b"\r\n") == 5001
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        assert sheet.height == 5001


def test_csv_comes_by_pieces():
    assert sum(1 for _ in csv_lines(COLUMNS, (ROW for _ in range(5000)))) > 3
    assert sum(1 for _ in geojson_lines(COLUMNS, (ROW for _ in range(5000)))) > 3


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("+33 5 49 00 00 00", "+33 5 49 00 00 00"),
        ("-12,5", "-12,5"),
        ("L’Épi = commun", "L’Épi = commun"),
        ("", ""),
    ],
)
def test_what_looks_like_a_formula_is_neutralised(text, wanted):
    assert neutral(text) == wanted


def test_a_day_is_that_of_the_wall_clock_and_an_old_one_is_a_text():
    """Half past midnight in Paris is still the day before in Greenwich; XLSX knows no day before 1900."""
    late = datetime.datetime(2026, 7, 13, 22, 30, tzinfo=datetime.UTC)
    rows = [{"on": late}, {"on": datetime.date(1895, 5, 4)}, {"on": datetime.date(1900, 1, 2)}]
    sheet = openpyxl.load_workbook(io.BytesIO(body(Format.XLSX, rows))).active
    days = [sheet.cell(row=number, column=4).value for number in (2, 3, 4)]
    assert days == [datetime.datetime(2026, 7, 14), "1895-05-04", datetime.datetime(1900, 1, 2)]
    content = zipfile.ZipFile(io.BytesIO(body(Format.ODS, rows))).read("content.xml").decode()
    assert [text in content for text in ("2026-07-14", "1895-05-04", "04/05/1895")] == [True, True, True]


@given(st.text())
def test_no_text_ever_begins_like_a_formula(text):
    made = neutral(text)
    assert made.removeprefix("'") == text.removeprefix("'") or made == "'" + text
    assert not made.lstrip().startswith(("=", "@"))


@settings(max_examples=40)
@given(st.lists(st.text(), max_size=4))
def test_any_text_makes_a_readable_workbook(texts):
    rows = [{"name": text} for text in texts]
    columns = (Column("name", "Nom"),)
    for wanted in (Format.XLSX, Format.ODS):
        answer = respond(wanted, columns, rows, "x")
        raw = b"".join(answer.streaming_content)
        answer.close()
        CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()


def test_texts_of_values():
    assert [text_of(value) for value in (None, True, False, 0, {"b", "a"}, datetime.date(2026, 1, 2))] == [
        "",
        "oui",
        "non",
        "0",
        "a | b",
        "2026-01-02",
    ]
