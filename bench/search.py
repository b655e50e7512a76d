"""Search of the directory at 5 000 and 1 000 000 invented structures: a page of results, its exact total, its counts.

    python -m bench.search [--size 5000|1000000] [--folder FOLDER] [--fresh] [--repeat N]

Each text of bench/search_queries.txt is crossed with each line of its [filters]; every measure asks for 20 results, the
total and the counts of nine filters, in this process, nothing kept from one measure to the next. Targets: p99 of the
whole mix at most 5 ms at 5 000 and 40 ms at 1 000 000; a typo at most 3 × the same word well spelt (p50 to p50).
Wall time is what a visitor waits; CPU time is beside it because a shared machine makes the former noisy: the load of
the machine is written with the figures. Writes bench/results/search-SIZE.json.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
os.environ.setdefault("ESSAIM_DATA_DIR", str(HERE / "work" / "data"))

TARGET_MS = {5_000: 5.0, 1_000_000: 40.0}
TYPO_RATIO = 3.0
Timed = dict[Any, tuple[list[float], list[float]]]


def read_mix() -> tuple[dict[str, list[str]], list[tuple[str, str]], list[str]]:
    """Texts by section, pairs (typo, well spelt), and filters."""
    sections: dict[str, list[str]] = {}
    current = ""
    for raw in (HERE / "search_queries.txt").read_text("utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
            sections[current] = []
        elif line and not line.startswith("#"):
            sections[current].append("" if line == "." else line)
    filters = sections.pop("filters")
    typos = [(wrong.strip(), right.strip()) for wrong, right in (line.split("=>") for line in sections.pop("typos"))]
    return {**sections, "typos": [wrong for wrong, _ in typos]}, typos, filters


def build(folder: Path, size: int) -> float | None:
    """Build the index unless a sound one of this size is there; seconds taken, or None."""
    from bench.search_generate import documents
    from essaim.directory.search.documents import SPEC
    from essaim.foundation.search import IndexUnavailable, IndexWriter, Request, Searcher

    try:
        if Searcher(folder, SPEC).search(Request(), limit=1, facets=False).total == size:
            return None
    except IndexUnavailable:
        pass

    def progress(done: int) -> None:
        if done % 5000 == 0:
            print(f"\r  index : {done:,} / {size:,}", end="", flush=True)

    started = time.perf_counter()
    IndexWriter(folder, SPEC).rebuild(documents(size), progress)
    print()
    return time.perf_counter() - started


def measure(searcher: Any, synonyms: Any, requests: Mapping[Any, Any], repeat: int) -> Timed:
    """Milliseconds (wall, CPU) of each request, in random order so that noise falls on all alike."""
    timed: Timed = {key: ([], []) for key in requests}
    order = [key for key in requests for _ in range(repeat)]
    random.Random(1).shuffle(order)
    for key in order:
        wall, cpu = time.perf_counter(), time.thread_time()
        searcher.search(requests[key], limit=20, synonyms=synonyms)
        timed[key][1].append((time.thread_time() - cpu) * 1000)
        timed[key][0].append((time.perf_counter() - wall) * 1000)
    return timed


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(name: str, timed: list[tuple[list[float], list[float]]]) -> dict[str, Any]:
    wall = [value for each, _ in timed for value in each]
    cpu = [value for _, each in timed for value in each]
    return {
        "kind": name,
        "measures": len(wall),
        "p50_ms": round(statistics.median(wall), 3),
        "p99_ms": round(percentile(wall, 0.99), 3),
        "max_ms": round(max(wall), 3),
        "cpu_p50_ms": round(statistics.median(cpu), 3),
        "cpu_p99_ms": round(percentile(cpu, 0.99), 3),
    }


def run(size: int, folder: Path, repeat: int, slowest: int) -> dict[str, Any]:
    from django.http import QueryDict

    from essaim.directory.search.documents import SPEC
    from essaim.directory.search.params import SearchParams
    from essaim.directory.search.synonyms import project_synonyms
    from essaim.foundation.search import Request, Searcher, Synonyms, home, read_pointer

    seconds = build(folder, size)
    searcher, synonyms = Searcher(folder, SPEC), Synonyms(project_synonyms())
    scope = {"epci": searcher.values("epci")}
    mix, typos, lines = read_mix()
    filters = {line: SearchParams.from_querydict(QueryDict(line)).engine_filters() for line in lines}
    started = time.perf_counter()
    searcher.search(Request("epicrie", scope=scope), synonyms=synonyms)
    opening = time.perf_counter() - started

    requests = {
        (kind, text, line): Request(text, kept, scope)
        for kind, texts in mix.items()
        for text in texts
        for line, kept in filters.items()
    }
    timed = measure(searcher, synonyms, requests, repeat)
    rows = [row(kind, [timed[key] for key in timed if key[0] == kind]) for kind in mix]
    rows.append(row("unfiltered", [timed[key] for key in timed if not key[2]]))
    rows.append(row("whole mix", list(timed.values())))
    pairs = {(pair, text): Request(text, filters[""], scope) for pair in typos for text in pair}
    paired = {
        key: statistics.median(cpu) for key, (_, cpu) in measure(searcher, synonyms, pairs, max(15, repeat)).items()
    }
    ratios = {pair[0]: paired[pair, pair[0]] / paired[pair, pair[1]] for pair in typos}
    for key in sorted(timed, key=lambda k: -statistics.median(timed[k][0]))[:slowest]:
        print(f"  {statistics.median(timed[key][0]):7.2f} ms  {key}")
    in_service = home(folder, SPEC.noun) / read_pointer(home(folder, SPEC.noun)).generation
    disk = sum(path.stat().st_size for path in in_service.iterdir())
    target = TARGET_MS.get(size)
    return {
        "size": size,
        "rows": rows,
        "typo_ratio": round(statistics.median(ratios.values()), 3),
        "typo_ratios": {word: round(value, 3) for word, value in ratios.items()},
        "target_p99_ms": target,
        "reached": None if target is None else rows[-1]["p99_ms"] <= target,
        "reached_in_cpu_time": None if target is None else rows[-1]["cpu_p99_ms"] <= target,
        "load_average": os.getloadavg()[0],
        "cpus": os.cpu_count(),
        "opening_and_first_search_s": round(opening, 3),
        "index_seconds": None if seconds is None else round(seconds, 1),
        "index_mb": round(disk / 1e6, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def show(result: dict[str, Any]) -> None:
    print(f"\nRecherche à {result['size']:,} structures (20 résultats, total exact, comptes de neuf filtres)\n")
    print(f"{'':<14}{'mesures':>9}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}{'CPU p50':>10}{'CPU p99':>10}")
    for r in result["rows"]:
        times = "".join(f"{r[name]:>10.2f}" for name in ("p50_ms", "p99_ms", "max_ms", "cpu_p50_ms", "cpu_p99_ms"))
        print(f"{r['kind']:<14}{r['measures']:>9}{times}")
    worst = max(result["typo_ratios"], key=lambda word: result["typo_ratios"][word])
    print(f"\nFaute de frappe / bien écrit : médiane {result['typo_ratio']:.2f} ×, pire {worst} : ", end="")
    print(f"{result['typo_ratios'][worst]:.2f} × (cible : {TYPO_RATIO:g} ×)")
    if result["target_p99_ms"]:
        whole = result["rows"][-1]
        for kept, name, what in (("reached", "p99_ms", "attente"), ("reached_in_cpu_time", "cpu_p99_ms", "calcul")):
            verdict = "atteinte" if result[kept] else "MANQUÉE"
            print(f"Cible p99 ≤ {result['target_p99_ms']:g} ms, temps de {what} : {verdict} ({whole[name]:.2f} ms)")
    print(f"Charge de la machine : {result['load_average']:.1f} pour {result['cpus']} processeurs ; ", end="")
    print(f"index {result['index_mb']} Mo, ouvert en {result['opening_and_first_search_s']} s ; ", end="")
    print(f"mémoire {result['peak_memory_mb']} Mo")
    if result["index_seconds"]:
        print(f"Index construit en {result['index_seconds']} s, textes inventés compris")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=5_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--fresh", action="store_true", help="build the index anew")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--slowest", type=int, default=0, help="also list the slowest requests")
    options = parser.parse_args()

    import django

    django.setup()
    folder = options.folder or HERE / "work" / f"search-{options.size}"
    if options.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    result = run(options.size, folder, options.repeat, options.slowest)
    show(result)
    path = HERE / "results" / f"search-{options.size}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
