import json
from types import SimpleNamespace

import pytest
import shapely
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from shapely.geometry import shape

from essaim.geography import shapes
from essaim.geography.shapes import base, base_version, hexagons, voronoi
from essaim.geography.tiling import assign_hexagons, connected, holes, voronoi_cells

ROWS = (shapes.Path(__file__).resolve().parents[2] / "essaim/geography/data/centres_200069854.csv").read_text(
    encoding="utf-8"
)


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    shapes._hexagon_cells.cache_clear()
    shapes._voronoi_cells.cache_clear()
    yield
    shapes._hexagon_cells.cache_clear()
    shapes._voronoi_cells.cache_clear()


def commune(code, latitude, longitude, contour=None, name=None):
    return SimpleNamespace(code=code, name=name or f"C{code}", latitude=latitude, longitude=longitude, contour=contour)


def grand_poitiers():
    cells = [line.split(",") for line in ROWS.splitlines()[1:]]
    return [commune(code, float(lat), float(lon), name=name) for code, name, lat, lon, *_ in cells]


def test_forty_communes_have_forty_cells_in_one_piece():
    swarm = hexagons(grand_poitiers())
    grid = [(cell.column, cell.row) for cell in swarm.cells]
    assert len(set(grid)) == 40
    assert connected(grid)
    assert holes(grid) == 0
    west = next(cell for cell in swarm.cells if cell.name == "Sanxay")
    east = next(cell for cell in swarm.cells if cell.name == "La Puye")
    south = next(cell for cell in swarm.cells if cell.name == "Saint-Sauvant")
    assert west.x < swarm.width / 4
    assert east.x > swarm.width * 3 / 4
    assert south.row == max(cell.row for cell in swarm.cells)


def test_every_corner_is_inside_the_drawing():
    swarm = hexagons(grand_poitiers())
    for cell in swarm.cells:
        corners = [tuple(float(part) for part in pair.split(",")) for pair in cell.points.split()]
        assert len(corners) == 6
        assert all(-0.1 <= x <= swarm.width + 0.1 and -0.1 <= y <= swarm.height + 0.1 for x, y in corners)


def test_same_drawing_in_any_order_and_after_a_restart():
    places = grand_poitiers()
    first = hexagons(places)
    shapes._hexagon_cells.cache_clear()
    assert hexagons(list(reversed(places))) == first
    assert len(list((settings.DATA_DIR / "shapes").iterdir())) == 1


def test_a_damaged_kept_file_is_drawn_again():
    first = hexagons(grand_poitiers())
    (file,) = (settings.DATA_DIR / "shapes").iterdir()
    file.write_text('[["86019",')
    shapes._hexagon_cells.cache_clear()
    assert hexagons(grand_poitiers()) == first
    assert json.loads(file.read_text())


def test_no_commune_gives_an_empty_drawing():
    assert hexagons([]).cells == ()
    assert voronoi([])["features"] == []


@pytest.mark.parametrize("count", [1, 2, 3, 7, 40, 158, 300])
def test_any_number_of_communes(count):
    centres = [(f"{n:05}", 46 + (n * 37 % 101) / 200, (n * 61 % 97) / 150) for n in range(count)]
    cells = [(column, row) for _, column, row in assign_hexagons(centres)]
    assert len(set(cells)) == count
    assert connected(cells)
    zones = [shape(geometry) for _, geometry in voronoi_cells(centres)]
    assert len(zones) == count
    assert all(zone.is_valid and zone.area > 0 for zone in zones)


@pytest.mark.parametrize(
    "centres",
    [
        [(f"{n:05}", 46 + (n % 3) * 5.0, (n % 3) * 7.0 + n * 0.001) for n in range(30)],
        [(f"{n:05}", None, None) for n in range(30)],
        [(f"{n:05}", 46.0, 0.0) for n in range(30)],
        [(f"{n:05}", 46.0, n * 0.1) for n in range(30)],
        [("00001", 46.0, 0.0), ("00002", None, None), ("00003", 16.0, -61.0)],
    ],
    ids=["three far islands", "no centre", "one centre for all", "in a line", "one unknown, one overseas"],
)
def test_awkward_territories_still_hold_in_one_piece(centres):
    cells = [(column, row) for _, column, row in assign_hexagons(centres)]
    assert len(set(cells)) == len(centres)
    assert connected(cells)
    assert len(voronoi_cells(centres)) == sum(latitude is not None for _, latitude, _ in centres)


@given(
    st.lists(
        st.tuples(st.floats(45, 47).map(lambda v: round(v, 3)), st.floats(0, 2).map(lambda v: round(v, 3))),
        min_size=1,
        max_size=12,
    )
)
@hypothesis_settings(deadline=None, max_examples=40)
def test_zones_never_overlap_and_hold_their_centre(points):
    centres = [(f"{n:05}", latitude, longitude) for n, (latitude, longitude) in enumerate(points)]
    zones = [shape(geometry) for _, geometry in voronoi_cells(centres)]
    total = sum(zone.area for zone in zones)
    assert total == pytest.approx(shapely.union_all(zones).area, rel=1e-3)
    if len(set(points)) == len(points):
        for (_, latitude, longitude), zone in zip(centres, zones, strict=True):
            assert zone.distance(shapely.Point(longitude, latitude)) < 2e-3


def square(west, south):
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_real_contours_replace_the_zones_only_when_complete():
    half = [commune("86001", 46.5, 0.5, square(0, 46)), commune("86002", 46.5, 1.5)]
    assert base(half)["kind"] == "voronoi"
    assert base(half)["note"] == "Contours simplifiés : zones autour des centres des communes"
    whole = [commune("86001", 46.5, 0.5, square(0, 46)), commune("86002", 46.5, 1.5, square(1, 46))]
    drawn = base(whole)
    assert (drawn["kind"], drawn["note"]) == ("contours", "")
    assert drawn["features"][0]["properties"] == {"code": "86001", "name": "C86001", "population": None}
    assert base_version(whole) != base_version(half)
    assert base_version(whole) == base_version(list(reversed(whole)))
