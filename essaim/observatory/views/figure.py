"""« Comment ce chiffre est calculé », and the catalogue of the indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.pagination import numbered
from essaim.observatory import queries
from essaim.observatory.book import Book
from essaim.observatory.choosing import around_home
from essaim.observatory.enums import Level, Source
from essaim.observatory.evaluation import Figure, evaluate
from essaim.observatory.explanation import Explanation, NoSuchYear, explain
from essaim.observatory.explanation.nouns import Part
from essaim.observatory.explanation.telling import again_text, scaling_text, vintage_text
from essaim.observatory.indicators import CATALOGUE, Indicator, UnknownIndicator, indicator
from essaim.observatory.lookup import asked_text, communes_of, indicators_of, terms_of
from essaim.observatory.places import at_place, named
from essaim.observatory.serving import communes_of_epci, in_short, served_epci
from essaim.observatory.territory import Territory, parse_key

ROWS = 50
"""Cells shown at once; the JSON holds them all."""
SIDES = ("urbain", "rural")
ASKED = ("territoire", "annee", "source")
"""The parameters that choose a figure."""


@require_safe
@cache_anonymous(seconds=300, params=("q",))
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every indicator with its definition and its figure here, else in the nearest territory around that has one.

    `q` keeps those that a text names, and shows the communes and the words of the glossary that it names too.
    """
    here = queries.home_territory()
    text = asked_text(request.GET)
    wanted = indicators_of(text) if text else list(CATALOGUE.values())
    around = around_home()
    book = queries.book_of([here, *around])
    figures = [evaluate(one, here, book) for one in wanted]
    others = [figure for figure in figures if not figure.is_known]
    context = {
        "here": here,
        "place": at_place(in_short(here)),
        "text": text,
        "communes": communes_of(text) if text else [],
        "terms": terms_of(text) if text else [],
        "figures": [figure for figure in figures if figure.is_known],
        "others": [(figure, _nearest(figure, around, book)) for figure in others],
        "invented": any(figure.fictitious for figure in figures),
    }
    return render(request, "observatory/figures.html", context)


def _nearest(figure: Figure, around: Sequence[Territory], book: Book) -> Figure | None:
    found = (evaluate(figure.indicator, territory, book) for territory in around)
    return next((one for one in found if one.is_known), None)


@require_safe
@cache_anonymous(seconds=300, params=(*ASKED, "format", "page"))
def figure(request: HttpRequest, key: str) -> HttpResponseBase:
    """One figure explained; `format=json` gives the same as JSON, every row."""
    if request.GET.get("format") == "json":
        return figure_json(request, key)
    try:
        asked = _Asked.read(key, request.GET)
    except Http404 as refusal:
        said = str(refusal).partition(" Indicateurs :")[0]
        known = {"refusal": said, "indicators": list(CATALOGUE.values())}
        return render(request, "observatory/figure_unknown.html", known, status=404)
    try:
        told = asked.explain()
    except NoSuchYear as refusal:
        context = {"asked": asked, "refusal": str(refusal), "years": asked.years()}
        return render(request, "observatory/figure_year.html", context, status=404)
    return render(request, "observatory/figure.html", _context(told, asked, request.GET))


@require_safe
@cache_anonymous(seconds=300, params=ASKED)
def figure_json(request: HttpRequest, key: str) -> HttpResponse:
    """The same explanation for a program: numbers as exact text, every row used."""
    try:
        told = _Asked.read(key, request.GET).explain()
    except NoSuchYear as refusal:
        raise Http404(str(refusal)) from refusal
    answer = JsonResponse(told.as_dict(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'inline; filename="{told.indicator.key.partition(":")[0]}.json"'
    return answer


@dataclass(frozen=True)
class _Asked:
    """What the address asks for, read and checked."""

    indicator: Indicator
    territory: Territory
    year: int | None
    source: Source | None

    @classmethod
    def read(cls, key: str, params: QueryDict) -> _Asked:
        """Raises Http404 for an indicator, a territory, a year or a source that does not exist."""
        try:
            wanted = indicator(key)
        except UnknownIndicator as error:
            raise Http404(str(error)) from error
        territory = territory_of(params.get("territoire", ""))
        if territory is None:
            raise Http404("Ce territoire n’existe pas, ou n’est pas suivi ici.")
        year = params.get("annee", "")
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise Http404("Une année s’écrit en quatre chiffres.")
        source = params.get("source", "")
        if source not in ("", Source.SIRENE):
            raise Http404("Seule l’estimation de Sirene s’explique à part : source=sirene.")
        return cls(wanted, territory, int(year) if year else None, Source(source) if source else None)

    def explain(self) -> Explanation:
        """Four queries."""
        book = queries.book_of([self.territory], every_year=True)
        return explain(self.indicator, self.territory, book, self.year, self.source)

    def years(self) -> tuple[int, ...]:
        """The years that say something, for who asked for another."""
        without = _Asked(self.indicator, self.territory, None, self.source)
        return without.explain().years

    def query(self, **changes: Any) -> str:
        """The query of this page with changes; what is empty is left out."""
        pairs = {
            "territoire": self.territory.key,
            "annee": self.year,
            "source": self.source.value if self.source else None,
            **changes,
        }
        return urlencode({name: value for name, value in pairs.items() if value})


def territory_of(key: str) -> Territory | None:
    """The territory of a key: any that exists, home when nothing is asked, the urban or rural side of a served EPCI."""
    here = queries.home_territory()
    if key in ("", here.key):
        return here
    whole, _, side = key.rpartition("-")
    if side in SIDES:
        epci = next((one for one in served_epci() if one.key == whole), None)
        sides = None if epci is None else queries.urban_and_rural(communes_of_epci(epci), epci)
        return None if sides is None else sides[SIDES.index(side)]
    parts = parse_key(key)
    return None if parts is None else queries.find_territory(*parts)


def _context(told: Explanation, asked: _Asked, params: QueryDict) -> dict[str, Any]:
    figure = told.figure
    longest = max(told.parts, key=lambda part: len(part.rows), default=None)
    page = numbered(longest.rows if longest is not None else (), params, ROWS)
    return {
        "told": told,
        "figure": figure,
        "asked": asked,
        "parts": [_shown(part, page if part is longest else None) for part in told.parts],
        "page": page,
        "again": again_text(told),
        "scaling": scaling_text(told),
        "years": [(year, f"?{asked.query(annee=year)}", year == figure.year) for year in told.years],
        "json": f"/observatoire/chiffres/{told.indicator.key}.json?{asked.query()}",
        "command": _command(asked),
        "compare": f"/observatoire/comparer/?{urlencode({'avec': told.territory.key})}",
        "elsewhere": _elsewhere(asked),
        "invented": figure.fictitious,
    }


def _command(asked: _Asked) -> str:
    """The command that tells the same, as one copies it; without a territory that no code alone means."""
    said = f"essaim observatory explain {asked.indicator.key}"
    territory = asked.territory
    if not territory.members and territory.code:
        said += f" --territory {'R' if territory.level == Level.REGION else ''}{territory.code}"
    if asked.year:
        said += f" --year {asked.year}"
    return said + (f" --source {asked.source.value}" if asked.source else "")


def _shown(part: Part, page: Any) -> dict[str, Any]:
    """A part with the rows of this page: the longest list is cut, the other is shown from its beginning."""
    rows = page.object_list if page is not None else part.rows[:ROWS]
    same, cut = part.axes
    has_lines = any(row.line is not None for row in part.rows) or not cut
    return {
        "part": part,
        "vintage": vintage_text(part.vintage),
        "rows": [(row, [(name.capitalize(), dict(row.axes).get(name, "")) for name in cut]) for row in rows],
        "columns": cut,
        "same": ", ".join(same) if len(part.rows) > 1 else "",
        "has_lines": has_lines,
        "total": len(part.rows),
        "left": len(part.rows) - len(rows),
        "is_paged": page is not None and page.paginator.num_pages > 1,
        "secret": any(row.value is None for row in part.rows),
    }


def _elsewhere(asked: _Asked) -> list[tuple[str, str]]:
    """The same figure for home and what home is part of."""
    here = queries.home_territory()
    around = [here, *around_home()] if here.code else []
    return [(named(one), f"?{urlencode({'territoire': one.key})}") for one in around if one.key != asked.territory.key]
