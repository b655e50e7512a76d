"""A territory whose communes no file of ours places: the official positions give it centres, bounds and shapes."""

from __future__ import annotations

import pytest

from essaim.directory.actions.sync import sync_territories
from essaim.directory.models import Establishment, SyncRun
from essaim.directory.search.places import centre_of
from essaim.foundation.models import JournalEntry
from essaim.geography.actions import load_cog, load_contours
from essaim.geography.models import Commune
from essaim.geography.queries import communes_of
from essaim.geography.shapes import base, hexagons
from tests.directory.factories import OfficialFiles, siren
from tests.directory.search.factories import ask, rebuild_index
from tests.geography.factories import NIORTAIS, cog_of_the_west

pytestmark = pytest.mark.django_db

# Town halls, Lambert-93 metres.
TOWNS = {
    "79003": (437312.5, 6581912.4),
    "79034": (429771.8, 6583910.7),
    "79081": (440297.6, 6589898.3),
    "79100": (424274.6, 6586714.7),
    "79191": (433973.0, 6586248.5),
}
PARIS = (652000.0, 6862000.0)


@pytest.fixture
def files(tmp_path, settings):
    load_cog(by="test", cog=cog_of_the_west())
    return OfficialFiles(tmp_path / "official", settings.DATA_DIR)


def put(files, number, commune, point, **columns):
    x, y = point
    name = Commune.objects.get(pk=commune).name.upper()
    files.unit(siren(number), denomination=f"EPICERIE {number} DE {name}")
    return files.place(
        siren(number),
        codeCommune=commune,
        libelleCommune=name,
        codePostal=columns.pop("codePostal", "79000"),
        coordonneeLambertAbscisse=str(x),
        coordonneeLambertOrdonnee=str(y),
        **columns,
    )


def put_the_niortais(files):
    """Three places around each town hall, one of them closed: 100 m west, on it, 100 m north."""
    number = 0
    for commune, (x, y) in TOWNS.items():
        for point, state in (((x - 100, y), "F"), ((x, y), "A"), ((x, y + 100), "A")):
            number += 1
            put(files, number, commune, point, etatAdministratif=state)


def sync(**options):
    [report] = sync_territories(by="test", territories=[NIORTAIS], apply=options.pop("apply", True), **options)
    return report


def test_the_first_sync_gives_centres_to_the_communes_of_any_epci(files):
    put_the_niortais(files)
    absurd = put(files, 90, "79191", PARIS)
    lone = put(files, 91, "79191", (TOWNS["79191"][0] + 9_000, TOWNS["79191"][1]))
    files.load()
    dry = sync(apply=False)
    report = sync()
    assert dry.centres == report.centres == 5
    assert dry.without_centre == report.without_centre == []
    niort = Commune.objects.get(pk="79191")
    assert (niort.latitude, niort.longitude) == (pytest.approx(46.3237, abs=0.002), pytest.approx(-0.4588, abs=0.002))
    assert niort.centre_source == "Médiane des établissements de la commune, 2026-10"
    assert JournalEntry.objects.filter(verb="centres de communes calculés").count() == 1
    assert report.problem_counts == {"position_outside": 1}
    assert Establishment.objects.get(siret=absurd).latitude is None
    assert Establishment.objects.get(siret=lone).latitude is not None
    assert "5\u00a0communes placées au milieu de leurs établissements" in "\n".join(report.lines())
    assert sync().written is False


def test_near_a_commune_or_a_postcode_is_answered(files):
    put_the_niortais(files)
    files.load()
    sync()
    rebuild_index()
    scope = {NIORTAIS}
    assert (centre_of("Niort", scope).name, centre_of("79180", scope).name) == ("Niort", "Chauray")
    found = ask("q=epicerie&pres=79180&tri=distance", scope)
    assert (found.notes, found.place) == ((), "Chauray")
    town = dict(Establishment.objects.values_list("structure_id", "commune__name"))
    nearest = [town[pk] for pk in found.structure_ids if found.distances.get(pk) is not None]
    assert nearest[:2] == ["Chauray"] * 2
    assert nearest[-2:] == ["Coulon"] * 2


def test_map_base_and_hexagons_follow_the_ground(files):
    put_the_niortais(files)
    files.load()
    sync()
    communes = list(communes_of([NIORTAIS]))
    drawn = base(communes)
    assert drawn["kind"] == "voronoi"
    assert {feature["properties"]["code"] for feature in drawn["features"]} == TOWNS.keys()
    x = {cell.name: cell.x for cell in hexagons(communes).cells}
    assert x["Coulon"] < x["Niort"] < x["Chauray"]


def test_a_commune_that_only_absurd_points_place_has_no_centre(files):
    put_the_niortais(files)
    files.places = [row for row in files.places if row["codeCommuneEtablissement"] != "79100"]
    put(files, 90, "79100", PARIS)
    files.load()
    report = sync()
    assert report.without_centre == ["Coulon"]
    assert report.problem_counts == {"position_outside": 1}
    assert Commune.objects.get(pk="79100").latitude is None
    assert "1\u00a0commune sans centre" in "\n".join(report.lines())


def test_a_second_file_moves_a_centre_only_when_the_town_moved(files):
    put_the_niortais(files)
    files.load()
    sync()
    before = Commune.objects.get(pk="79191")
    put(files, 90, "79191", (TOWNS["79191"][0] + 200, TOWNS["79191"][1]))
    files.load("2026-11")
    assert sync().centres == 0
    again = Commune.objects.get(pk="79191")
    assert (again.latitude, again.centre_source) == (before.latitude, before.centre_source)
    for number in range(91, 99):
        put(files, number, "79191", (TOWNS["79191"][0] + 3_000, TOWNS["79191"][1]))
    files.load("2026-12")
    assert sync().centres == 1
    assert Commune.objects.get(pk="79191").centre_source.endswith("2026-12")


def test_a_directory_that_was_synchronised_without_centres_gets_them_from_the_same_file(files):
    put_the_niortais(files)
    files.load()
    sync()
    Commune.objects.filter(pk__in=TOWNS).update(latitude=None, longitude=None, centre_source="")
    report = sync()
    assert (report.written, report.centres, report.structures.total) == (True, 5, 0)
    assert SyncRun.objects.count() == 2


def test_a_contour_gives_a_better_centre_than_the_establishments(files, tmp_path):
    put_the_niortais(files)
    files.load()
    sync()
    ring = [[-0.53, 46.28], [-0.38, 46.28], [-0.38, 46.37], [-0.53, 46.37], [-0.53, 46.28]]
    path = tmp_path / "contours.json"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "79191"}, '
        f'"geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}'
    )
    load_contours(source=str(path), by="test")
    stated = Commune.objects.get(pk="79191").centre_source
    assert stated.startswith("Point dans le contour")
    assert sync().centres == 0
    assert Commune.objects.get(pk="79191").centre_source == stated


def test_invented_points_place_no_real_commune(files):
    for number, (commune, point) in enumerate(TOWNS.items()):
        files.place(
            siren(number, "999"),
            codeCommune=commune,
            coordonneeLambertAbscisse=str(point[0]),
            coordonneeLambertOrdonnee=str(point[1]),
        )
    files.load()
    report = sync()
    assert (report.fictitious, report.centres, len(report.without_centre)) == (True, 0, 5)
    assert not Commune.objects.filter(pk__in=TOWNS, latitude__isnull=False).exists()
