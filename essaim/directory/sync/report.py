"""What a synchronisation did, or would do: French lines for a terminal, a plain dictionary for machines."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from essaim.directory.sync.plan import Changes, Plan
from essaim.directory.sync.shapes import Problem, Snapshot

NAMED_PROBLEMS = 10
NAMED_MISSING = 10

_COLUMNS = {
    "criteria": "critères d’appartenance",
    "labels": "labels",
    "siren": "SIREN obtenus",
    "missing_since": "de retour dans le fichier",
    "name": "noms",
    "naf": "activités",
    "headcount_band": "tranches d’effectif",
    "address": "adresses",
    "diffusion": "statuts de diffusion",
    "latitude": "points sur la carte",
}


def count(number: int, singular: str, plural: str = "") -> str:
    """« 1 structure », « 0 structure », « 2 structures »: French counts from two."""
    word = singular if abs(number) < 2 else plural or singular + "s"
    return f"{number:,}".replace(",", "\u202f") + f"\u00a0{word}"


@dataclass(slots=True)
class SyncReport:
    """One territory. `applied` is False for a dry run; `demonstration` says what leaves with the invented data."""

    territory: str
    territory_name: str
    vintage: str
    perimeter_version: str
    fictitious: bool
    rows: int
    applied: bool = False
    written: bool = False
    structures: Changes = field(default_factory=Changes)
    establishments: Changes = field(default_factory=Changes)
    columns: dict[str, int] = field(default_factory=dict)
    siren_obtained: int = 0
    missing: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    centres: int = 0
    without_centre: list[str] = field(default_factory=list)
    fictitious_removed: int = 0
    demonstration: list[str] = field(default_factory=list)
    warning: str = ""
    seconds: float = 0.0

    @classmethod
    def of(cls, snapshot: Snapshot, plan: Plan) -> SyncReport:
        """Report of a comparison."""
        return cls(
            territory=snapshot.territory,
            territory_name=snapshot.territory_name,
            vintage=snapshot.vintage,
            perimeter_version=snapshot.perimeter_version,
            fictitious=snapshot.fictitious,
            rows=snapshot.rows,
            structures=plan.structures,
            establishments=plan.establishments,
            columns=dict(sorted(plan.columns.items())),
            siren_obtained=len(plan.former_keys) + len(plan.merges),
            missing=list(plan.missing_names),
            problems=snapshot.problems,
            centres=len(snapshot.centres),
            without_centre=snapshot.without_centre,
        )

    @property
    def problem_counts(self) -> dict[str, int]:
        """How many rows have each problem."""
        return dict(sorted(Counter(problem.code.value for problem in self.problems).items()))

    def summary(self) -> dict[str, Any]:
        """What is kept with the run: counts only, nothing that partial diffusion could hide later."""
        return {
            "rows": self.rows,
            "structures": asdict(self.structures),
            "establishments": asdict(self.establishments),
            "columns": self.columns,
            "siren_obtained": self.siren_obtained,
            "problems": self.problem_counts,
            "centres": self.centres,
            "fictitious_removed": self.fictitious_removed,
        }

    def as_json(self) -> dict[str, Any]:
        """The whole report as JSON can hold it."""
        return {
            "territory": self.territory,
            "territory_name": self.territory_name,
            "vintage": self.vintage,
            "perimeter_version": self.perimeter_version,
            "fictitious": self.fictitious,
            "applied": self.applied,
            "written": self.written,
            "warning": self.warning,
            "seconds": round(self.seconds, 3),
            **self.summary(),
            "demonstration": self.demonstration,
            "missing": self.missing,
            "without_centre": self.without_centre,
            "problem_rows": [
                {"code": problem.code.value, "reference": problem.reference, "detail": problem.detail}
                for problem in self.problems
            ],
        }

    def lines(self) -> list[str]:
        """The summary that a person reads."""
        invented = ", données inventées" if self.fictitious else ""
        read = count(self.rows, "ligne lue", "lignes lues")
        lines = [f"{self.territory_name} ({self.territory}), millésime {self.vintage}{invented} : {read}"]
        for title, changes in (("Structures", self.structures), ("Établissements", self.establishments)):
            feminine = "e" if title == "Structures" else ""
            lines.append(
                f"  {title} : "
                + ", ".join(
                    count(number, f"{word}{feminine}", f"{word}{feminine}s")
                    for number, word in (
                        (changes.added, "ajouté"),
                        (changes.changed, "modifié"),
                        (changes.closed, "fermé"),
                        (changes.reopened, "rouvert"),
                    )
                )
                + f", {count(changes.missing, f'absent{feminine} du fichier', f'absent{feminine}s du fichier')}"
                + f", {count(changes.unchanged, f'inchangé{feminine}', f'inchangé{feminine}s')}"
            )
        told = [f"{_COLUMNS[name]} {number}" for name, number in self.columns.items() if name in _COLUMNS]
        if told:
            lines.append(f"  Dont : {', '.join(told)}")
        if self.siren_obtained:
            lines.append(f"  {count(self.siren_obtained, 'association a obtenu', 'associations ont obtenu')} un SIREN")
        if self.missing:
            lines.append("  Ne figurent plus dans le fichier (gardées, à vérifier) :")
            lines += [f"    - {name}" for name in self.missing[:NAMED_MISSING]]
            if len(self.missing) > NAMED_MISSING:
                lines.append(f"    - et {len(self.missing) - NAMED_MISSING} autres")
        if self.centres:
            whose = "ses" if self.centres == 1 else "leurs"
            placed = count(self.centres, "commune placée", "communes placées")
            lines.append(f"  {placed} au milieu de {whose} établissements")
        if self.without_centre:
            names = ", ".join(self.without_centre[:NAMED_MISSING])
            rest = len(self.without_centre) - NAMED_MISSING
            lines.append(
                f"  {count(len(self.without_centre), 'commune')} sans centre, le fichier n’y place rien : "
                f"« près de » n’y répond pas encore ({names}{f' et {rest} autres' if rest > 0 else ''})"
            )
        lines += self._problem_lines()
        if self.fictitious_removed:
            lines.append(
                "  " + count(self.fictitious_removed, "structure inventée retirée", "structures inventées retirées")
            )
        lines += [f"  {line}" for line in self.demonstration]
        if self.warning:
            lines.append(f"  Attention : {self.warning}")
        if not self.applied:
            lines.append("  Rien n’a été écrit : ajoutez --apply pour appliquer.")
        elif not self.written:
            lines.append("  Tout était déjà à jour : rien n’a été écrit.")
        return lines

    def _problem_lines(self) -> list[str]:
        lines: list[str] = []
        by_code: dict[Any, list[Problem]] = {}
        for problem in self.problems:
            by_code.setdefault(problem.code, []).append(problem)
        for code, problems in sorted(by_code.items()):
            lines.append(f"  {count(len(problems), 'ligne')} : {code.label}")
            for problem in problems[:NAMED_PROBLEMS]:
                lines.append(f"    - {problem.reference}" + (f" ({problem.detail})" if problem.detail else ""))
            if len(problems) > NAMED_PROBLEMS:
                lines.append(f"    - et {len(problems) - NAMED_PROBLEMS} autres")
        return lines
