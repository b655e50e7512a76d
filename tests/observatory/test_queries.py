"""Territories as every page names them."""

from __future__ import annotations

import io
import json

from django.core.management import call_command

from essaim.geography.models import Epci
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
