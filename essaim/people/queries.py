"""Reads about persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essaim.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet


def officers() -> QuerySet[Person]:
    """The ESS officers whose account is open: those to whom the site writes."""
    return Person.objects.filter(is_officer=True, is_active=True).order_by("email")


def officer_addresses() -> list[str]:
    """The e-mail addresses of the officers."""
    return list(officers().values_list("email", flat=True))
