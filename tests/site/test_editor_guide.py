"""What the officer's guide tells is what the screens show: addresses, blocks, fields, pictures, its own links."""

import re
import unicodedata

import pytest
from django.core.management import call_command
from django.urls import resolve
from PIL import Image

from essaim.editorial.blocks import BODY, HOME
from essaim.editorial.models import (
    AccessibilityPage,
    ContentPage,
    DayPage,
    HomePage,
    InitiativePage,
    Laureate,
    LegalPage,
    NewsPage,
    SelfCheckPage,
    Term,
)
from essaim.editorial.models.base import SitePage
from tests.remembered import remembered
from tests.support import ROOT

GUIDE = (ROOT / "docs" / "editor.md").read_text()
README = (ROOT / "README.md").read_text()
IMAGES = ROOT / "docs" / "images"
ADDRESSES = sorted(set(re.findall(r"`(/[a-z0-9/.#-]*)`", GUIDE)))
PICTURES = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", GUIDE)
SERVED_BY_PAGES = "wagtail_serve"
HEAVIEST = 120_000

ENGLISH = (
    "the",
    "and",
    "with",
    "page builder",
    "click",
    "save",
    "publish",
    "draft",
    "settings",
    "upload",
    "slug",
    "snippet",
)


def anchor(title):
    """The anchor that a forge gives to a title."""
    kept = [sign for sign in title.strip().lower() if sign in " -_" or unicodedata.category(sign)[0] in "LNM"]
    return "".join(kept).replace(" ", "-")


def rows(title):
    """The first column, in bold, of the tables of a part of the guide."""
    part = GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| \*\*([^*]+)\*\* \|", part, re.MULTILINE)


@pytest.fixture
def planted(db):
    """The first content of a territory: what the guide's addresses lead to."""
    from tests.foundation.factories import TerritoryFactory

    def make():
        TerritoryFactory()
        call_command("editorial", "plant", "--json")

    remembered("planted by the command", make)


def test_some_addresses_are_told():
    assert {"/connexion/", "/equipe/", "/cms/", "/contact/", "/equipe/lettres/"} <= set(ADDRESSES)


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one != "/"])
def test_every_address_told_is_a_screen_or_a_page(address, planted, client):
    from essaim.editorial.links import _is_known_path, _Known
    from essaim.editorial.queries import pages_of_the_site

    assert _is_known_path(address, _Known.read(pages_of_the_site())), address
    if resolve(address).url_name == SERVED_BY_PAGES:
        assert client.get(address).status_code == 200


def test_every_block_is_told_once_by_its_name_on_screen():
    told = rows("Les blocs, un par un")
    labels = [str(block.label) for _name, block in HOME]
    assert sorted(told) == sorted(labels)
    only_home = {str(block.label) for _name, block in HOME} - {str(block.label) for _name, block in BODY}
    assert only_home == set(told[-3:])


FIELDS = {
    Term: ("Mot", "Ancre", "Explication", "Source", "Formes"),
    Laureate: ("Édition", "Nom annoncé", "Fiche dans l’annuaire", "Source"),
    SitePage: ("Relue par", "Relue le", "Rang dans le menu", "Dans le pied de page", "Expliquer les mots"),
    InitiativePage: ("Relue avec la structure le",),
    HomePage: ("Accroche", "Idées de recherche"),
    LegalPage: ("Directeur ou directrice de la publication", "Hébergeur"),
}


@pytest.mark.parametrize("model", FIELDS, ids=lambda model: model.__name__)
def test_fields_have_the_names_that_the_guide_gives(model):
    names = {str(getattr(field, "verbose_name", "")).lower() for field in model._meta.get_fields()}
    assert [name for name in FIELDS[model] if name.lower() not in names] == []
    assert [name for name in FIELDS[model] if name.lower() not in GUIDE.lower()] == []


def test_a_moment_and_a_clue_have_the_fields_told():
    moment = DayPage._meta.get_field("moments").stream_block.child_blocks["moment"]
    clue = moment.child_blocks["clues"].child_block
    labels = {str(block.label) for struct in (moment, clue) for block in struct.child_blocks.values()}
    part = GUIDE.partition("## La journée")[2].partition("\n## ")[0]
    told = ("Heure", "Titre", "Ce que l’on fait", "Qui le rend possible", "Sa forme juridique", "Sa famille")
    told += ("Si l’ESS s’arrêtait", "Dessin", "Un exemple d’ici", "Qui chercher dans l’annuaire")
    told += ("Codes d’activité", "Ou des mots")
    flat = re.sub(r"\s+", " ", part)
    assert [one for one in told if one not in labels or f"« {one} »" not in flat] == []


def test_only_ordinary_pages_may_be_added_as_the_guide_says():
    once = (HomePage, AccessibilityPage, DayPage, SelfCheckPage, LegalPage)
    assert [model.__name__ for model in once if model.max_count != 1] == []
    assert [model.__name__ for model in (ContentPage, NewsPage, InitiativePage) if model.max_count] == []


def test_every_picture_exists_is_light_and_says_what_it_shows():
    assert len(PICTURES) >= 20
    for words, path in PICTURES:
        assert len(words) > 15, path
        found = ROOT / "docs" / path
        assert found.is_file(), path
        assert found.stat().st_size <= HEAVIEST, path
        with Image.open(found) as picture:
            assert picture.width <= 1200


def test_every_picture_kept_is_shown_and_taken_by_the_tool():
    kept = {path.name for path in IMAGES.glob("editor-*.png")}
    assert kept == {path.rpartition("/")[2] for _words, path in PICTURES}
    tool = (ROOT / "tools" / "editor_screenshots.py").read_text()
    taken = set(re.findall(r'@scene\("([^"]+)"\)', tool))
    assert taken == kept | {"accueil.png"}
    shown = set(re.findall(r"docs/images/([a-z-]+\.png)", README))
    assert {path.name for path in IMAGES.iterdir()} == kept | shown


def test_the_list_at_the_top_leads_to_every_part():
    told = re.findall(r"^\d+\. \[([^\]]+)\]\(#([^)]+)\)$", GUIDE, re.MULTILINE)
    titles = re.findall(r"^## (.+)$", GUIDE, re.MULTILINE)
    assert told == [(title, anchor(title)) for title in titles]


def test_no_english_is_left():
    words = re.sub(r"`[^`]*`|\([^)]*\.(?:md|png)\)", " ", GUIDE).lower()
    assert [word for word in ENGLISH if re.search(rf"\b{re.escape(word)}\b", words)] == []


def test_the_readme_leads_to_the_guide():
    assert "(docs/editor.md)" in README


def test_sentences_stay_short():
    prose = [line for line in GUIDE.split("\n\n") if not line.startswith(("|", "!", "#", "1. ["))]
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ü«*])", re.sub(r"\s+", " ", " ".join(prose)))
    assert [one for one in sentences if len(one.split()) > 60] == []
