"""Public pages never show a private contact: planted wherever one can be, looked for wherever a visitor reads."""

from __future__ import annotations

import pytest
from django.utils import timezone

from essaim.directory.actions.indexing import reindex
from essaim.directory.models import (
    Card,
    CardContact,
    ClaimEvidence,
    Contact,
    ErrorReport,
    Invitation,
    StructureNote,
)
from essaim.directory.provenance import Sayer, confirmation_text
from tests.directory.factories import CardChangeFactory, ClaimFactory, MandateFactory, in_poitiers
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
SECRET = "zsecretz"
MAIL = f"{SECRET}@exemple.fr"
PHONE = "+33549111111"
PAGES = (
    "/annuaire/",
    f"/annuaire/?q={SECRET}",
    "/annuaire/export/csv/",
    "/annuaire/export/geojson/",
    "/annuaire/carte/points/",
    "/api/v1/structures/",
    f"/api/v1/structures/?q={SECRET}",
    f"/recherche/?q={SECRET}",
    f"/suggestions/?q={SECRET}",
    "/sitemap.xml",
    "/sitemap-structures-1.xml",
)


def plant(structure):
    """A secret wherever somebody may be named or reached, beside a card that says where to call."""
    Card.objects.create(
        structure=structure,
        description="Des abeilles",
        phone="+33549222222",
        confirmed_at=timezone.now(),
        confirmed_by_label=confirmation_text(Sayer.STRUCTURE, SECRET),
        version=1,
    )
    CardContact.objects.create(structure=structure, name=SECRET, role=SECRET, email=MAIL, phone=PHONE)
    CardContact.objects.create(structure=structure, name="Accueil", is_public=True, agreed_at=timezone.now())
    Contact.objects.create(structure=structure, name=SECRET, email=MAIL, phone=PHONE, note=SECRET)
    person = PersonFactory(name=SECRET, email=MAIL)
    MandateFactory(structure=structure, person=person, role=SECRET, granted_by_label=SECRET)
    claim = ClaimFactory(structure=structure, person=person, message=SECRET, role=SECRET)
    ClaimEvidence.objects.create(claim=claim, method="file_mail", sent_to=MAIL, note=SECRET)
    Invitation.objects.create(
        structure=structure, email=MAIL, role=SECRET, by_label=SECRET, expires_at=timezone.now(), message=SECRET
    )
    values = {"phone": PHONE, "description": SECRET}
    CardChangeFactory(structure=structure, by=person, by_label=SECRET, email=MAIL, note=SECRET, values=values)
    StructureNote.objects.create(structure=structure, text=SECRET, by_label=SECRET)
    ErrorReport.objects.create(structure=structure, topic="name", message=SECRET, email=MAIL)


def test_no_public_page_nor_file_shows_one(client, territory, django_capture_on_commit_callbacks):
    structure = in_poitiers("La Ruche")
    plant(structure)
    with django_capture_on_commit_callbacks(execute=True):
        reindex([structure.pk])
    page, shown = structure.get_absolute_url(), {}
    for path in (page, f"/api/v1/structures/{structure.key}/", *PAGES):
        answer = client.get(path)
        assert answer.status_code == 200, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        shown[path] = body.decode()
        # What the visitor asked is given back: only the question may hold it.
        text = shown[path].replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "").replace(f"« {SECRET} »", "")
        text = text.replace(f"«\xa0{SECRET}\xa0»", "")
        assert MAIL not in text, path
        assert "549111111" not in "".join(text.split()), path
        assert ("La Ruche" if "q=" in path else SECRET) not in text, path
    assert "Accueil" in shown[page]
    assert "ld+json" in shown[page]
    for path in ("/annuaire/", "/annuaire/export/csv/", "/api/v1/structures/"):
        assert "La Ruche" in shown[path], path
