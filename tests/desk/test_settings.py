from __future__ import annotations

import io
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from essaim.desk.colours import ENOUGH, report
from essaim.foundation.actions import TerritoryChanges, save_territory, set_territory
from essaim.foundation.images import MAX_BYTES, clean_image
from essaim.foundation.models import JournalEntry, Territory
from essaim.foundation.territories import current_scope, home, served_territories
from tests.foundation.factories import TerritoryFactory

FORM = {
    "name": "Grand Poitiers Communauté urbaine",
    "short_name": "Grand Poitiers",
    "site_name": "L’ESS en commun",
    "honey": "#f4b41a",
    "leaf": "#1d6b52",
    "logo_alt": "",
    "address": "",
    "phone": "",
    "email": "ess@exemple.fr",
    "website": "",
}


def picture(size=(300, 100), kind="PNG", **save):
    out = io.BytesIO()
    Image.new("RGB", size, "#1d6b52").save(out, kind, **save)
    return SimpleUploadedFile("logo.png", out.getvalue(), content_type="image/png")


def changes(**more):
    return TerritoryChanges(**(FORM | more))


def test_saving_tells_the_journal_what_changed_and_only_that(officer_client, officer, territory):
    answer = officer_client.post("/equipe/reglages/", FORM | {"site_name": "Le Commun"})
    assert answer.status_code == 302
    territory.refresh_from_db()
    assert territory.site_name == "Le Commun"
    entry = JournalEntry.objects.get()
    assert (entry.by, entry.verb) == (officer, "réglages enregistrés")
    assert (entry.before, entry.after) == ({"site_name": "L’ESS en commun"}, {"site_name": "Le Commun"})
    assert "Le Commun" in officer_client.get("/equipe/").content.decode()


def test_saving_the_same_writes_nothing(officer_client, territory):
    officer_client.post("/equipe/reglages/", FORM)
    assert JournalEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("honey", "rouge"), ("leaf", "#12345"), ("name", ""), ("email", "pas une adresse"), ("website", "javascript:x")],
)
def test_what_is_wrong_is_told_on_its_field(officer_client, territory, field, wrong):
    answer = officer_client.post("/equipe/reglages/", FORM | {field: wrong})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert f'id="id_{field}_error"' in page
    assert JournalEntry.objects.count() == 0


def test_a_logo_needs_its_words(officer_client, territory):
    answer = officer_client.post("/equipe/reglages/", FORM | {"new_logo": picture()})
    assert "Dites ce que montre le logo" in answer.content.decode()
    answer = officer_client.post("/equipe/reglages/", FORM | {"new_logo": picture(), "logo_alt": "Grand Poitiers"})
    assert answer.status_code == 302
    territory.refresh_from_db()
    with Image.open(territory.logo.path) as kept:
        assert (kept.format, kept.size) == ("WEBP", (300, 100))


@pytest.mark.django_db(transaction=True)
def test_a_former_logo_leaves_the_disk():
    territory = TerritoryFactory()
    logo = clean_image(picture(), max_width=640, max_height=192, name="logo")
    saved = save_territory(by="x", territory=territory, changes=changes(logo_alt="a"), logo=logo)
    former = saved.logo.path
    other = clean_image(picture((50, 50)), max_width=640, max_height=192, name="logo")
    saved = save_territory(by="x", territory=territory, changes=changes(logo_alt="a"), logo=other)
    assert not saved.logo.storage.exists(former)
    saved = save_territory(by="x", territory=territory, changes=changes(), remove_logo=True)
    assert not saved.logo


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"%PDF-1.7 rien",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture().read()[:60],
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_image_is_refused(officer_client, territory, raw):
    upload = SimpleUploadedFile("logo.png", raw, content_type="image/png")
    answer = officer_client.post("/equipe/reglages/", FORM | {"new_logo": upload, "logo_alt": "a"})
    assert answer.status_code == 200
    assert JournalEntry.objects.count() == 0


def test_an_image_bomb_is_refused_before_it_unfolds():
    with pytest.raises(ValidationError, match="trop de points"):
        clean_image(picture((9000, 9000)), max_width=10, max_height=10)


def test_an_image_forgets_where_it_was_taken():
    exif = Image.Exif()
    exif[0x010F] = "Marque de l’appareil"
    made = clean_image(picture(kind="JPEG", exif=exif), max_width=100, max_height=100)
    with Image.open(made) as kept:
        assert not kept.getexif()


def test_a_preview_saves_nothing_and_shows_the_shades(officer_client, territory):
    answer = officer_client.post("/equipe/reglages/", FORM | {"leaf": "#ffff00", "preview": "1"})
    page = answer.content.decode()
    assert "Une nuance plus lisible" in page
    territory.refresh_from_db()
    assert territory.leaf == "#1d6b52"


def test_colours_follow_what_is_being_chosen(officer_client, territory):
    page = officer_client.get("/equipe/reglages/couleurs/", {"honey": "#f4b41a", "leaf": "#1d6b52"}).content.decode()
    assert "contraste" in page
    assert "style=" not in page
    wrong = officer_client.get("/equipe/reglages/couleurs/", {"honey": '"><script>', "leaf": ""})
    assert "Écrivez deux couleurs" in wrong.content.decode()


@pytest.mark.parametrize("colours", [("#ffffff", "#ffffff"), ("#000000", "#000000"), ("#f4b41a", "#ffe600")])
def test_every_pair_of_colours_ends_readable(colours):
    assert all(shade.ratio >= ENOUGH for shade in report(*colours).shades)


def test_before_any_territory_the_site_still_stands(officer_client, db):
    assert home().name == "Votre territoire"
    assert current_scope() == frozenset()
    assert officer_client.get("/equipe/").status_code == 200
    assert officer_client.get("/equipe/reglages/").status_code == 404


def test_the_first_territory_is_the_home_and_the_second_adds_one(db):
    set_territory(by="x", siren="200069854", name="Grand Poitiers")
    set_territory(by="x", siren="999000019", name="Une autre")
    set_territory(by="x", siren="999000019", name="Autrement nommée")
    assert [territory.name for territory in served_territories()] == ["Grand Poitiers", "Une autre"]
    assert current_scope() == {"200069854", "999000019"}
    assert home().siren == "200069854"
    assert JournalEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_both_stand_in_the_journal():
    territory = TerritoryFactory()
    together = Barrier(2)

    def save(name):
        together.wait(10)
        save_territory(by=name, territory=territory, changes=changes(site_name=name))
        connection.close()

    threads = [Thread(target=save, args=(name,)) for name in ("Un", "Deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = JournalEntry.objects.order_by("id")
    assert second.before == first.after
    assert Territory.objects.get().site_name == second.after["site_name"]
