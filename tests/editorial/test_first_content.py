"""What the first content says: names as one speaks, no promise in the authority's name, sources."""

from __future__ import annotations

import re

import pytest
from wagtail.models import Page

from essaim.editorial.actions.planting import plant
from essaim.editorial.planting.reading import read_content


def test_the_name_of_a_territory_is_said_as_one_speaks(db):
    """« de Angers », « à Le Mans »: the first content never puts « de » or « à » before a name by itself."""
    from tests.foundation.factories import TerritoryFactory

    elsewhere = TerritoryFactory(siren="200000172", name="Le Mans Métropole", short_name="Angers", phone="")
    plant(by="test", territory=elsewhere)
    told = " ".join(str(page.specific.__dict__) for page in Page.objects.filter(depth__gte=2))
    assert not re.findall(r"\bde Angers|\b(?:de|à) Le Mans", told)
    assert "d’Angers" in told
    assert "du Mans Métropole" in told


PROMISES = (
    r"(?:mission ESS|équipe) (?:met|fait|vous|répond|lit|peut|la lit)\b"
    r"|vous (?:répond|oriente|aide)(?:ra)?\b|La lettre l’annoncera"
)


@pytest.mark.parametrize("siren", ["", "200069854"])
def test_the_first_content_promises_nothing_in_the_name_of_the_authority(siren):
    """Nobody there has been asked: a page invites to write, it does not say what will be done of it."""
    for page in read_content(siren, {}).pages:
        if page.path == "/contact/":
            continue  # the form answers by a letter of its own
        told = str({name: value for name, value in page.fields.items() if name != "moments"})
        assert not re.findall(PROMISES, told), (page.path, re.findall(PROMISES, told))
        assert "décident à une personne, une voix" not in told


@pytest.mark.parametrize("siren", ["", "200069854"])
def test_what_is_known_or_not_has_its_source(siren):
    pages = {page.path: page for page in read_content(siren, {}).pages}
    for path in (
        "/coup-de-coeur/",
        "/scrutins/",
        "/concertations/",
        "/cooperations/",
        "/mois-de-l-ess/",
        "/subventions/",
    ):
        assert any(block["type"] == "sources" for block in pages[path].fields["body"]), path
    lead = pages["/"].fields["lead"]
    for family in ("Associations", "coopératives", "mutuelles", "fondations", "sociétés commerciales de l’ESS"):
        assert family in lead
