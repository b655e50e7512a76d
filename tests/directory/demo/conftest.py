"""The demonstration is drawn once by test process: two seconds, then every test reads it."""

from __future__ import annotations

import pytest

from essaim.directory.demo.generate import draw, generate

SEED = 86000


@pytest.fixture(scope="session")
def drawn():
    """What the default seed draws: one item by territory, Grand Poitiers first."""
    return draw(SEED)


@pytest.fixture(scope="session")
def home(drawn):
    """Grand Poitiers' draw."""
    return drawn[0]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The folder of the generated files and the summary of the run."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, generate(folder, SEED)
