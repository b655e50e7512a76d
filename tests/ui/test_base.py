"""The frame of every page: what it says of itself, where one is, and that nothing stands inline."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace as Thing

import pytest
from django.template import engines
from django.test import RequestFactory

PAGE = """{% extends "ui/base.html" %}{% block title %}Annuaire{% endblock %}
{% block breadcrumb %}{% breadcrumb "Annuaire" %}{% endblock %}{% block content %}<h1>Annuaire</h1>{% endblock %}"""


@pytest.fixture
def place():
    return Thing(
        name="Val d’Essai Communauté",
        short_name="Val d’Essai",
        site_name="L’ESS du Val",
        logo="",
        logo_alt="",
        honey="#f4b41a",
        leaf="#1d6b52",
        address="1, place du Marché",
        phone="0549000000",
        email="ess@exemple.fr",
        website="https://exemple.fr",
    )


def draw(place, source=PAGE, path="/annuaire/", **values):
    context = {
        "territory": place,
        "nav": [Thing(label="Annuaire", url="/annuaire/"), Thing(label="Agenda", url="/agenda/")],
        "search_nouns": [Thing(url="/annuaire/")],
        "footer_links": [Thing(label="Mentions légales", url="/mentions/"), Thing(label="Sans adresse", url="")],
        "demo_notice": "Les structures de l’annuaire sont inventées.",
        "shows_structures": False,
        "messages": [],
    } | values
    request = RequestFactory().get(path)
    return engines["django"].from_string(source).render(context, request)


def test_frame(place):
    written = draw(place)
    assert '<html lang="fr">' in written
    assert "<title>Annuaire · L’ESS du Val, Val d’Essai</title>" in written
    assert written.count("<h1") == written.count("<main") == 1
    assert written.index('href="#contenu"') < written.index("<header")
    assert '<main id="contenu" tabindex="-1">' in written
    assert '<meta property="og:site_name" content="L’ESS du Val">' in written
    assert "<li>Sans adresse</li>" in written
    assert '<a href="/mentions/">Mentions légales</a>' in written
    assert '<a href="tel:+33-5-49-00-00-00">' in written


def test_ids_are_unique(place):
    ids = re.findall(r'\sid="([^"]+)"', draw(place))
    assert sorted(ids) == sorted(set(ids))


def test_htmx_may_neither_evaluate_nor_write_styles(place):
    settings = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", draw(place)).group(1))
    assert settings["allowEval"] is False
    assert settings["includeIndicatorStyles"] is False
    assert settings["selfRequestsOnly"] is True


def test_nothing_inline(place):
    written = draw(place)
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", written)
    assert re.findall(r"<script[^>]*>", written) == ['<script type="module" src="/static/ui/dist/site.js">']
    elsewhere = [url for url in re.findall(r"(?:src|href)=\"(https?://[^\"]+)", written) if url != "https://exemple.fr"]
    assert elsewhere == []


def test_navigation_says_where_one_is(place):
    assert draw(place).count('href="/annuaire/" aria-current="page"') == 2
    assert draw(place, path="/annuaire/x-999/").count('href="/annuaire/" aria-current="true"') == 2
    assert 'href="/agenda/" aria-current' not in draw(place)


@pytest.mark.parametrize(
    ("shown", "notice", "expected"), [(True, "Inventées.", 1), (False, "Inventées.", 0), (True, "", 0)]
)
def test_notice_of_the_demonstration(place, shown, notice, expected):
    assert draw(place, shows_structures=shown, demo_notice=notice).count("demo-line") == expected


def test_logo_takes_the_place_of_the_emblem(place):
    assert "brand__mark" in draw(place)
    place.logo = Thing(url="/media/territory/logo.png")
    place.logo_alt = "Val d’Essai"
    written = draw(place)
    assert "brand__mark" not in written
    assert '<img class="brand__logo" src="/media/territory/logo.png" alt="Val d’Essai">' in written


def test_a_territory_with_a_name_only(place):
    for key in ("address", "phone", "email", "website"):
        setattr(place, key, "")
    written = draw(place, nav=[], footer_links=[], search_nouns=[])
    assert "La mission ESS" not in written
    assert "tel:" not in written


def test_names_are_escaped(place):
    place.site_name = "<script>alert(1)</script>"
    assert "<script>alert" not in draw(place)


def test_messages_become_toasts(place):
    class Message(Thing):
        def __str__(self):
            return self.text

    written = draw(place, messages=[Message(level_tag="success", text="C’est <fait>.")])
    assert '<div class="toast toast--success"><span data-toast-text>C’est &lt;fait&gt;.</span>' in written


def test_a_page_may_leave_the_header_search_out(place):
    assert 'id="q-entete"' in draw(place)
    assert 'id="q-entete"' not in draw(place, hide_header_search=True)
