"""The difference between what the files want and what the directory holds, as operations. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from essaim.directory.sync.current import Current, Values
from essaim.directory.sync.shapes import Snapshot, WantedCriterion, WantedEstablishment, WantedLabel, WantedStructure
from essaim.nomenclature.perimeter import CriterionCode

# Columns that move with every monthly file: written, never counted as a change of the structure.
QUIET = frozenset({"vintage", "last_processed_on"})
# What partial diffusion hides. A row that leaves the file may have gone to it unseen: it says no more where it stood.
HIDDEN: Values = {
    "address": "",
    "postcode": "",
    "latitude": None,
    "longitude": None,
    "position_quality": "",
    "position_source": "",
}


@dataclass(slots=True)
class Changes:
    """What happens to structures, or to establishments. Each row is counted under one word only."""

    added: int = 0
    changed: int = 0
    closed: int = 0
    reopened: int = 0
    missing: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """Rows that are added or that change."""
        return self.added + self.changed + self.closed + self.reopened + self.missing


@dataclass(slots=True)
class NewStructure:
    """A structure to create with everything that belongs to it."""

    wanted: WantedStructure


@dataclass(slots=True)
class NewEstablishment:
    """An establishment to create in a structure that exists."""

    structure_id: int
    wanted: WantedEstablishment


@dataclass(slots=True)
class Plan:
    """Operations, by kind. `is_empty` means that the database already says what the files say."""

    structures: Changes = field(default_factory=Changes)
    establishments: Changes = field(default_factory=Changes)
    columns: Counter[str] = field(default_factory=Counter)
    new_structures: list[NewStructure] = field(default_factory=list)
    new_establishments: list[NewEstablishment] = field(default_factory=list)
    structure_updates: dict[int, Values] = field(default_factory=dict)
    establishment_updates: dict[int, Values] = field(default_factory=dict)
    new_criteria: list[tuple[int, WantedCriterion]] = field(default_factory=list)
    criterion_updates: dict[int, Values] = field(default_factory=dict)
    gone_criteria: list[int] = field(default_factory=list)
    new_labels: list[tuple[int, WantedLabel]] = field(default_factory=list)
    label_updates: dict[int, Values] = field(default_factory=dict)
    gone_labels: list[int] = field(default_factory=list)
    gone_establishments: list[int] = field(default_factory=list)
    former_keys: list[tuple[str, int]] = field(default_factory=list)
    merges: list[tuple[int, int]] = field(default_factory=list)
    """(structure known by the RNA alone, the one that bears its SIREN)."""
    closed_ids: list[int] = field(default_factory=list)
    reopened_ids: list[int] = field(default_factory=list)
    missing_ids: list[int] = field(default_factory=list)
    missing_names: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would be written."""
        return not any(
            (
                self.new_structures, self.new_establishments, self.structure_updates, self.establishment_updates,
                self.new_criteria, self.criterion_updates, self.gone_criteria, self.new_labels, self.label_updates,
                self.gone_labels, self.gone_establishments, self.former_keys, self.merges,
            )
        )  # fmt: skip


def compare(snapshot: Snapshot, current: Current) -> Plan:
    """Compare one territory. Structures, places, criteria and labels of the files; local data are not even read."""
    return _Comparison(snapshot, current).run()


class _Comparison:
    """One run: keeps which rows of the database the files have named."""

    def __init__(self, snapshot: Snapshot, current: Current) -> None:
        self.snapshot = snapshot
        self.current = current
        self.plan = Plan()
        self.named_structures: set[int] = set()
        self.named_establishments: set[int] = set()
        self.by_siren = {row["siren"]: row for row in current.structures.values() if row["siren"]}
        self.by_rna: dict[str, Values] = {}
        for row in sorted(current.structures.values(), key=lambda row: (row["siren"] is not None, row["id"])):
            if row["rna"]:
                self.by_rna.setdefault(row["rna"], row)

    def run(self) -> Plan:
        for wanted in self.snapshot.structures:
            found = self._find(wanted)
            if found is None and wanted.siren is None and wanted.columns["is_closed"]:
                # An association that was dissolved before anybody looked for it: nothing to announce.
                continue
            if found is None:
                self.plan.new_structures.append(NewStructure(wanted))
                self.plan.structures.added += 1
                self.plan.establishments.added += len(wanted.establishments)
            else:
                self._compare_structure(wanted, found)
        self._mark_missing()
        return self.plan

    def _find(self, wanted: WantedStructure) -> Values | None:
        """The row of the same legal unit; a row known by the RNA alone becomes it, or joins it."""
        rna_row = self.by_rna.get(wanted.rna or "")
        if wanted.siren is None:
            former = self.current.former_keys.get(wanted.rna or "")
            return rna_row or (self.current.structures[former] if former else None)
        found = self.by_siren.get(wanted.siren)
        alone = rna_row if rna_row is not None and rna_row["siren"] is None and not rna_row["merged_into_id"] else None
        if found is None:
            if alone is not None:
                self.plan.former_keys.append((alone["rna"], alone["id"]))
                self.by_rna.pop(alone["rna"])
            return alone
        if alone is not None and alone["id"] != found["id"]:
            self.plan.merges.append((alone["id"], found["merged_into_id"] or found["id"]))
            self.named_structures.add(alone["id"])
            self.by_rna[alone["rna"]] = found
        return found

    # --- one structure -----------------------------------------------------------------------------------------------

    def _compare_structure(self, wanted: WantedStructure, row: Values) -> None:
        self.named_structures.add(row["id"])
        columns = wanted.columns
        if not wanted.from_sirene and (row["siren"] or row["merged_into_id"]):
            # SIRENE's row speaks for itself; the RNA adds its own facts and nothing else.
            columns = {name: columns[name] for name in ("rna_title", "purpose")}
            home = row["merged_into_id"] or row["id"]
            loud = self._update(row, columns, self.plan.structure_updates)
            loud |= self._compare_criteria(wanted, row["id"], rna_only=True)
            self.named_structures.add(home)
            self._count(self.plan.structures, row, loud)
            return
        if wanted.siren and row["siren"] is None:
            columns = {**columns, "siren": wanted.siren}
        loud = self._update(row, columns, self.plan.structure_updates)
        loud |= self._compare_criteria(wanted, row["id"])
        home = row["merged_into_id"] or row["id"]
        self.named_structures.add(home)
        self._compare_establishments(wanted, home)
        loud |= self._compare_labels(wanted, row["id"], home)
        self._count(self.plan.structures, row, loud)

    def _update(self, row: Values, columns: Values, updates: dict[int, Values]) -> set[str]:
        """Note the columns that differ; return those worth telling."""
        different = {name: value for name, value in columns.items() if row[name] != value}
        if different:
            updates.setdefault(row["id"], {}).update(different)
        loud = different.keys() - QUIET
        self.plan.columns.update(loud)
        return set(loud)

    def _count(self, changes: Changes, row: Values, loud: set[str]) -> None:
        is_structure = changes is self.plan.structures
        if "is_closed" in loud:
            if row["is_closed"]:
                changes.reopened += 1
                if is_structure:
                    self.plan.reopened_ids.append(row["id"])
            else:
                changes.closed += 1
                if is_structure:
                    self.plan.closed_ids.append(row["id"])
        elif loud:
            changes.changed += 1
        else:
            changes.unchanged += 1

    # --- its places --------------------------------------------------------------------------------------------------

    def _compare_establishments(self, wanted: WantedStructure, home: int) -> None:
        rows = self.current.by_structure.get(home, [])
        by_siret = {row["siret"]: row for row in rows if row["siret"]}
        without = [row for row in rows if row["siret"] is None]
        places = sorted(wanted.establishments, key=lambda place: not place.columns["is_head_office"])
        for place in places:
            row = by_siret.get(place.siret) if place.siret else (without[0] if without else None)
            columns = place.columns
            if row is None and without and place.siret:
                # The seat that the RNA (or the officer) gave gets its SIRET: same place, same internal key.
                row = without.pop(0)
                columns = {**columns, "siret": place.siret}
            if row is None:
                self.plan.new_establishments.append(NewEstablishment(home, place))
                self.plan.establishments.added += 1
                continue
            self.named_establishments.add(row["id"])
            self._count(self.plan.establishments, row, self._update(row, columns, self.plan.establishment_updates))

    # --- why it belongs, and its labels ------------------------------------------------------------------------------

    def _compare_criteria(self, wanted: WantedStructure, structure_id: int, *, rna_only: bool = False) -> set[str]:
        existing = self.current.criteria.get(structure_id, {})
        loud: set[str] = set()
        for code, criterion in wanted.criteria.items():
            row = existing.get(code)
            if row is None:
                self.plan.new_criteria.append((structure_id, criterion))
                loud.add("criteria")
                continue
            columns = {"source": criterion.source, "reference": criterion.reference, "as_of": criterion.as_of}
            different = {name: value for name, value in columns.items() if row[name] != value}
            if different:
                self.plan.criterion_updates[row["id"]] = different
                if different.keys() - {"as_of"}:
                    loud.add("criteria")
        if not rna_only:
            for code, row in existing.items():
                # The register of associations is read by commune: silence there proves nothing.
                if code not in wanted.criteria and code != CriterionCode.RNA:
                    self.plan.gone_criteria.append(row["id"])
                    loud.add("criteria")
        self.plan.columns.update(loud)
        return loud

    def _compare_labels(self, wanted: WantedStructure, own: int, home: int) -> set[str]:
        """Labels of the unit stand on its own row, those of a place follow the place where a merge has put it."""
        if not wanted.from_sirene:
            return set()
        existing = {key: row for key, row in self.current.labels.get(own, {}).items() if not key[0]}
        existing |= {key: row for key, row in self.current.labels.get(home, {}).items() if key[0]}
        read_here = {place.siret for place in wanted.establishments} | {""}
        loud: set[str] = set()
        for key, label in wanted.labels.items():
            row = existing.get(key)
            if row is None:
                self.plan.new_labels.append((home if label.siret else own, label))
                loud.add("labels")
                continue
            columns: dict[str, Any] = {
                "as_of": label.as_of,
                "valid_from": label.valid_from,
                "valid_until": label.valid_until,
            }
            different = {name: value for name, value in columns.items() if row[name] != value}
            if different:
                self.plan.label_updates[row["id"]] = different
                if different.keys() - {"as_of"}:
                    loud.add("labels")
        for key, row in existing.items():
            siret = key[0]
            if key not in wanted.labels and siret in read_here and self._same_unit(siret, wanted):
                self.plan.gone_labels.append(row["id"])
                loud.add("labels")
        self.plan.columns.update(loud)
        return loud

    @staticmethod
    def _same_unit(siret: str, wanted: WantedStructure) -> bool:
        return not siret or siret.startswith(wanted.siren or "-")

    # --- what the files no longer name -------------------------------------------------------------------------------

    def _mark_missing(self) -> None:
        """Rows that came from a file and that the new one does not name: kept, marked, reported, without address."""
        vintage = self.snapshot.vintage
        for row in self.current.establishments.values():
            if (
                row["id"] in self.named_establishments
                or row["commune_id"] not in self.snapshot.communes
                or row["siret"] is None
                or not self.current.structures[row["structure_id"]]["vintage"]
            ):
                continue
            self._hide(row)
            if row["missing_since"]:
                self.plan.establishments.unchanged += 1
            else:
                self.plan.establishments.missing += 1
        merged_here = {source for source, _target in self.plan.merges}
        for pk in sorted(self.current.local - self.named_structures - merged_here):
            row = self.current.structures[pk]
            if not row["vintage"] or row["merged_into_id"]:
                continue
            if row["siren"] is None and not self.snapshot.has_rna:
                continue
            elsewhere = any(
                place["commune_id"] not in self.snapshot.communes and not place["missing_since"]
                for place in self.current.by_structure.get(pk, [])
            )
            if elsewhere:
                continue
            for place in self.current.by_structure.get(pk, []):
                # The seat of an association that the register alone knew bears no SIRET: it leaves with it.
                if place["siret"] is None:
                    self._hide(place)
            if row["missing_since"]:
                self.plan.structures.unchanged += 1
            else:
                self.plan.structure_updates[pk] = {"missing_since": vintage}
                self.plan.structures.missing += 1
                self.plan.missing_ids.append(pk)
                self.plan.missing_names.append(f"{row['name']} ({row['siren'] or row['rna'] or row['code']})")

    def _hide(self, place: Values) -> None:
        """Mark a place as gone from the file, without what says where it stood; an earlier mark keeps its vintage."""
        wanted = HIDDEN | {"missing_since": place["missing_since"] or self.snapshot.vintage}
        different = {name: value for name, value in wanted.items() if place[name] != value}
        if different:
            self.plan.establishment_updates[place["id"]] = different
