"""What costs has a limit for each address, told in words; what is kept, and what is for one person, says so."""

from __future__ import annotations

import pytest
from django.test import Client

from essaim.foundation.ratelimit import Limit
from essaim.observatory import limits
from tests.observatory.factories import EPCI
from tests.observatory.town import load_everything, make_town

HOME = "/observatoire/"
COMPARE = f"{HOME}comparer/"


@pytest.fixture
def town(db):
    make_town()
    load_everything()


@pytest.fixture
def strict(monkeypatch):
    """Two uses of each, so that a test reaches the third."""
    for name in ("TEXTS", "COMPARISONS", "EXPLANATIONS"):
        monkeypatch.setattr(limits, name, Limit(f"essai-{name}", count=2, seconds=600))


@pytest.mark.parametrize(
    "address",
    [
        f"{COMPARE}?q=limoges",
        f"{COMPARE}?avec={EPCI.key}",
        f"{HOME}chiffres/ess-jobs.json",
        f"{HOME}chiffres/ess-jobs/?format=json",
        f"{HOME}graphiques/families.svg",
    ],
)
def test_one_too_many_is_refused_in_words_and_for_that_address_only(client, town, strict, address):
    assert [client.get(address).status_code for _ in range(2)] == [200, 200]
    refusal = client.get(address)
    assert refusal.status_code == 429
    assert "Un instant" in refusal.content.decode()
    assert int(refusal["Retry-After"]) > 0
    assert refusal["Cache-Control"] == "no-store"
    assert Client(REMOTE_ADDR="192.0.2.7").get(address).status_code == 200


@pytest.mark.parametrize("address", [COMPARE, f"{COMPARE}?utm_source=lettre", f"{HOME}chiffres/ess-jobs/", HOME])
def test_pages_that_are_read_have_no_limit(client, town, strict, address):
    assert {client.get(address).status_code for _ in range(4)} == {200}


def test_a_page_for_somebody_signed_in_is_private(client, person_client, town):
    assert "private" in person_client.get(HOME)["Cache-Control"]
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("address", ["/equipe/observatoire/", "/equipe/observatoire/note/", "/equipe/"])
def test_doors_that_stay_closed_are_kept_by_no_browser(client, person_client, town, address):
    for visitor, status in ((person_client, 403), (Client(), 302)):
        answer = visitor.get(address)
        assert answer.status_code == status
        assert "no-store" in answer["Cache-Control"]


def test_files_of_the_method_are_named_with_their_year(client, town):
    html = client.get(f"{HOME}methode/").content.decode()
    heads = [part.partition("</h4>")[0] for part in html.split("<h4>")[1:]]
    assert heads
    assert all('<span class="soft">(' in head for head in heads)
    assert len(set(heads)) == len(heads)
