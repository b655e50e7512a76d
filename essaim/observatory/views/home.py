"""The home of the observatory: the figures of the territory, each with its year, its source, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.exports import Format, answer
from essaim.foundation.pagecache import cache_anonymous
from essaim.observatory import findings
from essaim.observatory.announced import announced_beside
from essaim.observatory.biases import BOTH_RIGHT, TWO_COUNTS
from essaim.observatory.charts import TREND, charts_of, files, over_years
from essaim.observatory.charts.maps import PREFIX
from essaim.observatory.choropleth import LABELS, MapChoice, choropleth, chosen
from essaim.observatory.communes import Line, ListParams, Sort, chart_rows, kept_by
from essaim.observatory.enums import Status
from essaim.observatory.places import at_place
from essaim.observatory.portrait import SERIES, RegionalTrend, headline_of, portrait_of, years_of
from essaim.observatory.registration import INDICATORS_EXPORT
from essaim.observatory.rules import may_load_sources
from essaim.observatory.serving import asked_epci, in_short, served_epci
from essaim.observatory.territory import Territory
from essaim.ui.charts.spec import Chart

FORMATS = tuple((found.value, found.value.upper()) for found in (Format.CSV, Format.XLSX, Format.ODS))
SAID_FIRST = ("ess-job-share", "ess-employer-establishments")
MOST_LISTED, FIRST_LISTED = 60, 20
"""Past so many communes, the page names the first ones only: the list has them all, and the page stays light."""
_SORTS = {
    MapChoice.ESTABLISHMENTS: Sort.ESTABLISHMENTS,
    MapChoice.PER_THOUSAND: Sort.PER_THOUSAND,
    MapChoice.SHARE: Sort.SHARE,
}
MOST_VISIBLE = ("ess-employer-establishments", "ess-jobs", "all-jobs", "ess-job-share")


def epci_asked_by(request: HttpRequest) -> Territory:
    """The served EPCI of `?territoire=`. Raises Http404 for one that this installation does not serve."""
    territory = asked_epci(request.GET.get("territoire", ""))
    if territory is None:
        raise Http404("Ce territoire n’est pas suivi ici.")
    return territory


@require_safe
@cache_anonymous(seconds=60, params=("territoire", "carte"))
def home(request: HttpRequest) -> HttpResponse:
    """All figures of one served EPCI; eight SQL queries at most, whatever the number of communes and vintages."""
    epci = in_short(epci_asked_by(request))
    portrait = portrait_of(epci)
    headline = headline_of(portrait.profile)
    announced = announced_beside(headline, portrait.book.facts, portrait.profile.history)
    comments = portrait.book.comments_on(epci)
    drawn = choropleth(portrait.lines, chosen(request.GET.get("carte", "")))
    context = {
        "epci": epci,
        "others": [in_short(other) for other in served_epci() if other.key != epci.key],
        "portrait": portrait,
        "profile": portrait.profile,
        "here": at_place(epci) if epci.code else "",
        "findings": [findings.headline(headline[key]) for key in SAID_FIRST if headline[key].is_known],
        "headline": [headline[key] for key in MOST_VISIBLE],
        "share": headline["ess-job-share"],
        "private_share": headline["ess-private-job-share"],
        "women": headline["ess-women-share"],
        "announced": announced,
        "remarks": [
            (figure, announced.get(key), comments.get(key))
            for key, figure in headline.items()
            if key in announced or key in comments
        ],
        "years": years_of(portrait.profile),
        "short": list(SERIES.values()),
        "two_counts": TWO_COUNTS,
        "both_right": BOTH_RIGHT,
        "charts": charts_of(portrait.profile, communes=chart_rows(portrait.lines)),
        "trend": _trend(portrait.region),
        "drawn": drawn,
        "map_files": files(PREFIX + drawn.choice.value, [epci]) if drawn.known else (),
        "listed": _listed(portrait.lines, drawn.choice),
        "is_cut": len(portrait.lines) > MOST_LISTED,
        "choices": [(choice.value, label, choice is drawn.choice) for choice, label in LABELS.items()],
        "statuses": list(Status),
        "formats": FORMATS,
        "may_load": may_load_sources(request.user),
        "invented": portrait.fictitious,
    }
    return render(request, "observatory/home.html", context)


def _trend(region: RegionalTrend | None) -> Chart | None:
    return None if region is None else over_years(TREND, region.territory, region.jobs)


def _listed(lines: Sequence[Line], choice: MapChoice) -> Sequence[Line]:
    """The communes of the table beside the map: all by name, or the first ones by the figure of the map."""
    if len(lines) <= MOST_LISTED:
        return lines
    return kept_by(lines, ListParams(sort=_SORTS[choice], descending=True))[:FIRST_LISTED]


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Every figure of one served EPCI and of its communes, one a row."""
    epci_asked_by(request)
    return answer(request, INDICATORS_EXPORT, extension)
