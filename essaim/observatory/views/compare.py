"""« Comparer »: two to four territories side by side, like with like; the choice lives in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.directory.exporting import export_limit
from essaim.foundation.exports import Column, Format, respond
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.ratelimit import limited
from essaim.observatory.book import Book
from essaim.observatory.charts import comparison
from essaim.observatory.choosing import MOST, Choice, around_home, choice_of, find
from essaim.observatory.comparison import Compared, Structure, compare, compare_one, nothing_of, structure
from essaim.observatory.evaluation import estimate
from essaim.observatory.findings import compared
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.invented import invented_epci
from essaim.observatory.places import named, of_place
from essaim.observatory.queries import book_of, home_territory
from essaim.observatory.rows import COLUMNS, figure_row
from essaim.observatory.serving import communes_of_epci
from essaim.observatory.wording import people_text

FORMATS = (Format.CSV, Format.XLSX, Format.ODS)
EXTRA = (Column("pour_mille", "Pour 1 000 habitants"), Column("base", "Ce qui est comparé"))
SHARE = "ess-job-share"
"""The indicator whose comparison is said first."""
AXES = (("family", "Par famille"), ("sector", "Par secteur"))


@require_safe
@cache_anonymous(seconds=300, params=("avec", "territoire", "q"))
def compare_page(request: HttpRequest) -> HttpResponse:
    """The comparison, the search of a territory to add, and what may be taken out."""
    choice = _choice(request)
    text = request.GET.get("q", "").strip()
    book = book_of(choice.territories)
    lines = _lines(choice, book)
    drawn = comparison(lines)
    context = {
        "choice": choice,
        "here": home_territory(),
        "lines": [(line, drawn.get(f"compare-{line.indicator.key}")) for line in lines],
        "finding": next((compared(one.figures) for one in lines if one.indicator.key == SHARE and one.comparable), ""),
        "structures": _structures(choice, book),
        "taken": [(one, _without(choice, one.territory.key)) for one in choice.chosen],
        "text": text,
        "matches": [(one, hint, _with(choice, one.key)) for one, hint in find(text, but=choice.keys)] if text else [],
        "proposals": _proposals(choice, book),
        "not_invented": _not_invented(choice, book, lines),
        "downloads": [(wanted.value.upper(), _address(choice, wanted)) for wanted in FORMATS],
        "most": MOST,
        "people": _people() if any(line.per_thousand for line in lines) else "",
        "invented": any(figure.fictitious for line in lines for figure in line.figures),
    }
    return render(request, "observatory/compare.html", context)


@require_safe
@limited(export_limit)
def compare_export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The figures of the comparison, one a row, with what stands side by side."""
    wanted = next((known for known in FORMATS if known.value == extension), None)
    if wanted is None:
        raise Http404("Ce fichier n’existe pas.")
    choice = _choice(request)
    lines = _lines(choice, book_of(choice.territories))
    return respond(wanted, (*COLUMNS, *EXTRA), _rows(lines), "comparaison-ess")


def _choice(request: HttpRequest) -> Choice:
    """`avec=` names every territory; `territoire=`, the one that a visitor comes from."""
    return choice_of([*request.GET.getlist("territoire"), *request.GET.getlist("avec")])


def _lines(choice: Choice, book: Book) -> tuple[Compared, ...]:
    return compare(choice.territories, book, [one.population for one in choice.chosen])


def _structures(choice: Choice, book: Book) -> list[dict[str, Any]]:
    """What the ESS is made of, by family and by sector, where one source tells it of all."""
    found = [(title, structure(axis, choice.territories, book)) for axis, title in AXES]
    return [
        {
            "title": title,
            "axis": one.axis,
            "basis": one.basis,
            "source_line": one.source_line,
            "names": (names := _marked(choice, one, book)),
            "rows": [(share.label, list(zip(names, share.texts, strict=True))) for share in one.shares],
        }
        for title, one in found
        if one is not None
    ]


def _marked(choice: Choice, shown: Structure, book: Book) -> list[str]:
    """The heads of the columns, which say whose figures are invented: a real territory may be in an invented file."""
    places = CATALOGUE["ess-employer-establishments"]
    whole = compare_one(places, choice.territories, book)
    if whole.comparable and whole.source_line == shown.source_line:
        figures = list(whole.figures)
    else:
        figures = [estimate(places, territory, book) for territory in choice.territories]
    return [
        f"{named(territory)} (inventé)" if figure.fictitious else named(territory)
        for territory, figure in zip(choice.territories, figures, strict=True)
    ]


def _people() -> str:
    """Where the inhabitants of the ratios come from. No query of its own: the communes of home are kept."""
    years = {town.epci.cog_year for town in communes_of_epci(home_territory()) if town.epci is not None}
    return people_text(max(years)) if years else "population municipale du code géographique chargé ici"


def _rows(lines: Sequence[Compared]) -> Iterator[dict[str, Any]]:
    for line in lines:
        for figure, rate in line.pairs:
            yield figure_row(figure) | {"pour_mille": rate or None, "base": line.basis}


def _address(choice: Choice, wanted: Format) -> str:
    return f"/observatoire/comparer/export/{wanted.value}/?{urlencode({'avec': choice.keys}, doseq=True)}"


def _with(choice: Choice, key: str) -> str:
    return f"?{urlencode({'avec': (*choice.keys, key)}, doseq=True)}"


def _without(choice: Choice, key: str) -> str:
    """The address without this territory; empty when nothing would be left to compare."""
    left = [one for one in choice.keys if one != key]
    return f"?{urlencode({'avec': left}, doseq=True)}" if len(left) > 1 else ""


def _is_demonstration(book: Book) -> bool:
    """Whether every table that is loaded is invented."""
    return bool(book.vintages) and all(known.fictitious for known in book.vintages)


def _not_invented(choice: Choice, book: Book, lines: Sequence[Compared]) -> str:
    """Why a territory has no figure at all, in the demonstration; empty elsewhere."""
    nothing = nothing_of(choice.territories, lines) if _is_demonstration(book) else ()
    if not nothing:
        return ""
    who = " ni ".join(of_place(territory) for territory in nothing)
    return (
        f"La démonstration n’invente aucun de ces chiffres {who} : rien ne s’y compare. Choisissez une "
        "intercommunalité inventée, ou chargez de vraies données."
    )


def _proposals(choice: Choice, book: Book) -> list[tuple[str, str]]:
    """Territories that one often adds: home and what it is part of; in the demonstration, what has figures."""
    here = home_territory()
    around = invented_epci() if _is_demonstration(book) else around_home()
    often = [*([here] if here.code else []), *around]
    return [(named(one), _with(choice, one.key)) for one in often if one.key not in choice.keys]
