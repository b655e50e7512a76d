import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.geography.projection import reference_system, to_metres, to_wgs84

# commune, longitude, latitude, EPSG
PLACES = [
    ("86194", 0.3404, 46.5802, 2154),
    ("2A004", 8.7369, 41.9192, 2154),
    ("97105", -61.7262, 15.9971, 5490),
    ("97209", -61.0667, 14.6037, 5490),
    ("97701", -62.8498, 17.8962, 5490),
    ("97801", -63.0501, 18.0708, 5490),
    ("97302", -52.3261, 4.9372, 2972),
    ("97411", 55.4481, -20.8789, 2975),
    ("97608", 45.2279, -12.7806, 4471),
    ("97502", -56.1771, 46.7811, 4467),
    ("00101", 0.5, 46.5, 2154),
]


def test_published_point_in_paris():
    lon, lat = to_wgs84([652469.02], [6862035.26], ["75056"])
    assert lon[0] == pytest.approx(2.3522, abs=1e-4)
    assert lat[0] == pytest.approx(48.8566, abs=1e-4)


def test_origin_of_lambert_93():
    """By definition of the system, 3° E 46.5° N stands at 700 000 m, 6 600 000 m."""
    lon, lat = to_wgs84([700_000], [6_600_000], ["86194"])
    assert (lon[0], lat[0]) == (pytest.approx(3.0, abs=1e-7), pytest.approx(46.5, abs=1e-7))


@pytest.mark.parametrize(("code", "lon", "lat", "epsg"), PLACES)
def test_each_territory_has_its_system(code, lon, lat, epsg):
    assert reference_system(code).epsg == epsg
    x, y = to_metres([lon], [lat], [code])
    back_lon, back_lat = to_wgs84(x, y, [code])
    assert back_lon[0] == pytest.approx(lon, abs=1e-7)
    assert back_lat[0] == pytest.approx(lat, abs=1e-7)


def test_mixed_territories_in_one_call_keep_their_order():
    codes = [place[0] for place in PLACES] * 3
    lons = np.array([place[1] for place in PLACES] * 3)
    lats = np.array([place[2] for place in PLACES] * 3)
    lon, lat = to_wgs84(*to_metres(lons, lats, codes), codes)
    assert np.allclose(lon, lons, atol=1e-7)
    assert np.allclose(lat, lats, atol=1e-7)


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (0, 0, "86194"),
        (None, 6_600_000, "86194"),
        (700_000, None, "86194"),
        (math.nan, math.nan, "86194"),
        (math.inf, 6_600_000, "86194"),
        ("[ND]", "[ND]", "86194"),
        ("", "", "86194"),
        (1e30, 1e30, "86194"),
        (-700_000, 6_600_000, "86194"),
        (3.0, 46.5, "86194"),
        (700_000, 6_600_000, "97411"),
        (700_000, 6_600_000, "98818"),
        (700_000, 6_600_000, "99100"),
        (700_000, 6_600_000, ""),
        (700_000, 6_600_000, None),
    ],
)
def test_absurd_points_are_not_points(x, y, code):
    lon, lat = to_wgs84([x], [y], [code])
    assert np.isnan(lon[0])
    assert np.isnan(lat[0])


def test_texts_of_numbers_are_read_beside_what_is_not():
    lon, _ = to_wgs84(["700000", "[ND]"], ["6600000", "[ND]"], ["86194", "86194"])
    assert lon[0] == pytest.approx(3.0)
    assert np.isnan(lon[1])


def test_nothing_in_nothing_out():
    lon, lat = to_wgs84([], [], [])
    assert lon.shape == lat.shape == (0,)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="longueur"):
        to_wgs84([1], [1, 2], ["86194"])


@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=True, allow_infinity=True),
            st.floats(allow_nan=True, allow_infinity=True),
            st.sampled_from(["86194", "97411", "97502", "", "2A004", "98801"]),
        ),
        max_size=20,
    )
)
def test_never_a_point_outside_france(rows):
    lon, lat = to_wgs84([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    assert np.array_equal(np.isnan(lon), np.isnan(lat))
    assert np.all(np.isnan(lon) | ((lon > -64) & (lon < 57)))
