"""The officer's side of the observatory in a real browser: legible everywhere, and all of it without script."""

from __future__ import annotations

from decimal import Decimal

import pytest

from essaim.observatory.actions.comments import save_comment
from essaim.observatory.actions.facts import save_fact
from essaim.observatory.actions.publishing import withdraw_vintage
from essaim.observatory.enums import Population, Source
from essaim.observatory.models import Comment, PublishedFact, Vintage
from tests.browser.test_desk import sign_in
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog
from tests.observatory.factories import EPCI, cell, vintage
from tests.observatory.source_files import flores_2017
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "/equipe/observatoire/"
SHARE = "ess-job-share"


@pytest.fixture
def place():
    load_small_cog()
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    return TerritoryFactory(siren=EPCI.code)


def send(page, name="EPCI_T1_2017.csv", content=None):
    page.goto(HERE + "envoyer/")
    page.set_input_files(
        "#id_file", {"name": name, "mimeType": "text/csv", "buffer": flores_2017() if content is None else content}
    )
    page.click("text=Lire le fichier")


def words(page):
    return page.inner_text("main").replace("\u00a0", " ").replace("\u202f", " ")


def test_every_screen_is_accessible_at_every_look(page_at, every_look, place):
    page = page_at()
    sign_in(page)
    wrong = {}

    def look(name):
        found = every_look(page)
        if page.locator("h1").count() != 1:
            found["plan"] = ["pas un seul h1"]
        if found:
            wrong[name] = found

    page.goto(HERE)
    look("vide")
    cells = [cell(1140), cell(10_000, population=Population.ALL), cell(None, family="mutual")]
    published = vintage(Source.FLORES_ESS, "2018", cells)
    published.files.update(
        report={
            "layout_label": "Flores × ESS, tableaux du réseau des CRESS, forme de 2018",
            "counts": {"rows_read": 12_000, "rows_kept": 9},
            "totals": {"emplois de l’ESS": "1 140"},
            "remarks": [{"line": 7, "text": "« 12,5 » n’est pas un nombre entier."}],
        }
    )
    withdrawn = vintage(Source.FLORES_ESS, "2016", cells)
    withdraw_vintage(vintage=withdrawn, reason="Le tableau des secteurs était faux. " * 8, by="test")
    waiting = vintage(
        Source.URSSAF, "2024", [cell(10, measure="mean_jobs", level="region", code="75")], published=False
    )
    comment = save_comment(key=SHARE, territory=EPCI, text="Une part élevée. " * 40 + "\n\nEt stable.", by="test")
    fact = save_fact(
        role="announced", key=SHARE, territory=EPCI, year=2018, value=Decimal(11), by="test",
        source_title="Grand Poitiers, page Économie sociale et solidaire", source_url="https://exemple.fr/ess",
    )  # fmt: skip
    save_fact(
        role="cited", key="ess-jobs", territory=EPCI, year=2017, value=Decimal(10_830), field="all_posts", by="test",
        source_title="Une étude", file_to_load="Flores × ESS 2017, tableau T1",
    )  # fmt: skip
    for address in (
        "",
        "envoyer/",
        f"millesimes/{published.pk}/",
        f"millesimes/{withdrawn.pk}/",
        f"millesimes/{waiting.pk}/publier/",
        f"millesimes/{published.pk}/retirer/",
        "commentaires/nouveau/",
        f"commentaires/{comment.pk}/",
        f"commentaires/{comment.pk}/supprimer/",
        "chiffres/annoncer/",
        "chiffres/citer/",
        f"chiffres/{fact.pk}/",
        f"chiffres/{fact.pk}/supprimer/",
    ):
        page.goto(HERE + address)
        look(address or "accueil")
    page.goto("/equipe/")
    look("bureau")
    page.goto(HERE + "chiffres/annoncer/")
    page.click("main button:text('Enregistrer')")
    look("annoncer, avec des erreurs")
    page.goto(f"{HERE}commentaires/{comment.pk}/")
    page.click("button:text('Voir l’aperçu')")
    look("aperçu d’un commentaire")
    send(page, content=b"a;b\n1;2\n")
    assert page.locator(".field--error #id_file").count() == 1
    look("mauvais fichier")
    send(page, name="EPCI_T1_2016.csv")
    page.wait_for_url("**/envoyer/*/")
    look("année à dire")
    send(page)
    page.wait_for_url("**/envoyer/*/")
    look("lecture d’un fichier")
    assert wrong == {}
    assert page.trouble == []


def test_a_file_then_its_words_without_script_on_a_phone(page_at, place):
    page = page_at(320, java_script_enabled=False)
    sign_in(page)
    page.goto("/equipe/")
    assert "Aucun fichier n’est encore chargé" in words(page)
    send(page, name="EPCI_T1_2016.csv")
    page.fill("#id_annee", "2016")
    page.click("text=Lire le fichier")
    assert "Insee, Flores × ESS 2016" in words(page)
    page.click("text=Enregistrer sans publier")
    assert "en attente" in words(page)
    page.click("main a:text-is('Publier')")
    page.click("main button:text-is('Publier')")
    assert Vintage.objects.get().published_at is not None
    page.click("main a:text-is('Retirer')")
    page.click("main button:text-is('Retirer')")
    assert "Dites la raison" in words(page)
    page.fill("#id_reason", "Un tableau était faux.")
    page.click("main button:text-is('Retirer')")
    assert "« Un tableau était faux. »" in words(page)
    assert Vintage.objects.get().published_at is None
    page.goto(HERE)
    page.click("text=Annoncer un chiffre")
    page.select_option("#id_indicator", SHARE)
    page.fill("#id_year", "2018")
    page.fill("#id_value", "11 %")
    page.fill("#id_source_title", "Ville-Test")
    page.click("main button:text('Enregistrer')")
    assert PublishedFact.objects.get().value == 11
    page.click("text=Commenter un chiffre")
    page.select_option("#id_indicator", SHARE)
    page.fill("#id_text", "Une part élevée.")
    page.click("text=Voir l’aperçu")
    assert "Rien n’est encore enregistré" in words(page)
    page.click("main button:text('Enregistrer')")
    assert Comment.objects.get().text == "Une part élevée."
    assert "Annoncé : 11 % (Ville-Test, 2018)" in words(page)
