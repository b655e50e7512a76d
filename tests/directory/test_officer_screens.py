"""The officer's screens of the directory: who comes in, what they show, what they refuse."""

from __future__ import annotations

import os
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.directory.actions.decisions import decide, withdraw_decision
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.synonyms import save_synonym
from essaim.directory.models import Card, Contact, ContactImport, LocalDecision, Structure, Synonym
from essaim.foundation import uploads
from essaim.geography.models import Commune
from tests.directory.factories import EstablishmentFactory, StructureFactory, in_poitiers, siren
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    TerritoryFactory(siren=HOME)
    return in_poitiers("LES AMIS DU JARDIN", siren=siren(1))


def upload(content, name="contacts.csv"):
    return SimpleUploadedFile(name, content, content_type="text/plain")


FILE = (
    "Structure;Commune;Contact;Mail;Étiquettes\n"
    "Les amis du jardin;Poitiers;Ana;ana@exemple.fr;club\n"
    "Comité des fêtes;Poitiers;Bob;bob@exemple.fr;\n"
    "Jamais vue;Poitiers;Zoé;zoe@exemple.fr;\n"
).encode()


COUNTS = {
    "read": 1, "matched": 0, "admit": 0, "review": 1, "refused": 0,
    "contacts": 0, "placed_tags": 0, "decisions": 0, "structures": 0,
}  # fmt: skip


def addresses(structure, decision, row, synonym):
    key = structure.key
    return [
        reverse("officer:home"),
        reverse("officer:home") + "?q=jardin",
        reverse("officer:review"),
        reverse("officer:admit"),
        reverse("officer:decisions"),
        reverse("officer:decisions") + "?decision=exclude",
        reverse("officer:withdraw", args=[decision.pk]),
        reverse("officer:structure", args=[key]),
        reverse("officer:card", args=[key]),
        reverse("officer:merge", args=[key]),
        reverse("officer:contacts"),
        reverse("officer:contacts") + "?q=rien&etiquette=999",
        reverse("officer:imports"),
        reverse("officer:import_result", args=[row.pk]),
        reverse("officer:import_undo", args=[row.pk]),
        reverse("officer:synonyms"),
        reverse("officer:synonyms") + "?essai=fringues",
        reverse("officer:synonym_new"),
        reverse("officer:synonym", args=[synonym.pk]),
        reverse("officer:synonym_delete", args=[synonym.pk]),
    ]


@pytest.fixture
def everything(place, officer):
    decision = decide(structure=place, decision="exclude", reason="doute", by=officer)
    row = ContactImport.objects.create(
        filename="contacts.csv",
        by_label="Camille",
        verdicts=[
            {
                "line": 2, "name": "X", "verdict": "review", "why": "inconnue", "structure": None,
                "structure_name": "", "did": [], "remarks": ["courriel refusé"], "candidates": ["Y, Poitiers"],
            }
        ],
        brought={"contacts": [], "tags": [], "structures": []},
        counts=COUNTS,
    )  # fmt: skip
    synonym = save_synonym(words=["fringues"], expands_to=["vêtements"], by=officer)
    return addresses(place, decision, row, synonym)


def test_every_screen_opens_for_the_officer_with_one_title(everything, officer_client):
    for address in everything:
        answer = officer_client.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert len(re.findall(r"<h1[ >]", html)) == 1, address
        assert " style=" not in html, address
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]


def test_nobody_else_comes_in(everything, client, person_client):
    from django.test import Client

    for address in everything:
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/connexion/"), address
        assert person_client.get(address).status_code == 403, address
        assert person_client.post(address).status_code in {403, 405}, address


def test_unknown_things_are_404(place, officer_client):
    for address in (
        reverse("officer:structure", args=["999999999"]),
        reverse("officer:import_result", args=[999]),
        reverse("officer:withdraw", args=[999]),
        reverse("officer:synonym", args=[999]),
        reverse("officer:siren", args=[place.key]),
    ):
        assert officer_client.get(address).status_code == 404, address


def test_reading_writes_nothing(everything, officer_client):
    for address in everything:
        assert assert_get_writes_nothing(officer_client, address).status_code == 200


@pytest.mark.parametrize("name", ["home", "review", "decisions", "imports", "synonyms"])
def test_lists_cost_the_same_whatever_their_length(place, officer, officer_client, name):
    address = reverse(f"officer:{name}") + ("?q=liste" if name == "home" else "")

    def more(number):
        structure = in_poitiers(f"LISTE {number}", siren=siren(100 + number), missing_since="2026-10")
        decide(structure=structure, decision="admit", reason="r", by=officer)
        save_synonym(words=[f"mot {number}"], expands_to=["jardin"], by=officer)
        ContactImport.objects.create(filename=f"{number}.csv", by_label="Camille", counts=COUNTS)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert officer_client.get(address).status_code == 200
        return len(queries)

    more(1)
    cost()
    one = cost()
    more(2)
    more(3)
    # An action moves the journal, and what this process keeps of the synonyms or the territory is read again once.
    cost()
    assert cost() == one


def test_the_list_of_imports_leaves_their_lines_where_they_are(everything, officer_client):
    with CaptureQueriesContext(connection) as queries:
        assert officer_client.get(reverse("officer:imports")).status_code == 200
    assert not [query["sql"] for query in queries if '"verdicts"' in query["sql"]]


# --- decisions -------------------------------------------------------------------------------------------------------


def test_deciding_on_screen(place, officer_client):
    address = reverse("officer:structure", args=[place.key])
    refused = officer_client.post(address, {"decision": "exclude", "reason": " "})
    assert refused.status_code == 200
    assert "raison" in refused.content.decode()
    assert not LocalDecision.objects.exists()
    assert officer_client.post(address, {"decision": "exclude", "reason": "Pas de l’ESS"}).status_code == 302
    decision = LocalDecision.objects.get()
    assert officer_client.get(address).status_code == 200
    assert officer_client.post(reverse("officer:withdraw", args=[decision.pk]), {"reason": "erreur"}).status_code == 302
    assert not LocalDecision.objects.exists()


def test_admitting_on_screen(place, officer_client):
    address = reverse("officer:admit")
    data = {"name": "La Fabrique", "commune": "86194", "family": "association", "reason": "Utile"}
    wrong = officer_client.post(address, data | {"siret": "123"})
    assert "14 chiffres" in wrong.content.decode()
    assert officer_client.post(address, data | {"siren": place.siren}).url == reverse(
        "officer:structure", args=[place.key]
    )
    assert officer_client.post(address, data).status_code == 302
    made = Structure.objects.get(name="La Fabrique")
    assert made.key.startswith("E")
    given = officer_client.post(reverse("officer:siren", args=[made.key]), {"siren": siren(9)})
    assert given.url == reverse("officer:structure", args=[siren(9)])
    assert officer_client.get(reverse("officer:structure", args=[made.code])).status_code == 200


def test_admitting_asks_about_those_of_a_like_name_first(place, officer_client):
    address = reverse("officer:admit")
    twin = in_poitiers("AMIS DU JARDIN", siren=siren(2))
    data = {"name": "Les amis du jardin", "commune": "86194", "family": "association", "reason": "Utile"}
    asked = officer_client.post(address, data)
    assert asked.status_code == 200
    html = asked.content.decode()
    assert reverse("officer:structure", args=[place.key]) in html
    assert 'value="Les amis du jardin"' in html
    # The Enter key presses the first button of a form: it must ask again, not confirm.
    assert html.index("Vérifier de nouveau") < html.index('name="others"')
    assert Structure.objects.count() == 2
    assert officer_client.post(address, data | {"others": f"{place.pk} ² x"}).status_code == 200
    assert officer_client.post(address, data | {"others": f"{place.pk} {twin.pk} "}).status_code == 302
    assert Structure.objects.count() == 3
    # Who says nothing of the third is asked again.
    assert officer_client.post(address, data | {"others": f"{place.pk} {twin.pk}"}).status_code == 200


def test_admitting_tells_the_activity_and_keeps_what_was_looked_for(place, officer_client):
    address = reverse("officer:admit")
    assert 'value="La Fabrique"' in officer_client.get(address, {"nom": "La Fabrique"}).content.decode()
    number = siren(7)
    typed = officer_client.get(address, {"nom": f"{number[:3]} {number[3:]}"}).context["form"].initial
    assert typed == {"siren": number}
    data = {"name": "La Fabrique", "commune": "86194", "family": "association", "reason": "Utile"}
    assert officer_client.post(address, data | {"naf": "99.99X"}).status_code == 200
    assert officer_client.post(address, data | {"naf": "47.79Z"}).status_code == 302
    made = Structure.objects.get(name="La Fabrique")
    assert (made.naf, made.establishments.get().naf) == ("47.79Z", "47.79Z")


@pytest.mark.parametrize("verb", ["admit_new", "merge", "obtain_siren"])
def test_a_busy_directory_keeps_what_was_typed(place, officer_client, monkeypatch, verb):
    def busy(**_):
        raise DirectoryBusy("Une autre mise à jour de l’annuaire est en cours.")

    monkeypatch.setattr(f"essaim.directory.views.officer.{verb}", busy)
    unnumbered = in_poitiers("SANS NUMERO", siren=None, code="EAAAAAA")
    address, data = {
        "admit_new": (
            reverse("officer:admit"),
            {"name": "La Fabrique", "commune": "86194", "family": "association", "reason": "Une longue raison"},
        ),
        "merge": (
            reverse("officer:merge", args=[unnumbered.key]),
            {"target": place.key, "reason": "Une longue raison"},
        ),
        "obtain_siren": (reverse("officer:siren", args=[unnumbered.key]), {"siren": "123 456 789"}),
    }[verb]
    answer = officer_client.post(address, data)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "mise à jour de l’annuaire est en cours" in html
    assert "Une longue raison" in html or "123 456 789" in html


def test_what_the_officer_admits_is_no_longer_to_check(place, officer, officer_client):
    lost = in_poitiers("PERDUE DE VUE", siren=siren(2), missing_since="2026-10")
    other = in_poitiers("PERDUE AUSSI", siren=siren(3), missing_since="2026-10")
    address = reverse("officer:review")

    def waiting():
        return [structure.pk for structure in officer_client.get(address).context["page"].object_list]

    assert waiting() == [other.pk, lost.pk]
    decision = decide(structure=lost, decision="admit", reason="vue au marché", by=officer)
    decide(structure=other, decision="exclude", reason="dissoute", by=officer)
    assert waiting() == []
    withdraw_decision(decision=decision, reason="erreur", by=officer)
    assert waiting() == [lost.pk]


def test_the_home_counts_what_is_set_aside_here_only(place, officer, officer_client):
    elsewhere = StructureFactory(name="AILLEURS", siren=siren(8))
    EstablishmentFactory(structure=elsewhere, commune_id=Commune.objects.exclude(epci_id=HOME).first().pk)
    for structure in (place, elsewhere):
        decide(structure=structure, decision="exclude", reason="r", by=officer)
    assert officer_client.get(reverse("officer:home")).context["set_aside"] == 1


def test_merging_on_screen(place, officer_client):
    twin = in_poitiers("JARDIN BIS", siren=siren(2))
    address = reverse("officer:merge", args=[twin.key])
    assert "Aucune structure" in officer_client.post(address, {"target": "nope", "reason": "r"}).content.decode()
    answer = officer_client.post(address, {"target": place.key, "reason": "la même"})
    assert answer.url == reverse("officer:structure", args=[place.key])


def test_card_on_screen(place, officer_client):
    address = reverse("officer:card", args=[place.key])
    data = {
        "name": "Le Jardin",
        "phone": "05 49 00 00 00",
        "hours_mon": "9h-12h30, 14h-18h",
        "keywords": "légumes, fleurs",
    }
    wrong = officer_client.post(address, data | {"phone": "12", "hours_tue": "midi"})
    assert wrong.status_code == 200
    assert not Card.objects.exists()
    assert officer_client.post(address, data | {"confirm": "1"}).status_code == 302
    card = Card.objects.get()
    assert (card.name, card.phone, card.keywords) == ("Le Jardin", "+33549000000", ["légumes", "fleurs"])
    assert card.hours["regimes"]["normal"] == {"mon": [["09:00", "12:30"], ["14:00", "18:00"]]}
    assert card.confirmed_at is not None
    assert "9" in officer_client.get(address).content.decode()


# --- imports ---------------------------------------------------------------------------------------------------------


def test_import_from_upload_to_undo(place, officer_client, settings):
    fair = in_poitiers("COMITE DES FETES NORD", siren=siren(2))
    in_poitiers("COMITE DES FETES SUD", siren=siren(3))
    sent = officer_client.post(reverse("officer:imports"), {"file": upload(FILE)})
    assert sent.status_code == 302
    shown = officer_client.get(sent.url)
    html = shown.content.decode()
    assert "3\u00a0lignes lues\u00a0: 1\u00a0rapprochée, 2\u00a0à revoir" in html
    assert "COMITE DES FETES NORD" in html
    assert not Contact.objects.exists()
    kept = list((settings.DATA_DIR / "imports").iterdir())
    assert len(kept) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept)
    data = {"fingerprint": shown.context["seen"].fingerprint, "line-3": str(fair.pk)}
    done = officer_client.post(sent.url, data)
    row = ContactImport.objects.get()
    assert done.url == reverse("officer:import_result", args=[row.pk])
    assert set(Contact.objects.values_list("name", flat=True)) == {"Ana", "Bob"}
    assert list((settings.DATA_DIR / "imports").iterdir()) == []
    again = officer_client.post(sent.url, data)
    assert again.url == reverse("officer:imports")
    assert ContactImport.objects.count() == 1
    assert officer_client.get(done.url).status_code == 200
    undo = reverse("officer:import_undo", args=[row.pk])
    assert officer_client.get(undo).status_code == 200
    assert Contact.objects.count() == 2
    assert officer_client.post(undo).status_code == 302
    assert not Contact.objects.exists()
    assert officer_client.get(undo).status_code == 302
    assert officer_client.post(undo).status_code == 302


def test_preview_that_moved_is_shown_again(place, officer_client):
    sent = officer_client.post(reverse("officer:imports"), {"file": upload(FILE)})
    fingerprint = officer_client.get(sent.url).context["seen"].fingerprint
    in_poitiers("JAMAIS VUE", siren=siren(5))
    answer = officer_client.post(sent.url, {"fingerprint": fingerprint})
    assert answer.status_code == 200
    assert "a changé" in answer.content.decode()
    assert not ContactImport.objects.exists()


def test_a_forged_choice_is_ignored(place, officer_client):
    other = in_poitiers("TOUT AUTRE CHOSE", siren=siren(6))
    sent = officer_client.post(reverse("officer:imports"), {"file": upload(FILE)})
    fingerprint = officer_client.get(sent.url).context["seen"].fingerprint
    officer_client.post(sent.url, {"fingerprint": fingerprint, "line-4": str(other.pk), "line-x": "1", "line-4 ": "²"})
    assert not other.contacts.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ((b"", "vide.csv"), "vide"),
        ((b"%PDF-1.7", "contacts.xlsx"), "PDF"),
        ((b"<!doctype html><html>", "contacts.csv"), "page web"),
        ((b"Couleur;Taille\nbleu;12\n", "contacts.csv"), "Aucune colonne"),
        ((b"Structure\n", "contacts.csv"), "aucune ligne"),
        ((b"x" * (5 * 1024 * 1024 + 1), "gros.csv"), "5 Mo"),
    ],
)
def test_bad_files_are_refused_in_words(place, officer_client, settings, file, words):
    answer = officer_client.post(reverse("officer:imports"), {"file": upload(*file)})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    folder = settings.DATA_DIR / "imports"
    assert not folder.exists() or not list(folder.iterdir())


def test_uploads_expire_and_belong_to_one_person(place, officer, officer_client, client, settings):
    token = uploads.keep(FILE, "contacts.csv", kind="contacts", owner=officer)
    other = PersonFactory(is_officer=True)
    with pytest.raises(uploads.UploadGone):
        uploads.find(token, kind="contacts", owner=other)
    for odd in ("../../secret-key", "x", "", "é" * 30):
        with pytest.raises(uploads.UploadGone):
            uploads.find(odd, kind="contacts", owner=officer)
    former = time.time() - uploads.LIFETIME - 1
    for path in (settings.DATA_DIR / "imports").iterdir():
        os.utime(path, (former, former))
    answer = officer_client.get(reverse("officer:import_preview", args=[token]))
    assert answer.url == reverse("officer:imports")
    assert list((settings.DATA_DIR / "imports").iterdir()) == []


def test_abandoning_forgets_the_file(place, officer_client, settings):
    sent = officer_client.post(reverse("officer:imports"), {"file": upload(FILE)})
    token = sent.url.rstrip("/").split("/")[-1]
    assert officer_client.post(reverse("officer:import_abandon", args=[token])).status_code == 302
    assert list((settings.DATA_DIR / "imports").iterdir()) == []
    assert officer_client.post(reverse("officer:import_abandon", args=[token])).status_code == 302


# --- synonyms --------------------------------------------------------------------------------------------------------


def test_synonyms_on_screen(place, officer_client):
    new = reverse("officer:synonym_new")
    assert "au moins un autre mot" in officer_client.post(new, {"words": "sapes"}).content.decode()
    assert officer_client.post(new, {"words": "sapes, fringues", "expands_to": "vêtements"}).status_code == 302
    row = Synonym.objects.get()
    assert row.words == ["sapes", "fringues"]
    edit = reverse("officer:synonym", args=[row.pk])
    assert "sapes, fringues" in officer_client.get(edit).content.decode()
    assert officer_client.post(edit, {"words": "sapes", "expands_to": "vêtements", "naf": "47.79Z"}).status_code == 302
    row.refresh_from_db()
    assert (row.words, row.naf) == (["sapes"], ["47.79Z"])
    assert officer_client.post(reverse("officer:synonym_delete", args=[row.pk])).status_code == 302
    assert not Synonym.objects.exists()


def test_trying_a_word_finds_what_a_visitor_would(place, officer, officer_client):
    from essaim.directory.search.index import rebuild_index

    rebuild_index()
    save_synonym(words=["potager partagé"], expands_to=["jardin"], by=officer)
    answer = officer_client.get(reverse("officer:synonyms"), {"essai": "potager partagé"})
    assert "trouve 1\u00a0structure" in answer.content.decode()
    for odd in ("*", '"', "AND", "x" * 10_000, "🐝"):
        assert officer_client.get(reverse("officer:synonyms"), {"essai": odd}).status_code == 200
