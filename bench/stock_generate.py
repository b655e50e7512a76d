"""Generate a national SIRENE stock of any size with DuckDB's range(): right columns, right types, right proportions.

    python bench/stock_generate.py FOLDER [--scale 1.0] [--seed 0]

At scale 1: 29 million legal units and 43 million establishments, sorted by SIREN as INSEE's files are; about 3.5 % of
the legal units are in the ESS perimeter. Nothing in it is real.
"""

# ruff: noqa: E501 -- one SQL column a line, one table row a line

import argparse
import sys
import time
from pathlib import Path

import duckdb

UNITS = 29_000_000
STEP = 1_000_000  # units generated at a time

# Share (per 10 000 legal units) of each legal category: the orders of magnitude of the national stock.
CATEGORIES = (
    ("1000", 5900), ("5499", 1550), ("5710", 1100), ("6540", 850), ("9220", 310), ("5599", 90), ("6599", 60),
    ("7210", 12), ("9210", 10), ("6598", 30), ("6533", 25), ("5458", 6), ("6316", 8), ("5498", 20), ("6317", 4),
    ("9223", 2), ("9300", 2), ("8210", 2), ("5195", 2), ("9110", 7), ("9900", 10),
)  # fmt: skip
NAF = (
    "94.99Z", "93.12Z", "88.99B", "47.11B", "56.10A", "68.20B", "70.22Z", "43.21A", "86.21Z", "01.11Z", "62.01Z",
    "49.41A", "96.02A", "85.59A", "47.91B", "41.20A", "94.11Z", "94.91Z", "84.11Z", "81.21Z", "90.01Z", "71.12B",
    "45.20A", "55.20Z", "69.10Z", "73.11Z", "82.99Z", "66.22Z", "74.10Z", "77.11A", "46.90Z", "33.12Z", "10.71C",
    "86.90D", "53.20Z", "64.20Z", "95.11Z", "31.09B", "02.20Z", "03.11Z",
)  # fmt: skip
BANDS = ("NN", "NN", "NN", "NN", "NN", "NN", "00", "01", "01", "02", "03", "11", "12", "21")
WORDS = (
    "ATELIER", "MAISON", "COMITE", "AMICALE", "FOYER", "CLUB", "SOCIETE", "CABINET", "GARAGE", "BOULANGERIE", "ECOLE",
    "JARDIN", "THEATRE", "MUSIQUE", "SPORT", "LOISIRS", "CULTURE", "HABITAT", "SERVICES", "CONSEIL", "BATIMENT",
    "TRANSPORT", "NATURE", "SOLIDAIRE", "FAMILLES", "PARENTS", "ANCIENS", "PECHE", "CHASSE", "DANSE", "FETES",
)  # fmt: skip
STREETS = ("DE LA PAIX", "VICTOR HUGO", "DES LILAS", "DU MOULIN", "DE LA GARE", "JEAN JAURES", "DES ECOLES", "PASTEUR")


def _pick(values: tuple[str, ...], random: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"([{listed}])[1 + ({random} % {len(values)})::INT]"


def _category(random: str) -> str:
    cases, low = [], 0
    for code, share in CATEGORIES:
        low += share
        cases.append(f"WHEN {random} % 10000 < {low} THEN '{code}'")
    return f"CASE {' '.join(cases)} ELSE '5720' END"


def _key(number: str, length: int) -> str:
    """SQL of the Luhn key that completes ``number``, an integer of ``length`` digits."""
    terms = []
    for rank in range(length):
        digit = f"(({number} // {10**rank}) % 10)"
        terms.append(f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)" if rank % 2 == 0 else digit)
    return f"((10 - ({' + '.join(terms)}) % 10) % 10)"


def _units(first: int, last: int, seed: int) -> str:
    """SQL of the legal units first..last-1: an internal relation with the random draws that both files share."""
    return f"""
        SELECT i, lpad(CAST(head * 10 + {_key("head", 8)} AS VARCHAR), 9, '0') AS siren, h, g,
            {_category("(h >> 8)")} AS category, {_pick(NAF, "(h >> 24)")} AS naf,
            (h >> 40) % 100 < 38 AS active, 1 + ((g % 100) < 30)::INT + ((g % 100) < 13)::INT + ((g % 100) < 5)::INT AS places
        FROM (SELECT i, i * 3 + hash(i, {seed}) % 3 + 1 AS head, hash(i, {seed + 1}) AS h, hash(i, {seed + 2}) AS g
              FROM range({first}, {last}) r(i))
    """


def _name(random: str) -> str:
    return f"concat_ws(' ', {_pick(WORDS, random)}, {_pick(WORDS, f'({random} >> 6)')}, (({random} >> 12) % 9000)::VARCHAR)"


def _legal_units(units: str) -> str:
    person = "category = '1000'"
    return f"""
        SELECT siren, 'O' AS "statutDiffusionUniteLegale", CAST(NULL AS BOOLEAN) AS "unitePurgeeUniteLegale",
            DATE '1970-01-01' + (h % 20000)::INT AS "dateCreationUniteLegale",
            CASE WHEN NOT {person} AND h % 9 = 0 THEN left({_name("g")}, 6) END AS "sigleUniteLegale",
            CASE WHEN {person} THEN 'M' END AS "sexeUniteLegale",
            CASE WHEN {person} THEN {_pick(WORDS, "(g >> 3)")} END AS "prenom1UniteLegale",
            CAST(NULL AS VARCHAR) AS "prenom2UniteLegale", CAST(NULL AS VARCHAR) AS "prenom3UniteLegale",
            CAST(NULL AS VARCHAR) AS "prenom4UniteLegale",
            CASE WHEN {person} THEN {_pick(WORDS, "(g >> 3)")} END AS "prenomUsuelUniteLegale",
            CAST(NULL AS VARCHAR) AS "pseudonymeUniteLegale",
            CASE WHEN category = '9220' AND h % 2 = 0 THEN 'W' || lpad(CAST(h % 1000000000 AS VARCHAR), 9, '0') END
                AS "identifiantAssociationUniteLegale",
            {_pick(BANDS, "(g >> 10)")} AS "trancheEffectifsUniteLegale",
            CASE WHEN g % 3 = 0 THEN '2023' END AS "anneeEffectifsUniteLegale",
            TIMESTAMP '2015-01-01' + to_seconds((g % 340000000)::BIGINT) AS "dateDernierTraitementUniteLegale",
            1 + (g % 6)::BIGINT AS "nombrePeriodesUniteLegale", 'PME' AS "categorieEntreprise",
            '2023' AS "anneeCategorieEntreprise", DATE '1990-01-01' + (g % 12000)::INT AS "dateDebut",
            CASE WHEN active THEN 'A' ELSE 'C' END AS "etatAdministratifUniteLegale",
            CASE WHEN {person} THEN {_pick(WORDS, "(g >> 5)")} END AS "nomUniteLegale",
            CAST(NULL AS VARCHAR) AS "nomUsageUniteLegale",
            CASE WHEN NOT {person} THEN {_name("h")} END AS "denominationUniteLegale",
            CASE WHEN h % 15 = 0 THEN {_name("g")} END AS "denominationUsuelle1UniteLegale",
            CAST(NULL AS VARCHAR) AS "denominationUsuelle2UniteLegale",
            CAST(NULL AS VARCHAR) AS "denominationUsuelle3UniteLegale",
            category AS "categorieJuridiqueUniteLegale", naf AS "activitePrincipaleUniteLegale",
            CASE WHEN active OR h % 5 > 1 THEN 'NAFRev2' ELSE 'NAFRev1' END AS "nomenclatureActivitePrincipaleUniteLegale",
            '00012' AS "nicSiegeUniteLegale",
            CASE WHEN category = '9220' AND h % 3 = 0 THEN 'O' WHEN h % 700 = 0 THEN 'O' WHEN h % 2 = 0 THEN 'N' END
                AS "economieSocialeSolidaireUniteLegale",
            CASE WHEN h % 40000 = 0 THEN 'O' END AS "societeMissionUniteLegale",
            CASE WHEN g % 4 = 0 THEN 'O' ELSE 'N' END AS "caractereEmployeurUniteLegale",
            CASE WHEN active THEN naf END AS "activitePrincipaleNAF25UniteLegale"
        FROM ({units})
    """


def _establishments(units: str) -> str:
    nothing = ", ".join(
        f'CAST(NULL AS VARCHAR) AS "{column}"'
        for column in (
            "complementAdresse2Etablissement", "numeroVoie2Etablissement", "indiceRepetition2Etablissement",
            "typeVoie2Etablissement", "libelleVoie2Etablissement", "codePostal2Etablissement",
            "libelleCommune2Etablissement", "libelleCommuneEtranger2Etablissement", "distributionSpeciale2Etablissement",
            "codeCommune2Etablissement", "codeCedex2Etablissement", "libelleCedex2Etablissement",
            "codePaysEtranger2Etablissement", "libellePaysEtranger2Etablissement", "libelleCommuneEtrangerEtablissement",
            "codeCedexEtablissement", "libelleCedexEtablissement", "codePaysEtrangerEtablissement",
            "libellePaysEtrangerEtablissement", "dernierNumeroVoieEtablissement",
            "indiceRepetitionDernierNumeroVoieEtablissement", "activitePrincipaleRegistreMetiersEtablissement",
        )
    )  # fmt: skip
    return f"""
        SELECT siren, right(siret, 5) AS nic, siret, CASE WHEN e % 30 = 0 THEN 'P' ELSE 'O' END AS "statutDiffusionEtablissement",
            DATE '1975-01-01' + (e % 18000)::INT AS "dateCreationEtablissement",
            CASE WHEN e % 5 > 1 THEN {_pick(BANDS, "(e >> 12)")} END AS "trancheEffectifsEtablissement",
            CASE WHEN e % 4 = 0 THEN '2023' END AS "anneeEffectifsEtablissement",
            TIMESTAMP '2015-01-01' + to_seconds((e % 340000000)::BIGINT) AS "dateDernierTraitementEtablissement",
            rank = 1 AS "etablissementSiege", 1 + (e % 5)::BIGINT AS "nombrePeriodesEtablissement",
            CASE WHEN e % 7 = 0 THEN 'BATIMENT ' || (e % 20)::VARCHAR END AS "complementAdresseEtablissement",
            CASE WHEN e % 8 > 0 THEN (1 + (e >> 5) % 300)::VARCHAR END AS "numeroVoieEtablissement",
            CASE WHEN e % 40 = 0 THEN 'B' END AS "indiceRepetitionEtablissement",
            CASE WHEN e % 9 > 0 THEN {_pick(("RUE", "AV", "BD", "CHE", "PL", "RTE", "IMP"), "(e >> 7)")} END AS "typeVoieEtablissement",
            {_pick(STREETS, "(e >> 9)")} || ' ' || ((e >> 14) % 20000)::VARCHAR AS "libelleVoieEtablissement",
            left(commune, 2) || lpad(((e >> 3) % 1000)::VARCHAR, 3, '0') AS "codePostalEtablissement",
            'COMMUNE ' || commune AS "libelleCommuneEtablissement",
            CASE WHEN e % 60 = 0 THEN 'BP ' || (e % 900)::VARCHAR END AS "distributionSpecialeEtablissement",
            commune AS "codeCommuneEtablissement",
            CASE WHEN e % 3 > 0 THEN lpad((e % 1000000000)::VARCHAR, 15, '0') END AS "identifiantAdresseEtablissement",
            CASE WHEN e % 3 > 0 THEN (100000 + (e >> 4) % 1100000)::VARCHAR || '.' || (e % 100)::VARCHAR END AS "coordonneeLambertAbscisseEtablissement",
            CASE WHEN e % 3 > 0 THEN (6100000 + (e >> 8) % 1000000)::VARCHAR || '.' || (e % 97)::VARCHAR END AS "coordonneeLambertOrdonneeEtablissement",
            DATE '1995-01-01' + (e % 11000)::INT AS "dateDebut",
            CASE WHEN active AND e % 10 < 8 THEN 'A' ELSE 'F' END AS "etatAdministratifEtablissement",
            CASE WHEN e % 8 = 0 THEN {_name("e")} END AS "enseigne1Etablissement",
            CAST(NULL AS VARCHAR) AS "enseigne2Etablissement", CAST(NULL AS VARCHAR) AS "enseigne3Etablissement",
            CASE WHEN e % 12 = 0 THEN {_name("(e >> 2)")} END AS "denominationUsuelleEtablissement",
            naf AS "activitePrincipaleEtablissement",
            CASE WHEN active OR h % 5 > 1 THEN 'NAFRev2' ELSE 'NAFRev1' END AS "nomenclatureActivitePrincipaleEtablissement",
            CASE WHEN e % 4 = 0 THEN 'O' ELSE 'N' END AS "caractereEmployeurEtablissement",
            CASE WHEN active THEN naf END AS "activitePrincipaleNAF25Etablissement", {nothing}
        FROM (
            SELECT *, body || CAST({_key("(body::BIGINT)", 13)} AS VARCHAR) AS siret,
                lpad((1 + (sqrt((e >> 16) % 1000000) / 1000 * 95)::INT)::VARCHAR, 2, '0')
                || lpad((1 + power((e >> 30) % 1000 / 1000.0, 2) * 360)::INT::VARCHAR, 3, '0') AS commune
            FROM (
                SELECT siren, h, active, naf, rank, hash(i, rank) AS e, siren || lpad(rank::VARCHAR, 4, '0') AS body
                FROM (SELECT *, unnest(range(1, places + 1)) AS rank FROM ({units}))
            )
        )
    """


def generate(folder: Path, scale: float, seed: int = 0) -> tuple[Path, Path]:
    """Write the two files (when they are not there yet) and return (establishments, legal units)."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"etab-{scale}-{seed}.parquet", folder / f"ul-{scale}-{seed}.parquet"
    total = max(1000, round(UNITS * scale))
    for path, select in zip(paths, (_establishments, _legal_units), strict=True):
        if path.exists():
            continue
        parts = []
        # Chunk by chunk, then one file: the order by SIREN is kept and the memory stays small.
        with duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(folder / "spill")}) as connection:
            connection.execute("SET enable_progress_bar = false")
            for first in range(0, total, STEP):
                units = _units(first, min(first + STEP, total), seed)
                part = folder / f"{path.stem}-part{first:09d}.parquet"
                connection.execute(f"COPY ({select(units)}) TO '{part}' (FORMAT parquet, COMPRESSION lz4_raw)")
                parts.append(part)
                print(f"{path.name}: {min(first + STEP, total):,} / {total:,} units", file=sys.stderr, flush=True)
            listed = ", ".join(f"'{part}'" for part in parts)
            draft = path.with_suffix(".tmp")
            connection.execute(f"COPY (FROM read_parquet([{listed}])) TO '{draft}' (FORMAT parquet, COMPRESSION zstd)")
        draft.rename(path)
        for part in parts:
            part.unlink()
    return paths


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    started = time.monotonic()
    for made in generate(options.folder, options.scale, options.seed):
        print(f"{made} {made.stat().st_size / 1e9:.2f} GB")
    print(f"{time.monotonic() - started:.0f} s")
