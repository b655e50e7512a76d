"""Previews, review, schedule: what an officer and a contributor do with a page."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, WorkflowState, get_page_models

from essaim.editorial.actions.editors import add_contributor
from essaim.editorial.models import ContentPage, SitePage
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_page
from tests.editorial.forms import page_form, stream, typed

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def writer(db):
    return add_contributor(by="test", email="plume@exemple.fr", name="Dominique Plume")[0]


@pytest.fixture
def writer_client(writer):
    client = Client()
    client.force_login(writer)
    return client


@pytest.fixture
def page(home):
    return make_page(home, title="Le marché", slug="marche")


def body(text="Bonjour"):
    return stream("body", [("text", {"title": "", "text": typed(text)})])


def post(client, page, **more):
    response = client.post(f"/cms/pages/{page.pk}/edit/", page_form(client, page) | body() | more)
    assert response.status_code == 302, getattr(response, "context", None) and response.context["form"].errors


def verbs():
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_contributor_submits_the_officer_asks_then_approves(
    writer_client, officer, page, django_capture_on_commit_callbacks
):
    chief = Client()
    chief.force_login(officer)
    with django_capture_on_commit_callbacks(execute=True):
        post(writer_client, page, **{"title": "Le marché de Noël", "action-submit": "1"})
    assert Page.objects.get(pk=page.pk).title == "Le marché"
    [asked] = mail.outbox
    assert asked.to == [officer.email]
    assert asked.subject == "Page à relire : Le marché de Noël"
    assert "Dominique Plume" in asked.body
    assert f"/cms/pages/{page.pk}/edit/" in asked.body
    assert "Le marché de Noël" in chief.get("/equipe/").content.decode()

    task = WorkflowState.objects.get().current_task_state
    action = f"/cms/pages/workflow/action/{page.pk}/%s/{task.pk}/"
    assert writer_client.post(action % "approve", {"comment": ""}).status_code in (302, 403)
    assert Page.objects.get(pk=page.pk).title == "Le marché"
    with django_capture_on_commit_callbacks(execute=True):
        done = chief.post(action % "reject", {"comment": "La date est à vérifier."})
    assert done.status_code in (200, 302), done
    assert mail.outbox[-1].to == ["plume@exemple.fr"]
    assert "La date est à vérifier." in mail.outbox[-1].body
    refusal = JournalEntry.objects.get(verb="corrections demandées sur la page")
    assert (refusal.by, refusal.reason) == (officer, "La date est à vérifier.")

    with django_capture_on_commit_callbacks(execute=True):
        post(writer_client, page, **{"title": "Le marché de Noël", "action-submit": "1"})
    task = WorkflowState.objects.get(status="in_progress").current_task_state
    with django_capture_on_commit_callbacks(execute=True):
        chief.post(f"/cms/pages/workflow/action/{page.pk}/approve/{task.pk}/", {"comment": "Merci"})
    assert Page.objects.get(pk=page.pk).title == "Le marché de Noël"
    assert mail.outbox[-1].subject == "Page publiée : Le marché de Noël"
    told = verbs()
    for verb in (
        "page soumise à relecture",
        "page soumise de nouveau",
        "relecture de la page approuvée",
        "page publiée",
    ):
        assert verb in told, verb


def test_a_contributor_cannot_publish_unpublish_nor_delete(writer_client, page):
    post(writer_client, page, **{"title": "Autre", "action-publish": "1"})
    assert Page.objects.get(pk=page.pk).title == "Le marché"
    for path in ("unpublish", "delete"):
        writer_client.post(f"/cms/pages/{page.pk}/{path}/")
    assert Page.objects.get(pk=page.pk).live
    assert writer_client.get("/cms/redirects/").status_code == 302


def test_nobody_to_write_to_is_no_error(writer_client, page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(writer_client, page, **{"action-submit": "1"})
    assert mail.outbox == []
    assert WorkflowState.objects.filter(status="in_progress").exists()


def test_who_asked_for_peace_is_left_in_peace(writer_client, officer, page, django_capture_on_commit_callbacks):
    chief = Client()
    chief.force_login(officer)
    chief.post("/cms/account/", {"notifications-submitted_notifications": "", "theme-theme": "system",
                                 "theme-density": "default", "theme-contrast": "system"})  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        post(writer_client, page, **{"action-submit": "1"})
    assert mail.outbox == []


def at(day, time):
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time), PARIS)


@pytest.mark.parametrize(
    "hours",
    [
        ("2026-11-20 08:00", "2026-11-20T07:59:30+01:00", "2026-11-20T08:00:30+01:00"),
        # The night of 29 March 2026 has no 2:30: the clock goes from 2:00 to 3:00.
        ("2026-03-29 02:30", "2026-03-29T01:59:30+01:00", "2026-03-29T03:30:30+02:00"),
        # The night of 25 October 2026 has two 2:30: the page is out by the second at the latest.
        ("2026-10-25 02:30", "2026-10-25T02:29:30+02:00", "2026-10-25T02:30:30+01:00"),
    ],
)
def test_a_page_comes_out_at_its_hour(officer_client, page, time_machine, hours):
    typed_time, just_before, after = hours
    start = dt.datetime.fromisoformat(just_before) - dt.timedelta(days=1)
    time_machine.move_to(start)
    day, time = typed_time.split()
    go = f"{day[8:]}/{day[5:7]}/{day[:4]} {time}"
    fields = page_form(officer_client, page) | body() | {"title": "Demain", "go_live_at": go, "action-publish": "1"}
    officer_client.post(f"/cms/pages/{page.pk}/edit/", fields)
    scheduled = Page.objects.get(pk=page.pk).scheduled_revision
    if scheduled is None:
        # An hour that does not exist is refused in the form: nothing is half scheduled.
        assert time == "02:30"
        return
    assert "publication programmée" in verbs()
    time_machine.move_to(dt.datetime.fromisoformat(just_before))
    call_command("publish_scheduled")
    assert Page.objects.get(pk=page.pk).title == "Le marché"
    time_machine.move_to(dt.datetime.fromisoformat(after))
    call_command("publish_scheduled")
    assert Page.objects.get(pk=page.pk).title == "Demain"
    entry = JournalEntry.objects.get(verb="page publiée à l’heure dite")
    assert entry.by_label == "site"
    before = JournalEntry.objects.count()
    call_command("publish_scheduled")
    assert JournalEntry.objects.count() == before


def test_a_page_goes_at_its_hour(page, time_machine, client, territory):
    time_machine.move_to(at("2026-11-20", "08:00"))
    page.expire_at = at("2026-11-21", "18:00")
    page.save_revision().publish()
    assert client.get("/marche/").status_code == 200
    time_machine.move_to(at("2026-11-21", "18:01"))
    call_command("publish_scheduled")
    assert client.get("/marche/").status_code == 404
    assert verbs()[-1] == "page dépubliée à l’heure dite"


def test_unpublishing_asks_first(officer_client, page):
    asked = officer_client.get(f"/cms/pages/{page.pk}/unpublish/")
    assert asked.status_code == 200
    assert Page.objects.get(pk=page.pk).live
    officer_client.post(f"/cms/pages/{page.pk}/unpublish/")
    assert not Page.objects.get(pk=page.pk).live


def test_the_preview_shows_the_draft_in_a_frame_of_this_site_only(officer_client, territory, page):
    path = f"/cms/pages/{page.pk}/edit/preview/"
    fields = page_form(officer_client, page) | body("Encore secret") | {"title": "Brouillon"}
    assert officer_client.post(path, fields).json()["is_valid"]
    response = officer_client.get(path + "?in_preview_panel=true")
    html = response.content.decode()
    assert "Encore secret" in html
    assert "Brouillon" in html
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert Client().get(path).status_code == 302
    public = Client().get("/marche/")
    assert public["X-Frame-Options"] == "DENY"
    assert "Encore secret" not in public.content.decode()


MODELS = sorted(
    (model for model in get_page_models() if issubclass(model, SitePage) and not model._meta.abstract),
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_kind_of_page_opens_in_the_editor_and_previews(officer_client, territory, planted, model):
    page = model.objects.first()
    if page is None:
        parent = next((kind for kind in model.allowed_parent_page_models() if kind.objects.exists()), None)
        assert parent is not None, "aucune page ne peut la porter"
        above = parent.objects.first()
        path = f"/cms/pages/add/editorial/{model._meta.model_name}/{above.pk}/"
        assert officer_client.get(path).status_code == 200
        return
    edit = officer_client.get(f"/cms/pages/{page.pk}/edit/")
    assert edit.status_code == 200
    assert officer_client.get(f"/cms/pages/{page.pk}/view_draft/").status_code == 200


def test_the_tour_of_the_editors_pages(officer_client, home, page):
    for path in (
        "/cms/",
        "/cms/pages/",
        f"/cms/pages/{home.pk}/",
        "/cms/images/",
        "/cms/images/add/",
        "/cms/images/multiple/add/",
        "/cms/documents/",
        "/cms/documents/multiple/add/",
        "/cms/redirects/",
        "/cms/redirects/add/",
        "/cms/redirects/import/",
        "/cms/snippets/editorial/term/",
        "/cms/snippets/editorial/laureate/",
        "/cms/snippets/editorial/laureate/add/",
        "/cms/workflows/list/",
        "/cms/workflows/tasks/index/",
        "/cms/collections/",
        "/cms/reports/site-history/",
        "/cms/reports/workflow/",
        "/cms/reports/workflow_tasks/",
        "/cms/reports/locked/",
        "/cms/reports/aging-pages/",
        "/cms/reports/page-types-usage/",
        "/cms/reports/liens/",
        "/cms/account/",
        f"/cms/pages/{page.pk}/history/",
        f"/cms/pages/{page.pk}/copy/",
        f"/cms/pages/{page.pk}/move/",
        f"/cms/pages/{page.pk}/delete/",
        "/cms/choose-page/",
        "/cms/images/chooser/",
        "/cms/documents/chooser/",
    ):
        response = officer_client.get(path)
        assert response.status_code == 200, path
        assert response["X-Frame-Options"] in ("DENY", "SAMEORIGIN")


def test_an_easy_version_is_the_page_too(officer_client, client, territory, home):
    page = make_page(home, slug="facile-a-lire", easy_body=[{"type": "sentences", "value": "<p>Simple.</p>"}])
    assert client.get(f"{page.url}facile/").status_code == 200
    assert ContentPage.objects.get(pk=page.pk).easy_url == f"{page.url}facile/"
