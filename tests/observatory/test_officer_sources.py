"""Sending a source file: what is said of it, what is saved, once; what cannot be read is refused in words."""

from __future__ import annotations

import io
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.foundation import uploads
from essaim.foundation.errors import Busy
from essaim.foundation.models import JournalEntry
from essaim.geography.models import Commune
from essaim.observatory import forms
from essaim.observatory.actions import loading
from essaim.observatory.enums import Source
from essaim.observatory.models import Cell, SourceFile, Vintage
from essaim.observatory.views import officer_sources
from essaim.observatory.views.officer_sources import KIND
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog
from tests.observatory.factories import EPCI
from tests.observatory.source_files import flores_2017
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

SEND = "/equipe/observatoire/envoyer/"
NAME = "EPCI_T1_2017.csv"


@pytest.fixture
def place(db):
    load_small_cog()
    return TerritoryFactory(siren=EPCI.code, name="Ville-Test Agglo")


def upload(content, name=NAME):
    return SimpleUploadedFile(name, content, content_type="text/csv")


def send(client, content=None, name=NAME):
    return client.post(SEND, {"file": upload(flores_2017() if content is None else content, name)})


def kept(settings):
    folder = settings.DATA_DIR / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_a_file_is_read_told_then_saved_and_published(place, officer, officer_client, settings):
    seen = send(officer_client)
    assert seen.url.startswith(SEND)
    assert not Vintage.objects.exists()
    html = plain(officer_client.get(seen.url))
    for words in (
        "Insee, Flores × ESS 2017", "forme de 2017", "7 lignes lues, 7 gardées, 0 refusée", "8 secrets", "Par famille",
        "Enregistrer et publier",
        "Enregistrer sans publier", "Oublier le fichier", NAME, "chiffres nouveaux",
    ):  # fmt: skip
        assert words in html, words
    done = officer_client.post(seen.url, {"publier": "1"})
    row = Vintage.objects.get()
    assert done.url == reverse("observatory_officer:vintage", args=[row.pk])
    assert (row.source, row.period) == (Source.FLORES_ESS, "2017")
    assert row.published_at is not None
    assert SourceFile.objects.get().loaded_by == str(officer)
    assert kept(settings) == []
    entry = JournalEntry.objects.get(verb=loading.LOADED)
    assert (entry.by, entry.reason) == (officer, NAME)
    page = plain(officer_client.get(done.url))
    assert "enregistré et publié" in page
    assert "500" in page


def test_saved_without_being_shown_then_published_by_hand(place, officer_client):
    seen = send(officer_client)
    officer_client.post(seen.url)
    row = Vintage.objects.get()
    assert row.published_at is None
    assert "attend d’être publié" in plain(officer_client.get(send(officer_client).url))
    assert "en attente" in plain(officer_client.get(reverse("observatory_officer:home")))
    officer_client.post(reverse("observatory_officer:publish", args=[row.pk]))
    row.refresh_from_db()
    assert row.published_at is not None


def test_the_same_file_twice_writes_once(place, officer_client):
    officer_client.post(send(officer_client).url, {"publier": "1"})
    cells, entries = Cell.objects.count(), JournalEntry.objects.count()
    seen = send(officer_client)
    html = plain(officer_client.get(seen.url))
    assert "Ce fichier est déjà chargé" in html
    assert "Enregistrer et publier" not in html
    again = officer_client.post(seen.url, {"publier": "1"}, follow=True)
    assert "rien n’a été écrit" in plain(again)
    assert (Cell.objects.count(), JournalEntry.objects.count()) == (cells, entries)


def test_a_new_file_says_what_it_replaces_and_what_changes(place, officer_client):
    officer_client.post(send(officer_client).url, {"publier": "1"})
    seen = send(officer_client, flores_2017(4401), "EPCI_T1_2017_corrige.csv")
    html = plain(officer_client.get(seen.url))
    assert f"Remplace « {NAME} »" in html
    assert "Ce millésime est publié" in html
    # Nobody can change quietly what the public sees.
    assert "Enregistrer sans publier" not in html
    refused = officer_client.post(seen.url)
    assert "déjà publié" in plain(refused)
    assert not Cell.objects.filter(value=4401).exists()
    officer_client.post(seen.url, {"publier": "1"})
    assert Cell.objects.filter(value=4401).exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "vide.csv"),
        (b"n'importe quoi", "notes.csv"),
        (b"a;b\n1;2\n", "autre.csv"),
        (b"%PDF-1.4 \xff\xfe", "rapport.pdf"),
        (b"PK\x03\x04 casse", "casse.xlsx"),
        (b"PAR1 casse PAR1", "casse.parquet"),
        (b"\x00" * 2000, "zeros.csv"),
    ],
)
def test_wrong_files_are_refused_beside_their_field_and_forgotten(place, officer_client, settings, content, name):
    answer = send(officer_client, content, name)
    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert kept(settings) == []
    assert not Vintage.objects.exists()


def test_a_bomb_of_a_zip_is_refused(place, officer_client, settings):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"0" * (120 * 1024 * 1024))
    answer = send(officer_client, held.getvalue(), "bombe.xlsx")
    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert kept(settings) == []


def test_no_file_and_too_big_a_file(place, officer_client, monkeypatch, settings):
    assert "Choisissez un fichier" in plain(officer_client.post(SEND))
    monkeypatch.setattr(forms, "LARGEST", 100)
    html = plain(send(officer_client))
    assert "essaim observatory load FICHIER --apply" in html
    assert "pèse plus de 7,5 Mo" in html
    assert kept(settings) == []


def test_what_would_keep_every_writer_waiting_goes_by_the_server(place, officer_client, monkeypatch, settings):
    monkeypatch.setattr(officer_sources, "MOST_CELLS", 34)
    html = plain(send(officer_client))
    assert "tient 35 chiffres, trop pour une page" in html
    assert kept(settings) == []
    monkeypatch.setattr(officer_sources, "MOST_CELLS", 35)
    assert send(officer_client).status_code == 302


GRID = b"CODGEO;DENS;DENS7\n86194;1;2\n86226;3;6\n99999;3;7\n"
URSSAF = (
    b"region;code_region;champ_ess;famille_ess;grand_secteur;secteur_na88;annee;nombre_d_etablissements;"
    b"effectifs_salaries_moyens;masse_salariale\n"
    b"Nouvelle-Aquitaine;75;OUI;Associations;Services;88 Action sociale;2023;10;100,5;1000\n"
    b"Nouvelle-Aquitaine;75;OUI;Associations;Services;88 Action sociale;2022;9;90;900\n"
)


def test_a_file_of_several_years_makes_as_many_vintages(place, officer_client):
    seen = send(officer_client, URSSAF, "ess.csv")
    html = plain(officer_client.get(seen.url))
    assert "Urssaf 2023" in html
    assert "Urssaf 2022" in html
    done = officer_client.post(seen.url, {"publier": "1"}, follow=True)
    assert "« Urssaf 2023 » : enregistré et publié" in plain(done)
    assert set(Vintage.objects.values_list("period", flat=True)) == {"2022", "2023"}
    page = plain(officer_client.get(reverse("observatory_officer:vintage", args=[Vintage.objects.get(year=2023).pk])))
    assert "Nouvelle-Aquitaine" in page


@pytest.mark.parametrize("name", ["grille.csv", "sans-extension"])
def test_the_density_grid_goes_to_the_communes(place, officer_client, name):
    seen = send(officer_client, GRID, name)
    html = plain(officer_client.get(seen.url))
    assert "3 communes lues, dont 2 au code géographique" in html
    assert "Enregistrer sans publier" not in html
    done = officer_client.post(seen.url, {"publier": "1"}, follow=True)
    assert "La grille de densité est chargée" in plain(done)
    assert not Vintage.objects.exists()
    assert Commune.objects.get(pk="86194").density == 2
    again = officer_client.post(send(officer_client, GRID, name).url, {"publier": "1"}, follow=True)
    assert "déjà chargée" in plain(again)


def test_without_a_geographic_code_it_says_what_to_do(db, officer_client):
    TerritoryFactory(siren=EPCI.code)
    seen = send(officer_client)
    html = plain(officer_client.get(seen.url))
    assert "essaim geography load" in html
    assert "Enregistrer et publier" not in html


def test_a_body_above_the_limit_is_refused_before_it_is_read(place, officer_client):
    answer = officer_client.post(SEND, {"file": upload(b"x" * (8 * 1024 * 1024 + 1))})
    assert answer.status_code == 413


def test_a_name_is_never_a_path_nor_markup(place, officer_client, settings):
    seen = send(officer_client, name="<img src=x onerror=alert(1)>2017.csv")
    html = officer_client.get(seen.url).content.decode()
    assert "<img src=x" not in html
    officer_client.post(seen.url, {"publier": "1"})
    assert "<img src=x" not in officer_client.get(reverse("observatory_officer:home")).content.decode()


# --- the year -------------------------------------------------------------------------------------------------------


def test_a_file_whose_year_is_unsure_asks_for_it(place, officer_client):
    seen = send(officer_client, name="EPCI_T1_2016.csv")
    html = plain(officer_client.get(seen.url))
    assert "De quelle année sont ces chiffres ?" in html
    assert "Enregistrer et publier" not in html
    assert "Écrivez l’année en quatre chiffres" in plain(officer_client.get(seen.url + "?annee=hier"))
    assert "L’année va de 1990" in plain(officer_client.get(seen.url + "?annee=1789"))
    told = officer_client.get(seen.url + "?annee=2016")
    assert "Insee, Flores × ESS 2016" in plain(told)
    officer_client.post(seen.url + "?annee=2016", {"publier": "1"})
    assert Vintage.objects.get().period == "2016"


def test_saving_without_the_year_saves_nothing_and_keeps_the_file(place, officer_client):
    seen = send(officer_client, name="EPCI_T1_2016.csv")
    answer = officer_client.post(seen.url, {"publier": "1"})
    assert "De quelle année" in plain(answer)
    assert not Vintage.objects.exists()
    assert officer_client.get(seen.url + "?annee=2016").status_code == 200


# --- whose file, and once -------------------------------------------------------------------------------------------


def test_somebody_elses_file_an_odd_token_or_another_rooms(place, officer, officer_client):
    token = uploads.keep(flores_2017(), NAME, kind=KIND, owner=PersonFactory(is_officer=True))
    contacts = uploads.keep(b"nom\nA\n", "contacts.csv", kind="contacts", owner=officer)
    for odd in (token, contacts, "x", "a" * 40):
        address = reverse("observatory_officer:preview", args=[odd])
        for answer in (officer_client.get(address), officer_client.post(address, {"publier": "1"})):
            assert answer.url == SEND
    assert "n’est plus gardé" in plain(officer_client.get(SEND))
    assert officer_client.post(reverse("observatory_officer:abandon", args=[token])).url == SEND
    assert uploads.find(contacts, kind="contacts", owner=officer)
    assert not Vintage.objects.exists()


def test_a_file_forgotten_is_forgotten(place, officer_client, settings):
    seen = send(officer_client)
    abandon = seen.url + "oublier/"
    assert officer_client.get(abandon).status_code == 405
    assert officer_client.post(abandon).url == SEND
    assert kept(settings) == []
    assert officer_client.get(seen.url).url == SEND
    assert officer_client.post(abandon).status_code == 302


def test_a_refusal_while_saving_keeps_the_file(place, officer_client, monkeypatch):
    seen = send(officer_client)

    def busy(**_):
        raise Busy("Un autre chargement est en cours.")

    with monkeypatch.context() as patch:
        patch.setattr(loading, "load", busy)
        assert "Un autre chargement est en cours." in plain(officer_client.post(seen.url, {"publier": "1"}))
    assert officer_client.post(seen.url, {"publier": "1"}).status_code == 302
    assert Vintage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_saves_once():
    load_small_cog()
    TerritoryFactory(siren=EPCI.code)
    officer = PersonFactory(is_officer=True)
    token = uploads.keep(flores_2017(), NAME, kind=KIND, owner=officer)
    address = reverse("observatory_officer:preview", args=[token])
    start, answers = threading.Barrier(2), []
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(officer)

    def click(browser):
        try:
            start.wait(10)
            answers.append(browser.post(address, {"publier": "1"}).url)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 2
    assert JournalEntry.objects.filter(verb=loading.LOADED).count() == 1
    assert Vintage.objects.count() == 1


# --- what the public sees -------------------------------------------------------------------------------------------


def test_withdrawing_falls_back_at_once_on_pages_kept_in_memory(place, officer, page_cache):
    browser, visitor = Client(), Client()
    browser.force_login(officer)
    for year, jobs in ((2016, 4000), (2017, 4400)):
        seen = browser.post(SEND, {"file": upload(flores_2017(jobs), f"T1_{year}.csv")})
        browser.post(f"{seen.url}?annee={year}", {"publier": "1"})

    def shown():
        return plain(visitor.get("/observatoire/"))

    assert "4 400" in shown()
    newest = Vintage.objects.get(period="2017")
    browser.post(reverse("observatory_officer:withdraw", args=[newest.pk]), {"reason": "Un tableau faux"})
    fallen = shown()
    assert "4 400" not in fallen
    assert "4 000" in fallen
    browser.post(reverse("observatory_officer:publish", args=[newest.pk]))
    assert "4 400" in shown()
