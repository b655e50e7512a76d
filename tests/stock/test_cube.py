"""Packing and unpacking the six axes of a cell is exact."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.nomenclature.headcount import all_bands
from essaim.stock.cube import Cube
from essaim.stock.engine import Engine
from essaim.stock.source import Source
from tests.stock import factories as f

COMMUNES = st.one_of(
    st.from_regex(r"\A(0[0-9]|[1-9][0-9])[0-9]{3}\Z"),
    st.from_regex(r"\A2[AB][0-9]{3}\Z"),
    st.sampled_from(["", "[ND]"]),
)
ROWS = st.lists(
    st.tuples(
        COMMUNES,
        st.sampled_from(["9220", "5710", "0000", "1000", ""]),
        st.sampled_from(["94.99Z", "01.11Z", "99.00Z", "15.8C", "", "[ND]"]),
        st.sampled_from(["NAFRev2", "NAFRev1", "NAF1993", "NAP", "NAF2025", ""]),
        st.sampled_from([band.code for band in all_bands()] + [""]),
        st.sampled_from(["O", "N", ""]),
    ),
    min_size=1,
    max_size=25,
)


def known(text):
    return text if text not in ("", "[ND]") else None


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_cells_are_exact_and_sorted_by_commune(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("cube")
    (folder / "ranges").mkdir()
    units = f.write_parquet(
        folder / "u.parquet", [f.unit(n, categorieJuridiqueUniteLegale=row[1]) for n, row in enumerate(drawn)]
    )
    places = f.write_parquet(
        folder / "e.parquet",
        [
            f.place(
                n,
                codeCommuneEtablissement=commune,
                activitePrincipaleEtablissement=naf,
                nomenclatureActivitePrincipaleEtablissement=nomenclature,
                trancheEffectifsEtablissement=band,
                caractereEmployeurEtablissement=employer,
            )
            for n, (commune, _, naf, nomenclature, band, employer) in enumerate(drawn)
        ],
    )
    target = folder / "cube.parquet"
    with Engine(folder) as engine:
        cube = Cube(engine, Source(None, [places]), Source(None, [units]), folder / "ranges")
        cube.count("true")
        cube.write(target, "KV_METADATA {vintage: '2026-11'}")
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{target}')").fetchall()
    expected = {}
    for commune, category, naf, nomenclature, band, employer in drawn:
        cell = (
            known(commune), category if category not in ("", "0000") else None, known(naf) and naf[:2],
            known(nomenclature), known(band), {"O": True, "N": False, "": None}[employer],
        )  # fmt: skip
        expected[cell] = expected.get(cell, 0) + 1
    assert {tuple(row[:6]): row[6] for row in rows} == expected
    assert len(rows) == len(expected)
    communes = [row[0] or "" for row in rows]
    assert communes == sorted(communes)
