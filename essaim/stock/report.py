"""What an import tells: one dict for ``--json``, and the same in French for a person."""

from typing import Any

from essaim.nomenclature.perimeter import CriterionCode, Family
from essaim.stock.engine import Engine, quote

FLAG_LABELS = {
    "siret_key_wrong": "SIRET dont la clé de contrôle est fausse (gardés, signalés)",
    "commune_unknown": "commune absente ou de forme inconnue",
    "duplicate_siret": "SIRET en double (la ligne traitée le plus récemment est gardée)",
    "duplicate_siren": "SIREN en double dans les unités légales (idem)",
    "date_absurd": "date impossible (vidée)",
    "hidden_value": "valeur « [ND] » (vidée)",
    "partial_diffusion": "diffusion partielle (adresse et position retirées)",
    "non_diffusible": "non diffusible (écarté)",
    "identifier_repaired": "SIREN ou SIRET réparé (nombre, zéros perdus, espaces)",
    "identifier_refused": "ligne sans SIREN ou SIRET lisible (refusée)",
    "unreadable_line": "ligne illisible du CSV (refusée)",
    "siae_public": "SIAE portée par une personne de droit public (hors ESS, loi de 2014, article 1er)",
    "siren_absent": "SIREN absent de l’extrait en service (entre au prochain « stock import », si Sirene le connaît)",
    "kind_unknown": "type de structure inconnu (gardé, sans effet)",
    "duplicate_row": "ligne en double (une seule gardée)",
    "expired": "agrément échu (gardé, ne qualifie plus)",
    "key_wrong": "SIREN ou SIRET dont la clé de contrôle est fausse (gardé, signalé)",
    "self_link": "établissement qui se succède à lui-même (refusé)",
    "position_unknown": "position absente ou à 0, 0 (refusée)",
}


def describe_extract(engine: Engine, path: str) -> dict[str, Any]:
    """Count an extract: structures and establishments, open and closed, by criterion and by family."""
    relation = f"read_parquet({quote(path)})"
    rows, structures, is_open = engine.row(
        f"SELECT count(*), count(DISTINCT siren), count(*) FILTER (state = 'A') FROM {relation}"
    )
    counts = ", ".join(
        f"count(DISTINCT siren) FILTER ({mark}), count(*) FILTER ({mark})"
        for mark in (f'contains(criteria, \'"code":"{code.value}"\')' for code in CriterionCode)
    )
    found = engine.row(f"SELECT {counts} FROM {relation}")
    criteria = {
        code.value: (found[2 * rank], found[2 * rank + 1]) for rank, code in enumerate(CriterionCode) if found[2 * rank]
    }
    families = {
        family: (units, places)
        for family, units, places in engine.rows(
            f"SELECT family, count(DISTINCT siren), count(*) FROM {relation} GROUP BY 1"
        )
    }
    return {
        "kept": {
            "establishments": rows,
            "structures": structures,
            "open": is_open,
            "closed": rows - is_open,
        },
        "by_criterion": _pairs(criteria, [code.value for code in CriterionCode]),
        "by_family": _pairs(families, [family.value for family in Family]),
    }


def _pairs(counts: dict[str, tuple[int, int]], order: list[str]) -> dict[str, dict[str, int]]:
    return {key: {"structures": counts[key][0], "establishments": counts[key][1]} for key in order if key in counts}


def stock_text(report: dict[str, Any]) -> str:
    """The report of ``stock import`` for a person."""
    read, kept = report["rows_read"], report["kept"]
    lines = [
        f"Extrait de l’ESS, millésime {report['vintage']} (périmètre {report['perimeter']})"
        + (" — DONNÉES INVENTÉES" if report["fictitious"] else ""),
        f"  lus : {_n(read['establishments'])} établissements, {_n(read['legal_units'])} unités légales",
        f"  gardés : {_n(kept['establishments'])} établissements ({_n(kept['open'])} ouverts, "
        f"{_n(kept['closed'])} fermés) de {_n(kept['structures'])} structures",
        "  par critère (structures / établissements) :",
        *(
            f"    {CriterionCode(code).label} : {_n(count['structures'])} / {_n(count['establishments'])}"
            for code, count in report["by_criterion"].items()
        ),
        "  par famille (structures / établissements) :",
        *(
            f"    {Family(code).plural} : {_n(count['structures'])} / {_n(count['establishments'])}"
            for code, count in report["by_family"].items()
        ),
        *_flag_lines(report["flags"]),
        *(f"  {source['role']} : {note}" for source in report["sources"] for note in source["notes"]),
        f"  dénominateurs : {_n(report['cube']['rows'])} cases, {_n(report['cube']['establishments'])} établissements "
        f"actifs (dont {_n(report['cube']['without_legal_unit'])} sans unité légale)",
        _former_line(report),
        f"  {report['seconds']:.1f} s ; en service : {report['path']}",
    ]
    return "\n".join(lines)


def label_text(report: dict[str, Any]) -> str:
    """The report of ``stock labels`` for a person."""
    lines = [
        f"{report['title']}, millésime {report['vintage']}" + (" — DONNÉES INVENTÉES" if report["fictitious"] else ""),
        f"  lues : {_n(report['read'])} ; acceptées : {_n(report['accepted'])} ; réparées : {_n(report['repaired'])} ; "
        f"refusées : {_n(report['refused'])} ; étranges : {_n(report['odd'])}",
        *(f"    {kind} : {_n(count)}" for kind, count in report["by_kind"].items()),
        *_flag_lines(report["flags"]),
        *(f"  {note}" for note in report["notes"]),
        _former_line(report),
        f"  {report['seconds']:.1f} s ; en service : {report['path']}",
    ]
    return "\n".join(lines)


def _flag_lines(flags: dict[str, int]) -> list[str]:
    seen = {key: count for key, count in flags.items() if count}
    if not seen:
        return []
    return ["  à savoir :", *(f"    {_n(count)} × {FLAG_LABELS[key]}" for key, count in seen.items())]


def _former_line(report: dict[str, Any]) -> str:
    former = report["former"]
    if former is None:
        return "  rien n’était en service avant"
    return f"  remplace le millésime {former['vintage']} ({_n(former['rows'])} lignes), qui reste archivé"


def _n(count: int) -> str:
    """A count with French thousands: no-break spaces."""
    return f"{count:,}".replace(",", "\u202f")
