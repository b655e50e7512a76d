"""What a process keeps until the journal moves."""

import threading

import pytest
from django.db import transaction

from essaim.foundation import journal, memo
from essaim.foundation.kept import MOST_KEYS, Kept


def counting():
    calls = []

    def make(key):
        calls.append(key)
        return len(calls)

    return make, calls


@pytest.mark.django_db(transaction=True)
def test_a_value_is_made_once_until_an_action_leaves_its_trace():
    make, calls = counting()
    kept = Kept(make)
    assert [kept.of("a"), kept.of("a"), kept.of("b")] == [1, 1, 2]
    with transaction.atomic():
        journal.record(by="essai", verb="changé")
    assert kept.of("a") == 3
    assert calls == ["a", "b", "a"]


@pytest.mark.django_db(transaction=True)
def test_another_clock_makes_it_old_too():
    make, calls = counting()
    hours = [1]
    kept = Kept(make, clock=lambda: hours[0])
    kept.of("a")
    hours[0] = 2
    kept.of("a")
    assert calls == ["a", "a"]


@pytest.mark.django_db
def test_what_an_open_transaction_shows_is_never_kept():
    make, calls = counting()
    kept = Kept(make)
    kept.of("a")
    kept.of("a")
    assert calls == ["a", "a"]


@pytest.mark.django_db(transaction=True)
def test_one_request_asks_once_even_while_others_write():
    make, calls = counting()
    kept = Kept(make)
    with memo.request_memory():
        assert kept.of("a") == kept.of("a") == 1
    assert calls == ["a"]


@pytest.mark.django_db(transaction=True)
def test_keys_are_bounded():
    make, _ = counting()
    kept = Kept(make)
    for key in range(MOST_KEYS * 3):
        kept.of(key)
    assert len(kept._values) <= MOST_KEYS


@pytest.mark.django_db(transaction=True)
def test_a_full_memory_still_serves_what_it_holds():
    make, calls = counting()
    kept = Kept(make)
    for _ in range(3):
        for key in range(MOST_KEYS):
            kept.of(key)
    assert len(calls) == MOST_KEYS


@pytest.mark.django_db(transaction=True)
def test_threads_share_one_value():
    from django.db import connection

    make, calls = counting()
    kept = Kept(make)

    def ask():
        kept.of("a")
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == ["a"]
