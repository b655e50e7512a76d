"""The files of the map: the drawing with its legend and source, the same table, in the territory's colours."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import pytest

from essaim.foundation.models import Territory
from essaim.geography.models import Commune
from essaim.observatory.charts.maps import map_chart
from essaim.observatory.choropleth import LABELS, MapChoice
from essaim.observatory.communes import lines_of
from essaim.observatory.queries import book_of, of_commune
from essaim.observatory.serving import communes_of_epci
from essaim.ui.charts.drawing import standalone
from essaim.ui.charts.pen import FILE_LOOKS, looks_of
from essaim.ui.charts.spec import Hexagon, Hexagons, Point, points_of
from essaim.ui.theme import DEFAULT_HONEY, DEFAULT_LEAF, luminance
from tests.observatory.factories import EPCI
from tests.observatory.test_home import shown
from tests.observatory.town import HOME, load_everything, load_open_flores, load_sirene, make_town
from tests.support import assert_get_writes_nothing

CHOICES = [choice.value for choice in MapChoice]


@pytest.fixture
def town(db):
    make_town()


def file_of(client, name, status=200):
    response = assert_get_writes_nothing(client, f"/observatoire/graphiques/carte-{name}")
    assert response.status_code == status
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("choice", CHOICES)
def test_the_drawing_stands_alone_with_title_legend_source_and_names(client, town, choice):
    load_everything()
    svg = ElementTree.fromstring(file_of(client, f"{choice}.svg"))
    text = " ".join(svg.itertext())
    assert "Source\u00a0:" in text
    assert "Poitiers" in text
    assert "Insee, Sirene" in text.replace("\u00a0", " ")
    assert len(svg.findall(".//{http://www.w3.org/2000/svg}polygon")) == 4
    if choice == "densite":
        assert "population municipale du code géographique 2026" in re.sub(r"\s+", " ", text)
    raw = file_of(client, f"{choice}.svg").decode()
    assert "class=" not in raw
    assert "style=" not in raw


@pytest.mark.parametrize("choice", CHOICES)
def test_the_tables_have_every_commune(client, town, choice):
    load_everything()
    rows = list(csv.DictReader(io.StringIO(file_of(client, f"{choice}.csv").decode("utf-8-sig")), delimiter=";"))
    assert {row["Commune"] for row in rows} == {"Poitiers", "Lusignan", "Rouillé", "Les Bois-d’Ici"}
    assert all(row["Source et année"] for row in rows)
    if choice == "densite":
        assert {row["Habitants"] for row in rows} == {"90000", "2600", "2500", "120"}
        assert rows[0]["Établissements pour 1 000 habitants"]
    assert file_of(client, f"{choice}.png")[:4] == b"\x89PNG"
    assert file_of(client, f"{choice}.xlsx")[:2] == b"PK"


def test_the_page_leads_to_the_four_files_of_the_map_shown(client, town):
    load_everything()
    html = shown(client, "/observatoire/?carte=part")
    for extension in ("svg", "png", "csv", "xlsx"):
        assert f"/observatoire/graphiques/carte-part.{extension}?territoire=epci-{HOME}" in html


@pytest.mark.parametrize("name", ["rien.svg", "part.exe", "part.svg?territoire=epci-999999999"])
def test_what_does_not_exist_is_not_found(client, town, name):
    load_everything()
    file_of(client, name, 404)


def test_without_a_figure_there_is_no_map(client, town):
    file_of(client, "part.svg", 404)
    load_sirene()
    file_of(client, "part.svg", 404)
    load_open_flores()
    file_of(client, "part.svg")


def test_what_is_not_known_is_hollow_and_in_the_legend(town):
    load_sirene()
    load_open_flores()  # Rouillé is not in it
    towns = communes_of_epci(EPCI)
    made = map_chart(lines_of(towns, book_of([EPCI, *map(of_commune, towns)])), MapChoice.SHARE, EPCI)
    levels = {cell.name: cell.level for cell in made.drawing.cells}
    assert levels["Rouillé"] == 6
    assert made.drawing.legend[-1] == (6, "non connu")
    assert dict(points_of(made.drawing))["Rouillé"].text == "manquant"
    assert set(LABELS) == set(MapChoice)


def test_a_map_of_many_communes_is_still_one_sheet(client, town):
    load_everything()
    Commune.objects.bulk_create(
        Commune(code=f"86{n}", name=f"Saint-Village-{n}", epci_id=HOME, density=7, latitude=46 + n / 900, longitude=0.3)
        for n in range(300, 446)
    )
    svg = ElementTree.fromstring(file_of(client, "etablissements.svg"))
    assert len(svg.findall(".//{http://www.w3.org/2000/svg}polygon")) == 150
    assert svg.get("viewBox").split()[2] == "720"


def test_the_files_wear_the_colours_of_the_territory(client, town):
    load_everything()
    assert looks_of(DEFAULT_HONEY, DEFAULT_LEAF)["bar"] == FILE_LOOKS["bar"]
    assert looks_of(DEFAULT_HONEY, DEFAULT_LEAF)["honey"] == FILE_LOOKS["honey"]
    before = client.get("/observatoire/graphiques/sizes.svg").content.decode()
    Territory.objects.filter(siren=HOME).update(honey="#e0588a", leaf="#203a8f")
    from essaim.foundation import kept

    kept.forget_all()
    after = client.get("/observatoire/graphiques/sizes.svg?territoire=" + EPCI.key).content.decode()
    assert "#1d6b52" in before
    assert "#1d6b52" not in after
    assert "#203a8f" in after


@pytest.mark.parametrize("looks", [FILE_LOOKS, looks_of("#e0588a", "#203a8f"), looks_of("#888888", "#111111")])
def test_levels_go_from_light_to_dark_so_that_black_and_white_is_enough(looks):
    shades = [luminance(looks[f"level-{level}"]["fill"]) for level in range(1, 6)]
    assert shades == sorted(shades, reverse=True)


def test_names_that_mean_markup_stay_text():
    from essaim.ui.charts.spec import Chart

    cell = Hexagon("<b>&", "0,16 14,8 14,-8 0,-16 -14,-8 -14,8", 1, Point("1", 1))
    made = Chart("carte", "Titre", "Quoi", Hexagons((cell,), ((1, "<i>"),)), "Insee")
    assert "<b>" not in standalone(made)
    assert ElementTree.fromstring(standalone(made)) is not None
