"""The only door that writes an index: a whole new generation, or some documents of the one in service."""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

import tantivy

from essaim.foundation.search import store
from essaim.foundation.search.cells import CellDictionary
from essaim.foundation.search.engine import guarded
from essaim.foundation.search.errors import REBUILD_HINT, IndexUnavailable, SearchError
from essaim.foundation.search.schema import (
    DEGREE,
    LONGEST_START,
    STEPS,
    Document,
    FacetKind,
    IndexSpec,
    register_analyzers,
)
from essaim.foundation.search.text import document_words, sort_key, whole_key

Progress = Callable[[int], None]
PATIENCE = 120.0
"""Seconds that a writer waits for another one before it gives up."""
_HEAP_REBUILD = 512 * 1024 * 1024
_HEAP_UPDATE = 16 * 1024 * 1024
_EVERY = 500


class IndexWriter:
    """Writes the index of one noun under a data dir. Holds nothing between two calls."""

    def __init__(self, data_dir: Path, spec: IndexSpec, *, patience: float = PATIENCE) -> None:
        self._spec = spec
        self._folder = store.home(data_dir, spec.noun)
        self._patience = patience

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Build a new generation and put it in service when it is whole; returns the number of documents.

        Whatever goes wrong before the end (Ctrl-C included), the former generation stays in service. `documents` is
        read under the writer's lock: read the database lazily, so that a change made while waiting is not lost.
        """
        with store.writer_lock(self._folder, patience=self._patience):
            fresh = store.new_generation(self._folder)
            try:
                cells = CellDictionary(self._spec.of_kind(FacetKind.CLOSED), self._spec.of_kind(FacetKind.WIDE))
                index = guarded(fresh, tantivy.Index, self._spec.schema(), path=str(fresh))
                register_analyzers(index)
                # One thread: one segment, hence the fastest reads; documents are prepared by Python anyway.
                writer = guarded(fresh, index.writer, heap_size=_HEAP_REBUILD, num_threads=1)
                try:
                    written = 0
                    for document in documents:
                        guarded(fresh, writer.add_document, _to_engine(document, self._spec, cells))
                        written += 1
                        if progress and written % _EVERY == 0:
                            progress(written)
                    cells.save(fresh)
                    guarded(fresh, writer.commit)
                finally:
                    # Stops the engine's thread, which would otherwise go on writing in the folder.
                    guarded(fresh, writer.wait_merging_threads)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            former = self._former()
            store.write_pointer(self._folder, store.Pointer(fresh.name, 0, self._spec.fingerprint))
            store.remove_old(self._folder, keep={fresh.name, former})
            if progress:
                progress(written)
            return written

    def update(self, documents: Iterable[Document], *, delete: Collection[int] = ()) -> None:
        """Replace (or add) documents by id, and remove the ids of `delete`, in one commit.

        Raises `IndexUnavailable` when there is no sound index of this shape: rebuild then.
        """
        with store.writer_lock(self._folder, patience=self._patience):
            pointer = store.read_pointer(self._folder)
            if pointer.fingerprint != self._spec.fingerprint:
                raise IndexUnavailable(f"L’index de recherche date d’une autre version. {REBUILD_HINT}")
            folder = self._folder / pointer.generation
            cells = CellDictionary.load(folder)
            # A document given twice counts once, as it is last.
            fresh = {document.id: _to_engine(document, self._spec, cells) for document in documents}
            index = guarded(folder, tantivy.Index.open, str(folder))
            register_analyzers(index)
            writer = guarded(folder, index.writer, heap_size=_HEAP_UPDATE, num_threads=1)
            try:
                # By query: `delete_documents_by_term` takes a Python int for a signed one and removes nothing.
                for former in {*fresh, *delete}:
                    gone = tantivy.Query.term_query(index.schema, "id", former)
                    guarded(folder, writer.delete_documents_by_query, gone)
                for document in fresh.values():
                    guarded(folder, writer.add_document, document)
                cells.save(folder)
                guarded(folder, writer.commit)
            finally:
                guarded(folder, writer.wait_merging_threads)
            store.write_pointer(self._folder, replace(pointer, commit=pointer.commit + 1))

    def _former(self) -> str:
        try:
            return store.read_pointer(self._folder).generation
        except SearchError:
            return ""


def _to_engine(document: Document, spec: IndexSpec, cells: CellDictionary) -> tantivy.Document:
    """One document in the engine's terms, field by field: the constructor guesses types and can crash the writer."""
    if not 0 <= document.rank <= 99:
        raise ValueError(f"Rang {document.rank} hors de 0 à 99 (document {document.id}).")
    made = tantivy.Document()
    made.add_unsigned("id", document.id)
    named = document_words(document.names)
    other = document_words(document.texts)
    made.add_text("name", " ".join(named.stems))
    made.add_text("text", " ".join(named.stems | other.stems))
    made.add_text("word", " ".join(named.words | other.words))
    wholes = {whole_key(name) for name in document.names if name} - {""}
    for whole in wholes:
        made.add_text("whole", whole)
    made.add_text("start", " ".join({whole[:length] for whole in wholes for length in range(1, LONGEST_START + 1)}))
    for code in set(document.codes):
        made.add_text("code", code)
    order = f"{sort_key(document.names[0] if document.names else '')}\x01{document.id:015d}"
    made.add_text("by_name", order)
    made.add_text("by_rank", f"{document.rank:02d}{order}")
    made.add_unsigned("rank", document.rank)
    for position, name in enumerate(STEPS):
        made.add_unsigned(name, int.from_bytes(order.encode()[8 * position : 8 * position + 8].ljust(8, b"\0")))
    for name, values in document.facets.items():
        kind = spec.kind_of(name)
        for value in set(values):
            made.add_text(f"f_{name}", value)
            if kind is FacetKind.WIDE:
                made.add_unsigned(f"n_{name}", cells.wide(name, value))
    made.add_unsigned("cell", cells.cell(document.facets))
    packed = array("i")
    for latitude, longitude in document.points:
        lat, lon = round(latitude * DEGREE), round(longitude * DEGREE)
        made.add_integer("lat", lat)
        made.add_integer("lon", lon)
        packed.extend((lat, lon))
    made.add_unsigned("back", int(document.back))
    made.add_unsigned("several_points", int(len(document.points) > 1))
    if len(document.points) > 1:
        made.add_bytes("points", packed.tobytes())
    made.add_bytes("shown", document.shown)
    return made
