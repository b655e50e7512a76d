"""SIAE, ESUS and ESS France: the lists that make, or adorn, a structure of the ESS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from essaim.nomenclature.perimeter import CriterionCode
from essaim.nomenclature.siae import all_siae_kinds
from essaim.stock import clean
from essaim.stock.archive import Manifest, vintage_day
from essaim.stock.engine import Engine, name, quote
from essaim.stock.labels.layouts import BY_KIND, ESS_FRANCE, ESUS, SIAE, Columns, Layout
from essaim.stock.perimeter import CRITERION_TYPE
from essaim.stock.source import Source

ROWS = "rows.parquet"
ESUS_KIND = "ESUS"
# What each row of a qualifying list holds once imported. `siret` is NULL when the list knows the unit alone.
COLUMNS = ("siren", "siret", "kind", "name", "reference", "valid_from", "valid_until", "key_valid")


@dataclass(slots=True)
class Written:
    """What an importer wrote: its counts by name (see report.FLAG_LABELS) and by kind."""

    path: Path
    repaired: int = 0
    refused: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)


def write(engine: Engine, source: Source, layout: Layout, vintage: str, work: Path) -> Written:
    """Write one qualifying list as Parquet sorted by SIREN. Identifiers stay text; a wrong key is kept and flagged."""
    columns = Columns(source)
    key, length = ("siret", 14) if layout is SIAE else ("siren", 9)
    raw = columns.get(key)
    assert raw is not None
    expressions = _expressions(layout, columns)
    written_id = f"trim(CAST({name(raw)} AS VARCHAR))"
    listed = ", ".join(f"{expression} AS {column}" for column, expression in expressions.items())
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {clean.digits(name(raw), length)} AS identifier, "
        f"{written_id} AS written, {listed} FROM {source.relation} "
        f"WHERE coalesce({written_id}, '') <> '' OR {_anything(source)}"
    )
    repaired, refused, bad_key = engine.row(
        "SELECT count(*) FILTER (identifier <> written), count(*) FILTER (identifier IS NULL), "
        f"count(*) FILTER (identifier IS NOT NULL AND NOT {clean.luhn('identifier', length)}) FROM incoming"
    )
    siret = "identifier" if key == "siret" else "CAST(NULL AS VARCHAR)"
    target = work / ROWS
    engine.run(
        f"""
        COPY (
            SELECT left(identifier, 9) AS siren, {siret} AS siret, kind, name, reference, valid_from, valid_until,
                {clean.luhn("identifier", length)} AS key_valid
            FROM incoming WHERE identifier IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY identifier, kind ORDER BY valid_until DESC NULLS LAST, name) = 1
            ORDER BY siren, siret, kind
        ) TO {quote(target)} (FORMAT parquet, COMPRESSION zstd)
        """
    )
    relation = f"read_parquet({quote(target)})"
    rows = engine.value(f"SELECT count(*) FROM {relation}")
    flags = {
        "identifier_repaired": repaired,
        "identifier_refused": refused,
        "key_wrong": bad_key,
        "duplicate_row": engine.value("SELECT count(*) FROM incoming WHERE identifier IS NOT NULL") - rows,
    }
    if layout is SIAE:
        known = ", ".join(quote(kind.code) for kind in all_siae_kinds())
        flags["kind_unknown"] = engine.value(f"SELECT count(*) FROM {relation} WHERE kind NOT IN ({known})")
    if layout is ESUS:
        today = vintage_day(vintage).isoformat()
        flags["expired"] = engine.value(f"SELECT count(*) FROM {relation} WHERE valid_until < DATE {quote(today)}")
    kinds = engine.rows(f"SELECT kind, count(*) FROM {relation} GROUP BY 1 ORDER BY 2 DESC, 1")
    return Written(target, repaired, refused, flags, {str(kind): count for kind, count in kinds})


def _anything(source: Source) -> str:
    """Whether a row has any value: blank lines of a workbook are no refusal."""
    return " OR ".join(f"coalesce(CAST({name(column)} AS VARCHAR), '') <> ''" for column in source.columns)


def _expressions(layout: Layout, columns: Columns) -> dict[str, str]:
    """The SQL of kind, name, reference, valid_from and valid_until for a layout."""

    def text(column: str | None) -> str:
        return clean.text(name(column)) if column else "CAST(NULL AS VARCHAR)"

    nothing = "CAST(NULL AS DATE)"
    if layout is SIAE:
        kind = f"upper({text(columns.get('kind'))})"
        return {
            "kind": kind,
            "name": text(columns.get("name", "brand")),
            "reference": kind,
            "valid_from": nothing,
            "valid_until": nothing,
        }
    if layout is ESS_FRANCE:
        family = text(columns.get("famillejuridiquedelentreprise"))
        return {
            "kind": "'ESS_FRANCE'",
            "name": text(columns.get("nomouraisonsocialedelentreprise")),
            "reference": family,
            "valid_from": nothing,
            "valid_until": nothing,
        }
    return {
        "kind": quote(ESUS_KIND),
        "name": text(columns.saying("denomination", "raisonsociale", "nom", "entreprise", "structure")),
        **_esus_dates(columns),
    }


def _esus_dates(columns: Columns) -> dict[str, str]:
    """Dates of an approval: read where the names speak of them; the end may follow from a duration in years."""
    end = columns.saying("datefin", "datedefin", "findevalidite", "finagrement", "echeance", "expiration", "jusquau")
    start = columns.saying(
        "datedebut", "datededebut", "datedecision", "datededecision", "datedagrement", "dateagrement", "dateeffet",
        "datedeffet", "datearrete", "date",
    )  # fmt: skip
    length = columns.saying("duree")
    first = _french_day(name(start)) if start and start != end else "CAST(NULL AS DATE)"
    last = _french_day(name(end)) if end else "CAST(NULL AS DATE)"
    if not end and start and length:
        years = f"TRY_CAST(regexp_extract(CAST({name(length)} AS VARCHAR), '[0-9]+') AS INTEGER)"
        last = f"CASE WHEN {years} BETWEEN 1 AND 10 THEN CAST(({first}) + to_years({years}) AS DATE) END"
    reference = f"CASE WHEN ({last}) IS NOT NULL THEN 'agrément jusqu’au ' || strftime({last}, '%d/%m/%Y') END"
    return {"reference": reference, "valid_from": first, "valid_until": last}


def _french_day(column: str) -> str:
    """A date written in ISO or as jour/mois/année, plausible, else NULL."""
    value = f"trim(CAST({column} AS VARCHAR))"
    parsed = f"coalesce(TRY_CAST(left({value}, 10) AS DATE), CAST(try_strptime(left({value}, 10), '%d/%m/%Y') AS DATE))"
    return f"CASE WHEN {parsed} BETWEEN DATE '1990-01-01' AND DATE '2100-01-01' THEN {parsed} END"


def create_listed(engine: Engine, labels: Mapping[str, Manifest], vintage: str) -> None:
    """Create the table ``listed``: the SIREN that the lists in service qualify, with the criteria to trace.

    Of the SIAE list only the kinds that are SIAE by law qualify; an ESUS approval that ended before the vintage does
    not. One criterion a code; ``siae_only`` marks who would enter by the SIAE list alone.
    """
    engine.run(f"CREATE OR REPLACE TEMP TABLE listed (siren VARCHAR, criteria {CRITERION_TYPE}[], siae_only BOOLEAN)")
    kinds = ", ".join(quote(kind.code) for kind in all_siae_kinds() if kind.is_siae)
    day = vintage_day(vintage).isoformat()
    parts = [
        _part(labels[layout.kind], code, condition)
        for layout, code, condition in (
            (ESS_FRANCE, CriterionCode.ESS_FRANCE, "true"),
            (ESUS, CriterionCode.ESUS, f"valid_until IS NULL OR valid_until >= DATE {quote(day)}"),
            (SIAE, CriterionCode.SIAE, f"kind IN ({kinds})"),
        )
        if layout.kind in labels
    ]
    if parts:
        engine.run(
            "INSERT INTO listed SELECT siren, list(criterion ORDER BY rank), "
            f"bool_and(criterion.code = {quote(CriterionCode.SIAE.value)}) "
            f"FROM ({' UNION ALL '.join(parts)}) GROUP BY siren"
        )


def _part(manifest: Manifest, code: CriterionCode, condition: str) -> str:
    source = BY_KIND[manifest.kind].source
    rank = list(CriterionCode).index(code)
    return (
        f"SELECT siren, {rank} AS rank, CAST(struct_pack(code := {quote(code.value)}, source := {quote(source)}, "
        "reference := left(string_agg(DISTINCT reference, ', ' ORDER BY reference), 200), "
        f"as_of := {quote(manifest.vintage)}) AS {CRITERION_TYPE}) AS criterion "
        f"FROM read_parquet({quote(manifest.path / ROWS)}) WHERE {condition} GROUP BY siren"
    )
