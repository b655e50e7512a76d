"""The public API: its contract, its walk through the results, and what odd questions get."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.cards import confirm_card, save_card
from essaim.directory.models import Structure
from essaim.directory.rows import COLUMNS
from essaim.directory.search.params import FILTERS
from essaim.foundation.identifiers import InvalidIdentifier, clean_rna
from essaim.foundation.search import SearchError
from essaim.opendata.conditions import SOURCES
from tests.directory.search.factories import make_structure, make_town, rebuild_index
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db

CONTRACT = Path(__file__).with_name("openapi.json")
STRUCTURES = "/api/v1/structures/"
EXPORTS = ("/annuaire/export/csv/", "/annuaire/export/geojson/")
# « epicerie » with a NUL byte in its middle, as an address writes it.
NUL = "epi%00cerie"


@pytest.fixture
def town():
    make_town()
    made = [make_structure(f"Épicerie {rank:02d}") for rank in range(7)]
    rebuild_index()
    return made


def content(client, address):
    answer = client.get(address)
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_the_contract_changes_only_on_purpose(client):
    """A program of someone else's counts on it. On purpose: write the new answer to tests/opendata/openapi.json."""
    assert client.get("/api/v1/openapi.json").json() == json.loads(CONTRACT.read_text())


def test_paging_gives_each_structure_once_and_stops(client, town):
    seen, after = [], 0
    while after is not None:
        page = client.get(f"{STRUCTURES}?q=epicerie&limite=3&apres={after}").json()
        assert page["total"] == 7
        assert len(page["resultats"]) <= 3
        seen += [row["cle"] for row in page["resultats"]]
        after = page["suivant"]
    assert sorted(seen) == sorted(structure.key for structure in town)


def test_a_page_that_ends_exactly_has_no_next(client, town):
    page = client.get(f"{STRUCTURES}?limite=7").json()
    assert (len(page["resultats"]), page["suivant"]) == (7, None)
    beyond = client.get(f"{STRUCTURES}?apres={2**63 - 1}").json()
    assert (beyond["total"], beyond["resultats"], beyond["suivant"]) == (7, [], None)


@pytest.mark.parametrize(
    "query",
    [
        "limite=0",
        "limite=101",
        "limite=x",
        "limite=",
        "apres=-1",
        "apres=x",
        f"apres={2**63}",
        "apres=1e3",
        "apres=%00",
    ],
)
def test_a_wrong_paging_is_told(client, town, query):
    answer = client.get(f"{STRUCTURES}?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "key", ["000000000", "W000000000", "x" * 13, "x" * 3000, NUL, "%00", "12345678%C2%B2", "%F0%9F%90%9D", "%20", "a;b"]
)
def test_an_unknown_key_is_a_404_in_words(client, town, key, settings):
    settings.DEBUG = False
    answer = client.get(f"{STRUCTURES}{key}/")
    assert answer.status_code == 404
    assert "Aucune structure" in answer.json()["detail"]


@pytest.mark.parametrize("key", [NUL, "%00", "x" * 3000, "%F0%9F%90%9D"])
def test_an_odd_key_never_reaches_the_database(client, town, key):
    client.get(f"{STRUCTURES}000000000/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{STRUCTURES}{key}/").status_code == 404
    assert not [query for query in queries if "directory_structure" in query["sql"]]


@pytest.mark.parametrize("rna", ["W2A1000123", "W2B9000001", "W9R1000123", "W863001234"])
def test_an_association_of_any_prefecture_has_its_address(client, town, rna):
    structure = make_structure("De loin", siren=None, rna=rna, usual_names=["X"])
    structure.full_clean(exclude=["key"])
    assert client.get(f"{STRUCTURES}{rna}/").json()["cle"] == rna
    assert client.get(f"{STRUCTURES}{rna.lower()}/").json()["cle"] == rna
    assert client.get(structure.get_absolute_url()).status_code == 200
    assert reverse("officer:structure", args=[rna])


@pytest.mark.parametrize("rna", ["WA86300123", "W2A10001234", "W2A100012", "W2A1000123\n", "W2A100012٣"])
def test_what_is_no_rna_number_is_refused_everywhere(town, rna):
    with pytest.raises(InvalidIdentifier):
        clean_rna(rna.replace("\n", "x"))
    with pytest.raises(ValidationError):
        Structure(rna=rna).clean_fields(exclude={field.name for field in Structure._meta.fields} - {"rna"})


@pytest.mark.parametrize(
    "query", [f"q={NUL}", f"famille={NUL}", f"commune={NUL}", f"pres={NUL}", f"label={NUL}", f"tri={NUL}", "zone=%00"]
)
def test_a_nul_byte_in_the_question_gets_a_clean_answer(client, town, query):
    answer = client.get(f"{STRUCTURES}?{query}")
    assert answer.status_code == 200
    assert answer.json()["total"] >= 0


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (STRUCTURES, 200),
        (f"{STRUCTURES}000000000/", 404),
        (f"{STRUCTURES}?limite=0", 422),
        ("/api/v1/openapi.json", 200),
    ],
)
def test_any_site_may_read_the_api(client, town, address, status):
    answer = client.get(address, headers={"origin": "https://ailleurs.example"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, "*")
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies


@pytest.mark.parametrize("address", ["/", "/annuaire/", "/api/", "/annuaire/export/csv/", "/sante/"])
def test_nothing_else_is_open_to_other_sites(client, town, address):
    answer = client.get(address, headers={"origin": "https://ailleurs.example"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer


def test_it_is_read_only(client, town):
    assert assert_get_writes_nothing(client, STRUCTURES).status_code == 200
    for method in (client.post, client.put, client.delete):
        assert method(STRUCTURES).status_code == 405


def test_an_index_that_does_not_answer_is_told(client, town, monkeypatch):
    def ill(*_args, **_kwargs):
        raise SearchError("L’index se prépare.")

    monkeypatch.setattr("essaim.opendata.api.matching_ids", ill)
    answer = client.get(STRUCTURES)
    assert (answer.status_code, answer.json()) == (503, {"detail": "L’index se prépare."})
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_page_that_explains_it_names_every_field_parameter_and_value(client, town):
    html = client.get("/api/").content.decode()
    contract = json.loads(CONTRACT.read_text())
    fields = contract["components"]["schemas"]["StructureOut"]["properties"]
    assert list(fields) == [column.key for column in COLUMNS], "the API and the exports say the same"
    parameters = contract["paths"]["/api/v1/structures/"]["get"]["parameters"]
    values = [value for each in parameters for value in each["schema"].get("items", {}).get("enum", ())]
    assert {"ACI", "ESUS", "association", "scop", "urbain", "toutes"} <= set(values)
    for word in (*fields, *(each["name"] for each in parameters), *values):
        assert f"<code>{word}</code>" in html, word


def test_every_filter_of_the_page_is_declared_and_told(client):
    parameters = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/structures/"]["get"]["parameters"]
    asked = {"q", "pres", "lat", "lon", "rayon", "zone", "apres", "limite"}
    assert {each["name"] for each in parameters} == {*FILTERS, *asked}
    assert all(each.get("description") or each["schema"].get("description") for each in parameters)


def row_of(client, structure):
    return client.get(f"{STRUCTURES}{structure.key}/").json()


def test_the_officer_s_own_words_stay_hers(client, town, officer):
    said = "Appel de Marie Durand, 06 12 34 56 78"
    save_card(structure=town[0], by=officer, values={"phone": "+33549000000"}, source=said)
    assert row_of(client, town[0])["fiche_source"] == "l’équipe ESS"
    for address in (f"{STRUCTURES}?limite=7", town[0].get_absolute_url(), *EXPORTS):
        assert "Durand" not in content(client, address), address


def test_what_a_row_says_is_a_filter_that_finds_it(client):
    make_town()
    tomorrow = timezone.localdate() + timedelta(days=1)
    structure = make_structure("LES PANIERS DE LA BOIVRE", sub_family="declared", labels=["ACI"], naf="47.11B")
    make_structure("Une autre", family="mutual", naf="65.12Z", sub_family="health_mutual", commune="00102")
    structure.labels.update(valid_until=tomorrow)
    rebuild_index()
    row = row_of(client, structure)
    pairs = {
        "famille": row["famille_code"],
        "sous_famille": row["sous_famille_code"],
        "commune": row["code_commune"],
        "milieu": {True: "urbain", False: "rural"}[row["urbain"]],
        "activite": row["groupe_activite_code"],
        "label": row["labels_codes"][0],
    }
    for name, value in pairs.items():
        found = client.get(STRUCTURES, {name: value}).json()
        assert [each["cle"] for each in found["resultats"]] == [structure.key], name
        assert found["remarques"] == []
    assert row["labels"] == [
        {
            "code": "ACI",
            "nom": "Atelier ou chantier d’insertion",
            "source": "essai",
            "valable_depuis": None,
            "valable_jusquau": tomorrow.isoformat(),
        }
    ]
    assert f"Atelier ou chantier d’insertion (jusqu’au {tomorrow.isoformat()})" in content(client, EXPORTS[0])
    assert row["page"].endswith(structure.get_absolute_url())
    assert row["page"].startswith("http")


def test_a_question_that_is_not_understood_is_told(client, town):
    answer = client.get(f"{STRUCTURES}?famille=guilde&pres=Nulle-Part").json()
    assert (answer["total"], len(answer["remarques"])) == (0, 2)
    assert answer["conditions"].endswith("/api/#conditions")
    assert client.get(f"{STRUCTURES}?lat=100").status_code == 422
    assert client.get(f"{STRUCTURES}?famille=association,mutual").json()["total"] == 7
    assert client.get(f"{STRUCTURES}?famille=association&famille=mutual").json()["total"] == 7


def test_one_name_and_one_address_of_the_web_everywhere(client):
    make_town()
    structure = make_structure(
        "LES PANIERS DE LA BOIVRE", usual_names=["PANIERS BOIVRE"], card={"website": "javascript:alert(1)"}
    )
    row = row_of(client, structure)
    assert (row["nom"], row["nom_officiel"]) == ("Les Paniers de la Boivre", "LES PANIERS DE LA BOIVRE")
    assert (row["autres_noms"], row["site_web"]) == (["Paniers Boivre"], None)
    page = client.get(structure.get_absolute_url()).content.decode()
    assert '"name":"Les Paniers de la Boivre"' in page
    assert "javascript:alert" not in page


def test_days_are_those_of_the_territory_and_hours_are_told(client, officer):
    make_town()
    structure = make_structure("A", created_on=date(1895, 5, 4))
    save_card(structure=structure, by=officer, values={"hours": {"regimes": {"normal": {"mon": [["09:00", "12:00"]]}}}})
    confirm_card(structure=structure, by=officer, at=datetime(2026, 7, 13, 22, 30, tzinfo=UTC))
    row = row_of(client, structure)
    assert (row["fiche_confirmee_le"], row["creee_le"]) == ("2026-07-14", "1895-05-04")
    assert row["horaires"][0].startswith("Lundi : ")


def test_a_licence_is_said_of_the_sources_that_have_it_and_of_no_other(client, town):
    conditions = {source.name: source.conditions for source in SOURCES}
    assert {name for name, said in conditions.items() if "Licence Ouverte" in said} == {
        "Base Sirene",
        "Répertoire national des associations",
    }
    html = client.get("/api/").content.decode()
    assert html.count("Licence Ouverte") == 2
    assert "licence" not in client.get(STRUCTURES).json()
