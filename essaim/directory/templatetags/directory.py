"""`{% load directory %}`: what a list of structures repeats by the dozen."""

from django import template
from django.utils.safestring import SafeString

from essaim.directory.markup import card
from essaim.directory.models import Structure
from essaim.directory.presentation import StructureView

register = template.Library()


@register.simple_tag
def structure_card(structure: Structure, shown: StructureView) -> SafeString:
    """`{% structure_card structure shown %}`: one structure in a list; the whole card answers to the pointer."""
    return card(structure, shown)
