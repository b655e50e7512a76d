"""Structures stand in true communes, around their centre, and every moment of the day is within reach of all."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

import pytest

import essaim.geography
from essaim.directory.demo.kinds import MOMENTS
from essaim.directory.demo.places import fictitious_territories, grand_poitiers, metres_of
from essaim.foundation.identifiers import clean_siren

FARTHEST_KM = 20


@pytest.fixture(scope="module")
def visible(home):
    """Open places that a visitor finds on the map."""
    return [
        e
        for unit in home.drawer.units
        if unit.kind and unit.open and not unit.partial
        for e in unit.establishments
        if e.open and not e.partial
    ]


@pytest.fixture(scope="module")
def centres(home):
    return {place.code: metres_of(place) for place in home.territory.places}


def test_every_moment_is_near_every_commune(visible, centres):
    points = defaultdict(list)
    for e in visible:
        points[e.unit.kind].append((e.x, e.y))
    far = [
        (kind, code)
        for kind in MOMENTS
        for code, (x, y) in centres.items()
        if min((math.hypot(x - a, y - b) for a, b in points[kind]), default=math.inf) > FARTHEST_KM * 1_000
    ]
    assert far == []


def test_solidarity_groceries_stand_in_the_four_towns(visible):
    communes = {e.place.name for e in visible if e.unit.kind == "epicerie"}
    assert {"Poitiers", "Lusignan", "Chauvigny", "Jaunay-Marigny"} <= communes


def test_points_spread_around_the_centre_and_stay_in_their_commune(visible, centres):
    distances = []
    elsewhere = 0
    for e in visible:
        own = math.hypot(e.x - centres[e.place.code][0], e.y - centres[e.place.code][1])
        distances.append(own)
        elsewhere += any(math.hypot(e.x - x, e.y - y) < own for code, (x, y) in centres.items() if code != e.place.code)
    distances.sort()
    assert distances[len(distances) // 2] > 300
    assert distances[-1] < 4_500
    assert elsewhere < 0.02 * len(visible)
    shared = len(visible) - len({(e.x, e.y) for e in visible})
    assert shared > 50, "some associations share one address"


def test_the_forty_communes_are_those_of_the_geographic_code():
    folder = Path(essaim.geography.__file__).parent / "data"
    with (folder / "centres_200069854.csv").open(encoding="utf-8") as lines:
        centres = {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(lines)}
    places = {place.code: (place.latitude, place.longitude) for place in grand_poitiers().places}
    assert len(places) == 40
    assert places == centres


def test_invented_epci_can_be_taken_for_nobodys():
    territories = fictitious_territories()
    assert len(territories) == 2
    codes = [place.code for territory in territories for place in territory.places]
    assert len(codes) == len(set(codes))
    assert all(code.startswith("00") for code in codes)
    for territory in territories:
        assert clean_siren(territory.siren).startswith("999")
        assert 8 <= len(territory.places) <= 14


def test_invented_epci_do_not_lie_over_the_real_one():
    real = [metres_of(place) for place in grand_poitiers().places]
    for territory in fictitious_territories():
        for place in territory.places:
            x, y = metres_of(place)
            assert min(math.hypot(x - a, y - b) for a, b in real) > 10_000


def test_epci_and_units_share_no_siren(drawn):
    epci = {territory.siren for territory in fictitious_territories()}
    assert epci.isdisjoint(unit.siren for one in drawn for unit in one.drawer.units)
