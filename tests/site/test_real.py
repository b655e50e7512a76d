"""`essaim real`: from files on a server that cuts, changes and offers ranges, to a territory that answers."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from essaim.directory.models import Structure, SyncRun
from essaim.directory.search.params import Order
from essaim.directory.search.places import centre_of
from essaim.directory.search.query import SearchParams, search
from essaim.geography.actions import cog
from essaim.geography.models import Commune, Epci
from essaim.observatory.enums import Source, Status
from essaim.observatory.evaluation import estimate
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.models import Vintage
from essaim.observatory.queries import book_of, home_territory
from essaim.people.actions import make_officer
from essaim.people.queries import officers
from essaim.site.cli import main
from essaim.site.demo import OFFICER, OFFICER_FILE
from essaim.stock.read import current_extract
from tests.directory.factories import OfficialFiles, siren
from tests.geography.factories import HOME, NIORTAIS, cog_of_the_west
from tests.observatory.factories import cell, vintage
from tests.people.factories import PersonFactory
from tests.stock.httpserver import Served, serve

pytestmark = pytest.mark.django_db(transaction=True)

# Town halls, Lambert-93 metres.
NIORTAIS_TOWNS = (
    ("79081", "CHAURAY", (440297.6, 6589898.3)),
    ("79100", "COULON", (424274.6, 6586714.7)),
    ("79191", "NIORT", (433973.0, 6586248.5)),
)


@pytest.fixture
def official(tmp_path, settings, monkeypatch):
    """Two small official files, as bytes; the geographic code that the command loads is the tests' own."""
    code = tmp_path / "cog.json"
    code.write_text(json.dumps(cog_of_the_west()))
    monkeypatch.setattr(cog, "COG_FILE", code)
    files = OfficialFiles(tmp_path / "made", tmp_path / "elsewhere")
    for number in range(40):
        files.place(files.unit(siren(number), denomination=f"EPICERIE SOLIDAIRE {number}"))
    for number, (commune, name, (x, y)) in enumerate(NIORTAIS_TOWNS, start=40):
        files.place(
            files.unit(siren(number), denomination=f"RECYCLERIE DE {name}"),
            codeCommune=commune,
            libelleCommune=name,
            coordonneeLambertAbscisse=str(x),
            coordonneeLambertOrdonnee=str(y),
        )
    files.load()
    folder = tmp_path / "made" / "import-1"
    return {name: (folder / f"{name}_utf8.csv").read_bytes() for name in ("StockEtablissement", "StockUniteLegale")}


def run(server, *more, territory=HOME):
    out = StringIO()
    call_command(
        "real",
        "--territory",
        territory,
        "--establishments",
        f"{server}/StockEtablissement_utf8.csv",
        "--legal-units",
        f"{server}/StockUniteLegale_utf8.csv",
        *more,
        stdout=out,
    )
    return out.getvalue()


def test_a_territory_is_served_whatever_the_network_does(official, settings):
    units = Served(official["StockUniteLegale"], last_modified="Sun, 01 Nov 2026 23:59:00 GMT")
    places = Served(official["StockEtablissement"], last_modified="Mon, 02 Nov 2026 00:10:00 GMT")
    places.cuts = [len(places.content) * 6 // 10]
    with serve({"/StockUniteLegale_utf8.csv": units, "/StockEtablissement_utf8.csv": places}) as server:
        told = run(server)
        assert "essaim officer add" in told, "who may enter is the first thing to do next"
        assert any("Range" in request for request in places.requests), "the cut download goes on where it stopped"
        asked = len(places.requests)
        PersonFactory(email="mission@exemple.fr", is_officer=True)
        told = run(server)
        assert "ouvert à mission@exemple.fr" in told
        assert "officer add" not in told
        assert "Sirene 2026-11 : déjà importé" in told
        run(server, "--vintage", "2026-11")
        assert len(places.requests) == asked, "what is imported is not asked again"
        run(server, "--refresh")
        assert len(places.requests) > asked
    assert Structure.objects.count() == 40
    assert search(SearchParams(text="epicerie"), {HOME}).total == 40
    extract = current_extract(settings.DATA_DIR)
    assert (extract.vintage, extract.fictitious) == ("2026-11", False)


def test_the_observatory_counts_the_extract_and_forgets_the_demonstration(official):
    vintage(Source.FLORES_OPEN, "2024", [cell(9)], fictitious=True)
    units, places = Served(official["StockUniteLegale"]), Served(official["StockEtablissement"])
    with serve({"/StockUniteLegale_utf8.csv": units, "/StockEtablissement_utf8.csv": places}) as server:
        assert "Insee, Sirene 2026-11 : chargé et publié" in run(server, "--vintage", "2026-11")
        told = run(server, "--vintage", "2026-11")
    assert "Ce fichier est déjà chargé" in told
    assert [(one.source, one.period, one.fictitious) for one in Vintage.objects.all()] == [("sirene", "2026-11", False)]
    home = home_territory()
    figure = estimate(CATALOGUE["ess-employer-establishments"], home, book_of([home]))
    assert (figure.status, figure.fictitious, figure.source_line) == (
        Status.ESTIMATED,
        False,
        "Estimation d’après Insee, Sirene, novembre\u00a02026",
    )


def test_any_epci_is_served_with_its_communes_in_their_place(official):
    units, places = Served(official["StockUniteLegale"]), Served(official["StockEtablissement"])
    with serve({"/StockUniteLegale_utf8.csv": units, "/StockEtablissement_utf8.csv": places}) as server:
        told = run(server, territory=NIORTAIS)
    assert Epci.objects.count() == 4, "the geographic code was loaded"
    assert "3\u00a0communes placées au milieu de leurs établissements" in told
    assert "2\u00a0communes sans centre" in told
    niort = Commune.objects.get(pk="79191")
    assert (niort.latitude, niort.longitude) == (pytest.approx(46.3237, abs=1e-3), pytest.approx(-0.4588, abs=1e-3))
    assert centre_of("79180", {NIORTAIS}) is not None
    found = search(SearchParams(text="recyclerie", place="Coulon", order=Order.DISTANCE), {NIORTAIS})
    assert (found.total, found.place, found.notes) == (3, "Coulon", ())
    nearest = Structure.objects.get(pk=found.structure_ids[0])
    assert nearest.name == "RECYCLERIE DE COULON"


def test_the_key_of_the_demonstration_goes_with_it(official, settings):
    make_officer(by="demo", email=OFFICER, password="secret")
    kept = settings.DATA_DIR / OFFICER_FILE
    kept.write_text(f"{OFFICER}\nsecret\n")
    SyncRun.objects.create(territory=HOME, vintage="2026-10", perimeter_version="v", fictitious=True)
    units, places = Served(official["StockUniteLegale"]), Served(official["StockEtablissement"])
    with serve({"/StockUniteLegale_utf8.csv": units, "/StockEtablissement_utf8.csv": places}) as server:
        told = run(server)
    assert not officers().exists()
    assert not kept.exists()
    assert f"Compte de la démonstration fermé : {OFFICER}" in told
    assert "personne n’y a encore accès" in told


def test_one_json_object_tells_every_step_and_a_refusal_too(official, capfd):
    units, places = Served(official["StockUniteLegale"]), Served(official["StockEtablissement"])
    with serve({"/StockEtablissement_utf8.csv": places}) as server:
        arguments = ("--territory", HOME, "--establishments", f"{server}/StockEtablissement_utf8.csv", "--json")
        assert main(["real", *arguments, "--legal-units", f"{server}/absent.csv"]) == 2
        assert "404" in json.loads(capfd.readouterr().out)["error"]
    with serve({"/StockUniteLegale_utf8.csv": units, "/StockEtablissement_utf8.csv": places}) as server:
        report = json.loads(run(server, "--vintage", "2026-11", "--json"))
        assert (report["command"], report["territory"], report["indexed"]) == ("real", HOME, 40)
        assert report["stock"]["kept"]["establishments"] == 43
        assert report["directory"]["territories"][0]["written"] is True
        assert report["officers"] == []
        assert report["observatory"]["vintages"][0]["period"] == "2026-11"
        assert json.loads(run(server, "--vintage", "2026-11", "--json"))["stock"] is None, "already imported"
    assert capfd.readouterr().out == ""


def test_a_file_that_changes_between_two_requests_is_taken_whole(official, settings):
    units, places = Served(official["StockUniteLegale"]), Served(official["StockEtablissement"])
    newer = official["StockEtablissement"].replace(b"DE LA PAIX", b"DE LA JOIE")
    places.cuts = [len(places.content) // 2]

    def change(served):
        served.content, served.then = newer, None

    places.then = change
    with serve({"/StockUniteLegale_utf8.csv": units, "/StockEtablissement_utf8.csv": places}) as server:
        run(server)
    addresses = set(Structure.objects.values_list("establishments__address", flat=True))
    assert len(addresses) == 1
    assert "joie" in addresses.pop().lower()


@pytest.mark.parametrize("territory", ["12", "200069855", "abc"])
def test_a_wrong_territory_is_refused_in_words_before_anything_is_fetched(territory):
    with pytest.raises(CommandError, match="SIREN"):
        call_command("real", "--territory", territory)
