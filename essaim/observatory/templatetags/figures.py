"""`{% load figures %}`: a figure of the observatory as a page shows it, never without its year, source and status."""

from __future__ import annotations

from typing import Any

from django import template

from essaim.observatory import places, wording
from essaim.observatory.enums import Status
from essaim.observatory.evaluation import EXACT, Figure
from essaim.observatory.rows import explanation_url

register = template.Library()

register.filter("said", wording.value_text)  # `{{ figure|said }}`: « 11,4 % », « entre 9 et 14 », « manquant »
register.filter("central", wording.central_text)  # `{{ figure|central }}`: « plutôt 10 400 », or nothing
register.filter("calibrated", wording.calibration_text)  # `{{ figure.calibration|calibrated }}`
register.filter("explained", explanation_url)  # `href="{{ figure|explained }}"`: « comment ce chiffre est calculé »

_TONES = {Status.OBSERVED: "leaf", Status.PUBLISHED: "info", Status.ESTIMATED: "honey"}

register.filter("named", places.named)  # `{{ territory|named }}`: « Grand Poitiers », « Le département Vienne »


@register.filter
def status_means(status: Status) -> str:
    """`{{ figure.status|status_means }}`: what a status means, in one or two sentences."""
    return wording.STATUS_DEFINITIONS[status]


@register.filter
def status_tone(status: Status) -> str:
    """The colour of a status's mark; its word always stands beside."""
    return _TONES.get(status, "line")


@register.filter
def noun_of(figure: Figure) -> str:
    """`{{ figure|noun_of }}`: « emploi » or « emplois », as the figure has it."""
    return wording.noun(figure.indicator, figure.high if figure.high is not None else figure.value)


@register.inclusion_tag("observatory/parts/figure_card.html")
def figure_card(figure: Figure, label: str = "", *, comment: Any = None, announced: Any = None) -> dict[str, Any]:
    """`{% figure_card figure comment=comments|get:figure.indicator.key %}`: value, noun, status, source, how, comment.

    `label` says what is counted when the indicator's own words do not do; `announced`: what the authority says.
    """
    return {
        "figure": figure,
        "label": label or figure.indicator.label,
        "comment": comment,
        "announced": announced,
        "exact": figure.status in EXACT,
    }
