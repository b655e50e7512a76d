"""The directory's pages as visitors ask for them: the list, a structure, the export, the API."""

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone

from essaim.directory.models import Card, Criterion, Establishment, FormerKey, Label, LocalDecision, Structure, SyncRun
from essaim.nomenclature.perimeter import CriterionCode
from essaim.nomenclature.siae import siae_kind
from tests.directory.search.factories import HOME, OTHER, long_ago, make_structure, make_town, rebuild_index
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    make_town()
    SyncRun.objects.create(territory=HOME, vintage="2026-10", perimeter_version="essai", fictitious=True)


def shown(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def titles(html):
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', html)


# --- The list ---


def many(number):
    for rank in range(number):
        structure = make_structure(f"Amicale {rank:03d}", labels=("ACI",), card={"phone": "0549000000"})
        Establishment.objects.create(
            structure=structure,
            siret=f"{structure.siren}{90_000 + rank}",
            commune_id="00102",
            official_commune_code="00102",
            naf="94.99Z",
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [1, 3, 45])
def test_the_list_asks_eight_queries_at_most_whatever_the_number(client, town, number, django_assert_max_num_queries):
    many(number)
    rebuild_index()
    shown(client, "/annuaire/")
    with django_assert_max_num_queries(8):
        html = shown(client, "/annuaire/")
    assert len(titles(html)) == min(number, 20)


def test_the_count_is_the_same_on_every_page_and_every_structure_comes_once(client, town):
    many(45)
    rebuild_index()
    pages = [shown(client, f"/annuaire/?q=amicale&page={page}") for page in (1, 2, 3)]
    assert {re.search(r"<strong>(\d+)</strong> structures", html).group(1) for html in pages} == {"45"}
    seen = [title for html in pages for title in titles(html)]
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 10_000,
        "q=%22",
        "q=%22l%27%C3%A9pi",
        "q=*",
        "q=AND+OR+NOT+(",
        "q=%F0%9F%A5%96",
        "q=%D8%A7%D9%84%D8%AA%D8%B9%D8%A7%D9%88%D9%86%E2%80%AE",
        "q=%00%01",
        "page=-1",
        "page=0",
        "page=9999999999999999999999",
        "page=deux",
        "couleur=bleu",
        "famille=secte",
        "commune=99999&commune=%27%3B--",
        "tri=hasard",
        "lat=100&lon=abc",
        "lat=nan&lon=inf",
        "zone=1,2,3",
        "rayon=-5",
        "label=" + ",".join(["x"] * 500),
    ],
)
def test_an_odd_address_gives_a_page_never_an_error(client, town, query):
    make_structure("L’Épi commun")
    rebuild_index()
    html = shown(client, f"/annuaire/?{query}")
    assert html.count("<h1") == 1


def test_empty_fields_of_a_form_without_script_leave_the_address(client, town):
    make_structure("L’Épi commun")
    rebuild_index()
    response = client.get("/annuaire/?q=epi&pres=&lat=&lon=&rayon=&tri=")
    assert response.status_code == 302
    assert response["Location"] == "/annuaire/?q=epi"
    assert titles(shown(client, response["Location"])) == ["L’Épi commun"]


def test_who_says_near_where_gets_the_nearest_first_and_may_ask_otherwise(client, town):
    near = {"latitude": 46.43, "longitude": 0.34, "position_quality": "exact"}
    far = {"latitude": 46.58, "longitude": 0.34, "position_quality": "exact"}
    make_structure("Épicerie du centre", place=far, is_employer=True)
    make_structure("Épicerie du bourg", commune="00102", place=near)
    rebuild_index()
    assert titles(shown(client, "/annuaire/?q=epicerie"))[0] == "Épicerie du centre"
    assert titles(shown(client, "/annuaire/?q=epicerie&pres=Lusignan"))[0] == "Épicerie du bourg"
    assert titles(shown(client, "/annuaire/?q=epicerie&pres=Lusignan&tri=pertinence"))[0] == "Épicerie du centre"


@pytest.mark.parametrize("place", ["", "&pres=Atlantide"])
def test_a_distance_without_a_place_asks_for_one_and_limits_nothing(client, town, place):
    make_structure("Épicerie du centre")
    rebuild_index()
    html = shown(client, f"/annuaire/?rayon=5{place}")
    assert titles(html) == ["Épicerie du centre"]
    assert "Pour chercher à moins de 5\u00a0km, dites-nous près de quelle commune." in html
    assert "chip--on" not in html
    html = shown(client, "/annuaire/?rayon=5&pres=Lusignan")
    assert "</span>À moins de 5\u00a0km" in html
    assert "dites-nous" not in html


def test_a_commune_typed_after_near_me_takes_the_place_of_the_position(client, town):
    rebuild_index()
    html = shown(client, "/annuaire/?lat=46.58&lon=0.34&pres=Lusignan")
    assert "Près de Lusignan" in html
    assert "Autour d’un point" not in html
    assert '<input type="hidden" name="lat" value="">' in html


def test_nothing_found_is_a_page_that_helps(client, town):
    make_structure("L’Épi commun")
    rebuild_index()
    html = shown(client, "/annuaire/?q=xyzxyzxyz")
    assert "Aucune structure ne répond" in html
    assert "Emporter ces résultats" not in html


def test_without_an_index_the_page_says_so_and_is_not_kept(client, town, page_cache):
    response = client.get("/annuaire/")
    assert response.status_code == 503
    assert "L’annuaire se prépare" in response.content.decode()
    assert "essaim directory" not in response.content.decode(), "une commande ne dit rien à qui cherche une crèche"
    make_structure("L’Épi commun")
    rebuild_index()
    assert titles(shown(client, "/annuaire/")) == ["L’Épi commun"]


def test_a_structure_set_aside_by_the_officer_is_nowhere(client, town, officer):
    kept, gone = make_structure("Les Gens d’ici"), make_structure("Les Gens d’ailleurs")
    LocalDecision.objects.create(structure=gone, decision="exclude", reason="Pas de l’ESS", by_label="essai")
    rebuild_index()
    assert titles(shown(client, "/annuaire/?q=gens")) == ["Les Gens d’ici"]
    assert client.get(gone.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/structures/{gone.key}/").status_code == 404
    assert client.get(f"/api/v1/structures/{kept.key}/").status_code == 200
    assert "d’ailleurs" not in b"".join(client.get("/annuaire/export/csv/").streaming_content).decode()
    assert "d’ailleurs" not in client.get("/suggestions/?q=gens").content.decode()


def test_the_invented_rows_are_said_invented_and_only_where_they_stand(client, town):
    make_structure("L’Épi commun")
    rebuild_index()
    assert "les structures de l’annuaire sont inventées" in shown(client, "/annuaire/")
    assert "les structures de l’annuaire sont inventées" not in shown(client, "/api/")


def test_pages_read_and_never_write(client, town):
    structure = make_structure("L’Épi commun")
    rebuild_index()
    for address in ("/", "/annuaire/", "/annuaire/?q=epi", structure.get_absolute_url(), "/api/v1/structures/"):
        assert assert_get_writes_nothing(client, address).status_code == 200


def test_the_script_receives_the_address_to_share(client, town):
    make_structure("L’Épi commun")
    rebuild_index()
    response = client.get("/annuaire/?tri=pertinence&q=epi&famille=association", headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == "/annuaire/?q=epi&famille=association"


# --- A structure ---


def test_the_page_of_a_structure_says_why_where_and_since_when(client, town, django_assert_max_num_queries):
    structure = make_structure(
        "LES PANIERS DE LA BOIVRE",
        legal_category="9220",
        vintage="2026-10",
        headcount_band="11",
        headcount_year="2024",
        place={"address": "3 rue du Pont", "postcode": "00100", "is_head_office": True},
        card={"description": "Des légumes.", "confirmed_at": timezone.now(), "phone": "0549000000"},
    )
    Criterion.objects.filter(structure=structure).update(reference="9220", source="SIRENE, catégorie juridique")
    Label.objects.create(
        structure=structure, kind="ACI", source="Liste", valid_until=timezone.localdate() + timedelta(days=30)
    )
    Label.objects.create(structure=structure, kind="ESUS", source="Liste", valid_until=date(2020, 1, 31))
    rebuild_index()
    address = structure.get_absolute_url()
    shown(client, address)
    with django_assert_max_num_queries(14):
        html = shown(client, address)
    assert "<h1>Les Paniers de la Boivre</h1>" in html
    assert "Association déclarée (catégorie juridique 9220)" in html
    assert "10 à 19 salariés (2024)" in html
    assert "3 rue du Pont" in html
    assert "A pris fin le 31" in html
    assert siae_kind("ACI").label in html


def test_each_criterion_of_a_structure_leads_to_what_it_means(client, town):
    structure = make_structure("L’Épi commun")
    html = shown(client, structure.get_absolute_url())
    assert 'href="/annuaire/criteres/#legal_category"' in html
    page = shown(client, "/annuaire/criteres/")
    said = page.replace("&#x27;", "’").replace("\u00a0", " ")
    assert all(f'id="{code.value}"' in said and code.label in said for code in CriterionCode)


def test_a_wrong_slug_a_former_key_and_a_merged_twin_lead_to_the_address_of_today(client, town):
    structure = make_structure("L’Épi commun")
    FormerKey.objects.create(key="W861000001", structure=structure)
    twin = make_structure("L’Épi commun bis")
    twin.merged_into = structure
    twin.save()
    for former, status in (
        (f"/annuaire/autre-nom-{structure.key}/", 302),
        ("/annuaire/epi-W861000001/", 301),
        (f"/annuaire/{twin.slug}-{twin.key}/", 301),
    ):
        response = client.get(former)
        assert (response.status_code, response["Location"]) == (status, structure.get_absolute_url())


def test_an_address_never_tells_the_name_of_what_is_not_shown(client, town):
    hidden = make_structure("Le Nom Caché")
    LocalDecision.objects.create(structure=hidden, decision="exclude", reason="Pas de l’ESS", by_label="essai")
    FormerKey.objects.create(key="W861000002", structure=hidden)
    for address in (f"/annuaire/x-{hidden.key}/", "/annuaire/x-W861000002/", hidden.get_absolute_url()):
        response = client.get(address)
        assert response.status_code == 404
        assert "cache" not in response.headers.get("Location", "")


def test_an_index_that_is_late_shows_nothing_that_was_set_aside(client, town):
    late = make_structure("Les Gens d’ailleurs")
    rebuild_index()
    LocalDecision.objects.create(structure=late, decision="exclude", reason="Pas de l’ESS", by_label="essai")
    assert titles(shown(client, "/annuaire/?q=gens")) == []
    assert "ailleurs" not in client.get("/suggestions/?q=gens").content.decode()
    assert client.get("/api/v1/structures/?q=gens").json()["resultats"] == []
    assert "ailleurs" not in b"".join(client.get("/annuaire/export/csv/?q=gens").streaming_content).decode()


def test_a_point_somewhere_in_the_commune_is_never_shown_as_the_place(client, town):
    somewhere = {"latitude": 46.58, "longitude": 0.34, "position_quality": "commune"}
    structure = make_structure("Sans point vrai", naf="88.91A", place=somewhere)
    make_structure("Crèche proche", naf="88.91A", place=somewhere | {"position_quality": "exact"})
    rebuild_index()
    html = shown(client, structure.get_absolute_url())
    assert "quelque part dans la commune" in html
    assert "Voir autour de cette adresse" not in html
    assert "À côté" not in html
    assert '"geo"' not in html
    row = client.get(f"/api/v1/structures/{structure.key}/").json()
    assert (row["latitude"], row["longitude"]) == (None, None)


def test_an_expired_label_qualifies_nobody_in_the_files(client, town):
    structure = make_structure("Ancienne Esus")
    Label.objects.create(structure=structure, kind="ESUS", source="Liste", valid_until=date(2020, 1, 31))
    Label.objects.create(structure=structure, kind="ACI", source="Liste")
    rebuild_index()
    assert client.get(f"/api/v1/structures/{structure.key}/").json()["labels_codes"] == ["ACI"]


def test_an_unknown_key_is_a_warm_404(client, town):
    assert client.get("/annuaire/rien-123456789/").status_code == 404


def test_another_territorys_structure_has_no_page_here(client, town):
    stranger = make_structure("Loin d’ici", commune="00201")
    rebuild_index()
    assert client.get(stranger.get_absolute_url()).status_code == 404
    assert OTHER != HOME


def test_a_closed_place_names_its_successor_when_the_directory_knows_it(client, town):
    heir = make_structure("La Relève")
    place = heir.establishments.get()
    known = make_structure("L’Ancienne", is_closed=True, place={"is_closed": True, "successor_siret": place.siret})
    unknown = make_structure(
        "L’Oubliée", is_closed=True, place={"is_closed": True, "successor_siret": "99999999900001"}
    )
    html = shown(client, known.get_absolute_url())
    assert "Cette structure a fermé" in html
    assert f'href="{heir.get_absolute_url()}">La Relève</a>' in html
    assert "hors de cet annuaire" in shown(client, unknown.get_absolute_url())


def test_partial_diffusion_shows_neither_address_nor_point(client, town):
    structure = make_structure("Discrète", place={"diffusion": "P", "address": "", "postcode": "00100"})
    html = shown(client, structure.get_absolute_url())
    assert "de ne pas diffuser son adresse" in html
    document = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1))
    assert "geo" not in document
    assert "streetAddress" not in document["address"]


def test_a_name_cannot_leave_the_json_nor_the_page(client, town):
    structure = make_structure("</script><script>alert(1)</script> & « cie »")
    html = shown(client, structure.get_absolute_url())
    assert "<script>alert" not in html
    document = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1))
    assert document["legalName"] == structure.name


def test_only_an_address_of_the_web_becomes_a_link(client, town):
    odd = make_structure("Bizarre", card={"website": "javascript:alert(1)"})
    html = shown(client, odd.get_absolute_url())
    assert "javascript:" not in html
    good = make_structure("Claire", card={"website": "https://www.claire.example/accueil/"})
    assert '<a href="https://www.claire.example/accueil/" rel="noopener nofollow">claire.example/accueil</a>' in shown(
        client, good.get_absolute_url()
    )


def test_a_sleeping_structure_says_the_criterion(client, town):
    structure = make_structure("Vieille amicale", last_processed_on=long_ago())
    html = shown(client, structure.get_absolute_url())
    assert "ne notent plus rien sur cette structure depuis" in html
    Card.objects.create(structure=structure, description="Toujours là !")
    assert "ne notent plus rien" not in shown(client, structure.get_absolute_url())


# --- Neighbours ---


def at(latitude, longitude=0.34):
    return {"latitude": latitude, "longitude": longitude, "position_quality": "exact"}


def test_beside_is_the_same_activity_then_the_same_public_each_with_its_reason(client, town):
    here = make_structure("Crèche du centre", naf="88.91A", place=at(46.58))
    make_structure("Crèche proche", naf="88.91A", place=at(46.59))
    make_structure("Crèche à onze kilomètres", naf="88.91A", place=at(46.68))
    make_structure("Crèche fermée", naf="88.91A", place=at(46.581) | {"is_closed": True}, is_closed=True)
    make_structure("Maternelle du bourg", naf="85.10Z", place=at(46.60))
    make_structure("Club de judo", naf="93.12Z", place=at(46.581))
    html = shown(client, here.get_absolute_url())
    beside, spirit = html.split("Dans le même esprit</h2>")
    assert titles(beside.split("À côté</h2>")[1]) == ["Crèche proche"]
    assert "même activité" in beside
    assert titles(spirit) == ["Maternelle du bourg"]
    assert "pour les tout-petits et leurs parents" in spirit


def test_the_same_public_is_the_one_that_both_serve(client, town):
    """A home help that is also a workshop for job seekers: each neighbour shares one of its two publics."""
    here = make_structure("Aide à domicile", naf="88.10A", labels=["ACI"], place=at(46.58))
    make_structure("Chantier vert", naf="81.30Z", labels=["ACI"], place=at(46.59))
    make_structure("Maison de retraite", naf="87.30A", place=at(46.60))
    late = make_structure("Ancien chantier", naf="81.30Z", place=at(46.58))
    Label.objects.create(structure=late, kind="ACI", source="essai", valid_until=date(2020, 1, 1))

    def reasons(structure):
        spirit = shown(client, structure.get_absolute_url()).split("Dans le même esprit</h2>")[1]
        return dict(zip(titles(spirit), re.findall(r"pour les personnes [^<,;·]+", spirit), strict=True))

    older, seekers = "pour les personnes âgées", "pour les personnes qui cherchent un emploi"
    assert reasons(here) == {"Chantier vert": seekers, "Maison de retraite": older}
    assert reasons(Structure.objects.get(name="Chantier vert")) == {"Aide à domicile": seekers}
    assert reasons(Structure.objects.get(name="Maison de retraite")) == {"Aide à domicile": older}


def test_a_structure_without_a_point_has_no_neighbours(client, town):
    here = make_structure("Sans point", naf="88.91A")
    make_structure("Crèche proche", naf="88.91A", place=at(46.59))
    assert "À côté" not in shown(client, here.get_absolute_url())


# --- What leaves the site ---


def test_the_export_is_the_whole_search_in_every_format(client, town):
    many(25)
    make_structure("=HYPERLINK(1)", naf="93.12Z")
    rebuild_index()
    text = b"".join(client.get("/annuaire/export/csv/?q=amicale").streaming_content).decode("utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    assert len(rows) == 25
    assert {(row["Labels"], row["Labels (codes du filtre)"]) for row in rows} == {(siae_kind("ACI").label, "ACI")}
    assert {row["Donnée inventée (démonstration)"] for row in rows} == {"oui"}
    whole = b"".join(client.get("/annuaire/export/csv/").streaming_content).decode()
    assert not re.search(r"(^|[;,\"])=HYPERLINK", whole)
    collection = json.loads(b"".join(client.get("/annuaire/export/geojson/?q=amicale").streaming_content))
    assert len(collection["features"]) == 25
    for extension in ("xlsx", "ods"):
        response = client.get(f"/annuaire/export/{extension}/?q=amicale")
        assert zipfile.is_zipfile(io.BytesIO(b"".join(response.streaming_content)))
    assert client.get("/annuaire/export/exe/").status_code == 404


def test_the_api_walks_the_whole_search_once(client, town):
    many(7)
    rebuild_index()
    seen, after = [], 0
    while after is not None:
        page = client.get(f"/api/v1/structures/?q=amicale&limite=3&apres={after}").json()
        assert page["total"] == 7
        seen += [row["cle"] for row in page["resultats"]]
        after = page["suivant"]
    assert len(seen) == len(set(seen)) == 7
    row = client.get(f"/api/v1/structures/{seen[0]}/").json()
    assert row["fictif"] is True
    assert client.get("/api/v1/structures/?limite=1000").status_code == 422
    assert client.get("/api/v1/structures/000000000/").status_code == 404


def test_the_contract_of_the_api_does_not_change_by_accident(client, town):
    schema = client.get("/api/v1/openapi.json").json()
    assert sorted(schema["paths"]) == [
        "/api/v1/chiffres/",
        "/api/v1/indicateurs/",
        "/api/v1/structures/",
        "/api/v1/structures/{key}/",
    ]
    fields = schema["components"]["schemas"]["StructureOut"]["properties"]
    assert {"cle", "siren", "rna", "criteres_ess", "fictif", "latitude", "longitude"} <= set(fields)
