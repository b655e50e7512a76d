"""The table of figures: what is judged, at which size, and how the command ends."""

import json
import os

import pytest

from bench import summary

MEASURE = {"cpu": 10.0, "seconds": 9.0, "peak_mb": 700, "ratio": 5.0, "rows_per_second": 1000}
STOCK = {
    "rows_read": {"establishments": 860_000, "legal_units": 580_000},
    "measures": dict.fromkeys(("scan", "extract", "extract and cube"), MEASURE),
}
SEARCH = {
    "size": 5000,
    "target_p99_ms": 5.0,
    "rows": [{"kind": "whole mix", "p50_ms": 0.7, "p99_ms": 2.5, "cpu_p99_ms": 2.4}],
    "typo_ratio": 1.0,
    "typo_ratios": {"epicrie": 1.0, "footbal": 2.0},
}


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Write results, then read the table; `old` ones were written in another age."""
    monkeypatch.setattr(summary, "RESULTS", tmp_path)

    def go(since=0.0, old=(), **found):
        for name, figures in found.items():
            path = tmp_path / f"{name.replace('_', '-')}.json"
            path.write_text(json.dumps(figures))
            if name in old:
                os.utime(path, (1000, 1000))
        return {row[0]: row[1:] for row in summary.rows(since)}

    return go


def test_a_small_stock_is_told_and_judges_nothing(results, capsys):
    table = results(stock=STOCK | {"scale": 0.02})
    assert table["stock, extract, CPU ÷ bare scan"][:4] == ("5.0 ×", None, None, "0.9 M × 0.6 M rows")
    assert summary.show()
    assert "MISSED" not in capsys.readouterr().out


def test_a_national_stock_is_judged_and_a_missed_target_is_an_error(results, capsys):
    table = results(stock=STOCK | {"scale": 1.0})
    assert [table[f"stock, {name}, CPU ÷ bare scan"][2] for name in ("extract", "extract and cube")] == [False, False]
    assert table["stock, peak memory"][:3] == ("700 MB", "≤ 1,000 MB", True)
    assert not summary.show()
    assert "MISSED" in capsys.readouterr().out


def test_the_worst_typo_is_judged(results):
    key = "search, typo ÷ word well spelt, worst"
    assert results(search_5000=SEARCH)[key][:3] == ("2.0 ×", "≤ 3 ×", True)
    assert results(search_5000=SEARCH | {"typo_ratios": {"epicrie": 3.2}})[key][2] is False


def test_a_run_shows_only_what_it_measured(results):
    table = results(since=2000, old=("stock",), stock=STOCK | {"scale": 1.0}, search_5000=SEARCH)
    assert table and all(figure.startswith("search") for figure in table)
    assert {row[3] for row in table.values()} == {"5,000 structures"}


OBSERVATORY = {
    "scale": 0.02,
    "one EPCI": {"cpu_ms": 24.5, "ms": 30.1, "ratio": 0.9},
    "every EPCI": {"epci": 1257, "seconds": 7.9, "peak_mb": 218, "ratio": 1.4},
    "page": {"home": {"sql": 8, "cpu_ms": 21.0}, "first_view_bytes": {"total": 112_101}},
}


def judged(table):
    return {figure: row[1:3] for figure, row in table.items() if row[1]}


def test_the_observatory_is_judged_on_time_when_the_stock_is_national(results):
    page = {"/observatoire/, SQL queries": ("≤ 8", True), "/observatoire/, first view": ("≤ 150,000 B", True)}
    assert judged(results(observatory=OBSERVATORY)) == page
    assert judged(results(observatory=OBSERVATORY | {"scale": 1.0})) == page | {
        "observatory, every indicator of one EPCI, CPU": ("≤ 50 ms", True),
        "observatory, every EPCI, elapsed": ("≤ 60 s", True),
        "observatory, every EPCI, peak memory": ("≤ 1,000 MB", True),
    }
    heavier = OBSERVATORY["page"] | {"first_view_bytes": {"total": 151_000}}
    assert results(observatory=OBSERVATORY | {"page": heavier})["/observatoire/, first view"][2] is False
