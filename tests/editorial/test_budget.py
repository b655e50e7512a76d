"""What the home page costs, with nothing kept and for a first view; what engines and readers expect of every page."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.editorial.tree import tree
from essaim.foundation import kept, pagecache
from tests.editorial.house import make_house

STATIC = Path(__file__).resolve().parents[2] / "essaim/ui/static"
COLD = [
    ("the journal’s version", "foundation_journalentry"),
    ("the tree of pages", "editorial_homepage"),
    ("the home page", "editorial_homepage"),
    ("the territory", "foundation_territory"),
    ("its communes", "geography_commune"),
    ("the standing of the directory", "directory_syncrun"),
    ("what tables tell", "observatory_cell"),
    ("what is cited", "observatory_publishedfact"),
    ("the day", "editorial_daypage"),
    ("the laureates", "editorial_laureate"),
]
LANDMARKS = ("header", "nav", "main", "footer")


def first_table(sql):
    """The table that the outermost query reads first."""
    flat = re.sub(r"\s+", " ", sql)
    while True:  # what stands between parentheses is a subquery or a condition
        shorter = re.sub(r"\([^()]*\)", "", flat)
        if shorter == flat:
            break
        flat = shorter
    found = re.search(r' FROM "?([a-z_]+)"?', flat) or re.search(r' FROM "?([a-z_]+)"?', sql)
    return found[1] if found else ""


@pytest.mark.django_db(transaction=True)
def test_ten_queries_with_nothing_kept_one_when_everything_is(client):
    from django.core.cache import cache

    make_house()
    client.get("/")  # what the code itself prepares once: templates, addresses, words
    kept.forget_all()
    pagecache.store.clear()
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    read = [first_table(query["sql"]) for query in captured]
    assert sorted(read) == sorted(table for _, table in COLD), "\n\n".join(query["sql"] for query in captured)
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    assert [first_table(query["sql"]) for query in captured] == ["foundation_journalentry", "editorial_homepage"]


@pytest.mark.django_db
def test_first_view_stays_under_150_000_bytes(client):
    """The page, its style, its script and the two typefaces, compressed as they are sent; no picture."""
    make_house()
    html = client.get("/").content
    sent = {"/": len(gzip.compress(html, 4))}
    for url in set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|woff2))"', html.decode())):
        body = (STATIC / url).read_bytes()
        sent[url] = len(body) if url.endswith("woff2") else len(gzip.compress(body, 6))
    theme = re.search(r'href="(/theme\.[0-9a-f]+\.css)"', html.decode())
    sent["theme"] = len(client.get(theme[1]).content)
    assert {"ui/dist/site.css", "ui/dist/site.js"} <= set(sent)
    assert sum(sent.values()) <= 150_000, sent


class Outline(HTMLParser):
    """What a reader without eyes, or an engine, gets of a page."""

    def __init__(self):
        super().__init__()
        self.titles, self.levels, self.landmarks, self.links, self.images = 0, [], [], [], []
        self.lang, self.description, self.canonical, self.title = "", None, [], ""
        self._open, self._svg, self._in_title = None, 0, False

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "html":
            self.lang = found.get("lang", "")
        elif tag == "svg":
            self._svg += 1
        elif tag == "title" and not self._svg:
            self.titles += 1
            self._in_title = True
        elif tag == "meta" and found.get("name") == "description":
            assert self.description is None, "two descriptions"
            self.description = found["content"]
        elif tag == "link" and found.get("rel") == "canonical":
            self.canonical.append(found["href"])
        elif re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        elif tag in LANDMARKS:
            self.landmarks.append(tag)
        elif tag == "img":
            self.images.append(found)
            if self._open is not None:
                self._open[1] += found.get("alt", "")
        elif tag == "a" and "href" in found:
            self._open = [found["href"], found.get("aria-label", "")]

    def handle_endtag(self, tag):
        if tag == "svg":
            self._svg -= 1
        elif tag == "title":
            self._in_title = False
        elif tag == "a" and self._open is not None:
            self.links.append(tuple(self._open))
            self._open = None

    def handle_data(self, data):
        if self._in_title:
            self.title += data
        if self._open is not None:
            self._open[1] += data


def faults(html):
    """What Lighthouse would say of a page, in words."""
    page = Outline()
    page.feed(html)
    wrong = []
    if page.titles != 1 or not page.title.strip():
        wrong.append(f"{page.titles} titles")
    if page.lang != "fr":
        wrong.append(f"lang {page.lang!r}")
    if page.description is None or not 50 <= len(page.description) <= 160:
        wrong.append(f"description of {len(page.description or '')} signs: {page.description}")
    if page.levels.count(1) != 1:
        wrong.append(f"{page.levels.count(1)} h1")
    jumps = [pair for pair in zip(page.levels, page.levels[1:], strict=False) if pair[1] > pair[0] + 1]
    if jumps or page.levels[:1] != [1]:
        wrong.append(f"headings out of order: {page.levels}")
    wrong += [f"no {mark}" for mark in LANDMARKS if mark not in page.landmarks]
    if page.landmarks.count("main") != 1:
        wrong.append("not one main")
    wrong += [f"empty link: {href}" for href, text in page.links if not text.strip()]
    wrong += [f"image without alt: {image}" for image in page.images if "alt" not in image]
    if len(page.canonical) != 1:
        wrong.append(f"canonical {page.canonical}")
    return wrong


@pytest.mark.django_db
def test_every_planted_page_is_one_that_engines_and_readers_can_follow(client):
    make_house()
    wrong, titles = {}, {}
    for leaf in [*tree(), None]:
        address = "/plan-du-site/" if leaf is None else leaf.url
        html = client.get(address).content.decode()
        found = faults(html)
        title = re.search(r"<title>([^<]+)</title>", html)[1]
        if title in titles:
            found.append(f"same title as {titles[title]}")
        titles[title] = address
        if found:
            wrong[address] = found
    assert wrong == {}
    assert len(titles) > 15


def test_the_outline_sees_what_is_wrong():
    """The judge itself: a bad page is told bad."""
    bad = "<html><head><title></title></head><body><h2>a</h2><h4>b</h4><a href='/'></a><img src='x'></body></html>"
    assert len(faults(bad)) >= 9
