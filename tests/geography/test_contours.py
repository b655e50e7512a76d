import gzip
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command

from essaim.foundation.models import JournalEntry, Territory
from essaim.geography.actions import UnknownContours, load_contours
from essaim.geography.models import Commune
from tests.geography.factories import HOME, load_small_cog

pytestmark = pytest.mark.django_db


def square(west, south, side=0.1, steps=1):
    """A square ring; `steps` adds useless corners on each side."""
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    ring = [
        [x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps]
        for (x0, y0), (x1, y1) in itertools.pairwise(corners)
        for n in range(steps)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def collection(**shapes):
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code.strip("_"), "nom": "x"}, "geometry": geometry}
            for code, geometry in shapes.items()
        ],
    }


HOME_SHAPES = {
    "_86194": square(0.3, 46.5),
    "_86226": square(0.4, 46.5),
    "_86019": square(0.3, 46.6),
    "_86219": square(0.4, 46.6),
}


@pytest.fixture
def served():
    load_small_cog()
    Territory.objects.create(siren=HOME, name="Grand Poitiers", short_name="GP")


def write(tmp_path, document):
    path = tmp_path / "contours.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


def test_contours_of_the_served_territory_former_communes_joined(served, tmp_path):
    path = write(tmp_path, collection(**HOME_SHAPES, _69123=square(4.8, 45.7)))
    report = load_contours(source=path, by="test")
    assert (report.read, report.updated, report.missing, report.ignored) == (5, 3, [], 1)
    beaumont = Commune.objects.get(code="86019").contour
    xs = [x for x, _ in beaumont["coordinates"][0]]
    assert (min(xs), max(xs)) == (0.3, 0.5)
    assert Commune.objects.get(code="69123").contour is None
    entries = JournalEntry.objects.count()
    assert load_contours(source=path, by="test").updated == 0
    assert JournalEntry.objects.count() == entries


def test_a_commune_without_contour_is_named(served, tmp_path):
    report = load_contours(source=write(tmp_path, collection(_86194=square(0.3, 46.5))), by="test")
    assert report.missing == ["86019", "86226"]


def test_contour_gives_a_centre_to_a_commune_that_has_none(tmp_path):
    load_small_cog()
    load_contours(source=write(tmp_path, collection(_86281=square(0.2, 46.7), _86194=square(0.3, 46.5))), by="test")
    commune = Commune.objects.get(code="86281")
    assert 0.2 < commune.longitude < 0.3
    assert commune.centre_source.startswith("Point dans le contour")
    assert Commune.objects.get(code="86194").latitude == 46.5846


def test_drawing_is_bounded(served, tmp_path):
    heavy = {code: square(*shape["coordinates"][0][0], steps=5_000) for code, shape in HOME_SHAPES.items()}
    path = write(tmp_path, collection(**heavy))
    assert load_contours(source=path, by="test").corners < 100 * 3


def test_plain_list_of_the_geographic_api_and_other_property_names(served, tmp_path):
    rows = [{"code": "86194", "nom": "Poitiers", "contour": square(0.3, 46.5)}, {"code": "86226", "contour": None}]
    assert load_contours(source=write(tmp_path, rows), by="test").updated == 1
    document = collection(x=square(0.4, 46.5))
    document["features"][0]["properties"] = {"INSEE_COM": 86226}
    assert load_contours(source=write(tmp_path, document), by="test").updated == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7", "GeoJSON"),
        (b"<html></html>", "GeoJSON"),
        (b"", "GeoJSON"),
        (b"[]", "aucun contour"),
        (b"{}", "aucun contour"),
        (b"42", "aucun contour"),
        (b'{"features": [null, {}, {"properties": {"code": "86194"}, "geometry": null}]}', "aucun contour"),
        (json.dumps(collection(_86=square(0.3, 46.5))).encode(), "aucun contour"),
        (json.dumps(collection(_99999=square(0.3, 46.5))).encode(), "aucune commune des territoires"),
        (json.dumps(collection(_86194=square(652_469.0, 6_862_035.0))).encode(), "degrés"),
        (json.dumps(collection(_86194={"type": "Polygon", "coordinates": [[1, 2]]})).encode(), "illisible"),
        (b"\x1f\x8bcut", "Impossible de lire"),
    ],
)
def test_what_is_no_contour_is_refused_and_writes_nothing(served, tmp_path, content, message):
    path = tmp_path / "autre.geojson"
    path.write_bytes(content)
    with pytest.raises(UnknownContours, match=message):
        load_contours(source=str(path), by="test")
    assert not Commune.objects.filter(contour__isnull=False).exists()


@pytest.mark.parametrize("source", ["ftp://example.invalid/x", "file:///etc/passwd", "/nulle/part.geojson"])
def test_other_schemes_and_absent_files_are_refused(served, source):
    with pytest.raises(CommandError, match="Impossible de lire"):
        call_command("geography", "contours", source)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/absent":
            self.send_error(404)
            return
        body = gzip.compress(json.dumps(collection(**HOME_SHAPES)).encode())
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_address_is_read_and_an_absent_one_is_said(served, server):
    assert load_contours(source=f"{server}/communes", by="test").updated == 3
    with pytest.raises(UnknownContours, match="404"):
        load_contours(source=f"{server}/absent", by="test")
