"""`{% load glossary %}`: a word of the site that opens its meaning, the same on every page of every room."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from essaim.foundation.glossary import definition, find_word

register = template.Library()


@register.simple_tag
def word(key: str, shown: str = "", *, id: str = "") -> SafeString:
    """`{% word "annexe" "postes annexes" %}`: the term, or `shown` as the sentence needs it, with its definition.

    The same word twice in a page: give the second an `id`. An unknown key raises KeyError.
    """
    found = find_word(key)
    return mark_safe(definition(found, conditional_escape(shown or found.term), id))  # noqa: S308 -- escaped there
