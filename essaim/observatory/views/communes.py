"""The communes of the observatory: the list to sort and filter, and each commune's own page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.directory.search.documents import RURAL, URBAN
from essaim.foundation.exports import Format, answer
from essaim.foundation.geo import Near
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.pagination import numbered
from essaim.foundation.territories import current_scope
from essaim.geography.models import Commune
from essaim.geography.queries import commune_of_today
from essaim.observatory.charts import charts_of
from essaim.observatory.choropleth import choropleth
from essaim.observatory.choropleth import chosen as map_chosen
from essaim.observatory.communes import Line, ListParams, Sort, address, kept_by, lines_of, rank_of
from essaim.observatory.enums import Status
from essaim.observatory.places import at_place
from essaim.observatory.profile import profile_of
from essaim.observatory.queries import book_of, comments_on, of_commune
from essaim.observatory.registration import COMMUNES_EXPORT
from essaim.observatory.serving import communes_of_epci, in_short, served_epci
from essaim.observatory.views.home import epci_asked_by
from essaim.observatory.wording import people_text

ADDRESS = "/observatoire/communes/"
PAGE_SIZE = 50
NEIGHBOURS = 5
PLACES = (("", "Toutes"), (URBAN, "En ville"), (RURAL, "À la campagne"))
COLUMNS = (
    (Sort.NAME, "Commune"),
    (Sort.POPULATION, "Habitants"),
    (Sort.ESTABLISHMENTS, "Établissements employeurs"),
    (Sort.PER_THOUSAND, "Pour 1\u202f000 habitants"),
    (Sort.JOBS, "Emplois"),
    (Sort.SHARE, "Part de tous les emplois"),
)


@require_safe
@cache_anonymous(seconds=60, params=("q", "milieu", "tri", "territoire", "page"))
def communes(request: HttpRequest) -> HttpResponse:
    """One page of the communes of a served EPCI; eight SQL queries at most whatever their number."""
    params = ListParams.from_querydict(request.GET)
    if any(value == "" for _, values in request.GET.lists() for value in values):
        # A form without script sends its empty fields too: the address to share is the one without them.
        return HttpResponseRedirect(ADDRESS + params.query())
    epci = in_short(epci_asked_by(request))
    towns = communes_of_epci(epci)
    lines = lines_of(towns, book_of([epci, *map(of_commune, towns)]))
    found = kept_by(lines, params)
    context = {
        "epci": epci,
        "params": params,
        "total": len(lines),
        "page": numbered(found, request.GET, PAGE_SIZE),
        "columns": [(sort, label, ADDRESS + params.query(sort=sort), _aria(params, sort)) for sort, label in COLUMNS],
        "orders": _orders(params),
        "places": [(value, label, value == params.place) for value, label in PLACES],
        "sources": _sources(lines),
        "formats": [(f.value, f.value.upper() if f is not Format.GEOJSON else "GeoJSON") for f in Format],
        "query": params.query(),
        "everything": ADDRESS + ListParams(territory=params.territory).query(),
        "any_known": any(line.establishments.is_known for line in lines),
        "invented": any(line.establishments.fictitious for line in lines),
        "statuses": list(Status),
    }
    return render(request, "observatory/communes.html", context)


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The communes that an address asks for, as a file."""
    epci_asked_by(request)
    return answer(request, COMMUNES_EXPORT, extension)


@require_safe
@cache_anonymous(seconds=60, params=())
def commune(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    """One commune of today; a former code or a former name leads to it. Eight SQL queries at most."""
    here = _commune_of(code, slug)
    if request.path != address(here):
        return HttpResponsePermanentRedirect(address(here))
    epci = next(found for found in served_epci() if found.code == here.epci_id)
    towns = communes_of_epci(epci)
    book = book_of([epci, *map(of_commune, towns)])
    lines = lines_of(towns, book)
    rank = next(index for index, line in enumerate(lines) if line.commune.code == here.code)
    line = lines[rank]
    context = {
        "epci": epci,
        "line": line,
        "here": at_place(line.territory),
        "charts": charts_of(profile_of(line.territory, book)),
        "ranks": [(label, found) for sort, label in _RANKED if (found := rank_of(line, lines, sort)) is not None],
        "comments": comments_on(line.territory),
        "before": lines[rank - 1] if rank else None,
        "after": lines[rank + 1] if rank + 1 < len(lines) else None,
        "neighbours": nearest(line, lines),
        "drawn": choropleth(lines, map_chosen(""), current={here.code}),
        "statuses": list(Status),
        "invented": line.establishments.fictitious or line.share.fictitious,
    }
    return render(request, "observatory/commune.html", context)


_RANKED = (
    (Sort.ESTABLISHMENTS, "pour le nombre d’établissements employeurs"),
    (Sort.PER_THOUSAND, "pour le nombre d’établissements rapporté aux habitants"),
)


def _commune_of(code: str, slug: str) -> Commune:
    """The served commune of today that a code means, now or formerly. Raises Http404."""
    scope = current_scope()
    found = next((town for epci in served_epci() for town in communes_of_epci(epci) if town.code == code), None)
    if found is None:
        found = commune_of_today(code)
    if found is None or found.epci_id not in scope:
        raise Http404("Cette commune n’est pas suivie ici.")
    return found


def nearest(line: Line, lines: Sequence[Line]) -> list[Line]:
    """The communes whose centres are the nearest, the nearest first; none when its own centre is unknown."""
    here = line.commune
    if here.latitude is None or here.longitude is None:
        return []
    others = [o for o in lines if o is not line and o.commune.latitude is not None and o.commune.longitude is not None]
    if not others:
        return []
    positions = np.array([(o.commune.latitude, o.commune.longitude) for o in others], dtype=np.float64)
    kilometres = Near(here.latitude, here.longitude).distances(positions[:, 0], positions[:, 1])
    return [others[int(index)] for index in np.argsort(kilometres, kind="stable")[:NEIGHBOURS]]


def _aria(params: ListParams, sort: Sort) -> str:
    if params.sort is not sort:
        return ""
    return "descending" if params.descending else "ascending"


def _orders(params: ListParams) -> list[tuple[str, str, bool]]:
    """The sorts of the form, for a phone where columns have no head: names from A, numbers from the greatest."""
    usual = [("" if sort is Sort.NAME else f"-{sort.value}", label) for sort, label in COLUMNS]
    if params.order not in dict(usual):
        label = dict(COLUMNS)[params.sort]
        usual.append((params.order, f"{label}, {'de Z à A' if params.sort is Sort.NAME else 'du plus petit'}"))
    return [(value, label, value == params.order) for value, label in usual]


def _sources(lines: Sequence[Line]) -> list[str]:
    """The sources of the table, each once."""
    figures = [figure for line in lines for figure in (line.establishments, line.jobs, line.share)]
    said = list(dict.fromkeys(figure.source_line for figure in figures if figure.is_known and figure.source_line))
    years = {line.commune.epci.cog_year for line in lines if line.commune.epci is not None and line.commune.population}
    return said + [f"Habitants : {people_text(year)}, d’une autre année que les chiffres" for year in sorted(years)]
