"""Two national files → one extract of the ESS sorted by commune, and the denominator cube. Bounded memory.

The work goes by ranges of SIREN when both files allow it (see `ranges`), else in one pass. Same rows either way.
"""

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from essaim.nomenclature.perimeter import Perimeter
from essaim.stock import clean, keys
from essaim.stock import perimeter as rules
from essaim.stock.archive import vintage_day
from essaim.stock.columns import Columns
from essaim.stock.cube import Cube
from essaim.stock.download import Progress
from essaim.stock.engine import Engine, name, quote
from essaim.stock.ranges import ranges
from essaim.stock.schema import ESTABLISHMENTS, EXTRACT_COLUMNS, ROW_GROUP
from essaim.stock.source import Source


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
    repaired = keys.normalise(job)
    stage, cubes = job.work / "stage", job.work / "cubes"
    flags, cube, passes = _go_through(job, stage, cubes, with_cube=with_cube)
    # The SIRET are looked at on the kept rows alone: 43 million of them cost more than they teach.
    if job.engine.value(f"SELECT count(*) FROM {_staged(stage)} WHERE strlen(siret) IS DISTINCT FROM 14"):
        again = keys.rewrite(job, job.establishments, ESTABLISHMENTS, {"siren": 9, "siret": 14})
        repaired = [sum(pair) for pair in zip(repaired, again, strict=True)]
        flags, cube, passes = _go_through(job, stage, cubes, with_cube=with_cube)
    flags |= {"identifier_repaired": repaired[0], "identifier_refused": repaired[1]}
    job.progress("extraction : tri par commune")
    target = job.work / "establishments.parquet"
    flags["duplicate_siret"] = _sort(job, stage, target)
    flags |= _flags(job.engine, stage)
    cube_target = job.work / "cube.parquet" if with_cube else None
    if cube_target is not None:
        job.progress("extraction : dénominateurs")
        cube.write(cube_target, _metadata(job))
    return Outcome(target, cube_target, flags, passes)


def _go_through(job: Job, stage: Path, cubes: Path, *, with_cube: bool) -> tuple[dict[str, int], Cube, int]:
    """Read both files, range after range, into ``stage`` and ``cubes``. Returns what was dropped, and the passes."""
    for folder in (stage, cubes):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    cube = Cube(job.engine, job.establishments, job.legal_units, cubes)
    _admit(job)
    bounds = list(ranges(job.engine, job.legal_units, job.establishments))
    flags = {"duplicate_siren": 0, "non_diffusible": 0}
    for rank, bound in enumerate(bounds):
        job.progress(f"extraction : {rank / len(bounds):.0%}")
        _members(job, bound)
        flags["duplicate_siren"] += _drop_twin_units(job.engine)
        flags["non_diffusible"] += _stage(job, bound, stage / f"{rank:04d}.parquet")
        if with_cube:
            cube.count(bound)
    return flags, cube, len(bounds)


def _staged(stage: Path) -> str:
    return f"read_parquet({quote(stage / '*.parquet')})"


# --- legal units -----------------------------------------------------------------------------------------------------


def _admit(job: Job) -> None:
    """Find whom to keep, reading the narrow columns alone: ``admitted`` (siren, row) and ``wanted`` (row).

    ``row`` is the rank in the file: fetching the wide columns by rank lets DuckDB skip most of the decoding.
    """
    job.progress("extraction : structures de l’ESS")
    job.engine.run(
        f"""
        CREATE OR REPLACE TEMP TABLE admitted AS
        SELECT unit.siren, unit.row FROM (
            SELECT siren, {_PERIMETER_COLUMNS}, file_row_number AS row
            FROM read_parquet({quote(job.legal_units.files[0])}, file_row_number = true)
        ) unit LEFT JOIN listed ON listed.siren = unit.siren
        WHERE {rules.admission(job.perimeter)}
        """
    )
    job.engine.run(
        "CREATE OR REPLACE TEMP TABLE wanted AS SELECT siren, file_row_number AS row "
        f"FROM read_parquet({quote(job.establishments.files[0])}, file_row_number = true) "
        "WHERE siren IN (SELECT siren FROM admitted)"
    )


# What the perimeter looks at, under the names that `perimeter.py` uses.
_PERIMETER_COLUMNS = (
    'CAST("categorieJuridiqueUniteLegale" AS VARCHAR) AS legal_category, '
    '"activitePrincipaleUniteLegale" AS naf, '
    '"nomenclatureActivitePrincipaleUniteLegale" AS naf_nomenclature, '
    '"economieSocialeSolidaireUniteLegale" AS ess_flag'
)


def _rows(engine: Engine, source: Source, bound: str, ranks: str) -> str:
    """SQL of the rows of a source whose rank is in table ``ranks``, within a range of SIREN.

    The scan is bounded by ranks and the SIREN come from the table, so that their column is not decoded once more.
    """
    first, last = engine.row(f"SELECT coalesce(min(row), 0), coalesce(max(row), -1) FROM {ranks} WHERE {bound}")
    return (
        f"(SELECT kept.siren, file.* EXCLUDE (siren) "
        f"FROM (SELECT * FROM read_parquet({quote(source.files[0])}, file_row_number = true) "
        f"WHERE file_row_number BETWEEN {first} AND {last}) file "
        f"JOIN (SELECT siren, row FROM {ranks} WHERE {bound}) kept ON kept.row = file.file_row_number)"
    )


def _members(job: Job, bound: str) -> None:
    """Create the table ``members``: the admitted legal units of a range, cleaned, with their criteria and family."""
    u = Columns(job.legal_units, "unit", job.latest)
    partial = f"{u.raw('statutDiffusionUniteLegale')} = 'P'"
    first = f"coalesce({u.text('prenomUsuelUniteLegale')}, {u.text('prenom1UniteLegale')})"
    last = f"coalesce({u.text('nomUsageUniteLegale')}, {u.text('nomUniteLegale')})"
    person = f"nullif(trim(concat_ws(' ', {first}, {last})), '')"
    usual = u.texts([f"denominationUsuelle{rank}UniteLegale" for rank in (1, 2, 3)])
    dates = ("dateCreationUniteLegale", "dateDebut", "dateDernierTraitementUniteLegale")
    job.engine.run(
        f"""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT
            unit.siren,
            {u.raw("statutDiffusionUniteLegale")} AS unit_diffusion,
            coalesce({u.text("denominationUniteLegale")}, CASE WHEN NOT ({partial}) THEN {person} END) AS name,
            CASE WHEN NOT ({partial}) THEN {u.text("sigleUniteLegale")} END AS acronym,
            CASE WHEN {partial} THEN CAST([] AS VARCHAR[]) ELSE {usual} END AS usual_names,
            upper({u.text("identifiantAssociationUniteLegale")}) AS rna,
            unit.legal_category,
            unit.naf AS unit_naf, unit.naf_nomenclature AS unit_naf_nomenclature,
            {u.code("trancheEffectifsUniteLegale")} AS unit_headcount_band,
            {u.year("anneeEffectifsUniteLegale")} AS unit_headcount_year,
            {u.yes("caractereEmployeurUniteLegale")} AS unit_employer,
            {u.code("etatAdministratifUniteLegale")} AS unit_state,
            {u.day("dateCreationUniteLegale")} AS unit_created_on,
            {u.day("dateDebut")} AS unit_state_since,
            {u.day("dateDernierTraitementUniteLegale")} AS unit_last_processed_on,
            CAST({u.raw("dateDernierTraitementUniteLegale")} AS VARCHAR) AS unit_processed_at,
            {clean.yes("unit.ess_flag")} AS ess_flag,
            {u.yes("societeMissionUniteLegale")} AS mission_company,
            {" OR ".join(u.absurd(column) for column in dates)} AS unit_absurd,
            {rules.named_families(job.perimeter)} AS named_family,
            {rules.criteria(job.perimeter, job.vintage)} AS criteria
        FROM (SELECT *, {_PERIMETER_COLUMNS} FROM {_rows(job.engine, job.legal_units, bound, "admitted")}) unit
        LEFT JOIN listed ON listed.siren = unit.siren
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
    e = Columns(job.establishments, "e", job.latest)
    # Who asked for discretion as a legal unit is given it at each of its addresses.
    partial = f"({e.raw('statutDiffusionEtablissement')} = 'P' OR m.unit_diffusion = 'P')"
    dates = ("dateCreationEtablissement", "dateDebut", "dateDernierTraitementEtablissement")
    lambert = ("coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement")
    hideable = (
        "libelleVoieEtablissement", "codePostalEtablissement", "numeroVoieEtablissement",
        "denominationUsuelleEtablissement", "enseigne1Etablissement", *lambert,
    )  # fmt: skip
    signs = e.texts([f"enseigne{rank}Etablissement" for rank in (1, 2, 3)])
    expressions = {
        "siret": "e.siret",
        "siren": "e.siren",
        "nic": "e.siret[10:14]",
        "is_head_office": f"coalesce({e.yes('etablissementSiege')}, false)",
        "siret_valid": clean.luhn("e.siret", number="e.siret_number"),
        "diffusion": e.raw("statutDiffusionEtablissement"),
        "signs": f"CASE WHEN {partial} THEN CAST([] AS VARCHAR[]) ELSE {signs} END",
        "naf": e.code("activitePrincipaleEtablissement"),
        "naf_nomenclature": e.code("nomenclatureActivitePrincipaleEtablissement"),
        "naf25": e.code("activitePrincipaleNAF25Etablissement"),
        "headcount_band": e.code("trancheEffectifsEtablissement"),
        "headcount_year": e.year("anneeEffectifsEtablissement"),
        "employer": e.yes("caractereEmployeurEtablissement"),
        "state": e.code("etatAdministratifEtablissement"),
        "created_on": e.day(dates[0]),
        "state_since": e.day(dates[1]),
        "last_processed_on": e.day(dates[2]),
        "postcode": e.code("codePostalEtablissement"),
        "commune_name": e.code("libelleCommuneEtablissement"),
        "commune_code": e.code("codeCommuneEtablissement"),
        "family": "coalesce(m.named_family, f.family)",
        "sub_family": "f.sub_family",
    }
    shown = {
        "establishment_usual_name": e.text("denominationUsuelleEtablissement"),
        "address_complement": e.code("complementAdresseEtablissement"),
        "street_number": e.code("numeroVoieEtablissement"),
        "repetition": e.code("indiceRepetitionEtablissement"),
        "street_type": e.code("typeVoieEtablissement"),
        "street_name": e.code("libelleVoieEtablissement"),
        "special_distribution": e.code("distributionSpecialeEtablissement"),
        "lambert_x": e.number(lambert[0]),
        "lambert_y": e.number(lambert[1]),
    }
    expressions |= {column: f"CASE WHEN {partial} IS NOT TRUE THEN {cleaned} END" for column, cleaned in shown.items()}
    columns = [f"{expressions.get(column, f'm.{column}')} AS {column}" for column in EXTRACT_COLUMNS]
    job.engine.run(
        f"""
        COPY (
            SELECT {", ".join(columns)}, CAST({e.raw(dates[2])} AS VARCHAR) AS processed_at,
                {" OR ".join(clean.hidden(e.raw(column)) for column in hideable)} AS was_hidden,
                (m.unit_absurd OR {" OR ".join(e.absurd(column) for column in dates)}) AS was_absurd
            FROM (SELECT *, TRY_CAST(siret AS BIGINT) AS siret_number
                  FROM {_rows(job.engine, job.establishments, bound, "wanted")}) e
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
    everything = _staged(stage)
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
    # The criteria are few, and long: the sort moves their rank in an ENUM in place of 170 characters a row.
    job.engine.run("DROP TYPE IF EXISTS criteria_text")
    job.engine.run(f"CREATE TYPE criteria_text AS ENUM (SELECT DISTINCT criteria FROM {everything})")
    ranked = f"SELECT * REPLACE (CAST(criteria AS criteria_text) AS criteria) FROM ({kept})"
    with job.engine.one_thread():
        job.engine.run(
            "COPY (SELECT * REPLACE (CAST(criteria AS VARCHAR) AS criteria) "
            f"FROM ({ranked} ORDER BY commune_code NULLS LAST, siret)) TO {quote(target)} "
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
        FROM {_staged(stage)}
        """
    )
    return {
        "siret_key_wrong": bad_key,
        "commune_unknown": commune,
        "date_absurd": absurd,
        "hidden_value": hidden,
        "partial_diffusion": partial,
    }
