import gzip
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from essaim.foundation.models import JournalEntry
from essaim.geography.actions import CogUnavailable, load_cog, read_cog
from essaim.geography.actions.cog import COG_FILE
from essaim.geography.models import Commune, Epci, FormerCommune
from essaim.geography.queries import codes_of, commune_resolver, communes_of
from tests.directory.factories import in_poitiers
from tests.geography.factories import CITY, HOME, OTHER, load_small_cog, small_cog

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_load_writes_epci_communes_and_former_communes():
    report = load_cog(by="test", cog=small_cog())
    assert (report.epci, report.communes, report.former, report.created) == (3, 6, 4, 9)
    poitiers = Commune.objects.get(code="86194")
    assert (poitiers.name, poitiers.epci_id, poitiers.population) == ("Poitiers", HOME, 90240)
    assert list(communes_of([HOME]).values_list("code", flat=True)) == ["86019", "86194", "86226"]


@pytest.mark.django_db
def test_island_without_epci_is_loaded_and_belongs_to_no_territory():
    load_small_cog()
    island = Commune.objects.get(code="22016")
    assert island.epci is None


@pytest.mark.django_db
def test_second_load_writes_nothing_not_even_the_journal():
    load_small_cog()
    entries = JournalEntry.objects.count()
    assert entries == 1
    report = load_cog(by="test", cog=small_cog())
    assert not report.changed
    assert JournalEntry.objects.count() == entries


@pytest.mark.django_db
def test_old_codes_and_districts_resolve():
    load_small_cog()
    resolver = commune_resolver()
    assert resolver["86219"] == "86019"
    assert resolver["86019"] == "86019"
    assert resolver["69383"] == "69123"
    assert resolver["86038"] == "86194"
    assert "99999" not in resolver
    assert codes_of([CITY]) == {"69123", "69383"}
    assert codes_of([HOME]) == {"86019", "86194", "86226", "86219", "86038"}


@pytest.mark.django_db
def test_new_cog_moves_what_pointed_at_a_merged_commune():
    load_small_cog()
    Commune.objects.filter(code="86226").update(latitude=46.5, longitude=0.49, centre_source="x")
    cog = small_cog()
    cog["year"] = 2027
    cog["communes"] = [row for row in cog["communes"] if row["code"] != "86226"]
    cog["epci"][0]["members"].remove("86226")
    cog["former"].append({"code": "86226", "name": "Saint-Julien-l'Ars", "kind": "delegated", "commune": "86194"})
    report = load_cog(by="test", cog=cog)
    assert report.moved == {"86226": "86194"}
    assert commune_resolver()["86226"] == "86194"
    assert not Commune.objects.filter(code="86226").exists()


@pytest.mark.django_db
def test_establishments_of_a_merged_commune_follow_it():
    structure = in_poitiers("Les amis", place_commune_id="86226", place_official_commune_code="86226")
    cog = small_cog()
    cog["communes"] = [row for row in cog["communes"] if row["code"] != "86226"]
    cog["former"].append({"code": "86226", "name": "Saint-Julien-l'Ars", "kind": "delegated", "commune": "86194"})
    load_cog(by="test", cog=cog)
    place = structure.establishments.get()
    assert (place.commune_id, place.official_commune_code) == ("86194", "86226")


@pytest.mark.django_db
def test_commune_that_vanishes_without_successor_is_kept_and_named():
    load_small_cog()
    cog = small_cog()
    cog["communes"] = [row for row in cog["communes"] if row["code"] != "22016"]
    assert load_cog(by="test", cog=cog).kept_without_successor == ["22016"]
    assert Commune.objects.filter(code="22016").exists()


@pytest.mark.django_db
def test_epci_that_vanishes_is_removed_and_its_communes_follow():
    load_small_cog()
    cog = small_cog()
    del cog["epci"][1]
    cog["epci"][0]["members"].append("86281")
    report = load_cog(by="test", cog=cog)
    assert report.epci_removed == [OTHER]
    assert not Epci.objects.filter(siren=OTHER).exists()
    assert Commune.objects.get(code="86281").epci_id == HOME


@pytest.mark.django_db
def test_reload_keeps_centre_density_and_contour():
    load_small_cog()
    Commune.objects.filter(code="86281").update(
        latitude=46.7, longitude=0.2, centre_source="relevé", density=6, contour={"type": "Polygon", "coordinates": []}
    )
    cog = small_cog()
    cog["communes"][3]["population"] = 5700
    load_cog(by="test", cog=cog)
    commune = Commune.objects.get(code="86281")
    assert (commune.population, commune.latitude, commune.density) == (5700, 46.7, 6)
    assert commune.contour == {"type": "Polygon", "coordinates": []}


@pytest.mark.django_db
def test_failure_in_the_middle_writes_nothing():
    cog = small_cog()
    cog["communes"][2]["population"] = "beaucoup"
    with pytest.raises(ValueError, match="beaucoup"), transaction.atomic():
        load_cog(by="test", cog=cog)
    assert Epci.objects.count() == 0


@pytest.mark.django_db
def test_centres_and_density_of_our_data_files_come_with_their_source():
    load_small_cog()
    poitiers = Commune.objects.get(code="86194")
    assert (poitiers.latitude, poitiers.longitude) == (46.5846, 0.3715)
    assert "2026" in poitiers.centre_source
    assert poitiers.density == 1
    assert poitiers.is_urban is True
    assert "antérieure à la révision de mai 2026" in poitiers.density_source
    assert Commune.objects.get(code="86281").is_urban is None


def test_kept_files_describe_the_forty_communes():
    data = ROOT / "essaim" / "geography" / "data"
    centres = (data / "centres_200069854.csv").read_text(encoding="utf-8").splitlines()
    density = (data / "density_200069854.csv").read_text(encoding="utf-8").splitlines()
    assert len(centres) == len(density) == 41
    assert {line.split(",")[0] for line in centres} == {line.split(",")[0] for line in density}


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"{}", b"[]", b"\x1f\x8bcut", gzip.compress(b"[1]", mtime=0), b"%PDF-1.7"]
)
def test_a_file_that_is_no_cog_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "cog.json.gz"
    path.write_bytes(content)
    with pytest.raises(CogUnavailable, match=r"cog\.json\.gz"):
        read_cog(path)


def test_an_absent_cog_says_how_to_make_it(tmp_path):
    with pytest.raises(CogUnavailable, match="npm ci"):
        read_cog(tmp_path / "absent.json.gz")


@pytest.mark.django_db
def test_command_reports_in_json_and_in_words(tmp_path):
    path = tmp_path / "cog.json"
    path.write_text(json.dumps(small_cog()), encoding="utf-8")
    out = StringIO()
    call_command("geography", "load", "--file", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue())["created"] == 9
    out = StringIO()
    call_command("geography", "load", "--file", str(path), stdout=out)
    assert "rien à changer" in out.getvalue()
    with pytest.raises(CommandError, match="npm ci"):
        call_command("geography", "load", "--file", str(tmp_path / "absent"))


def _package(folder: Path, version: str = "6.0.0") -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    communes = [
        {"code": "86019", "nom": "Beaumont Saint-Cyr", "type": "commune-actuelle", "siren": "200064533",
         "anciensCodes": ["86219", "86999"], "codesPostaux": ["86490", "86130"], "population": 2908},
        {"code": "86019", "nom": "Beaumont", "type": "commune-deleguee", "chefLieu": "86019"},
        {"code": "86219", "nom": "Saint-Cyr", "type": "commune-deleguee", "chefLieu": "86019"},
        {"code": "75056", "nom": "Paris", "type": "commune-actuelle", "population": 1},
        {"code": "75101", "nom": "Paris 1er", "type": "arrondissement-municipal", "commune": "75056"},
        {"code": "98411", "nom": "Îles Saint-Paul", "type": "commune-actuelle"},
    ]  # fmt: skip
    epci = [
        {"code": "200069854", "nom": "CU", "type": "CU", "populationMunicipale": 2947, "membres": [
            {"code": "86019", "populationMunicipale": 2947}]},
    ]  # fmt: skip
    (folder / "data" / "communes.json").write_text(json.dumps(communes), encoding="utf-8")
    (folder / "data" / "epci.json").write_text(json.dumps(epci), encoding="utf-8")
    return folder


def _build(package: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_cog.py"), str(package), str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_build_is_deterministic_and_takes_the_newer_population(tmp_path):
    package = _package(tmp_path / "package")
    first, second = tmp_path / "one.json.gz", tmp_path / "two.json.gz"
    assert _build(package, first).returncode == 0
    assert _build(package, second).returncode == 0
    assert first.read_bytes() == second.read_bytes()
    cog = read_cog(first)
    assert cog["year"] == 2026
    beaumont = next(row for row in cog["communes"] if row["code"] == "86019")
    assert (beaumont["population"], beaumont["postcodes"]) == (2947, ["86130", "86490"])
    assert {(row["code"], row["kind"], row["commune"]) for row in cog["former"]} == {
        ("86019", "delegated", "86019"),
        ("86219", "delegated", "86019"),
        ("86999", "merged", "86019"),
        ("75101", "district", "75056"),
    }


def test_build_refuses_an_unknown_version_and_an_absent_package(tmp_path):
    assert "YEAR_OF_MAJOR" in _build(_package(tmp_path / "package", "99.0.0"), tmp_path / "out").stderr
    assert "npm ci" in _build(tmp_path / "nowhere", tmp_path / "out").stderr


@pytest.mark.django_db
@pytest.mark.skipif(not COG_FILE.exists(), reason="le code géographique n’est pas construit (tools/build_cog.py)")
def test_the_real_code_holds_all_of_france():
    report = load_cog(by="test")
    assert report.epci > 1_200
    assert report.communes > 34_000
    assert communes_of([HOME]).count() == 40
    assert not FormerCommune.objects.filter(commune__isnull=True).exists()
    without = set(Commune.objects.filter(epci=None).exclude(code__startswith="97").exclude(code__startswith="98")
                  .values_list("code", flat=True))  # fmt: skip
    assert without == {"22016", "29083", "29155", "85113"}
    resolver = commune_resolver()
    assert resolver["75113"] == "75056"
    assert resolver["86146"] == "86115"
    assert not load_cog(by="test").changed
