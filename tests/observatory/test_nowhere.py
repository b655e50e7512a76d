"""An installation without a territory: plain sentences, never « Votre territoire » nor « 0 communes »."""

from __future__ import annotations

import pytest

from essaim.observatory.cli import explain
from essaim.observatory.cli.explain import UnknownTerritory
from tests.observatory.test_home import plain

PAGES = {
    "/observatoire/": "Aucun territoire n’est encore choisi",
    "/observatoire/communes/": "Aucun territoire n’est encore choisi",
    "/observatoire/comparer/": "Choisissez les territoires à comparer",
    "/observatoire/chiffres/": "aucun territoire n’est encore choisi",
    "/observatoire/chiffres/ess-jobs/": "Aucun territoire n’est encore choisi",
    "/observatoire/methode/": "La méthode, et ses limites",
    "/observatoire/glossaire/": "Glossaire",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "said"), PAGES.items())
def test_each_page_says_that_no_territory_is_chosen(client, address, said):
    html = client.get(address).content.decode()
    main = plain(html.partition("<main")[2].partition("</main>")[0])
    assert said in main
    for wrong in ("Votre territoire", "0 commune", "second territoire"):
        assert wrong not in main, wrong
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert "à Votre territoire" not in title


@pytest.mark.django_db
def test_the_command_refuses_and_names_what_to_do():
    with pytest.raises(UnknownTerritory, match=r"--territory.*essaim real --territory"):
        explain.run({"indicator": "ess-jobs"}, print)
    assert explain.run({"indicator": "ess-jobs", "territory": "FR"}, lambda _: None)["status"] == "missing"
