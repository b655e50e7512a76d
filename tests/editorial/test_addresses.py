"""Where a page may stand, and what may not be taken away: asked as the editors' pages ask it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone
from wagtail.models import Page

from essaim.editorial.addresses import holds_site_root, refused_address, refused_place
from essaim.editorial.guards import DOOR_STAYS
from essaim.editorial.models import ContactPage, ContentPage, DayPage, HomePage
from tests.editorial.factories import make_page
from tests.editorial.forms import page_form

ROOMS = (
    *("annuaire", "cms", "equipe", "observatoire", "recherche", "connexion", "suggestions", "api", "sante"),
    *("plan-du-site", "documents", "media", "static", "outbox", "style"),
)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("slug", ROOMS)
def test_a_room_keeps_its_address(home, slug):
    assert "autre partie du site" in refused_address(home, slug)


@pytest.mark.parametrize("slug", ["une-page", "actualites", "initiatives", "lettre", "annuaires", "pages"])
def test_any_other_address_is_free(home, slug):
    assert refused_address(home, slug) == ""


def test_below_the_first_level_only_what_a_room_answers_is_taken(home):
    page = make_page(slug="annuaire")
    assert refused_address(page, "criteres")
    assert refused_address(page, "mode-d-emploi") == ""
    assert refused_address(page, "cms") == ""
    assert refused_address(home.get_parent(), "annuaire") == ""  # beside the door: no address at all


@pytest.mark.parametrize(
    ("model", "slug"), [(ContentPage, "facile"), (ContactPage, "facile"), (ContactPage, "envoye"), (DayPage, "sans")]
)
def test_a_page_does_not_hide_a_part_of_the_one_above(home, model, slug):
    more = {"without_title": "Sans"} if model is DayPage else {}
    parent = model(title="Au-dessus", slug="au-dessus", **more)
    home.add_child(instance=parent)
    assert "Au-dessus" in refused_address(parent, slug)
    assert refused_address(home, "facile")
    assert refused_address(home, "sans") == ""


def test_the_form_of_a_new_page_says_why(officer_client, home):
    path = f"/cms/pages/add/editorial/contentpage/{home.pk}/"
    fields = page_form(officer_client, home, path) | {"title": "Annuaire", "slug": "annuaire"}
    for action in ({}, {"action-publish": "1"}):
        response = officer_client.post(path, fields | action)
        assert "n’y serait jamais lue" in response.content.decode().replace("&#x27;", "’")
    assert not ContentPage.objects.exists()
    response = officer_client.post(path, fields | {"slug": "annuaires", "action-publish": "1"})
    assert ContentPage.objects.get().live


def test_a_page_that_a_room_has_joined_stays_editable_and_does_not_move_to_another(officer_client, home):
    page = make_page(slug="annuaire")
    fields = page_form(officer_client, page) | {"title": "Autrement dit", "action-publish": "1"}
    officer_client.post(f"/cms/pages/{page.pk}/edit/", fields)
    page.refresh_from_db()
    assert page.title == "Autrement dit"
    officer_client.post(f"/cms/pages/{page.pk}/edit/", fields | {"slug": "recherche"})
    page.refresh_from_db()
    assert page.slug == "annuaire"


def test_a_new_address_does_not_carry_those_below_into_a_room(home):
    page = make_page(slug="ailleurs")
    make_page(page, slug="essaim")
    assert refused_place(home, page, "annuaire")
    free = make_page(slug="libre")
    deep = make_page(free, slug="carte")
    make_page(deep, slug="mot-de-passe")
    assert "d’une page placée en dessous" not in refused_place(home, free)


def test_a_copy_and_an_alias_take_no_room(officer_client, home):
    page = make_page(slug="une-page")
    path = f"/cms/pages/{page.pk}/copy/"
    fields = {"new_title": "Copie", "new_slug": "recherche", "new_parent_page": home.pk}
    for more in ({}, {"alias": "on"}):
        assert "jamais lue" in officer_client.post(path, fields | more).content.decode()
    assert Page.objects.filter(slug="recherche").count() == 0
    officer_client.post(path, fields | {"new_slug": "recherches"})
    assert Page.objects.filter(slug="recherches").exists()


def test_a_move_takes_no_room_alone_or_with_others(officer_client, home):
    shelf = make_page(slug="etagere")
    page, other = make_page(shelf, slug="observatoire"), make_page(shelf, slug="libre")
    response = officer_client.post(f"/cms/pages/{page.pk}/move/{home.pk}/confirm/")
    assert "jamais lue" in said(response)[0]
    path = f"/cms/bulk/wagtailcore/page/move/?id={page.pk}&id={other.pk}&next=/cms/"
    response = officer_client.post(path, {"chooser": home.pk})
    assert "jamais lue" in said(response)[0]
    assert shelf.get_children().count() == 2
    officer_client.post(f"/cms/pages/{other.pk}/move/{home.pk}/confirm/")
    assert Page.objects.get(pk=other.pk).get_parent().pk == home.pk


@pytest.mark.parametrize("verb", ["unpublish", "delete"])
def test_the_door_of_the_site_stays(officer_client, home, verb):
    make_page(slug="dessous")
    response = officer_client.post(f"/cms/pages/{home.pk}/{verb}/", {"confirm_site_name": "Essaim"})
    assert said(response) == [DOOR_STAYS]
    assert HomePage.objects.get().live


@pytest.mark.parametrize("verb", ["unpublish", "delete", "move"])
def test_nor_with_others(officer_client, home, verb):
    page = make_page(slug="dessous")
    path = f"/cms/bulk/wagtailcore/page/{verb}/?id={home.pk}&id={page.pk}&next=/cms/"
    response = officer_client.post(path, {"chooser": page.pk, "confirm_site_name": "Essaim"})
    assert HomePage.objects.get().live
    assert Page.objects.get(pk=page.pk).live
    if verb != "move":  # a move has nowhere to go: Wagtail refuses it first
        assert DOOR_STAYS in said(response)


def test_nor_by_a_move_nor_by_a_date(officer_client, home):
    root = home.get_parent()
    assert DOOR_STAYS in said(officer_client.post(f"/cms/pages/{home.pk}/move/{root.pk}/confirm/"))
    end = timezone.localtime() + dt.timedelta(days=1)
    fields = page_form(officer_client, home) | {"expire_at": end.strftime("%d/%m/%Y %H:%M"), "action-publish": "1"}
    officer_client.post(f"/cms/pages/{home.pk}/edit/", fields)
    home.refresh_from_db()
    assert home.expire_at is None


def test_other_pages_come_and_go(officer_client, home):
    page = make_page(slug="dessous")
    assert officer_client.post(f"/cms/pages/{page.pk}/unpublish/").status_code == 302
    page.refresh_from_db()
    assert not page.live
    assert holds_site_root([home.get_parent()])
    assert not holds_site_root([page])
