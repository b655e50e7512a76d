"""Two national files → one extract of the ESS sorted by commune, and the denominator cube. Bounded memory.

INSEE's files are sorted by SIREN. When the row-group statistics prove it, the work goes by ranges of SIREN: each pass
reads only its row groups, so both files are read once in all, and every hash table stays small. Unsorted files are
done in one pass (DuckDB then spills to disk). Same rows either way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from essaim.nomenclature.perimeter import Perimeter
from essaim.stock import clean
from essaim.stock import perimeter as rules
from essaim.stock.archive import vintage_day
from essaim.stock.download import Progress
from essaim.stock.engine import Engine, name, quote
from essaim.stock.errors import WrongFile
from essaim.stock.schema import CUBE_COLUMNS, ESTABLISHMENTS, EXTRACT_COLUMNS, LEGAL_UNITS, ROW_GROUP, SourceSchema
from essaim.stock.sources import Source

RANGE_UNITS = 3_500_000  # legal units in one pass: some 250 MB of hash table


@dataclass(slots=True)
class Outcome:
    """What one extraction produced. ``flags`` counts oddities by name; files are in the work folder."""

    extract: Path
    cube: Path | None
    flags: dict[str, int] = field(default_factory=dict)
    passes: int = 1


@dataclass(slots=True)
class Job:
    """Everything one extraction needs. The table ``listed`` (siren, criteria, siae_only) must exist in the engine."""

    engine: Engine
    establishments: Source
    legal_units: Source
    perimeter: Perimeter
    vintage: str
    metadata: dict[str, str]
    work: Path
    progress: Progress

    @property
    def latest(self) -> str:
        """The last plausible day: a creation may be announced one year ahead."""
        return (vintage_day(self.vintage) + timedelta(days=396)).isoformat()


def extract(job: Job, *, with_cube: bool = True) -> Outcome:
    """Write ``establishments.parquet`` and ``cube.parquet`` in ``job.work``. Raises WrongFile, duckdb.Error."""
    flags = _normalise(job)
    stage, cubes = job.work / "stage", job.work / "cubes"
    stage.mkdir()
    cubes.mkdir()
    bounds = list(_ranges(job.engine, job.legal_units, job.establishments))
    flags["non_diffusible"] = 0
    for rank, bound in enumerate(bounds):
        job.progress(f"extraction : {rank / len(bounds):.0%}")
        _members(job, bound)
        flags["duplicate_siren"] = flags.get("duplicate_siren", 0) + _drop_twin_units(job.engine)
        flags["non_diffusible"] += _stage(job, bound, stage / f"{rank:04d}.parquet")
        if with_cube:
            _count(job, bound, cubes / f"{rank:04d}.parquet")
    job.progress("extraction : tri par commune")
    target = job.work / "establishments.parquet"
    flags["duplicate_siret"] = _sort(job, stage, target)
    flags |= _flags(job.engine, stage)
    cube = _gather(job, cubes) if with_cube else None
    return Outcome(target, cube, flags, len(bounds))


# --- keys ------------------------------------------------------------------------------------------------------------


def _normalise(job: Job) -> dict[str, int]:
    """Make SIREN and SIRET texts of nine and fourteen digits in both sources; rewrite a source only if it must be."""
    repaired = refused = 0
    for source, schema, keys in (
        (job.legal_units, LEGAL_UNITS, {"siren": 9}),
        (job.establishments, ESTABLISHMENTS, {"siren": 9, "siret": 14}),
    ):
        sound = " AND ".join(f"strlen({name(key)}) = {length}" for key, length in keys.items())
        if all(source.columns[key] == "VARCHAR" for key in keys) and not job.engine.value(
            f"SELECT count(*) FROM {source.relation} WHERE ({sound}) IS NOT TRUE"
        ):
            continue
        job.progress(f"{source.origin.name} : réparation des numéros")
        done = _rewrite(job, source, schema, keys)
        repaired, refused = repaired + done[0], refused + done[1]
    return {"identifier_repaired": repaired, "identifier_refused": refused}


def _rewrite(job: Job, source: Source, schema: SourceSchema, keys: dict[str, int]) -> tuple[int, int]:
    cleaned = {key: clean.digits(name(key), length) for key, length in keys.items()}
    if "siret" in keys:
        cleaned["siren"] = f"coalesce({cleaned['siren']}, left({cleaned['siret']}, 9))"
    known = " AND ".join(f"({expression}) IS NOT NULL" for expression in cleaned.values())
    changed = " OR ".join(
        f"({expression}) IS DISTINCT FROM CAST({name(key)} AS VARCHAR)" for key, expression in cleaned.items()
    )
    repaired, refused = job.engine.row(
        f"SELECT count(*) FILTER (({known}) AND ({changed})), count(*) FILTER (NOT ({known})) FROM {source.relation}"
    )
    target = job.work / f"{source.origin.role}-keys.parquet"
    others = ", ".join(name(column) for column in schema.read if column in source.columns and column not in cleaned)
    kept = ", ".join(f"{expression} AS {name(key)}" for key, expression in cleaned.items())
    job.engine.run("SET preserve_insertion_order = true")
    job.engine.run(
        f"COPY (SELECT {kept}, {others} FROM {source.relation} WHERE {known}) "
        f"TO {quote(target)} (FORMAT parquet, COMPRESSION lz4_raw)"
    )
    job.engine.run("SET preserve_insertion_order = false")
    source.files = [target]
    for key in keys:
        source.columns[key] = "VARCHAR"
    if refused == source.rows:
        raise WrongFile(f"« {source.origin.name} » : aucun numéro SIREN ou SIRET n’est lisible.")
    return repaired, refused


# --- ranges of SIREN -------------------------------------------------------------------------------------------------


def _ranges(engine: Engine, units: Source, establishments: Source) -> Iterator[str]:
    """Yield SQL conditions on ``siren`` that cut the work; one « true » when a file is not sorted by SIREN."""
    groups = _sorted_groups(engine, units)
    if groups is None or _sorted_groups(engine, establishments) is None:
        yield "true"
        return
    starts, held = [], 0
    for low, rows in groups:
        if held and held + rows > RANGE_UNITS:
            starts.append(low)
            held = 0
        held += rows
    edges: list[str | None] = [None, *dict.fromkeys(starts), None]
    for start, end in pairwise(edges):
        parts = [f"siren >= {quote(start)}" if start else "", f"siren < {quote(end)}" if end else ""]
        yield " AND ".join(part for part in parts if part) or "true"


def _sorted_groups(engine: Engine, source: Source) -> list[tuple[str, int]] | None:
    """Return (lowest SIREN, rows) of each row group, or None unless each group begins where the former ends."""
    groups: list[tuple[str, int]] = []
    former = ""
    for path in source.files:
        for low, high, rows in engine.rows(
            "SELECT stats_min_value, stats_max_value, row_group_num_rows "
            f"FROM parquet_metadata({quote(path)}) WHERE path_in_schema = 'siren' ORDER BY row_group_id"
        ):
            if low is None or high is None or low < former:
                return None
            groups.append((low, rows))
            former = high
    return groups


# --- legal units -----------------------------------------------------------------------------------------------------


def _column(source: Source, column: str, alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return f"{prefix}{name(column)}" if column in source.columns else "CAST(NULL AS VARCHAR)"


def _members(job: Job, bound: str) -> None:
    """Create the table ``members``: the admitted legal units of a range, cleaned, with their criteria and family."""
    raw = {column: _column(job.legal_units, column) for column in LEGAL_UNITS.read if column != "siren"}
    flat = ", ".join(f"{expression} AS {name(column)}" for column, expression in raw.items())
    latest = job.latest
    u = {column: f"unit.{name(column)}" for column in raw}
    person = (
        f"nullif(trim(concat_ws(' ', coalesce({clean.text(u['prenomUsuelUniteLegale'])}, "
        f"{clean.text(u['prenom1UniteLegale'])}), coalesce({clean.text(u['nomUsageUniteLegale'])}, "
        f"{clean.text(u['nomUniteLegale'])}))), '')"
    )
    partial = f"{u['statutDiffusionUniteLegale']} = 'P'"
    usual = ", ".join(clean.text(u[f"denominationUsuelle{rank}UniteLegale"]) for rank in (1, 2, 3))
    dates = ("dateCreationUniteLegale", "dateDebut", "dateDernierTraitementUniteLegale")
    job.engine.run(
        f"""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT
            unit.siren,
            unit."statutDiffusionUniteLegale" AS unit_diffusion,
            coalesce({clean.text(u["denominationUniteLegale"])}, CASE WHEN NOT ({partial}) THEN {person} END) AS name,
            CASE WHEN NOT ({partial}) THEN {clean.text(u["sigleUniteLegale"])} END AS acronym,
            CASE WHEN {partial} THEN CAST([] AS VARCHAR[])
                 ELSE list_distinct(list_filter([{usual}], lambda usual: usual IS NOT NULL)) END AS usual_names,
            upper({clean.text(u["identifiantAssociationUniteLegale"])}) AS rna,
            unit.legal_category,
            unit.naf AS unit_naf, unit.naf_nomenclature AS unit_naf_nomenclature,
            {clean.text(u["trancheEffectifsUniteLegale"])} AS unit_headcount_band,
            {clean.year(u["anneeEffectifsUniteLegale"])} AS unit_headcount_year,
            {clean.yes(u["caractereEmployeurUniteLegale"])} AS unit_employer,
            {clean.text(u["etatAdministratifUniteLegale"])} AS unit_state,
            {clean.day(u["dateCreationUniteLegale"], latest)} AS unit_created_on,
            {clean.day(u["dateDebut"], latest)} AS unit_state_since,
            {clean.day(u["dateDernierTraitementUniteLegale"], latest)} AS unit_last_processed_on,
            CAST({u["dateDernierTraitementUniteLegale"]} AS VARCHAR) AS unit_processed_at,
            {clean.yes("unit.ess_flag")} AS ess_flag,
            {clean.yes(u["societeMissionUniteLegale"])} AS mission_company,
            {" OR ".join(clean.absurd_day(u[column], latest) for column in dates)} AS unit_absurd,
            {rules.named_families(job.perimeter)} AS named_family,
            {rules.criteria(job.perimeter, job.vintage)} AS criteria
        FROM (
            SELECT siren, trim("categorieJuridiqueUniteLegale"::VARCHAR) AS legal_category,
                trim("activitePrincipaleUniteLegale"::VARCHAR) AS naf,
                "nomenclatureActivitePrincipaleUniteLegale"::VARCHAR AS naf_nomenclature,
                "economieSocialeSolidaireUniteLegale"::VARCHAR AS ess_flag, {flat}
            FROM {job.legal_units.relation} WHERE {bound}
        ) unit
        LEFT JOIN listed ON listed.siren = unit.siren
        WHERE {rules.admission(job.perimeter)}
        """
    )
    categories = [row[0] for row in job.engine.rows("SELECT DISTINCT legal_category FROM members")]
    rules.create_families(job.engine, job.perimeter, categories, "families")


def _drop_twin_units(engine: Engine) -> int:
    """Keep, of several rows of one SIREN, the most recently processed. Returns how many rows went."""
    twins: int = engine.value("SELECT count(*) - count(DISTINCT siren) FROM members")
    if twins:
        engine.run(
            "CREATE OR REPLACE TEMP TABLE members AS SELECT * FROM members "
            "QUALIFY row_number() OVER (PARTITION BY siren ORDER BY unit_processed_at DESC NULLS LAST, name) = 1"
        )
    return twins


# --- establishments --------------------------------------------------------------------------------------------------


def _stage(job: Job, bound: str, target: Path) -> int:
    """Write the establishments of the range's members, cleaned, unsorted. Returns how many were « N » (never kept)."""
    source, latest = job.establishments, job.latest

    def e(column: str) -> str:
        return _column(source, column, "e")

    partial = f"({e('statutDiffusionEtablissement')} = 'P')"

    def unless_partial(column: str, cleaned: str) -> str:
        return f"CASE WHEN NOT {partial} THEN {cleaned} END AS {column}"

    signs = ", ".join(clean.text(e(f"enseigne{rank}Etablissement")) for rank in (1, 2, 3))
    lambert = [e("coordonneeLambertAbscisseEtablissement"), e("coordonneeLambertOrdonneeEtablissement")]
    dates = (e("dateCreationEtablissement"), e("dateDebut"), e("dateDernierTraitementEtablissement"))
    hideable = (
        e("libelleVoieEtablissement"), e("codePostalEtablissement"), e("numeroVoieEtablissement"),
        e("denominationUsuelleEtablissement"), e("enseigne1Etablissement"), *lambert,
    )  # fmt: skip
    expressions = {
        "siret": "e.siret",
        "siren": "e.siren",
        "nic": "e.siret[10:14]",
        "is_head_office": f"coalesce({clean.yes(e('etablissementSiege'))}, false)",
        "siret_valid": clean.luhn("e.siret"),
        "diffusion": e("statutDiffusionEtablissement"),
        "signs": f"CASE WHEN {partial} THEN CAST([] AS VARCHAR[]) "
        f"ELSE list_distinct(list_filter([{signs}], lambda sign: sign IS NOT NULL)) END",
        "naf": clean.text(e("activitePrincipaleEtablissement")),
        "naf_nomenclature": clean.text(e("nomenclatureActivitePrincipaleEtablissement")),
        "naf25": clean.text(e("activitePrincipaleNAF25Etablissement")),
        "headcount_band": clean.text(e("trancheEffectifsEtablissement")),
        "headcount_year": clean.year(e("anneeEffectifsEtablissement")),
        "employer": clean.yes(e("caractereEmployeurEtablissement")),
        "state": clean.text(e("etatAdministratifEtablissement")),
        "created_on": clean.day(dates[0], latest),
        "state_since": clean.day(dates[1], latest),
        "last_processed_on": clean.day(dates[2], latest),
        "postcode": clean.text(e("codePostalEtablissement")),
        "commune_name": clean.text(e("libelleCommuneEtablissement")),
        "commune_code": clean.text(e("codeCommuneEtablissement")),
        "family": "coalesce(m.named_family, f.family)",
        "sub_family": "f.sub_family",
    }
    shown = {
        "establishment_usual_name": clean.text(e("denominationUsuelleEtablissement")),
        "address_complement": clean.text(e("complementAdresseEtablissement")),
        "street_number": clean.text(e("numeroVoieEtablissement")),
        "repetition": clean.text(e("indiceRepetitionEtablissement")),
        "street_type": clean.text(e("typeVoieEtablissement")),
        "street_name": clean.text(e("libelleVoieEtablissement")),
        "special_distribution": clean.text(e("distributionSpecialeEtablissement")),
        "lambert_x": clean.number(lambert[0]),
        "lambert_y": clean.number(lambert[1]),
    }
    columns = []
    for column in EXTRACT_COLUMNS:
        if column in shown:
            columns.append(unless_partial(column, shown[column]))
        else:
            columns.append(f"{expressions.get(column, f'm.{column}')} AS {column}")
    absurd = " OR ".join(clean.absurd_day(value, latest) for value in dates)
    job.engine.run(
        f"""
        COPY (
            SELECT {", ".join(columns)},
                CAST({dates[2]} AS VARCHAR) AS processed_at,
                {" OR ".join(clean.hidden(value) for value in hideable)} AS was_hidden,
                (m.unit_absurd OR {absurd}) AS was_absurd
            FROM (SELECT * FROM {source.relation} WHERE {bound}) e
            JOIN members m ON m.siren = e.siren
            LEFT JOIN families f ON f.legal_category = coalesce(m.legal_category, '')
        ) TO {quote(target)} (FORMAT parquet, COMPRESSION lz4_raw)
        """
    )
    closed_to_all: int = job.engine.value(
        f"SELECT count(*) FROM read_parquet({quote(target)}) WHERE diffusion = 'N' OR unit_diffusion = 'N'"
    )
    return closed_to_all


def _sort(job: Job, stage: Path, target: Path) -> int:
    """Write the extract sorted by commune then SIRET, each SIRET once. Returns how many double rows went."""
    everything = f"read_parquet({quote(stage / '*.parquet')})"
    job.engine.run(
        f"CREATE OR REPLACE TEMP TABLE doubles AS SELECT siret FROM {everything} GROUP BY siret HAVING count(*) > 1"
    )
    columns = ", ".join(EXTRACT_COLUMNS)
    public = "diffusion IS DISTINCT FROM 'N' AND unit_diffusion IS DISTINCT FROM 'N'"
    kept = f"SELECT {columns} FROM {everything} WHERE {public}"
    dropped = 0
    if job.engine.value("SELECT count(*) FROM doubles"):
        dropped = job.engine.value(
            f"SELECT count(*) - count(DISTINCT siret) FROM {everything} WHERE siret IN (FROM doubles)"
        )
        kept = (
            f"{kept} AND siret NOT IN (FROM doubles) UNION ALL SELECT {columns} FROM ("
            f"{kept.replace(columns, '*', 1)} AND siret IN (FROM doubles) QUALIFY row_number() "
            "OVER (PARTITION BY siret ORDER BY processed_at DESC NULLS LAST, state, commune_code) = 1)"
        )
    job.engine.run(
        f"COPY (SELECT * FROM ({kept}) ORDER BY commune_code NULLS LAST, siret) TO {quote(target)} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, {_metadata(job)})"
    )
    return dropped


def _metadata(job: Job) -> str:
    pairs = ", ".join(f"{name(key)}: {quote(value)}" for key, value in job.metadata.items())
    return f"KV_METADATA {{{pairs}}}"


def _flags(engine: Engine, stage: Path) -> dict[str, int]:
    bad_key, commune, hidden, absurd, partial = engine.row(
        f"""
        SELECT count(*) FILTER (NOT siret_valid),
            count(*) FILTER (NOT coalesce({clean.commune("commune_code")}, false)),
            count(*) FILTER (was_hidden), count(*) FILTER (was_absurd), count(*) FILTER (diffusion = 'P')
        FROM read_parquet({quote(stage / "*.parquet")})
        """
    )
    return {
        "siret_key_wrong": bad_key,
        "commune_unknown": commune,
        "date_absurd": absurd,
        "hidden_value": hidden,
        "partial_diffusion": partial,
    }


# --- denominators ----------------------------------------------------------------------------------------------------

_CUBE_SOURCE = (
    "codeCommuneEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
    "trancheEffectifsEtablissement",
    "caractereEmployeurEtablissement",
)


def _count(job: Job, bound: str, target: Path) -> None:
    """Count the active establishments of a range by the cube's axes, whoever they belong to.

    A SIREN written twice in the legal units would count twice: the total is compared with a plain count, and the
    units are made unique only when it differs.
    """
    commune, naf, nomenclature, band, employer = (f"e.{name(column)}" for column in _CUBE_SOURCE)
    active = f"FROM {job.establishments.relation} WHERE \"etatAdministratifEtablissement\" = 'A' AND {bound}"
    category = 'CAST("categorieJuridiqueUniteLegale" AS VARCHAR) AS category'
    plain = f"SELECT siren, {category} FROM {job.legal_units.relation} WHERE {bound}"
    unique = f"SELECT siren, min(category) AS category FROM ({plain}) GROUP BY siren"
    axes = ", ".join(name(column) for column in _CUBE_SOURCE)
    for units in (plain, unique):
        job.engine.run(
            f"""
            COPY (
                SELECT {commune}::VARCHAR AS commune_code, u.category AS legal_category,
                    left({naf}::VARCHAR, 2) AS naf_division, {nomenclature}::VARCHAR AS naf_nomenclature,
                    {band}::VARCHAR AS headcount_band, {employer}::VARCHAR AS employer, count(*) AS establishments
                FROM (SELECT siren, {axes} {active}) e LEFT JOIN ({units}) u ON u.siren = e.siren
                GROUP BY ALL
            ) TO {quote(target)} (FORMAT parquet, COMPRESSION lz4_raw)
            """
        )
        counted = job.engine.value(f"SELECT coalesce(sum(establishments), 0) FROM read_parquet({quote(target)})")
        if counted == job.engine.value(f"SELECT count(*) {active}"):
            return


def _gather(job: Job, cubes: Path) -> Path:
    target = job.work / "cube.parquet"
    job.progress("extraction : dénominateurs")
    texts = ", ".join(f"{clean.text(column)} AS {column}" for column in CUBE_COLUMNS[:-2])
    job.engine.run(
        f"""
        COPY (
            SELECT {texts}, {clean.yes("employer")} AS employer, CAST(sum(establishments) AS INTEGER) AS establishments
            FROM read_parquet({quote(cubes / "*.parquet")}) GROUP BY ALL ORDER BY ALL
        ) TO {quote(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP * 6}, {_metadata(job)})
        """
    )
    return target
