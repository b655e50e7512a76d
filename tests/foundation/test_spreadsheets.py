import csv
import io
import resource
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation import spreadsheets
from essaim.foundation.spreadsheets import UnreadableTable, read_sheets, read_table
from essaim.foundation.workbooks import MAX_CELLS


def workbook(*rows, first_sheet_empty=False):
    book = openpyxl.Workbook()
    sheet = book.active
    if first_sheet_empty:
        sheet = book.create_sheet("Contacts")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_every_encoding_and_separator(encoding, delimiter):
    text = delimiter.join(["Nom", "Commune"]) + "\r\n" + delimiter.join(["L'épicerie", "Ligugé"]) + "\r\n"
    table = read_table(text.encode(encoding), "contacts.csv")
    assert table.columns == ["Nom", "Commune"]
    assert table.rows == [["L'épicerie", "Ligugé"]]


def test_windows_typographic_apostrophe_is_kept():
    table = read_table("Nom;Ville\nL’Épicerie – solidaire;Poitiers\n".encode("cp1252"), "x.csv")
    assert table.rows[0][0] == "L’Épicerie – solidaire"
    assert table.encoding == "cp1252"


def test_a_comma_inside_cells_does_not_win_over_the_semicolon():
    table = read_table(b"Nom;Adresse;CP\nA;1, rue X, bat. B;86000\nB;2, rue Y;86000\n", "x.csv")
    assert table.columns == ["Nom", "Adresse", "CP"]


def test_workbook_cells_are_text():
    content = workbook(
        ["SIRET", "Date", "Heure", "Taux", "Oui"],
        [21860194600013, date(2026, 1, 2), datetime(2026, 1, 2, 9, 30), 1.5, True],
        [21860194600013.0, None, None, None, False],
        [None, None, None, None, None],
    )
    table = read_table(content, "liste.xlsx")
    assert table.rows == [
        ["21860194600013", "2026-01-02", "2026-01-02 09:30:00", "1.5", "oui"],
        ["21860194600013", "", "", "", "non"],
    ]
    assert table.sheet == "Sheet"


def test_the_first_sheet_with_a_cell_is_read():
    assert read_table(workbook(["a", "b"], [1, 2], first_sheet_empty=True), "l.xlsx").sheet == "Contacts"


def test_a_path_works_as_well_as_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert read_table(path).rows == [["1", "2"]]
    assert read_table(str(path)).columns == ["a", "b"]


def test_short_and_long_rows_are_squared():
    table = read_table(b"Liste des agrements\nSIREN;Nom;Fin\n1;2\n", "x.csv")
    assert table.columns == ["Liste des agrements", "", ""]
    assert table.rows == [["SIREN", "Nom", "Fin"], ["1", "2", ""]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"  \n", "vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><html></html>", "page web"),
        (b"\n\n<html><body>404</body></html>", "page web"),
        (b"PK\x03\x04 cut short", "incomplet"),
        (b"PAR1\x00", "Parquet"),
        (b"\x89PNG\r\n", "image"),
        (b"a\x00b", "pas un texte"),
        ("siren;nom\n1;a\0b".encode("utf-16"), "pas un texte"),
        ("siren;nom\n1;ab".encode("utf-16-le"), "pas un texte"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", "classeur"),
    ],
)
def test_what_is_not_a_table_is_refused_with_words(content, words):
    with pytest.raises(UnreadableTable, match=words):
        read_table(content, "envoi.xlsx")


def test_a_zip_that_is_no_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(UnreadableTable, match="classeur"):
        read_table(out.getvalue(), "envoi.xlsx")


def test_a_missing_file_names_itself(tmp_path):
    with pytest.raises(UnreadableTable, match=r"absent\.csv"):
        read_table(tmp_path / "absent.csv")


# --- small files that ask for a whole machine ----------------------------------------------------------------------


@pytest.fixture
def bounded_memory():
    """What the reader would allocate in this very process beyond a little is an error, not a machine on its knees."""
    former = resource.getrlimit(resource.RLIMIT_AS)
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 512 * 1024 * 1024, former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, former)


def far_cell(reference):
    """A workbook of a few kB with a cell in A1 and another very far."""
    book = openpyxl.Workbook()
    book.active["A1"] = "SIREN"
    book.active[reference] = "perdue"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("reference", ["XFD1048576", "GR1048576", "C1048576"])
@pytest.mark.usefixtures("bounded_memory")
def test_a_cell_lost_far_away_is_refused_in_words(reference):
    content = far_cell(reference)
    assert len(content) < 10_000
    with pytest.raises(UnreadableTable, match="trop grand"):
        read_table(content, "agents.xlsx")


def test_a_far_cell_alone_is_read():
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "seule"
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue(), "x.xlsx").columns == ["seule"]


def ods(table):
    """An ODS workbook whose one sheet holds this XML."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Feuille">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


CELL = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'


def test_an_ods_workbook_is_read():
    row = f"<table:table-row>{CELL.format('')}{CELL.format('')}</table:table-row>"
    table = read_table(ods(row * 2), "x.ods")
    assert (table.columns, table.rows, table.sheet) == (["x", "x"], [["x", "x"]], "Feuille")


# The library itself refuses the largest repetitions, as a format that it does not know.
@pytest.mark.parametrize(
    ("across", "down", "words"),
    [
        (16_384, 1_048_576, "pas un classeur lisible"),
        (200, 1_048_576, "pas un classeur lisible"),
        (3, 1_048_576, "trop grand"),
        (16_384, 200, "trop grand"),
    ],
)
@pytest.mark.usefixtures("bounded_memory")
def test_cells_repeated_without_end_are_refused_in_words(across, down, words):
    cell = CELL.format(f' table:number-columns-repeated="{across}"')
    content = ods(f'<table:table-row table:number-rows-repeated="{down}">{cell}</table:table-row>')
    with pytest.raises(UnreadableTable, match=words):
        read_table(content, "bombe.ods")


@pytest.mark.usefixtures("bounded_memory")
def test_one_long_line_does_not_make_every_line_long():
    content = b"nom;ville\n" + b"a;b\n" * 4_000 + b"x" + b";" * 60_000 + b"\n"
    with pytest.raises(UnreadableTable, match="trop grand"):
        read_table(content, "x.csv")


def test_the_bound_is_on_the_squared_table():
    height = 1_000
    width = MAX_CELLS // height
    line = b"a" + b";" * (width - 1) + b"\n"
    assert len(read_table(line + b"a;b\n" * (height - 1), "x.csv").columns) == width
    with pytest.raises(UnreadableTable, match="trop grand"):
        read_table(line + b"a;b\n" * height, "x.csv")


def test_what_is_huge_once_unzipped_is_refused_unread(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MAX_UNZIPPED", 1_000)
    monkeypatch.setattr(spreadsheets, "read_workbook", pytest.fail)
    with pytest.raises(UnreadableTable, match="décompressé"):
        read_table(workbook(["a"]), "x.xlsx")


def test_a_broken_installation_is_not_called_a_bad_file(monkeypatch):
    monkeypatch.setattr("essaim.foundation.workbooks.__file__", "/nonexistent/reader.py")
    with pytest.raises(RuntimeError, match="lecture du classeur"):
        read_table(workbook(["a"]), "x.xlsx")


_CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=15).map(str.strip)


@given(st.lists(st.lists(_CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_a_written_csv_comes_back(rows):
    header = ["Nom", "Commune", "Adresse"]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([header, *rows])
    table = read_table(out.getvalue().encode(), "x.csv")
    assert table.columns == header
    assert table.rows == [row for row in rows if any(row)]


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_refusal(content):
    try:
        table = read_table(content, "x")
    except UnreadableTable as error:
        assert str(error)
    else:
        assert all(len(row) == len(table.columns) for row in table.rows)


# --- every sheet ----------------------------------------------------------------------------------------------------


def sheets_of(**named):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in named.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_every_sheet_is_read_with_the_lines_of_the_file():
    content = sheets_of(T1=[[None], ["Titre"], [], ["a", "b"], [1, 2]], Vide=[], T2=[["c"], [3.5]])
    first, second = read_sheets(content, "x.xlsx")
    assert (first.name, first.lines) == ("T1", [2, 4, 5])
    assert [row[:2] for row in first.rows] == [["Titre", ""], ["a", "b"], ["1", "2"]]
    assert (second.name, second.lines, second.rows) == ("T2", [1, 2], [["c"], ["3.5"]])


def test_a_csv_file_is_one_sheet_whose_lines_count_the_breaks_inside_cells():
    (sheet,) = read_sheets(b'\n\nNom;Note\n"A\nB";1\n\nC;2\n', "x.csv")
    assert (sheet.name, sheet.lines) == ("", [3, 4, 7])
    assert sheet.rows == [["Nom", "Note"], ["A\nB", "1"], ["C", "2"]]


def test_the_sheets_are_bounded_together():
    half = [["x"] * 200] * (MAX_CELLS // 400 + 1)
    with pytest.raises(UnreadableTable, match="trop grand"):
        read_sheets(sheets_of(T1=half, T2=half), "x.xlsx")


def test_of_a_formula_the_value_kept_by_the_workbook_is_read_and_no_macro_runs():
    content = sheets_of(T1=[["a", "b"], ["=1+1", 2], ['=WEBSERVICE("http://localhost/")', 3]])
    with_macro = io.BytesIO(content)
    with zipfile.ZipFile(with_macro, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 nothing that runs")
    for sent in (content, with_macro.getvalue()):
        (sheet,) = read_sheets(sent, "x.xlsm")
        # openpyxl computes nothing, so no value was kept: the cell is empty, never the formula's own text.
        assert sheet.rows == [["a", "b"], ["", "2"], ["", "3"]]
    cached = sheets_of(T1=[["a"], ["=1+1"]])
    rewritten = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(cached)) as source, zipfile.ZipFile(rewritten, "w") as target:
        for item in source.namelist():
            data = source.read(item)
            if item.endswith("sheet1.xml"):
                data = data.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
                    b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"
                )
            target.writestr(item, data)
    assert read_sheets(rewritten.getvalue(), "x.xlsx")[0].rows == [["a"], ["2"]]
