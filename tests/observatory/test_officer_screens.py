"""The officer's screens of the observatory: who comes in, what they show, what they refuse."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.foundation import uploads
from essaim.foundation.models import JournalEntry
from essaim.observatory import urls_officer
from essaim.observatory.actions.comments import save_comment
from essaim.observatory.actions.facts import save_fact
from essaim.observatory.actions.publishing import PUBLISHED, WITHDRAWN, withdraw_vintage
from essaim.observatory.enums import FactRole, Level, Population, Source
from essaim.observatory.models import Comment, PublishedFact, Vintage
from essaim.observatory.territory import Territory
from essaim.observatory.views.officer_sources import KIND
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import OTHER, load_small_cog
from tests.observatory.factories import EPCI, cell, vintage
from tests.observatory.source_files import flores_2017
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db

SHARE, PLACES = "ess-job-share", "ess-employer-establishments"
CELLS = [cell(1140), cell(10_000, population=Population.ALL), cell(None, family="mutual")]


@pytest.fixture
def place(db):
    load_small_cog()
    return TerritoryFactory(siren=EPCI.code, name="Ville-Test Agglo")


@pytest.fixture
def everything(place, officer):
    """One of each, and every address."""
    published = vintage(Source.FLORES_ESS, "2018", CELLS)
    waiting = vintage(Source.FLORES_ESS, "2017", CELLS, published=False)
    comment = save_comment(key=SHARE, territory=EPCI, text="Une part\n\nélevée", by=officer)
    fact = save_fact(
        role=FactRole.ANNOUNCED, key=SHARE, territory=EPCI, year=2018, value=Decimal(11),
        source_title="Ville-Test", by=officer,
    )  # fmt: skip
    token = uploads.keep(flores_2017(), "EPCI_T1_2017.csv", kind=KIND, owner=officer)

    def at(name, *args):
        return reverse(f"observatory_officer:{name}", args=args)

    return {
        "home": at("home"),
        "send": at("send"),
        "preview": at("preview", token),
        "abandon": at("abandon", token),
        "vintage": at("vintage", published.pk),
        "publish": at("publish", waiting.pk),
        "withdraw": at("withdraw", published.pk),
        "comment_new": at("comment_new"),
        "comment": at("comment", comment.pk),
        "comment_delete": at("comment_delete", comment.pk),
        "announce": at("announce"),
        "cite": at("cite"),
        "fact": at("fact", fact.pk),
        "fact_delete": at("fact_delete", fact.pk),
        "note": at("note"),
    }


CLOSED = {("abandon", "get"), ("home", "post"), ("vintage", "post")}


def plain(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_matrix_knows_every_address(everything):
    assert set(everything) == {pattern.name for pattern in urls_officer.urlpatterns}


def test_nobody_signed_in_is_led_to_the_door_and_back(everything):
    before = JournalEntry.objects.count()
    for name, address in everything.items():
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            if (name, method) in CLOSED:
                assert answer.status_code == 405, (name, method)
                continue
            assert answer.status_code == 302, (name, method)
            assert answer["Location"].startswith("/connexion/"), (name, method)
    assert JournalEntry.objects.count() == before


def test_another_person_is_refused_in_words(everything, person):
    browser = Client()
    browser.force_login(person)
    before = JournalEntry.objects.count()
    for name, address in everything.items():
        for method in ("get", "post"):
            answer = getattr(browser, method)(address)
            if (name, method) in CLOSED:
                assert answer.status_code == 405, (name, method)
                continue
            assert answer.status_code == 403, (name, method)
            assert answer.content.decode().count("<h1") == 1
    assert JournalEntry.objects.count() == before
    assert Vintage.objects.filter(published_at__isnull=False).count() == 1


def test_every_screen_opens_for_the_officer_and_reading_writes_nothing(everything, officer_client):
    for name, address in everything.items():
        answer = assert_get_writes_nothing(officer_client, address)
        if (name, "get") in CLOSED:
            assert answer.status_code == 405, name
            continue
        html = answer.content.decode()
        assert answer.status_code == 200, name
        assert len(re.findall(r"<h1[ >]", html)) == 1, name
        assert " style=" not in html, name
        assert "no-store" in answer["Cache-Control"], name


def test_an_empty_observatory_says_where_the_files_are(place, officer_client):
    for name in ("home", "send"):
        html = plain(officer_client.get(reverse(f"observatory_officer:{name}")))
        assert "https://open.urssaf.fr/" in html
        assert "essaim observatory load FICHIER --apply" in html
        assert "CRESS de votre région" in html
        assert "7,5 Mo" in html


def test_without_a_territory_nothing_breaks(db, officer_client):
    for name in ("home", "send"):
        assert officer_client.get(reverse(f"observatory_officer:{name}")).status_code == 200
    for name in ("comment_new", "announce"):
        answer = officer_client.get(reverse(f"observatory_officer:{name}"))
        assert answer.status_code == 200
    answer = officer_client.post(reverse("observatory_officer:comment_new"), {"indicator": SHARE, "text": "x"})
    assert answer.status_code == 200
    assert not Comment.objects.exists()


def test_unknown_things_are_404(place, officer_client):
    for name in ("vintage", "publish", "withdraw", "comment", "comment_delete", "fact", "fact_delete"):
        address = reverse(f"observatory_officer:{name}", args=[999])
        assert officer_client.get(address).status_code == 404, name
        assert officer_client.post(address).status_code == (405 if name == "vintage" else 404), name


def test_the_home_costs_the_same_whatever_it_lists(place, officer, officer_client):
    def more(number):
        vintage(Source.FLORES_ESS, str(2000 + number), CELLS)
        key = ["ess-jobs", PLACES, SHARE][number]
        save_comment(key=key, territory=EPCI, text="x", by=officer)
        save_fact(role="announced", key=SHARE, territory=EPCI, year=2000 + number, value=Decimal(11),
                  source_title="V", by=officer)  # fmt: skip

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert officer_client.get(reverse("observatory_officer:home")).status_code == 200
        return len(queries)

    more(0)
    cost()
    one = cost()
    more(1)
    more(2)
    cost()
    assert cost() == one


# --- vintages -------------------------------------------------------------------------------------------------------


def test_the_list_says_who_published_and_why_it_was_withdrawn(place, officer, officer_client):
    row = vintage(Source.FLORES_ESS, "2018", CELLS)
    withdraw_vintage(vintage=row, reason="Le tableau <T4> était faux", by=officer)
    vintage(Source.FLORES_ESS, "2017", CELLS, published=False)
    html = plain(officer_client.get(reverse("observatory_officer:home")))
    assert "retiré</span>" in html
    assert "en attente</span>" in html
    assert "Millésime retiré le" in html
    assert "par Camille Officier" in html
    assert "Le tableau &lt;T4&gt; était faux" in html


def test_publishing_and_withdrawing_on_screen(place, officer_client):
    row = vintage(Source.FLORES_ESS, "2018", CELLS, published=False)
    asked = plain(officer_client.get(reverse("observatory_officer:publish", args=[row.pk])))
    assert "11,4 %" in asked
    here = reverse("observatory_officer:vintage", args=[row.pk])
    assert officer_client.post(reverse("observatory_officer:publish", args=[row.pk])).url == here
    assert "Ce que le public en voit" in plain(officer_client.get(here))
    again = officer_client.post(reverse("observatory_officer:publish", args=[row.pk]), follow=True)
    assert "était déjà publié" in plain(again)
    assert officer_client.get(reverse("observatory_officer:publish", args=[row.pk])).url == here
    address = reverse("observatory_officer:withdraw", args=[row.pk])
    refused = officer_client.post(address, {"reason": " "})
    assert refused.status_code == 200
    assert "Dites la raison" in plain(refused)
    assert officer_client.post(address, {"reason": "Un tableau faux"}).url == here
    assert "Un tableau faux" in plain(officer_client.get(here))
    assert officer_client.get(address).url == here
    twice = officer_client.post(address, {"reason": "encore"}, follow=True)
    assert "déjà plus montré" in plain(twice)
    assert list(JournalEntry.objects.filter(object_id=str(row.pk)).order_by("pk").values_list("verb", flat=True)) == [
        PUBLISHED,
        WITHDRAWN,
    ]


def test_a_vintage_tells_its_files_its_figures_and_its_coverage(place, officer_client):
    row = vintage(Source.FLORES_ESS, "2018", [*CELLS, cell(5, code="200000000")])
    row.files.update(report={
        "layout_label": "Flores × ESS", "sheet": "T3", "counts": {"rows_read": 12, "secret": 3},
        "totals": {"emplois de l’ESS": "1 145"}, "remarks": [{"line": 7, "text": "« <b>x</b> » est illisible"}],
    })  # fmt: skip
    html = plain(officer_client.get(reverse("observatory_officer:vintage", args=[row.pk])))
    for words in (
        row.files.get().sha256, "Part de l’ESS dans tous les emplois salariés", "11,4 %", "2 intercommunalités",
        "feuille « T3 »", "Emplois de l’ESS", "1 145", "Ligne 7", "&lt;b&gt;x&lt;/b&gt;",
    ):  # fmt: skip
        assert words in html, words
    assert "<b>x</b>" not in html


@pytest.mark.parametrize(
    ("level", "code", "words"),
    [
        ("region", "75", "Nouvelle-Aquitaine"),
        ("country", "FR", "France"),
        ("epci", "200000000", "ne dit rien de votre"),
    ],
)
def test_a_vintage_that_knows_only_what_is_around(place, officer_client, level, code, words):
    row = vintage(Source.URSSAF, "2024", [cell(10, measure="mean_jobs", level=level, code=code)])
    assert words in plain(officer_client.get(reverse("observatory_officer:vintage", args=[row.pk])))


def test_a_sirene_vintage_is_told_by_its_estimates(place, officer_client):
    row = vintage(
        Source.SIRENE,
        "2026-10",
        [cell(12, measure="establishments", family="association", sector="education", size="01")],
    )
    html = plain(officer_client.get(reverse("observatory_officer:vintage", args=[row.pk])))
    assert "entre 12 et 24" in html


# --- comments -------------------------------------------------------------------------------------------------------


def test_commenting_on_screen(place, officer, officer_client):
    address = reverse("observatory_officer:comment_new")
    typed = {"indicator": SHARE, "text": "Une part <script>alert(1)</script>\n\nélevée"}
    seen = officer_client.post(address, typed | {"apercu": "1"})
    html = seen.content.decode()
    assert "<p>Une part &lt;script&gt;alert(1)&lt;/script&gt;</p>" in html
    assert "<p>élevée</p>" in html
    assert not Comment.objects.exists()
    assert officer_client.post(address, typed).url == reverse("observatory_officer:home")
    row = Comment.objects.get()
    assert (row.code, row.written_by) == (EPCI.code, officer)
    assert "<script>alert" not in officer_client.get(reverse("observatory_officer:home")).content.decode()
    mine = reverse("observatory_officer:comment", args=[row.pk])
    assert officer_client.get(f"{address}?indicateur={SHARE}&territoire={EPCI.code}").url == mine
    assert "élevée" in plain(officer_client.get(mine))
    assert "existe déjà" in plain(officer_client.post(address, typed))
    assert officer_client.post(mine, {"indicator": SHARE, "text": "Autre"}).status_code == 302
    assert Comment.objects.get().text == "Autre"
    delete = reverse("observatory_officer:comment_delete", args=[row.pk])
    assert "Autre" in plain(officer_client.get(delete))
    assert officer_client.post(delete).status_code == 302
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", " ", "x" * 1501, "x" * 50_000, "\x00"])
def test_comments_that_cannot_be_kept_are_told_beside_their_field(place, officer_client, text):
    answer = officer_client.post(reverse("observatory_officer:comment_new"), {"indicator": SHARE, "text": text})
    assert answer.status_code == 200
    assert "text" in answer.context["form"].errors
    assert not Comment.objects.exists()


@pytest.mark.parametrize("changes", [{"indicator": "x"}, {"indicator": ""}, {"code": OTHER}])
def test_a_comment_is_about_an_indicator_of_a_territory_served(place, officer_client, changes):
    typed = {"indicator": SHARE, "text": "x"} | changes
    answer = officer_client.post(reverse("observatory_officer:comment_new"), typed)
    assert answer.status_code == 200
    assert not Comment.objects.exists()


def test_with_two_territories_one_chooses(place, officer_client):
    TerritoryFactory(siren=OTHER, name="Haut-Test", rank=2)
    address = reverse("observatory_officer:comment_new")
    assert '<select name="code"' in officer_client.get(address).content.decode()
    assert officer_client.post(address, {"indicator": SHARE, "text": "x"}).status_code == 200
    assert not Comment.objects.exists()
    assert officer_client.post(address, {"indicator": SHARE, "text": "x", "code": OTHER}).status_code == 302
    assert Comment.objects.get().code == OTHER


def test_a_comment_on_a_territory_no_longer_served_can_still_be_changed(place, officer, officer_client):
    row = save_comment(key=SHARE, territory=Territory(Level.EPCI, OTHER, "Haut-Test"), text="x", by=officer)
    address = reverse("observatory_officer:comment", args=[row.pk])
    assert officer_client.post(address, {"indicator": SHARE, "text": "y", "code": OTHER}).status_code == 302
    assert Comment.objects.get().text == "y"


def test_what_was_typed_survives_the_end_of_the_session(place, officer):
    browser = Client()
    address = reverse("observatory_officer:comment_new")
    browser.post(address, {"indicator": SHARE, "text": "Ce que je tapais"})
    browser.force_login(officer)
    assert "Ce que je tapais" in plain(browser.get(address))
    assert not Comment.objects.exists()


# --- figures said by others -----------------------------------------------------------------------------------------

FACT = {
    "indicator": SHARE, "year": "2018", "value": "11", "wording": "11 % des emplois",
    "source_title": "Ville-Test, page <ESS>", "source_url": "https://exemple.fr/ess", "said_on": "2024-03-01",
}  # fmt: skip


def test_announcing_on_screen(place, officer_client):
    vintage(Source.FLORES_ESS, "2018", CELLS)
    address = reverse("observatory_officer:announce")
    assert officer_client.post(address, FACT).url == reverse("observatory_officer:home")
    row = PublishedFact.objects.get()
    assert (row.role, row.value, row.year) == ("announced", 11, 2018)
    html = plain(officer_client.get(reverse("observatory_officer:home")))
    assert "Annoncé : 11 % (Ville-Test, page &lt;ESS&gt;, 2018)" in html
    assert "Calculé : 11,4 %" in html
    assert "à l’arrondi près" in html
    mine = reverse("observatory_officer:fact", args=[row.pk])
    assert 'value="11"' in officer_client.get(mine).content.decode()
    assert officer_client.post(mine, FACT | {"value": "11,4 %"}).status_code == 302
    assert str(PublishedFact.objects.get().value) == "11.40"
    assert "déjà donné" in plain(officer_client.post(address, FACT))
    delete = reverse("observatory_officer:fact_delete", args=[row.pk])
    assert "11,4 %" in plain(officer_client.get(delete))
    assert officer_client.post(delete).status_code == 302
    assert not PublishedFact.objects.exists()


def test_citing_on_screen_says_its_field_and_the_file_to_load(place, officer_client):
    typed = FACT | {"indicator": PLACES, "value": "1 000", "field": "all_posts", "file_to_load": "Flores × ESS 2018"}
    assert officer_client.post(reverse("observatory_officer:cite"), typed).status_code == 302
    row = PublishedFact.objects.get()
    assert (row.role, row.value, row.field, row.file_to_load) == ("cited", 1000, "all_posts", "Flores × ESS 2018")
    mine = reverse("observatory_officer:fact", args=[row.pk])
    assert 'value="1 000"' in officer_client.get(mine).content.decode().replace("\u202f", " ")
    assert "À charger : Flores × ESS 2018" in plain(officer_client.get(reverse("observatory_officer:home")))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("11", "11.00"), ("11,4", "11.40"), ("11.4", "11.40"), (" 11,45 % ", "11.45"), ("0", "0.00"), ("100", "100.00"),
        ("11\u00a0%", "11.00"),
    ],
)  # fmt: skip
def test_shares_as_people_type_them(place, officer_client, typed, kept):
    assert officer_client.post(reverse("observatory_officer:announce"), FACT | {"value": typed}).status_code == 302
    assert str(PublishedFact.objects.get().value) == kept


@pytest.mark.parametrize("typed", ["10900", "10 900", "10\u00a0900", "10\u202f900"])
def test_counts_as_people_type_them(place, officer_client, typed):
    answer = officer_client.post(
        reverse("observatory_officer:announce"), FACT | {"indicator": "ess-jobs", "value": typed}
    )
    assert answer.status_code == 302
    assert PublishedFact.objects.get().value == 10_900


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "100,1"}, "value"),
        ({"value": "-1"}, "value"),
        ({"value": "\u22121"}, "value"),
        ({"value": "onze"}, "value"),
        ({"value": "1.000"}, "value"),
        ({"value": "11,456"}, "value"),
        ({"value": "1 00"}, "value"),
        ({"value": "1e5"}, "value"),
        ({"value": "٣"}, "value"),
        ({"value": "9" * 60}, "value"),
        ({"value": ""}, "value"),
        ({"value": "11 €"}, "value"),
        ({"indicator": PLACES, "value": "11 %"}, "value"),
        ({"indicator": PLACES, "value": "10,5"}, "value"),
        ({"indicator": "x"}, "indicator"),
        ({"year": "1789"}, "year"),
        ({"year": "3000"}, "year"),
        ({"year": "hier"}, "year"),
        ({"source_title": ""}, "source_title"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "ftp://exemple.fr/"}, "source_url"),
        ({"source_url": "pas une adresse"}, "source_url"),
        ({"said_on": "31/02/2024"}, "said_on"),
        ({"said_on": "2999-01-01"}, "said_on"),
        ({"wording": "x" * 201}, "wording"),
    ],
)
def test_figures_that_cannot_be_kept_are_told_beside_their_field(place, officer_client, changes, field):
    answer = officer_client.post(reverse("observatory_officer:announce"), FACT | changes)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not PublishedFact.objects.exists()


def test_a_date_may_be_typed_the_french_way_and_an_address_without_its_scheme(place, officer_client):
    typed = FACT | {"said_on": "01/03/2024", "source_url": "exemple.fr/ess"}
    assert officer_client.post(reverse("observatory_officer:announce"), typed).status_code == 302
    row = PublishedFact.objects.get()
    assert (str(row.said_on), row.source_url) == ("2024-03-01", "https://exemple.fr/ess")


def test_the_address_may_say_what_is_announced(place, officer_client):
    html = officer_client.get(reverse("observatory_officer:announce") + f"?indicateur={PLACES}").content.decode()
    assert f'<option value="{PLACES}" selected>' in html


# --- her desk -------------------------------------------------------------------------------------------------------


def test_the_desk_says_what_is_published_what_waits_and_what_aged(place, officer, officer_client):
    html = plain(officer_client.get("/equipe/"))
    assert "Aucun fichier n’est encore chargé" in html
    assert reverse("observatory_officer:send") in html
    vintage(Source.FLORES_ESS, "2018", CELLS)
    vintage(Source.FLORES_ESS, "2017", CELLS)
    waiting = vintage(Source.URSSAF, "2024", CELLS, published=False)
    officer_client.post(reverse("observatory_officer:announce"), FACT)
    html = plain(officer_client.get("/equipe/"))
    panel = html.split('id="panneau-observatoire"')[1].split("</section>")[0]
    assert "Insee, Flores × ESS 2018" in panel
    assert "Flores × ESS 2017" not in panel
    assert reverse("observatory_officer:vintage", args=[waiting.pk]) in panel
    assert "Ce chiffre a" in panel
    assert 'href="/equipe/observatoire/"' in html
