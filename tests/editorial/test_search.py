"""What the officer publishes is found by visitors, and what is withdrawn is found no longer."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from wagtail.models import PageViewRestriction

from essaim.editorial.search import index
from essaim.foundation import kept
from essaim.foundation import search as engine
from tests.editorial.factories import make_page


def pages(client, text):
    return client.get("/recherche/", {"q": text, "quoi": "pages"}).content.decode()


@pytest.fixture
def published(home, django_capture_on_commit_callbacks):
    """Publish a page and let what waits for the commit happen; what the fixtures left waiting is forgotten."""
    transaction.get_connection().run_on_commit.clear()

    def publish(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            return make_page(**fields)

    return publish


def body(text):
    return json.dumps([{"type": "text", "value": {"title": "Titre", "text": f"<p>{text}</p>"}}])


def test_a_published_page_is_found_by_title_and_words(client, published):
    published(
        title="La monnaie locale", slug="monnaie", body=body("Elle circule entre <b>commerçants</b> &amp; habitants.")
    )
    assert "/monnaie/" in pages(client, "monnaies")
    assert "/monnaie/" in pages(client, "commercants")
    assert "/monnaie/" not in pages(client, "trottinette")


def test_a_draft_is_never_found_and_a_withdrawn_page_leaves(client, published, django_capture_on_commit_callbacks):
    page = published(title="Zinzolin", slug="zinzolin")
    page.title = "Zinzolin vermillon"
    page.save_revision()
    assert "vermillon" not in pages(client, "zinzolin")
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert "/zinzolin/" not in pages(client, "zinzolin")


def test_a_deleted_or_moved_page_is_followed(client, published, django_capture_on_commit_callbacks):
    above = published(title="Dossier", slug="dossier")
    page = published(title="Coquelicot", slug="coquelicot")
    with django_capture_on_commit_callbacks(execute=True):
        page.move(above, pos="last-child")
    assert "/dossier/coquelicot/" in pages(client, "coquelicot")
    with django_capture_on_commit_callbacks(execute=True):
        page.get_parent().get_children().get(slug="coquelicot").delete()
    assert "/coquelicot/" not in pages(client, "coquelicot")


def test_many_publications_in_one_transaction_make_one_rebuild(published, django_capture_on_commit_callbacks):
    published(title="Une autre", slug="une-autre")  # a transaction before, whose rebuild is done
    with django_capture_on_commit_callbacks() as waiting:
        for number in range(4):
            make_page(title=f"Page {number}", slug=f"page-{number}")
    assert len([call for call in waiting if type(call).__module__ == "essaim.editorial.indexing"]) == 1


def test_suggestions_name_pages_while_one_types(client, published):
    published(title="Comprendre l’ESS", slug="comprendre")
    assert "/comprendre/" in client.get("/suggestions/pages/?q=compr").content.decode()


def test_a_busy_writer_loses_nothing(published, monkeypatch):
    """The one who could not write leaves a mark; the next writer takes it away with its own work."""
    rebuild = engine.IndexWriter.rebuild

    def busy(self, documents, progress=None):
        raise engine.IndexBusy("occupé")

    monkeypatch.setattr(engine.IndexWriter, "rebuild", busy)
    published(title="Tardive", slug="tardive")
    assert index._mark().exists()
    monkeypatch.setattr(engine.IndexWriter, "rebuild", rebuild)
    index.refresh()
    assert not index._mark().exists()
    assert index.found("tardive", 0, 5).total == 1


@pytest.mark.parametrize("hidden", ["reserved", "withdrawn", "under a reserved page"])
def test_what_is_hidden_leaves_the_search_before_any_worker_runs(client, published, hidden):
    above = published(title="Le dossier", slug="dossier")
    page = published(parent=above, title="Amarante", slug="amarante", search_description="Une couleur secrète.")
    published(title="Amarante aussi", slug="amarante-aussi")
    assert "secrète" in pages(client, "amarante")
    if hidden == "withdrawn":
        page.unpublish()
    else:
        PageViewRestriction.objects.create(page=page if hidden == "reserved" else above, restriction_type="login")
    kept.forget_all()
    html = pages(client, "amarante")
    assert "secrète" not in html
    assert "/dossier/" not in html
    assert index.found("amarante", 0, 5).total == 1
    assert [hit.url for hit in index.suggested("amaran", 5)] == ["/amarante-aussi/"]


def test_a_page_given_back_to_everybody_is_found_again(client, published, django_capture_on_commit_callbacks):
    page = published(title="Amarante", slug="amarante")
    with django_capture_on_commit_callbacks(execute=True):
        closed = PageViewRestriction.objects.create(page=page, restriction_type="login")
    kept.forget_all()
    assert index.size() == 0 or "/amarante/" not in pages(client, "amarante")
    with django_capture_on_commit_callbacks(execute=True):
        closed.delete()
    kept.forget_all()
    assert "/amarante/" in pages(client, "amarante")


def test_a_publication_writes_its_own_page_only(client, published, monkeypatch):
    published(title="La première", slug="premiere")

    def refused(self, documents, progress=None):
        raise AssertionError("the whole index is built for one page")

    monkeypatch.setattr(engine.IndexWriter, "rebuild", refused)
    page = published(title="Garance", slug="garance")
    assert "/garance/" in pages(client, "garance")
    assert "/premiere/" in pages(client, "première")
    page.slug = "autre"
    page.save_revision().publish()
    kept.forget_all()
    assert "/autre/" in pages(client, "garance")


def test_a_busy_writer_is_asked_to_begin_again_for_one_page_too(published, monkeypatch):
    published(title="La première", slug="premiere")
    update = engine.IndexWriter.update

    def busy(self, documents, *, delete=()):
        raise engine.IndexBusy("occupé")

    monkeypatch.setattr(engine.IndexWriter, "update", busy)
    published(title="Tardive", slug="tardive")
    assert index._mark().exists()
    monkeypatch.setattr(engine.IndexWriter, "update", update)
    published(title="Suivante", slug="suivante")
    assert not index._mark().exists()
    assert index.found("tardive", 0, 5).total == 1


def test_no_index_is_said_in_words(client, home):
    html = client.get("/recherche/?q=ess&quoi=pages").content.decode()
    assert "index" in html
    assert client.get("/suggestions/?q=ess").status_code == 200
