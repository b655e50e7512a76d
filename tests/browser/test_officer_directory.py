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


def test_every_screen_is_accessible_at_every_look(page_at, every_look, structure):
    decision = decide(structure=structure, decision="exclude", reason="Un doute. " * 20, by="test")
    synonym = save_synonym(words=["fringues", "sapes"], expands_to=["vêtements"], naf=["47.79Z"], by="test")
    unnumbered = in_poitiers("SANS NUMERO", siren=None, code="EAAAAAA")
    unnumbered.contacts.create(note="portail vert")
    page = page_at()
    sign_in(page)
    wrong = {}

    def look(name):
        if found := every_look(page):
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
        f"structures/{unnumbered.key}/",
        f"structures/{unnumbered.key}/siren/",
        "contacts/",
        "imports/",
        "synonymes/",
        "synonymes/nouveau/",
        f"synonymes/{synonym.pk}/",
        f"synonymes/{synonym.pk}/supprimer/",
    ):
        page.goto(f"/equipe/annuaire/{address}")
        look(address)
    page.goto("/equipe/annuaire/admettre/")
    page.click("text=Admettre >> nth=-1")
    look("admettre, avec des erreurs")
    page.fill("#id_name", "Comité des fêtes")
    page.select_option("#id_commune", label="Poitiers")
    page.fill("#id_reason", "Utile au quartier")
    page.click("text=Admettre >> nth=-1")
    assert page.locator("button[name=others]").count() == 1
    look("admettre, un nom proche")
    send(page)
    look("aperçu")
    page.click("button:text('Importer')")
    page.wait_for_url("**/imports/*/")
    look("résultat")
    result = page.url
    page.goto("/equipe/annuaire/contacts/?q=ana")
    assert page.locator("main .card").count() == 1
    look("contacts trouvés")
    page.goto("/equipe/annuaire/contacts/?q=introuvable")
    look("aucun contact")
    # Somebody changes one of the contacts: the undo leaves it, and says so.
    Contact.objects.filter(name="Ana Petit").update(role="trésorière")
    page.goto(result)
    page.click("text=Annuler cet import")
    look("annuler")
    page.click("button:text('Annuler l’import')")
    assert "Ana Petit" in page.inner_text("main")
    look("annulé en partie")
    page.goto(result)
    look("résultat d’un import annulé")
    assert wrong == {}
    assert page.trouble == []


def test_an_import_without_script_then_undone(page_at, structure):
    page = page_at(320, java_script_enabled=False)
    sign_in(page)
    send(page)
    words = page.inner_text("main").replace("\u00a0", " ")
    assert "4 lignes lues : 1 rapprochée, 1 nouvelle structure à admettre, 1 à revoir" in words
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
