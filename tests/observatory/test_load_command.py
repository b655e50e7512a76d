"""`essaim observatory load`: reports, writes with --apply, refuses in words."""

from __future__ import annotations

import json

import pytest

from essaim.observatory.models import Cell, Vintage
from essaim.site.cli import HELP, REFUSED, main
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME, load_small_cog
from tests.observatory.layouts import files
from tests.observatory.layouts.files import as_csv, changed

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(tmp_path, monkeypatch):
    load_small_cog()
    TerritoryFactory(siren=HOME, name="CU du Grand Poitiers")
    # The command closes the connections of its process: the test's own must live.
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    path = tmp_path / "EPCI_T1_2017.csv"
    path.write_bytes(as_csv(files.rows_2017()))
    return path


def said(capsys):
    return capsys.readouterr().out.replace("\u202f", " ").replace("\u00a0", " ")


def test_without_apply_it_reports_and_writes_nothing(source, capsys):
    assert main(["observatory", "load", str(source)]) == 0
    out = said(capsys)
    for words in ("Flores × ESS 2017", "emplois de l’ESS : 4 000", "50 chiffres nouveaux", "--apply"):
        assert words in out
    assert not Vintage.objects.exists()


def test_with_apply_it_writes_and_publishes_once(source, capsys):
    assert main(["observatory", "load", str(source), "--apply"]) == 0
    assert "chargé et publié" in said(capsys)
    assert Vintage.objects.get().published_at is not None
    assert main(["observatory", "load", str(source), "--apply"]) == 0
    assert "déjà chargé" in said(capsys)
    assert Cell.objects.count() == 50


def test_a_draft_waits_for_the_officer(source, capsys):
    assert main(["observatory", "load", str(source), "--apply", "--draft"]) == 0
    assert "en attente de publication" in said(capsys)
    assert Vintage.objects.get().published_at is None


def test_json_is_one_object(source, capsys):
    assert main(["observatory", "load", str(source), "--apply", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (vintage,) = report["vintages"]
    assert (report["written"], report["already"], vintage["period"], vintage["published"]) == (
        True, False, "2017", True,
    )  # fmt: skip
    assert vintage["tables"][0]["counts"]["secret"] == 8
    assert vintage["vintage"] == Vintage.objects.get().pk


def test_the_year_is_asked_for_and_taken(source, capsys, tmp_path):
    path = source.rename(tmp_path / "EPCI_T1_2018.csv")
    assert main(["observatory", "load", str(path)]) == REFUSED
    assert "--year" in capsys.readouterr().err
    assert main(["observatory", "load", str(path), "--year", "2018", "--apply"]) == 0
    assert Vintage.objects.get().period == "2018"


@pytest.mark.parametrize("json_too", [False, True])
def test_a_wrong_file_is_refused_in_one_sentence(source, capsys, json_too):
    source.write_bytes(as_csv(changed(files.rows_2017(), 7, "eff_31", 3999)))
    assert main(["observatory", "load", str(source), "--apply", *(["--json"] if json_too else [])]) == REFUSED
    captured = capsys.readouterr()
    assert "ligne 7" in captured.err
    if json_too:
        assert "ligne 7" in json.loads(captured.out)["error"]
    assert not Vintage.objects.exists()


def test_an_absent_file_and_no_extract_are_told(source, capsys, tmp_path):
    assert main(["observatory", "load", str(tmp_path / "absent.csv")]) == REFUSED
    assert "« absent.csv » n’existe pas" in capsys.readouterr().err
    assert main(["observatory", "load", str(tmp_path)]) == REFUSED
    assert "n’est pas un fichier" in capsys.readouterr().err
    assert main(["observatory", "load"]) == REFUSED
    assert "essaim stock import" in capsys.readouterr().err


def test_the_help_names_the_command():
    assert "essaim observatory load" in HELP
