"""Documents: what they claim to be is what they are; visitors download them, browsers run nothing."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from wagtail.documents.models import Document

from essaim.editorial.documents import KINDS, MAX_BYTES, check_document
from essaim.foundation.models import JournalEntry
from tests.editorial.pictures import package, sent
from tests.support import no_writes

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
ODT = {"mimetype": KINDS["odt"], "content.xml": "<office/>"}
GOOD = {
    "a.pdf": PDF,
    "a.csv": b"commune;nombre\nPoitiers;12\n",
    "accents.csv": "été;1".encode("cp1252"),
    "a.docx": package(**DOCX),
    "a.xlsx": package(**{"[Content_Types].xml": "", "xl/workbook.xml": ""}),
    "a.pptx": package(**{"[Content_Types].xml": "", "ppt/presentation.xml": ""}),
    "a.odt": package(**ODT),
    "a.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nBonjour",
    "a.mp4": b"\0\0\0\x20ftypisom" + b"\0" * 40,
}
BAD = {
    "a.html": b"<html>",
    "a.svg": b"<svg/>",
    "a.exe": b"MZ",
    "sans-extension": PDF,
    "page.pdf": b"<html><script>alert(1)</script></html>",
    "page.csv": b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>",
    "binaire.csv": b"a\x00b",
    "a.docx": package(**{"evil.html": "<script>"}),
    "b.docx": PDF,
    "cut.docx": package(**DOCX)[:60],
    "macro.docx": package(**DOCX, **{"word/vbaProject.bin": "x"}),
    "macro.odt": package(**ODT, **{"Basic/Standard/Module1.xml": "x"}),
    "b.odt": package(mimetype="text/html"),
    "vide.pdf": b"",
    "gros.pdf": b"%PDF-" + b"0" * MAX_BYTES,
    "bombe.docx": package(**DOCX, **{"word/x": "0" * 1_000_000}),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_documents_pass(name):
    upload = io.BytesIO(GOOD[name])
    check_document(upload, name, len(GOOD[name]))
    assert upload.tell() == 0


@pytest.mark.parametrize("name", [name for name in BAD if name != "bombe.docx"])
def test_bad_documents_are_refused_in_words(name):
    with pytest.raises(ValidationError) as refusal:
        check_document(io.BytesIO(BAD[name]), name, len(BAD[name]))
    assert refusal.value.messages[0].endswith(".")


def test_an_archive_that_swells_is_refused(monkeypatch):
    monkeypatch.setattr("essaim.editorial.documents.MAX_INSIDE", 100_000)
    with pytest.raises(ValidationError, match="anormalement grand"):
        check_document(io.BytesIO(BAD["bombe.docx"]), "bombe.docx", 1000)


@given(st.binary(max_size=400), st.sampled_from(sorted(KINDS)))
def test_no_bytes_break_the_check(raw, kind):
    try:
        check_document(io.BytesIO(raw), f"x.{kind}", len(raw))
    except ValidationError:
        return
    assert raw


@pytest.fixture
def send(officer_client, home):
    def post(name, content, title="Le guide", path="/cms/documents/add/"):
        prefix = "document-chooser-upload-" if "chooser" in path else ""
        data = {f"{prefix}title": title, f"{prefix}file": sent(name, content, "application/octet-stream")}
        return officer_client.post(path, data)

    return post


def test_a_document_is_downloaded_and_runs_nothing(send, client):
    assert send("guide.pdf", PDF).status_code == 302
    document = Document.objects.get()
    client.logout()
    with no_writes():
        response = client.get(document.url)
        body = b"".join(response.streaming_content)
    assert body == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Type"] == "application/pdf"
    entry = JournalEntry.objects.get(verb="document ajouté")
    assert (entry.object_label, entry.by_label) == ("Le guide", "Camille Officier")
    assert client.get(f"/media/{document.file.name}").status_code == 404


@pytest.mark.parametrize("path", ["/cms/documents/add/", "/cms/documents/chooser/create/"])
def test_a_page_under_another_name_is_refused_by_every_door(send, path):
    response = send("page.pdf", BAD["page.pdf"], path=path)
    assert response.status_code == 200
    assert "contenu n" in response.content.decode()
    assert not Document.objects.exists()


def test_several_at_once(officer_client, home):
    path = "/cms/documents/multiple/add/"
    refused = officer_client.post(path, {"files[]": sent("a.docx", BAD["a.docx"])}).json()
    assert not refused["success"]
    assert "contenu" in refused["error_message"]
    assert officer_client.post(path, {"files[]": sent("guide.pdf", PDF), "title": "Le guide"}).json()["success"]
    assert JournalEntry.objects.filter(verb="document ajouté").count() == 1


def test_a_deleted_document_is_told(send, officer_client, django_capture_on_commit_callbacks):
    send("guide.pdf", PDF)
    document = Document.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(f"/cms/documents/delete/{document.pk}/")
    assert JournalEntry.objects.get(verb="document supprimé").before["titre"] == "Le guide"
    assert not document.file.storage.exists(document.file.name)


def test_a_title_says_something(send):
    assert send("guide.pdf", PDF, title="a").status_code == 200
    assert not Document.objects.exists()
