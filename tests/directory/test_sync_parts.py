"""Parts of the synchronisation that need no file: addresses, points, short names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.actions.sync import short_name_of
from essaim.directory.enums import PositionQuality
from essaim.directory.sync.addresses import postal_address, readable
from essaim.directory.sync.positions import bounds, keep_inside, locate
from essaim.directory.sync.shapes import ProblemCode
from essaim.directory.sync.shaping import Place, place_rows, shape

BOX = bounds([(0.34, 46.58)])
POITIERS = Place(frozenset({"86194"}), {"86194": "86194"})


def located(row, commune="86194", box=BOX):
    positions, absurd = locate([row], [commune])
    [found], outside = keep_inside([row], positions, box)
    return found, absurd + outside


def shaped(rows):
    placed = place_rows(rows, POITIERS)
    structures, problems = shape(placed, [None] * len(placed.rows), [], POITIERS, vintage="2026-10", fictitious=False)
    return structures, placed.problems + problems


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("12", "B", "RUE", "DE LA PAIX"), "12 bis rue de la Paix"),
        (("3", "", "PL", "DE L EGLISE"), "3 place de l’Eglise"),
        (("", "", "LD", "LE MOULIN D'OR"), "lieu-dit le Moulin d'Or"),
        (("8", "", "RUE", "GRAND RUE"), "8 Grand Rue"),
        (("1", "", "", "ZI DE LA REPUBLIQUE"), "1 ZI de la Republique"),
        (("1", "TER", "AV", "Jean Jaurès"), "1 ter avenue Jean Jaurès"),
        (("", "", "", ""), ""),
        ((None, None, None, None), ""),
    ],
)
def test_addresses(parts, line):
    names = ("street_number", "repetition", "street_type", "street_name")
    assert postal_address(dict(zip(names, parts, strict=True))) == line


def test_address_with_its_complement_and_post_office_box():
    row = {"address_complement": "BATIMENT A", "street_name": "DE LA GARE", "street_type": "RUE"}
    assert postal_address(row | {"special_distribution": "BP 12"}) == "Batiment A, rue de la Gare, BP 12"


@given(st.text(max_size=400))
def test_any_address_fits_its_column(text):
    row = {"street_name": text, "address_complement": text, "special_distribution": text}
    assert len(postal_address(row)) <= 300
    assert readable(readable(text)) == readable(text) or text == text.upper()


def test_geolocation_file_wins_over_lambert_columns():
    row = {
        "siret": "1", "geo_longitude": 0.35, "geo_latitude": 46.59, "geo_quality": "12",
        "lambert_x": 497420.0, "lambert_y": 6611460.0, "street_name": "X", "street_number": "1",
    }  # fmt: skip
    found, problems = located(row)
    assert (found.longitude, found.quality, problems) == (0.35, PositionQuality.STREET, [])
    found, _ = located(row | {"geo_longitude": None})
    assert found.quality == PositionQuality.EXACT
    assert "Lambert" in found.source
    found, _ = located(row | {"geo_quality": "33"})
    assert found.quality == PositionQuality.COMMUNE
    found, _ = located(row | {"geo_quality": "99"})
    assert found.quality == PositionQuality.COMMUNE


@pytest.mark.parametrize(
    ("x", "y", "problem"),
    [
        (0, 0, ProblemCode.POSITION_ZERO),
        ("0.0", "0", ProblemCode.POSITION_ZERO),
        (652_000, 6_862_000, ProblemCode.POSITION_OUTSIDE),
        (1, 1, ProblemCode.POSITION_OUTSIDE),
        (float("nan"), 1, ProblemCode.POSITION_UNREADABLE),
        ("[ND]", "[ND]", ProblemCode.POSITION_UNREADABLE),
        (1e300, 1e300, ProblemCode.POSITION_OUTSIDE),
    ],
)
def test_absurd_metres_are_refused(x, y, problem):
    found, problems = located({"siret": "9", "lambert_x": x, "lambert_y": y})
    assert found is None
    assert [(item.code, item.reference) for item in problems] == [(problem, "9")]


@pytest.mark.parametrize(("longitude", "latitude"), [(0, 0), (500, 46), (0.34, 91), (2.35, 48.85)])
def test_absurd_degrees_are_refused(longitude, latitude):
    found, problems = located({"geo_longitude": longitude, "geo_latitude": latitude})
    assert found is None
    assert len(problems) == 1


def test_overseas_points_stand_in_their_own_system():
    row = {"siret": "1", "lambert_x": 338_000.0, "lambert_y": 7_692_000.0}
    found, problems = located(row, "97411", None)
    assert problems == []
    assert found.longitude == pytest.approx(55.45, abs=0.1)
    assert found.latitude == pytest.approx(-20.87, abs=0.1)


def test_no_row_no_point_and_no_box_no_refusal():
    assert locate([], []) == keep_inside([], [], None) == ([], [])
    assert bounds([]) is None


def test_doubled_siret_keeps_the_most_recent_row():
    from datetime import date

    row = {"siret": "10000000100011", "siren": "100000001", "commune_code": "86194", "name": "ANCIEN"}
    newer = row | {"name": "RECENT", "last_processed_on": date(2024, 1, 1)}
    for rows in ([row, newer], [newer, row]):
        structures, problems = shaped(rows)
        assert [wanted.columns["name"] for wanted in structures] == ["RECENT"]
        assert [problem.code for problem in problems] == [ProblemCode.DUPLICATE_SIRET]


def test_old_nomenclatures_are_not_taken_for_todays():
    row = {
        "siret": "10000000100011", "siren": "100000001", "commune_code": "86194", "naf": "913E",
        "naf_nomenclature": "NAFRev1", "unit_naf": "94.99Z", "unit_naf_nomenclature": "NAFRev2",
    }  # fmt: skip
    [wanted], _problems = shaped([row])
    assert (wanted.columns["naf"], wanted.establishments[0].columns["naf"]) == ("94.99Z", "")
    assert wanted.columns["name"] == "Nom non diffusé"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("CU du Grand Poitiers", "Grand Poitiers"),
        ("CC du Haut-Poitou", "Haut-Poitou"),
        ("CA de La Rochelle", "La Rochelle"),
        ("Métropole de Lyon", "Lyon"),
        ("Communauté d'agglomération du Niortais", "Niortais"),
        ("Métropole du Grand Paris", "Grand Paris"),
        ("Grand Poitiers", "Grand Poitiers"),
        ("CC", "CC"),
    ],
)
def test_short_names(name, short):
    assert short_name_of(name) == short
