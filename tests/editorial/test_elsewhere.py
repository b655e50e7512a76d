"""The first content for any territory of France: a name with a vowel first, one with an article, a common noun."""

from __future__ import annotations

import re

import pytest

from essaim.editorial.actions.planting import plant
from tests.foundation.factories import TerritoryFactory

CLUMSY = re.compile(
    r"\b[Dd]e (?:Angers|Albi|Évreux|Le Mans|Les Herbiers|Communauté|Pays)|\b[Àà] (?:Le Mans|Les Herbiers|Communauté)"
    r"|\b[Pp]our (?:Communauté|Pays)"
)


@pytest.mark.parametrize(
    ("name", "short_name"),
    [
        ("Angers Loire Métropole", "Angers"),
        ("Le Mans Métropole", "Le Mans"),
        ("Communauté de communes des Herbiers", "Les Herbiers"),
        ("Communauté d’agglomération d’Évreux", "Pays d’Évreux"),
    ],
)
def test_every_page_speaks_french_of_any_territory(client, db, name, short_name):
    TerritoryFactory(siren="200000172", name=name, short_name=short_name, phone="")
    from essaim.foundation.territories import home

    planted = plant(by="test", territory=home())
    assert len(planted.pages) > 15
    wrong = {}
    for path in (*planted.pages, "/plan-du-site/", "/observatoire/"):
        response = client.get(path)
        assert response.status_code == 200, path
        html = re.sub(r"<[^>]+>", "", response.content.decode().replace("\u00a0", " ")) + " ".join(
            re.findall(r'content="([^"]*)"', response.content.decode().replace("\u00a0", " "))
        )
        found = CLUMSY.findall(html) + re.findall(r"\{\{|Poitiers", html)
        if found:
            wrong[path] = found
    assert wrong == {}


def test_its_door_does_not_begin_with_what_is_missing(client, db):
    from essaim.foundation.territories import home

    TerritoryFactory(siren="200000172", name="Angers Loire Métropole", short_name="Angers", phone="")
    plant(by="test", territory=home())
    html = client.get("/").content.decode()
    assert "manquant" not in html
    assert "lauréat" not in html
    assert "Ce qu’elle pèse ici" not in html
