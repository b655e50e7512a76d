"""Bring INSEE's density grid in, from its workbook or a CSV of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from essaim.foundation import journal
from essaim.foundation.spreadsheets import read_table
from essaim.geography.models import Commune, Density
from essaim.geography.queries import commune_resolver
from essaim.geography.signals import communes_changed

HEADER_WITHIN = 20  # INSEE writes its header on row 5, under a title
BATCH = 5_000
CODE, SEVEN, ANY = "CODGEO", "DENS7", "DENS"


class UnknownGrid(ValueError):
    """The file is not the seven-level density grid; the message says what was looked for."""


@dataclass
class DensityReport:
    """`rows` read in the file, communes `updated`, `ignored` codes that no commune of the database answers to."""

    file: str
    rows: int
    updated: int
    unchanged: int
    ignored: int

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self)


def read_grid(path: Path) -> dict[str, int]:
    """Commune code → level 1 to 7. Raises UnknownGrid or UnreadableTable."""
    table = read_table(path, having=(CODE, ANY))
    rows = [table.columns, *table.rows]
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        if CODE not in row:
            continue
        # The workbook of 2025 and after has both grids; the older seven-level file calls its level DENS and is
        # told apart by its seven shares P1 to P7.
        column = SEVEN if SEVEN in row else ANY if ANY in row and "P7" in row else None
        if column is None:
            raise UnknownGrid(
                f"« {path.name} » ne donne pas la grille à sept niveaux : il faut une colonne {SEVEN}, "
                f"ou {ANY} avec les parts P1 à P7."
            )
        code_at, level_at = row.index(CODE), row.index(column)
        return {
            line[code_at].zfill(5): int(line[level_at])
            for line in rows[at + 1 :]
            if len(line) > max(code_at, level_at) and line[level_at] in {str(level) for level in Density.values}
        }
    raise UnknownGrid(f"« {path.name} » n’est pas la grille de densité de l’Insee : aucune colonne {CODE}.")


def load_density(*, path: Path, by: journal.Author, source: str = "") -> DensityReport:
    """Write the level of every commune that the file knows (codes of former communes resolve); safe to run again."""
    levels = read_grid(path)
    source = (source or f"Insee, grille communale de densité à 7 niveaux ({path.name})")[:160]
    resolver = commune_resolver()
    # A code of today has the last word over a former code that resolves to the same commune.
    by_commune = {resolver[code]: level for code, level in levels.items() if code in resolver}
    by_commune |= {code: level for code, level in levels.items() if resolver.get(code) == code}
    ignored = sum(code not in resolver for code in levels)
    with transaction.atomic():
        stale: dict[int, list[str]] = defaultdict(list)
        known = Commune.objects.filter(fictitious=False).values_list("code", "density", "density_source")
        for code, density, said in known:
            level = by_commune.get(code)
            if level is not None and (density, said) != (level, source):
                stale[level].append(code)
        # One update per level, not per row: 35 000 communes in a second.
        for level, codes in sorted(stale.items()):
            for start in range(0, len(codes), BATCH):
                Commune.objects.filter(code__in=codes[start : start + BATCH]).update(
                    density=level, density_source=source
                )
        changed = sum(len(codes) for codes in stale.values())
        report = DensityReport(path.name, len(levels), changed, len(by_commune) - changed, ignored)
        if changed:
            journal.record(by=by, verb="grille de densité chargée", reason=source, after=report.as_dict())
            communes_changed.send(sender=None)
    return report
