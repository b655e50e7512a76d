import os
from pathlib import Path

import pytest

from essaim.stock.download import ATTEMPTS, fetch, published_month
from essaim.stock.errors import DownloadFailed, GateRefusal
from tests.stock import factories as f
from tests.stock.httpserver import Served, serve

BIG = os.urandom(700_000)


@pytest.fixture
def get(tmp_path):
    said = []

    def go(url):
        return fetch(url, tmp_path / "downloads", said.append, pause=lambda seconds: None)

    go.said = said
    go.folder = tmp_path / "downloads"
    return go


def test_a_whole_file_comes_whole(get):
    with serve({"/a.parquet": Served(BIG)}) as base:
        assert get(f"{base}/a.parquet").read_bytes() == BIG


def test_a_download_cut_at_60_percent_resumes_where_it_stopped(get):
    served = Served(BIG, cuts=[420_000])
    with serve({"/a": served}) as base:
        assert get(f"{base}/a").read_bytes() == BIG
    assert served.sent == len(BIG), "nothing is fetched twice"
    assert served.requests[1]["Range"] == "bytes=420000-"
    assert served.requests[1]["If-Range"] == served.etag


def test_a_next_run_resumes_what_the_former_left(get):
    with serve({"/a": Served(BIG, cuts=[420_000, *[0] * ATTEMPTS])}) as base:
        with pytest.raises(DownloadFailed, match="Relancez"):
            get(f"{base}/a")
        assert not [path for path in get.folder.iterdir() if path.suffix not in (".part", ".json")]
        assert get(f"{base}/a").read_bytes() == BIG


def test_many_cuts_with_progress_each_time_succeed(get):
    with serve({"/a": Served(BIG, cuts=[30_000] * 20)}) as base:
        assert get(f"{base}/a").read_bytes() == BIG


@pytest.mark.parametrize("validators", [True, False])
def test_a_file_that_changes_between_two_requests_starts_again(get, validators):
    other = os.urandom(650_000)

    def change(served):
        served.content = other

    served = Served(BIG, validators=validators, cuts=[420_000], then=change)
    with serve({"/a": served}) as base:
        assert get(f"{base}/a").read_bytes() == other


def test_a_change_of_the_same_size_is_seen(get):
    other = os.urandom(len(BIG))
    served = Served(BIG, cuts=[420_000], then=lambda served: setattr(served, "content", other))
    with serve({"/a": served}) as base:
        assert get(f"{base}/a").read_bytes() == other


def test_a_server_that_ignores_if_range_is_not_trusted(get):
    other = os.urandom(len(BIG))

    served = Served(BIG, heeds_if_range=False, cuts=[420_000], then=lambda served: setattr(served, "content", other))
    with serve({"/a": served}) as base:
        assert get(f"{base}/a").read_bytes() == other


def test_a_server_without_ranges_gives_the_whole_again(get):
    served = Served(BIG, ranges=False, cuts=[420_000])
    with serve({"/a": served}) as base:
        assert get(f"{base}/a").read_bytes() == BIG
    assert any("ne sait pas reprendre" in line for line in get.said)


def test_a_weak_etag_never_proves_a_resumption(get):
    served = Served(BIG, weak=True, cuts=[420_000])
    with serve({"/a": served}) as base:
        assert get(f"{base}/a").read_bytes() == BIG
    assert "Range" not in served.requests[1]


def test_a_chunked_answer_cut_short_is_not_taken_for_whole(get):
    with serve({"/a": Served(BIG, chunked=True, cuts=[420_000])}) as base:
        assert get(f"{base}/a").read_bytes() == BIG


def test_an_unchanged_file_is_not_fetched_again(get):
    served = Served(BIG)
    with serve({"/a": served}) as base:
        first = get(f"{base}/a")
        assert get(f"{base}/a") == first
        assert served.sent == len(BIG)
        served.content = b"new"
        assert get(f"{base}/a").read_bytes() == b"new"


def test_a_partial_file_that_is_in_fact_whole_is_recognised(get):
    served = Served(BIG)
    with serve({"/a": served}) as base:
        whole = get(f"{base}/a")
        whole.rename(whole.with_name(whole.name + ".part"))
        assert get(f"{base}/a").read_bytes() == BIG
        assert served.sent == len(BIG)


def test_errors_of_a_tired_server_are_retried(get):
    with serve({"/a": Served(BIG, statuses=[503, 429, 500])}) as base:
        assert get(f"{base}/a").read_bytes() == BIG


def test_redirects_are_followed(get):
    files = {"/b": Served(BIG)}
    with serve(files) as base:
        files["/a"] = Served(b"", location=f"{base}/b")
        assert get(f"{base}/a").read_bytes() == BIG


def test_not_found_is_said_at_once(get):
    with serve({}) as base, pytest.raises(DownloadFailed, match="404"):
        get(f"{base}/absent.parquet")


def test_nobody_listens(get):
    with pytest.raises(DownloadFailed, match="injoignable"):
        get("http://127.0.0.1:9/a.parquet")


@pytest.mark.parametrize(
    ("said", "month"),
    [("Mon, 02 Nov 2026 03:04:05 GMT", "2026-11"), ("", None), ("hier", None), ("Mon, 99 Nov 2026 03:04:05 GMT", None)],
)
def test_the_month_of_a_file_is_what_its_server_says(get, said, month):
    with serve({"/a": Served(BIG, last_modified=said, cuts=[420_000])}) as base:
        assert published_month(get(f"{base}/a")) == month


def test_a_file_that_came_otherwise_has_no_month(tmp_path):
    assert published_month(tmp_path / "a.parquet") is None


def test_an_import_from_urls_with_cuts(tmp_path, data_dir):
    from essaim.stock.importing import import_stock
    from essaim.stock.read import current_extract

    files = f.write_stock(tmp_path / "s", [f.unit(n) for n in range(50)], [f.place(n) for n in range(50)])
    served = {
        f"/{key}.parquet": Served(Path(path).read_bytes(), cuts=[2000], last_modified="Mon, 02 Nov 2026 03:04:05 GMT")
        for key, path in files.items()
    }
    with serve(served) as base:
        urls = {key: f"{base}/{key}.parquet" for key in files}
        report = import_stock(data_dir=data_dir, **urls)
        with pytest.raises(GateRefusal, match="ne sont pas encore parus"):
            import_stock(data_dir=data_dir, vintage="2026-12", **urls)
    assert report["vintage"] == "2026-11", "the month of publication, not that of the clock"
    assert report["kept"]["establishments"] == 50
    assert {source.location for source in current_extract(data_dir).sources} == {
        f"{base}/establishments.parquet",
        f"{base}/legal_units.parquet",
    }


def test_an_error_page_fetched_in_place_of_the_file_is_refused_and_forgotten(data_dir, served):
    from essaim.stock.errors import WrongFile
    from essaim.stock.importing import import_stock

    page = Served(b"<!DOCTYPE html><html><body>Maintenance</body></html>")
    with serve({"/u.parquet": page}) as base:
        for _ in range(2):
            with pytest.raises(WrongFile, match="page web"):
                import_stock(data_dir=data_dir, establishments="x", legal_units=f"{base}/u.parquet", vintage="2026-11")
    assert len(page.requests) == 2
    assert served()
