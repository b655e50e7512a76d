"""An installation that has only been migrated: no territory, no page, nobody."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from wagtail.models import Locale, Page, Site

from essaim.editorial.actions.planting import plant
from essaim.editorial.actions.welcome import SLUG, TITLE, remove_welcome_page
from essaim.editorial.models import HomePage

PUBLIC = (
    *(
        "/",
        "/annuaire/",
        "/annuaire/criteres/",
        "/annuaire/essaim/",
        "/annuaire/export/csv/",
        "/annuaire/carte/points/",
    ),
    *("/observatoire/", "/observatoire/communes/", "/observatoire/chiffres/", "/observatoire/comparer/"),
    *("/observatoire/methode/", "/observatoire/glossaire/", "/observatoire/note/", "/recherche/", "/recherche/?q=pain"),
    *("/suggestions/?q=pa", "/plan-du-site/", "/sitemap.xml", "/sitemap-pages.xml", "/robots.txt", "/sante/", "/api/"),
    *("/api/v1/", "/connexion/", "/connexion/mot-de-passe/oublie/", "/actualites/flux.xml", "/initiatives/flux.xml"),
    *("/actualites/", "/lettre/", "/lettre/confirmer/x/", "/contact/", "/comprendre/facile/", "/facile/", "/equipe/"),
    *("/cms/", "/documents/1/x.pdf", "/media/x.png", "/pages/connexion/", "/nulle-part/"),
)
DESK = (
    "/equipe/",
    "/equipe/boite/",
    "/equipe/journal/",
    "/equipe/annuaire/",
    "/equipe/lettres/",
    "/cms/",
    "/cms/pages/",
)


@pytest.fixture
def bare(db):
    """The root of the tree alone, as after the migrations."""
    assert not HomePage.objects.exists()
    assert not Page.objects.filter(depth__gt=1).exists()


@pytest.mark.parametrize("address", PUBLIC)
def test_no_public_address_breaks(client, bare, address):
    # 503 is what the directory says, in words, before its first index; and the state of the service.
    assert client.get(address).status_code != 500


@pytest.mark.parametrize("address", DESK)
def test_nor_any_of_the_team(officer_client, bare, address):
    assert officer_client.get(address, follow=True).status_code != 500


def test_the_door_says_that_the_site_is_being_prepared(client, bare):
    response = client.get("/")
    html = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="fr"' in html
    assert "Ce site se prépare." in html
    assert "noindex" in html
    assert 'href="/annuaire/"' in html.partition("<main")[2]
    assert 'href="/observatoire/"' in html.partition("<main")[2]
    assert "essaim editorial" not in html
    assert "Wagtail" not in html
    assert "Votre territoire" not in html.partition("</title>")[0]


def test_the_team_reads_the_command(officer_client, bare):
    assert "essaim real --territory SIREN" in officer_client.get("/").content.decode()


def test_the_command_is_shorter_with_a_territory_then_the_door_opens(
    client, officer_client, bare, territory, page_cache
):
    assert "essaim editorial plant" in officer_client.get("/").content.decode()
    assert "se prépare" in client.get("/").content.decode()
    plant(by="test", territory=territory)
    assert "se prépare" not in client.get("/").content.decode()
    assert Site.objects.get().root_page.specific == HomePage.objects.get()


def test_a_door_that_is_not_published_is_no_empty_site(client, home):
    HomePage.objects.update(live=False)
    assert client.get("/").status_code == 404


@pytest.mark.parametrize("address", ["/equipe/reglages/", "/equipe/horaires/", "/equipe/horaires/dates/ajouter/"])
def test_what_sets_the_territory_names_the_command(officer_client, bare, address):
    for response in (officer_client.get(address), officer_client.post(address, {})):
        assert response.status_code == 404
        assert "essaim directory sync --territory SIREN --apply" in response.content.decode()


def test_the_settings_stay_the_teams(client, bare):
    assert client.get("/equipe/reglages/").status_code == 302


def welcome(**fields):
    """As Wagtail's first migration leaves it."""
    page = Page(**{"title": TITLE, "slug": SLUG, **fields})
    Locale.objects.get_or_create(language_code="fr")  # a flush takes both away
    (Page.get_first_root_node() or Page.add_root(title="Racine", slug="root")).add_child(instance=page)
    Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


def test_the_welcome_page_leaves_with_the_migrations(bare):
    welcome()
    call_command("migrate", verbosity=0)
    assert not Page.objects.filter(depth=2).exists()
    assert not Site.objects.exists()
    assert Page.get_first_root_node().numchild == 0
    assert not remove_welcome_page()


def test_what_somebody_made_of_it_stays(bare):
    page = welcome()
    page.save_revision()
    assert not remove_welcome_page()
    assert Page.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("fields", [{"title": "Bienvenue"}, {"slug": "accueil"}])
def test_what_is_not_it_stays(bare, fields):
    page = welcome(**fields)
    assert not remove_welcome_page()
    assert Page.objects.filter(pk=page.pk).exists()


def test_one_with_pages_below_stays(bare):
    welcome().add_child(instance=Page(title="Dessous", slug="dessous"))
    assert not remove_welcome_page()
