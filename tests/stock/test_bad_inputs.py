"""Each bad file is refused in words that name it, or repaired and counted; the extract in service never changes."""

import gzip
import os
import subprocess
import sys
import zipfile

import pytest

from essaim.stock.archive import Archive
from essaim.stock.errors import WrongFile
from essaim.stock.importing import import_stock
from essaim.stock.read import current_extract
from tests.stock import factories as f

UNITS = [f.unit(n) for n in range(400)]
PLACES = [f.place(n) for n in range(400)]


@pytest.fixture
def sources(tmp_path):
    return f.write_stock(tmp_path / "sources", UNITS, PLACES)


@pytest.fixture
def refuse(data_dir, sources, served):
    """Import with one source replaced and expect a refusal; returns its words."""

    def go(path, side="establishments"):
        with pytest.raises(WrongFile) as refusal:
            import_stock(data_dir=data_dir, vintage="2026-11", **(sources | {side: str(path)}))
        assert path.name in str(refusal.value)
        assert served()
        assert not (data_dir / "stock" / "work").exists()
        return str(refusal.value)

    return go


@pytest.mark.parametrize(
    "case",
    [
        ("a.parquet", b"%PDF-1.7\n%\xe2\xe3", "document PDF"),
        ("a.parquet", b"<!DOCTYPE html>\n<html><body>404</body></html>", "page web"),
        ("a.csv", b"\xef\xbb\xbf\n <html>", "page web"),
        ("a.parquet", b"", "vide"),
        ("a.parquet", b"\n\n", "vide"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "image"),
        ("a.zip", b"7z\xbc\xaf\x27\x1c", "7z"),
        ("a.csv", b"\x00\x01\x02\x03", "ni un fichier Parquet ni un texte"),
        ("a.parquet", b"PAR1 cut right after", "Parquet"),
        ("a.zip", b"PK\x03\x04 cut short", "incomplète"),
        ("a.gz", b"\x1f\x8b\x08\x00 cut short", "incomplète"),
        ("a.csv", b"un texte quelconque\nsans colonnes\n", "colonne"),
        ("a.csv", b"1,2,3\n4,5,6\n", "noms de colonnes"),
    ],
)
@pytest.mark.parametrize("side", ["establishments", "legal_units"])
def test_what_is_no_stock_file(tmp_path, refuse, case, side):
    name, content, words = case
    path = tmp_path / name
    path.write_bytes(content)
    assert words in refuse(path, side)


@pytest.mark.parametrize("column", ["siren", "siret", "codeCommuneEtablissement", "statutDiffusionEtablissement"])
def test_a_missing_needed_column_is_named(tmp_path, refuse, column):
    rows = [{key: value for key, value in row.items() if key != column} for row in PLACES]
    assert column in refuse(f.write_parquet(tmp_path / "sans.parquet", rows))
    assert column in refuse(f.write_csv(tmp_path / "sans.csv", rows))


def test_the_two_files_swapped(tmp_path, data_dir, sources, served):
    swapped = {"establishments": sources["legal_units"], "legal_units": sources["establishments"]}
    with pytest.raises(WrongFile, match=r"StockEtablissement\.parquet.*denominationUniteLegale"):
        import_stock(data_dir=data_dir, vintage="2026-11", **swapped)
    assert served()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("writer", [f.write_zip, f.write_gz, f.write_parquet])
def test_a_truncated_file(tmp_path, refuse, writer, share):
    path = writer(tmp_path / "coupé.bin", PLACES)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert any(word in refuse(path) for word in ("incomplète", "abîmée"))


def test_a_zip_whose_content_is_damaged(tmp_path, refuse):
    path = f.write_zip(tmp_path / "abîmé.zip", PLACES)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert "abîmée" in refuse(path)


def test_zips_without_a_table(tmp_path, refuse):
    path = tmp_path / "vide.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lisez-moi.md", "rien")
    assert "aucun fichier CSV" in refuse(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "")
    assert "vides" in refuse(path)


def test_a_damaged_row_group_names_file_column_and_group(tmp_path, refuse):
    import duckdb

    rows = [f.place(n, libelleVoieEtablissement=f"VOIE {n * 7919}") for n in range(6000)]
    path = f.write_parquet(tmp_path / "abîmé.parquet", rows, row_group=2048)
    (start, size), *_ = duckdb.sql(
        "SELECT coalesce(dictionary_page_offset, data_page_offset), total_compressed_size "
        f"FROM parquet_metadata('{path}') WHERE path_in_schema = 'libelleVoieEtablissement' AND row_group_id = 1"
    ).fetchall()
    content = bytearray(path.read_bytes())
    content[start : start + size] = os.urandom(size)
    path.write_bytes(content)
    units = f.write_parquet(tmp_path / "unités.parquet", [f.unit(n) for n in range(6000)])
    with pytest.raises(WrongFile, match=r"abîmé\.parquet.*libelleVoieEtablissement.*groupe de lignes n° 1 "):
        import_stock(data_dir=tmp_path / "data", vintage="2026-11", establishments=str(path), legal_units=str(units))
    del refuse


def test_latin_1_and_utf_16_csv_are_transcoded_and_said(tmp_path, data_dir, run):
    accents = [f.unit(1, denominationUniteLegale="L’ÉTÉ À NEUVILLE – ŒUVRES")]
    for encoding, words in (("cp1252", "Latin-1"), ("utf-16", "UTF-16")):

        def write(folder, units, places, encoding=encoding):
            return {
                "legal_units": str(f.write_csv(folder / "u.csv", units, encoding=encoding, delimiter=";")),
                "establishments": str(f.write_csv(folder / "e.csv", places)),
            }

        tmp_path.joinpath("sources").mkdir(exist_ok=True)
        report = run(accents, [f.place(1)], write=write)
        assert words in report["sources"][0]["notes"][0]
        (row,) = current_extract(data_dir).establishments(["00101"])
        assert row["name"] == "L’ÉTÉ À NEUVILLE – ŒUVRES"


def test_latin_1_inside_a_gzip(tmp_path, run, rows):
    def write(folder, units, places):
        folder.mkdir(exist_ok=True)
        zipped = folder / "u.csv.gz"
        zipped.write_bytes(gzip.compress(f.csv_text(units).encode("latin-1")))
        return {"legal_units": str(zipped), "establishments": str(f.write_gz(folder / "e.gz", places))}

    run([f.unit(1, denominationUniteLegale="ÉTÉ")], [f.place(1)], write=write)
    assert [row["name"] for row in rows().values()] == ["ÉTÉ"]


@pytest.mark.parametrize("writer", [f.write_parquet, f.write_csv])
def test_siret_as_float_is_repaired_and_counted(tmp_path, run, rows, writer):
    real = {"siren": "218601946"}
    units = [f.unit(1, siren="218601946.0")]
    places = [
        f.place(1, **real, siret="21860194600013.0"),
        f.place(1, **real, siret="21860194600021"),
        f.place(1, **real, siret=" 218 601 946 00039 "),
        f.place(1, **real, siret="illisible"),
    ]

    def write(folder, units, places):
        folder.mkdir(exist_ok=True)
        return {
            "legal_units": str(writer(folder / "u.bin", units)),
            "establishments": str(writer(folder / "e.bin", places)),
        }

    report = run(units, places, write=write)
    assert set(rows()) == {"21860194600013", "21860194600021", "21860194600039"}
    assert report["flags"]["identifier_repaired"] == 3
    assert report["flags"]["identifier_refused"] == 1


def test_siret_typed_as_a_number_in_parquet(run, rows):
    places = [f.place(1, siren="006873129", siret="00687312900032")]
    report = run([f.unit(1, siren="006873129")], places, options={"types": {"siren": "BIGINT", "siret": "DOUBLE"}})
    assert set(rows()) == {"00687312900032"}
    assert report["flags"]["identifier_repaired"] == 2


def test_a_few_broken_csv_lines_are_counted_many_refuse_the_file(tmp_path, run, rows):
    def broken(count):
        def write(folder, units, places):
            folder.mkdir(exist_ok=True)
            text = f.csv_text(places) + "trop,peu,de,cellules\n" * count
            (folder / "e.csv").write_text(text)
            return {"legal_units": str(f.write_csv(folder / "u.csv", units)), "establishments": str(folder / "e.csv")}

        return write

    report = run(UNITS, PLACES, write=broken(2))
    assert report["flags"]["unreadable_line"] == 2
    assert report["kept"]["establishments"] == 400
    assert report["sources"][1]["rejected_examples"] == ["ligne 402", "ligne 403"]
    with pytest.raises(WrongFile, match=r"30 lignes sont illisibles \(ligne 402"):
        run(UNITS, PLACES, write=broken(30))


def test_when_no_line_can_be_cut_the_first_is_told(tmp_path, refuse):
    path = tmp_path / "abîmé.csv"
    path.write_text(f.csv_text(PLACES).splitlines()[0] + "\n1,2\n3,4\n")
    words = refuse(path)
    assert "aucune de ses lignes ne se lit ; la première est la ligne 2, qui a moins de cellules" in words


def test_thousands_of_columns_are_refused_before_they_are_read(tmp_path, refuse):
    path = tmp_path / "large.csv"
    path.write_text(",".join(f"c{n}" for n in range(50_000)) + "\n" + ",".join("1" * 50_000) + "\n")
    assert "plus de 1000 colonnes" in refuse(path)


def test_a_csv_file_with_only_its_header(tmp_path, refuse):
    path = tmp_path / "entête.csv"
    path.write_text(f.csv_text(PLACES).splitlines()[0] + "\n")
    assert "aucune ligne" in refuse(path)


# --- disk -------------------------------------------------------------------------------------------------------------

_IMPORT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from essaim.stock.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("limit", [2_000, 40_000, 90_000])
def test_a_disk_that_stops_taking_bytes(data_dir, tmp_path, served, limit):
    """The kernel refuses every write past a size: the same failure as a full disk, wherever it strikes."""
    files = f.write_stock(
        tmp_path / "big", [f.unit(n) for n in range(9000)],
        [f.place(n, libelleVoieEtablissement=f"VOIE {n * 7919 % 9001}") for n in range(9000)],
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(limit), "import", "--vintage", "2026-11", "--data-dir", str(data_dir),
         "--establishments", files["establishments"], "--legal-units", files["legal_units"]],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "plus de place sur le disque" in done.stderr
    assert "Traceback" not in done.stderr
    assert served()
    assert not (data_dir / "stock" / "work").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_is_truly_full(tmp_path):
    """A real file system of 1 MB, filled: the former extract, on it, stays in service and readable."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        small = f.write_stock(tmp_path / "small", UNITS, PLACES)
        import_stock(data_dir=disk, vintage="2026-10", **small)
        before = current_extract(disk)
        count = 60_000
        files = f.write_stock(
            tmp_path / "big", [f.unit(n) for n in range(count)],
            [f.place(n, libelleVoieEtablissement=f"VOIE {n * 7919 % 60013}") for n in range(count)],
        )  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "essaim.site.cli", "stock", "import", "--vintage", "2026-11",
             "--data-dir", str(disk), "--establishments", files["establishments"],
             "--legal-units", files["legal_units"]],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert "plus de place sur le disque" in done.stderr
        assert current_extract(disk).path == before.path
        assert len(list(current_extract(disk).establishments(["00101"]))) == 400
        assert not (disk / "stock" / "work").exists()
        assert len(Archive(disk).archived()) == 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)
