"""Reads about persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from essaim.foundation import memo
from essaim.people.models import Office, Person

if TYPE_CHECKING:
    from django.db.models import QuerySet


INVENTED_DOMAIN = "@demo.invalid"
"""Domain of the accounts that a demonstration makes. « .invalid » belongs to nobody (RFC 2606)."""


def invented_accounts() -> QuerySet[Person]:
    """The open accounts of a demonstration: they have no place beside real data."""
    return Person.objects.filter(email__iendswith=INVENTED_DOMAIN, is_active=True).order_by("email")


def officers() -> QuerySet[Person]:
    """The ESS officers whose account is open: those to whom the site writes."""
    return Person.objects.filter(is_officer=True, is_active=True).order_by("email")


def with_access() -> QuerySet[Person]:
    """Everybody whom the team's space lets in: officers, and those who administer the installation."""
    return Person.objects.filter(Q(is_officer=True) | Q(is_superuser=True), is_active=True).order_by("email")


def officer_addresses() -> list[str]:
    """The e-mail addresses of the officers."""
    return list(officers().values_list("email", flat=True))


def current_offices() -> QuerySet[Office]:
    """The offices held today (the last day included)."""
    today = timezone.localdate()
    return Office.objects.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today)


def offices_of(person: Person) -> frozenset[str]:
    """The kinds of office that this person holds today; one query, once per request."""
    return memo.once(
        ("people.offices", person.pk),
        lambda: frozenset(current_offices().filter(person=person).order_by().values_list("kind", flat=True)),
    )


def offices_now(person: Person) -> QuerySet[Office]:
    """The offices that this person holds today, the oldest first."""
    return current_offices().filter(person=person).order_by("since", "pk")


def holds_office(person: Person | AnonymousUser, kind: str) -> bool:
    """Whether this person holds that office today; nobody signed in holds none."""
    return isinstance(person, Person) and kind in offices_of(person)


def has_provider_identity(person: Person) -> bool:
    """Whether an identity of the sign-in provider opens that account."""
    return bool(SocialAccount.objects.filter(user=person).exists())


def employer_siret(person: Person) -> str:
    """The establishment that employs somebody, as the sign-in provider told last; else nothing. It gives no right."""
    facts = SocialAccount.objects.filter(user=person).order_by("-last_login").values_list("extra_data", flat=True)
    siret = next((each.get("siret") for each in facts if isinstance(each, dict) and each.get("siret")), "")
    return str(siret)
