"""Names in their cells: whatever fits is shown, nothing overflows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from essaim.ui import swarm


def test_short_name_on_one_line():
    lines, size = swarm.fit("Biard", 60)
    assert lines == ("Biard",)
    assert 0 < size <= swarm.LARGEST * 60


def test_long_names_are_cut_at_their_hyphens():
    assert swarm.fit("Saint-Benoît", 60)[0] == ("St-", "Benoît") or swarm.fit("Saint-Benoît", 60)[0] == ("St-Benoît",)
    lines, _ = swarm.fit("Vouneuil-sous-Biard", 60)
    assert "".join(lines) == "Vouneuil-sous-Biard"
    assert len(lines) in (2, 3)


def test_what_cannot_fit_is_left_to_the_list():
    assert swarm.fit("Anticonstitutionnellement", 60) == ((), 0.0)


@given(st.text(alphabet="abcéA -’", max_size=40), st.floats(min_value=1, max_value=500))
def test_no_line_is_wider_than_its_cell(name, width):
    lines, size = swarm.fit(name, width)
    for line in lines:
        assert len(line) * swarm.LETTER * size <= width


@given(st.lists(st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000)), min_size=3, max_size=6))
def test_any_polygon_is_drawn(points):
    cells, box = swarm.draw([{"name": "x", "points": points, "value": 3}], unit="lieux")
    assert len(cells) == 1
    assert len(box.split()) == 4
    assert cells[0].tip == "x\u00a0: 3 lieux"


def test_each_level_says_what_it_stands_for():
    cells = [{"value": value, "level": level} for value, level in ((0, 0), (3, 1), (12, 1), (2748, 2), ("?", 3))]
    assert swarm.ranges(cells) == [(0, "0"), (1, "3 à 12"), (2, "2\u202f748")]
    assert swarm.ranges([{"value": 0, "level": 0}]) == []


def test_a_name_too_small_for_a_small_drawing_says_so():
    hexagon = [(0, 15), (26, 0), (52, 15), (52, 45), (26, 60), (0, 45)]
    cells, _ = swarm.draw([{"name": name, "points": hexagon} for name in ("Biard", "Vouneuil-sous-Biard")])
    assert [cell.small for cell in cells] == [False, True]
