"""One transaction, one update of the index; nothing when it is rolled back."""

from __future__ import annotations

import pytest
from django.db import transaction

from essaim.directory import tasks
from essaim.directory.actions import indexing
from essaim.geography.actions import load_cog, load_density
from tests.directory.factories import in_poitiers
from tests.geography.factories import load_small_cog, small_cog


@pytest.fixture
def asked(monkeypatch):
    """What the tasks were asked, instead of doing it."""
    heard = []

    class Heard:
        def __init__(self, name):
            self.name = name

        def enqueue(self, *arguments):
            heard.append((self.name, *arguments))

    monkeypatch.setattr(tasks, "index_structures", Heard("some"))
    monkeypatch.setattr(tasks, "rebuild_index", Heard("all"))
    return heard


@pytest.mark.django_db(transaction=True)
def test_calls_of_one_transaction_become_one_update(asked):
    with transaction.atomic():
        for pk in (3, 1, 3):
            indexing.reindex([pk])
        with transaction.atomic():
            indexing.reindex([2])
        assert asked == []
    assert asked == [("some", [1, 2, 3])]
    indexing.reindex([9])
    indexing.reindex([])
    assert asked[1:] == [("some", [9])]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_asks_nothing_and_leaves_no_trace(asked):
    with pytest.raises(RuntimeError), transaction.atomic():
        indexing.reindex([1])
        raise RuntimeError
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            indexing.reindex([5])
            raise RuntimeError
        indexing.reindex([2])
    assert asked == [("some", [2])]


@pytest.mark.django_db(transaction=True)
def test_many_small_calls_end_in_a_rebuild(asked):
    with transaction.atomic():
        for pk in range(indexing.WHOLE_FROM):
            indexing.reindex([pk])
    assert asked == [("all",)]


@pytest.mark.django_db(transaction=True)
def test_the_index_follows_what_changes_of_the_communes(asked, tmp_path):
    load_small_cog()
    assert asked == [], "nothing to search yet"
    in_poitiers("Les amis du jardin")
    grid = tmp_path / "grille.csv"
    grid.write_text("CODGEO,DENS7\n86194,1\n")
    load_density(path=grid, by="test")
    assert asked == [("all",)]
    load_density(path=grid, by="test")
    load_small_cog()
    assert asked == [("all",)], "nothing changed"
    cog = small_cog()
    cog["communes"][0]["name"] = "Beaumont-Saint-Cyr"
    load_cog(by="test", cog=cog)
    assert asked == [("all",), ("all",)]
