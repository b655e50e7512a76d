"""Blocks that later rooms bring to a structure's page: shown, ordered, and within their budget of queries."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from essaim.directory.models import Structure
from essaim.foundation.registries import StructurePanel, structure_panels
from tests.directory.search.factories import make_structure, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel():
    """A room above that counts the other structures of the family: one query, as it says."""

    def context(structure, person):
        others = Structure.objects.filter(family=structure.family).exclude(pk=structure.pk).count()
        return {"items": [("Autres de la famille", others)]} if others else {}

    made = structure_panels.register(
        StructurePanel("essai", "Un panneau d’essai", 10, "ui/components/facts.html", context, query_budget=1)
    )
    yield made
    structure_panels.unregister("essai")


def spent(panel, structure):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        panel.context(structure, AnonymousUser())
    return len(captured)


def test_every_panel_keeps_its_budget_whatever_the_structure(panel):
    make_town()
    alone = make_structure("Seule")
    assert [p.key for p in structure_panels if spent(p, alone) > p.query_budget] == []
    for number in range(12):
        make_structure(f"Amicale {number}")
    assert [p.key for p in structure_panels if spent(p, alone) > p.query_budget] == []


def test_a_panel_stands_on_the_page_and_an_empty_one_does_not(client, panel):
    make_town()
    structure = make_structure("Seule")
    assert "Un panneau d’essai" not in client.get(structure.get_absolute_url()).content.decode()
    make_structure("Une autre")
    assert "Un panneau d’essai" in client.get(structure.get_absolute_url()).content.decode()
