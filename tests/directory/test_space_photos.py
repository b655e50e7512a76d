"""Photos and contacts of a card: what is kept of an upload, what is refused, who sees what."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from essaim.directory.enums import Moderation
from essaim.directory.models import CardContact, CardPhoto, DirectorySettings
from essaim.foundation.models import JournalEntry
from tests.directory.test_space import ana, ours, signed  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db


def picture(kind="JPEG", size=(40, 30), **how):
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, **how)
    return out.getvalue()


def located():
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (46.0, 34.0, 48.0)}
    exif[0x010F] = "Appareil d’Ana"
    return picture(exif=exif)


def send(client, structure, content, name="photo.jpg", **typed):
    data = {"alt": "Un jardin vu de la rue.", "credit": "Ana", "agreed": "on"} | typed
    data["image"] = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return client.post(reverse("space:photos", args=[structure.key]), data)


def test_of_a_photo_only_the_pixels_are_kept(signed, ours):  # noqa: F811
    assert send(signed, ours, located()).status_code == 302
    photo = CardPhoto.objects.get()
    raw = Path(photo.image.path).read_bytes()
    assert Image.open(io.BytesIO(raw)).format == "WEBP"
    assert not Image.open(io.BytesIO(raw)).getexif()
    assert b"Appareil" not in raw
    page = signed.get(ours.get_absolute_url()).content.decode()
    assert 'alt="Un jardin vu de la rue."' in page
    assert "Photo\u00a0: Ana" in page


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "photo.svg"),
        (SVG, "photo.png"),
        (b"<html><script>alert(1)</script></html>", "photo.jpg"),
        (b"%PDF-1.7", "photo.jpg"),
        (b"PK\x03\x04" + b"\0" * 200, "photo.png"),
        (picture()[:60], "photo.jpg"),
        (picture("PNG", (9000, 9000)), "bombe.png"),
        (picture() + b"\0" * (4 * 1024 * 1024), "lourde.jpg"),
        (picture("BMP"), "photo.jpg"),
    ],
    ids=["svg", "svg-as-png", "html", "pdf", "zip", "cut", "bomb", "heavy", "bmp"],
)
def test_what_is_no_sound_photo_is_refused_in_words(signed, ours, content, name):  # noqa: F811
    answer = send(signed, ours, content, name)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "à corriger" in page
    assert "Un jardin vu de la rue." in page
    assert not CardPhoto.objects.exists()
    assert not (Path(settings.MEDIA_ROOT) / "cards").exists()


def test_a_polyglot_leaves_its_second_nature_behind(signed, ours):  # noqa: F811
    send(signed, ours, picture() + b"PK\x03\x04<script>alert(1)</script>", "photo.png")
    raw = Path(CardPhoto.objects.get().image.path).read_bytes()
    assert b"script" not in raw
    assert b"PK\x03\x04" not in raw


def test_a_photo_without_words_is_refused(signed, ours):  # noqa: F811
    assert "Décrivez la photo" in send(signed, ours, picture(), alt=" \u200b ").content.decode()
    assert not CardPhoto.objects.exists()


def test_a_photo_is_moved_removed_and_taken_back_for_a_month(signed, ours):  # noqa: F811
    send(signed, ours, picture(), alt="Une")
    send(signed, ours, picture("PNG"), alt="Deux")
    one, two = CardPhoto.objects.order_by("rank")
    signed.post(reverse("space:photo_move", args=[ours.key, two.pk]), {"to": "earlier"})
    assert [photo.alt for photo in CardPhoto.objects.order_by("rank")] == ["Deux", "Une"]
    signed.post(reverse("space:photo_remove", args=[ours.key, one.pk]))
    assert 'alt="Une"' not in signed.get(ours.get_absolute_url()).content.decode()
    signed.post(reverse("space:photo_back", args=[ours.key, one.pk]))
    assert 'alt="Une"' in signed.get(ours.get_absolute_url()).content.decode()
    CardPhoto.objects.filter(pk=one.pk).update(removed_at=timezone.now() - timedelta(days=31))
    signed.post(reverse("space:photo_back", args=[ours.key, one.pk]))
    assert CardPhoto.objects.get(pk=one.pk).removed_at is not None


def test_read_first_a_photo_waits(signed, ours):  # noqa: F811
    DirectorySettings.objects.create(moderation=Moderation.REVIEWED)
    send(signed, ours, picture())
    assert CardPhoto.objects.get().accepted_at is None
    assert "Un jardin vu" not in signed.get(ours.get_absolute_url()).content.decode()


def test_a_contact_is_public_with_agreement_only_and_never_in_the_journal(signed, ours, client):  # noqa: F811
    url = reverse("space:contact_new", args=[ours.key])
    typed = {"name": "Zoé Lampion", "email": "zoe@exemple.fr", "phone": "05 49 00 00 02", "is_public": "on"}
    assert "est d’accord" in signed.post(url, typed).content.decode()
    assert not CardContact.objects.exists()
    signed.post(url, typed | {"agreed": "on"})
    contact = CardContact.objects.get()
    assert contact.agreed_at is not None
    assert "Zoé Lampion" in signed.get(ours.get_absolute_url()).content.decode()
    signed.post(reverse("space:contact", args=[ours.key, contact.pk]), {"name": "Zoé Lampion"})
    contact.refresh_from_db()
    assert (contact.is_public, contact.agreed_at) == (False, None)
    assert "Zoé Lampion" not in signed.get(ours.get_absolute_url()).content.decode()
    signed.post(reverse("space:contact_remove", args=[ours.key, contact.pk]))
    told = str(list(JournalEntry.objects.values_list("object_label", "before", "after", "reason")))
    assert "Zoé" not in told
    assert "zoe@" not in told
