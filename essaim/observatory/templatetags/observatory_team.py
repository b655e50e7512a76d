"""`{% load observatory_team %}`: what the officer's screens of the observatory ask and say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from essaim.observatory import rules
from essaim.observatory.announced import announced_text
from essaim.observatory.desk import ReportShown, report_shown
from essaim.observatory.enums import Level
from essaim.observatory.models import PublishedFact
from essaim.observatory.queries import fact_note
from essaim.ui.typography import counted

register = template.Library()

_LEVELS = {
    Level.COMMUNE.value: ("commune", "communes"),
    Level.EPCI.value: ("intercommunalité", "intercommunalités"),
    Level.DEPARTMENT.value: ("département", "départements"),
    Level.REGION.value: ("région", "régions"),
    Level.COUNTRY.value: ("pays entier", "pays entiers"),
}


@register.filter
def may(person: Any, verb: str) -> bool:
    """`{% if request.user|may:"publish_vintages" %}`: the rule that the screen behind a link asks."""
    return bool(getattr(rules, f"may_{verb}")(person))


@register.filter
def counted_level(number: int, level: str) -> str:
    """`{{ 40|counted_level:"commune" }}` → « 40 communes »."""
    return counted(number, *_LEVELS[level])


@register.filter
def shown(report: Mapping[str, Any]) -> ReportShown:
    """`{% include … with report=file.report|shown %}`: the report of a table, ready to be drawn."""
    return report_shown(report)


@register.filter
def fact_value(fact: PublishedFact) -> str:
    """`{{ fact|fact_value }}` → « 11 % », as it was said."""
    return announced_text(fact_note(fact))
