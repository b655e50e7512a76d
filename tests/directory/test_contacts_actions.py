"""The spreadsheet in the database: applied once, undone exactly, from the command line too."""

from __future__ import annotations

import json
from importlib import import_module
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.directory.actions.contacts import (
    ImportRefused,
    VerdictsMoved,
    import_contacts,
    preview,
)
from essaim.directory.actions.contacts_undo import undo_import
from essaim.directory.actions.decisions import decide
from essaim.directory.models import Contact, ContactImport, LocalDecision, Structure, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.directory.queries import public_structures
from essaim.foundation.models import JournalEntry
from essaim.foundation.spreadsheets import UnreadableTable
from essaim.nomenclature.naf import naf
from tests.directory.factories import in_poitiers, siren, siret
from tests.geography.factories import HOME

pytestmark = pytest.mark.django_db
SCOPE = frozenset({HOME})

FILE = (
    "Structure;SIRET;Commune;Contact;Mail;Tél;Étiquettes;Décision;Raison\n"
    "Les amis du jardin;{siret};Poitiers;Ana Petit;ana@exemple.fr;05 49 00 00 00;club, jardins;;\n"
    "Le syndicat;;Poitiers;;;;;exclure;ce n’est pas de l’ESS\n"
    "La Petite Fabrique;;Poitiers;Luc;luc@exemple.fr;;club;inclure;société utile au quartier\n"
    "Jamais vue;;Poitiers;Zoé;zoe@exemple.fr;;;;\n"
)


@pytest.fixture
def content():
    garden = in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    in_poitiers("LE SYNDICAT", siren=siren(2))
    return FILE.format(siret=siret(garden.siren)).encode()


def bring(content, officer, **options):
    return import_contacts(content=content, filename="contacts.csv", by=officer, scope=SCOPE, **options)


def everything():
    return (
        sorted(Contact.objects.values_list("structure__name", "name", "email", "phone")),
        sorted(StructureTag.objects.values_list("structure__name", "tag__name")),
        sorted(Tag.objects.values_list("name", flat=True)),
        sorted(LocalDecision.objects.values_list("structure__name", "decision")),
        sorted(Structure.objects.values_list("name", flat=True)),
        sorted(public_structures().values_list("name", flat=True)),
    )


def test_preview_writes_nothing(content, django_assert_num_queries):
    before = everything()
    seen = preview(content=content, filename="contacts.csv", scope=SCOPE)
    assert seen.counts == {"read": 4, "matched": 2, "admit": 1, "review": 1, "refused": 0}
    assert everything() == before


def test_import_then_undo_leaves_what_was_there(content, officer):
    before = everything()
    row = bring(content, officer)
    assert row.counts == {
        "read": 4, "matched": 2, "admit": 1, "review": 1, "refused": 0,
        "contacts": 2, "placed_tags": 3, "decisions": 2, "structures": 1,
    }  # fmt: skip
    contact = Contact.objects.get(email="ana@exemple.fr")
    assert (contact.structure.name, contact.name, contact.phone) == ("LES AMIS DU JARDIN", "Ana Petit", "+33549000000")
    made = Structure.objects.get(name="La Petite Fabrique")
    assert made.key.startswith("E")
    assert made.criteria.get().code == "local_decision"
    public = set(public_structures().values_list("name", flat=True))
    assert public == {"LES AMIS DU JARDIN", "La Petite Fabrique"}
    assert JournalEntry.objects.filter(verb="contacts importés").count() == 1
    assert "ana@exemple.fr" not in json.dumps(list(JournalEntry.objects.values_list("before", "after")))

    done = undo_import(contact_import=row, by=officer)
    assert (done.contacts, done.tags, done.decisions, done.structures, done.kept) == (2, 3, 2, 1, [])
    assert everything() == before
    with pytest.raises(ImportRefused, match="déjà annulé"):
        undo_import(contact_import=row, by=officer)


def test_the_same_file_twice_brings_nothing_new(content, officer):
    bring(content, officer)
    after = everything()
    row = bring(content, officer)
    assert everything() == after
    told = row.counts
    assert (told["contacts"], told["placed_tags"], told["decisions"], told["structures"]) == (0, 0, 0, 0)


def test_undo_keeps_what_was_there_before_and_what_changed_since(content, officer):
    garden = Structure.objects.get(name="LES AMIS DU JARDIN")
    club = Tag.objects.create(name="Club")
    StructureTag.objects.create(structure=garden, tag=club)
    garden.contacts.create(name="Bob", email="bob@exemple.fr")
    row = bring(content, officer)
    assert list(Tag.objects.order_by("name").values_list("name", flat=True)) == ["Club", "jardins"]
    Contact.objects.filter(email="ana@exemple.fr").update(phone="+33611111111")
    made = Structure.objects.get(name="La Petite Fabrique")
    made.error_reports.create(topic="other", message="Bonjour")
    syndicate = Structure.objects.get(name="LE SYNDICAT")
    decide(structure=syndicate, decision="admit", reason="après réunion", by=officer)

    done = undo_import(contact_import=row, by=officer)
    assert set(Contact.objects.values_list("name", flat=True)) == {"Bob", "Ana Petit"}
    assert list(StructureTag.objects.values_list("tag__name", flat=True)) == ["Club"]
    assert Structure.objects.filter(pk=made.pk).exists()
    assert syndicate.criteria.filter(code="local_decision").exists()
    kept = "\n".join(done.kept)
    assert "Ana Petit" in kept
    assert "La Petite Fabrique" in kept
    assert "décision plus récente" in kept


def test_confirming_what_is_no_longer_what_was_shown_is_refused(content, officer):
    seen = preview(content=content, filename="contacts.csv", scope=SCOPE)
    in_poitiers("JAMAIS VUE", siren=siren(3))
    with pytest.raises(VerdictsMoved):
        bring(content, officer, expected=seen.fingerprint)
    assert not ContactImport.objects.exists()
    again = preview(content=content, filename="contacts.csv", scope=SCOPE)
    assert bring(content, officer, expected=again.fingerprint).pk


def test_what_moved_is_compared_with_what_was_shown_not_with_the_choices(officer):
    one = in_poitiers("COMITE DES FETES NORD", siren=siren(1))
    in_poitiers("COMITE DES FETES SUD", siren=siren(2))
    content = "Structure;Commune;Mail\nComité des fêtes;Poitiers;a@exemple.fr\n".encode()
    shown = preview(content=content, filename="contacts.csv", scope=SCOPE).fingerprint
    for wrong in ("", "0" * 32):
        with pytest.raises(VerdictsMoved):
            bring(content, officer, choices={2: one.pk}, expected=wrong)
    assert bring(content, officer, choices={2: one.pk}, expected=shown).counts["matched"] == 1


def test_an_import_costs_the_same_queries_whatever_its_length(officer):
    known = [in_poitiers(f"FOYER {number}", siren=siren(number)) for number in range(40)]

    def cost(structures, mark):
        lines = [f"{s.siren};Ana {mark};ana{mark}@exemple.fr;{mark}-{s.pk}, {mark}" for s in structures]
        with CaptureQueriesContext(connection) as queries:
            row = bring("\n".join(["SIREN;Contact;Mail;Étiquettes", *lines]).encode(), officer)
        count = len(structures)
        assert (row.counts["contacts"], row.counts["placed_tags"]) == (count, 2 * count)
        return len(queries)

    cost(known[:1], "a")
    few = cost(known[:2], "b")
    assert cost(known, "c") == few


def test_undoing_leaves_no_copy_of_what_the_file_said(officer):
    in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    rows = (
        "Structure;Commune;Contact;Fonction;Mail;Tél;Note;Décision;Raison",
        "Les amis du jardin;Poitiers;Ana Petit;trésorière;ana@exemple.fr;05 49 00 00 00;le mardi;;",
        "Les amis du jardin;Poitiers;Bob Grand;;bob.exemple.fr;12 34;;;",
        "Chez Carole Martin;Poitiers;Carole;;carole@exemple.fr;;;inclure;utile",
        "Inconnue de Zoé;Poitiers;Zoé;;zoe@exemple.fr;;;;",
    )
    row = bring("\n".join(rows).encode(), officer)

    def kept():
        return json.dumps(list(ContactImport.objects.values("columns", "verdicts", "brought")), ensure_ascii=False)

    for value in ("Ana Petit", "trésorière", "ana@exemple.fr", "+33549000000", "le mardi", 'Carole"', "zoe@"):
        assert value not in kept(), value
    # What is refused is told while the import stands, and no longer.
    assert "bob.exemple.fr" in kept()
    undo_import(contact_import=row, by=officer)
    for value in ("bob.exemple.fr", "12 34", "Carole", "Zoé", "Bob"):
        assert value not in kept(), value
    row.refresh_from_db()
    assert row.counts["contacts"] == 3
    assert [told["verdict"] for told in row.verdicts] == ["matched", "matched", "admit", "review"]


def test_the_same_contact_twice_has_two_digests(officer):
    structures = [in_poitiers(f"FOYER {number}", siren=siren(number)) for number in (1, 2)]
    lines = [f"{structure.siren};ana@exemple.fr" for structure in structures]
    row = bring("\n".join(["SIREN;Mail", *lines]).encode(), officer)
    (_, one), (_, two) = row.brought["contacts"]
    assert one != two


def test_former_imports_lose_their_copies(officer):
    """The migration: a former import can still be undone, and one undone long ago quotes nothing any more."""
    garden = in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    values = {"name": "Ana", "role": "", "email": "ana@exemple.fr", "phone": "", "note": ""}
    told = {
        "line": 2, "name": "Les amis", "verdict": "matched", "why": "par son nom", "structure": garden.pk,
        "structure_name": "LES AMIS DU JARDIN", "did": ["contact ajouté"], "remarks": ["téléphone « 12 » refusé"],
        "candidates": [],
    }  # fmt: skip

    def former(**fields):
        row = ContactImport.objects.create(filename="a.csv", by_label="x", verdicts=[told], **fields)
        contact = garden.contacts.create(contact_import=row, **values)
        row.brought = {
            "contacts": [[contact.pk, values]], "tags": [], "structures": [], "placed_tags": 0, "decisions": 0
        }  # fmt: skip
        row.save()
        return row

    standing, undone = former(), former(undone_at=timezone.now())
    migration = import_module("essaim.directory.migrations.0006_contacts_leave_no_copy")
    migration.forget_values(apps, None)
    standing.refresh_from_db()
    undone.refresh_from_db()
    assert standing.counts["read"] == standing.counts["matched"] == standing.counts["contacts"] == 1
    assert standing.verdicts == [told]
    assert "ana@exemple.fr" not in json.dumps(standing.brought)
    assert undone.brought == {}
    assert undone.verdicts[0]["remarks"] == []
    done = undo_import(contact_import=standing, by=officer)
    assert (done.contacts, done.kept) == (1, [])


def test_a_person_chooses_among_candidates(officer):
    one = in_poitiers("COMITE DES FETES NORD", siren=siren(1))
    in_poitiers("COMITE DES FETES SUD", siren=siren(2))
    content = "Structure;Commune;Mail\nComité des fêtes;Poitiers;a@exemple.fr\n".encode()
    assert bring(content, officer).counts["review"] == 1
    row = bring(content, officer, choices={2: one.pk})
    assert row.counts["matched"] == 1
    assert Contact.objects.get().structure == one


def test_failure_in_the_middle_brings_nothing(content, officer, monkeypatch):
    from essaim.directory.actions import contacts as module

    def broken(*args, **kwargs):
        raise RuntimeError("coupure")

    monkeypatch.setattr(module, "decide", broken)
    before = everything()
    with pytest.raises(RuntimeError):
        bring(content, officer)
    assert everything() == before
    assert not ContactImport.objects.exists()


def test_a_new_structure_takes_its_activity_from_the_column(officer):
    in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    rows = (
        "Structure;Commune;Activité;Décision;Raison",
        "La Fabrique;Poitiers;4779z;inclure;utile",
        f"Le Cercle;Poitiers;{naf('56.10A').plain.upper()};inclure;utile",
        "La Ruche;Poitiers;un peu de tout;inclure;utile",
        "Les amis du jardin;Poitiers;un peu de tout;exclure;fermée",
    )
    row = bring("\n".join(rows).encode(), officer)
    found = dict(Structure.objects.values_list("name", "naf"))
    assert found == {
        "La Fabrique": "47.79Z", "Le Cercle": "56.10A", "La Ruche": "", "LES AMIS DU JARDIN": "94.99Z"
    }  # fmt: skip
    remarks = [told["remarks"] for told in row.verdicts]
    assert (len(remarks[2]), remarks[0], remarks[1], remarks[3]) == (1, [], [], [])
    assert "un peu de tout" in remarks[2][0]


def test_xlsx_with_siret_as_number(officer):
    garden = in_poitiers("LES AMIS DU JARDIN", siren=siren(1))
    book = openpyxl.Workbook()
    book.active.append(["SIRET", "Courriel"])
    book.active.append([float(siret(garden.siren)), "ana@exemple.fr"])
    stream = BytesIO()
    book.save(stream)
    row = import_contacts(content=stream.getvalue(), filename="contacts.xlsx", by=officer, scope=SCOPE)
    assert Contact.objects.get().structure == garden
    assert row.counts["matched"] == 1


def test_latin1_file(officer):
    garden = in_poitiers("LES ETOILES DE L'ETE", siren=siren(1))
    content = "Structure;Commune;Mail\nLes étoiles de l'été;Poitiers;a@exemple.fr\n".encode("latin-1")
    bring(content, officer)
    assert Contact.objects.get().structure == garden


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 rien", b"PK\x03\x04 tronque", b"<!doctype html><p>Erreur"])
def test_what_is_no_table_is_refused_in_words(content, officer):
    with pytest.raises(UnreadableTable):
        bring(content, officer)


def test_command(content, tmp_path, territory):
    path = tmp_path / "contacts.csv"
    path.write_bytes(content)
    out = StringIO()
    call_command("directory", "import-contacts", str(path), stdout=out)
    told = out.getvalue()
    assert "4\u00a0lignes lues : 2\u00a0rapprochées" in told
    assert "Jamais vue" in told
    assert "Rien n’a été écrit" in told
    assert not ContactImport.objects.exists()
    out = StringIO()
    call_command("directory", "import-contacts", str(path), "--apply", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["brought"]["contacts"] == 2
    out = StringIO()
    call_command("directory", "import-contacts", "--undo", str(report["import"]), stdout=out)
    assert "2\u00a0contacts retirés" in out.getvalue()
    with pytest.raises(CommandError, match="999"):
        call_command("directory", "import-contacts", "--undo", "999")
    with pytest.raises(CommandError, match="Impossible de lire"):
        call_command("directory", "import-contacts", str(tmp_path / "absent.csv"))
