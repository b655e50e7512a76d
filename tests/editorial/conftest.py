"""Fixtures of the public face."""

from __future__ import annotations

import pytest

from tests.editorial.factories import make_home
from tests.remembered import remembered


@pytest.fixture
def home(territory):
    """The door of the site, alone."""
    return make_home()


@pytest.fixture
def planted(territory):
    """The whole first content of Grand Poitiers (planted once per worker: see tests/remembered.py)."""
    from essaim.editorial.actions.planting import plant

    return remembered("planted", lambda: plant(by="test", territory=territory))
