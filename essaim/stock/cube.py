"""The denominators: how many active establishments, ESS or not, by commune, legal category, activity, size, employer.

Seventeen million rows of six short texts are grouped as one integer a row: the six axes are packed into 58 bits in an
order that sorts like the texts, and unpacked once the cells are counted. Packing is exact for every value that the
files may hold; a value that is none (an empty commune, « [ND] », an activity without division) becomes NULL.
"""

from pathlib import Path

from essaim.stock import clean
from essaim.stock.engine import Engine, name, quote
from essaim.stock.schema import CUBE_COLUMNS, ROW_GROUP
from essaim.stock.source import Source

_COMMUNE, _NAF, _NOMENCLATURE, _BAND, _EMPLOYER = (
    "codeCommuneEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
    "trancheEffectifsEtablissement",
    "caractereEmployeurEtablissement",
)
_AXES = (_COMMUNE, _NAF, _NOMENCLATURE, _BAND, _EMPLOYER)
_NO_BAND = "NN"


class Cube:
    """Counts range after range, then writes the whole. ``folder`` holds the ranges' packed rows."""

    def __init__(self, engine: Engine, establishments: Source, legal_units: Source, folder: Path) -> None:
        self._engine, self._places, self._units, self._folder = engine, establishments, legal_units, folder
        names = engine.rows(f"SELECT DISTINCT {clean.text(name(_NOMENCLATURE))} FROM {establishments.relation}")
        # Four nomenclatures exist, a fifth comes in 2027; seven fit in the three bits.
        self._nomenclatures = sorted(row[0] for row in names if row[0] is not None)[:7]

    def count(self, bound: str) -> None:
        """Pack the active establishments of one range of SIREN (an SQL condition on ``siren``).

        A SIREN written twice in the legal units would count twice: the total is compared with a plain count, and the
        units are made unique only when it differs.
        """
        target = self._folder / f"{len(list(self._folder.iterdir())):04d}.parquet"
        active = f"FROM {self._places.relation} WHERE \"etatAdministratifEtablissement\" = 'A' AND {bound}"
        category = 'TRY_CAST("categorieJuridiqueUniteLegale" AS SMALLINT) AS category'
        plain = f"SELECT siren, {category} FROM {self._units.relation} WHERE {bound}"
        unique = f"SELECT siren, min(category) AS category FROM ({plain}) GROUP BY siren"
        axes = ", ".join(name(column) for column in _AXES)
        for units in (plain, unique):
            self._engine.run(
                f"COPY (SELECT {self._packed()} AS cell FROM (SELECT siren, {axes} {active}) e "
                f"LEFT JOIN ({units}) u ON u.siren = e.siren) TO {quote(target)} (FORMAT parquet, COMPRESSION lz4_raw)"
            )
            counted = self._engine.value(f"SELECT count(*) FROM read_parquet({quote(target)})")
            if counted == self._engine.value(f"SELECT count(*) {active}"):
                return

    def write(self, target: Path, metadata: str) -> None:
        """Count the cells and write them sorted by commune, category, division…, the unknown (NULL) first."""
        self._engine.run(
            f"""
            COPY (
                SELECT {self._unpacked()}, CAST(establishments AS INTEGER) AS establishments FROM (
                    SELECT cell, count(*) AS establishments
                    FROM read_parquet({quote(self._folder / "*.parquet")}) GROUP BY cell ORDER BY cell
                )
            ) TO {quote(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP * 6}, {metadata})
            """
        )

    def _packed(self) -> str:
        """commune 24 bits, category 14, division 7, nomenclature 3, band 7, employer 2; 0 stands for NULL."""
        commune, naf, nomenclature, band, employer = (f"e.{name(column)}" for column in _AXES)
        number = f"TRY_CAST({commune} AS INTEGER)"
        # 86194 → 86 0 194; 2A004 → 29 1 004, 2B033 → 29 2 033: Corsica sorts between 29 and 30, as texts do.
        corsica = f"29{{}}0000 + TRY_CAST(right({commune}, 3) AS INTEGER) + 1"
        packed_commune = (
            f"CASE WHEN strlen({commune}) <> 5 THEN 0 "
            f"WHEN starts_with({commune}, '2A') THEN {corsica.format(1)} "
            f"WHEN starts_with({commune}, '2B') THEN {corsica.format(2)} "
            f"ELSE {number} // 1000 * 100000 + {number} % 1000 + 1 END"
        )
        rank = " ".join(f"WHEN {quote(known)} THEN {place}" for place, known in enumerate(self._nomenclatures, start=1))
        packed_nomenclature = f"CASE {nomenclature} {rank} ELSE 0 END" if rank else "0"
        packed_band = f"CASE WHEN {band} = '{_NO_BAND}' THEN 101 ELSE TRY_CAST({band} AS SMALLINT) + 1 END"
        packed_employer = f"CASE {employer} WHEN 'O' THEN 2 WHEN 'N' THEN 1 ELSE 0 END"
        fields = (
            (packed_commune, 33),
            ("u.category", 19),
            (f"TRY_CAST(left({naf}, 2) AS SMALLINT)", 12),
            (packed_nomenclature, 9),
            (packed_band, 2),
            (packed_employer, 0),
        )
        return " | ".join(f"(CAST(coalesce({value}, 0) AS BIGINT) << {shift})" for value, shift in fields)

    def _unpacked(self) -> str:
        def field(shift: int, bits: int) -> str:
            return f"((cell >> {shift}) & {(1 << bits) - 1})"

        commune, category, division = field(33, 24), field(19, 14), field(12, 7)
        nomenclature, band, employer = field(9, 3), field(2, 7), field(0, 2)
        rest = f"lpad(CAST(({commune} - 1) % 10000 AS VARCHAR), 3, '0')"
        fields = (
            f"CASE WHEN {commune} = 0 THEN NULL WHEN {commune} // 10000 = 291 THEN '2A' || {rest} "
            f"WHEN {commune} // 10000 = 292 THEN '2B' || {rest} "
            f"ELSE right(CAST({commune} // 100000 * 1000 + ({commune} - 1) % 10000 + 100000 AS VARCHAR), 5) END",
            f"CASE WHEN {category} > 0 THEN lpad(CAST({category} AS VARCHAR), 4, '0') END",
            f"CASE WHEN {division} > 0 THEN lpad(CAST({division} AS VARCHAR), 2, '0') END",
            f"([{', '.join(quote(known) for known in self._nomenclatures) or 'NULL'}])[{nomenclature}]",
            f"CASE WHEN {band} = 101 THEN '{_NO_BAND}' "
            f"WHEN {band} > 0 THEN lpad(CAST({band} - 1 AS VARCHAR), 2, '0') END",
            f"CASE WHEN {employer} > 0 THEN {employer} = 2 END",
        )
        return ", ".join(f"{value} AS {column}" for value, column in zip(fields, CUBE_COLUMNS[:-1], strict=True))
