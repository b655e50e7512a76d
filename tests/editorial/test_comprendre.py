"""« Comprendre » and « J'entreprends autrement »: sourced, live, plain."""

from __future__ import annotations

import html
import itertools
import re
import tomllib
from importlib import resources

import pytest
from django.utils.html import strip_tags

from essaim.editorial.planting.reading import read_content

NAMES = {
    **{f"{form}{name}": "Ici" for form in ("", "the_", "of_", "at_") for name in ("name", "short_name")},
    "site_name": "Site",
    "email": "a@b.invalid",
    "address": "1 rue",
}
PATHS = (
    "/comprendre/",
    "/comprendre/familles/",
    "/comprendre/principes/",
    "/comprendre/esus-et-insertion/",
    "/comprendre/ce-qui-n-est-pas-l-ess/",
    "/comprendre/verifier/",
    "/entreprendre-autrement/",
)
EASY = (
    *("/", "/comprendre/", "/comprendre/familles/", "/comprendre/principes/", "/contact/", "/aide/"),
    *("/agenda/", "/mois-de-l-ess/", "/coup-de-coeur/", "/subventions/", "/lettre/"),
)
CONTENT = resources.files("essaim.editorial.planting") / "content"


def seeds(siren="999999999"):
    return {page.path: page for page in read_content(siren, NAMES).pages}


@pytest.mark.parametrize("path", PATHS)
def test_each_page_has_its_sources_and_its_summary(path):
    fields = seeds()[path].fields
    assert [block["type"] for block in fields["body"]][-1] == "sources"
    assert 50 <= len(fields["search_description"]) <= 160
    assert len(fields["intro"]) <= 600


@pytest.mark.parametrize("path", PATHS)
def test_the_law_is_named(path):
    assert "2014-856" in str(seeds()[path].fields) or "L3332-17-1" in str(seeds()[path].fields)


def test_no_text_of_any_territory_names_one():
    for file in (CONTENT / "common").iterdir():
        if file.name.startswith(("comprendre", "entreprendre")):
            assert not re.search(
                r"poitiers|\bla vienne\b|nouvelle-aquitaine", file.read_text(encoding="utf-8"), re.IGNORECASE
            ), file.name


def sentences(blocks):
    for block in blocks:
        if block["type"] == "title":
            yield block["value"]
        else:
            for piece in re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", block["value"]):
                yield from re.split(r"(?<=[.?!]) +(?=[A-ZÉÀ«])", strip_tags(piece))


@pytest.mark.parametrize("path", EASY)
def test_easy_pages_keep_the_rules(path):
    """Short sentences, one idea each, numbers in figures, titles that ask."""
    found = [seed[path] for seed in (seeds(), seeds("200069854")) if path in seed]
    assert found
    for seed in found:
        blocks = seed.fields["easy_body"]
        for sentence in sentences(blocks):
            words = sentence.split()
            assert len(words) <= 22, sentence
            assert not re.search(r"\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\b", sentence), sentence
            assert sentence.count(";") == 0, sentence


def test_the_family_pages_show_the_five_families():
    body = seeds()["/comprendre/familles/"].fields["body"]
    families = [block["value"]["family"] for block in body if block["type"] == "family"]
    assert families == ["association", "cooperative", "mutual", "foundation", "company"]


def test_the_worked_example_adds_up():
    table = next(block["value"] for block in seeds()["/comprendre/"].fields["body"] if block["type"] == "table")
    amounts = [int(re.sub(r"\D", "", row["values"][1])) for row in table["table"]["rows"]]
    assert sum(amounts) == 40_000
    reserves, staff, shares = amounts
    assert reserves >= 0.15 * 40_000
    assert staff >= 0.25 * 40_000
    assert shares <= min(reserves, staff)
    assert "inventée" in table["caption"]


def test_each_page_is_served_light_and_whole(client, planted):
    for path in (*PATHS, "/entreprendre-autrement/qui-aide-ici/"):
        response = client.get(path)
        text = response.content.decode()
        assert response.status_code == 200, path
        assert text.count("<h1") == 1, path
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)
        assert len(re.findall(r"<[a-z]", text)) <= 800, path
        main = text[text.index("<main") : text.index("</main>")]
        for href in sorted(set(re.findall(r'href="(/[^"#]*)', main))):
            if not href.startswith(("/static/", "/annuaire/", "/observatoire/")):  # rooms without data here
                address = html.unescape(href)
                assert client.get(address, follow=True).status_code == 200, f"{path} → {address}"
    easy = client.get("/comprendre/facile/").content.decode().replace("\xa0", " ")
    assert "à valider" in easy.lower()


def test_files_are_valid_toml():
    for file in (CONTENT / "common").iterdir():
        if file.name.startswith(("comprendre", "entreprendre")):
            tomllib.loads(file.read_text(encoding="utf-8"))
