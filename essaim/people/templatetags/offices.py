"""What the authority entrusts to whoever reads: `{% load offices %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from essaim.people.models import Person
from essaim.people.queries import offices_now

register = template.Library()


@register.inclusion_tag("people/parts/offices.html", takes_context=True)
def own_offices(context: Context) -> dict[str, Any]:
    """`{% own_offices %}`: the offices held today by whoever is signed in, with their days; one query."""
    person = context["request"].user
    offices = list(offices_now(person)) if isinstance(person, Person) else []
    return {"offices": offices, "territory": context.get("territory")}
