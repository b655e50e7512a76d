"""Contacts and tags come out as they came in: a list for the officer, and the spreadsheet that she need not keep."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.directory.actions.contacts import import_contacts
from essaim.directory.address_book import COLUMNS
from essaim.directory.contacts_import import recognise
from essaim.directory.models import Card, Contact, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.foundation.spreadsheets import read_table
from essaim.geography.models import Commune
from tests.directory.factories import EstablishmentFactory, StructureFactory, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db


def tagged(structure, name):
    tag, _ = Tag.objects.get_or_create(name=name)
    StructureTag.objects.create(structure=structure, tag=tag)
    return tag


@pytest.fixture
def book(db):
    TerritoryFactory(siren=HOME)
    garden = in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    grocery = in_poitiers("EPICERIE SOLIDAIRE", siren=siren(2), rna="W863001234")
    workshop = in_poitiers("ATELIER VELO", siren=siren(3))
    Card.objects.create(structure=workshop, name="Écrou & Cie")
    garden.contacts.create(
        name="Éloïse Petit", role="trésorière", email="eloise@exemple.fr", phone="+33549000000", note="le mardi"
    )
    garden.contacts.create(name="=cmd()", email="bob@exemple.fr")
    grocery.contacts.create(note="portail vert")
    tagged(garden, "club")
    tagged(garden, "jardins")
    tagged(workshop, "club")
    elsewhere = StructureFactory(name="AILLEURS", siren=siren(8))
    EstablishmentFactory(structure=elsewhere, commune_id=Commune.objects.exclude(epci_id=HOME).first().pk)
    elsewhere.contacts.create(name="Zoé")
    return garden, grocery, workshop


def shown(client, **asked):
    answer = client.get(reverse("officer:contacts"), asked)
    assert answer.status_code == 200
    return [
        (entry.structure.name, entry.contact.name if entry.contact else None) for entry in answer.context["entries"]
    ]


def test_the_list_by_words_and_tag(book, officer_client):
    garden, grocery, workshop = (structure.name for structure in book)
    assert shown(officer_client) == [
        (workshop, None), (grocery, ""), (garden, "=cmd()"), (garden, "Éloïse Petit")
    ]  # fmt: skip
    assert shown(officer_client, q="ELOISE") == [(garden, "Éloïse Petit")]
    assert shown(officer_client, q="bob@exemple.fr") == [(garden, "=cmd()")]
    assert shown(officer_client, q="épicerie") == [(grocery, "")]
    assert shown(officer_client, q="ecrou") == [(workshop, None)]
    club = Tag.objects.get(name="club")
    assert [name for name, _ in shown(officer_client, etiquette=club.pk)] == [workshop, garden, garden]
    assert shown(officer_client, etiquette=club.pk, q="velo") == [(workshop, None)]
    html = officer_client.get(reverse("officer:contacts"), {"etiquette": club.pk}).content.decode()
    assert "2\u00a0contacts dans 2\u00a0structures" in html
    assert f"export.csv?etiquette={club.pk}" in html


def test_nothing_yet_and_nothing_found(officer_client, book):
    assert "Personne ne correspond" in officer_client.get(reverse("officer:contacts"), {"q": "zzz"}).content.decode()
    told = officer_client.get(reverse("officer:contacts"), {"etiquette": "999", "q": "velo"})
    assert "n’existe plus" in told.content.decode()
    assert len(told.context["entries"]) == 1
    Contact.objects.all().delete()
    StructureTag.objects.all().delete()
    assert "Votre carnet est vide" in officer_client.get(reverse("officer:contacts")).content.decode()


def exported(client, extension, **asked):
    answer = assert_get_writes_nothing(client, reverse("officer:contacts_export", args=[extension]), query_params=asked)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return b"".join(answer.streaming_content)


def test_the_export_follows_the_filters_and_runs_no_formula(book, officer_client):
    content = exported(officer_client, "csv")
    lines = list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == 4
    told = next(line for line in lines if line["Contact"] == "Éloïse Petit")
    assert (told["SIREN"], told["Commune"], told["Fonction"], told["Étiquettes"]) == (
        siren(1), "Poitiers", "trésorière", "club | jardins"
    )  # fmt: skip
    assert "'=cmd()" in {line["Contact"] for line in lines}
    assert exported(officer_client, "csv", q="eloise").count(b"\r\n") == 2
    for extension in ("xlsx", "ods"):
        table = read_table(exported(officer_client, extension), f"contacts.{extension}")
        assert len(table.rows) == 4
    assert officer_client.get(reverse("officer:contacts_export", args=["geojson"])).status_code == 404


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_what_goes_out_can_come_in_again_and_brings_nothing(book, officer, officer_client, extension):
    Contact.objects.filter(name="=cmd()").update(name="Bob")
    assert recognise([column.label for column in COLUMNS]).ignored == ()
    content = exported(officer_client, extension)
    row = import_contacts(content=content, filename=f"contacts.{extension}", by=officer)
    assert row.counts["matched"] == row.counts["read"] == 4
    assert (row.counts["contacts"], row.counts["placed_tags"]) == (0, 0)


def test_only_who_may_see_contacts(book, person_client):
    for address in (reverse("officer:contacts"), reverse("officer:contacts_export", args=["csv"])):
        assert Client().get(address)["Location"].startswith("/connexion/")
        assert person_client.get(address).status_code == 403


def test_the_list_and_the_export_cost_the_same_whatever_their_length(book, officer_client):
    def costs():
        found = []
        for address in (reverse("officer:contacts"), reverse("officer:contacts_export", args=["csv"])):
            with CaptureQueriesContext(connection) as queries:
                answer = officer_client.get(address)
                b"".join(answer.streaming_content) if answer.streaming else answer.content
            found.append(len(queries))
        return found

    costs()
    few = costs()
    for number in range(10, 40):
        structure = in_poitiers(f"FOYER {number}", siren=siren(number))
        structure.contacts.create(name=f"Ana {number}")
        tagged(structure, f"mot {number}")
    costs()
    assert costs() == few
    page = officer_client.get(reverse("officer:contacts"), {"page": "2"})
    assert len(page.context["entries"]) == 14
