"""The line of the demonstration stands where invented structures appear, and only there."""

from __future__ import annotations

import pytest
from django.db import connection

from essaim.directory.queries import in_scope
from essaim.directory.registration import structures_are_invented
from essaim.foundation import context, kept
from essaim.foundation.registries import fictitious_checks
from tests.directory.factories import EstablishmentFactory, StructureFactory, SyncRunFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME, OTHER, load_small_cog

pytestmark = pytest.mark.django_db
NOTICE = "sont inventées"


@pytest.fixture
def served():
    load_small_cog()
    return [TerritoryFactory(siren=HOME, rank=0), TerritoryFactory(siren=OTHER, rank=1)]


def elsewhere(**fields):
    place = EstablishmentFactory(structure=StructureFactory(**fields), commune_id="86281")
    return place.structure


def test_the_rows_decide_and_not_the_last_file(served):
    SyncRunFactory(territory=HOME, fictitious=True)
    in_poitiers("Vraie")
    assert not structures_are_invented()
    elsewhere(fictitious=True)
    assert structures_are_invented()
    served[1].delete()
    kept.forget_all()
    assert not structures_are_invented()


def test_the_check_costs_one_query_of_one_row(served, django_assert_num_queries):
    """Territories, last reading; before any reading, one row more."""
    elsewhere(fictitious=True)
    with django_assert_num_queries(3) as queries:
        assert structures_are_invented()
    assert "LIMIT 1" in queries.captured_queries[-1]["sql"]
    assert fictitious_checks.get("annuaire").check is structures_are_invented


@pytest.mark.django_db(transaction=True)
def test_a_second_page_asks_nothing_more_than_the_journal(served, django_assert_num_queries):
    elsewhere(fictitious=True)
    assert context.structures_are_invented()
    with django_assert_num_queries(1) as queries:
        assert context.structures_are_invented()
    assert "journal" in queries.captured_queries[0]["sql"]


@pytest.mark.parametrize("address", ["/equipe/", "/equipe/boite/", "/equipe/annuaire/", "/equipe/journal/"])
def test_the_officer_s_screens_say_it_too(served, officer_client, address):
    in_poitiers("Vraie")
    assert NOTICE not in officer_client.get(address).content.decode()
    elsewhere(fictitious=True)
    kept.forget_all()
    assert officer_client.get(address).content.decode().count(NOTICE) == 1


@pytest.mark.parametrize("page", ["signaler/", "signaler/merci/"])
def test_the_page_of_one_structure_speaks_of_that_one(served, client, page):
    true, invented = in_poitiers("Vraie"), elsewhere(name="Inventée", fictitious=True)
    assert NOTICE in client.get(invented.get_absolute_url() + page).content.decode()
    assert NOTICE not in client.get(true.get_absolute_url() + page).content.decode()


def test_with_real_data_the_question_reads_no_structure(db):
    """Asked after each move of the journal: the index of invented structures is empty then."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = in_scope({HOME}).filter(fictitious=True).explain()
    assert "structure_invented" in plan
