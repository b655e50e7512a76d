"""Hostile and heavy files: what they may cost is bounded, and each refusal says what to do."""

import csv
import fcntl
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from essaim.foundation import kept
from essaim.foundation.models import Territory as Identity
from essaim.geography.models import Commune, Epci
from essaim.observatory import layouts
from essaim.observatory.actions.notes import issue_note
from essaim.observatory.enums import Level, Source
from essaim.observatory.layouts import archives, flores_open
from essaim.observatory.layouts.flores_open import base, legal_forms, package
from essaim.observatory.models import Note, Vintage
from essaim.observatory.note.citing import notes_citing
from essaim.observatory.reading import MOST_SIGNS, TooHeavy, WrongFile, cut
from essaim.observatory.views import officer_sources
from essaim.stock.engine import Engine
from essaim.ui.typography import vintage
from tests.geography.factories import HOME, load_small_cog
from tests.observatory.factories import EPCI
from tests.observatory.source_files import flores_2017
from tests.observatory.test_flores_open import (
    COLUMNS,
    WIDE,
    every_commune,
    long,
    metadata,
    observation,
    table_text,
    values,
    wide,
    zipped,
)
from tests.observatory.town import load_everything, make_town

SEND = "/equipe/observatoire/envoyer/"
NAME = "TD_FLORES2021_NBSAL.csv"


@pytest.fixture
def geography(territory):
    load_small_cog()


@pytest.fixture
def load(tmp_path, geography):
    """Write a text and read it."""

    def go(text, name=NAME, **more):
        path = tmp_path / "upload.bin"
        path.write_text(text)
        return layouts.read(path, name=name, **more)

    return go


def send(client, content, name=NAME):
    content = content.encode() if isinstance(content, str) else content
    return client.post(SEND, {"file": SimpleUploadedFile(name, content)})


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def refusal(answer):
    """The words beside the field of the file, which is not kept."""
    assert answer.status_code == 200
    return answer.context["form"].errors["file"][0]


# --- the same line again and again ----------------------------------------------------------------------------------


def test_a_line_written_again_is_fetched_once_and_counted(load, monkeypatch):
    fetched = []
    rows = Engine.rows
    monkeypatch.setattr(Engine, "rows", lambda *given: fetched.append(rows(*given)) or fetched[-1])
    reading = load(long([*every_commune(), *[observation("86194", "5300")] * 3000]))
    assert values(reading)[Level.EPCI, HOME] == 5352
    (table,) = reading.tables
    assert table.counts["rows_read"] == 3006
    assert table.counts["rows_kept"] == 6
    assert table.counts["ignored"] == 3000
    assert max(map(len, fetched)) < 100


def test_a_wide_line_written_again_is_fetched_once(load, monkeypatch):
    monkeypatch.setattr(base, "MOST_ROWS", 6)
    row = "86194;Nom;5300\n"
    reading = load(wide(WIDE) + row * 3000)
    assert values(reading)[Level.EPCI, HOME] == 5352
    assert reading.tables[0].counts["rows_kept"] == 6


@pytest.mark.parametrize("make", [lambda: long(every_commune()), lambda: wide(WIDE)])
def test_more_different_rows_than_france_has_places_are_refused_before_they_are_fetched(load, monkeypatch, make):
    monkeypatch.setattr(base, "MOST_ROWS", 5)
    with pytest.raises(WrongFile, match="6 chiffres différents, plus que la France n’a de territoires"):
        load(make())


def test_a_wrong_line_written_again_counts_each_time(load):
    wrong = [observation("86226", "x")] * 40
    with pytest.raises(WrongFile, match=r"trop de lignes fausses ; la première est la ligne 8 : « x » n’est pas"):
        load(long([*every_commune(), *wrong]))
    reading = load(long([*every_commune(), *wrong[:3]]))
    assert reading.tables[0].counts["refused"] == 3
    assert reading.tables[0].counts["ignored"] == 0


def test_an_activity_given_twice_is_never_added_twice(load):
    whole = [observation(code, value, ACTIVITY="AZ") for code, value in WIDE.items()]
    assert values(load(long([*whole, whole[1], whole[1]])))[Level.EPCI, HOME] == 5352
    with pytest.raises(WrongFile, match="ligne 8 : le même chiffre est donné, autrement, ligne 3"):
        load(long([*whole, observation("86194", "4", ACTIVITY="AZ")]))


def test_thousands_of_legal_forms_are_refused_or_counted(load, monkeypatch):
    rows = [observation("86194", "1", LEGAL_FORM_WITH_PUBLIC=f"F{n}") for n in range(30)]
    monkeypatch.setattr(package, "MOST_FORMS", 20)
    reading = load(long([*every_commune(), *rows]))
    remarks = [remark.text for remark in reading.tables[0].remarks]
    assert sum("laissée de côté" in text for text in remarks) == legal_forms.MOST_LEFT
    assert any("20 autres formes juridiques" in text for text in remarks)


# --- archives -------------------------------------------------------------------------------------------------------


def bomb(tmp_path, text="0" * 3_000_000, name="DS_FLORES_A17_2024_data.csv"):
    return zipped(tmp_path, {name: text})


def test_what_an_archive_holds_is_bounded_on_a_page_only(tmp_path, geography):
    path = bomb(tmp_path, long([*every_commune(), *[observation("86194", "5300")] * 30_000]))
    with pytest.raises(TooHeavy, match="Mo une fois décompressée"):
        layouts.read(path, on_page=True)
    assert values(layouts.read(path))[Level.EPCI, HOME] == 5352


def test_an_archive_is_bounded_in_bytes_too(tmp_path, geography, monkeypatch):
    path = zipped(tmp_path, {"DS_FLORES_A17_2024_data.csv": long(every_commune())})
    assert layouts.read(path, on_page=True)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 100)
    with pytest.raises(TooHeavy):
        layouts.read(path, on_page=True)


def test_a_bomb_sent_on_a_page_goes_to_the_command_line(tmp_path, geography, officer_client, settings):
    words = refusal(send(officer_client, bomb(tmp_path).read_bytes(), "flores.zip"))
    assert "trop lourd pour une page" in words
    assert "essaim observatory load FICHIER --apply" in words
    assert list((settings.DATA_DIR / "imports").iterdir()) == []


@pytest.mark.parametrize("member", ["DS_FLORES_A17_2022_CSV_FR.zip", "x" * 300 + ".ZIP"])
def test_an_archive_of_archives_says_what_to_do(tmp_path, geography, officer_client, member):
    words = refusal(send(officer_client, zipped(tmp_path, {member: "x"}).read_bytes(), "insee.zip"))
    assert "contient d’autres archives : décompressez-la" in words
    assert len(words) < 250


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["flores", "spill", "data.csv", "é" * 200 + "2021.csv", "..", "a\x01b"])
def test_the_name_of_a_file_serves_messages_alone(load, name):
    assert values(load(wide(WIDE), name, year=2021))[Level.EPCI, HOME] == 5352


@pytest.mark.parametrize("member", ["flores.csv", "spill.csv", "x" * 300 + ".csv", "../../etc/x.csv", "flores/.csv"])
def test_the_name_of_a_member_serves_its_year_alone(tmp_path, geography, member):
    path = zipped(tmp_path, {member: wide(WIDE)}, "x.zip")
    assert values(layouts.read(path, name="x.zip", year=2021))[Level.EPCI, HOME] == 5352


def test_the_year_of_a_member_is_read(tmp_path, geography):
    path = zipped(tmp_path, {"dossier/TD_FLORES2021_NBSAL.csv": wide(WIDE)}, "x.zip")
    assert layouts.read(path, name="x.zip").period == "2021"


def test_refusals_of_lines_say_the_name_of_the_file_and_its_first_line(load):
    with pytest.raises(WrongFile, match=r"« TD_FLORES2021_NBSAL\.csv » : aucune de ses lignes .* ligne 2, qui a moins"):
        load("CODGEO;LIBGEO;EFF_TOT\n86194;3\n86226;4\n")


def test_a_parquet_sent_is_called_by_its_name(geography, officer_client, settings):
    (Path(settings.DATA_DIR)).mkdir(parents=True, exist_ok=True)
    words = refusal(send(officer_client, b"PAR1 x PAR1", "mon-stock.parquet"))
    assert "Aucun extrait" in words or "mon-stock.parquet" in words
    assert ".upload" not in words


# --- quoted cells ---------------------------------------------------------------------------------------------------


def test_a_cell_is_quoted_short_and_on_one_line():
    assert cut("a\n b\x0b\tc") == "a b c"
    assert cut(None) == ""
    assert len(cut("x" * 10_000_000)) == MOST_SIGNS
    assert cut("x" * MOST_SIGNS) == "x" * MOST_SIGNS


LONG_TEXT = "Z" * 200_000
BOUND = 600


@pytest.mark.parametrize(
    "row",
    [
        observation("86194", LONG_TEXT),
        observation("86194", "1", OBS_STATUS=LONG_TEXT),
        observation(LONG_TEXT, "1"),
    ],
)
def test_a_long_cell_is_cut_in_remarks_and_refusals(load, row):
    reading = load(long([*every_commune(), row]))
    assert max(len(remark.text) for remark in reading.tables[0].remarks) < BOUND
    with pytest.raises(WrongFile) as told:
        load(long([*every_commune(), *[row] * 10]))
    assert len(str(told.value)) < BOUND


def test_a_long_label_of_the_metadata_is_cut(tmp_path, geography):
    path = zipped(
        tmp_path, {"DS_2024_data.csv": long(every_commune()), "DS_2024_metadata.csv": metadata({"1T9X7": LONG_TEXT})}
    )
    with pytest.raises(WrongFile) as told:
        layouts.read(path)
    assert len(str(told.value)) < BOUND


@pytest.mark.parametrize("at", range(3))
def test_a_long_cell_of_a_wide_file_is_cut(load, at):
    row = ["86194", "Nom", "5"]
    row[at] = LONG_TEXT
    text = table_text(("CODGEO", "LIBGEO", "EFF_TOT"), [*[(code, "Nom", value) for code, value in WIDE.items()], row])
    try:
        reading = load(text)
    except WrongFile as error:
        assert len(str(error)) < BOUND
    else:
        assert max((len(remark.text) for remark in reading.tables[0].remarks), default=0) < BOUND


@pytest.mark.parametrize("old", ["Nouvelle-Aquitaine;75", ";OUI;", ";Associations;", ";2023;", ";10;", ";100,5;"])
def test_a_long_cell_of_the_urssaf_is_cut(load, old):
    text = (
        "region;code_region;champ_ess;famille_ess;grand_secteur;secteur_na88;annee;nombre_d_etablissements;"
        "effectifs_salaries_moyens;masse_salariale\n"
        "Nouvelle-Aquitaine;75;OUI;Associations;Services;88 Action sociale;2023;10;100,5;1000\n"
    )
    assert old in text
    _refused_short(load, text.replace(old, f";{'Z' * 100_000};" if old[0] == ";" else f"N;{'Z' * 100_000}", 1))


def test_each_long_cell_of_flores_ess_is_cut(load):
    lines = flores_2017().decode("latin-1").splitlines()
    cells = lines[1].split(",")
    for at in range(len(cells)):
        changed = ",".join([*cells[:at], "Z" * 100_000, *cells[at + 1 :]])
        _refused_short(load, "\n".join([lines[0], changed, *lines[2:]]))


def test_a_long_cell_of_the_density_grid_is_cut(load):
    for row in (f"{'Z' * 100_000};1;2", f"86194;{'Z' * 100_000};2", f"86194;1;{'Z' * 100_000}"):
        _refused_short(load, f"CODGEO;DENS;DENS7\n86226;3;6\n{row}\n99999;3;7\n")


def _refused_short(load, text):
    try:
        reading = load(text, "T1_2017.csv")
    except WrongFile as error:
        assert len(str(error)) < BOUND
    else:
        for table in getattr(reading, "tables", ()):
            assert all(len(remark.text) < BOUND for remark in table.remarks)


# --- memory, and one at a time --------------------------------------------------------------------------------------


def test_out_of_memory_speaks_to_a_person_on_a_page(geography, officer_client, monkeypatch):
    def full(*_):
        raise duckdb.OutOfMemoryException("failed to allocate data")

    monkeypatch.setattr(flores_open, "open_source", lambda *_, **__: full())
    words = refusal(send(officer_client, wide(WIDE)))
    assert "trop lourd pour une page" in words
    assert "essaim observatory load FICHIER --apply" in words
    assert "--memory-limit" not in words
    assert "extrait en service" not in words


def test_one_upload_is_read_at_a_time(geography, officer_client, settings, monkeypatch):
    seen = send(officer_client, wide(WIDE)).url
    monkeypatch.setattr(officer_sources, "PATIENCE", 0.0)
    with (settings.DATA_DIR / "observatory-reading.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for answer in (officer_client.get(seen), officer_client.post(seen, {"publier": "1"})):
            assert "lit déjà un autre fichier : attendez" in plain(answer)
        assert "lit déjà un autre fichier" in refusal(send(officer_client, wide(WIDE)))
        assert not Vintage.objects.exists()
    # The file waited: it is saved as soon as the other reading is over.
    assert officer_client.post(seen, {"publier": "1"}).status_code == 302
    assert Vintage.objects.count() == 1


@pytest.mark.parametrize(("wrong", "refused"), [(5, False), (6, True)])
def test_lines_that_cannot_be_cut_are_refused_before_what_is_wrong_with_each_is_kept(load, monkeypatch, wrong, refused):
    kept_of_each = []
    run = Engine.run
    monkeypatch.setattr(Engine, "run", lambda *given: kept_of_each.append("store_rejects" in given[1]) or run(*given))
    text = wide(WIDE) + "\n\r\n" + "trop;peu\n" * wrong + "\n\n86226;Nom;40"
    if refused:
        with pytest.raises(
            WrongFile, match=r": 6 lignes sont illisibles ; la première est la ligne 10, qui a moins de"
        ):
            load(text)
        assert not any(kept_of_each)
    else:
        reading = load(text)
        assert any(kept_of_each)
        assert "laissées de côté : 5." in " ".join(remark.text for remark in reading.tables[0].remarks)


def test_thousands_of_columns_are_refused(load):
    columns = (*COLUMNS, *(f"C{n}" for n in range(1000)))
    with pytest.raises(WrongFile, match="plus de 1000 colonnes"):
        load(long(every_commune(), columns))


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_macros_and_external_links_of_a_workbook_are_ignored(tmp_path, geography):
    book = openpyxl.Workbook()
    for row in csv.reader(flores_2017().decode("latin-1").splitlines()):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    path = tmp_path / "T1_2017.xlsm"
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(path, "w") as out:
        for item in source.infolist():
            out.writestr(item, source.read(item))
        out.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        out.writestr(
            "xl/externalLinks/externalLink1.xml",
            '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<externalBook r:id="rId1" xmlns:r="x"/></externalLink>',
        )
        out.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            'Id="rId1" Type="x" Target="file:///etc/passwd" TargetMode="External"/></Relationships>',
        )
    plain_path = tmp_path / "T1_2017.csv"
    plain_path.write_bytes(flores_2017())
    expected = layouts.read(plain_path, on_page=True)
    found = layouts.read(path, on_page=True)
    assert [cell[3:] for cell in found.tables[0].cells] == [cell[3:] for cell in expected.tables[0].cells]


# --- what was sent before -------------------------------------------------------------------------------------------


def test_withdrawing_lists_the_notes_that_cite_the_vintage(db, officer, officer_client):
    make_town()
    load_everything()
    note = issue_note(territory=EPCI, by=officer)
    for row in Vintage.objects.exclude(published_at=None):
        html = plain(officer_client.get(reverse("observatory_officer:withdraw", args=[row.pk])))
        cites = any(f"{row.get_source_display()}, {vintage(row.period)}" in one for one in note.content["sources"])
        assert (f"La note {note.year}" in html) is cites
        assert ("produire de nouveau" in html) is cites
        if cites:
            assert f"?territoire=epci-{EPCI.code}&amp;annee={note.year}" in html
    newest = Vintage.objects.filter(source=Source.FLORES_ESS).order_by("year").last()
    assert notes_citing(newest)
    Note.objects.update(content={"sources": "x"})  # of another time, unreadable
    assert notes_citing(newest) == []


def test_the_note_to_issue_again_is_that_of_the_year_asked(db, officer_client):
    make_town()
    load_everything()
    address = reverse("observatory_officer:note")
    assert officer_client.get(f"{address}?annee=2019").context["form"]["year"].value() == "2019"
    assert officer_client.get(f"{address}?annee=x").context["form"]["year"].value() == timezone.localdate().year


# --- what goes out, and where the engine writes ---------------------------------------------------------------------

FORMULA = "=1+1"


@pytest.mark.parametrize(
    "address",
    [
        "/observatoire/export/{}/",
        "/observatoire/communes/export/{}/",
        f"/observatoire/comparer/export/{{}}/?avec=epci-{EPCI.code}&avec=country-FR",
    ],
)
def test_an_epci_or_a_commune_named_like_a_formula_stays_text(db, client, address):
    make_town()
    load_everything()
    Epci.objects.update(name=FORMULA)
    Identity.objects.update(name=FORMULA, short_name=FORMULA)
    kept.forget_all()
    Commune.objects.update(name=FORMULA)
    body = b"".join(client.get(address.format("csv")))
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    cells = [cell for row in rows[1:] for cell in row]
    assert any(cell.lstrip("'") == FORMULA for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(address.format("xlsx")))))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if FORMULA in str(cell.value)]
    assert found
    assert all(cell.data_type == "s" for cell in found)


def test_the_engine_writes_nothing_outside_its_folder(tmp_path):
    """HOME is an empty folder that cannot be written, extensions are never fetched: a file is read all the same."""
    home, work, start = tmp_path / "home", tmp_path / "work", tmp_path / "start"
    for folder in (home, work, start):
        folder.mkdir()
    (tmp_path / "TD_FLORES2021.csv").write_text(wide(WIDE))
    home.chmod(0o500)
    code = f"""
from pathlib import Path
from essaim.stock.engine import Engine
from essaim.stock.sources import open_source
work = Path({str(work)!r})
with Engine(work, memory_limit="50MB") as engine:
    source = open_source(
        engine, {str(tmp_path / "TD_FLORES2021.csv")!r}, role="flores", work=work, downloads=work, progress=print
    )
    assert source.rows == {len(WIDE)}
    engine.run("CREATE TEMP TABLE t AS SELECT range AS n, repeat('x', 100) || range AS text FROM range(1000000)")
    assert engine.value("SELECT count(DISTINCT text) FROM t") == 1000000
    try:
        engine.run("SELECT * FROM 'https://example.invalid/x.parquet'")
    except Exception:
        pass
    else:
        raise SystemExit("fetched")
"""
    environment = os.environ | {"HOME": str(home), "TMPDIR": str(work), "XDG_CACHE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=start, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    home.chmod(0o700)
    assert [*home.rglob("*"), *start.rglob("*")] == []
    assert {path.name for path in tmp_path.iterdir()} - {"data"} == {"TD_FLORES2021.csv", "home", "start", "work"}
