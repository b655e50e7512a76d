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
    "a.xlsx": package(**{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": ""}),
    "a.pptx": package(**{"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": ""}),
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


# --- films, piece by piece -------------------------------------------------------------------------------------------

FILM = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 3
SIZE = len(FILM)


@pytest.fixture
def film(send, client):
    assert send("film.mp4", FILM).status_code == 302
    client.logout()
    return Document.objects.get()


def read(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=100-99999999", 100, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        ("bytes=-99999", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
    ],
)
def test_a_piece_of_a_film(film, client, asked, first, last):
    with no_writes():
        response = client.get(film.url, headers={"range": asked})
        body = read(response)
    assert response.status_code == 206
    assert body == FILM[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(len(body))
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["ETag"]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=9-3", "bytes=-0", f"bytes={SIZE}-{SIZE + 9}"])
def test_a_piece_that_is_not_there_is_refused(film, client, asked):
    response = client.get(film.url, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["", "bytes", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,4-5", "0-1"])
def test_what_is_no_range_is_answered_by_the_whole(film, client, asked):
    response = client.get(film.url, headers={"range": asked} if asked else {})
    assert response.status_code == 200
    assert response["Accept-Ranges"] == "bytes"
    assert read(response) == FILM


def test_a_film_that_changed_is_sent_whole(film, client):
    whole = client.get(film.url)
    for held in (whole["ETag"], whole["Last-Modified"]):
        assert client.get(film.url, headers={"range": "bytes=0-1", "if-range": held}).status_code == 206
    for held in ('"autre"', "W/" + whole["ETag"], "Sat, 01 Jan 2000 00:00:00 GMT", "n’importe quoi"):
        response = client.get(film.url, headers={"range": "bytes=0-1", "if-range": held})
        assert response.status_code == 200
        assert read(response) == FILM


def test_other_documents_are_sent_whole_and_no_head_is_a_piece(send, client):
    send("guide.pdf", PDF)
    send("film.mp4", FILM)
    guide, film = Document.objects.order_by("pk")
    assert client.get(guide.url, headers={"range": "bytes=0-1"}).status_code == 200
    assert client.head(film.url, headers={"range": "bytes=0-1"}).status_code == 200


def test_a_film_too_heavy_says_how_to_reduce_it():
    with pytest.raises(ValidationError, match="HandBrake"):
        check_document(io.BytesIO(), "long.mp4", MAX_BYTES + 1)
