"""Every act in the CMS is one line of the journal, and the pages that visitors have kept become old at once."""

from __future__ import annotations

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry

from essaim.editorial.actions.following import PAGE_VERBS, verb_of
from essaim.editorial.models import ContentPage, Laureate
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_page
from tests.editorial.forms import page_form, stream, typed


@pytest.fixture
def told(home):
    """`told()`: what the journal has said since last asked, as (verb, object, reason)."""
    last = [0]

    def new():
        rows = list(JournalEntry.objects.filter(pk__gt=last[0]).order_by("pk"))
        if rows:
            last[0] = rows[-1].pk
        return [(row.verb, row.object_label, row.reason) for row in rows]

    new()
    return new


@pytest.fixture
def page(home):
    return make_page(home, title="Le marché", slug="marche")


def body(text="Bonjour"):
    return stream("body", [("text", {"title": "", "text": typed(text)})])


def post(client, page, **more):
    response = client.post(f"/cms/pages/{page.pk}/edit/", page_form(client, page) | body() | more)
    assert response.status_code == 302, response.context["form"].errors
    return response


def test_a_page_from_its_creation_to_its_deletion(officer_client, officer, home, told):
    path = f"/cms/pages/add/editorial/contentpage/{home.pk}/"
    fields = page_form(officer_client, home, path) | body()
    officer_client.post(path, fields | {"title": "Le marché", "slug": "marche"})
    page = Page.objects.get(slug="marche")
    assert told() == [("page créée", "Le marché", "")]
    assert JournalEntry.objects.latest("pk").by == officer
    post(officer_client, page, title="Le grand marché")
    assert told() == [("page modifiée", "Le grand marché", "")]
    post(officer_client, page, **{"title": "Le grand marché", "action-publish": "1"})
    entries = told()
    assert ("page publiée", "Le grand marché", "") in entries
    assert len(entries) <= 3
    assert len(set(JournalEntry.objects.filter(verb__in=[verb for verb, _, _ in entries]).values_list("group"))) >= 1
    officer_client.post(f"/cms/pages/{page.pk}/unpublish/")
    assert told() == [("page dépubliée", "Le grand marché", "")]
    officer_client.post(f"/cms/pages/{page.pk}/delete/")
    [(verb, label, _)] = told()
    assert (verb, label) == ("page supprimée", "")
    assert JournalEntry.objects.latest("pk").after["objet"] == "Le grand marché"


def test_what_one_request_does_is_one_group(officer_client, page, told):
    told()
    post(officer_client, page, **{"title": "Un autre titre", "action-publish": "1"})
    verbs = [verb for verb, _, _ in told()]
    assert verbs[-1] == "page publiée"
    groups = set(JournalEntry.objects.order_by("-pk").values_list("group", flat=True)[: len(verbs)])
    assert len(groups) == 1
    assert groups != {""}


def test_publishing_what_was_saved_is_not_a_change(officer_client, page, told):
    post(officer_client, page)
    told()
    fields = page_form(officer_client, page) | {"action-publish": "1"}
    revision = ContentPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    fields |= body() | {"body-0-id": revision.body.raw_data[0]["id"]}
    officer_client.post(f"/cms/pages/{page.pk}/edit/", fields)
    assert [verb for verb, _, _ in told()][-1] == "page publiée"


def autosave(client, page, title, revision=None):
    fields = page_form(client, page) | body() | {"title": title}
    if revision:
        fields["overwrite_revision_id"] = revision
    answer = client.post(f"/cms/pages/{page.pk}/edit/", fields, headers={"accept": "application/json"})
    return answer.json()


def test_a_sitting_of_many_autosaves_is_one_line(officer_client, page, told, page_cache, client):
    told()
    first = autosave(officer_client, page, "Le marché 1")
    assert first["success"], first
    before = JournalEntry.objects.count()
    for rank in range(2, 8):
        assert autosave(officer_client, page, f"Le marché {rank}", first["revision_id"])["success"]
    assert JournalEntry.objects.count() == before
    assert told() == [("page modifiée", "Le marché", "")]
    assert PageLogEntry.objects.filter(page=page, action="wagtail.edit").count() >= 7


def test_another_sitting_is_another_line(officer_client, page, told):
    autosave(officer_client, page, "Un")
    autosave(officer_client, page, "Deux")
    assert [verb for verb, _, _ in told() if verb == "page modifiée"] == ["page modifiée"] * 2


def test_a_publication_is_seen_at_once_and_the_menu_too(client, officer, page, page_cache):
    from django.test import Client

    visitor, editor = Client(), Client()
    editor.force_login(officer)
    assert "Le marché" in visitor.get("/marche/").content.decode()
    assert len(page_cache) == 1
    post(editor, page, **{"title": "La ruche", "show_in_menus": "on", "action-publish": "1"})
    html = visitor.get("/marche/").content.decode()
    assert "<h1" in html
    assert html.count("La ruche") >= 2  # its title, and the menu
    editor.post(f"/cms/pages/{page.pk}/unpublish/")
    assert visitor.get("/marche/").status_code == 404
    assert "La ruche" not in visitor.get("/").content.decode()


def test_a_move_and_a_new_address_leave_a_redirect(
    officer_client, home, page, told, django_capture_on_commit_callbacks
):
    client = officer_client
    child = make_page(page, title="Samedi", slug="samedi")
    above = make_page(home, title="Sortir", slug="sortir")
    told()
    officer_client.post(f"/cms/pages/{page.pk}/move/{above.pk}/confirm/")
    verbs = [verb for verb, _, _ in told()]
    assert sorted(verbs) == ["ancienne adresse redirigée", "page déplacée"]
    assert Redirect.objects.filter(old_path="/marche/samedi").exists()
    for old, new in (("/marche/", "/sortir/marche/"), ("/marche/samedi/", "/sortir/marche/samedi/")):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    page.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        post(officer_client, page, **{"slug": "halles", "action-publish": "1"})
    assert "ancienne adresse redirigée" in [verb for verb, _, _ in told()]
    assert client.get("/sortir/marche/")["Location"] == "/sortir/halles/"
    assert client.get(child.__class__.objects.get(pk=child.pk).url).status_code == 200


def test_a_plain_save_tells_no_redirect(officer_client, page, told):
    Redirect.add_redirect("/vieux/", page, is_permanent=True, automatically_created=True)
    told()
    post(officer_client, page, **{"title": "Autre", "action-publish": "1"})
    assert "ancienne adresse redirigée" not in [verb for verb, _, _ in told()]


def test_redirects_snippets_and_folders_are_told(officer_client, page, told):
    told()
    officer_client.post(
        "/cms/redirects/add/", {"old_path": "/ess", "site": "", "is_permanent": "on", "redirect_page": page.pk}
    )
    assert told() == [("redirection ajoutée", "/ess", "")]
    officer_client.post(
        "/cms/snippets/editorial/laureate/add/",
        {"year": "2023", "name": "La Ruche", "source": "Conseil de mai"},
    )
    assert Laureate.objects.exists()
    assert told() == [("fiche « lauréat du Coup de cœur » ajoutée", "La Ruche (2023)", "")]
    officer_client.post("/cms/collections/add/", {"name": "Photos de 2026", "parent": "1"})
    assert [verb for verb, _, _ in told()] in ([], ["dossier ajouté"])


def test_every_act_that_wagtail_knows_on_a_page_has_our_words(db):
    from wagtail.log_actions import registry

    known = {action for action, _ in registry.get_choices()}
    foreseen = set(PAGE_VERBS)
    translated = {"wagtail.copy_for_translation", "wagtail.moderation.approve", "wagtail.moderation.reject"}
    comments = {action for action in known if action.startswith("wagtail.comments.")}
    assert {action for action in known if action.startswith("wagtail.")} - foreseen - translated - comments == set()
    assert all(len(verb) <= 80 for verb in PAGE_VERBS.values())


def test_an_act_that_nobody_foresaw_is_told_all_the_same(home):
    entry = PageLogEntry(page=home, action="autre.chose", label="x", content_type_id=home.content_type_id)
    assert verb_of(entry).endswith(": autre.chose")


def test_the_history_of_the_site_opens(officer_client, page):
    post(officer_client, page)
    for path in ("/cms/reports/site-history/", f"/cms/pages/{page.pk}/history/"):
        assert officer_client.get(path).status_code == 200
    first, last = page.revisions.order_by("pk").first(), page.revisions.order_by("pk").last()
    assert officer_client.get(f"/cms/pages/{page.pk}/revisions/compare/{first.pk}...{last.pk}/").status_code == 200
