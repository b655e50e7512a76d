"""What the other rooms read of the official files. The only door: nobody else opens the Parquet files.

One establishment row is a dict with the columns of `schema.EXTRACT_COLUMNS` and `schema.JOINED_COLUMNS`:

- identifiers, codes and names are text, or None; « [ND] » never appears;
- ``is_head_office``, ``siret_valid`` are bool; ``employer``, ``unit_employer``, ``ess_flag``, ``mission_company`` are
  bool or None (unknown);
- ``*_on`` and ``*_since`` are `datetime.date` or None; ``*_year`` is a text of four digits or None;
- ``usual_names``, ``signs`` are lists of text; ``lambert_x``, ``lambert_y`` are metres in the projection of the
  commune's territory, or None;
- ``family`` is a value of `Family`, ``sub_family`` one of `SubFamily` or None;
- ``criteria`` is a list of {code, source, reference, as_of}, one per code, ``as_of`` being a vintage « AAAA-MM »;
- ``labels`` is a list of {kind, source, valid_from, valid_until, as_of, siret}: ``kind`` is a SIAE kind (« ACI »,
  « EI »…) or « ESUS ». A label known by SIRET stands on that establishment only (``siret`` filled), one known by SIREN
  on every establishment of the unit (``siret`` None);
- ``successor_siret``, ``succession_on``: the last establishment of the chain of successions, and the date of the first
  link;
- ``geo_*``: position of INSEE's geolocation file, ``geo_epsg`` an int, ``geo_quality`` its code as text.

With partial diffusion (``diffusion`` « P »), address, names in use, acronym, coordinates and geolocation are None.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essaim.nomenclature.perimeter import CriterionCode
from essaim.stock.archive import Archive, Manifest, SourceFile
from essaim.stock.counting import Employers, count_employers
from essaim.stock.engine import Engine, quote
from essaim.stock.labels.layouts import BY_KIND, ESUS, GEOLOCATION, RNA, SIAE, SUCCESSION
from essaim.stock.labels.qualifying import ROWS
from essaim.stock.perimeter import CRITERIA_JSON

MAX_SUCCESSIONS = 20  # links followed in a chain; a longer one is a loop or a mistake

_LABEL = "STRUCT(kind VARCHAR, source VARCHAR, valid_from DATE, valid_until DATE, as_of VARCHAR, siret VARCHAR)"


@dataclass(frozen=True, slots=True)
class Extract:
    """The extract in service. ``path`` and ``cube_path`` are Parquet files; ``imported_at`` is ISO, UTC."""

    vintage: str
    path: Path
    cube_path: Path
    fictitious: bool
    perimeter_version: str
    imported_at: str
    sources: tuple[SourceFile, ...]
    rows: int
    labels: dict[str, Manifest]

    def establishments(self, communes: Collection[str]) -> Iterator[dict[str, Any]]:
        """Yield every ESS establishment, open and closed, located in these commune codes, by commune then SIRET.

        Give the former codes too (communes déléguées): the file keeps whichever code INSEE wrote. Reads only the row
        groups of these communes. See the module for the columns.
        """
        if not communes:
            return
        with Engine.reading() as engine:
            wanted = ", ".join(quote(code) for code in sorted(set(communes)))
            engine.run(
                "CREATE TEMP TABLE base AS "
                f"SELECT * FROM read_parquet({quote(self.path)}) WHERE commune_code IN ({wanted})"
            )
            self._join_labels(engine)
            self._join_successors(engine)
            self._join_positions(engine)
            yield from engine.stream(
                f"""
                SELECT base.* REPLACE (from_json(criteria, {quote(CRITERIA_JSON)}) AS criteria),
                    coalesce(list_concat(own.labels, shared.labels), CAST([] AS {_LABEL}[])) AS labels,
                    successors.siret AS successor_siret, successors."on" AS succession_on,
                    g.x AS geo_x, g.y AS geo_y, g.epsg AS geo_epsg, g.longitude AS geo_longitude,
                    g.latitude AS geo_latitude, g.quality AS geo_quality
                FROM base
                LEFT JOIN own_labels own ON own.siret = base.siret
                LEFT JOIN shared_labels shared ON shared.siren = base.siren
                LEFT JOIN successors ON successors.predecessor = base.siret
                LEFT JOIN positions g ON g.siret = base.siret AND base.diffusion IS DISTINCT FROM 'P'
                ORDER BY base.commune_code, base.siret
                """
            )

    def commune_counts(self, departments: Collection[str]) -> list[tuple[str, int, str]]:
        """(code, rows, smallest SIRET) of every commune code found in these départements, whoever knows it, by code."""
        if not departments:
            return []
        wanted = " OR ".join(f"starts_with(commune_code, {quote(code)})" for code in sorted(set(departments)))
        with Engine.reading() as engine:
            return [
                (str(code), int(count), str(siret))
                for code, count, siret in engine.rows(
                    f"SELECT commune_code, count(*), min(siret) FROM read_parquet({quote(self.path)}) "
                    f"WHERE {wanted} GROUP BY 1 ORDER BY 1"
                )
            ]

    def denominators(self, communes: Collection[str]) -> Iterator[dict[str, Any]]:
        """Yield the cells of the cube in these communes: active establishments of the whole economy, counted.

        Columns of `schema.CUBE_COLUMNS`; ``employer`` is bool or None, ``establishments`` an int, the others text or
        None (unknown). Bounds of jobs follow from ``headcount_band`` (`nomenclature.headcount.band`).
        """
        if not communes:
            return
        wanted = ", ".join(quote(code) for code in sorted(set(communes)))
        with Engine.reading() as engine:
            yield from engine.stream(
                f"SELECT * FROM read_parquet({quote(self.cube_path)}) WHERE commune_code IN ({wanted}) ORDER BY ALL"
            )

    def employers(self, codes: Sequence[str], groups: Sequence[str], *, pruned: bool = False) -> Employers:
        """Count active employers, in the ESS and in all, by group: the commune `codes[i]` stands in `groups[i]`.

        A code may stand in several groups (its EPCI, its département…). For one territory, `pruned` reads the row
        groups of its communes alone, and tells nothing of the others. Nothing is read for no code.
        """
        if not codes:
            return Employers()
        with Engine.reading() as engine:
            return count_employers(engine, self.path, self.cube_path, codes, groups, pruned=pruned)

    def _join_labels(self, engine: Engine) -> None:
        parts = [
            "SELECT siren, siret, CAST(struct_pack(kind := kind, "
            f"source := {quote(BY_KIND[kind].source)}, valid_from := valid_from, valid_until := valid_until, "
            f"as_of := {quote(self.labels[kind].vintage)}, siret := siret) AS {_LABEL}) AS label "
            f"FROM read_parquet({quote(self.labels[kind].path / ROWS)}) WHERE siren IN (SELECT siren FROM base)"
            for kind in (SIAE.kind, ESUS.kind)
            if kind in self.labels
        ]
        nothing = ", ".join(
            f"CAST(NULL AS {kind}) AS {column}"
            for column, kind in (("siren", "VARCHAR"), ("siret", "VARCHAR"), ("label", _LABEL))
        )
        empty = f"SELECT {nothing} LIMIT 0"
        engine.run(f"CREATE TEMP TABLE label_rows AS {' UNION ALL '.join(parts) or empty}")
        engine.run(
            "CREATE TEMP TABLE own_labels AS SELECT siret, list(label ORDER BY label.kind) AS labels "
            "FROM label_rows WHERE siret IS NOT NULL GROUP BY siret"
        )
        engine.run(
            "CREATE TEMP TABLE shared_labels AS SELECT siren, list(label ORDER BY label.kind) AS labels "
            "FROM label_rows WHERE siret IS NULL GROUP BY siren"
        )

    def _join_successors(self, engine: Engine) -> None:
        """Follow each chain of successions to its end, from the closed establishments alone; a loop ends the chain."""
        engine.run('CREATE TEMP TABLE successors (predecessor VARCHAR, siret VARCHAR, "on" DATE)')
        manifest = self.labels.get(SUCCESSION.kind)
        if manifest is None:
            return
        links = f"read_parquet({quote(manifest.path / ROWS)})"
        engine.run(
            f"""
            INSERT INTO successors
            WITH RECURSIVE chain AS (
                SELECT predecessor, successor AS siret, "on", [predecessor, successor] AS seen, 1 AS step
                FROM {links} WHERE predecessor IN (SELECT siret FROM base WHERE state = 'F')
                UNION ALL
                SELECT chain.predecessor, link.successor, chain."on", list_append(chain.seen, link.successor), step + 1
                FROM chain JOIN {links} link ON link.predecessor = chain.siret
                WHERE NOT list_contains(chain.seen, link.successor) AND step < {MAX_SUCCESSIONS}
            )
            SELECT predecessor, siret, "on" FROM chain
            QUALIFY row_number() OVER (PARTITION BY predecessor ORDER BY step DESC) = 1
            """
        )

    def _join_positions(self, engine: Engine) -> None:
        manifest = self.labels.get(GEOLOCATION.kind)
        columns = "siret, x, y, epsg, longitude, latitude, quality"
        if manifest is None:
            engine.run(
                "CREATE TEMP TABLE positions (siret VARCHAR, x DOUBLE, y DOUBLE, epsg INTEGER, longitude DOUBLE, "
                "latitude DOUBLE, quality VARCHAR)"
            )
            return
        engine.run(
            f"CREATE TEMP TABLE positions AS SELECT {columns} FROM read_parquet({quote(manifest.path / ROWS)}) "
            "WHERE siret IN (SELECT siret FROM base) "
            "QUALIFY row_number() OVER (PARTITION BY siret ORDER BY quality) = 1"
        )


def current_extract(data_dir: Path) -> Extract | None:
    """The extract in service with the label lists in service, or None before the first import."""
    archive = Archive(data_dir)
    manifest = archive.current()
    if manifest is None:
        return None
    return Extract(
        vintage=manifest.vintage,
        path=manifest.path / "establishments.parquet",
        cube_path=manifest.path / "cube.parquet",
        fictitious=manifest.fictitious,
        perimeter_version=manifest.perimeter_version,
        imported_at=manifest.imported_at,
        sources=manifest.sources,
        rows=manifest.rows,
        labels=archive.current_labels(beside_invented=manifest.fictitious),
    )


def rna_associations(data_dir: Path, communes: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the associations of the RNA seated in these commune codes, active and dissolved (``state`` A or F).

    Columns: `labels.complements.RNA_COLUMNS` (text, dates, ``public_utility`` bool), and ``criteria``, a list of one
    {code: rna, source, reference: RNA number, as_of}. Nothing when no RNA file is in service, or when it is invented
    and the extract is not.
    """
    archive = Archive(data_dir)
    manifest, extract = archive.current(RNA.kind), archive.current()
    if manifest is None or not communes:
        return
    if manifest.fictitious and extract is not None and not extract.fictitious:
        return
    with Engine.reading() as engine:
        wanted = ", ".join(quote(code) for code in sorted(set(communes)))
        for row in engine.stream(
            f"SELECT * FROM read_parquet({quote(manifest.path / ROWS)}) WHERE commune_code IN ({wanted}) "
            "ORDER BY commune_code, rna"
        ):
            row["criteria"] = [
                {
                    "code": CriterionCode.RNA.value,
                    "source": RNA.source,
                    "reference": row["rna"],
                    "as_of": manifest.vintage,
                }
            ]
            yield row
