"""The sign-in provider's button, where there is one: `{% load provider %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from essaim.people.models import Person
from essaim.people.provider.client import provider
from essaim.people.queries import employer_siret, has_provider_identity
from essaim.people.registries import employer_suggestions

register = template.Library()


def suggested_employers(siret: str, person: Person) -> list[tuple[str, str]]:
    """What the rooms above know of that employer, by its SIREN: what may be claimed, never what is granted."""
    return [found for each in employer_suggestions for found in each.find(siret[:9], person)] if siret else []


@register.inclusion_tag("people/parts/provider_button.html", takes_context=True)
def provider_button(context: Context, wanted: str = "") -> dict[str, Any]:
    """`{% provider_button %}`: nothing when the settings name no provider; leads back to `?next=` or to `wanted`."""
    request = context.get("request")
    asked = wanted or (request.GET.get("next", "") if request is not None else "")
    return {"request": request, "provider": provider(), "wanted": asked, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("people/parts/provider_account.html", takes_context=True)
def provider_account(context: Context) -> dict[str, Any]:
    """`{% provider_account %}`: on one's own account, the identity tied to it, and what it says of the employer."""
    request = context.get("request")
    person = request.user if request is not None else None
    config = provider()
    if config is None or not isinstance(person, Person):
        return {"provider": None}
    siret = employer_siret(person)
    return {
        "provider": config,
        "is_tied": has_provider_identity(person),
        "siret": siret,
        "suggestions": suggested_employers(siret, person),
        "csrf_token": context.get("csrf_token", ""),
    }
