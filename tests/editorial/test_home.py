"""The home page: what it says, with whatever is there, and nothing about what is not."""

from __future__ import annotations

import re

import pytest

from essaim.editorial.models import HomePage, NewsPage
from essaim.foundation import kept
from tests.directory.search.factories import make_structure, rebuild_index
from tests.editorial.factories import make_home
from tests.editorial.house import make_house
from tests.observatory.town import make_town
from tests.support import assert_get_writes_nothing


@pytest.fixture
def house(db):
    make_house()


def shown(client, path="/"):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def titles(html):
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", html)


def test_it_says_what_it_is_finds_and_shows(client, house):
    html = shown(client)
    assert html.count("<h1") == 1
    assert 'action="/recherche/"' in html
    assert 'data-suggest="/suggestions/"' in html
    assert html.count('class="swarm__link"') == 4
    for words in ("Ce qu’elle pèse ici", "L’ESS au fil des heures", "Cinq familles", "Coups de cœur", "Une lauréate"):
        assert words in html
    for address in (
        *("/mois-de-l-ess/", "/coup-de-coeur/", "/subventions/", "/feuille-de-route/", "/cooperations/"),
        *("/entreprendre-autrement/", "/contact/", "/annuaire/?famille=cooperative", "/annuaire/criteres/"),
    ):
        assert f'href="{address}"' in html, address


def test_its_figures_have_source_year_and_how_they_are_made(client, house):
    cards = shown(client).split('<div class="figure">')[1:3]
    assert len(cards) == 2
    for card in cards:
        assert "Insee, Flores" in card
        assert "2018" in card
        assert "/observatoire/chiffres/" in card
        assert "Comment ce chiffre est calculé" in card


def test_its_counts_say_when_they_were_made_and_that_they_are_invented(client, house):
    html = shown(client)
    assert "5 structures ouvertes, dont 2 avec des salariés" in html
    assert "(fichiers de démonstration, octobre 2026)" in html
    assert "les structures de l’annuaire sont inventées" in html


def test_every_link_of_it_leads_somewhere(client, house):
    html = shown(client)
    addresses = {link.partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', html) if "/static/" not in link}
    lost = {link: client.get(link).status_code for link in addresses if link and "/theme." not in link}
    assert {link: code for link, code in lost.items() if code not in (200, 302)} == {}


def test_a_change_of_an_editor_is_seen_at_once(client, house, page_cache):
    before = shown(client)
    assert shown(client) == before
    assert len(page_cache) == 1
    page = HomePage.objects.get()
    page.title = "Un autre titre"
    page.save_revision().publish()
    assert '<h1 id="accueil">Un autre titre</h1>' in shown(client)


def test_a_new_structure_is_counted_at_once(client, house, page_cache):
    assert "5 structures ouvertes" in shown(client)
    make_structure("Une de plus", commune="86194")
    rebuild_index()
    assert "6 structures ouvertes" in shown(client)


def test_the_moments_follow_the_clock(client, house, time_machine):
    time_machine.move_to("2026-11-24T07:20:00+00:00")  # 8 h 20 in Paris
    kept.forget_all()
    hours = re.findall(r'class="day-strip__hour" datetime="([0-9:]+)"', shown(client))
    assert len(hours) == 5
    assert "07:00" <= hours[0] <= "08:20"
    assert hours == sorted(hours)
    assert shown(client).count('aria-current="time"') == 1


def test_the_last_news_and_initiatives_come_from_the_tree(client, house):
    html = shown(client)
    assert ("Actualités" in titles(html)) == NewsPage.objects.live().exists()
    for page in NewsPage.objects.live().order_by("-day", "-pk")[:3]:
        assert page.title.replace("\u00a0", " ") in html


def test_blocks_without_anything_say_nothing(client, territory):
    make_home(body=[("day", {"title": "Jour"}), ("news", {"title": "Nouvelles"}), ("initiatives", {"title": "Zoom"})])
    html = shown(client)
    assert [title for title in titles(html) if title in ("Jour", "Nouvelles", "Zoom")] == []


def test_without_a_known_figure_it_shows_what_the_directory_counts(client, territory):
    """A door does not begin with what is missing."""
    make_town()
    for rank in range(3):
        make_structure(f"Ici {rank}", commune="86194", is_employer=rank == 0)
    rebuild_index()
    make_home(body=[("figures", {"title": "Ici", "indicators": ["ess-job-share"]}), ("laureates", {"title": "Lus"})])
    html = shown(client)
    assert titles(html) == ["Ici"]
    assert html.count('<div class="figure">') == 2
    assert "manquant" not in html
    assert "3 structures ouvertes, dont 1 avec des salariés" in html
    assert "/annuaire/criteres/" in html


def test_with_nothing_to_count_there_is_no_figure(client, territory):
    make_home(body=[("figures", {"title": "Ici", "indicators": ["ess-job-share"]}), ("laureates", {"title": "Lus"})])
    html = shown(client)
    assert titles(html) == []
    assert "aucun lauréat" not in html


def test_a_figure_that_is_not_known_leaves_the_others(client, house):
    home = HomePage.objects.get()
    home.body = [("figures", {"title": "Ici", "indicators": ["ess-job-share", "nothing-of-that-name"]})]
    home.save_revision().publish()
    html = shown(client)
    assert html.count('<div class="figure">') == 1
    assert "ouvertes, dont" not in html


def test_without_an_index_it_stays_useful(client, territory):
    make_home(body=[("families", {"title": "Cinq familles"})])
    html = shown(client)
    assert "L’annuaire ne répond pas pour le moment" in html
    assert 'action="/recherche/"' in html


def test_its_easy_version_is_one_click_away(client, house):
    home = HomePage.objects.get()
    assert bool(home.easy_body) == ('href="/facile/"' in shown(client))
    if home.easy_body:
        assert "à valider" in shown(client, "/facile/").lower()


def test_reading_it_writes_nothing(client, house):
    assert assert_get_writes_nothing(client, "/").status_code == 200


def test_an_unknown_parameter_is_no_other_page(client, house, page_cache):
    shown(client)
    shown(client, "/?utm_source=x")
    assert len(page_cache) == 1
