import json
import os
import subprocess
import sys

import pytest

from essaim.stock.archive import Archive
from essaim.stock.cli import main
from tests.stock import factories as f


@pytest.fixture
def files(tmp_path):
    return f.write_stock(tmp_path / "s", [f.unit(n) for n in range(3)], [f.place(n) for n in range(3)])


@pytest.fixture
def essaim(data_dir, capsys):
    """Call `essaim stock …` in this process; returns (code, stdout, stderr)."""

    def go(*arguments):
        code = main([*arguments, "--data-dir", str(data_dir)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


def importing(files, vintage="2026-11"):
    return (
        "import",
        "--establishments",
        files["establishments"],
        "--legal-units",
        files["legal_units"],
        "--vintage",
        vintage,
    )


def test_json_is_one_object_on_stdout_and_progress_on_stderr(essaim, files):
    code, out, err = essaim(*importing(files), "--json")
    assert code == 0
    report = json.loads(out)
    assert out.count("\n") == 1
    assert report["kept"]["establishments"] == 3
    assert report["rows_read"] == {"establishments": 3, "legal_units": 3}
    assert report["seconds"] >= 0
    assert "extraction" in err


def test_the_text_report_speaks_french(essaim, files):
    code, out, _ = essaim(*importing(files))
    assert code == 0
    for words in (
        "3 établissements",
        "Par son statut juridique",
        "Associations",
        "DONNÉES INVENTÉES",
        "rien n’était en service",
    ):
        assert words in out


def test_a_refusal_is_code_2_one_plain_sentence_and_json_too(essaim, files, tmp_path):
    wrong = tmp_path / "rapport.parquet"
    wrong.write_bytes(b"%PDF-1.7")
    code, out, err = essaim(*importing(files | {"legal_units": str(wrong)}), "--json")
    assert code == 2
    assert "rapport.parquet" in json.loads(out)["error"]
    assert "document PDF" in err
    assert "Traceback" not in err


def test_a_list_from_the_command(essaim, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(f"siret,kind\n{f.siret(1)},EI\n{f.siret(2)},XX\n")
    code, out, _ = essaim("labels", str(path), "--vintage", "2026-11")
    assert code == 0
    assert "acceptées : 2" in out
    assert "type de structure inconnu" in out
    code, out, _ = essaim("labels", str(path), "--json")
    assert json.loads(out)["kind"] == "siae"


def test_list_and_rollback(essaim, files, tmp_path):
    assert "Rien n’est encore importé" in essaim("list")[1]
    essaim(*importing(files, "2026-10"))
    next_month = f.write_stock(tmp_path / "next", [f.unit(n) for n in range(4)], [f.place(n) for n in range(4)])
    essaim(*importing(next_month, "2026-11"))
    runs = json.loads(essaim("list", "--json")[1])["runs"]
    assert [(run["vintage"], run["in_service"]) for run in runs] == [("2026-11", True), ("2026-10", False)]
    code, out, _ = essaim("rollback")
    assert (code, "2026-10" in out) == (0, True)
    assert [run["in_service"] for run in json.loads(essaim("list", "--json")[1])["runs"]] == [False, True]
    code, _, err = essaim("rollback")
    assert (code, "stock list" in err) == (2, True)
    assert essaim("rollback", "--vintage", "2026-11")[0] == 0
    assert essaim("rollback", "--vintage", "1999-01")[0] == 2


def test_prune_keeps_what_serves_and_the_latest(essaim, files, data_dir):
    for _ in range(4):
        assert essaim(*importing(files))[0] == 0
    assert essaim("rollback", "--run", "001")[0] == 0
    assert essaim("prune")[1] == "Rien à effacer.\n"
    code, out, _ = essaim("prune", "--keep", "1", "--json")
    removed = [{"kind": "extract", "vintage": "2026-11", "run": run} for run in ("003", "002")]
    assert (code, json.loads(out)) == (0, {"command": "stock prune", "removed": removed})
    runs = json.loads(essaim("list", "--json")[1])["runs"]
    assert [(run["run"], run["in_service"]) for run in runs] == [("004", False), ("001", True)]
    assert sorted(path.name for path in (data_dir / "stock" / "extracts" / "2026-11").iterdir()) == ["001", "004"]
    assert "n° 004" in essaim("prune", "--keep", "0")[1]
    assert essaim("rollback")[0] == 2


def test_prune_waits_for_an_import_in_progress(essaim, data_dir):
    with Archive(data_dir).workspace():
        assert essaim("prune")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "il manque : COMMANDE"),
        (["labels"], "il manque : FICHIER"),
        (["import", "--vintage", "2026-11", "--bogus"], "option inconnue : --bogus"),
        (["import", "--vintage"], "attend une valeur"),
        (["import", "--vintage", "2026-11", "--threads", "many"], "nombre entier"),
        (["nothing"], "« nothing » est inconnu"),
        (["labels", "x.csv", "--as", "other"], "« other » est inconnu"),
    ],
)
def test_wrong_arguments_are_told_in_french(arguments, words, capsys):
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2
    said = capsys.readouterr().err
    assert words in said
    assert "error:" not in said


@pytest.mark.parametrize("arguments", [["--help"], ["import", "--help"], ["labels", "-h"]])
def test_help_is_french(arguments, capsys):
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 0
    said = capsys.readouterr().out
    assert "Usage :" in said
    assert "show this help" not in said


_NO_DJANGO = """
import sys
from essaim.site.cli import main
code = main(sys.argv[1:])
loaded = sorted(name for name in sys.modules if name.split(".")[0] == "django")
assert code == 0, code
assert not loaded, loaded
"""


@pytest.mark.parametrize("named", [None, "essaim.site.settings"])
def test_stock_never_imports_django(files, data_dir, named):
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    if named:
        environment["DJANGO_SETTINGS_MODULE"] = named
    for arguments in (importing(files), ("list",), ("rollback", "--vintage", "2026-11", "--kind", "extract")):
        command = [sys.executable, "-c", _NO_DJANGO, "stock", *arguments, "--data-dir", str(data_dir)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if arguments[0] == "rollback":  # nothing older: refused, still without Django
            assert "AssertionError: 2" in done.stderr
        else:
            assert done.returncode == 0, done.stderr


def test_the_data_dir_comes_from_the_environment(files, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ESSAIM_DATA_DIR", str(tmp_path / "elsewhere"))
    assert main(list(importing(files))) == 0
    assert (tmp_path / "elsewhere" / "stock" / "current.json").exists()
    capsys.readouterr()


def test_the_read_modules_do_not_import_django():
    code = (
        "import sys, essaim.stock.read, essaim.stock.labels.importing, essaim.foundation.identifiers, "
        "essaim.foundation.spreadsheets; assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
