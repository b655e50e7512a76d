"""The home page and the directory's: SQL, CPU, bytes of a first view, requests/s against a trivial view.

Needs a data dir with the demonstration (`make run` makes one); `python -m bench.pages` uses ESSAIM_DATA_DIR.
"""

import gzip
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
PAGES = ("/annuaire/", "/annuaire/?q=epicerie", "/annuaire/?q=association&famille=association", "/annuaire/?page=40")


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    figures = {"uncached": uncached_pages(), "first_view_bytes": first_view_bytes(), "points": points_bytes()}
    figures["home"] = home()
    figures["repeat"] = repeat_ratio("/annuaire/")
    figures["home"]["repeat"] = repeat_ratio("/")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "pages.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    show(figures)


def home():
    """The home page: SQL with nothing kept at all, SQL and CPU with the page cache empty, bytes of a first view."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from essaim.foundation import kept, pagecache

    client = Client(HTTP_HOST="127.0.0.1")
    client.get("/")
    kept.forget_all()
    pagecache.store.clear()
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    return {"cold_sql": len(captured), **uncached(("/",))["/"], "first_view_bytes": first_view_bytes("/")["total"]}


def uncached_pages():
    """The directory's pages, one structure's, and a trivial view to compare with."""
    from django.test import Client

    return uncached(("/trivial/", *PAGES, a_structure(Client(HTTP_HOST="127.0.0.1"))))


def uncached(paths):
    """Status, SQL queries and CPU milliseconds of each page with an empty page cache, in process."""
    from django.db import connection
    from django.test import Client, RequestFactory
    from django.test.utils import CaptureQueriesContext

    from bench.wsgi import application
    from essaim.foundation import pagecache

    client = Client(HTTP_HOST="127.0.0.1")
    requests = RequestFactory(HTTP_HOST="127.0.0.1")
    rows = {}
    for path in paths:
        pagecache.store.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            status = client.get(path).status_code
        sql = len(captured)
        spent = []
        for _ in range(30):
            pagecache.store.clear()
            asked = requests.get(path)
            start = time.process_time()
            application.get_response(asked)
            spent.append((time.process_time() - start) * 1000)
        rows[path] = {"status": status, "sql": sql, "cpu_ms": round(statistics.median(spent), 2)}
    return rows


def a_structure(client):
    page = client.get("/annuaire/").content.decode()
    return re.search(r'href="(/annuaire/[^"/]+-[0-9A-Z]{9,12}/)"', page).group(1)


def first_view_bytes(page="/annuaire/"):
    """Bytes transferred by a first view of a page (the directory without the map): it, styles, script, fonts."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.test import Client

    html = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip").get(page)
    text = gzip.decompress(html.content) if html.headers.get("Content-Encoding") == "gzip" else html.content
    sizes = {page: len(gzip.compress(text, 4))}
    for url in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2|svg))"', text.decode()))):
        path = Path(settings.STATIC_ROOT, url.removeprefix(settings.STATIC_URL))
        if not path.exists():
            path = Path(finders.find(url.removeprefix(settings.STATIC_URL)))
        body = path.read_bytes()
        sizes[url] = len(body) if path.suffix == ".woff2" else len(gzip.compress(body, 6))
    sizes["total"] = sum(sizes.values())
    return sizes


def points_bytes():
    from django.test import Client

    body = Client(HTTP_HOST="127.0.0.1").get("/annuaire/carte/points/").content
    return {"points": len(json.loads(body)["kinds"]), "raw": len(body), "gzipped": len(gzip.compress(body, 9))}


def repeat_ratio(page):
    """Requests per second of an anonymous repeat of a page against the trivial view: same server, in turn."""
    from bench.load import requests_per_second

    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "bench.wsgi:application",
            "--bind",
            f"127.0.0.1:{port}",
            "--worker-class",
            "gthread",
            "--workers",
            "1",
            "--threads",
            "4",
            "--no-control-socket",
            "--log-level",
            "error",
        ],
        env=dict(os.environ),
    )
    try:
        wait_for(port)
        requests_per_second(port, page, 0.5)
        pairs = [(requests_per_second(port, page, 3), requests_per_second(port, "/trivial/", 3)) for _ in range(3)]
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # keep-alive connections hold it: nothing it serves matters any more
            server.kill()
            server.wait()
    ratios = [asked / trivial for asked, trivial in pairs]
    return {
        "page_per_s": round(statistics.median(p for p, _ in pairs)),
        "trivial_per_s": round(statistics.median(t for _, t in pairs)),
        "ratio": round(statistics.median(ratios), 2),
    }


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(port, seconds=120):
    """Wait for the server; a busy machine takes its time to import everything. Raises RuntimeError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def show(figures):
    print("page (nothing cached)                                    SQL    CPU ms")
    for path, row in figures["uncached"].items():
        print(f"{path:<55} {row['sql']:>4} {row['cpu_ms']:>9}")
    print(f"first view without map, bytes: {figures['first_view_bytes']['total']}")
    print(f"map points, bytes gzipped: {figures['points']['gzipped']}")
    home, repeat = figures["home"], figures["repeat"]
    print(
        f"/: {home['cold_sql']} SQL queries with nothing kept, {home['sql']} with the page cache empty, "
        f"CPU {home['cpu_ms']} ms, first view {home['first_view_bytes']:,} bytes, "
        f"repeat ratio {home['repeat']['ratio']}"
    )
    print(f"repeat {repeat['page_per_s']}/s, trivial {repeat['trivial_per_s']}/s, ratio {repeat['ratio']}")


if __name__ == "__main__":
    main()
