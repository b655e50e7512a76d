"""Small fictitious SIRENE files in the official columns, written as Parquet or CSV."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import duckdb

from essaim.foundation.identifiers import fictitious_siren, luhn_ok
from essaim.stock.schema import ESTABLISHMENTS, LEGAL_UNITS


def siren(n):
    return fictitious_siren(n)


def siret(n, nic=1):
    head = f"{fictitious_siren(n)}{nic:04d}"
    return next(head + digit for digit in "0123456789" if luhn_ok(head + digit))


def unit(n, **values):
    """A legal unit: an active association, unless told otherwise."""
    row = dict.fromkeys(LEGAL_UNITS.read, "")
    row |= {
        "siren": siren(n),
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "2001-02-03",
        "trancheEffectifsUniteLegale": "NN",
        "dateDernierTraitementUniteLegale": "2024-05-06T07:08:09",
        "etatAdministratifUniteLegale": "A",
        "denominationUniteLegale": f"STRUCTURE {n}",
        "categorieJuridiqueUniteLegale": "9220",
        "activitePrincipaleUniteLegale": "94.99Z",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "caractereEmployeurUniteLegale": "N",
        "dateDebut": "2010-01-01",
    }
    return row | values


def place(n, nic=1, **values):
    """An establishment of unit n: open, in commune 00101, unless told otherwise."""
    row = dict.fromkeys(ESTABLISHMENTS.read, "")
    row |= {
        "siren": siren(n),
        "nic": siret(n, nic)[9:],
        "siret": siret(n, nic),
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2001-02-03",
        "trancheEffectifsEtablissement": "NN",
        "dateDernierTraitementEtablissement": "2024-05-06T07:08:09",
        "etablissementSiege": "true" if nic == 1 else "false",
        "numeroVoieEtablissement": "12",
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": "DES LILAS",
        "codePostalEtablissement": "00100",
        "libelleCommuneEtablissement": "CLAIRFONT",
        "codeCommuneEtablissement": "00101",
        "etatAdministratifEtablissement": "A",
        "activitePrincipaleEtablissement": "94.99Z",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "N",
        "coordonneeLambertAbscisseEtablissement": "497000.5",
        "coordonneeLambertOrdonneeEtablissement": "6612000.5",
        "dateDebut": "2010-01-01",
    }
    return row | values


def csv_text(rows, delimiter=","):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(path, rows, *, delimiter=",", encoding="utf-8"):
    path.write_bytes(csv_text(rows, delimiter).encode(encoding))
    return path


def write_gz(path, rows):
    path.write_bytes(gzip.compress(csv_text(rows).encode()))
    return path


def write_zip(path, rows, name="data_utf8.csv"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, csv_text(rows))
    return path


def write_parquet(path, rows, *, types=None, metadata=None, row_group=None, compression="zstd"):
    """Write rows of text; ``types`` casts some columns as the official Parquet does."""
    types = types or {}
    source = path.with_suffix(".tmp.csv")
    source.write_text(csv_text(rows))
    casts = ", ".join(f'CAST("{column}" AS {types.get(column, "VARCHAR")}) AS "{column}"' for column in rows[0])
    listed = ", ".join(f"'{column}': 'VARCHAR'" for column in rows[0])
    options = ["FORMAT parquet", f"COMPRESSION {compression}"]
    if metadata:
        options.append("KV_METADATA {" + ", ".join(f"{key}: '{value}'" for key, value in metadata.items()) + "}")
    if row_group:
        options.append(f"ROW_GROUP_SIZE {row_group}")
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(
            f"COPY (SELECT {casts} FROM read_csv('{source}', header = true, auto_detect = false, delim = ',', "
            f"quote = '\"', nullstr = '', columns = {{{listed}}})) TO '{path}' ({', '.join(options)})"
        )
    source.unlink()
    return path


OFFICIAL_TYPES = {
    "dateCreationEtablissement": "DATE",
    "dateDebut": "DATE",
    "dateDernierTraitementEtablissement": "TIMESTAMP",
    "etablissementSiege": "BOOLEAN",
    "dateCreationUniteLegale": "DATE",
    "dateDernierTraitementUniteLegale": "TIMESTAMP",
    "coordonneeLambertAbscisseEtablissement": "DOUBLE",
    "anneeEffectifsUniteLegale": "INTEGER",
}


def write_stock(folder: Path, units, places, **options):
    """Write both Parquet files; returns the keyword arguments of import_stock that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "legal_units": str(write_parquet(folder / "StockUniteLegale.parquet", units, **options)),
        "establishments": str(write_parquet(folder / "StockEtablissement.parquet", places, **options)),
    }
