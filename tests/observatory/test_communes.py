"""The communes of the observatory: the list as addresses ask for it, each commune's page, what files let out."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from essaim.geography.models import Commune
from essaim.observatory.choropleth import UNKNOWN, MapChoice, choropleth, chosen
from essaim.observatory.communes import Line, ListParams, Sort, kept_by, rank_of
from essaim.observatory.enums import Level, Status
from essaim.observatory.evaluation import Figure
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.territory import Territory
from tests.observatory.factories import vintage
from tests.observatory.town import COMMUNES, HOME, load_everything, load_open_flores, load_sirene, make_town
from tests.support import assert_get_writes_nothing

LIST = "/observatoire/communes/"
LUSIGNAN = "/observatoire/communes/lusignan-86139/"


def figure(key, value, *, low=None, high=None, status=Status.OBSERVED):
    known = None if value is None else Decimal(value)
    bounds = [None if one is None else Decimal(one) for one in (low, high)]
    where = Territory(Level.COMMUNE, "86000", "Ici")
    return Figure(CATALOGUE[key], where, status, value=known, low=bounds[0], high=bounds[1])


def line(code, name, places=1, *, share=None, population=1000, density=2):
    commune = Commune(code=code, name=name, population=population, density=density, latitude=46.5, longitude=0.3)
    known = Status.MISSING if share is None else Status.ESTIMATED
    return Line(
        commune,
        Territory(Level.COMMUNE, code, name),
        figure("ess-employer-establishments", places, status=Status.MISSING if places is None else Status.OBSERVED),
        figure("ess-jobs", None, low=places, high=places, status=Status.ESTIMATED if places else Status.MISSING),
        figure("ess-job-share", None, low=share, high=share, status=known),
    )


def names(lines):
    return [one.name for one in lines]


def asked(text):
    return ListParams.from_querydict(QueryDict(text))


# --- the list, without a database -----------------------------------------------------------------------------------


def test_numbers_sort_both_ways_and_what_is_not_known_comes_last_either_way():
    lines = [
        line("86001", "Béta", 3),
        line("86002", "Alpha", None),
        line("86003", "Gamma", 7),
        line("86004", "Déta", 3),
    ]
    assert names(kept_by(lines, asked("tri=-etablissements"))) == ["Gamma", "Béta", "Déta", "Alpha"]
    assert names(kept_by(lines, asked("tri=etablissements"))) == ["Béta", "Déta", "Gamma", "Alpha"]
    assert names(kept_by(lines, asked(""))) == ["Alpha", "Béta", "Déta", "Gamma"]
    assert names(kept_by(lines, asked("tri=-commune"))) == ["Gamma", "Déta", "Béta", "Alpha"]


def test_filters_know_accents_codes_and_the_grid_that_is_not_known():
    lines = [
        line("86001", "Saint-Étienne"),
        line("86002", "Rural", density=6),
        line("86003", "Sans grille", density=None),
    ]
    assert names(kept_by(lines, asked("q=st+etienne"))) == ["Saint-Étienne"]
    assert names(kept_by(lines, asked("q=86002"))) == ["Rural"]
    assert names(kept_by(lines, asked("milieu=rural"))) == ["Rural"]
    assert names(kept_by(lines, asked("milieu=urbain"))) == ["Saint-Étienne"]
    assert names(kept_by(lines, asked("milieu=lune"))) == ["Rural", "Saint-Étienne", "Sans grille"]


@given(st.dictionaries(st.sampled_from(["q", "milieu", "tri", "territoire", "page"]), st.text(max_size=200)))
def test_any_address_makes_one_clean_state_that_its_own_address_gives_again(pairs):
    typed = QueryDict(mutable=True)
    typed.update(pairs)
    params = ListParams.from_querydict(typed)
    assert asked(params.query().removeprefix("?")) == params


@pytest.mark.parametrize("sort", list(Sort))
def test_a_column_asked_twice_turns_round(sort):
    first = asked(ListParams().query(sort=sort).removeprefix("?"))
    if sort is Sort.NAME:
        assert first.descending  # already sorted by name from A
        return
    assert first.sort is sort
    assert first.descending
    assert not asked(first.query(sort=sort).removeprefix("?")).descending


def test_equals_share_a_rank_and_the_unknown_has_none():
    lines = [line("86001", "A", 5), line("86002", "B", 9), line("86003", "C", 5), line("86004", "D", None)]
    ranks = [rank_of(one, lines, Sort.ESTABLISHMENTS) for one in lines]
    assert [(r.rank, r.among, r.others) for r in ranks if r] == [(2, 3, 1), (1, 3, 0), (2, 3, 1)]
    assert ranks[3] is None


def test_nobody_lives_there_is_no_division():
    assert line("86001", "Vide", 3, population=0).per_thousand is None
    assert line("86001", "Inconnue", 3, population=None).per_thousand is None
    assert line("86001", "Mille", 3).per_thousand == 3


# --- the map --------------------------------------------------------------------------------------------------------


def test_what_is_not_known_is_never_coloured_as_a_zero():
    drawn = choropleth(
        [line("86001", "Zéro", 0), line("86002", "Cinq", 5), line("86003", "?", None)], MapChoice.ESTABLISHMENTS
    )
    levels = {cell.name: cell.level for cell in drawn.cells}
    assert levels["Zéro"] == 0
    assert levels["?"] == UNKNOWN
    assert levels["Cinq"] not in (0, UNKNOWN)
    assert {cell.name: cell.value for cell in drawn.cells}["?"] == "manquant"
    assert (UNKNOWN, "non connu") in drawn.legend


def test_an_interval_without_a_centre_is_coloured_by_what_is_sure_and_says_so():
    drawn = choropleth([line("86001", "A", 5, share=4), line("86002", "B", 5, share=40)], MapChoice.SHARE)
    assert "borne basse" in drawn.note
    first, second = (cell.level for cell in drawn.cells)
    assert first != second


def test_an_unknown_choice_is_the_first_one():
    assert chosen("lune") is chosen("") is MapChoice.ESTABLISHMENTS
    assert chosen("part") is MapChoice.SHARE


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def town(db):
    make_town()


@pytest.fixture
def full_town(town):
    load_everything()


def shown(client, address):
    response = assert_get_writes_nothing(client, address)
    assert response.status_code == 200, response.status_code
    html = response.content.decode()
    assert html.count("<h1") == 1
    return html


def rows(html):
    return re.findall(r'<th scope="row"><a href="(/observatoire/communes/[^"]+)">([^<]+)</a></th>', html)


def test_the_list_shows_every_commune_with_its_figures_and_their_sources(client, full_town):
    html = shown(client, LIST)
    assert [name for _, name in rows(html)] == ["Les Bois-d’Ici", "Lusignan", "Poitiers", "Rouillé"]
    assert "<strong>4</strong> communes" in html
    assert "Insee, Sirene, octobre\u00a02026" in html
    assert "population municipale du code géographique 2026, d’une autre année" in html
    assert "entre 26 et 50" in html  # Lusignan: 6 × (1 to 2) + 2 × (10 to 19)
    assert "manquant" in html  # the share of Rouillé


def test_the_list_follows_its_address(client, full_town):
    assert [name for _, name in rows(shown(client, f"{LIST}?tri=-etablissements"))][:2] == ["Poitiers", "Lusignan"]
    assert [name for _, name in rows(shown(client, f"{LIST}?milieu=urbain"))] == ["Poitiers"]
    html = shown(client, f"{LIST}?q=atlantide")
    assert rows(html) == []
    assert "Aucune commune ne répond" in html
    assert 'name="robots" content="noindex' in html


def test_the_sorted_column_says_so(client, full_town):
    html = shown(client, f"{LIST}?tri=-part")
    assert html.count("aria-sort=") == 1
    assert 'aria-sort="descending"><a class="table__sort" href="/observatoire/communes/?tri=part"' in html


@pytest.mark.parametrize("order", ["-part", "part", "-commune"])
def test_the_form_sorts_too_and_knows_the_sort_of_the_address(client, full_town, order):
    html = shown(client, f"{LIST}?tri={order}").partition('id="tri"')[2]
    options = re.findall(r'<option value="([^"]*)"( selected)?>', html)
    assert options[0] == ("", "")
    assert [value for value, chosen in options if chosen] == [order]


def test_empty_fields_leave_the_address(client, full_town):
    response = client.get(f"{LIST}?q=lusi&milieu=&tri=-part")
    assert response.status_code == 302
    assert response["Location"] == f"{LIST}?q=lusi&tri=-part"


@pytest.mark.parametrize(
    "query", ["tri=%00", "page=-3", "page=99999999999", "q=%F0%9F%A5%96", "tri=--part", "q=" + "a" * 5000]
)
def test_an_odd_address_gives_a_page_never_an_error(client, full_town, query):
    shown(client, f"{LIST}?{query}")


def test_an_epci_that_is_not_served_has_no_page(client, full_town):
    for address in (LIST, "/observatoire/", f"{LIST}export/csv/", "/observatoire/export/csv/"):
        assert client.get(f"{address}?territoire=epci-200041317").status_code == 404
        assert client.get(f"{address}?territoire=<script>").status_code == 404
    assert client.get(f"{LIST}?territoire=epci-{HOME}").status_code == 200


def test_long_lists_have_pages_and_a_steady_count(client, full_town):
    Commune.objects.bulk_create(
        Commune(code=f"86{number}", name=f"Village {number}", epci_id=HOME, density=7) for number in range(300, 360)
    )
    first, second = (shown(client, f"{LIST}?page={page}") for page in (1, 2))
    assert all("<strong>64</strong> communes" in html for html in (first, second))
    assert len(rows(first)) == 50
    assert len({*rows(first), *rows(second)}) == 64


def test_nothing_published_is_said_and_nothing_is_zero(client, town):
    load_sirene(published=False)
    html = shown(client, LIST)
    assert "Aucun millésime n’est publié" in html
    assert not re.search(r'data-label="Établissements">0<', html)
    assert "manquant" in html


def test_a_territory_without_communes_says_what_is_missing(client, territory):
    assert "pas encore de commune" in shown(client, LIST)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [0, 3, 60])
def test_the_queries_do_not_grow_with_the_communes(client, more, django_assert_num_queries):
    make_town()
    load_everything()
    Commune.objects.bulk_create(
        Commune(code=f"86{number}", name=f"Village {number}", epci_id=HOME, density=7, latitude=46.5, longitude=0.3)
        for number in range(300, 300 + more)
    )
    shown(client, LIST)
    shown(client, LUSIGNAN)
    # The journal's version; vintages and their files, cells, facts.
    with django_assert_num_queries(4):
        shown(client, LIST)
    # The same, and the officer's comments.
    with django_assert_num_queries(5):
        shown(client, LUSIGNAN)


def test_a_commune_has_its_figures_its_place_and_its_neighbours(client, full_town):
    html = shown(client, LUSIGNAN)
    assert "L’ESS à Lusignan" in html
    assert "8 établissements employeurs de l’ESS, qui font entre 26 et 50 emplois" in html
    assert "2e</b> sur 4 communes" in html
    assert "commune rurale" in html
    assert "Rural à habitat dispersé, niveau 6 sur 7" in html
    assert 'href="/annuaire/?commune=86139"' in html
    assert "/observatoire/comparer/?avec=commune-86139" in html
    assert 'href="/observatoire/chiffres/ess-job-share/?territoire=commune-86139' in html
    assert 'rel="prev">' in html
    assert 'rel="next">' in html
    assert re.search(r'swarm__link" href="/observatoire/communes/lusignan-86139/"[^>]*aria-current="true"', html)
    assert html.index('href="/observatoire/communes/rouille-86213/"') < html.index('rel="next"')


def test_a_commune_without_an_ess_employer_says_so_in_words(client, full_town):
    html = shown(client, "/observatoire/communes/les-bois-dici-86004/")
    assert "aucun établissement de l’ESS n’emploie de salarié ici" in html
    assert 'id="composition"' not in html


def test_a_commune_that_no_source_knows_is_missing_never_zero(client, town):
    html = shown(client, LUSIGNAN)
    assert "Aucun fichier publié ne dit encore" in html
    assert "manquant" in html
    assert ">0<" not in html.partition("Parmi les communes")[0]


def test_open_flores_alone_gives_no_share(client, town):
    load_open_flores()
    assert "Aucun fichier publié ne dit encore" in shown(client, LUSIGNAN)


@pytest.mark.parametrize(
    ("address", "status", "to"),
    [
        ("ailleurs-99999", 404, ""),
        ("niort-79191", 404, ""),  # known of the geographic code, not served here
        ("vieux-niort-79900", 404, ""),
        ("vieux-lusignan-86900", 301, LUSIGNAN),  # merged since
        ("un-autre-nom-86139", 301, LUSIGNAN),
    ],
)
def test_addresses_of_communes_unknown_elsewhere_merged_or_renamed(client, full_town, address, status, to):
    response = client.get(f"/observatoire/communes/{address}/")
    assert (response.status_code, response.headers.get("Location", "")) == (status, to)


def test_a_name_without_a_letter_still_has_an_address(client, full_town):
    Commune.objects.create(code="86999", name="—", epci_id=HOME)
    assert client.get("/observatoire/communes/commune-86999/").status_code == 200


def test_invented_figures_say_so_on_the_page_and_in_the_file(client, town):
    load_sirene(fictitious=True)
    assert "viennent de fichiers inventés" in shown(client, LUSIGNAN)
    assert "viennent de fichiers inventés" in shown(client, LIST)
    assert {row["Donnée inventée"] for row in table(client, f"{LIST}export/csv/")} == {"oui"}


# --- files ----------------------------------------------------------------------------------------------------------


def table(client, address):
    response = client.get(address)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_file_of_communes_follows_the_address_and_leaves_the_unknown_empty(client, full_town):
    found = {row["Code Insee"]: row for row in table(client, f"{LIST}export/csv/")}
    assert list(found) == sorted(found, key=lambda code: [name for c, name, *_ in COMMUNES if c == code])
    lusignan = found["86139"]
    assert (lusignan["Emplois de l’ESS, borne basse"], lusignan["Emplois de l’ESS, borne haute"]) == ("26", "50")
    assert found["86213"]["Part de tous les emplois, borne basse (%)"] == ""
    assert found["86213"]["Statut de la part"] == "manquant"
    assert found["86004"]["Établissements employeurs de l’ESS"] == "0"
    assert [row["Commune"] for row in table(client, f"{LIST}export/csv/?milieu=urbain")] == ["Poitiers"]


def test_the_file_of_figures_has_each_once_with_year_source_and_definitions(client, full_town):
    found = table(client, "/observatoire/export/csv/")
    for row in found:
        assert row["Ce qui est compté"]
        assert row["Statut"]
        if row["Statut"] in ("observé", "estimation", "fait publié"):
            assert row["Source et année"]
            assert row["Année"]
        else:
            assert row["Valeur (centrale pour une estimation calée)"] == ""
    shares = [row for row in found if row["Indicateur (code)"] == "ess-job-share" and row["Maille"] == "epci"]
    assert {(row["Année"], row["Champ de la source"][:12]) for row in shares if row["Statut"] == "observé"} >= {
        ("2017", "tous les pos"),
        ("2018", "tous les pos"),
        ("2019", "postes salar"),
    }
    assert all(row["Rapporté à"] for row in shares)
    secret = [row for row in found if row["Indicateur (code)"] == "ess-jobs:family=foundation"]
    assert [row["Statut"] for row in secret if row["Période"] == "2018"] == ["secret statistique"]
    assert len(found) == len({tuple(row.items()) for row in found})


@pytest.mark.parametrize("extension", ["xlsx", "ods", "geojson"])
def test_every_format_opens(client, full_town, extension):
    for address in (f"{LIST}export/{extension}/", f"/observatoire/export/{extension}/"):
        response = client.get(address)
        assert response.status_code == 200
        assert b"".join(response.streaming_content)


def test_a_format_that_does_not_exist_is_not_found(client, full_town):
    assert client.get(f"{LIST}export/pdf/").status_code == 404
    assert client.get("/observatoire/export/exe/").status_code == 404


def test_vintages_withdrawn_leave_the_files_too(client, town):
    load_sirene(published=False)
    vintage("flores_ess", "2018", [], published=False)
    assert {row["Statut"] for row in table(client, "/observatoire/export/csv/")} == {"manquant"}
