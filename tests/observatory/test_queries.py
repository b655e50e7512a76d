"""Territories as every page names them."""

from __future__ import annotations

import io
import json
import re

from django.core.management import call_command
from django.utils import timezone

from essaim.geography.models import Epci
from essaim.observatory.enums import FactRole
from essaim.observatory.models import PublishedFact
from essaim.observatory.queries import find_by_code, find_territory, home_territory
from tests.observatory.town import HOME, OTHER, load_everything, make_town


def test_a_served_epci_has_one_name_wherever_it_is_found(db):
    make_town()
    Epci.objects.filter(siren=HOME).update(name="CU du Grand Poitiers")
    for found in (find_territory("epci", HOME), find_by_code(HOME)):
        assert found == home_territory()
    elsewhere = find_by_code(OTHER)
    assert elsewhere is not None
    assert elsewhere.name == "CA d’à côté"


def test_explain_names_a_served_epci_as_its_pages_do(db):
    make_town()
    load_everything()
    Epci.objects.filter(siren=HOME).update(name="CU du Grand Poitiers")
    out = io.StringIO()
    call_command("observatory", "explain", "ess-jobs", "--territory", HOME, "--json", stdout=out)
    assert json.loads(out.getvalue())["territory"]["name"] == home_territory().name


def test_who_says_a_figure_and_where_it_was_read_are_told_apart(client, officer_client, db):
    make_town()
    PublishedFact.objects.create(
        role=FactRole.CITED, indicator="ess-jobs", level="epci", code=HOME, year=2018, value=10900,
        source_title="Insee, tableau commandé", source_url="https://depot.exemple.fr/quelqu-un",
        written_by="test", written_at=timezone.now(),
    )  # fmt: skip
    html = client.get("/observatoire/chiffres/ess-jobs/").content.decode()
    told = dict(re.findall(r"<dt>([^<]*)</dt><dd>(.*?)</dd>", html))
    assert told["Qui le dit"] == "Insee, tableau commandé"
    assert 'href="https://depot.exemple.fr/quelqu-un"' in told["Lu à"]
    out = io.StringIO()
    call_command("observatory", "explain", "ess-jobs", "--territory", HOME, stdout=out)
    assert "  Qui le dit : Insee, tableau commandé\n  Lu à : https://depot.exemple.fr/quelqu-un" in out.getvalue()
    card = officer_client.get("/equipe/observatoire/").content.decode()
    assert ">Insee, tableau commandé</a>" not in card
    assert 'Lu à <a href="https://depot.exemple.fr/quelqu-un">' in card.replace("&nbsp;", " ")
