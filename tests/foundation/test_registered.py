"""What rooms register is what visitors meet: suggestions, the header's form, files, links of the footer."""

from __future__ import annotations

import re

import pytest

from essaim.foundation import registries, suggestions
from essaim.foundation.exports import Column
from essaim.foundation.registries import Export, FooterLink, Found, Registry, SearchHit, SearchNoun
from tests.support import ROOT, assert_get_writes_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def nouns(monkeypatch, territory):
    """Two nouns, the structures' place taken by toys."""
    asked = []

    def noun(key, order, number):
        def search(text, limit):
            asked.append((key, text, limit))
            return [SearchHit(f"{key} <{rank}>", "Essai", f"/{key}/{rank}/") for rank in range(min(number, limit))]

        def find(text, offset, limit):
            return Found(number, search(text, number)[offset : offset + limit])

        return SearchNoun(key, key.capitalize(), search, find, f"/{key}/", order)

    registry: Registry[SearchNoun] = Registry("essai")
    for item in (noun("rencontre", 20, 9), noun("lieu", 10, 1)):
        registry.register(item)
    monkeypatch.setattr(registries, "search_nouns", registry)
    monkeypatch.setattr(suggestions, "search_nouns", registry)
    return asked


def links(client, address):
    return re.findall(r'data-href="([^"]+)"', client.get(address).content.decode())


def test_suggestions_come_from_every_noun_in_order_or_from_one(client, nouns):
    assert links(client, "/suggestions/?q=fete") == ["/lieu/0/", *(f"/rencontre/{rank}/" for rank in range(7))]
    assert links(client, "/suggestions/rencontre/?q=fete") == [f"/rencontre/{rank}/" for rank in range(8)]
    assert client.get("/suggestions/inconnu/?q=fete").status_code == 404
    assert "lieu &lt;0&gt;" in client.get("/suggestions/lieu/?q=fete").content.decode()


def test_too_little_asks_nobody_and_too_much_is_cut(client, nouns):
    assert links(client, "/suggestions/") == links(client, "/suggestions/?q=%20f%20") == []
    assert nouns == []
    client.get("/suggestions/lieu/?q=" + "x" * 10_000)
    assert nouns == [("lieu", "x" * suggestions.LONGEST, 8)]


def test_suggestions_write_nothing(client, nouns):
    assert_get_writes_nothing(client, "/suggestions/?q=fete")


def test_the_header_asks_the_whole_site_and_the_footer_shows_its_links(client, nouns, monkeypatch):
    links: Registry[FooterLink] = Registry("essai")
    links.register(FooterLink("mentions", "Mentions légales", "/mentions/"))
    monkeypatch.setattr(registries, "footer_links", links)
    html = client.get("/rien-ici/").content.decode()
    assert re.findall(r'<form class="search[^>]* action="([^"]+)"', html) == ["/recherche/"] * 3
    assert 'data-suggest="/suggestions/"' in html
    assert '<li><a href="/mentions/">Mentions légales</a></li>' in html


def test_the_footer_says_that_the_data_may_be_reused(client, territory):
    assert '<li><a href="/api/">Réutiliser les données</a></li>' in client.get("/rien-ici/").content.decode()


def test_a_registered_table_leaves_as_a_file(rf, monkeypatch, person):
    from django.http import Http404

    from essaim.foundation.exports import answer

    tables: Registry[Export] = Registry("essai")
    tables.register(
        Export(
            "ruches",
            "Ruches",
            "les-ruches",
            [Column("name", "Nom"), Column("by", "Pour")],
            lambda params, person: [{"name": params["q"], "by": person.email}],
        )
    )
    monkeypatch.setattr(registries, "exports", tables)
    request = rf.get("/?q=miel")
    request.user = person
    response = answer(request, "ruches", "csv")
    assert response["Content-Disposition"].startswith('attachment; filename="les-ruches-2')
    assert b"".join(response.streaming_content).decode("utf-8-sig").splitlines() == ["Nom;Pour", f"miel;{person.email}"]
    for key, extension in (("ruches", "exe"), ("abeilles", "csv")):
        with pytest.raises(Http404):
            answer(request, key, extension)


def test_the_lower_rooms_name_no_address_of_a_higher_one():
    """What a template of the foundation, the interface or the accounts leads to comes from a registry or a setting."""
    found = [
        f"{path.relative_to(ROOT)} : {address}"
        for room in ("foundation", "ui", "people")
        for path in (ROOT / "essaim" / room).rglob("*.html")
        if path.name != "style_guide.html"
        for address in ("/annuaire/", "/equipe/", "desk:", "directory:", "officer:")
        if address in path.read_text()
    ]
    assert found == []


def test_one_tab_tells_where_the_officer_is(officer_client, territory):
    for address, state in (("/equipe/", "page"), ("/equipe/boite/", "page"), ("/equipe/journal/", "page")):
        page = officer_client.get(address).content.decode()
        tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]
        assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', tabs) == [(address, state)]
    assert "Boîte de réception" not in officer_client.get("/equipe/").content.decode().split('id="outils"')[1]


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ([8], [8]),
        ([8, 0], [8, 0]),
        ([8, 8], [4, 4]),
        ([2, 8], [2, 6]),
        ([8, 1], [7, 1]),
        ([0, 0], [0, 0]),
        ([3, 9, 1], [3, 4, 1]),
    ],
)
def test_what_one_noun_does_not_find_leaves_room_to_the_others(found, kept):
    assert suggestions.shares(found) == kept
