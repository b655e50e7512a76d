"""Rows of the extract and of the RNA → structures and establishments as the directory holds them. Pure: no query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from essaim.directory.enums import Diffusion
from essaim.directory.sync.addresses import postal_address
from essaim.directory.sync.positions import Position
from essaim.directory.sync.shapes import (
    Problem,
    ProblemCode,
    WantedCriterion,
    WantedEstablishment,
    WantedLabel,
    WantedStructure,
)
from essaim.nomenclature.headcount import is_employer_band
from essaim.nomenclature.perimeter import Family, SubFamily

Row = Mapping[str, Any]

SIRENE_SOURCE = "Insee, Sirene"
RNA_SOURCE = "Répertoire national des associations"
DEMO_SOURCE = "Fichiers de la démonstration"
NO_NAME = "Nom non diffusé"
CURRENT_NAF = "NAFRev2"


@dataclass(frozen=True, slots=True)
class Place:
    """What shaping knows of the territory: its communes of today, and every known code."""

    communes: frozenset[str]
    resolver: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows that lie in the territory, sorted by SIRET, with their communes of today; what was wrong with others."""

    rows: list[Row]
    codes: list[str]
    problems: list[Problem]


def text(value: Any, longest: int = 0) -> str:
    """Trimmed text, never None, cut to the column's length (PostgreSQL refuses what overflows)."""
    cleaned = "" if value is None else " ".join(str(value).split())
    return cleaned[:longest].strip() if longest else cleaned


def texts(values: Any, longest: int = 250) -> list[str]:
    """List of trimmed texts without blanks nor doubles, in order."""
    return list(dict.fromkeys(cleaned for value in values or () if (cleaned := text(value, longest))))


def place_rows(rows: Iterable[Row], place: Place) -> Placed:
    """Keep the rows of this territory. A row whose commune nobody knows, or which lies elsewhere, stays out.

    A doubled SIRET keeps its most recently processed row.
    """
    placed = Placed([], [], [])
    for row in _without_doubles(rows, placed.problems):
        official = text(row.get("commune_code"))
        code = place.resolver.get(official)
        if code is None:
            placed.problems.append(Problem(ProblemCode.UNKNOWN_COMMUNE, text(row["siret"]), official or "code vide"))
        elif code not in place.communes:
            placed.problems.append(Problem(ProblemCode.OUT_OF_TERRITORY, text(row["siret"]), official))
        else:
            placed.rows.append(row)
            placed.codes.append(code)
    return placed


def shape(
    placed: Placed,
    positions: Sequence[Position | None],
    associations: Iterable[Row],
    place: Place,
    *,
    vintage: str,
    fictitious: bool,
) -> tuple[list[WantedStructure], list[Problem]]:
    """Everything the official files want in this territory, and what was wrong on the way (`placed.problems` aside).

    `positions` are the points of the placed rows. Structures come sorted by SIREN, then by RNA number.
    """
    problems: list[Problem] = []
    by_siren: dict[str, WantedStructure] = {}
    for row, code, position in zip(placed.rows, placed.codes, positions, strict=True):
        siren = text(row["siren"])
        wanted = by_siren.get(siren)
        if wanted is None:
            wanted = by_siren[siren] = _structure(row, vintage=vintage, fictitious=fictitious)
        wanted.establishments.append(_establishment(row, code, position))
        if wanted.establishments[-1].columns["is_head_office"]:
            # The extract carries the NAF 2025 of places only: the head office's speaks for the unit.
            wanted.columns["naf25"] = wanted.establishments[-1].columns["naf25"]
        if row.get("siret_valid") is False:
            problems.append(Problem(ProblemCode.INVALID_SIRET, text(row["siret"])))
        _add_labels(wanted, row)
    structures = [by_siren[siren] for siren in sorted(by_siren)]
    structures += _add_associations(structures, associations, place, problems, vintage)
    for wanted in structures:
        wanted.columns.setdefault("fictitious", fictitious)
        if fictitious:
            _credit_the_demonstration(wanted)
    return structures, problems


def _credit_the_demonstration(wanted: WantedStructure) -> None:
    """Invented rows come through the same files as the true ones: no true publisher is lent what it never said."""
    wanted.columns["source"] = DEMO_SOURCE
    wanted.criteria = {code: replace(item, source=DEMO_SOURCE) for code, item in wanted.criteria.items()}
    labels = [replace(label, source=DEMO_SOURCE) for label in wanted.labels.values()]
    wanted.labels = {(label.siret, label.kind, label.source): label for label in labels}
    for place in wanted.establishments:
        if place.columns.get("position_source"):
            place.columns["position_source"] = DEMO_SOURCE


def _without_doubles(rows: Iterable[Row], problems: list[Problem]) -> list[Row]:
    best: dict[str, Row] = {}
    for row in rows:
        siret = text(row["siret"])
        other = best.get(siret)
        if other is None:
            best[siret] = row
            continue
        problems.append(Problem(ProblemCode.DUPLICATE_SIRET, siret))
        if (row.get("last_processed_on") or date.min) > (other.get("last_processed_on") or date.min):
            best[siret] = row
    return [best[siret] for siret in sorted(best)]


def _naf(code: Any, nomenclature: Any) -> str:
    """The code when it is of the nomenclature in force (rev. 2); older ones are not comparable and stay out."""
    return text(code, 6) if text(nomenclature) in {"", CURRENT_NAF} else ""


def _structure(row: Row, *, vintage: str, fictitious: bool) -> WantedStructure:
    siren = text(row["siren"])
    partial = row.get("unit_diffusion") == Diffusion.PARTIAL
    closed = row.get("unit_state") == "C"
    band = text(row.get("unit_headcount_band"), 2)
    usual = texts(row.get("usual_names"))
    rna = text(row.get("rna")).upper() or None
    wanted = WantedStructure(
        siren=siren,
        rna=rna,
        columns={
            "siren": siren,
            "name": text(row.get("name"), 250) or (usual[0] if usual else NO_NAME),
            "acronym": "" if partial else text(row.get("acronym"), 60),
            "usual_names": usual,
            "family": text(row.get("family")) or Family.COMPANY.value,
            "sub_family": text(row.get("sub_family"), 60),
            "legal_category": text(row.get("legal_category"), 4),
            "naf": _naf(row.get("unit_naf"), row.get("unit_naf_nomenclature")),
            "headcount_band": band,
            "headcount_year": text(row.get("unit_headcount_year"), 4),
            "is_employer": is_employer_band(band),
            "mission_company": row.get("mission_company") is True,
            "diffusion": Diffusion.PARTIAL.value if partial else Diffusion.OPEN.value,
            "created_on": row.get("unit_created_on"),
            "is_closed": closed,
            "closed_on": row.get("unit_state_since") if closed else None,
            "last_processed_on": row.get("unit_last_processed_on"),
            "vintage": vintage,
            "source": SIRENE_SOURCE,
            "fictitious": fictitious,
            "missing_since": "",
        },
    )
    if rna:
        # SIRENE often forgets the RNA number it once knew: an absent one never erases ours.
        wanted.columns["rna"] = rna
    _add_criteria(wanted, row)
    return wanted


def _add_criteria(wanted: WantedStructure, row: Row) -> None:
    for item in sorted(row.get("criteria") or (), key=lambda item: (text(item["code"]), text(item.get("source")))):
        code = text(item["code"])
        wanted.criteria.setdefault(
            code,
            WantedCriterion(
                code, text(item.get("source"), 160), text(item.get("reference"), 200), text(item.get("as_of"), 10)
            ),
        )


def _establishment(row: Row, code: str, position: Position | None) -> WantedEstablishment:
    partial = Diffusion.PARTIAL in {row.get("diffusion"), row.get("unit_diffusion")}
    closed = row.get("state") == "F"
    band = text(row.get("headcount_band"), 2)
    shown = None if partial else position
    siret = text(row["siret"])
    return WantedEstablishment(
        siret=siret,
        columns={
            "siret_valid": row.get("siret_valid") is not False,
            "is_head_office": row.get("is_head_office") is True,
            "usual_name": text(row.get("establishment_usual_name"), 250),
            "signs": texts(row.get("signs")),
            "commune_id": code,
            "official_commune_code": text(row.get("commune_code"), 5),
            "address": "" if partial else postal_address(row),
            "postcode": "" if partial else text(row.get("postcode"), 5),
            "latitude": None if shown is None else round(shown.latitude, 6),
            "longitude": None if shown is None else round(shown.longitude, 6),
            "position_quality": "" if shown is None else shown.quality.value,
            "position_source": "" if shown is None else shown.source,
            "naf": _naf(row.get("naf"), row.get("naf_nomenclature")),
            "naf25": text(row.get("naf25"), 6),
            "headcount_band": band,
            "headcount_year": text(row.get("headcount_year"), 4),
            "is_employer": is_employer_band(band),
            "diffusion": Diffusion.PARTIAL.value if partial else Diffusion.OPEN.value,
            "opened_on": row.get("created_on"),
            "is_closed": closed,
            "closed_on": row.get("state_since") if closed else None,
            "successor_siret": text(row.get("successor_siret"), 14),
            "succession_on": row.get("succession_on"),
            "last_processed_on": row.get("last_processed_on"),
            "missing_since": "",
        },
    )


def _add_labels(wanted: WantedStructure, row: Row) -> None:
    """A label known by its SIRET stands on that place; one known by the SIREN alone, on the whole legal unit."""
    for item in row.get("labels") or ():
        kind, source = text(item["kind"], 12), text(item.get("source"), 160)
        siret = text(item.get("siret"))
        wanted.labels.setdefault(
            (siret, kind, source),
            WantedLabel(
                siret, kind, source, text(item.get("as_of"), 10), item.get("valid_from"), item.get("valid_until")
            ),
        )


# --- the national register of associations ---------------------------------------------------------------------------


def _add_associations(
    structures: list[WantedStructure], associations: Iterable[Row], place: Place, problems: list[Problem], vintage: str
) -> list[WantedStructure]:
    """Give their RNA facts to the structures known by SIREN; return those that the RNA alone knows."""
    by_rna: dict[str, WantedStructure] = {}
    for wanted in structures:
        if wanted.rna is None:
            continue
        if wanted.rna in by_rna:
            problems.append(Problem(ProblemCode.RNA_TAKEN, wanted.rna, wanted.siren or ""))
        else:
            by_rna[wanted.rna] = wanted
    by_siren = {wanted.siren: wanted for wanted in structures}
    alone: dict[str, WantedStructure] = {}
    for row in associations:
        rna = text(row["rna"]).upper()
        known = by_rna.get(rna) or by_siren.get(text(row.get("siren")) or None)
        if known is not None:
            _add_rna_facts(known, row, rna)
            by_rna.setdefault(rna, known)
            continue
        if rna in alone:
            continue
        official = text(row.get("commune_code"))
        code = place.resolver.get(official)
        if code is None:
            problems.append(Problem(ProblemCode.UNKNOWN_COMMUNE, rna, official or "code vide"))
        elif code in place.communes:
            alone[rna] = _association(row, rna, code, vintage)
    return [alone[rna] for rna in sorted(alone)]


def _add_rna_facts(wanted: WantedStructure, row: Row, rna: str) -> None:
    if wanted.siren is not None:
        wanted.rna = wanted.rna or rna
        wanted.columns.setdefault("rna", wanted.rna)
    wanted.columns["rna_title"] = text(row.get("title"), 500)
    wanted.columns["purpose"] = text(row.get("object"))
    _add_criteria(wanted, row)


def _association(row: Row, rna: str, code: str, vintage: str) -> WantedStructure:
    """An association without SIREN: its seat is a place without SIRET, and without point (its address has none)."""
    closed = row.get("state") == "F"
    title = text(row.get("title"), 500)
    acronym = text(row.get("short_title"), 60)
    wanted = WantedStructure(
        siren=None,
        rna=rna,
        columns={
            "rna": rna,
            "name": title[:250] or NO_NAME,
            "acronym": acronym if acronym.casefold() != title.casefold()[:60] else "",
            "family": Family.ASSOCIATION.value,
            "sub_family": (SubFamily.PUBLIC_UTILITY if row.get("public_utility") else SubFamily.DECLARED).value,
            "created_on": row.get("created_on"),
            "is_closed": closed,
            "closed_on": row.get("dissolved_on") if closed else None,
            "last_processed_on": row.get("last_processed_on"),
            "vintage": vintage,
            "source": RNA_SOURCE,
            "missing_since": "",
        },
        establishments=[
            WantedEstablishment(
                siret=None,
                columns={
                    "is_head_office": True,
                    "commune_id": code,
                    "official_commune_code": text(row.get("commune_code"), 5),
                    "address": postal_address(row),
                    "postcode": text(row.get("postcode"), 5),
                    "opened_on": row.get("created_on"),
                    "is_closed": closed,
                    "closed_on": row.get("dissolved_on") if closed else None,
                    "missing_since": "",
                },
            )
        ],
    )
    _add_rna_facts(wanted, row, rna)
    return wanted
