"""What a load would do or did, in figures and in French: for the command, the officer's screen and the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from essaim.observatory.enums import Field, Source
from essaim.observatory.reading import MOST_REMARKS, Remark, TableReading
from essaim.ui.typography import counted, number


@dataclass(slots=True)
class TableReport:
    """One table: what was read (`counts`, `totals`, `remarks`) and what it does to the figures of its vintage.

    `name`: its place in the vintage, where it `replaces` a former file (name, empty without any). `elsewhere`: figures
    that another table of the vintage gives too, with the same value. `already`: nothing to write.
    """

    name: str
    layout: str
    layout_label: str
    sheet: str
    counts: Counter[str]
    totals: dict[str, str]
    remarks: list[Remark]
    already: bool = False
    replaces: str = ""
    added: int = 0
    changed: int = 0
    removed: int = 0
    elsewhere: int = 0

    @classmethod
    def of(cls, table: TableReading) -> TableReport:
        """The report of a table just read; the reading keeps its own."""
        return cls(
            table.table,
            table.layout,
            table.layout_label,
            table.sheet,
            Counter(table.counts),
            dict(table.totals),
            list(table.remarks),
        )

    def remark(self, line: int | None, text: str, *, kind: str, times: int = 1) -> None:
        """Count oddities of this kind, and quote the first ones."""
        if self.counts[kind] < MOST_REMARKS:
            self.remarks.append(Remark(line, text))
        self.counts[kind] += times

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self) | {"counts": dict(self.counts)}

    def lines(self) -> Iterator[str]:
        """The report in words."""
        where = f"Feuille {self.sheet}, tableau" if self.sheet else "Tableau"
        yield f"{where} « {self.name} » ({self.layout_label})"
        yield f"  {self._read()}"
        for words, value in self.totals.items():
            yield f"  {words} : {value}"
        yield f"  {self._done()}"
        for remark in self.remarks:
            yield f"  {remark.text}" if remark.line is None else f"  ligne {remark.line} : {remark.text}"
        for kind in ("refused", "hidden", "odd"):
            if self.counts[kind] > MOST_REMARKS:
                yield f"  en tout : {counted(self.counts[kind], *_COUNTS[kind])}"

    def _read(self) -> str:
        said = [counted(self.counts[kind], *words) for kind, words in _COUNTS.items() if self.counts[kind]]
        return ", ".join(said) or "aucune ligne"

    def _done(self) -> str:
        if self.already:
            return "déjà chargé : rien ne change"
        said = [
            counted(self.added, "chiffre nouveau", "chiffres nouveaux"),
            counted(self.changed, "changé", "changés"),
            counted(self.removed, "retiré", "retirés"),
        ]
        if self.elsewhere:
            said.append(f"{number(self.elsewhere)} qu’un autre tableau donne aussi, à l’identique")
        former = f" ; remplace « {self.replaces} »" if self.replaces else ""
        return f"{', '.join(said)}{former}"


_COUNTS = {
    "rows_read": ("ligne lue", "lignes lues"),
    "rows_kept": ("gardée", "gardées"),
    "cells": ("chiffre", "chiffres"),
    "secret": ("chiffre secret", "chiffres secrets"),
    "missing": ("case vide", "cases vides"),
    "ignored": ("ligne laissée de côté", "lignes laissées de côté"),
    "outside": ("chiffre de communes non servies laissé", "chiffres de communes non servies laissés"),
    "refused": ("ligne refusée", "lignes refusées"),
    "hidden": ("chiffre gardé secret à cause d’un autre tableau", "chiffres gardés secrets à cause d’un autre tableau"),
    "veiled": (
        "chiffre gardé secret pour ne pas en révéler un autre",
        "chiffres gardés secrets pour ne pas en révéler d’autres",
    ),
    "odd": ("bizarrerie", "bizarreries"),
}


@dataclass(slots=True)
class VintageReport:
    """One vintage of the file. `pk` None: it does not exist yet. `published`: visitors see it once this is done."""

    source: Source
    field: Field
    period: str
    pk: int | None
    tables: list[TableReport]
    published: bool = False
    fictitious: bool = False

    @property
    def already(self) -> bool:
        """Whether nothing of it is to be written."""
        return all(table.already for table in self.tables)

    @property
    def name(self) -> str:
        """« Insee, Flores × ESS 2018 »."""
        return f"{self.source.short} {self.period}"

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "vintage": self.pk,
            "source": self.source.value,
            "field": self.field.value,
            "period": self.period,
            "already": self.already,
            "published": self.published,
            "fictitious": self.fictitious,
            "tables": [table.as_dict() for table in self.tables],
        }

    def lines(self) -> Iterator[str]:
        """The report in words."""
        yield f"{self.name} : {self.field.label}{' (chiffres inventés)' if self.fictitious else ''}"
        for table in self.tables:
            yield from (f"  {line}" for line in table.lines())


@dataclass(slots=True)
class LoadReport:
    """What a file would do (`written` False) or did. One file may hold several vintages."""

    file: str
    sha256: str
    size: int
    written: bool
    vintages: list[VintageReport] = field(default_factory=list)

    @property
    def already(self) -> bool:
        """Whether nothing is to be written: every table is loaded, as it is."""
        return all(vintage.already for vintage in self.vintages)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "size": self.size,
            "written": self.written,
            "already": self.already,
            "vintages": [vintage.as_dict() for vintage in self.vintages],
        }

    def lines(self) -> list[str]:
        """The report in words, a line each."""
        said = [f"« {self.file} »", *(line for vintage in self.vintages for line in vintage.lines())]
        if self.already:
            waiting = "" if all(one.published for one in self.vintages) else " Il attend d’être publié."
            said.append(f"Ce fichier est déjà chargé : rien n’a été écrit.{waiting}")
        elif self.written:
            said.extend(
                f"{vintage.name} : {'chargé et publié' if vintage.published else 'chargé, en attente de publication'}."
                for vintage in self.vintages
                if not vintage.already
            )
        return said


@dataclass(slots=True)
class GridReport:
    """What the density grid would do or did: it goes to the communes, it is no vintage."""

    file: str
    sha256: str
    size: int
    rows: int
    known: int
    written: bool
    updated: int | None = None

    @property
    def already(self) -> bool:
        """Whether it was written and changed nothing."""
        return self.updated == 0

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self) | {"already": self.already}

    def lines(self) -> list[str]:
        """The report in words, a line each."""
        said = [
            f"« {self.file} » : grille communale de densité de l’Insee, à sept niveaux",
            f"  {counted(self.rows, 'commune lue', 'communes lues')}, {number(self.known)} au code géographique chargé",
        ]
        if self.updated is not None:
            done = counted(self.updated, "commune mise à jour", "communes mises à jour")
            said.append("  déjà chargée : rien ne change" if self.already else f"  {done}")
        return said
