"""The page that documents the API: ours, without a third party's script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from essaim.foundation.pagecache import cache_anonymous
from essaim.opendata.api import LICENCE, documentation_fields


@cache_anonymous(seconds=3600)
def documentation(request: HttpRequest) -> HttpResponse:
    """Explain the addresses, the parameters and the fields."""
    return render(request, "opendata/api.html", {"fields": documentation_fields(), "licence": LICENCE})
