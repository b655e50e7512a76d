import base64
import gzip
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.map.panel import map_view
from essaim.directory.map.points import FAMILIES, GRID, Places, cells_of, encode, varints
from essaim.directory.models import Criterion, Establishment, LocalDecision
from essaim.directory.search.query import SearchParams
from essaim.foundation.models import Territory
from essaim.geography.models import Commune
from tests.directory.search import factories
from tests.directory.search.factories import HOME, make_town, rebuild_index
from tests.support import no_writes

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


def at(latitude=46.58012, longitude=0.34021, **more):
    return {"latitude": latitude, "longitude": longitude, "position_quality": "exact"} | more


def make_structure(name, **given):
    """A structure that the public may find: something says why it is ESS."""
    structure = factories.make_structure(name, **given)
    Criterion.objects.get_or_create(structure=structure, code="legal_category", defaults={"source": "essai"})
    return structure


@pytest.fixture
def town():
    make_town()


def read_varints(content):
    numbers, number, shift = [], 0, 0
    for byte in content:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number)
            number, shift = 0, 0
    assert shift == 0
    return numbers


def uncurve(curve):
    row = column = 0
    for bit in range(30):
        column |= ((curve >> (2 * bit)) & 1) << bit
        row |= ((curve >> (2 * bit + 1)) & 1) << bit
    return row, column


def decode(body):
    """An independent reader: [(row, column, family)]."""
    points, curve = [], 0
    for step, kind in zip(read_varints(base64.b64decode(body["cells"])), body["kinds"], strict=True):
        curve += step
        row, column = uncurve(curve)
        points.append((body["row"] + row, body["column"] + column, body["families"][int(kind)]))
    assert len(points) == body["count"]
    return points


def get_points(client, query=""):
    answer = client.get(f"/annuaire/carte/points/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def key(latitude, longitude):
    rows, columns = cells_of([latitude], [longitude])
    return f"{rows[0]}.{columns[0]}"


def test_every_match_of_the_search_has_its_point_beyond_the_first_page(client, town):
    for number in range(45):
        make_structure(f"VELO {number}", place=at(46.5 + number / 100, 0.3))
    make_structure("EPICERIE", place=at(46.4, 0.2))
    rebuild_index()
    body = get_points(client, "?q=velo&page=2")
    assert (body["matches"], body["without_point"], body["count"]) == (45, 0, 45)
    assert len({(row, column) for row, column, _ in decode(body)}) == 45


def test_points_are_true_to_a_few_metres(client, town):
    make_structure("EXACTE", place=at(46.58012, 0.34021))
    rebuild_index()
    ((row, column, family),) = decode(get_points(client))
    assert abs((row + 0.5) * GRID - 90 - 46.58012) <= GRID / 2
    assert abs((column + 0.5) * GRID - 180 - 0.34021) <= GRID / 2
    assert family == "association"


def test_what_has_no_true_position_is_counted_not_drawn(client, town):
    make_structure("A LA COMMUNE", place=at(position_quality="commune"))
    make_structure("SANS RIEN")
    make_structure("UNITE MASQUEE", place=at(), diffusion="P")
    make_structure("LIEU MASQUE", place={"diffusion": "P"})
    make_structure("A LA RUE", place=at(position_quality="street"))
    rebuild_index()
    body = get_points(client)
    assert (body["matches"], body["without_point"], body["count"]) == (5, 4, 1)


def test_closed_places_disappear_but_a_closed_structure_keeps_its_last_one(client, town):
    moved = make_structure("DEMENAGEE", place=at(46.50, 0.30, is_closed=True))
    place = Establishment.objects.get(structure=moved)
    Establishment.objects.create(
        structure=moved, siret="99900099900011", commune_id="00101", official_commune_code="00101", **at(46.60, 0.40)
    )
    make_structure("FERMEE", is_closed=True, place=at(46.70, 0.50))
    rebuild_index()
    assert place.is_closed
    cells = {f"{row}.{column}" for row, column, _ in decode(get_points(client, "?etat=toutes"))}
    assert cells == {key(46.60, 0.40), key(46.70, 0.50)}


def test_several_places_of_one_structure_are_several_points_and_one_match(client, town):
    structure = make_structure("DEUX LIEUX", place=at(46.50, 0.30))
    Establishment.objects.create(
        structure=structure, siret="99900099900022", commune_id="00102", official_commune_code="00102", **at(46.43, 0.1)
    )
    rebuild_index()
    body = get_points(client)
    assert (body["matches"], body["without_point"], body["count"]) == (1, 0, 2)
    assert get_points(client, "?commune=00102")["count"] == 1


def test_an_index_that_is_late_draws_nothing_that_was_set_aside(client, town):
    gone = make_structure("ECARTEE", place=at())
    make_structure("GARDEE", place=at(46.6))
    rebuild_index()
    LocalDecision.objects.create(structure=gone, decision="exclude", reason="essai", by_label="essai")
    body = get_points(client)
    assert [point[:2] for point in decode(body)] == [tuple(map(int, key(46.6, 0.34021).split(".")))]
    assert client.get(f"/annuaire/carte/point/?cell={key(46.58012, 0.34021)}").status_code == 404


def test_another_territory_stays_outside(client, town):
    structure = make_structure("CHEZ NOUS", place=at(46.50, 0.30))
    make_structure("AILLEURS", commune="00201", place=at(47.5, 0.3))
    Establishment.objects.create(
        structure=structure, siret="99900099900033", commune_id="00201", official_commune_code="00201", **at(47.6, 0.3)
    )
    rebuild_index()
    assert get_points(client)["count"] == 1


def test_zone_never_cuts_the_map(client, town):
    make_structure("DEDANS", place=at(46.50, 0.30))
    make_structure("DEHORS", place=at(46.70, 0.60))
    rebuild_index()
    assert get_points(client, "?zone=46.4,0.2,46.6,0.4")["count"] == 2


def test_no_match_and_odd_parameters(client, town):
    make_structure("SEULE", place=at())
    rebuild_index()
    body = get_points(client, "?q=rien+de+tel+zzzz")
    assert (body["count"], body["cells"], body["kinds"]) == (0, "", "")
    assert get_points(client, "?page=-1&zone=nord&famille=licorne&filtre=inconnu")["count"] == 0
    assert get_points(client, "?page=-1&zone=nord&filtre=inconnu")["count"] == 1


def test_without_index_the_answer_says_what_to_do(client, town):
    answer = client.get("/annuaire/carte/points/")
    assert answer.status_code == 503
    assert answer.json()["error"]
    assert client.get(f"/annuaire/carte/point/?cell={key(46.5, 0.3)}").status_code == 503


def test_one_door_names_everyone_there_and_nobody_else(client, town):
    make_structure("LES PANIERS", family="cooperative", place=at(address="3 rue du Pont", postcode="00100"))
    make_structure("VELO POUR TOUS", place=at(address="3 rue du Pont", postcode="00100"))
    make_structure("PLUS LOIN", place=at(46.59, 0.35))
    rebuild_index()
    answer = client.get(f"/annuaire/carte/point/?cell={key(46.58012, 0.34021)}")
    html = answer.content.decode()
    assert html.index("Les Paniers") < html.index("Velo pour Tous")
    assert "2 structures à cette adresse" in html
    assert "3 rue du Pont, 00100 Poitiers" in html
    assert "Plus loin" not in html
    assert 'href="/annuaire/les-paniers-' in html
    searched = client.get(f"/annuaire/carte/point/?q=velo&cell={key(46.58012, 0.34021)}").content.decode()
    assert "Velo pour Tous" in searched
    assert "Les Paniers" not in searched


def test_street_point_says_so_and_names_are_escaped(client, town):
    make_structure("<script>alert(1)</script>", place=at(position_quality="street"))
    rebuild_index()
    html = client.get(f"/annuaire/carte/point/?cell={key(46.58012, 0.34021)}").content.decode()
    assert "Point à la rue, pas au numéro" in html
    assert "<script>" not in html


def test_crowded_door_names_sixty_and_counts_the_rest(client, town):
    for number in range(63):
        make_structure(f"ASSOCIATION {number:02}", place=at())
    rebuild_index()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = client.get(f"/annuaire/carte/point/?cell={key(46.58012, 0.34021)}").content.decode()
    assert html.count("<li>") == 60
    assert "63 structures à cette adresse" in html
    assert "Et 3 autres" in html
    assert len(queries) <= 8


@pytest.mark.parametrize("cell", ["", "1", ".", "1.", "a.b", "-1.2", "1.2.3", "²³.¹", "9" * 400 + ".1", "1.1"])
def test_a_cell_that_holds_nothing_is_not_found(client, town, cell):
    make_structure("SEULE", place=at())
    rebuild_index()
    assert client.get("/annuaire/carte/point/", {"cell": cell}).status_code == 404


def test_base_is_kept_for_ever_under_its_version(client, town):
    view = map_view(SearchParams())
    with no_writes():
        answer = client.get(view.base_url)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(view.base_url, headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
    body = json.loads(answer.content)
    assert body["kind"] == "voronoi"
    assert body["note"].startswith("Contours simplifiés")
    assert [feature["properties"]["name"] for feature in body["features"]] == ["Poitiers", "Lusignan"]
    Commune.objects.filter(code="00101").update(latitude=46.6)
    moved = client.get(view.base_url)
    assert moved.status_code == 302
    assert moved["Location"] == map_view(SearchParams()).base_url != view.base_url


def test_reads_refuse_posts(client, town):
    for address in ("/annuaire/carte/points/", "/annuaire/carte/point/", map_view(SearchParams()).base_url):
        assert client.post(address).status_code == 405


def test_state_of_the_map_is_in_the_address(town):
    closed = map_view(SearchParams.from_querydict(QueryDict("q=velo&page=3")))
    assert (closed.query, closed.zone, closed.opened, closed.loads_on) == ("q=velo", "", False, "click")
    zoned = map_view(SearchParams.from_querydict(QueryDict("q=velo&zone=46.4,0.2,46.6,0.4")))
    assert (zoned.query, zoned.zone, zoned.opened, zoned.loads_on) == ("q=velo", "46.4,0.2,46.6,0.4", True, "load")


@pytest.mark.django_db(transaction=True)
def test_places_are_read_once_until_the_journal_or_the_index_moves(client):
    make_town()
    make_structure("SEULE", place=at())
    rebuild_index()
    get_points(client)
    with CaptureQueriesContext(connection) as queries:
        assert get_points(client)["count"] == 1
    assert not [query for query in queries if "directory_establishment" in query["sql"]]

    from django.db import transaction

    from essaim.foundation import journal

    make_structure("NOUVELLE", place=at(46.6, 0.4))
    rebuild_index()
    assert get_points(client)["count"] == 2
    Establishment.objects.filter(latitude=46.6).update(latitude=46.7)
    with transaction.atomic():
        journal.record(by="test", verb="établissement déplacé")
    cells = {f"{row}.{column}" for row, column, _ in decode(get_points(client))}
    assert key(46.7, 0.4) in cells
    Territory.objects.filter(siren=HOME).update(siren="999000098")
    with transaction.atomic():
        journal.record(by="test", verb="territoire changé")
    assert get_points(client)["count"] == 0


@given(st.lists(st.integers(0, 2**52 - 1), max_size=50))
def test_varints_keep_any_number(numbers):
    assert read_varints(varints(np.array(numbers, dtype=np.int64))) == numbers


positions = st.tuples(st.floats(-60, 60), st.floats(-179, 179), st.integers(0, len(FAMILIES) - 1))


def places_at(rows):
    cells = cells_of([row[0] for row in rows], [row[1] for row in rows])
    return Places(
        structures=np.arange(len(rows), dtype=np.int64),
        rows=cells[0],
        columns=cells[1],
        families=np.array([row[2] for row in rows], dtype=np.uint8),
        communes=np.array(["00101"] * len(rows), dtype="U5"),
    )


@given(st.lists(positions, max_size=30))
def test_points_survive_the_journey_anywhere_on_earth(rows):
    places = places_at(rows)
    sent = sorted(
        (int(row), int(column), FAMILIES[family])
        for row, column, family in zip(places.rows, places.columns, places.families, strict=True)
    )
    assert sorted(decode(json.loads(json.dumps(encode(places))))) == sent


@pytest.mark.skipif(shutil.which("node") is None, reason="node n’est pas installé")
def test_the_browser_reads_what_the_server_wrote():
    rows = [(46.58, 0.34, 0), (46.58, 0.34, 1), (-21.1, 55.5, 4), (16.2, -61.5, 2), (46.6, 0.4, 3)]
    places = places_at(rows)
    script = f"""
      import {{ decode }} from {json.dumps((ROOT / "frontend/js/map/points.js").as_uri())};
      console.log(JSON.stringify(decode({json.dumps(encode(places))})));
    """
    out = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    ).stdout
    read = {(cell["row"], cell["column"]): sorted(cell["families"]) for cell in json.loads(out)}
    expected: dict[tuple[int, int], list[str]] = {}
    for row, column, family in zip(places.rows, places.columns, places.families, strict=True):
        expected.setdefault((int(row), int(column)), []).append(FAMILIES[family])
    assert read == {cell: sorted(families) for cell, families in expected.items()}
    first = next(cell for cell in json.loads(out) if len(cell["families"]) == 2)
    assert first["latitude"] == pytest.approx(46.58, abs=GRID)


def test_five_thousand_structures_weigh_less_than_twenty_kilobytes():
    """Points drawn over a territory of 50 km by 40, six in ten of them in its towns; five families."""
    random = np.random.default_rng(86)
    towns = random.uniform((46.35, 0.0), (46.73, 0.75), (40, 2))
    towned = random.random(5_000) < 0.6
    near = towns[np.minimum(random.geometric(0.25, 5_000) - 1, 39)] + random.normal(0, 0.012, (5_000, 2))
    anywhere = random.uniform((46.35, 0.0), (46.73, 0.75), (5_000, 2))
    spots = np.where(towned[:, None], near, anywhere)
    families = random.choice(len(FAMILIES), 5_000, p=[0.86, 0.09, 0.02, 0.01, 0.02])
    body = encode(places_at([(lat, lon, family) for (lat, lon), family in zip(spots, families, strict=True)]))
    assert body["count"] == 5_000
    assert len(gzip.compress(json.dumps(body, separators=(",", ":")).encode())) <= 20_000
