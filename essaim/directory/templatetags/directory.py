"""`{% load directory %}`: names as people read them."""

from __future__ import annotations

from django import template

from essaim.directory.models import Structure
from essaim.directory.naming import shown_name

register = template.Library()


@register.filter
def named(structure: Structure) -> str:
    """`{{ structure|named }}`: the name it uses, else its official one brought down from its capitals."""
    return shown_name(structure)
