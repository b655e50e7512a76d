"""Verbs of the directory: keys and merges, decisions, cards, synonyms, reports."""

from __future__ import annotations

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from essaim.directory.actions.cards import CardRefused, confirm_card, save_card
from essaim.directory.actions.decisions import AlreadyKnown, DecisionRefused, admit_new, decide, withdraw_decision
from essaim.directory.actions.keys import ALPHABET, obtain_siren
from essaim.directory.actions.merging import MergeRefused, merge
from essaim.directory.actions.reports import ReportRefused, handle_report, report_error
from essaim.directory.actions.synonyms import SynonymRefused, delete_synonym, save_synonym
from essaim.directory.models import Card, Establishment, FormerKey, LocalDecision, Structure, Synonym, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.directory.queries import by_key, public_structures, structures_visible_to
from essaim.foundation.identifiers import InvalidIdentifier
from essaim.foundation.models import JournalEntry
from essaim.geography.models import Commune
from tests.directory.factories import CardFactory, in_poitiers, siren, siret
from tests.geography.factories import HOME, OTHER, load_small_cog

pytestmark = pytest.mark.django_db
SCOPE = frozenset({HOME})


@pytest.fixture
def poitiers():
    load_small_cog()
    return Commune.objects.get(pk="86194")


def names(person=None, scope=SCOPE):
    return set(structures_visible_to(person, scope).values_list("name", flat=True))


# --- decisions -------------------------------------------------------------------------------------------------------


def test_set_aside_hides_from_the_public_and_keeps_the_row(officer):
    structure = in_poitiers("Le syndicat")
    decide(structure=structure, decision="exclude", reason="Pas de l’ESS", by=officer)
    assert names() == set()
    assert names(officer) == {"Le syndicat"}
    assert structure.criteria.filter(code="legal_category").exists()
    decide(structure=structure, decision="admit", reason="Après réunion", by=officer)
    assert names() == {"Le syndicat"}
    assert [d.decision for d in structure.decisions.all()] == ["admit", "exclude"]
    verbs = list(JournalEntry.objects.exclude(reason="").order_by("id").values_list("verb", "reason"))
    assert verbs == [("structure écartée", "Pas de l’ESS"), ("structure admise", "Après réunion")]


def test_a_decision_needs_a_reason_and_a_known_word(officer):
    structure = in_poitiers("X")
    with pytest.raises(DecisionRefused, match="raison"):
        decide(structure=structure, decision="exclude", reason="  ", by=officer)
    with pytest.raises(DecisionRefused, match="admettre"):
        decide(structure=structure, decision="peut-être", reason="r", by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalDecision.objects.create(structure=structure, decision="admit", reason="", by_label="x")


def test_withdrawing_a_decision_lets_the_one_before_count(officer):
    structure = in_poitiers("X")
    first = decide(structure=structure, decision="exclude", reason="a", by=officer)
    second = decide(structure=structure, decision="admit", reason="b", by=officer)
    withdraw_decision(decision=second, reason="erreur", by=officer)
    assert names() == set()
    assert not structure.criteria.filter(code="local_decision").exists()
    withdraw_decision(decision=first, reason="erreur", by=officer)
    assert names() == {"X"}
    withdraw_decision(decision=first, reason="deux onglets", by=officer)


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-11-24T22:59:00+00:00", "2026-11-24"), ("2026-11-24T23:01:00+00:00", "2026-11-25")],
)
def test_midnight_is_that_of_paris(officer, moment, day):
    structure = in_poitiers("X")
    with time_machine.travel(moment, tick=False):
        decide(structure=structure, decision="admit", reason="r", by=officer)
    assert structure.criteria.get(code="local_decision").as_of == day


def test_admitting_a_structure_that_no_file_knows(officer, poitiers):
    structure = admit_new(name=" La  Petite Fabrique ", commune=poitiers, reason="Utile", by=officer)
    assert (structure.name, structure.siren, structure.rna) == ("La Petite Fabrique", None, None)
    assert structure.key[0] == "E"
    assert set(structure.key[1:]) <= set(ALPHABET)
    assert names() == {"La Petite Fabrique"}
    withdraw_decision(decision=structure.decisions.get(), reason="finalement non", by=officer)
    assert names() == set()


def test_admitting_refuses_in_words(officer, poitiers):
    known = in_poitiers("Déjà là", siren=siren(1))
    with pytest.raises(AlreadyKnown, match="Déjà là") as caught:
        admit_new(name="Autre", commune=poitiers, reason="r", by=officer, siren=known.siren)
    assert caught.value.structure == known
    with pytest.raises(InvalidIdentifier):
        admit_new(name="Autre", commune=poitiers, reason="r", by=officer, siren="123456789")
    with pytest.raises(DecisionRefused, match="nom"):
        admit_new(name=" ", commune=poitiers, reason="r", by=officer)
    with pytest.raises(DecisionRefused, match="pourquoi"):
        admit_new(name="Autre", commune=poitiers, reason="", by=officer)
    with pytest.raises(DecisionRefused, match="SIRET"):
        admit_new(name="Autre", commune=poitiers, reason="r", by=officer, siren=siren(5), siret=siret(siren(6)))
    assert Structure.objects.count() == 1


# --- keys ------------------------------------------------------------------------------------------------------------


def test_merge_keeps_every_link_and_redirects(officer):
    source, target = in_poitiers("Twin", siren=siren(1)), in_poitiers("Vraie", siren=siren(2))
    source.contacts.create(name="Ana")
    source.error_reports.create(topic="other", message="Bonjour")
    for structure in (source, target):
        StructureTag.objects.create(structure=structure, tag=Tag.objects.get_or_create(name="club")[0])
    StructureTag.objects.create(structure=source, tag=Tag.objects.create(name="seule"))
    CardFactory(structure=source, name="Jumelle", phone="+33549000000")
    CardFactory(structure=target, name="La vraie")
    decide(structure=source, decision="admit", reason="r", by=officer)
    FormerKey.objects.create(key="W862000009", structure=source)

    merge(source=source, target=target, reason="même association", by=officer)

    target.refresh_from_db()
    assert names() == {"Vraie"}
    assert target.contacts.count() == target.error_reports.count() == target.decisions.count() == 1
    assert target.establishments.count() == 2
    assert sorted(target.tags.values_list("name", flat=True)) == ["club", "seule"]
    assert (target.card.name, target.card.phone) == ("La vraie", "+33549000000")
    for key in (source.siren, "W862000009"):
        assert by_key(key) == target
    assert by_key(target.key) == target


def test_merges_never_chain_nor_loop(officer):
    one, two, three = (in_poitiers(f"N{n}", siren=siren(n)) for n in range(3))
    merge(source=one, target=two, reason="r", by=officer)
    merge(source=two, target=three, reason="r", by=officer)
    assert by_key(one.key) == three
    for source, target in ((one, three), (three, one), (three, three)):
        with pytest.raises(MergeRefused):
            merge(source=source, target=target, reason="r", by=officer)
    with pytest.raises(MergeRefused, match="pourquoi"):
        merge(source=three, target=one, reason=" ", by=officer)
    alone = in_poitiers("Seule", siren=None, rna="W862000001")
    with pytest.raises(MergeRefused, match="SIREN"):
        merge(source=three, target=alone, reason="r", by=officer)
    assert merge(source=alone, target=three, reason="r", by=officer).rna == "W862000001"


def test_siren_obtained_later_redirects_the_code(officer, poitiers):
    structure = admit_new(name="X", commune=poitiers, reason="r", by=officer)
    code = structure.key
    structure = obtain_siren(structure=structure, siren=siren(7), by=officer)
    assert (structure.key, by_key(code), by_key(code.lower())) == (siren(7), structure, structure)
    with pytest.raises(MergeRefused, match="ne change pas"):
        obtain_siren(structure=structure, siren=siren(8), by=officer)
    other = in_poitiers("Y", siren=None, rna="W862000001")
    with pytest.raises(MergeRefused, match="réunissez"):
        obtain_siren(structure=other, siren=siren(7), by=officer)
    with pytest.raises(InvalidIdentifier):
        obtain_siren(structure=other, siren="123", by=officer)


@pytest.mark.parametrize("key", ["", "0", "🐝", "x" * 5000, "' OR 1=1 --"])
def test_odd_keys_find_nobody(key):
    assert by_key(key) is None


def test_scope_is_imposed(officer):
    in_poitiers("Ici")
    in_poitiers("Ailleurs", place_commune_id="86281", place_official_commune_code="86281")
    assert names() == {"Ici"}
    assert names(scope={OTHER}) == {"Ailleurs"}
    assert names(scope=()) == set()
    assert names(officer, scope={OTHER}) == {"Ailleurs"}
    assert public_structures().count() == 2


# --- cards -----------------------------------------------------------------------------------------------------------


def test_card_is_written_once_and_told(officer):
    structure = in_poitiers("X")
    save_card(structure=structure, by=officer, values={"phone": "+33549000000", "description": "Nous jardinons."})
    card = save_card(structure=structure, by=officer, values={"phone": "+33549000000"})
    assert (card.phone, card.description) == ("+33549000000", "Nous jardinons.")
    entry = JournalEntry.objects.get(verb="fiche modifiée")
    assert entry.after == {
        "phone": "changé",
        "description": "Nous jardinons.",
        "source": "l’équipe ESS",
    }
    assert confirm_card(structure=structure, by=officer).confirmed_at is not None


def test_card_refuses_by_field(officer):
    structure = in_poitiers("X")
    with pytest.raises(CardRefused) as caught:
        save_card(structure=structure, by=officer, values={"email": "pas une adresse"})
    assert "email" in caught.value.errors
    with pytest.raises(CardRefused):
        save_card(structure=structure, by=officer, values={"siren": "1"})
    assert not Card.objects.exists()


# --- synonyms --------------------------------------------------------------------------------------------------------


def test_synonyms_are_cleaned_and_unique(officer):
    synonym = save_synonym(words=[" Fringues ", "fringues", "sapes"], expands_to=["vêtements"], by=officer)
    assert (synonym.words, synonym.expands_to) == (["fringues", "sapes"], ["vêtements"])
    with pytest.raises(SynonymRefused, match="sapes"):
        save_synonym(words=["sapes"], expands_to=["costumes"], by=officer)
    save_synonym(synonym=synonym, words=["fringues"], expands_to=["vêtements"], naf=["47.79Z"], by=officer)
    save_synonym(words=["sapes"], expands_to=["costumes"], by=officer)
    entries = JournalEntry.objects.count()
    save_synonym(synonym=synonym, words=["fringues"], expands_to=["vêtements"], naf=["47.79Z"], by=officer)
    assert JournalEntry.objects.count() == entries
    delete_synonym(synonym=synonym, by=officer)
    delete_synonym(synonym=synonym, by=officer)
    with pytest.raises(SynonymRefused, match="supprimé"):
        save_synonym(synonym=synonym, words=["fripes"], expands_to=["vêtements"], by=officer)
    assert Synonym.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "expands_to", "naf"),
    [
        ([], ["x"], []),
        (["x"], [], []),
        (["x"], ["X"], []),
        (["x"], [], ["99.99X"]),
        (["x" * 61], ["y"], []),
        ([str(n) for n in range(31)], ["y"], []),
    ],
)
def test_useless_synonyms_are_refused(officer, words, expands_to, naf):
    with pytest.raises(SynonymRefused):
        save_synonym(words=words, expands_to=expands_to, naf=naf, by=officer)


# --- reports ---------------------------------------------------------------------------------------------------------


def test_a_report_reaches_the_officers_and_its_answer_the_visitor(
    officer, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    structure = in_poitiers("Le jardin")
    with django_capture_on_commit_callbacks(execute=True):
        report = report_error(structure=structure, topic="closed", message="C’est fermé.", email="visiteuse@exemple.fr")
    assert [message.to for message in mail.outbox] == [[officer.email]]
    assert "Le jardin" in mail.outbox[0].subject
    assert "visiteuse" not in mail.outbox[0].body
    entry = JournalEntry.objects.get(verb="erreur signalée")
    assert "visiteuse" not in str(entry.after)
    assert "fermé." not in str(entry.after)
    with django_capture_on_commit_callbacks(execute=True):
        handle_report(report=report, outcome="corrected", answer="Merci, c’est noté.", by=officer)
    assert mail.outbox[1].to == ["visiteuse@exemple.fr"]
    assert "Merci, c’est noté." in mail.outbox[1].body
    with pytest.raises(ReportRefused, match="quelqu’un d’autre"):
        handle_report(report=report, outcome="unfounded", answer="", by=officer)
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("topic", "message", "email"),
    [
        ("inconnu", "x", ""),
        ("other", " ", ""),
        ("other", "x" * 2001, ""),
        ("other", "x", "pas une adresse"),
    ],
)
def test_bad_reports_are_refused(topic, message, email):
    structure = in_poitiers("X")
    with pytest.raises(ReportRefused):
        report_error(structure=structure, topic=topic, message=message, email=email)
    assert not structure.error_reports.exists()


def test_establishment_of_partial_diffusion_cannot_hold_an_address():
    structure = in_poitiers("X")
    with pytest.raises(IntegrityError), transaction.atomic():
        Establishment.objects.filter(structure=structure).update(diffusion="P")
