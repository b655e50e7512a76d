"""Methodology and glossary: how figures are made, with the present calibration and the files loaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.pagecache import cache_anonymous
from essaim.geography.models import LAST_URBAN_LEVEL, Density
from essaim.nomenclature.perimeter import Family, load_perimeter
from essaim.observatory import queries
from essaim.observatory.biases import BIASES, WHY_TWO_COUNTS
from essaim.observatory.enums import Source
from essaim.observatory.evaluation import MOST_ERROR, calibrate, estimate, evaluate
from essaim.observatory.explanation import scaling_of
from essaim.observatory.explanation.telling import scaling_words
from essaim.observatory.glossary import TERMS
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.models import SourceFile, Vintage
from essaim.observatory.wording import ANNEX_DEFINITION, STATUS_DEFINITIONS
from essaim.ui.typography import day_name, number

_COUNTS = (
    ("rows_read", "Lignes lues"),
    ("cells", "Cases gardées"),
    ("secret", "Cases secrètes"),
    ("missing", "Cases vides"),
    ("ignored", "Lignes laissées de côté"),
    ("refused", "Lignes refusées"),
)


@require_safe
@cache_anonymous(seconds=600, params=())
def method(request: HttpRequest) -> HttpResponse:
    """How each figure is made: for a resident, then for a statistician."""
    here = queries.home_territory()
    book = queries.book_of([here])
    perimeter = load_perimeter()
    guess = estimate(CATALOGUE["ess-jobs"], here, book)
    calibration = calibrate(book)
    scaling = None if calibration is None else scaling_of(calibration, book)
    loaded = queries.vintages_visible_to(None).prefetch_related("files").order_by("source", "-year", "-period")
    context = {
        "here": here,
        "perimeter": perimeter,
        "families": [
            (family, [rule for rule in perimeter.legal_categories.values() if rule.family == family])
            for family in Family
            if family != Family.COMPANY
        ],
        "annex": ANNEX_DEFINITION,
        "statuses": list(STATUS_DEFINITIONS.items()),
        "biases": BIASES,
        "why_two": WHY_TWO_COUNTS,
        "guess": guess if guess.is_known else None,
        "calibration": calibration,
        "most_error": MOST_ERROR,
        "scaling": scaling_words(scaling) if scaling is not None else "",
        "urban": [level for level in Density if level <= LAST_URBAN_LEVEL],
        "rural": [level for level in Density if level > LAST_URBAN_LEVEL],
        "shares": [evaluate(CATALOGUE[key], here, book) for key in ("ess-job-share", "ess-private-job-share")],
        "loaded": _by_source(loaded),
    }
    return render(request, "observatory/method.html", context)


def _by_source(loaded: Iterable[Vintage]) -> list[tuple[str, list[tuple[Vintage, list[Any]]]]]:
    """The vintages of each source, newest first, each with its files as told."""
    found: dict[str, list[tuple[Vintage, list[Any]]]] = {}
    for vintage in loaded:
        told = [_told(file) for file in vintage.files.all()]
        found.setdefault(Source(vintage.source).label, []).append((vintage, told))
    return list(found.items())


def _told(file: SourceFile) -> tuple[SourceFile, list[tuple[str, str]], list[str]]:
    """A file with what its reading counted, and the oddities that it told."""
    report = file.report if isinstance(file.report, dict) else {}
    counts = report.get("counts", {})
    about = [
        ("Tableau", report.get("layout_label") or file.table),
        ("Chargé le", day_name(file.loaded_at)),
        *((label, number(counts[key])) for key, label in _COUNTS if counts.get(key)),
    ]
    remarks = [
        f"Ligne {remark['line']} : {remark['text']}" if remark.get("line") else str(remark["text"])
        for remark in report.get("remarks", [])
    ]
    return file, about, remarks


@require_safe
@cache_anonymous(seconds=3600, params=())
def glossary(request: HttpRequest) -> HttpResponse:
    """Every word, in alphabetical order. No query."""
    terms = sorted(TERMS.values(), key=lambda term: _sorted_as(term.term))
    context = {"terms": [(term, [TERMS[key] for key in term.see]) for term in terms]}
    return render(request, "observatory/glossary.html", context)


def _sorted_as(text: str) -> str:
    return text.lower().translate(str.maketrans("éèêàâîôû", "eeeaaiou"))
