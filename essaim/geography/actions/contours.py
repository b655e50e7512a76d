"""Bring real contours of communes in: API Géo (GeoJSON or JSON), IGN or france-geojson layouts."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.db import transaction

from essaim.foundation import journal, territories
from essaim.geography.centres import weak_centre
from essaim.geography.models import Commune
from essaim.geography.queries import commune_resolver

LARGEST_BYTES = 400_000_000
TIMEOUT_SECONDS = 60
CODE_PROPERTIES = ("code", "insee", "code_insee", "codgeo", "insee_com", "com", "depcom", "code_commune")
# Once simplified, a territory holds at most this many corners per commune on average (0.4 kB each, compressed).
CORNERS_PER_COMMUNE = 100
TOLERANCES = tuple(0.0002 * 1.4**step for step in range(11))  # degrees, 0.0002 to 0.006
DECIMALS = 4  # about ten metres


class UnknownContours(ValueError):
    """The file holds no contour of communes that we can read; the message says why."""


@dataclass
class ContourReport:
    """`read` features, `updated` communes, `missing` communes of the territory (no contour), `corners` kept."""

    source: str
    read: int = 0
    updated: int = 0
    unchanged: int = 0
    ignored: int = 0
    corners: int = 0
    missing: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self)


def fetch(source: str) -> bytes:
    """The bytes of a path or an http(s) address. Raises UnknownContours with a sentence on any failure."""
    scheme = urlsplit(source).scheme
    try:
        if scheme in {"http", "https"}:
            request = Request(source, headers={"User-Agent": "essaim", "Accept-Encoding": "gzip"})  # noqa: S310 -- http(s) only
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                content: bytes = answer.read(LARGEST_BYTES + 1)
        else:
            content = Path(source).read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, URLError, EOFError, ValueError) as error:
        raise UnknownContours(f"Impossible de lire « {source} » : {error}.") from error
    if len(content) > LARGEST_BYTES:
        raise UnknownContours(
            f"« {source} » dépasse {LARGEST_BYTES // 1_000_000} Mo : donnez le fichier du territoire."
        )
    return content


def _features(document: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """(properties, geometry) of a GeoJSON collection, or of API Géo's plain list with `fields=contour`."""
    if isinstance(document, dict) and isinstance(document.get("features"), list):
        for feature in document["features"]:
            if isinstance(feature, dict):
                yield feature.get("properties") or {}, feature.get("geometry")
    elif isinstance(document, list):
        for row in document:
            if isinstance(row, dict):
                yield row, row.get("contour")


def _code(properties: dict[str, Any]) -> str:
    lower = {str(key).lower(): value for key, value in properties.items()}
    for name in CODE_PROPERTIES:
        value = str(lower.get(name) or "")
        # « 1001 » is a number that lost its zero; « 86 » is a département.
        if len(value) in {4, 5} and value.isalnum():
            return value.zfill(5)
    return ""


def read_contours(content: bytes, name: str) -> dict[str, Any]:
    """Code found in the file → shapely geometry in degrees. Raises UnknownContours."""
    import shapely  # noqa: PLC0415 -- heavy, and this command alone needs it
    from shapely.geometry import shape  # noqa: PLC0415

    try:
        document = json.loads(content)
    except ValueError as error:
        raise UnknownContours(f"« {name} » n’est pas un fichier GeoJSON.") from error
    found: dict[str, Any] = {}
    for properties, geometry in _features(document):
        code = _code(properties)
        if not code or not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
            continue
        try:
            contour = shapely.make_valid(shape(geometry))
        except (ValueError, TypeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
            raise UnknownContours(f"« {name} » : le contour de {code} est illisible.") from error
        if contour.is_empty:
            continue
        west, south, east, north = contour.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise UnknownContours(f"« {name} » n’est pas en degrés (WGS84) : le contour de {code} sort du globe.")
        found[code] = shapely.union(found[code], contour) if code in found else contour
    if not found:
        raise UnknownContours(
            f"« {name} » ne contient aucun contour de commune : il faut des polygones et un code Insee "
            f"(propriété « code », comme dans l’API Géo)."
        )
    return found


def _simplify(shapes: list[Any]) -> tuple[list[Any], int]:
    """The lightest drawing: (shapes, corners). Common borders stay common when the file drew them alike."""
    import shapely  # noqa: PLC0415

    def each_alone(shapes: list[Any], tolerance: float) -> Any:
        return shapely.simplify(shapes, tolerance)

    simple, corners = shapes, 0
    # Where neighbours were drawn apart, nothing can be taken from their border together: each is then drawn alone.
    for simplify in (shapely.coverage_simplify, each_alone):
        for tolerance in TOLERANCES:
            simple = list(simplify(shapes, tolerance))
            corners = int(sum(shapely.get_num_coordinates(simple)))
            if corners <= CORNERS_PER_COMMUNE * len(shapes):
                return simple, corners
    return simple, corners


def _geojson(shape: Any) -> dict[str, Any]:
    import shapely  # noqa: PLC0415

    def rounded(part: Any) -> Any:
        return round(part, DECIMALS) if isinstance(part, float) else [rounded(piece) for piece in part]

    # make_valid may leave lines beside polygons: only surfaces are contours.
    surfaces = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"] or [shape.envelope]
    whole = surfaces[0] if len(surfaces) == 1 else shapely.MultiPolygon(surfaces)
    mapping = shapely.geometry.mapping(whole)
    return {"type": mapping["type"], "coordinates": rounded(mapping["coordinates"])}


def load_contours(*, source: str, by: journal.Author) -> ContourReport:
    """Give communes of the served territories (all that the file knows, when none is served) their real contour.

    Contours of former communes are joined into that of the commune of today. A commune without a stated centre takes a
    point inside its contour. Safe to run again. Raises UnknownContours.
    """
    import shapely  # noqa: PLC0415

    found = read_contours(fetch(source), source)
    report = ContourReport(source=source, read=len(found))
    resolver = commune_resolver()
    pieces: dict[str, list[Any]] = defaultdict(list)
    for code, contour in found.items():
        if code in resolver:
            pieces[resolver[code]].append(contour)
    scope = territories.current_scope()
    wanted = Commune.objects.filter(epci_id__in=scope) if scope else Commune.objects.filter(code__in=list(pieces))
    with transaction.atomic():
        communes = list(wanted.select_for_update().order_by("code"))
        report.missing = [commune.code for commune in communes if commune.code not in pieces and not commune.fictitious]
        drawn = [commune for commune in communes if commune.code in pieces]
        report.ignored = len(set(pieces) - {commune.code for commune in drawn}) + sum(c not in resolver for c in found)
        if not drawn:
            raise UnknownContours(f"« {source} » ne contient aucune commune des territoires servis.")
        simple, report.corners = _simplify([shapely.union_all(pieces[commune.code]) for commune in drawn])
        changed = []
        for commune, shape in zip(drawn, simple, strict=True):
            contour = _geojson(shape)
            if commune.contour == contour:
                report.unchanged += 1
                continue
            commune.contour = contour
            if weak_centre(commune):
                inside = shape.representative_point()
                commune.latitude, commune.longitude = round(inside.y, 5), round(inside.x, 5)
                commune.centre_source = f"Point dans le contour de la commune ({source})"[:120]
            changed.append(commune)
        Commune.objects.bulk_update(changed, ["contour", "latitude", "longitude", "centre_source"], batch_size=200)
        report.updated = len(changed)
        if changed:
            journal.record(by=by, verb="contours de communes chargés", reason=source, after=report.as_dict())
    return report
