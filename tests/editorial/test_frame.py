"""Menu, footer, maps of the site, and what engines may read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from essaim.directory.models import SyncRun
from essaim.editorial import sitemap
from tests.directory.search.factories import HOME, make_structure, make_town
from tests.editorial.factories import make_home, make_page
from tests.foundation.factories import TerritoryFactory

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def shown(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode().replace("\u00a0", " ")


def locations(client, path):
    # What our own code has just written, not what someone sent.
    return [place.text for place in ET.fromstring(client.get(path).content).iterfind(".//s:loc", SPACE)]


def nav_of(html, label):
    block = re.search(rf'<nav[^>]*aria-label="{label}">(.*?)</nav>', html, re.DOTALL)[1]
    return re.findall(r'href="([^"]+)"', block)


def test_pages_and_rooms_share_the_menu_by_rank(client, home):
    for title, slug, rank in (("Avant", "avant", 1), ("Entre", "entre", 15), ("Après", "apres", 90)):
        make_page(title=title, slug=slug, menu_rank=rank, show_in_menus=True)
    html = shown(client, "/avant/")
    expected = ["/avant/", "/annuaire/", "/entre/", "/observatoire/", "/apres/"]
    assert nav_of(html, "Principale") == expected
    assert nav_of(html, "Menu") == expected
    assert html.count('href="/avant/" aria-current="page"') == 2


def test_a_page_below_marks_the_one_above(client, home):
    above = make_page(title="Comprendre", slug="comprendre", show_in_menus=True)
    make_page(above, title="Lexique", slug="lexique")
    assert shown(client, "/comprendre/lexique/").count('href="/comprendre/" aria-current="true"') == 2


def test_the_foot_does_not_repeat_the_menu_and_says_accessibility_once(client, home):
    make_page(title="Contact", slug="contact", show_in_menus=True, in_footer=True)
    make_page(title="Mentions légales", slug="mentions-legales", in_footer=True)
    html = shown(client, "/")
    legal = re.search(r'<ul class="footer__legal">(.*?)</ul>', html, re.DOTALL)[1]
    assert 'href="/mentions-legales/"' in legal
    assert 'href="/plan-du-site/"' in legal
    assert 'href="/contact/"' not in legal
    assert legal.count("Accessibilité : non conforme") == 1


def test_the_map_for_people_is_the_tree_then_the_rooms(client, home):
    above = make_page(title="Comprendre", slug="comprendre")
    make_page(above, title="Lexique & mots", slug="lexique")
    make_page(title="Contact", slug="contact")
    html = shown(client, "/plan-du-site/")
    main = html[html.index("<main") : html.index("</main>")]
    assert '<a href="/comprendre/">Comprendre</a><ul><li><a href="/comprendre/lexique/">Lexique &amp; mots</a>' in main
    links = re.findall(r'href="(/[^"]*)"', main)
    for address in ("/contact/", "/annuaire/", "/annuaire/criteres/", "/observatoire/communes/", "/recherche/"):
        assert links.count(address) >= 1, address
    assert "/plan-du-site/" not in links


def test_before_any_page_the_map_says_so(client, db):
    from wagtail.models import Page

    Page.objects.filter(depth__gte=2).delete()
    assert "Les pages ne sont pas encore écrites." in shown(client, "/plan-du-site/")


def test_maps_for_engines(client, db, settings, monkeypatch):
    settings.SITE_URL = "https://ess.exemple.fr"
    make_town()
    make_home()
    make_page(title="Comprendre", slug="comprendre")
    made = [make_structure(f"Structure {number}") for number in range(5)]
    make_structure("D’ailleurs", commune="00201")
    monkeypatch.setattr(sitemap, "CHUNK", 2)
    files = locations(client, "/sitemap.xml")
    assert files == [
        f"https://ess.exemple.fr/sitemap-{name}.xml"
        for name in ("pages", "annuaire", "observatoire", "structures-1", "structures-2", "structures-3")
    ]
    found = [url for file in files for url in locations(client, file.removeprefix("https://ess.exemple.fr"))]
    assert len(found) == len(set(found))
    assert {f"https://ess.exemple.fr{one.get_absolute_url()}" for one in made} == {
        u for u in found if "structure-" in u
    }
    assert "https://ess.exemple.fr/comprendre/" in found
    assert "https://ess.exemple.fr/observatoire/communes/lusignan-00102/" in found
    for address in ("/sitemap-structures-4.xml", "/sitemap-structures-0.xml", "/sitemap-rien.xml"):
        assert client.get(address).status_code == 404, address
    assert client.get(f"/sitemap-structures-{10**30}.xml").status_code == 404


def test_the_files_of_structures_cost_one_query(client, db, django_assert_max_num_queries):
    make_town()
    for number in range(5):
        make_structure(f"Structure {number}")
    with django_assert_max_num_queries(4):  # the journal, the territory, the structures
        client.get("/sitemap-structures-1.xml")


def test_a_real_site_is_read_and_a_demonstration_is_not(client, db, settings):
    settings.SITE_URL = "https://ess.exemple.fr"
    TerritoryFactory()
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: https://ess.exemple.fr/sitemap.xml" in text
    assert "Disallow: /equipe/" in text
    assert "Disallow: /\n" not in text


def test_the_demonstration_asks_not_to_be_indexed(client, db):
    make_town()
    SyncRun.objects.create(territory=HOME, vintage="2026-10", perimeter_version="essai", fictitious=True)
    make_structure("Inventée")
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("path", ["/plan-du-site/", "/sitemap.xml", "/robots.txt", "/sitemap-pages.xml"])
def test_maps_are_only_read(client, home, path):
    assert client.post(path).status_code == 405
