"""Employers counted in their finest detail, for the figures: the ESS from the extract, the whole economy from the cube.

An establishment counts when it is active, its legal unit too, and the *statistical* perimeter admits it (its legal
category, or a unit that INSEE named): the marks, labels and lists of the directory are left aside, so that the count
compares with the tables of Flores. It employs when its own band says so (00 to 53); « NN » and no band do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from essaim.nomenclature.headcount import all_bands
from essaim.nomenclature.perimeter import CriterionCode
from essaim.nomenclature.sectors import REST, leaves, sectors
from essaim.stock.engine import Engine, quote

_STATISTICAL = (CriterionCode.LEGAL_CATEGORY, CriterionCode.NAMED_ADDITION)


@dataclass(frozen=True, slots=True)
class Employers:
    """Active employer establishments by group.

    `ess`: (group, family, sector, band, establishments); the sector is a leaf, « » when no activity in NAF rev. 2 is
    known. `everyone`: (group, band, establishments). The rest says what was left out, in establishments of the ESS
    read: `not_employers` (band NN or none), `by_unit` (counted, but by the activity of the legal unit, their own being
    in an older nomenclature), `without_sector` (counted, activity unknown), `elsewhere` (in a commune of no group).
    """

    ess: tuple[tuple[str, str, str, str, int], ...] = ()
    everyone: tuple[tuple[str, str, int], ...] = ()
    not_employers: int = 0
    by_unit: int = 0
    without_sector: int = 0
    elsewhere: int = 0


def count_employers(
    engine: Engine, extract: Path, cube: Path, codes: Sequence[str], groups: Sequence[str], *, pruned: bool
) -> Employers:
    """Count both files, the commune `codes[i]` standing in `groups[i]`; all in SQL, whatever the number of groups.

    `pruned`: open the row groups of these communes alone; what is left out is then not counted.
    """
    here = f"commune_code IN ({', '.join(quote(code) for code in sorted(set(codes)))})" if pruned else "true"
    employs = f"headcount_band IN ({', '.join(quote(band.code) for band in all_bands() if band.employer)})"
    engine.run(
        "CREATE TEMP TABLE places AS SELECT unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS grouped",
        [list(codes), list(groups)],
    )
    own = f"({_own(extract, employs, here)})"
    if not pruned:  # it is read twice
        engine.run(f"CREATE TEMP TABLE own AS {own}")
        own = "own"
    ess = engine.rows(
        f"SELECT grouped, family, {_sector('activity')} AS sector, band, CAST(sum(establishments) AS BIGINT) "
        f"FROM {own} JOIN places ON code = commune_code WHERE band IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    everyone = engine.rows(
        "SELECT grouped, headcount_band, CAST(sum(establishments) AS BIGINT) "
        f"FROM read_parquet({quote(cube)}) JOIN places ON code = commune_code "
        f"WHERE {employs} AND {here} GROUP BY ALL ORDER BY ALL"
    )
    return Employers(tuple(ess), tuple(everyone), *(() if pruned else _left_out(engine)))


def _own(extract: Path, employs: str, here: str) -> str:
    """SQL of the establishments of the ESS, counted by commune, family, activity in NAF rev. 2 and employer band."""
    admitted = " OR ".join(f"contains(criteria, {quote(_mark(code))})" for code in _STATISTICAL)
    own_activity = "coalesce(naf_nomenclature = 'NAFRev2' AND naf IS NOT NULL, false)"
    return f"""
        SELECT commune_code, family, CASE WHEN {employs} THEN headcount_band END AS band,
            CASE WHEN {own_activity} THEN naf WHEN unit_naf_nomenclature = 'NAFRev2' THEN unit_naf END AS activity,
            NOT {own_activity} AND activity IS NOT NULL AS by_unit, count(*) AS establishments
        FROM read_parquet({quote(extract)})
        WHERE state = 'A' AND unit_state = 'A' AND ({admitted}) AND {here}
        GROUP BY ALL
    """


def _left_out(engine: Engine) -> tuple[int, ...]:
    """The last four fields of `Employers`, from the table `own`."""
    conditions = (
        "band IS NULL",
        "band IS NOT NULL AND by_unit",
        "band IS NOT NULL AND activity IS NULL",
        "band IS NOT NULL AND NOT coalesce(commune_code IN (SELECT code FROM places), false)",
    )
    sums = (f"CAST(coalesce(sum(establishments) FILTER ({one}), 0) AS BIGINT)" for one in conditions)
    return engine.row(f"SELECT {', '.join(sums)} FROM own")


def _mark(code: CriterionCode) -> str:
    """What the JSON list of an establishment's criteria holds when it meets this one."""
    return f'"code":"{code.value}"'


def _sector(activity: str) -> str:
    """SQL of `nomenclature.sectors.sector_of`, the longest beginning first; « » for no activity."""
    known = {prefix: key for key in leaves() for prefix in sectors()[key].naf}
    pairs = ", ".join(f"{quote(prefix)}: {quote(key)}" for prefix, key in sorted(known.items()))
    lengths = sorted({len(prefix) for prefix in known}, reverse=True)
    found = ", ".join(f"MAP {{{pairs}}}[left({activity}, {length})]" for length in lengths)
    return f"CASE WHEN {activity} IS NULL THEN '' ELSE coalesce({found}, {quote(REST)}) END"
