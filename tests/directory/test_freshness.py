"""What the officer's home says of the last synchronisations: in words, and without opening the official files."""

from __future__ import annotations

import sys

import pytest

from essaim.directory.models import SyncRun
from essaim.stock.archive import EXTRACT, Archive, Manifest, SourceFile
from tests.directory.factories import SyncRunFactory
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME, load_small_cog

pytestmark = pytest.mark.django_db

SUMMARY = {
    "rows": 40,
    "structures": {"added": 12, "changed": 1, "closed": 0, "reopened": 2, "missing": 3, "unchanged": 900},
    "establishments": {"added": 15},
    "siren_obtained": 1,
    "problems": {"invalid_siret": 4},
}


@pytest.fixture
def territory_served(db):
    load_small_cog()
    return TerritoryFactory(siren=HOME)


def archived(data_dir, vintage):
    archive = Archive(data_dir)
    with archive.workspace() as work:
        folder = work / "run"
        folder.mkdir()
        source = SourceFile("establishments", "StockEtablissement_utf8.zip", "x", 12_000_000, "0")
        archive.put_in_service(
            folder, Manifest(EXTRACT, vintage, 250_000, False, "insee-2017", "2026-12-02T08:00:00+00:00", (source,))
        )


def home(client):
    answer = client.get("/equipe/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_last_run_of_each_territory_in_words(officer_client, territory_served):
    SyncRunFactory(territory=HOME, summary={"structures": {"added": 5000}})
    SyncRunFactory(territory=HOME, vintage="2026-11", summary=SUMMARY)
    html = home(officer_client)
    assert "novembre\u00a02026" in html
    assert "12\u00a0structures ajoutées, 1\u00a0modifiée, 2\u00a0rouvertes, 1\u00a0SIREN obtenu." in html
    assert "3\u00a0structures ne figurent" in html
    assert "clé du SIRET fausse" in html
    assert "5\u202f000" not in html
    assert "--apply" not in html


def test_a_run_without_change_and_no_run_at_all(officer_client, territory_served):
    assert "Jamais synchronisé" in home(officer_client)
    SyncRunFactory(territory=HOME)
    assert "Aucune structure n’a changé." in home(officer_client)


def test_what_waits_and_what_is_damaged(officer_client, territory_served, settings):
    SyncRunFactory(territory=HOME, vintage="2026-11", summary=SUMMARY)
    assert "Aucun fichier officiel" in home(officer_client)
    archived(settings.DATA_DIR, "2026-12")
    html = home(officer_client)
    assert "Un fichier plus récent est arrivé" in html
    assert "StockEtablissement_utf8.zip" in html
    SyncRun.objects.update(vintage="2026-12")
    assert "Un fichier plus récent" not in home(officer_client)
    (settings.DATA_DIR / "stock" / "current.json").write_text("{")
    assert "ne se lit plus" in home(officer_client)


def test_the_page_never_loads_duckdb(officer_client, territory_served, settings, monkeypatch):
    """50 MB in each web process, for a card of a few lines."""
    archived(settings.DATA_DIR, "2026-12")
    for name in [name for name in sys.modules if name.partition(".")[0] == "duckdb"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("essaim.stock.read", "essaim.stock.engine"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    home(officer_client)
    assert not {"duckdb", "essaim.stock.read"} & sys.modules.keys()
