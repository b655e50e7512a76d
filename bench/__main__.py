"""`make bench`: every measure, one table, JSON in bench/results/. BENCH_SCALE=full takes the sizes of the issue.

Ends with an error when a measure gave nothing, or when a figure misses its target.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import summary

FULL = os.environ.get("BENCH_SCALE") == "full"

SCALE = "1" if FULL else "0.02"

STEPS = {
    "stock → France": ["bench.stock", "--scale", SCALE, "--keep"],  # « observatory » takes its files, then drops them
    "sync": ["bench.sync"],
    "search, 5 000": ["bench.search", "--size", "5000"],
    **({"search, 1 000 000": ["bench.search", "--size", "1000000"]} if FULL else {}),
    "pages": ["bench.pages"],
    "observatory": ["bench.observatory", "--scale", SCALE],
    "nearby": ["bench.nearby"],
}


def main():
    started = time.time()
    with tempfile.TemporaryDirectory(prefix="essaim-bench-") as folder:
        env = dict(os.environ, ESSAIM_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="essaim.site.settings")
        essaim = str(Path(sys.executable).with_name("essaim"))
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"], ["demo"]):
            subprocess.run([essaim, *command], env=env, check=True, stdout=subprocess.DEVNULL)
        failed = [name for name, command in STEPS.items() if not run(name, command, env)]
    print("\n== summary", flush=True)
    reached = summary.show(since=started)
    sys.exit(f"mesures sans résultat : {', '.join(failed)}" if failed else not reached)


def run(name, command, env):
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", *command], env=env, check=False)
    print(f"   ({time.monotonic() - started:.0f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
