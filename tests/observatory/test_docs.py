"""docs/observatory.md says what the code does: its tables are those of the catalogue, its SQL counts what we count."""

from __future__ import annotations

import re

import duckdb
import pytest

from essaim.nomenclature.headcount import all_bands
from essaim.observatory.enums import Field, Source
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.sirene import read_sirene
from essaim.stock.importing import import_stock
from essaim.stock.read import current_extract
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME, load_small_cog
from tests.stock import factories as f
from tests.support import ROOT

GUIDE = (ROOT / "docs" / "observatory.md").read_text(encoding="utf-8")


def rows_of(title):
    """The rows of the first table under a title, as lists of cells."""
    part = GUIDE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_indicators_are_those_of_the_catalogue():
    assert rows_of("Les indicateurs") == [
        [
            f"`{key}`",
            one.label,
            one.numerator_words,
            one.denominator_words or "—",
            ", ".join(source.short for source in one.sources),
        ]
        for key, one in CATALOGUE.items()
    ]


def test_every_field_and_every_source_is_told():
    assert {row[0] for row in rows_of("Les champs, et les ruptures de série")} == {f"`{field}`" for field in Field}
    told = " ".join(cell for row in rows_of("Les sources") for cell in row)
    assert all(f"(`{source}`)" in told for source in Source)


def test_the_bands_are_those_of_the_nomenclature():
    table = GUIDE.split("| tranche |", 1)[1].split("\n\n", 1)[0].splitlines()
    codes = [cell.strip() for cell in table[0].strip(" |").split("|")]
    bounds = [cell.strip() for cell in table[2].strip("|").split("|")[1:]]
    assert codes == [band.code for band in all_bands() if band.employer]
    for code, said in zip(codes, bounds, strict=True):
        band = next(one for one in all_bands() if one.code == code)
        numbers = [int(part) for part in re.findall(r"\d+", said.replace(" ", ""))]
        assert numbers == sorted({number for number in (band.low, band.high) if number is not None})


@pytest.mark.django_db
def test_the_query_by_hand_counts_what_the_observatory_counts(tmp_path):
    load_small_cog()
    TerritoryFactory(siren=HOME)
    places = [
        f.place(number, codeCommuneEtablissement="86194", trancheEffectifsEtablissement=band)
        for number, band in enumerate(("01", "01", "11", "NN", ""))
    ]
    places.append(f.place(5, codeCommuneEtablissement="86194", trancheEffectifsEtablissement="02",
                          etatAdministratifEtablissement="F"))  # fmt: skip
    units = [f.unit(number) for number in range(6)]
    import_stock(data_dir=tmp_path, vintage="2026-10", **f.write_stock(tmp_path / "sources", units, places))
    query = GUIDE.split("```sql\n", 1)[1].split("```", 1)[0]
    extract = current_extract(tmp_path)
    assert extract is not None
    by_hand = duckdb.sql(query.replace("establishments.parquet", str(extract.path))).fetchall()
    cells = read_sirene(tmp_path).tables[0].cells
    ours: dict[str, int] = {}
    for cell in cells:
        if (cell.level, cell.code) == ("commune", "86194"):
            ours[cell.size] = ours.get(cell.size, 0) + int(cell.value or 0)
    assert dict(by_hand) == ours == {"01": 2, "11": 1}
