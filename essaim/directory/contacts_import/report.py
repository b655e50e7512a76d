"""What an import would do, did, or undid: French lines for a terminal, plain dictionaries for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from essaim.directory.contacts_import.matching import Judged, Verdict
from essaim.directory.sync.report import count

if TYPE_CHECKING:
    from essaim.directory.actions.contacts import Preview
    from essaim.directory.actions.contacts_undo import Undone
    from essaim.directory.models import ContactImport


def sentence(counts: Mapping[str, int]) -> str:
    """« 115 lignes lues : 104 rapprochées, 11 à revoir »."""
    parts = [count(counts["matched"], "rapprochée")]
    if counts["admit"]:
        parts.append(count(counts["admit"], "nouvelle structure à admettre", "nouvelles structures à admettre"))
    parts.append(count(counts["review"], "à revoir", "à revoir"))
    if counts["refused"]:
        parts.append(count(counts["refused"], "refusée"))
    return f"{count(counts['read'], 'ligne lue', 'lignes lues')} : {', '.join(parts)}"


def preview_json(seen: Preview) -> dict[str, Any]:
    """The whole preview."""
    return {
        "filename": seen.filename,
        "columns": seen.columns.as_json(),
        "counts": seen.counts,
        "lines": [_line_json(judged, seen) for judged in seen.verdicts],
    }


def _line_json(judged: Judged, seen: Preview) -> dict[str, Any]:
    line = judged.line
    return {
        "line": line.number,
        "name": line.name,
        "verdict": judged.verdict.value,
        "why": judged.why,
        "structure": seen.names.get(judged.structure_id or 0, ""),
        "candidates": [place.told for place in judged.candidates],
        "remarks": line.remarks,
    }


def preview_lines(seen: Preview) -> list[str]:
    """The column report, the count, then every line that is not simply matched, by name and with its reason."""
    columns = seen.columns
    lines = ["Colonnes lues : " + ", ".join(f"« {header} » = {role}" for header, role in columns.recognised())]
    if columns.ignored:
        lines.append("Colonnes ignorées : " + ", ".join(f"« {header} »" for header in columns.ignored))
    lines += [f"Colonne ambiguë : « {header} » {why}" for header, why in columns.ambiguous.items()]
    lines.append(sentence(seen.counts))
    for verdict in (Verdict.REVIEW, Verdict.REFUSED, Verdict.ADMIT):
        found = seen.of(verdict)
        if not found:
            continue
        lines.append(f"{verdict.label[:1].upper()}{verdict.label[1:]} :")
        for judged in found:
            line = judged.line
            name = line.name or line.siret or line.siren or line.rna or "sans nom"
            lines.append(f"  ligne {line.number}, {name} : {judged.why}")
            lines += [f"    ? {place.told}" for place in judged.candidates]
    remarks = [(judged.line.number, remark) for judged in seen.verdicts for remark in judged.line.remarks]
    if remarks:
        lines.append("Remarques :")
        lines += [f"  ligne {number} : {remark}" for number, remark in remarks]
    return lines


def applied_lines(row: ContactImport) -> list[str]:
    """What was written, and how to take it back."""
    counts = row.counts
    told = ", ".join(
        (
            count(counts["contacts"], "contact ajouté", "contacts ajoutés"),
            count(counts["placed_tags"], "étiquette posée", "étiquettes posées"),
            count(counts["decisions"], "décision"),
            count(counts["structures"], "structure créée", "structures créées"),
        )
    )
    return [f"Import n° {row.pk} appliqué : {told}.", f"Pour l’annuler : directory import-contacts --undo {row.pk}"]


def undo_lines(done: Undone) -> list[str]:
    """What was removed, and what was left because it changed since."""
    told = ", ".join(
        (
            count(done.contacts, "contact retiré", "contacts retirés"),
            count(done.tags, "étiquette ôtée", "étiquettes ôtées"),
            count(done.decisions, "décision retirée", "décisions retirées"),
            count(done.structures, "structure retirée", "structures retirées"),
        )
    )
    return [f"Import annulé : {told}."] + [f"  Laissé : {kept}" for kept in done.kept]
