"""« Au fil des heures »: the page as a visitor reads it, and what it makes of odd addresses, nights and data."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.models import Structure
from essaim.editorial import day
from essaim.editorial.day.moments import (
    Band,
    Matching,
    Moment,
    UnknownActivity,
    activities_in,
    band_of,
    moments_of,
    now_among,
    since_dawn,
    words_in,
)
from essaim.editorial.models import DayPage
from essaim.geography.models import Commune
from essaim.nomenclature.perimeter import Family
from tests.directory.search.factories import make_structure, make_town
from tests.editorial.factories import make_home, make_page
from tests.support import assert_get_writes_nothing

PARIS = ZoneInfo("Europe/Paris")
PAGE = "/au-fil-des-heures/"
POINT = {"latitude": 46.589, "longitude": 0.34, "position_quality": "exact"}


def raw_moment(hour="07:45:00", title="La crèche", family="association", **given_):
    clue = {"activities": "88.91A", "words": "", "families": [], "sub_families": [], "labels": []}
    value = {
        "hour": hour,
        "title": title,
        "what": "On dépose la petite.",
        "kind": "une crèche parentale",
        "form": "Association loi 1901",
        "family": family,
        "negative": "La porte est fermée.",
        "scene": "day-nursery",
        "example": "",
        "example_source": "",
        "clues": [clue],
        "search": "crèche",
    }
    return {"type": "moment", "value": value | given_}


def day_page(*moments, **fields):
    stream = DayPage._meta.get_field("moments").stream_block.to_python(list(moments))
    given_ = {"title": "Au fil des heures", "slug": "au-fil-des-heures", "without_title": "Et sans elle ?"}
    return make_page(model=DayPage, moments=stream, **(given_ | fields))


@pytest.fixture
def town(db):
    make_town()
    Commune.objects.filter(code="00101").update(population=90_000)
    make_home()
    make_structure("CRÈCHE DU CLAIN", naf="88.91A", place=POINT)
    make_structure("MUTUELLE DU CLAIN", naf="65.12Z", family="mutual", sub_family="insurance_mutual", place=POINT)


@pytest.fixture
def page(town):
    insurance = {"activities": "65.1", "words": "", "families": [], "sub_families": ["insurance_mutual"], "labels": []}
    return day_page(
        raw_moment(),
        raw_moment(
            "08:30:00", "L’assurance", "mutual", clues=[insurance], example="La Bonne", example_source="Ici, 2021"
        ),
        raw_moment("23:45:00", "La nuit", "foundation", search=""),
        intro="Un jour entier.",
        without_intro="Le même jour, sans elle.",
    )


def told(response) -> str:
    """The page without tags nor no-break spaces."""
    text = re.sub(r"<[^>]+>", "", response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"\s+", " ", text)


# --- the page --------------------------------------------------------------------------------------------------------


def test_a_moment_tells_who_makes_it_possible_and_who_is_near(client, page):
    response = assert_get_writes_nothing(client, PAGE + "?commune=00101")
    text = told(response)
    assert response.status_code == 200
    for words in (
        "7 h 45",
        "Grâce à une crèche parentale",
        "Crèche du Clain",
        "Poitiers, à 1 km. Association (Crèches et garde de jeunes enfants)",
        "1 structure à Ville",
        "Par exemple : La Bonne (Ici, 2021)",
        "Distances à vol d’oiseau depuis le centre de Poitiers.",
    ):
        assert words in text
    assert f'href="{Structure.objects.get(name="CRÈCHE DU CLAIN").get_absolute_url()}"' in response.content.decode()
    assert "pres=Poitiers" in response.content.decode()


def test_without_a_choice_the_day_is_seen_from_the_largest_commune_and_says_so(client, page):
    text = told(client.get(PAGE))
    assert "Vous n’avez pas encore choisi de commune : les distances partent du centre de Poitiers." in text
    assert "Crèche du Clain" in text


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("commune=99999", "Nous ne connaissons pas cette commune dans Ville. Voici la journée vue depuis Poitiers."),
        ("commune=<script>", "Nous ne connaissons pas cette commune dans Ville."),
        ("commune=" + "9" * 300, "Nous ne connaissons pas cette commune dans Ville."),
        ("commune=00201", "Ailleurs n’est pas dans Ville. Voici la journée vue depuis Poitiers."),
        ("commune=00103", "Nous ne savons pas encore où est le centre de Sans-Centre."),
        ("famille=clan", "Cette famille n’existe pas : voici les moments des cinq familles."),
    ],
)
def test_an_odd_address_is_told_kindly_and_the_page_stays_whole(client, page, query, note):
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 200
    assert note in told(response)
    assert "<script>" not in response.content.decode().partition("<main")[2]
    assert told(response).count("en ce moment") == 1
    assert "La crèche" in told(response)


@pytest.mark.parametrize("query", ["?commune=&famille=", "?commune=+", "?commune", "?famille=&utm_source=x"])
def test_an_empty_choice_is_no_choice(client, page, query):
    response = client.get(PAGE + query)
    assert "Nous ne connaissons" not in told(response)
    assert response.status_code == 200


def test_the_family_filters_the_moments_and_keeps_the_commune(client, page):
    response = client.get(PAGE + "?commune=00102&famille=mutual")
    text, html = told(response), response.content.decode()
    assert "L’assurance" in text
    assert "La crèche" not in text
    assert "Toutes 3" in text
    assert "Associations 1" in text
    assert f'href="{PAGE}?commune=00102&amp;famille=foundation"' in html
    assert '<input type="hidden" name="famille" value="mutual">' in html
    assert f'href="{PAGE}sans/?commune=00102&amp;famille=mutual"' in html
    # A family that this day does not hold.
    assert "Aucun moment de cette famille" in told(client.get(PAGE + "?famille=company"))


def test_the_day_without_has_its_own_address_and_the_way_back_to_the_same_moment(client, page):
    response = client.get(PAGE + "sans/?commune=00101")
    text, html = told(response), response.content.decode()
    assert response.status_code == 200
    assert "Et sans elle ?" in text
    assert "La porte est fermée." in text
    assert "On dépose la petite." not in text
    assert "Il manque une crèche parentale. À Ville, une structure n’ouvre pas, dont Crèche du Clain, à 1 km." in text
    assert f'href="{PAGE}?commune=00101#h-0745"' in html
    assert f'href="{PAGE}sans/?commune=00101#h-0745"' in client.get(PAGE + "?commune=00101").content.decode()
    assert '<link rel="canonical" href="' in html
    assert html.count("<h1") == 1


def test_far_from_everything_nothing_absurd_is_shown(client, page):
    Structure.objects.filter(family="mutual").first().establishments.update(latitude=47.4)
    text = told(client.get(PAGE + "?commune=00101"))
    assert "Aucune à moins de 30 km de Poitiers." in text
    assert "Mutuelle du Clain" not in text


def test_no_structure_at_all(client, db):
    make_town()
    make_home()
    day_page(raw_moment())
    text = told(client.get(PAGE))
    assert "L’annuaire n’en connaît pas encore à Ville." in text
    assert "Il manque une crèche parentale. " in told(client.get(PAGE + "sans/"))


def test_no_territory_no_commune_and_no_moment(client, db):
    make_home()
    day_page()
    response = client.get(PAGE + "?commune=86194")
    assert response.status_code == 200
    assert "La journée n’est pas encore écrite" in told(response)
    assert "<form" not in response.content.decode().partition("<main")[2].partition("</main")[0]


def test_the_search_index_is_not_needed(client, page, settings):
    """The day reads the database: without any index it is whole."""
    assert not list(settings.DATA_DIR.rglob("structures*"))
    assert "Crèche du Clain" in told(client.get(PAGE + "?commune=00101"))


def test_a_hidden_address_is_told_without_a_false_distance(client, page):
    make_structure("CRÈCHE CACHÉE", naf="88.91A", diffusion="P", commune="00102", place={"diffusion": "P"})
    assert "Crèche Cachée Lusignan, dans la commune, sans adresse publiée." in told(client.get(PAGE + "?commune=00102"))
    assert "Lusignan, à 17 km environ, sans adresse publiée." in told(client.get(PAGE + "?commune=00101"))


def test_what_an_editor_writes_is_text(client, town):
    day_page(raw_moment(title="<b>gras</b>", what="<script>alert(1)</script>", search="<i>"))
    html = client.get(PAGE).content.decode().partition("<main")[2]
    assert "<script>alert" not in html
    assert "<b>gras" not in html


def test_two_moments_at_one_hour_have_two_anchors(client, town):
    page = day_page(raw_moment(), raw_moment(title="Autre"), raw_moment("01:00:00", "Tard"))
    assert [moment.anchor for moment in moments_of(page.moments)] == ["h-0745", "h-0745-2", "h-0100"]
    html = client.get(PAGE).content.decode()
    for anchor in re.findall(r'href="#(h-[^"]+)"', html):
        assert html.count(f'id="{anchor}"') == 1


def test_queries_do_not_grow_with_moments(client, page, django_assert_max_num_queries):
    client.get(PAGE)
    page.moments = DayPage._meta.get_field("moments").stream_block.to_python(
        [raw_moment(f"{hour:02d}:00:00") for hour in range(24)]
    )
    page.save_revision().publish()
    # Inside a test nothing is kept: the journal, the communes and the tree are read each time they are asked for.
    with django_assert_max_num_queries(24) as captured:
        client.get(PAGE + "?commune=00101")
    assert sum("label_alone" in query["sql"] for query in captured) == 1


def test_easy_to_read_version_has_its_door(client, town):
    easy = DayPage._meta.get_field("easy_body").stream_block.to_python([{"type": "title", "value": "Le matin"}])
    day_page(raw_moment(), easy_body=easy)
    assert f'href="{PAGE}facile/"' in client.get(PAGE).content.decode()
    assert "Le matin" in told(client.get(PAGE + "facile/"))


@pytest.mark.parametrize("path", ["", "?commune=00101", "sans/", "sans/?famille=mutual"])
def test_invented_structures_are_told_as_such(client, page, path):
    assert 'class="demo-line"' in client.get(PAGE + path).content.decode()
    Structure.objects.update(fictitious=False)
    assert 'class="demo-line"' not in client.get(PAGE + path).content.decode()


def integration_company(name="NET ET CLAIR", code="siae", **given_):
    made = make_structure(name, family="company", legal_category="5710", naf="81.21Z", place=POINT, **given_)
    made.criteria.update(code=code)
    return made


def test_a_company_held_by_its_label_alone_is_not_told_as_of_the_ess(client, town):
    integration_company(labels=["EI"])
    integration_company("AUX BONS SOINS", "esus", labels=["ESUS"])
    integration_company("SOCIÉTÉ DE L’ESS", "sirene_flag")
    clues = {"activities": "81.2", "words": "", "families": [], "sub_families": [], "labels": []}
    day_page(
        raw_moment(title="Tous", clues=[clues | {"labels": ["EI", "ESUS"]}]),
        raw_moment(title="Sociétés", clues=[clues | {"families": ["company"]}]),
    )
    text = told(client.get(PAGE))
    assert "Net et Clair Poitiers, à 1 km. Structure d’insertion (" in text
    assert "Aux Bons Soins Poitiers, à 1 km. Entreprise agréée Esus (" in text
    companies = text.rpartition("Sociétés")[2] if "Société de l’ess" not in text else text
    assert "Société commerciale de l’ESS (" in companies
    assert text.count("Net et Clair Poitiers") == 1


def test_a_cooperative_by_its_name_and_a_fund_are_told_as_what_they_are(client, town):
    make_structure("COOPÉRATIVE D’ÉNERGIE DU CLAIN", family="company", naf="35.11Z", place=POINT)
    make_structure("FONDS DE DOTATION DU CLAIN", family="foundation", naf="94.99Z", place=POINT)
    clues = {"activities": "35.11, 94.99", "words": "", "families": [], "sub_families": [], "labels": []}
    day_page(raw_moment(family="cooperative", clues=[clues]))
    text = told(client.get(PAGE))
    assert "à 1 km. Coopérative d’après son nom (" in text
    assert "à 1 km. Fonds de dotation (" in text
    assert "Société commerciale" not in text.partition("Grâce à")[2].partition("Et sans elles")[0]


# --- hours -----------------------------------------------------------------------------------------------------------


def moment(hour: str) -> Moment:
    at = time.fromisoformat(hour)
    return Moment(f"h-{at:%H%M}", at, hour, "", "", "", Family.ASSOCIATION, "", "", "", "", "", (Matching(),))


DAY = [moment(hour) for hour in ("07:00", "12:00", "22:30", "01:00")]


@pytest.mark.parametrize(
    ("now", "rank"),
    [
        (datetime(2026, 6, 1, 7, 0, tzinfo=PARIS), 0),
        (datetime(2026, 6, 1, 6, 59, tzinfo=PARIS), 3),
        (datetime(2026, 6, 1, 5, 0, tzinfo=PARIS), 3),
        (datetime(2026, 6, 1, 23, 59, tzinfo=PARIS), 2),
        (datetime(2026, 6, 2, 0, 59, tzinfo=PARIS), 2),
        (datetime(2026, 6, 2, 1, 0, tzinfo=PARIS), 3),
        (datetime(2026, 6, 1, 10, 0, tzinfo=UTC), 1),  # noon in Paris
        # The night when 3 h becomes 2 h: both 2 h 30 belong to the same moment.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 3),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 3),
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), 2),
        # The night when 2 h becomes 3 h, and the morning after.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), 3),
        (datetime(2026, 3, 29, 1, 1, tzinfo=UTC), 3),
        (datetime(2026, 3, 29, 5, 0, tzinfo=UTC), 0),
    ],
)
def test_now_is_read_on_the_wall(now, rank):
    assert now_among(DAY, now) == rank


def test_now_among_nothing():
    assert now_among([], datetime(2026, 6, 1, tzinfo=PARIS)) is None


@pytest.mark.parametrize(
    ("hour", "band"),
    [
        ("05:00", Band.DAWN),
        ("07:29", Band.DAWN),
        ("07:30", Band.MORNING),
        ("10:45", Band.NOON),
        ("14:00", Band.AFTERNOON),
        ("17:00", Band.DUSK),
        ("20:00", Band.NIGHT),
        ("00:00", Band.NIGHT),
        ("04:59", Band.NIGHT),
    ],
)
def test_the_sky_of_an_hour(hour, band):
    assert band_of(time.fromisoformat(hour)) is band


@given(st.times())
def test_every_hour_has_a_sky(hour):
    assert band_of(hour) in Band
    assert 0 <= since_dawn(hour) < 1440


# --- criteria --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("88.91A, 47.2", ("88.91A", "47.2")),
        ("8891a 88.91A;43", ("88.91A", "43")),
        ("", ()),
        (" , ;\n", ()),
    ],
)
def test_codes_of_activity_are_read_as_people_write_them(text, codes):
    assert activities_in(text) == codes


@pytest.mark.parametrize("text", ["crèche", "99.9", "88.91B2", "4", "88.91Y", "88..91A", "47.2, boulangerie", "٤٧"])
def test_nonsense_is_refused_in_words(text):
    with pytest.raises(UnknownActivity, match=r"n’est le début d’aucun code d’activité"):
        activities_in(text)


@given(st.text(max_size=80))
def test_any_text_gives_codes_or_a_refusal(text):
    try:
        found = activities_in(text)
    except UnknownActivity:
        return
    assert all(activities_in(code) == (code,) for code in found)


def test_words_are_apart_by_commas_or_lines():
    assert words_in("amap,  panier   de légumes\n\namap;") == ("amap", "panier de légumes")


# --- the strip of other pages ----------------------------------------------------------------------------------------


def test_a_few_moments_for_another_page(page):
    strip = day.moments_around(datetime(2026, 6, 1, 8, 0, tzinfo=PARIS), 2)
    assert strip.url == PAGE
    assert [(one.moment.title, one.is_now) for one in strip.moments] == [("La crèche", True), ("L’assurance", False)]
    assert strip.moments[0].url == f"{PAGE}#h-0745"
    late = day.moments_around(datetime(2026, 6, 1, 23, 50, tzinfo=PARIS), 2)
    assert [one.moment.title for one in late.moments] == ["L’assurance", "La nuit"]


def test_the_strip_draws_its_moments(page):
    from django.template.loader import render_to_string

    strip = day.moments_around(datetime(2026, 6, 1, 8, 0, tzinfo=PARIS), 9)
    html = render_to_string("editorial/parts/day_strip.html", {"strip": strip})
    assert html.count("<li>") == 3
    assert html.count('aria-current="time"') == 1


def test_no_strip_without_a_published_page(page, home):
    page.unpublish()
    assert day.moments_around(datetime(2026, 6, 1, 8, 0, tzinfo=PARIS), 2) is None


def test_no_strip_before_the_pages(db):
    assert day.moments_around(datetime(2026, 6, 1, 8, 0, tzinfo=PARIS), 2) is None


# --- first content ---------------------------------------------------------------------------------------------------


def test_the_planted_day_has_its_moments_and_its_examples_are_signed(client, planted):
    moments = moments_of(DayPage.objects.get().moments)
    assert 22 <= len(moments) <= 26
    assert {moment.family for moment in moments} == set(Family)
    without = DayPage.objects.get().without_intro
    assert all(family.plural.lower() in without.lower() for family in Family), without
    assert [since_dawn(moment.hour) for moment in moments] == sorted(since_dawn(moment.hour) for moment in moments)
    for one in moments:
        assert any(not matching.is_empty for matching in one.wanted), one.title
        assert bool(one.example) == bool(one.example_source), one.title
        assert not one.example or re.search(r"20[0-2]\d", one.example_source), one.title
    assert sum(bool(moment.example) for moment in moments) >= 6
    assert told(client.get(PAGE)).count("Grâce à") == len(moments)


def test_drawings_exist():
    from essaim.editorial.planting.reading import read_content
    from essaim.ui.scenes import SCENES

    page = next(page for page in read_content("", {}).pages if page.path == PAGE)
    assert {block["value"]["scene"] for block in page.fields["moments"]} <= set(SCENES)
