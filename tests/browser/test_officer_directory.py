"""The officer's tools of the directory, in a real browser: legible everywhere, and the import from end to end."""

from __future__ import annotations

import pytest

from essaim.directory.actions.decisions import decide
from essaim.directory.actions.synonyms import save_synonym
from essaim.directory.models import Contact, ContactImport
from tests.browser.test_desk import sign_in
from tests.directory.factories import in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

FILE = (
    "Structure;Commune;Contact;Mail;Étiquettes;Décision;Raison;Couleur\n"
    "Les amis du jardin;Poitiers;Ana Petit;ana@exemple.fr;club des jardins;;;bleu\n"
    "Comité des fêtes;Poitiers;Bob;pas une adresse;;;;\n"
    "La Fabrique;Poitiers;;;;inclure;utile au quartier;\n"
    "Le Cercle;Poitiers;;;;exclure;;\n"
).encode()


@pytest.fixture
def structure():
    TerritoryFactory()
    PersonFactory(email="agent@exemple.fr", name="Camille", is_officer=True)
    in_poitiers("COMITE DES FETES NORD", siren=siren(2), missing_since="2026-11")
    in_poitiers("COMITE DES FETES SUD", siren=siren(3))
    return in_poitiers("LES AMIS DU JARDIN", siren=siren(1))


def send(page):
    page.goto("/equipe/annuaire/imports/")
    page.set_input_files("#id_file", {"name": "contacts.csv", "mimeType": "text/csv", "buffer": FILE})
    page.click("text=Lire le fichier")
    page.wait_for_url("**/apercu/**")


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_every_screen_is_accessible_and_quiet(page_at, axe, structure, width, theme):
    decision = decide(structure=structure, decision="exclude", reason="Un doute. " * 20, by="test")
    save_synonym(words=["fringues", "sapes"], expands_to=["vêtements"], naf=["47.79Z"], by="test")
    page = page_at(width, theme)
    sign_in(page)
    wrong = {}

    def look(name):
        found = axe(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append("la page déborde")
        if found:
            wrong[name] = found

    key = structure.key
    for address in (
        "",
        "?q=jardin",
        "?q=introuvable",
        "a-verifier/",
        "admettre/",
        "decisions/",
        f"decisions/{decision.pk}/retirer/",
        f"structures/{key}/",
        f"structures/{key}/fiche/",
        f"structures/{key}/reunir/",
        "imports/",
        "synonymes/",
        "synonymes/nouveau/",
    ):
        page.goto(f"/equipe/annuaire/{address}")
        look(address)
    page.goto("/equipe/annuaire/admettre/")
    page.click("text=Admettre >> nth=-1")
    look("admettre, avec des erreurs")
    send(page)
    look("aperçu")
    page.click("button:text('Importer')")
    page.wait_for_url("**/imports/*/")
    look("résultat")
    page.click("text=Annuler cet import")
    look("annuler")
    assert wrong == {}
    assert page.trouble == []


def test_an_import_without_script_then_undone(page_at, structure):
    page = page_at(320, java_script_enabled=False)
    sign_in(page)
    send(page)
    words = page.inner_text("main")
    assert "4\u00a0lignes lues : 1\u00a0rapprochée, 1\u00a0nouvelle structure à admettre, 1\u00a0à revoir" in words
    assert "Couleur" in words
    assert not Contact.objects.exists()
    page.select_option("select >> nth=0", label=f"COMITE DES FETES SUD, Poitiers ({siren(3)})")
    page.click("button:text('Importer')")
    page.wait_for_url("**/imports/*/")
    assert set(Contact.objects.values_list("name", flat=True)) == {"Ana Petit", "Bob"}
    page.click("text=Annuler cet import")
    page.click("button:text('Annuler l’import')")
    page.wait_for_url("**/imports/*/")
    assert "Cet import est annulé" in page.inner_text("main")
    assert not Contact.objects.exists()
    assert ContactImport.objects.get().undone_at is not None
