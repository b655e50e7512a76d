"""The card of a list: its facts travel with the index, its words are those of the day and of the territory."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.cards import CardView, Listed
from essaim.directory.markup import card
from essaim.directory.models import Establishment
from tests.directory.search.factories import HOME, OTHER, ask, make_structure, make_town, rebuild_index

NOON = dt.datetime(2026, 11, 24, 11, tzinfo=dt.UTC)
FACTS = Listed(
    url="/annuaire/a-999000001/",
    name="L’Épi",
    family="association",
    closed=False,
    headcount="",
    places={"999": ("Lusignan", "Épicerie", 2), "888": ("Ailleurs", "Siège", 1)},
    labels=(("Esus", "2026-11-24"), ("Aci", "")),
    phone="",
    hours={},
    confirmed_at="",
    confirmed_words="",
    quiet_since="",
    why=("Association déclarée", "Insee, Sirene", "2026-10"),
)


def view(now=NOON, scope=("999",), **changes):
    from dataclasses import replace

    return CardView(replace(FACTS, **changes), now=now, scope=scope)


def test_what_is_written_is_read_again():
    again = Listed.load(FACTS.dump())
    assert again.dump() == FACTS.dump()


def test_the_place_shown_is_the_territorys():
    assert view(scope=("999",)).summary == "Épicerie · Lusignan"
    assert view(scope=("888",)).summary == "Siège · Ailleurs"
    assert view(scope=("777",)).summary == ""


def test_a_label_holds_until_the_end_of_its_last_day_in_paris():
    last_minute = dt.datetime(2026, 11, 24, 22, 59, tzinfo=dt.UTC)
    after = dt.datetime(2026, 11, 24, 23, 0, tzinfo=dt.UTC)
    assert "Esus" in [tag.text for tag in view(last_minute).tags]
    assert "Esus" not in [tag.text for tag in view(after).tags]
    assert "Aci" in [tag.text for tag in view(after).tags]


def test_a_confirmation_grows_old_without_anybody_writing():
    confirmed = {"confirmed_at": "2025-06-01T10:00:00+00:00", "confirmed_words": "confirmé par l’équipe ESS"}
    fresh = view(dt.datetime(2026, 11, 1, tzinfo=dt.UTC), **confirmed).why
    assert "confirmé par l’équipe ESS" in fresh.text
    assert view(dt.datetime(2026, 12, 15, tzinfo=dt.UTC), **confirmed).why.title == "Pourquoi l’ESS ?"


@pytest.mark.parametrize(("last", "year"), [("2018-12-31", 2018), ("2019-01-01", None), ("", None)])
def test_sleeping_is_judged_on_the_day_of_reading(last, year):
    assert view(quiet_since=last).sleeping_since == year


@given(st.text(), st.text(), st.text())
def test_no_text_leaves_its_place_in_the_card(name, commune, why):
    html = card(view(name=name, places={"999": (commune, "", 1)}, why=(why, "", "")))
    assert "<script" not in html.lower()
    assert html.count("<article") == html.count("</article>") == 1


@pytest.mark.django_db
def test_a_structure_of_two_territories_counts_only_the_places_asked():
    make_town()
    structure = make_structure("Des deux côtés")
    Establishment.objects.create(
        structure=structure, siret="99900000100077", commune_id="00201", official_commune_code="00201"
    )
    rebuild_index()
    for scope, commune in (((HOME,), "Poitiers"), ((OTHER,), "Ailleurs")):
        results = ask("q=deux", scope)
        shown = CardView(results.listed[0], now=timezone.now(), scope=scope)
        assert commune in shown.summary
        assert not [tag for tag in shown.tags if "adresses" in tag.text]
    both = CardView(ask("q=deux", (HOME, OTHER)).listed[0], now=timezone.now(), scope=(HOME, OTHER))
    assert [tag.text for tag in both.tags if "adresses" in tag.text] == ["2 adresses ici"]
