"""What makes a structure ESS here: each criterion explained, with its source; the lists behind them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.pagecache import cache_anonymous
from essaim.nomenclature.perimeter import CriterionCode, load_perimeter


@require_safe
@cache_anonymous(seconds=3600, params=())
def criteria(request: HttpRequest) -> HttpResponse:
    """One section a criterion; a structure's page links to each by its anchor."""
    context = {"criteria": list(CriterionCode), "perimeter": load_perimeter()}
    return render(request, "directory/criteria.html", context)
