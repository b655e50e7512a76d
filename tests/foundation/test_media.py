"""Uploaded images are served; nothing else of the folder is, whatever the address says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.support import assert_get_writes_nothing

HASHED = "territory/logo-0123456789ab.webp"
FORM = {
    "name": "Grand Poitiers Communauté urbaine",
    "short_name": "Grand Poitiers",
    "site_name": "L’ESS en commun",
    "honey": "#f4b41a",
    "leaf": "#1d6b52",
    "email": "ess@exemple.fr",
}


def png():
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "#1d6b52").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), content_type="image/png")


def put(settings, name, body=b"x"):
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def test_an_uploaded_logo_is_seen_by_everybody(officer_client, client, territory):
    answer = officer_client.post("/equipe/reglages/", FORM | {"new_logo": png(), "logo_alt": "Grand Poitiers"})
    assert answer.status_code == 302
    territory.refresh_from_db()
    seen = assert_get_writes_nothing(client, territory.logo.url)
    assert seen.status_code == 200
    assert Image.open(io.BytesIO(seen.getvalue())).format == "WEBP"
    assert seen["Content-Type"] == "image/webp"
    assert seen["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in seen["Cache-Control"]
    assert "sandbox" in seen["Content-Security-Policy"]
    assert not seen.cookies


def test_a_name_already_taken_is_served_too(client, territory):
    # The same picture again: the storage gives the second copy a suffix.
    for _ in range(2):
        territory.logo.save("logo-0123456789ab.webp", ContentFile(b"x"), save=False)
    assert "_" in territory.logo.name
    assert client.get(territory.logo.url).status_code == 200


@pytest.mark.parametrize(("kind", "wanted"), [("png", "image/png"), ("jpg", "image/jpeg"), ("jpeg", "image/jpeg")])
@pytest.mark.django_db
def test_the_kind_follows_the_name(client, settings, kind, wanted):
    name = f"cards/photo-0123456789ab.{kind}"
    put(settings, name)
    assert client.get(f"/media/{name}")["Content-Type"] == wanted


@pytest.mark.parametrize(
    "name",
    [
        "territory/page-0123456789ab.html",
        "territory/logo-0123456789ab.svg",
        "territory/logo.webp",
        "logo-0123456789ab.webp",
        "territory/.cache-0123456789ab.webp",
        "territory/logo-0123456789ab.webp.html",
    ],
)
@pytest.mark.django_db
def test_what_is_no_image_of_ours_is_not_served(client, settings, name):
    put(settings, name)
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/media/",
        f"/media/{HASHED}",
        "/media/../secret-key",
        "/media/%2e%2e/secret-key",
        "/media/territory/..%2f..%2fsecret-0123456789ab.webp",
        "/media//etc/passwd",
        "/media/territory/logo-0123456789ab.webp%00.png",
        "/media/" + "a/" * 2000 + "logo-0123456789ab.webp",
    ],
)
@pytest.mark.django_db
def test_no_address_leaves_the_folder(client, settings, address):
    put(settings, "../secret-key", b"secret")
    put(settings, "../secret-0123456789ab.webp", b"secret")
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_link_or_a_folder_is_not_followed(client, settings):
    put(settings, "../outside-0123456789ab.webp", b"secret")
    put(settings, "territory/true-0123456789ab.webp")
    folder = Path(settings.MEDIA_ROOT) / "territory"
    (folder / "link-0123456789ab.webp").symlink_to(Path(settings.DATA_DIR) / "outside-0123456789ab.webp")
    (folder / "folder-0123456789ab.webp").mkdir()
    assert client.get("/media/territory/true-0123456789ab.webp").status_code == 200
    for name in ("link", "folder"):
        assert client.get(f"/media/territory/{name}-0123456789ab.webp").status_code == 404


@pytest.mark.django_db
def test_it_is_read_only(client, settings):
    put(settings, HASHED)
    assert client.head(f"/media/{HASHED}").status_code == 200
    assert client.post(f"/media/{HASHED}").status_code == 405
