"""The files of a chart: SVG and PNG with title and source drawn in them, CSV and XLSX with source and year a row."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from essaim.directory.exporting import export_limit
from essaim.foundation.exports import Column, Format, Kind, respond
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.ratelimit import Limit, limited
from essaim.foundation.territories import home
from essaim.observatory.charts import FORMATS, charts_of, comparison
from essaim.observatory.charts.maps import PREFIX, map_chart
from essaim.observatory.choosing import FEWEST, choice_of
from essaim.observatory.choropleth import MapChoice
from essaim.observatory.communes import chart_rows, lines_of
from essaim.observatory.comparison import compare
from essaim.observatory.enums import Level
from essaim.observatory.profile import profile_of
from essaim.observatory.queries import book_of, find_territory, home_territory, of_commune
from essaim.observatory.serving import communes_of_epci, served_epci
from essaim.observatory.territory import Territory, parse_key
from essaim.ui.charts.drawing import standalone
from essaim.ui.charts.pen import looks_of
from essaim.ui.charts.spec import Cell, Chart
from essaim.ui.printing import to_png

PNG_WIDTH = 1440  # twice the drawing: sharp on a dense screen and in a document
PICTURES = Limit("graphiques-png", 60, 600)
_LONGEST_KEY = 60


def _limit(request: HttpRequest, key: str, extension: str) -> Limit | None:
    """Pictures are composed, tables are written: each has its own allowance; an SVG costs nothing."""
    if extension == "png":
        return PICTURES
    return export_limit(request, extension)


@require_safe
@cache_anonymous(seconds=300, params=("territoire", "avec"))
@limited(_limit)
def chart_file(request: HttpRequest, key: str, extension: str) -> HttpResponseBase:
    """One chart as a file: of `?territoire=`, of home when nothing is asked, or of several `?avec=` side by side.

    Raises Http404 for a chart, a territory or a format that does not exist, and for a chart that has nothing to draw.
    """
    if extension not in FORMATS:
        raise Http404("Ce format n’existe pas.")
    charts, where = _compared(request) if key.startswith("compare-") else _of_one(request, key)
    chart = charts.get(key)
    if chart is None or chart.drawing is None:
        raise Http404("Ce graphique n’existe pas, ou n’a rien à montrer pour ce territoire.")
    name = f"ess-{key}-{where}"
    if extension in (Format.CSV, Format.XLSX):
        columns = [
            Column(str(index), column.label, Kind.NUMBER if column.numeric else Kind.TEXT)
            for index, column in enumerate(chart.columns)
        ]
        return respond(Format(extension), columns, _rows(chart), name)
    wearing = home()
    drawing = standalone(chart, looks_of(wearing.honey, wearing.leaf))
    png = extension == "png"
    return HttpResponse(
        to_png(drawing, width_px=PNG_WIDTH) if png else drawing,
        content_type="image/png" if png else "image/svg+xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{extension}"'},
    )


def _rows(chart: Chart) -> Iterator[dict[str, object]]:
    for row in chart.rows:
        yield {str(index): _value(cell) for index, cell in enumerate(row)}


def _value(cell: Cell) -> object:
    return cell.text if cell.raw is None else cell.raw


def _of_one(request: HttpRequest, key: str) -> tuple[dict[str, Chart], str]:
    territory = _asked(request.GET.get("territoire", "")[:_LONGEST_KEY])
    served = territory.level == Level.EPCI and territory.code in {one.code for one in served_epci()}
    communes = communes_of_epci(territory) if served else ()
    book = book_of([territory, *map(of_commune, communes)])
    lines = lines_of(communes, book)
    if key.startswith(PREFIX):
        choice = next((one for one in MapChoice if PREFIX + one.value == key), None)
        return {} if choice is None else {key: map_chart(lines, choice, territory)}, territory.code
    return charts_of(profile_of(territory, book), communes=chart_rows(lines)), territory.code


def _asked(key: str) -> Territory:
    parts = parse_key(key)
    found = home_territory() if not key else None if parts is None else find_territory(*parts)
    if found is None or not found.code:
        raise Http404("Ce territoire n’existe pas.")
    return found


def _compared(request: HttpRequest) -> tuple[dict[str, Chart], str]:
    asked = [key[:_LONGEST_KEY] for key in request.GET.getlist("avec")]
    choice = choice_of(asked)
    if len(asked) < FEWEST or choice.keys != tuple(asked):
        raise Http404("Ces territoires ne se comparent pas.")
    lines = compare(choice.territories, book_of(choice.territories))
    return comparison(lines), "-".join(one.code for one in choice.territories)
