"""The page that documents the API: ours, without a third party's script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from essaim.directory.rows import COLUMNS
from essaim.directory.search.params import TITLES
from essaim.foundation.pagecache import cache_anonymous
from essaim.opendata.conditions import SOURCES
from essaim.opendata.schemas import LARGEST_PAGE, Filters, Paging, accepted_values


@cache_anonymous(seconds=3600, params=())
def documentation(request: HttpRequest) -> HttpResponse:
    """Explain the addresses, the parameters with the values they take, the fields, the conditions."""
    fields = {**Filters.model_fields, **Paging.model_fields}
    context = {
        "parameters": [(name, field.description) for name, field in fields.items()],
        "values": [(name, TITLES[name], values.items()) for name, values in accepted_values().items()],
        "columns": COLUMNS,
        "sources": SOURCES,
        "largest_page": LARGEST_PAGE,
    }
    return render(request, "opendata/api.html", context)
