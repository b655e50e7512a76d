"""A structure's file seen from inside: what the team writes for itself stays there."""

from __future__ import annotations

import pytest
from django.db.models import Max

from essaim.directory.actions.inside import (
    InsideRefused,
    erase_contact,
    erase_note,
    put_tag,
    save_contact,
    take_tag_off,
    write_note,
)
from essaim.directory.actions.mandates import end_mandate, grant_mandate
from essaim.directory.actions.reports import report_error
from essaim.directory.enums import ClaimMethod, MandateEnd
from essaim.directory.models import Contact, StructureNote, Tag
from essaim.foundation import journal
from essaim.foundation.models import JournalEntry, JournalSubject
from tests.directory.factories import StructureFactory, in_poitiers
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

SECRET = "Appelle le soir : sa fille est malade."


@pytest.fixture
def structure(territory):
    return in_poitiers("Le Jardin partagé")


@pytest.fixture
def inside(structure):
    return f"/equipe/annuaire/structures/{structure.key}/"


def test_a_note_is_written_pinned_changed_and_erased(officer_client, officer, structure, inside):
    officer_client.post(f"{inside}notes/ajouter/", {"text": SECRET})
    officer_client.post(f"{inside}notes/ajouter/", {"text": "À voir en mars", "is_pinned": "on"})
    first, second = StructureNote.objects.order_by("pk")
    page = assert_get_writes_nothing(officer_client, inside).content.decode()
    assert page.index("À voir en mars") < page.index("sa fille")
    officer_client.post(f"{inside}notes/{first.pk}/", {"text": "Rappeler"})
    first.refresh_from_db()
    assert (first.text, first.by, first.edited_at is not None) == ("Rappeler", officer, True)
    assert "À voir" in officer_client.get(f"{inside}notes/{second.pk}/effacer/").content.decode()
    officer_client.post(f"{inside}notes/{second.pk}/effacer/")
    assert [note.text for note in StructureNote.objects.all()] == ["Rappeler"]


def test_the_journal_never_holds_the_words_of_a_note_nor_a_contact(officer, structure):
    write_note(structure=structure, text=SECRET, by=officer)
    contact = save_contact(
        structure=structure, values={"name": "Zoé Privée", "email": "zoe@prive.fr", "phone": "0549000000"}, by=officer
    )
    erase_contact(contact=contact, by=officer)
    told = str(list(JournalEntry.objects.values("verb", "object_label", "reason", "before", "after")))
    assert JournalEntry.objects.count() >= 3
    for word in ("fille", "Zoé", "zoe@", "549000000"):
        assert word not in told


def test_nothing_of_it_is_public(client, officer, structure):
    write_note(structure=structure, text=SECRET, by=officer)
    save_contact(structure=structure, values={"name": "Zoé Privée", "email": "zoe@prive.fr"}, by=officer)
    put_tag(structure=structure, name="club secret", by=officer)
    page = client.get(structure.get_absolute_url()).content.decode()
    for word in ("sa fille", "Zoé", "zoe@prive.fr", "club secret"):
        assert word not in page


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "x" * 4001])
def test_an_empty_or_endless_note_is_refused(officer, structure, text):
    with pytest.raises(InsideRefused):
        write_note(structure=structure, text=text, by=officer)


def test_scripts_are_words(officer_client, structure, inside):
    officer_client.post(f"{inside}notes/ajouter/", {"text": "<script>alert(1)</script>"})
    officer_client.post(f"{inside}contacts/ajouter/", {"name": "<img src=x onerror=alert(1)>"})
    officer_client.post(f"{inside}etiquettes/", {"name": "<b>x</b>"})
    page = officer_client.get(inside).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "<b>x</b>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "au moins"),
        ({"email": "zoé@prive.fr"}, "accent"),
        ({"email": "а@b.fr"}, "latine"),
        ({"phone": "abc"}, "téléphone"),
        ({"name": "x" * 10_000}, "150"),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused(officer, structure, values, said):
    with pytest.raises(InsideRefused, match=said):
        save_contact(structure=structure, values=values, by=officer)
    assert not Contact.objects.exists()


def test_rows_of_another_structure_are_out_of_reach(officer_client, officer, structure, inside):
    other = in_poitiers("Autre")
    note = write_note(structure=other, text="n", by=officer)
    contact = save_contact(structure=other, values={"name": "c"}, by=officer)
    tag = put_tag(structure=other, name="t", by=officer)
    for path in (
        f"notes/{note.pk}/",
        f"notes/{note.pk}/effacer/",
        f"contacts/{contact.pk}/",
        f"contacts/{contact.pk}/effacer/",
    ):
        assert officer_client.post(f"{inside}{path}", {"text": "vol", "name": "vol"}).status_code == 404
    officer_client.post(f"{inside}etiquettes/{tag.pk}/retirer/")
    assert Tag.objects.get().structures.get() == other


def test_a_tag_is_one_whatever_its_case_and_goes_with_its_last_structure(officer, structure):
    other = StructureFactory()
    tag = put_tag(structure=structure, name="Club des épiceries", by=officer)
    assert put_tag(structure=other, name="  club des  épiceries ", by=officer) == tag
    take_tag_off(structure=structure, tag=tag, by=officer)
    assert Tag.objects.count() == 1
    take_tag_off(structure=other, tag=tag, by=officer)
    assert not Tag.objects.exists()


def test_erasing_twice_leaves_one_trace(officer, structure):
    note = write_note(structure=structure, text="n", by=officer)
    erase_note(note=note, by=officer)
    erase_note(note=note, by=officer)
    assert JournalEntry.objects.filter(verb="note interne effacée").count() == 1


def test_the_timeline_gathers_every_room_by_itself(officer_client, officer, structure, inside):
    """A report and a mandate say nothing of timelines: their foreign key is enough."""
    person = PersonFactory(name="Noé")
    report_error(structure=structure, topic="contact", message="m")
    mandate = grant_mandate(structure=structure, person=person, by=officer, method=ClaimMethod.OFFICER)
    end_mandate(mandate=mandate, by=officer, reason=MandateEnd.RESIGNED)
    put_tag(structure=structure, name="t", by=officer)
    elsewhere = in_poitiers("Autre")
    report_error(structure=elsewhere, topic="contact", message="m")
    verbs = [entry.verb for entry in journal.about(structure)]
    assert verbs == ["étiquette posée", "mandat terminé", "mandat reconnu", "erreur signalée"]
    assert [entry.verb for entry in journal.about(person)] == ["mandat reconnu"]
    page = officer_client.get(f"{inside}histoire/").content.decode()
    assert [verb in page for verb in verbs] == [True] * 4


def test_the_timeline_of_a_merged_sheet_is_told_too(officer_client, officer, structure, inside):
    twin = in_poitiers("Jumelle")
    put_tag(structure=twin, name="de la jumelle", by=officer)
    twin.merged_into = structure
    twin.save()
    assert "étiquette posée" in officer_client.get(f"{inside}histoire/").content.decode()


def test_the_timeline_costs_the_same_whatever_its_length(officer_client, officer, structure, inside):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    costs = []
    for _ in range(2):
        for _ in range(20):
            report_error(structure=structure, topic="contact", message="m")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            officer_client.get(f"{inside}histoire/")
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_an_entry_in_bulk_has_its_subjects_as_one_alone(officer, structure):
    from django.db import transaction

    report = report_error(structure=structure, topic="contact", message="m")
    before = JournalEntry.objects.aggregate(last=Max("pk"))["last"]
    with transaction.atomic():
        journal.bulk_record(by=officer, entries=[journal.Entry("vu", report, about=[officer]) for _ in range(3)])
    subjects = JournalSubject.objects.filter(entry__gt=before)
    assert subjects.count() == 6
    assert [entry.verb for entry in journal.about(structure)][:3] == ["vu"] * 3


def test_nobody_else_enters(person_client, structure, inside):
    for path in ("histoire/", "notes/ajouter/", "contacts/ajouter/", "etiquettes/"):
        assert person_client.get(f"{inside}{path}").status_code == 403
        assert person_client.post(f"{inside}{path}", {"text": "x", "name": "x"}).status_code in (403, 405)
    assert not StructureNote.objects.exists()
