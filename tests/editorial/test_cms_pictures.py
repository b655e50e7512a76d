"""Pictures: described, re-encoded, made at their sizes when they come, never while a page is read."""

from __future__ import annotations

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from essaim.editorial.actions.pictures import make_missing_sizes, make_sizes
from essaim.editorial.models import Picture, Rendition
from essaim.editorial.pictures import SPECS, clean_picture
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_page
from tests.editorial.pictures import SVG, bomb, make_picture, photo_with_position, picture_bytes, polyglot, sent
from tests.support import ROOT, assert_get_writes_nothing, no_writes


def add(client, file, **fields):
    data = {"title": "Le marché", "description": "Un étal de légumes", "file": file, **fields}
    return client.post("/cms/images/add/", {key: value for key, value in data.items() if value is not None})


def stored(picture):
    with picture.file.open("rb") as handle:
        return handle.read()


def test_a_photo_keeps_its_pixels_only(officer_client, home, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = add(officer_client, sent("DSC_0042 été.JPG", photo_with_position((3000, 1500)), "image/jpeg"))
    assert response.status_code == 302
    picture = Picture.objects.get()
    raw = stored(picture)
    assert raw[8:12] == b"WEBP"
    assert b"CameraTrahison" not in raw
    assert not Image.open(io.BytesIO(raw)).getexif()
    assert (picture.width, picture.height) == (2400, 1200)
    assert re.fullmatch(r"pictures/dsc_0042-ete-[0-9a-f]{12}\.webp", picture.file.name)
    assert set(picture.renditions.values_list("filter_spec", flat=True)) == set(SPECS)
    entry = JournalEntry.objects.get(verb="image ajoutée")
    assert (entry.by_label, entry.object_label) == ("Camille Officier", "Le marché")


def test_what_is_stored_is_served_and_is_kept_for_ever(client, db):
    picture = make_picture()
    for file in [picture.file, *(rendition.file for rendition in picture.renditions.all())]:
        response = assert_get_writes_nothing(client, file.url)
        assert response.status_code == 200, file.url
        assert response["Content-Type"] == "image/webp"
        assert "immutable" in response["Cache-Control"]
        b"".join(response.streaming_content)


def test_no_size_wider_than_the_picture(db):
    picture = make_picture(size=(500, 300))
    assert "width-960" not in picture.renditions.values_list("filter_spec", flat=True)
    assert picture.get_rendition("width-960").url == picture.file.url


def test_sizes_are_made_once(db):
    picture = make_picture()
    before = Rendition.objects.count()
    assert make_sizes(picture) == 0
    assert make_missing_sizes() == (1, 0)
    Rendition.objects.filter(filter_spec="width-480").delete()
    assert make_missing_sizes() == (1, 1)
    assert Rendition.objects.count() == before


def test_a_size_that_is_missing_is_the_whole_picture_and_nothing_is_written(db):
    picture = make_picture()
    Rendition.objects.all().delete()
    picture = Picture.objects.get()
    with no_writes():
        shown = picture.get_rendition("width-480|format-webp")
        assert shown.url == picture.file.url
        assert (shown.width, shown.height) == (picture.width, picture.height)
        assert list(picture.get_renditions("width-480", "fill-10x10")) == ["width-480", "fill-10x10"]


def test_one_query_for_all_the_sizes_of_a_picture(db, django_assert_num_queries):
    picture = make_picture()
    picture = Picture.objects.get()
    with django_assert_num_queries(1):
        picture.get_rendition("width-480")
        picture.get_renditions("width-960", "max-165x165")


def test_a_public_page_with_a_picture_writes_nothing(client, territory, home):
    picture = make_picture()
    value = {"picture": {"image": picture.pk, "decorative": False, "alt_text": "Des poireaux"}, "caption": "Samedi"}
    page = make_page(home, body=[{"type": "picture", "value": value}])
    html = assert_get_writes_nothing(client, page.url).content.decode()
    image = re.search(r"<img[^>]*>", html[html.index("Samedi") - 2000 :])[0] if "Samedi" in html else ""
    assert 'alt="Des poireaux"' in html
    assert re.search(r'<img[^>]+width="\d+"[^>]*>', html), image
    Rendition.objects.all().delete()
    assert assert_get_writes_nothing(client, page.url).status_code == 200
    assert not Rendition.objects.exists()


@pytest.mark.parametrize("description", ["", "   ", "-", None])
@pytest.mark.parametrize("path", ["/cms/images/add/", "/cms/images/chooser/create/"])
def test_a_picture_without_description_is_refused_by_every_door(officer_client, home, path, description):
    prefix = "image-chooser-upload-" if "chooser" in path else ""
    data = {
        f"{prefix}title": "Le marché",
        f"{prefix}file": sent("a.png", picture_bytes()),
        f"{prefix}description": description or "",
    }
    response = officer_client.post(path, data)
    assert response.status_code == 200
    assert not Picture.objects.exists()


def test_by_the_door_of_the_chooser_too(officer_client, home):
    prefix = "image-chooser-upload-"
    data = {f"{prefix}title": "Le marché", f"{prefix}description": "Un étal", f"{prefix}file": sent("a.png", SVG)}
    officer_client.post("/cms/images/chooser/create/", data)
    assert not Picture.objects.exists()
    data[f"{prefix}file"] = sent("a.jpg", photo_with_position())
    officer_client.post("/cms/images/chooser/create/", data)
    assert b"CameraTrahison" not in stored(Picture.objects.get())
    assert JournalEntry.objects.filter(verb="image ajoutée").count() == 1


def test_several_at_once_wait_for_their_description(officer_client, home):
    answer = officer_client.post("/cms/images/multiple/add/", {"files[]": sent("a.jpg", photo_with_position())}).json()
    assert answer["success"]
    assert not Picture.objects.exists()
    pk = answer["uploaded_file_id"]
    path = f"/cms/images/multiple/create_from_uploaded_image/{pk}/"
    prefix = f"uploaded-image-{pk}"
    refused = officer_client.post(path, {f"{prefix}-title": "Le marché", f"{prefix}-description": ""}).json()
    assert not refused["success"]
    done = officer_client.post(path, {f"{prefix}-title": "Le marché", f"{prefix}-description": "Un étal"}).json()
    assert done["success"], done
    picture = Picture.objects.get()
    assert b"CameraTrahison" not in stored(picture)
    assert re.fullmatch(r"pictures/a-[0-9a-f]{12}\.webp", picture.file.name)
    assert JournalEntry.objects.filter(verb="image ajoutée").count() == 1


def test_a_file_nobody_described_leaves_the_next_day(officer_client, home, time_machine):
    from wagtail.models import UploadedFile

    officer_client.post("/cms/images/multiple/add/", {"files[]": sent("a.jpg", photo_with_position())})
    first = UploadedFile.objects.get()
    import datetime as dt

    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    officer_client.force_login(type(first.uploaded_by_user).objects.get())
    officer_client.post("/cms/images/multiple/add/", {"files[]": sent("b.jpg", photo_with_position())})
    assert not UploadedFile.objects.filter(pk=first.pk).exists()
    assert not first.file.storage.exists(first.file.name)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.svg", SVG, "SVG"),
        ("a.png", SVG, "pas une image lisible"),
        ("a.png", b"<html><script>alert(1)</script></html>", "pas une image lisible"),
        ("a.png", picture_bytes()[:200], "pas une image lisible"),
        ("a.png", bomb(), "pas une image lisible"),
        ("a.png", bomb(9_000, 9_000), "trop de points"),
        ("a.heic", b"\0" * 50, "pas une image acceptée"),
        ("sans-nom", picture_bytes(), "pas une image acceptée"),
        ("a.jpg", b"\xff" * (4 * 1024 * 1024 + 1), "plus de 4 Mo"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(officer_client, home, name, content, words):
    response = add(officer_client, sent(name, content))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Picture.objects.exists()


def test_sixty_megabytes_are_refused_before_they_are_read(client, home):
    class Body(io.RawIOBase):
        def read(self, size=-1):
            raise AssertionError("le corps a été lu")

    response = client.generic(
        "POST", "/cms/images/add/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(60_000_000)
    )
    assert response.status_code == 413


def test_a_gif_is_fine_and_a_script_in_it_is_harmless(officer_client, client, home):
    assert add(officer_client, sent("a.gif", polyglot(), "image/gif")).status_code == 302
    picture = Picture.objects.get()
    assert b"script" not in stored(picture)
    assert b"php" not in stored(picture)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_accepted_format(officer_client, home, kind):
    assert add(officer_client, sent(f"a.{kind.lower()}", picture_bytes(kind))).status_code == 302


def test_code_that_gives_a_file_gives_clean_pixels_too(db):
    picture = Picture(title="a", description="un étal")
    picture.file.save("x.jpg", ContentFile(photo_with_position()), save=False)
    assert b"CameraTrahison" not in stored(picture)
    with pytest.raises(ValidationError):
        picture.file.save("x.svg", ContentFile(SVG), save=False)


def test_another_file_for_the_same_picture(officer_client, home, django_capture_on_commit_callbacks):
    picture = make_picture()
    former = picture.file.name
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(
            f"/cms/images/{picture.pk}/",
            {"title": "Le marché", "description": "Un étal", "file": sent("b.png", picture_bytes(colour=(1, 2, 3)))},
        )
    after = Picture.objects.get()
    assert after.file.name != former
    for rendition in after.renditions.all():
        assert rendition.file.storage.exists(rendition.file.name)
    assert after.renditions.count() == 4  # 480, card, and those of the editors: it is 640 wide
    assert JournalEntry.objects.filter(verb="image modifiée").count() == 1


def test_a_deleted_picture_is_told_and_its_files_go(officer_client, home, django_capture_on_commit_callbacks):
    picture = make_picture()
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(f"/cms/images/{picture.pk}/delete/")
    assert not Picture.objects.exists()
    assert not picture.file.storage.exists(picture.file.name)
    assert JournalEntry.objects.filter(verb="image supprimée").count() == 1


def test_names_stay_short_and_plain():
    made = clean_picture(io.BytesIO(picture_bytes()), "É" * 300 + "<script>.PNG")
    assert re.fullmatch(r"[a-z0-9_-]{1,61}-[0-9a-f]{12}\.webp", made.name)


def test_our_templates_ask_for_sizes_that_are_made():
    asked = set()
    for path in (ROOT / "essaim").rglob("*.html"):
        for tag in re.findall(r"{%\s*(?:image|srcset_image|picture)\s+(.*?)%}", path.read_text()):
            asked |= set(re.findall(r"\b(?:width|max|min|height|fill)-[\dx]+", tag))
    assert asked <= set(SPECS)
