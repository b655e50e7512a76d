"""Two sheets made one and parted again: nothing tied to them is lost, whatever room it belongs to."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from essaim.desk.models import Assignment
from essaim.directory.actions.cards import save_card
from essaim.directory.actions.decisions import decide
from essaim.directory.actions.keys import new_code
from essaim.directory.actions.mandates import end_mandate, grant_mandate
from essaim.directory.actions.merging import MergeRefused, merge, plain
from essaim.directory.actions.undoing import KEPT, forget_merges, undo_merge
from essaim.directory.enums import ClaimMethod, MandateEnd
from essaim.directory.mandates import in_force
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    Card,
    CardChange,
    Claim,
    Criterion,
    Establishment,
    Invitation,
    Label,
    LocalDecision,
    Mandate,
    Merge,
    Structure,
    SyncRun,
    Tag,
)
from essaim.directory.models.contacts import StructureTag
from essaim.directory.queries import by_key, set_aside
from essaim.directory.ties import STAYS, foreseen, ties
from essaim.foundation import journal
from essaim.foundation.models import Link
from essaim.people.actions.erasing import erase_account
from essaim.people.models import Person
from tests.directory.factories import (
    ClaimFactory,
    EstablishmentFactory,
    MandateFactory,
    StructureFactory,
    in_poitiers,
    siren,
)
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def poitiers(db):
    load_small_cog()


@pytest.fixture
def pair(territory, poitiers):
    return in_poitiers("Jumelle", siren=siren(1)), in_poitiers("Vraie", siren=siren(2))


def rows_of(*structures):
    """Every row tied to these sheets, whole, by the name of its tie: what must come back."""
    return {
        (tie.label, structure.pk): serializers.serialize("json", tie.rows(Structure, structure.pk).order_by("pk"))
        for tie in ties(Structure)
        for structure in structures
    }


def last():
    return Merge.objects.latest("pk")


def undone(officer, **more):
    return undo_merge(merge=more.pop("merge", None) or last(), by=officer, reason="deux associations", **more)


# --- every relation, those of rooms that do not exist yet too --------------------------------------------------------

SERIAL = itertools.count(1)


def made(kind, column, structure):
    """A row of any model that names this structure; its own needs are filled in, whatever they are."""
    values = {column: structure} if column else {}
    for field in kind._meta.concrete_fields:
        if field.name in values or field.primary_key or field.has_default() or getattr(field, "auto_now_add", False):
            continue
        if isinstance(field, models.GeneratedField) or (field.null and not field.is_relation) or field.null:
            continue
        values[field.name] = filled(kind, field, structure)
    return kind._base_manager.create(**values)


ONE = {
    ("campaign", "answer"): "",
    ("claim", "outcome"): "",
    ("mandate", "end_reason"): "",
    ("structureproposal", "outcome"): "",
    ("errorreport", "outcome"): "",
    ("criterion", "code"): "local_decision",
}


def filled(kind, field, structure):
    number = next(SERIAL)
    known = ONE.get((kind._meta.model_name, field.name))
    if known is not None:
        return known
    if field.is_relation:
        if field.related_model is Structure:
            return structure
        if field.related_model._meta.label_lower == "people.person":
            return PersonFactory()
        existing = field.related_model._base_manager.order_by("pk").first()
        return existing or made(field.related_model, "", structure)
    if field.choices:
        return "" if field.blank else field.choices[0][0]
    if field.blank:
        return {models.JSONField: {}}.get(type(field), "")
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return date(2026, 11, 1)
    if isinstance(field, models.EmailField):
        return f"a{number}@exemple.fr"
    if isinstance(field, models.IntegerField | models.FloatField):
        return number
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BooleanField):
        return False
    return f"x{number}"[: field.max_length or 20]


def foreign_ties():
    return [tie for tie in ties(Structure) if not tie.type_column]


def test_every_relation_of_a_structure_is_moved_and_comes_back(pair, officer):
    source, target = pair
    alone = {}
    for tie in foreign_ties():
        if tie.model is Structure:
            row = StructureFactory(name="Déjà réunie", merged_into=source)
        elif tie.model is Label:
            place = source.establishments.order_by("pk").first()
            row = Label.objects.create(structure=source, establishment=place, kind="ACI", source="x")
        elif tie.model is LocalDecision:
            row = decide(structure=source, decision="admit", reason="r", by=officer)
        elif tie.model is Criterion:
            row = source.criteria.filter(code="local_decision").first() or made(Criterion, "structure", source)
        else:
            row = made(tie.model, tie.column, source)
        alone[tie] = row
    assert len(alone) >= 15
    before = rows_of(source, target)
    merge(source=source, target=target, reason="la même", by=officer)
    for tie, row in alone.items():
        row.refresh_from_db()
        assert getattr(row, f"{tie.column}_id") == target.pk, tie.label
    told = undone(officer)
    assert told.stayed == []
    assert rows_of(source, target) == before
    source.refresh_from_db()
    assert source.merged_into is None


def test_no_column_that_names_a_structure_is_forgotten():
    every = {
        f"{relation.related_model._meta.label_lower}.{relation.field.name}"
        for relation in Structure._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    }
    assert every - {tie.label for tie in ties(Structure)} == STAYS
    assert {"foundation.link.from_id", "foundation.link.to_id"} <= {tie.label for tie in ties(Structure)}


def test_links_between_rooms_follow_and_come_back(pair, officer):
    source, target = pair
    kind = ContentType.objects.get_for_model(Structure)
    third = StructureFactory()
    far = {"to_type": kind, "to_id": third.pk}
    follows = Link.objects.create(kind="partenaire", from_type=kind, from_id=source.pk, **far)
    double = Link.objects.create(kind="voisine", from_type=kind, from_id=source.pk, **far)
    Link.objects.create(kind="voisine", from_type=kind, from_id=target.pk, **far)
    between = Link.objects.create(kind="soeur", from_type=kind, from_id=source.pk, to_type=kind, to_id=target.pk)
    merge(source=source, target=target, reason="la même", by=officer)
    assert Link.objects.get(pk=follows.pk).from_id == target.pk
    assert not Link.objects.filter(pk__in=[double.pk, between.pk]).exists()
    assert undone(officer).stayed == []
    assert Link.objects.filter(from_id=source.pk, from_type=kind).count() == 3


# --- what only one may keep ------------------------------------------------------------------------------------------


def test_somebody_who_represents_both_keeps_one_mandate_and_finds_both_again(pair, officer):
    source, target = pair
    person = PersonFactory()
    theirs, ours = MandateFactory(structure=source, person=person), MandateFactory(structure=target, person=person)
    other = MandateFactory(structure=source)
    claims = [ClaimFactory(structure=one, person=other.person) for one in pair]
    waiting = [
        Invitation.objects.create(structure=one, email="a@exemple.fr", by_label="x", expires_at=timezone.now())
        for one in pair
    ]
    merge(source=source, target=target, reason="la même", by=officer)
    theirs.refresh_from_db()
    assert (theirs.structure, theirs.end_reason) == (target, MandateEnd.STRUCTURE_MERGED)
    assert set(target.mandates.filter(ended_at__isnull=True)) == {ours, other}
    claims[0].refresh_from_db()
    assert claims[0].outcome == "withdrawn"
    assert Invitation.objects.get(pk=waiting[0].pk).cancelled_at is not None
    assert undone(officer).stayed == []
    theirs.refresh_from_db()
    assert (theirs.structure, theirs.ended_at, theirs.end_reason) == (source, None, "")
    claims[0].refresh_from_db()
    assert (claims[0].structure, claims[0].is_open, claims[0].reason) == (source, True, "")
    assert Invitation.objects.get(pk=waiting[0].pk).cancelled_at is None
    assert Mandate.objects.filter(ended_at__isnull=True).count() == 3


def test_the_sheet_that_answered_the_campaign_answers_for_both(pair, officer):
    source, target = pair
    campaign = Campaign.objects.create(name="2026", opened_by_label="x", closes_on=date(2026, 12, 1))
    answered = CampaignLine.objects.create(
        campaign=campaign, structure=source, answered_at=timezone.now(), answer="confirmed"
    )
    silent = CampaignLine.objects.create(campaign=campaign, structure=target)
    merge(source=source, target=target, reason="la même", by=officer)
    assert CampaignLine.objects.get() == answered
    assert undone(officer).stayed == []
    assert {(line.pk, line.structure) for line in CampaignLine.objects.all()} == {
        (answered.pk, source),
        (silent.pk, target),
    }


def test_a_double_set_aside_never_hides_the_sheet_that_is_kept(pair, officer):
    source, target = pair
    decide(structure=source, decision="exclude", reason="doublon", by=officer)
    merge(source=source, target=target, reason="la même", by=officer)
    assert not set_aside().filter(structure=target).exists()
    undone(officer)
    assert set_aside().get().structure == source


def test_a_place_said_twice_is_kept_once(pair, officer):
    _source, target = pair
    twin = StructureFactory(siren=None, code=new_code(), name="Vraie")
    seat = EstablishmentFactory(structure=twin, siret=None, address="1, R. DE LA PAIX")
    label = Label.objects.create(structure=twin, establishment=seat, kind="ACI", source="x")
    merge(source=twin, target=target, reason="la même", by=officer)
    assert target.establishments.count() == 1
    label.refresh_from_db()
    assert label.establishment == target.establishments.get()
    assert undone(officer).stayed == []
    label.refresh_from_db()
    assert (label.structure, label.establishment) == (twin, seat)
    assert Establishment.objects.get(pk=seat.pk).address == "1, R. DE LA PAIX"


# --- cards -----------------------------------------------------------------------------------------------------------


def test_blanks_filled_by_a_merge_are_blank_again(pair, officer):
    source, target = pair
    save_card(structure=source, by=officer, values={"name": "Jumelle", "phone": "05 49 00 00 01", "services": ["a"]})
    save_card(structure=target, by=officer, values={"name": "La vraie"})
    before = serializers.serialize("json", Card.objects.filter(structure=source))
    merge(source=source, target=target, reason="la même", by=officer)
    card = Card.objects.get()
    assert (card.name, card.phone, card.services) == ("La vraie", "+33549000001", ["a"])
    assert CardChange.objects.filter(structure=target, version__isnull=False).count() == 2
    assert undone(officer).stayed == []
    card.refresh_from_db()
    assert (card.name, card.phone, card.services) == ("La vraie", "", [])
    assert serializers.serialize("json", Card.objects.filter(structure=source)) == before


def test_what_was_written_since_stays_and_is_told(pair, officer):
    source, target = pair
    save_card(structure=source, by=officer, values={"name": "Jumelle", "phone": "05 49 00 00 01"})
    save_card(structure=target, by=officer, values={"name": "La vraie"})
    contact, gone = source.contacts.create(name="Ana"), source.contacts.create(name="Zoé")
    elsewhere = source.contacts.create(name="Max")
    merge(source=source, target=target, reason="la même", by=officer)
    save_card(structure=target, by=officer, values={"phone": "05 49 00 00 02"})
    gone.delete()
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(structure=StructureFactory())
    type(contact).objects.filter(pk=contact.pk).update(note="rappeler")
    told = undone(officer)
    assert len(told.stayed) == 3
    assert any("téléphone public" in line for line in told.stayed)
    assert any("effacé depuis" in line for line in told.stayed)
    assert any("« Max »" in line for line in told.stayed)
    target.card.refresh_from_db()
    assert target.card.phone == "+33549000002"
    contact.refresh_from_db()
    assert (contact.structure, contact.note) == (source, "rappeler")
    entry = journal.history_of(target).filter(verb="réunion défaite").get()
    assert entry.after["stayed"] == told.stayed


def test_a_card_that_moved_and_was_written_since_stays_with_who_wrote_it(pair, officer):
    source, target = pair
    save_card(structure=source, by=officer, values={"description": "Avant"})
    merge(source=source, target=target, reason="la même", by=officer)
    save_card(structure=target, by=officer, values={"description": "Après"})
    told = undone(officer)
    assert len(told.stayed) == 1
    assert {card.structure: card.description for card in Card.objects.all()} == {source: "Avant", target: "Après"}


def test_a_tag_erased_since_does_not_stop_the_rest(pair, officer):
    source, target = pair
    tag = Tag.objects.create(name="club")
    for one in pair:
        StructureTag.objects.create(structure=one, tag=tag)
    merge(source=source, target=target, reason="la même", by=officer)
    tag.delete()
    told = undone(officer)
    assert len(told.stayed) == 1
    assert "effacé depuis" in told.stayed[0]


def test_a_mandate_ended_since_stays_ended(pair, officer):
    source, target = pair
    person = PersonFactory()
    for one in pair:
        MandateFactory(structure=one, person=person)
    free = grant_mandate(structure=source, person=PersonFactory(), by=officer, method=ClaimMethod.OFFICER)
    merge(source=source, target=target, reason="la même", by=officer)
    end_mandate(mandate=free, by=officer, reason=MandateEnd.RESIGNED)
    assert undone(officer).stayed == []
    free.refresh_from_db()
    assert (free.structure, free.end_reason) == (source, MandateEnd.RESIGNED)


@pytest.mark.parametrize("left", ["withdrawn", "erased", "closed"])
def test_a_mandate_never_lives_again_by_parting_the_sheets(pair, officer, left):
    source, target = pair
    person = PersonFactory()
    theirs, ours = (MandateFactory(structure=one, person=person) for one in pair)
    merge(source=source, target=target, reason="la même", by=officer)
    if left == "withdrawn":
        end_mandate(mandate=ours, by=officer, reason=MandateEnd.WITHDRAWN, note="abus")
    elif left == "erased":
        erase_account(person=person, by=person, reason="À sa demande")
    else:
        Person.objects.filter(pk=person.pk).update(is_active=False)
    told = undone(officer)
    assert len(told.stayed) == 1
    theirs.refresh_from_db()
    assert (theirs.structure, theirs.end_reason) == (source, MandateEnd.STRUCTURE_MERGED)
    assert not in_force().filter(person=person, structure=source).exists()
    assert person.email not in str(told.stayed)


def test_a_claim_refused_and_an_invitation_declined_since_stay_closed(pair, officer):
    source, target = pair
    person = PersonFactory()
    theirs, ours = (ClaimFactory(structure=one, person=person) for one in pair)
    asked, kept = (
        Invitation.objects.create(structure=one, email="a@exemple.fr", by_label="x", expires_at=timezone.now())
        for one in pair
    )
    merge(source=source, target=target, reason="la même", by=officer)
    Claim.objects.filter(pk=ours.pk).update(decided_at=timezone.now(), outcome="refused", reason="fausse pièce")
    Invitation.objects.filter(pk=kept.pk).update(declined_at=timezone.now())
    assert len(undone(officer).stayed) == 2
    theirs.refresh_from_db()
    asked.refresh_from_db()
    assert (theirs.is_open, asked.cancelled_at is None) == (False, False)


def test_an_invitation_whose_address_was_erased_stays_cancelled(pair, officer):
    source, target = pair
    person = PersonFactory()
    for one in pair:
        Invitation.objects.create(structure=one, email=person.email, by_label="x", expires_at=timezone.now())
    merge(source=source, target=target, reason="la même", by=officer)
    erase_account(person=person, by=person, reason="À sa demande")
    assert len(undone(officer).stayed) == 1
    assert not Invitation.objects.filter(cancelled_at__isnull=True).exists()


def test_what_was_dropped_does_not_come_back_for_somebody_erased(pair, officer):
    source, target = pair
    person = PersonFactory()
    tag = Tag.objects.create(name="club")
    for one in pair:
        StructureTag.objects.create(structure=one, tag=tag)
    merge(source=source, target=target, reason="la même", by=officer)
    erase_account(person=person, by=person, reason="À sa demande")
    row = last()
    # A row that names somebody, as a room opened later may have; and one that an erasure has emptied where it is kept.
    (named,) = serializers.serialize("python", [Assignment(kind="x", object_id=1, to=person, by_label="x")])
    row.dropped = [*({**one, "fields": {}} for one in row.dropped), {**named, "fields": plain(named["fields"])}]
    row.save(update_fields=["dropped"])
    assert len(undone(officer).stayed) == 2
    assert not Assignment.objects.exists()
    assert StructureTag.objects.get().structure == target


# --- addresses, numbers, order ---------------------------------------------------------------------------------------


def test_the_address_of_the_source_lives_again(client, pair, officer):
    source, target = pair
    address = source.get_absolute_url()
    merge(source=source, target=target, reason="la même", by=officer)
    assert client.get(address)["Location"] == target.get_absolute_url()
    undone(officer)
    assert client.get(address).status_code == 200
    assert by_key(source.key) == source
    assert not source.former_keys.exists()


def test_the_rna_number_given_by_a_merge_is_taken_back(pair, officer):
    _one, target = pair
    alone = StructureFactory(siren=None, rna="W862000001")
    merge(source=alone, target=target, reason="la même", by=officer)
    target.refresh_from_db()
    assert target.rna == "W862000001"
    undone(officer)
    target.refresh_from_db()
    assert (target.rna, by_key("W862000001")) == (None, alone)


def test_the_sheet_with_the_number_is_the_one_kept(territory, officer):
    known, coded = StructureFactory(siren=None, rna="W862000001"), StructureFactory(siren=None, code=new_code())
    with pytest.raises(MergeRefused, match="RNA"):
        merge(source=known, target=coded, reason="r", by=officer)
    merge(source=coded, target=known, reason="r", by=officer)


def test_the_last_merge_is_undone_first(pair, officer):
    source, target = pair
    third = StructureFactory(siren=siren(3))
    merge(source=source, target=target, reason="r", by=officer)
    first = last()
    merge(source=target, target=third, reason="r", by=officer)
    second = last()
    with pytest.raises(MergeRefused, match="d’abord"):
        undone(officer, merge=first)
    undone(officer, merge=second)
    source.refresh_from_db()
    assert source.merged_into == target
    undone(officer, merge=first)
    source.refresh_from_db()
    assert source.merged_into is None


def test_the_official_file_has_the_last_word(pair, officer):
    source, target = pair
    alone = StructureFactory(siren=None, rna="W862000001")
    merge(source=alone, target=target, reason="r", by=officer)
    SyncRun.objects.create(
        territory="200069854", vintage=target.vintage, perimeter_version="x", at=timezone.now() + timedelta(minutes=1)
    )
    SyncRun.objects.update(at=timezone.now() + timedelta(minutes=1))
    with pytest.raises(MergeRefused, match="fichier officiel"):
        undone(officer)
    merge(source=source, target=StructureFactory(siren=siren(7)), reason="r", by=officer)
    Structure.objects.filter(pk=source.pk).update(merged_into=target)
    with pytest.raises(MergeRefused, match="fichier officiel"):
        undone(officer)


def test_undoing_twice_or_without_reason_is_refused(pair, officer):
    merge(source=pair[0], target=pair[1], reason="r", by=officer)
    with pytest.raises(MergeRefused, match="pourquoi"):
        undo_merge(merge=last(), by=officer, reason="  ")
    undone(officer)
    with pytest.raises(MergeRefused, match="déjà défaite"):
        undone(officer)


def test_after_a_year_what_was_dropped_is_forgotten(pair, officer):
    source, target = pair
    save_card(structure=source, by=officer, values={"email": "ana@exemple.fr"})
    save_card(structure=target, by=officer, values={"email": "contact@exemple.fr"})
    with time_machine.travel(timezone.now() - KEPT - timedelta(days=1), tick=False):
        merge(source=source, target=target, reason="r", by=officer)
    with pytest.raises(MergeRefused, match="plus d’un an"):
        undone(officer)
    assert forget_merges(by="tâche") == 1
    assert "exemple.fr" not in str(Merge.objects.values())
    assert forget_merges(by="tâche") == 0


def test_what_will_move_is_counted_before(pair, officer):
    source, target = pair
    source.contacts.create(name="Ana")
    counts = foreseen(source, target)
    assert counts["contacts"] == 1
    assert counts["établissements"] == 1


# --- at once ---------------------------------------------------------------------------------------------------------


def together(*verbs):
    """Run these at once, each with its own connection; return what each was told."""
    told, barrier = [], Barrier(len(verbs))

    def run(verb):
        barrier.wait()
        try:
            verb()
            told.append("fait")
        except MergeRefused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once(pair, officer):
    source, target = pair
    told = together(*[lambda: merge(source=source, target=target, reason="r", by=officer)] * 2)
    assert told.count("fait") == Merge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_each_into_the_other_at_once(pair, officer):
    one, other = pair
    told = together(
        lambda: merge(source=one, target=other, reason="r", by=officer),
        lambda: merge(source=other, target=one, reason="r", by=officer),
    )
    assert told.count("fait") == 1
    assert Structure.objects.filter(Q(merged_into__isnull=False)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_undone_twice_at_once(pair, officer):
    merge(source=pair[0], target=pair[1], reason="r", by=officer)
    row = last()
    told = together(*[lambda: undo_merge(merge=row, by=officer, reason="r")] * 2)
    assert told.count("fait") == 1
