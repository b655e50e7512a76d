"""Reads about accounts that end: how they are called afterwards, which ones nobody uses any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from essaim.foundation import journal
from essaim.people.models import Person

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

UNUSED_FOR = timedelta(days=3 * 365)
"""Three years without a sign-in: the CNIL's usual delay after the last contact."""
WARNED_FOR = timedelta(days=30)
"""How long somebody has, once warned, to keep an account by opening it."""


def pseudonym(person: Person) -> str:
    """What stands in the place of the name of an erased account."""
    return f"Compte supprimé n° {person.pk}"


def names_alone(person: Person) -> set[str]:
    """What can only be this account where it stands alone: its addresses and names, former ones too, but for those that
    another account bears today."""
    told = {text for text in (person.email, person.name, person.journal_label(), *journal.names_of(person)) if text}
    others = Person.objects.exclude(pk=person.pk)
    shared = set(others.filter(name__in=told).values_list("name", flat=True))
    return told - shared - set(others.filter(email__in=told).values_list("email", flat=True))


def addresses_of(person: Person) -> set[str]:
    """The account's address, and those of before that the journal still bears."""
    return {person.email} | {text for text in names_alone(person) if "@" in text}


def holds_team_access(person: Person) -> bool:
    """Whether the account enters the team's space: it carries the work of others, and is handed over first."""
    return person.is_officer or person.is_superuser


def unused(now: datetime | None = None) -> QuerySet[Person]:
    """The open accounts that nobody has signed in to for three years; those of the team are kept by hand."""
    now = now or timezone.now()
    return (
        Person.objects.filter(is_officer=False, is_superuser=False, erased_at__isnull=True)
        .annotate(seen_at=Coalesce("last_login", "joined_at"))
        .filter(seen_at__lt=now - UNUSED_FOR)
        .order_by("pk")
    )


def to_warn(now: datetime | None = None) -> QuerySet[Person]:
    """Those that nobody has warned since they were last opened."""
    return unused(now).filter(Q(warned_at__isnull=True) | Q(warned_at__lt=F("seen_at")))


def to_erase(now: datetime | None = None) -> QuerySet[Person]:
    """Those warned for WARNED_FOR, and not opened since."""
    now = now or timezone.now()
    return unused(now).filter(warned_at__gte=F("seen_at"), warned_at__lt=now - WARNED_FOR)
