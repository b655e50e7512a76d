"""The geometry behind `shapes`: pure functions of commune centres. scipy and shapely are imported here only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.optimize import linear_sum_assignment

from essaim.foundation.geo import KM_PER_DEGREE

Floats = npt.NDArray[np.float64]
Cell = tuple[int, int]
Centre = tuple[str, float | None, float | None]

# Steps of a doubled-width grid: two columns aside, or one column and one row.
NEIGHBOURS: tuple[Cell, ...] = ((2, 0), (-2, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
# Sizes of grid tried, as a share of the size at which the cells cover the communes' hull exactly.
SIZES = (0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.6)
# Where the grid is laid, in cells.
OFFSETS = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))
MARGIN = 2  # rings of free cells around the communes
COST_OF_A_HOLE = 1.5  # an enclosed empty cell is as bad as one commune this many cells astray
LONE_RADIUS_KM = 3.0


def _plane(centres: Sequence[Centre]) -> Floats:
    """Centres in km around their middle, y downwards as on a screen; those without a centre stand on the middle."""
    known = [(latitude, longitude) for _, latitude, longitude in centres if latitude is not None]
    if not known:
        return np.zeros((len(centres), 2))
    degrees = np.array(known, dtype=np.float64)
    south, west = degrees.mean(axis=0)
    shrink = math.cos(math.radians(south))
    return np.array(
        [
            (0.0, 0.0)
            if latitude is None or longitude is None
            else ((longitude - west) * KM_PER_DEGREE * shrink, (south - latitude) * KM_PER_DEGREE)
            for _, latitude, longitude in centres
        ]
    )


def _spacing(points: Floats) -> float:
    """Distance in km between neighbouring cells when hexagons cover the communes' hull, one each."""
    hull = shapely.MultiPoint(points).convex_hull
    width = float(np.ptp(points, axis=0).max())
    # Half a cell sticks out all around: solved once with a first guess, which is enough for a drawing.
    guess = math.sqrt(hull.area / len(points)) or width / max(len(points) - 1, 1) or 1.0
    area = hull.buffer(guess / 2).area
    return math.sqrt(area / len(points) * 2 / math.sqrt(3))


def _grid(points: Floats, spacing: float, offset: tuple[float, float]) -> tuple[list[Cell], Floats]:
    """Cells (doubled column, row) that cover the points and a margin, and their middles in km."""
    step_x, step_y = spacing / 2, spacing * math.sqrt(3) / 2
    low, high = points.min(axis=0), points.max(axis=0)
    # A margin that can hold every commune even when all of them share one centre.
    ring = MARGIN + math.ceil(math.sqrt(len(points)) / 2)
    cells = [
        (column, row)
        for row in range(math.floor(low[1] / step_y) - ring, math.ceil(high[1] / step_y) + ring + 1)
        for column in range(math.floor(low[0] / step_x) - 2 * ring, math.ceil(high[0] / step_x) + 2 * ring + 1)
        if (column + row) % 2 == 0
    ]
    middles = np.array([((c + 2 * offset[0]) * step_x, (r + offset[1]) * step_y) for c, r in cells])
    return cells, middles


def _around(cell: Cell) -> Iterator[Cell]:
    return ((cell[0] + column, cell[1] + row) for column, row in NEIGHBOURS)


def _reach(start: Cell, allowed: set[Cell]) -> set[Cell]:
    """Every cell of `allowed` that can be walked to."""
    seen, edge = {start}, [start]
    while edge:
        for cell in _around(edge.pop()):
            if cell in allowed and cell not in seen:
                seen.add(cell)
                edge.append(cell)
    return seen


def connected(cells: Sequence[Cell]) -> bool:
    """Whether the cells hold in one piece."""
    return len(_reach(cells[0], set(cells))) == len(set(cells))


def holes(cells: Sequence[Cell]) -> int:
    """How many empty cells are enclosed."""
    taken = set(cells)
    columns, rows = [c for c, _ in cells], [r for _, r in cells]
    box = {
        (column, row)
        for row in range(min(rows) - 1, max(rows) + 2)
        for column in range(min(columns) - 2, max(columns) + 3)
        if (column + row) % 2 == 0
    }
    corner = min(box - taken, key=lambda cell: (cell[1], cell[0]))
    return len(box - taken - _reach(corner, box - taken))


def _place(points: Floats, cells: list[Cell], middles: Floats) -> tuple[list[Cell], float]:
    """The cell of each point, at least total displacement (km, squared: two small moves rather than a big one)."""
    squares = ((points[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(squares)
    chosen = [cells[column] for column in columns[np.argsort(rows)]]
    return chosen, float(np.sqrt(squares[rows, columns]).mean())


def _one_piece(points: Floats, spacing: float) -> list[Cell]:
    """The fallback for scattered communes (archipelagos): grow one piece of cells towards them, then place.

    Cells are taken one by one among the neighbours of the piece, the one nearest to a commune not yet close to any.
    """
    cells, middles = _grid(points, spacing, (0.0, 0.0))
    at = dict(zip(cells, middles, strict=True))
    centre = min(cells, key=lambda cell: (float((at[cell] ** 2).sum()), cell))
    piece = [centre]
    waiting = points.copy()
    edge = {cell for cell in _around(centre) if cell in at}
    waiting = np.delete(waiting, int(((waiting - at[centre]) ** 2).sum(axis=1).argmin()), axis=0)
    while len(waiting):
        # sorted: sets have no order of their own, and the drawing must be the same on every run
        free = sorted(edge)
        squares = ((np.array([at[cell] for cell in free])[:, None, :] - waiting[None, :, :]) ** 2).sum(axis=2)
        best, commune = np.unravel_index(int(squares.argmin()), squares.shape)
        cell = free[int(best)]
        piece.append(cell)
        edge.discard(cell)
        edge |= {near for near in _around(cell) if near in at and near not in piece}
        waiting = np.delete(waiting, int(commune), axis=0)
    return _place(points, piece, np.array([at[cell] for cell in piece]))[0]


def assign_hexagons(centres: Sequence[Centre]) -> list[tuple[str, int, int]]:
    """One cell (doubled column, row) per commune, all in one piece, with the least displacement found. Deterministic.

    Several sizes and positions of the grid are tried; the drawing kept has one piece, few enclosed holes and its
    communes near their true place (mean displacement, in cells of the exact size).
    """
    if not centres:
        return []
    points = _plane(centres)
    spacing = _spacing(points)
    best: tuple[float, list[Cell]] | None = None
    for size in SIZES:
        for offset in OFFSETS:
            cells, middles = _grid(points, spacing * size, offset)
            chosen, displacement = _place(points, cells, middles)
            if not connected(chosen):
                continue
            score = displacement / spacing + COST_OF_A_HOLE * holes(chosen) / len(chosen)
            if best is None or score < best[0] - 1e-9:
                best = (score, chosen)
    chosen = best[1] if best else _one_piece(points, spacing)
    return [(centre[0], column, row) for centre, (column, row) in zip(centres, chosen, strict=True)]


def _apart(points: Floats) -> Floats:
    """Move communes that share one centre ten metres apart, in a ring: each needs a zone of its own."""
    moved = points.copy()
    seen: dict[tuple[float, float], int] = {}
    for at, point in enumerate(points):
        spot = (round(float(point[0]), 3), round(float(point[1]), 3))
        turn = seen[spot] = seen.get(spot, -1) + 1
        if turn:
            angle = turn * 2.399963  # golden angle: never twice the same direction
            moved[at] += (0.01 * turn * math.cos(angle), 0.01 * turn * math.sin(angle))
    return moved


def voronoi_cells(centres: Sequence[Centre]) -> list[tuple[str, dict[str, Any]]]:
    """GeoJSON polygons (degrees, five decimals) of the zones nearest to each centre, within their widened hull."""
    known = [(code, lat, lon) for code, lat, lon in centres if lat is not None and lon is not None]
    if not known:
        return []
    points = _apart(_plane(known))
    south = float(np.mean([lat for _, lat, _ in known]))
    west = float(np.mean([lon for _, _, lon in known]))
    shrink = math.cos(math.radians(south))
    spots = shapely.points(points)
    hull = shapely.MultiPoint(points).convex_hull
    margin = max(0.45 * _spacing(points), 1.0) if len(points) > 1 else LONE_RADIUS_KM
    frame = hull.buffer(margin, quad_segs=6)
    if len(points) == 1:
        zones = [frame]
    else:
        diagram = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame.envelope)
        tree = shapely.STRtree(list(diagram.geoms))
        zones = [
            shapely.intersection(diagram.geoms[int(tree.query(spot, predicate="intersects")[0])], frame)
            for spot in spots
        ]

    def degrees(plane: Floats) -> Floats:
        return np.column_stack(
            [west + plane[:, 0] / (KM_PER_DEGREE * shrink), south - plane[:, 1] / KM_PER_DEGREE]
        ).round(5)

    return [
        (code, shapely.geometry.mapping(shapely.transform(zone, degrees)))
        for (code, _, _), zone in zip(known, zones, strict=True)
    ]
