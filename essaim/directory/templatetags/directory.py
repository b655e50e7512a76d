"""`{% load directory %}`: names as people read them, and what a list of structures repeats by the dozen."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from essaim.directory import rules
from essaim.directory.cardfields import LABELS
from essaim.directory.cards import CardView
from essaim.directory.cardwords import Difference, differences
from essaim.directory.corrections import Compared, compare
from essaim.directory.markup import card
from essaim.directory.models import CardChange, Structure
from essaim.directory.naming import shown_name
from essaim.directory.presentation import spaced

register = template.Library()
register.filter("spaced", spaced)  # `{{ place.siret|spaced }}`


@register.filter(name="differences")
def differences_of(change: CardChange) -> list[Difference]:
    """`{% include "directory/space/diff.html" with fields=change|differences … %}`: the change field by field."""
    return differences(change.base, change.values)


@register.filter
def named(structure: Structure) -> str:
    """`{{ structure|named }}`: the name it uses, else its official one brought down from its capitals."""
    return shown_name(structure)


@register.filter
def may(person: Any, verb: str) -> bool:
    """`{% if request.user|may:"merge" %}`: the rule that the screen behind a link asks."""
    return bool(getattr(rules, f"may_{verb}")(person))


@register.filter
def compared(change: CardChange) -> list[Compared]:
    """`{% include … with compared=item|compared %}`: a correction beside the card, field by field."""
    return compare(change)


@register.filter
def corrected_fields(change: CardChange) -> str:
    """`{{ item|corrected_fields }}`: « Téléphone public, Site web »."""
    return ", ".join(LABELS[name] for name in LABELS if name in change.values)


@register.simple_tag(takes_context=True)
def may_for(context: dict[str, Any], verb: str, structure: Structure) -> bool:
    """`{% may_for "edit_card" structure as editable %}`: the same, for one structure."""
    return bool(getattr(rules, f"may_{verb}")(context["request"].user, structure))


@register.simple_tag
def structure_card(shown: CardView) -> SafeString:
    """`{% structure_card shown %}`: one structure in a list; the whole card answers to the pointer."""
    return card(shown)
