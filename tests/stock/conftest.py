import pytest

from essaim.stock.importing import import_stock
from essaim.stock.read import current_extract
from tests.stock import factories as f


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def run(tmp_path, data_dir):
    """Import units and places; returns the report."""

    def go(units, places, vintage="2026-11", write=f.write_stock, options=None, **more):
        files = write(tmp_path / "sources", units, places, **(options or {}))
        return import_stock(data_dir=data_dir, vintage=vintage, **files, **more)

    return go


@pytest.fixture
def rows(data_dir):
    """Every row of the extract in service located in these communes, keyed by SIRET."""

    def go(*communes):
        extract = current_extract(data_dir)
        assert extract is not None
        return {row["siret"]: row for row in extract.establishments(communes or ("00101",))}

    return go


@pytest.fixture
def served(data_dir):
    """An extract of three structures is in service; returns its place and a check that it still is."""
    folder = data_dir.parent / "first"
    files = f.write_stock(folder, [f.unit(n) for n in range(3)], [f.place(n) for n in range(3)])
    import_stock(data_dir=data_dir, vintage="2026-10", **files)
    first = current_extract(data_dir)

    def still():
        now = current_extract(data_dir)
        assert now is not None
        assert now.path == first.path
        assert [row["siren"] for row in now.establishments(["00101"])] == [f.siren(n) for n in range(3)]
        return True

    return still
