"""The employer that a sign-in provider tells: a page that may be claimed, and nothing else."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount

from essaim.directory import rules
from essaim.directory.standing_of_people import claimable_employer, representatives
from essaim.people.team import persons
from tests.directory.factories import MandateFactory, in_poitiers
from tests.people.factories import PersonFactory

SIREN = "200069854"


@pytest.fixture
def employer(territory):
    return in_poitiers("Les Ateliers", siren=SIREN)


@pytest.fixture
def employee(db):
    person = PersonFactory()
    SocialAccount.objects.create(user=person, provider="oidc-x", uid="1", extra_data={"siret": f"{SIREN}00004"})
    return person


def test_an_employer_opens_nothing(client, employer, employee):
    """No rule of the directory reads it: each says no, as to anybody."""
    for name in dir(rules):
        if name.startswith("may_") and name not in ("may_claim",):
            # `test` gives each rule as many arguments as it asks; called by hand, a sum of rules hides its number.
            assert not getattr(rules, name).test(employee, employer), name
    assert not rules.represents(employee, employer)
    client.force_login(employee)
    assert client.get(f"/espace/{employer.key}/").status_code in (403, 404)


def test_it_suggests_a_page_to_claim(client, employer, employee):
    ((name, address),) = claimable_employer(SIREN, employee)
    assert name == str(employer)
    client.force_login(employee)
    assert client.get(address).status_code == 200
    assert claimable_employer("", employee) == claimable_employer("123456789", employee) == []


def test_whoever_represents_it_already_is_told_nothing(employer, employee):
    MandateFactory(structure=employer, person=employee)
    assert claimable_employer(SIREN, employee) == []
    assert list(representatives()) == [employee]
    assert [one.pk for one in persons(role="representant")] == [employee.pk]
