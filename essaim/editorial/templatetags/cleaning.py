"""`{% load cleaning %}`: the last filter before a rich text is shown."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from essaim.editorial.cleaning import safe_html

register = template.Library()


@register.filter
def safe_rich(html: str) -> SafeString:
    """`{{ html|safe_rich }}`: the text without anything that runs or changes the look of the site."""
    return mark_safe(safe_html(html))  # noqa: S308 -- this is the filter
