"""The observatory's figures by the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.geography.models import Epci
from essaim.observatory.enums import Population, Source
from essaim.observatory.indicators import CATALOGUE
from tests.foundation.factories import TerritoryFactory
from tests.observatory.factories import EPCI, cell, vintage
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db

FIGURES = "/api/v1/chiffres/"
HERE = f"{FIGURES}?maille=epci&code={EPCI.code}"


@pytest.fixture
def loaded():
    TerritoryFactory(siren=EPCI.code, name=EPCI.name)
    Epci.objects.create(siren=EPCI.code, name=EPCI.name, cog_year=2026)
    vintage(
        Source.FLORES_ESS,
        "2018",
        [
            cell(120),
            cell(1000, population=Population.ALL),
            cell(None, family="foundation"),
            cell(30, family="cooperative"),
        ],
    )


def _by_key(answer):
    return {row["indicateur"]: row for row in answer.json()["resultats"]}


def test_the_catalogue_says_what_is_counted_over_what(client):
    told = {row["code"]: row for row in client.get("/api/v1/indicateurs/").json()}
    assert list(told) == list(CATALOGUE)
    assert "public et privé" in told["ess-job-share"]["denominateur"]


def test_a_figure_comes_with_its_year_and_source(client, loaded):
    row = _by_key(client.get(HERE))["ess-job-share"]
    assert (row["valeur"], row["annee"], row["statut"], row["source"]) == (
        "12",
        2018,
        "observed",
        "Insee, Flores × ESS, 2018",
    )
    assert row["explication"].endswith("/observatoire/chiffres/ess-job-share/?territoire=epci-200069854&annee=2018")


def test_without_territory_the_figures_are_those_of_the_site(client, loaded):
    assert client.get(FIGURES).json()["code_territoire"] == EPCI.code


def test_secret_and_missing_have_no_value(client, loaded):
    address = f"{HERE}&indicateur=ess-jobs:family=foundation&indicateur=ess-jobs:family=mutual"
    rows = client.get(address).json()["resultats"]
    assert [(row["statut"], row["valeur"]) for row in rows] == [("secret", None), ("missing", None)]
    assert all(row["raison"] for row in rows)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{FIGURES}?maille=epci&code=999999999", 404),
        (f"{FIGURES}?code=86", 404),
        (f"{FIGURES}?maille=planete&code=1", 422),
        (f"{HERE}&indicateur=bonheur", 404),
        (f"{HERE}&indicateur=ess-jobs:family=secte", 404),
        (f"{HERE}&annee=20180", 422),
        (f"{FIGURES}?maille=commune&code=%00", 404),
    ],
)
def test_an_odd_question_is_refused_in_words(client, loaded, address, status):
    assert client.get(address).status_code == status


def test_a_withdrawn_vintage_is_not_told(client, loaded):
    vintage(Source.FLORES_ESS, "2020", [cell(999), cell(1000, population=Population.ALL)], published=False)
    assert _by_key(client.get(HERE))["ess-jobs"]["annee"] == 2018


def test_the_number_of_queries_does_not_follow_that_of_the_figures(client, loaded):
    counts = []
    for address in (f"{HERE}&indicateur=ess-jobs", HERE):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 8


def test_reading_writes_nothing(client, loaded):
    assert_get_writes_nothing(client, HERE)
