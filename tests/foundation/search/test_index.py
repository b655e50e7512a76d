"""The life of an index on the disk: generations, updates, damage, readers and writers at the same time."""

import json
import shutil
import subprocess
import sys
import threading

import pytest

from essaim.foundation.search import (
    Document,
    Facet,
    IndexBusy,
    IndexSpec,
    IndexUnavailable,
    IndexWriter,
    Request,
    Searcher,
    generation,
    home,
)
from essaim.foundation.search.store import read_pointer, writer_lock
from tests.foundation.search.toys import SPEC, built, named


def test_no_index_says_what_to_do(tmp_path):
    with pytest.raises(IndexUnavailable, match="essaim directory index"):
        Searcher(tmp_path, SPEC).search(Request("velo"))
    assert generation(tmp_path, "toys") == ""


def test_an_empty_index_answers(tmp_path):
    hits = built(tmp_path, []).search(Request("velo"))
    assert (hits.total, hits.ids, hits.facets["family"]) == (0, [], {})
    assert built(tmp_path, []).all_ids(Request()).tolist() == []


def test_readers_notice_updates_deletions_and_rebuilds(tmp_path):
    searcher = built(tmp_path, named("vélo bleu", "vélo vert"))
    seen = [generation(tmp_path, "toys")]
    writer = IndexWriter(tmp_path, SPEC)

    writer.update([Document(1, ["tricycle"]), Document(9, ["vélo neuf"], facets={"family": ["new"]})])
    hits = searcher.search(Request("velo"))
    assert hits.ids == [9, 2]
    assert hits.facets["family"] == {"new": 1}
    assert searcher.search(Request("tricycle")).ids == [1]
    seen.append(generation(tmp_path, "toys"))

    writer.update([], delete=[2, 12345])
    assert searcher.search(Request("velo")).ids == [9]
    seen.append(generation(tmp_path, "toys"))

    writer.rebuild(named("velo tout neuf"))
    assert searcher.search(Request("velo")).ids == [1]
    seen.append(generation(tmp_path, "toys"))
    assert len(set(seen)) == 4


def test_the_same_document_twice_in_an_update_is_there_once(tmp_path):
    searcher = built(tmp_path, named("vélo"))
    IndexWriter(tmp_path, SPEC).update([Document(1, ["vélo"]), Document(1, ["vélo"])])
    assert searcher.search(Request("velo")).ids == [1]


def test_only_two_generations_stay(tmp_path):
    for _ in range(4):
        built(tmp_path, named("vélo"))
    assert sum(path.is_dir() for path in home(tmp_path, "toys").iterdir()) == 2


def test_an_interrupted_rebuild_leaves_the_former_in_service(tmp_path):
    searcher = built(tmp_path, named("vélo"))
    before = generation(tmp_path, "toys")

    def cut():
        yield Document(5, ["train"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        IndexWriter(tmp_path, SPEC).rebuild(cut())
    assert searcher.search(Request("velo")).ids == [1]
    assert generation(tmp_path, "toys") == before
    assert sum(path.is_dir() for path in home(tmp_path, "toys").iterdir()) == 1


def test_a_wrong_rank_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Rang 100"):
        built(tmp_path, [Document(1, ["x"], rank=100)])


def test_progress_counts_documents(tmp_path):
    told = []
    IndexWriter(tmp_path, SPEC).rebuild((Document(i, [f"nom {i}"]) for i in range(1200)), told.append)
    assert told == [500, 1000, 1200]


def test_another_shape_asks_for_a_rebuild(tmp_path):
    built(tmp_path, named("vélo"))
    other = IndexSpec("toys", (Facet("colour"),))
    with pytest.raises(IndexUnavailable, match="autre version"):
        Searcher(tmp_path, other).search(Request("velo"))
    with pytest.raises(IndexUnavailable, match="autre version"):
        IndexWriter(tmp_path, other).update(named("x"))
    IndexWriter(tmp_path, other).rebuild(named("vélo"))
    assert Searcher(tmp_path, other).search(Request("velo")).total == 1


def damage_meta(folder):
    (folder / "meta.json").write_text("{oops")


def damage_segment(folder):
    for path in folder.glob("*.term"):
        path.write_bytes(b"")


def damage_cells(folder):
    (folder / "cells.json").write_text('{"closed": 3}')


def damage_missing(folder):
    shutil.rmtree(folder)


def damage_pointer(folder):
    (folder.parent / "current").write_text("\x00")


@pytest.mark.parametrize("damage", [damage_meta, damage_segment, damage_cells, damage_missing, damage_pointer])
def test_a_damaged_index_is_told_then_rebuilt(tmp_path, damage):
    built(tmp_path, named("vélo"))
    folder = home(tmp_path, "toys")
    damage(folder / read_pointer(folder).generation)
    searcher = Searcher(tmp_path, SPEC)
    with pytest.raises(IndexUnavailable, match="essaim directory index"):
        searcher.search(Request("velo"))
    with pytest.raises(IndexUnavailable, match="essaim directory index"):
        IndexWriter(tmp_path, SPEC).update(named("x"))
    IndexWriter(tmp_path, SPEC).rebuild(named("vélo"))
    assert searcher.search(Request("velo")).ids == [1]


def test_damage_is_logged_with_what_the_engine_said(tmp_path, caplog):
    built(tmp_path, named("vélo"))
    folder = home(tmp_path, "toys")
    damage_meta(folder / read_pointer(folder).generation)
    with pytest.raises(IndexUnavailable):
        Searcher(tmp_path, SPEC).search(Request("velo"))
    assert "Traceback" in caplog.text
    assert "oops" in caplog.text or "DataCorruption" in caplog.text or "key must be a string" in caplog.text


@pytest.mark.parametrize("bug", [ValueError("une borne"), OSError("un fichier")])
def test_a_bug_of_ours_is_never_told_as_damage(tmp_path, monkeypatch, bug):
    searcher = built(tmp_path, named("vélo"))

    def broken(*_args):
        raise bug

    monkeypatch.setattr("essaim.foundation.search.plan.Planner.plan", broken)
    with pytest.raises(type(bug), match=str(bug)):
        searcher.search(Request("velo"))


def test_a_second_writer_waits_then_gives_up(tmp_path):
    built(tmp_path, named("vélo"))
    with writer_lock(home(tmp_path, "toys"), patience=0), pytest.raises(IndexBusy, match="déjà en cours"):
        IndexWriter(tmp_path, SPEC, patience=0.1).update(named("x"))
    IndexWriter(tmp_path, SPEC, patience=0).update(named("x"))


def test_readers_never_see_a_hole_while_the_index_is_rebuilt(tmp_path):
    searcher = built(tmp_path, named(*[f"vélo {i}" for i in range(40)]))
    stop, seen, failures = threading.Event(), set(), []

    def read():
        own = Searcher(tmp_path, SPEC)
        while not stop.is_set():
            try:
                seen.add(own.search(Request("velo")).total)
                seen.add(searcher.search(Request("velo"), limit=3).total)
            except Exception as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for round_ in range(6):
        IndexWriter(tmp_path, SPEC).rebuild(named(*[f"vélo {i}" for i in range(40)]))
        IndexWriter(tmp_path, SPEC).update([Document(900 + round_, ["train"])])
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert seen == {40}


def test_the_engine_imports_without_django():
    code = "import sys, essaim.foundation.search; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_pointer_is_plain_json(tmp_path):
    built(tmp_path, [])
    assert set(json.loads((home(tmp_path, "toys") / "current").read_text())) == {"generation", "commit", "fingerprint"}


def test_a_spec_with_twins_is_refused():
    with pytest.raises(ValueError, match="double"):
        IndexSpec("toys", (Facet("a"), Facet("a")))
