"""The verbs of the officer: publish, withdraw, comment, announce. What they refuse and what the journal keeps."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.models import JournalEntry
from essaim.observatory.actions.comments import CommentRefused, clean_text, delete_comment, save_comment
from essaim.observatory.actions.facts import FactRefused, delete_fact, save_fact
from essaim.observatory.actions.publishing import (
    PUBLISHED,
    WITHDRAWN,
    PublishingRefused,
    publish_vintage,
    withdraw_vintage,
)
from essaim.observatory.enums import FactRole, Source
from essaim.observatory.models import Comment, PublishedFact, Vintage
from essaim.observatory.queries import book_of, vintages_visible_to
from tests.foundation.factories import TerritoryFactory
from tests.observatory.factories import EPCI, cell, vintage
from tests.people.factories import PersonFactory

SHARE, PLACES = "ess-job-share", "ess-employer-establishments"


def at_once(*uses):
    """Run the calls in as many threads; returns their answers or exceptions."""
    start, answers = threading.Barrier(len(uses)), []

    def run(use):
        try:
            start.wait(10)
            answers.append(use())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(use,)) for use in uses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(uses)
    return answers


# --- publishing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(db):
    TerritoryFactory(siren=EPCI.code)
    return vintage(Source.FLORES_ESS, "2018", [cell(1140)], published=False)


def test_published_then_withdrawn_then_published_again(waiting, officer):
    assert publish_vintage(vintage=waiting, by=officer)
    assert not publish_vintage(vintage=waiting, by=officer)
    assert len(book_of([EPCI]).vintages) == 1
    assert withdraw_vintage(vintage=waiting, reason=" Un tableau était faux. ", by=officer)
    assert not withdraw_vintage(vintage=waiting, reason="encore", by=officer)
    assert book_of([EPCI]).vintages == []
    assert Vintage.objects.get().cells.count() == 1
    assert publish_vintage(vintage=waiting, by=officer)
    told = [(entry.verb, entry.by, entry.reason) for entry in journal.history_of(waiting).order_by("pk")]
    assert told == [
        (PUBLISHED, officer, ""),
        (WITHDRAWN, officer, "Un tableau était faux."),
        (PUBLISHED, officer, ""),
    ]


def test_who_sees_what_waits(waiting, officer, person):
    for whose in (None, person):
        assert not vintages_visible_to(whose).exists()
    assert vintages_visible_to(officer).get() == waiting


@pytest.mark.parametrize("reason", ["", " \n", "x" * 2001])
def test_withdrawing_asks_for_a_reason(waiting, officer, reason):
    publish_vintage(vintage=waiting, by=officer)
    with pytest.raises(PublishingRefused):
        withdraw_vintage(vintage=waiting, reason=reason, by=officer)
    assert Vintage.objects.get().published_at is not None


def test_nothing_to_publish_or_gone(waiting, officer):
    waiting.files.all().delete()
    with pytest.raises(PublishingRefused, match="aucun fichier"):
        publish_vintage(vintage=waiting, by=officer)
    gone = Vintage.objects.get()
    Vintage.objects.all().delete()
    for verb in (lambda: publish_vintage(vintage=gone, by=officer),
                 lambda: withdraw_vintage(vintage=gone, reason="r", by=officer)):  # fmt: skip
        with pytest.raises(PublishingRefused, match="n’existe plus"):
            verb()
    assert not JournalEntry.objects.exists()


def test_a_source_has_one_vintage_of_a_period(waiting):
    with pytest.raises(IntegrityError), transaction.atomic():
        vintage(Source.FLORES_ESS, "2018", [])


@pytest.mark.django_db(transaction=True)
def test_two_publish_at_once_and_one_entry_is_written():
    row = vintage(Source.FLORES_ESS, "2018", [cell(1)], published=False)
    first, second = PersonFactory(is_officer=True), PersonFactory(is_officer=True)
    answers = at_once(
        lambda: publish_vintage(vintage=row, by=first), lambda: publish_vintage(vintage=row, by=second)
    )  # fmt: skip
    assert sorted(map(str, answers)) == ["False", "True"]
    assert JournalEntry.objects.filter(verb=PUBLISHED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_and_withdrawing_at_once_ends_as_one_of_them_says():
    row = vintage(Source.FLORES_ESS, "2018", [cell(1)])
    answers = at_once(
        lambda: withdraw_vintage(vintage=row, reason="faux", by="a"), lambda: publish_vintage(vintage=row, by="b")
    )  # fmt: skip
    assert True in answers
    last = JournalEntry.objects.order_by("pk").last()
    assert (Vintage.objects.get().published_at is not None) == (last.verb == PUBLISHED)


# --- comments -------------------------------------------------------------------------------------------------------


def test_a_comment_is_written_changed_and_deleted(db, officer):
    row = save_comment(key=SHARE, territory=EPCI, text="Une part\r\n\r\n\r\n  \nélevée. ", by=officer)
    assert row.text == "Une part\n\nélevée."
    assert (row.written_by, row.level, row.code) == (officer, "epci", EPCI.code)
    written_at = row.written_at
    assert save_comment(key=SHARE, territory=EPCI, text="Une part\n\nélevée.", by=officer, comment=row).pk == row.pk
    assert Comment.objects.get().written_at == written_at
    save_comment(key=SHARE, territory=EPCI, text="Autre", by=officer, comment=row)
    delete_comment(comment=row, by=officer)
    delete_comment(comment=row, by=officer)
    assert not Comment.objects.exists()
    entries = list(JournalEntry.objects.order_by("pk"))
    assert [entry.verb for entry in entries] == ["commentaire écrit", "commentaire modifié", "commentaire supprimé"]
    assert [entry.by for entry in entries] == [officer] * 3
    assert entries[1].before["text"] == "Une part\n\nélevée."
    assert entries[1].after["text"] == entries[2].before["text"] == "Autre"
    with pytest.raises(CommentRefused, match="supprimé"):
        save_comment(key=SHARE, territory=EPCI, text="x", by=officer, comment=row)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Écrivez"),
        (" \n\t", "Écrivez"),
        ("\x00\x07", "Écrivez"),
        ("x" * 1501, "1501 caractères"),
        ("é" * 3000, "3000"),
    ],
)
def test_texts_that_are_no_comment(db, text, words):
    with pytest.raises(CommentRefused, match=words):
        save_comment(key=SHARE, territory=EPCI, text=text, by="test")
    assert not Comment.objects.exists()


def test_what_is_not_seen_is_not_kept():
    assert clean_text("a\x00b\u202ec\td") == "abc\td"
    assert clean_text("x" * 1500) == "x" * 1500
    assert clean_text("<b>gras</b>") == "<b>gras</b>"


def test_one_comment_a_figure(db):
    save_comment(key=SHARE, territory=EPCI, text="a", by="test")
    with pytest.raises(CommentRefused, match="existe déjà"):
        save_comment(key=SHARE, territory=EPCI, text="b", by="test")
    other = save_comment(key=PLACES, territory=EPCI, text="b", by="test")
    with pytest.raises(CommentRefused, match="existe déjà"):
        save_comment(key=SHARE, territory=EPCI, text="b", by="test", comment=other)
    with pytest.raises(CommentRefused, match="Choisissez"):
        save_comment(key="pas-un-indicateur", territory=EPCI, text="b", by="test")


@pytest.mark.django_db(transaction=True)
def test_two_comments_at_once_on_one_figure():
    answers = at_once(
        *(lambda word=word: save_comment(key=SHARE, territory=EPCI, text=word, by="test") for word in ("un", "deux"))
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Comment", "CommentRefused"]
    assert Comment.objects.count() == JournalEntry.objects.count() == 1


# --- figures said by others -----------------------------------------------------------------------------------------


def announce(**changes):
    values = {
        "role": FactRole.ANNOUNCED, "key": SHARE, "territory": EPCI, "year": 2018, "value": Decimal(11),
        "source_title": "Ville-Test, page ESS", "wording": "11 % des emplois", "by": "test",
    }  # fmt: skip
    return save_fact(**values | changes)


def test_a_figure_is_announced_changed_and_deleted(db, officer):
    row = announce(by=officer, source_url=" https://exemple.fr/ess ", said_on=date(2024, 3, 1))
    assert (row.value, row.source_url, row.written_by) == (Decimal("11.00"), "https://exemple.fr/ess", str(officer))
    same = announce(by=officer, fact=row, source_url="https://exemple.fr/ess", said_on=date(2024, 3, 1))
    assert same.pk == row.pk
    announce(by=officer, fact=row, value=Decimal("11.4"), source_url="https://exemple.fr/ess", said_on=date(2024, 3, 1))
    delete_fact(fact=row, by=officer)
    delete_fact(fact=row, by=officer)
    entries = list(JournalEntry.objects.order_by("pk"))
    assert [entry.verb for entry in entries] == ["chiffre annoncé", "chiffre annoncé modifié", "chiffre supprimé"]
    assert (entries[1].before, entries[1].after) == ({"value": "11.00"}, {"value": "11.40"})
    assert not PublishedFact.objects.exists()
    with pytest.raises(FactRefused, match="supprimé"):
        announce(fact=row)


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"value": Decimal("100.01")}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("Infinity")}, "value"),
        ({"value": Decimal("11.456")}, "value"),
        ({"key": PLACES, "value": Decimal("10.5")}, "value"),
        ({"key": PLACES, "value": Decimal(10) ** 15}, "value"),
        ({"key": "pas-un-indicateur"}, "indicator"),
        ({"role": "rumeur"}, "role"),
        ({"field": "x"}, "field"),
        ({"year": 1989}, "year"),
        ({"year": timezone.localdate().year + 1}, "year"),
        ({"source_title": "  "}, "source_title"),
        ({"source_title": "x" * 301}, "source_title"),
        ({"wording": "x" * 201}, "wording"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "ftp://exemple.fr/a"}, "source_url"),
        ({"source_url": "https://"}, "source_url"),
        ({"source_url": "http://[::1"}, "source_url"),
        ({"source_url": "https://user:pw@exemple.fr/"}, "source_url"),
        ({"source_url": "https://user@exemple.fr/"}, "source_url"),
        ({"source_url": "https://insee.fr@exemple.fr/"}, "source_url"),
        ({"source_url": "https://exemple.fr/" + "x" * 500}, "source_url"),
        ({"said_on": timezone.localdate() + timedelta(days=1)}, "said_on"),
    ],
)
def test_figures_that_cannot_be_kept(db, changes, about):
    with pytest.raises(FactRefused) as refusal:
        announce(**changes)
    assert refusal.value.about == about
    assert not PublishedFact.objects.exists()
    assert not JournalEntry.objects.exists()


def test_one_figure_a_year_and_a_role(db):
    announce()
    with pytest.raises(FactRefused, match="déjà donné"):
        announce(value=Decimal(12))
    announce(role=FactRole.CITED, value=Decimal("11.4"), field="all_posts")
    announce(role=FactRole.CITED, value=Decimal("11.0"), field="non_annex_posts")
    other = announce(year=2017)
    with pytest.raises(FactRefused, match="déjà donné"):
        announce(fact=other)
    assert PublishedFact.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_announce_at_once():
    answers = at_once(*(lambda value=value: announce(value=Decimal(value)) for value in (11, 12)))
    assert sorted(type(answer).__name__ for answer in answers) == ["FactRefused", "PublishedFact"]
    assert PublishedFact.objects.count() == JournalEntry.objects.count() == 1
