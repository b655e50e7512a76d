"""RNA, succession links and geolocation: lists that add structures or complete establishments."""

from pathlib import Path

from essaim.foundation.identifiers import RNA_SHAPE
from essaim.stock import clean
from essaim.stock.engine import Engine, name, quote
from essaim.stock.labels.layouts import GEOLOCATION, RNA, SUCCESSION, Columns, Layout
from essaim.stock.labels.qualifying import ROWS, Written
from essaim.stock.schema import ROW_GROUP
from essaim.stock.source import Source

LATEST = "2100-01-01"

RNA_COLUMNS = (
    "rna", "former_id", "siret", "siren", "title", "short_title", "object", "social_object_1", "social_object_2",
    "nature", "grouping", "public_utility", "position", "state", "created_on", "declared_on", "published_on",
    "dissolved_on", "last_processed_on", "address_complement", "street_number", "repetition", "street_type",
    "street_name", "special_distribution", "postcode", "commune_name", "commune_code", "website",
)  # fmt: skip
SUCCESSION_COLUMNS = ("predecessor", "successor", "on", "head_office", "continuity")
GEOLOCATION_COLUMNS = ("siret", "x", "y", "epsg", "longitude", "latitude", "quality")
COLUMNS = {RNA.kind: RNA_COLUMNS, SUCCESSION.kind: SUCCESSION_COLUMNS, GEOLOCATION.kind: GEOLOCATION_COLUMNS}


def write(engine: Engine, source: Source, layout: Layout, work: Path) -> Written:
    """Write one complementary list as Parquet, sorted by what its readers ask."""
    columns = Columns(source)
    if layout is RNA:
        return _write_rna(engine, source, columns, work)
    if layout is SUCCESSION:
        return _write_succession(engine, source, columns, work)
    return _write_geolocation(engine, source, columns, work)


def _text(columns: Columns, *wanted: str) -> str:
    column = columns.get(*wanted)
    return clean.text(name(column)) if column else "CAST(NULL AS VARCHAR)"


def _day(columns: Columns, *wanted: str) -> str:
    column = columns.get(*wanted)
    return clean.day(name(column), LATEST) if column else "CAST(NULL AS DATE)"


def _write_rna(engine: Engine, source: Source, columns: Columns, work: Path) -> Written:
    """Associations, sorted by commune. The managers' civility and the management address are left out on purpose."""
    rna = f"upper(regexp_replace({_text(columns, 'id')}, '\\s', '', 'g'))"
    good = f"coalesce(regexp_full_match({rna}, '{RNA_SHAPE}'), false)"
    siret_column = columns.get("siret")
    siret = clean.digits(name(siret_column), 14) if siret_column else "CAST(NULL AS VARCHAR)"
    nature, position, gone = _text(columns, "nature"), _text(columns, "position"), _day(columns, "datedisso")
    website = _text(columns, "siteweb")
    expressions = {
        "rna": rna,
        "former_id": _text(columns, "idex"),
        "siret": siret,
        "siren": f"left({siret}, 9)",
        "title": _text(columns, "titre"),
        "short_title": _text(columns, "titrecourt"),
        "object": _text(columns, "objet"),
        "social_object_1": _text(columns, "objetsocial1"),
        "social_object_2": _text(columns, "objetsocial2"),
        "nature": nature,
        "grouping": _text(columns, "groupement"),
        "public_utility": f"coalesce({nature} = 'R', false) OR {_text(columns, 'rupmi')} IS NOT NULL",
        "position": position,
        "state": f"CASE WHEN coalesce({position}, 'A') = 'A' AND ({gone}) IS NULL THEN 'A' ELSE 'F' END",
        "created_on": _day(columns, "datecreat"),
        "declared_on": _day(columns, "datedecla"),
        "published_on": _day(columns, "datepubli"),
        "dissolved_on": gone,
        "last_processed_on": _day(columns, "majtime"),
        "address_complement": _text(columns, "adrscomplement"),
        "street_number": _text(columns, "adrsnumvoie"),
        "repetition": _text(columns, "adrsrepetition"),
        "street_type": _text(columns, "adrstypevoie"),
        "street_name": _text(columns, "adrslibvoie"),
        "special_distribution": _text(columns, "adrsdistrib"),
        "postcode": _text(columns, "adrscodepostal"),
        "commune_name": _text(columns, "adrslibcommune"),
        "commune_code": f"upper({_text(columns, 'adrscodeinsee')})",
        "website": website,
    }
    target = work / ROWS
    engine.run(
        f"COPY (SELECT {_listed(expressions)} FROM {source.relation} WHERE {good} "
        f"QUALIFY row_number() OVER (PARTITION BY rna ORDER BY last_processed_on DESC NULLS LAST, title) = 1 "
        f"ORDER BY commune_code NULLS LAST, rna) TO {quote(target)} (FORMAT parquet, COMPRESSION zstd, "
        f"ROW_GROUP_SIZE {ROW_GROUP})"
    )
    rows, unknown = engine.row(
        f"SELECT count(*), count(*) FILTER (NOT coalesce({clean.commune('commune_code')}, false)) "
        f"FROM read_parquet({quote(target)})"
    )
    refused = source.rows - engine.value(f"SELECT count(*) FROM {source.relation} WHERE {good}")
    states = engine.rows(f"SELECT coalesce(position, '?'), count(*) FROM read_parquet({quote(target)}) GROUP BY 1")
    flags = {
        "identifier_refused": refused,
        "duplicate_row": source.rows - refused - rows,
        "commune_unknown": unknown,
    }
    return Written(target, 0, refused, flags, {f"position {state}": count for state, count in sorted(states)})


def _write_succession(engine: Engine, source: Source, columns: Columns, work: Path) -> Written:
    """One successor by closed establishment: the latest link, the smallest SIRET when two carry the same date."""
    before, after = (name(str(columns.get(f"siretetablissement{side}"))) for side in ("predecesseur", "successeur"))
    expressions = {
        "predecessor": clean.digits(before, 14),
        "successor": clean.digits(after, 14),
        '"on"': _day(columns, "dateliensuccession"),
        "head_office": _yes(columns, "transfertsiege"),
        "continuity": _yes(columns, "continuiteeconomique"),
    }
    target = work / ROWS
    engine.run(
        f"COPY (SELECT * FROM (SELECT {_listed(expressions)} FROM {source.relation}) "
        "WHERE predecessor IS NOT NULL AND successor IS NOT NULL AND predecessor <> successor "
        'QUALIFY row_number() OVER (PARTITION BY predecessor ORDER BY "on" DESC NULLS LAST, successor) = 1 '
        f"ORDER BY predecessor) TO {quote(target)} (FORMAT parquet, COMPRESSION zstd)"
    )
    loops, refused, repaired = engine.row(
        f"SELECT count(*) FILTER (p = s), count(*) FILTER (p IS NULL OR s IS NULL), "
        "count(*) FILTER (p <> wp OR s <> ws) FROM ("
        f"SELECT {clean.digits(before, 14)} AS p, {clean.digits(after, 14)} AS s, "
        f"trim(CAST({before} AS VARCHAR)) AS wp, trim(CAST({after} AS VARCHAR)) AS ws FROM {source.relation})"
    )
    rows = engine.value(f"SELECT count(*) FROM read_parquet({quote(target)})")
    flags = {
        "identifier_repaired": repaired,
        "identifier_refused": refused,
        "self_link": loops,
        "duplicate_row": source.rows - refused - loops - rows,
    }
    return Written(target, repaired, refused + loops, flags, {})


def _write_geolocation(engine: Engine, source: Source, columns: Columns, work: Path) -> Written:
    """Positions of every establishment of the file, sorted by SIRET: the next extract may need any of them."""
    siret = name(str(columns.get("siret")))

    def number(*wanted: str) -> str:
        column = columns.get(*wanted)
        return clean.number(f"CAST({name(column)} AS VARCHAR)") if column else "CAST(NULL AS DOUBLE)"

    expressions = {
        "siret": clean.digits(siret, 14),
        "x": number("x"),
        "y": number("y"),
        "epsg": f"TRY_CAST({number('epsg')} AS INTEGER)",
        "longitude": number("xlongitude"),
        "latitude": number("ylatitude"),
        "quality": _text(columns, "qualitexy"),
    }
    located = "siret IS NOT NULL AND x IS NOT NULL AND y IS NOT NULL AND NOT (x = 0 AND y = 0)"
    target = work / ROWS
    engine.run(
        f"COPY (SELECT * FROM (SELECT {_listed(expressions)} FROM {source.relation}) WHERE {located} ORDER BY siret) "
        f"TO {quote(target)} (FORMAT parquet, COMPRESSION zstd)"
    )
    repaired, refused = engine.row(
        "SELECT count(*) FILTER (s <> w), count(*) FILTER (s IS NULL) FROM "
        f"(SELECT {clean.digits(siret, 14)} AS s, trim(CAST({siret} AS VARCHAR)) AS w FROM {source.relation})"
    )
    rows = engine.value(f"SELECT count(*) FROM read_parquet({quote(target)})")
    flags = {
        "identifier_repaired": repaired,
        "identifier_refused": refused,
        "position_unknown": source.rows - refused - rows,
    }
    by_epsg = engine.rows(
        f"SELECT coalesce(epsg, 0), count(*) FROM read_parquet({quote(target)}) GROUP BY 1 ORDER BY 1"
    )
    return Written(target, repaired, source.rows - rows, flags, {f"EPSG {epsg}": count for epsg, count in by_epsg})


def _yes(columns: Columns, wanted: str) -> str:
    column = columns.get(wanted)
    return clean.yes(name(column)) if column else "CAST(NULL AS BOOLEAN)"


def _listed(expressions: dict[str, str]) -> str:
    return ", ".join(f"{expression} AS {column}" for column, expression in expressions.items())
