"""`{% load glossary %}`: a word of the observatory that opens its meaning, the same on every page."""

from __future__ import annotations

from typing import Any

from django import template

from essaim.observatory.glossary import TERMS

register = template.Library()


@register.inclusion_tag("ui/components/definition.html")
def word(key: str, shown: str = "", *, id: str = "") -> dict[str, Any]:
    """`{% word "annexe" "postes annexes" %}`: the term, or `shown` as the sentence needs it, with its definition.

    The same word twice in a page: give the second an `id`. An unknown key raises KeyError.
    """
    term = TERMS[key]
    return {"term": shown or term.term, "text": term.text, "id": id or f"mot-{term.key}"}
