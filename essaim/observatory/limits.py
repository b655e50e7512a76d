"""How often one address may ask what costs: a chart drawn, a comparison, an explanation with all its rows."""

from __future__ import annotations

from django.http import HttpRequest

from essaim.directory.exporting import TEXTS, WINDOW
from essaim.foundation.ratelimit import Limit

COMPARISONS = Limit("comparer", count=120, seconds=WINDOW)
EXPLANATIONS = Limit("chiffres-json", count=300, seconds=WINDOW)
"""A program that wants every indicator of every commune spreads its requests; the exports hold them all at once."""


def drawing_limit(_request: HttpRequest, key: str, extension: str) -> Limit | None:
    """A drawing counts as a text does; the other formats of a chart have their own limit, beside their view."""
    return TEXTS if extension == "svg" else None


def comparison_limit(request: HttpRequest) -> Limit | None:
    """The bare page is kept for all; a search or a choice of territories is worked out."""
    return COMPARISONS if request.GET else None


def explanation_limit(request: HttpRequest, key: str) -> Limit | None:
    """The JSON of a figure, by either of its addresses."""
    return EXPLANATIONS if request.path.endswith(".json") or request.GET.get("format") == "json" else None
