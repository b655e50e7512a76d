"""The card of a list: its facts travel with the index, its words are those of the day and of the territory."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.cards import CardView, Listed
from essaim.directory.markup import card
from essaim.directory.models import Establishment
from essaim.geography.models import Commune
from tests.directory.search.factories import HOME, OTHER, ask, make_structure, make_town, rebuild_index

NOON = dt.datetime(2026, 11, 24, 11, tzinfo=dt.UTC)
FACTS = Listed(
    url="/annuaire/a-999000001/",
    name="L’Épi",
    family="association",
    closed=False,
    headcount="",
    places={"999": ("Lusignan", "Épicerie", 2), "888": ("Ailleurs", "Siège", 1)},
    departments={"999": "86", "888": "67"},
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


EVERY_DAY = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
HOURS = {"regimes": {"normal": EVERY_DAY}, "holidays": "closed"}


@pytest.mark.parametrize(
    ("moment", "scope", "sentence"),
    [
        ("2026-12-26T11:00+01:00", "999", "Ouvert"),  # Saint-Étienne is a holiday in Strasbourg, not in Poitiers.
        ("2026-12-26T11:00+01:00", "888", "Fermé, ouvre demain"),
        ("2026-12-20T11:00+01:00", "888", "Ouvert"),
        ("2026-12-20T11:00+04:00", "777", "Fermé, ouvre demain"),  # The abolition of slavery, in La Réunion.
        ("2026-12-21T09:30+04:00", "777", "Ouvert"),  # On its own clock: 6 h 30 in Paris.
        ("2026-12-21T09:30+04:00", "999", "Fermé, ouvre à"),
    ],
)
def test_hours_are_those_of_the_place_its_holidays_and_its_clock(moment, scope, sentence):
    departments = FACTS.departments | {"777": "974"}
    places = FACTS.places | {"777": ("Saint-Denis", "Épicerie", 1)}
    shown = view(dt.datetime.fromisoformat(moment), (scope,), hours=HOURS, departments=departments, places=places)
    assert shown.hours_now.startswith(sentence)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "code", "opened"),
    [
        ("2026-12-26", "67482", False),
        ("2026-12-26", "86194", True),
        ("2026-12-20", "97411", False),
        ("2026-12-20", "86194", True),
    ],
)
def test_the_list_and_the_page_know_the_holidays_of_the_commune(client, day, code, opened):
    make_town()
    Commune.objects.create(code=code, name="Ici", epci_id=HOME)
    structure = make_structure("L’Épi", commune=code, card={"hours": HOURS})
    rebuild_index()
    with time_machine.travel(f"{day}T10:00:00+00:00", tick=False):
        for address in ("/annuaire/", structure.get_absolute_url()):
            html = client.get(address).content.decode()
            assert ("Ouvert, jusqu’à" in html) is opened, address
            assert ("Fermé, ouvre" in html) is not opened, address


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
