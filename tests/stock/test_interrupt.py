"""Ctrl-C, stop and kill at any moment: the former extract stays in service, whole and readable."""

import random
import signal
import subprocess
import sys
import time

import pytest

from essaim.stock.archive import Archive
from essaim.stock.importing import import_stock
from essaim.stock.read import current_extract
from tests.stock import factories as f

COUNT = 12_000


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    folder = tmp_path_factory.mktemp("big")
    return f.write_stock(
        folder,
        [f.unit(n) for n in range(COUNT)],
        [f.place(n, libelleVoieEtablissement=f"VOIE {n * 7919 % 12007}") for n in range(COUNT)],
    )


def start(data_dir, files):
    return subprocess.Popen(
        [sys.executable, "-m", "essaim.site.cli", "stock", "import", "--vintage", "2026-11", "--accept-shrink",
         "--data-dir", str(data_dir), "--establishments", files["establishments"],
         "--legal-units", files["legal_units"]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stop_at_any_moment(tmp_path, big, stop):
    data_dir = tmp_path / "data"
    files = f.write_stock(tmp_path / "first", [f.unit(n) for n in range(3)], [f.place(n) for n in range(3)])
    import_stock(data_dir=data_dir, vintage="2026-10", **files)
    began = time.monotonic()
    assert start(data_dir, big).wait() == 0
    whole = time.monotonic() - began
    assert current_extract(data_dir).rows == COUNT
    stopped = 0
    draw = random.Random(stop)
    for _ in range(5):
        before = current_extract(data_dir)
        process = start(data_dir, big)
        time.sleep(draw.uniform(0.1, whole))
        process.send_signal(stop)
        _, said = process.communicate(timeout=60)
        after = current_extract(data_dir)
        assert len(list(after.establishments(["00101"]))) == after.rows
        if process.returncode == 0:  # it had finished: the new one serves
            continue
        stopped += 1
        assert after.path == before.path or process.returncode == -stop
        if stop != signal.SIGKILL:
            # Before our code has a say (the interpreter starting, or ending), the signal itself ends the process.
            assert process.returncode in (130, -stop), said
            if process.returncode == 130:
                assert "Interrompu" in said
                assert "Traceback" not in said
                assert not (data_dir / "stock" / "work").exists()
    assert stopped, "no run was caught"
    assert start(data_dir, big).wait() == 0, "the next run works and sweeps what was left"
    assert not (data_dir / "stock" / "work").exists()
    assert all(manifest.rows in (3, COUNT) for manifest in Archive(data_dir).archived())


@pytest.mark.parametrize("stop", ["SIGINT", "SIGTERM"])
def test_a_stop_after_the_switch_comes_too_late(tmp_path, stop):
    """The new extract is in service: the run ends well and says so, whatever is asked of it then."""
    files = f.write_stock(tmp_path / "files", [f.unit(n) for n in range(3)], [f.place(n) for n in range(3)])
    script = (
        "import os, signal, sys\n"
        "from essaim.stock.archive import Archive\n"
        "switch = Archive.point_to\n"
        "def switch_then_stop(self, kind, place):\n"
        "    switch(self, kind, place)\n"
        f"    os.kill(os.getpid(), signal.{stop})\n"
        "Archive.point_to = switch_then_stop\n"
        "from essaim.stock.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "import", "--vintage", "2026-11", "--data-dir", str(tmp_path / "data"),
         "--establishments", files["establishments"], "--legal-units", files["legal_units"]],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2026-11" in done.stdout
    assert current_extract(tmp_path / "data").vintage == "2026-11"
