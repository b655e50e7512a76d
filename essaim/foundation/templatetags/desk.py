"""What the officer's pages share, whichever room they belong to: `{% load desk %}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone

from essaim.foundation.registries import desk_links

register = template.Library()


@register.inclusion_tag("foundation/desk_nav.html", takes_context=True)
def desk_nav(context: Context) -> dict[str, Any]:
    """`{% desk_nav %}`: the menu of the officer's space, with the tools that rooms registered."""
    request = context.get("request")
    path = request.path if request is not None else ""
    person = getattr(request, "user", None)
    tabs = [(reverse(tool.url_name), tool.label) for tool in desk_links if tool.is_for(person)]
    # One place at a time: the page itself, else the nearest tool that holds it.
    holders = (url for url, _ in tabs if path.startswith(url))
    return {"tabs": tabs, "here": max(holders, key=len, default=""), "path": path}


@register.filter
def age(moment: datetime) -> str:
    """`{{ report.at|age }}` → « aujourd’hui », « hier », « il y a 5 jours », « il y a 3 mois »."""
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    if days <= 0:
        return "aujourd’hui"
    if days == 1:
        return "hier"
    if days < 60:
        return f"il y a {days} jours"
    if days < 730:
        return f"il y a {days // 30} mois"
    return f"il y a {days // 365} ans"
