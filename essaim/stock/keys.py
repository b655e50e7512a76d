"""SIREN and SIRET as texts of nine and fourteen digits, whatever a file made of them."""

from typing import TYPE_CHECKING

from essaim.stock import clean
from essaim.stock.engine import name, quote
from essaim.stock.errors import WrongFile
from essaim.stock.schema import ESTABLISHMENTS, LEGAL_UNITS, SourceSchema
from essaim.stock.source import Source

if TYPE_CHECKING:
    from essaim.stock.extract import Job


def normalise(job: "Job") -> list[int]:
    """Make each source one file whose SIREN are texts of nine digits; rewrite it, SIRET too, only if it must be.

    Returns how many rows were repaired and refused.
    """
    counts = [0, 0]
    for source, schema, keys in (
        (job.legal_units, LEGAL_UNITS, {"siren": 9}),
        (job.establishments, ESTABLISHMENTS, {"siren": 9, "siret": 14}),
    ):
        texts = len(source.files) == 1 and all(source.columns[key] == "VARCHAR" for key in keys)
        # Extremes of a length cost half of what a count of the odd ones does, on 72 million rows.
        if texts and job.engine.row(
            f"SELECT min(strlen(siren)), max(strlen(siren)), count(*) - count(siren) FROM {source.relation}"
        ) == (9, 9, 0):
            continue
        counts = [sum(pair) for pair in zip(counts, rewrite(job, source, schema, keys), strict=True)]
    return counts


def rewrite(job: "Job", source: Source, schema: SourceSchema, keys: dict[str, int]) -> tuple[int, int]:
    """Write a source anew with its identifiers repaired, one file. Returns how many rows were repaired and refused."""
    job.progress(f"{source.origin.name} : réparation des numéros")
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
