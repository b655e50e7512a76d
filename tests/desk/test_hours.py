"""« Horaires »: what the officer writes, tries, and takes back."""

from __future__ import annotations

import html

import pytest
import time_machine

from essaim.foundation.hours import Regime, WeeklyHours
from essaim.foundation.models import JournalEntry, SchoolPeriod
from tests.geography.factories import load_small_cog

URL = "/equipe/horaires/"
OFFICE = {f"normal_{day}": "8 h 30 – 17 h 30" for day in ("mon", "tue", "wed", "thu", "fri")}
SCHOOL = {f"school_{day}": "8h30-12h30, 13h30-17h30" for day in ("mon", "tue", "wed", "thu", "fri")}
FORM = {**OFFICE, **SCHOOL, "holidays": "closed", "zone": "", "remark": "", "source": "Affiche de la porte"}


def text(answer):
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def _clock():
    with time_machine.travel("2026-11-24T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def here(_clock, territory, officer_client):
    load_small_cog()
    return officer_client


def verbs():
    """What the journal says of the hours, newest first."""
    return [entry.verb for entry in JournalEntry.objects.exclude(verb="code géographique chargé")]


def hours_of(territory):
    territory.refresh_from_db()
    return WeeklyHours.from_json(territory.hours)


def test_before_anything_is_written(here):
    page = text(here.get(URL))
    assert "Aucun horaire n’est encore écrit" in page
    assert "Celle du département (zone A)" in page
    assert "Vacances de la Toussaint" in page
    assert "Aucun horaire n’est encore écrit" in text(here.get("/equipe/"))


def test_the_weeks_are_saved_and_journaled(here, territory, officer):
    answer = here.post(URL, FORM, follow=True)
    assert "Les horaires sont enregistrés" in text(answer)
    hours = hours_of(territory)
    assert hours.lines(Regime.SCHOOL_HOLIDAYS)[0][0] == "Du lundi au vendredi"
    assert territory.hours_source == "Affiche de la porte"
    entry = JournalEntry.objects.first()
    assert (entry.by, entry.verb) == (officer, "horaires enregistrés")
    again = text(here.get(URL))
    assert 'value="8 h 30 – 12 h 30, 13 h 30 – 17 h 30"' in again
    here.post(URL, FORM)
    assert verbs() == ["horaires enregistrés"]


def test_trying_saves_nothing_and_shows_fourteen_days(here, territory):
    page = text(here.post(URL, FORM | {"preview": "1"}))
    assert "C’est un essai" in page
    assert page.count('<th scope="row">') == 14
    assert "Ouvert, jusqu’à 17 h 30, d’après ce que vous essayez." in page
    assert not hours_of(territory)
    assert verbs() == []
    assert 'value="8 h 30 – 17 h 30"' in page


def test_a_zone_is_tried_with_its_own_calendar(here, officer):
    with time_machine.travel("2027-02-08T10:00:00+01:00", tick=False):
        here.force_login(officer)
        zone_a = text(here.post(URL, FORM | {"preview": "1"}))
        zone_c = text(here.post(URL, FORM | {"preview": "1", "zone": "C"}))
    assert zone_a.count("vacances scolaires : Vacances d’hiver") == 9
    assert zone_c.count("vacances scolaires : Vacances d’hiver") == 14


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("normal_mon", "le matin", "ne se lit pas"),
        ("school_fri", "9h-12h, 11h-14h", "se chevauchent"),
        ("holidays", "parfois", "Sélectionnez un choix valide"),
        ("remark", "x" * 301, "300"),
        ("normal_tue", "9h-12h" * 40, "120"),
        ("zone", "D", "Sélectionnez un choix valide"),
    ],
)
def test_what_is_wrong_is_told_on_its_field(here, territory, field, typed, says):
    page = text(here.post(URL, FORM | {field: typed}))
    assert f'id="id_{field}_error"' in page
    assert f'href="#id_{field}' in page
    assert says in page
    assert not hours_of(territory)


def test_holidays_without_a_usual_week_are_refused_as_a_whole(here, territory):
    page = text(here.post(URL, {**SCHOOL, "holidays": "closed"}))
    assert "Donnez d’abord les horaires de toute l’année." in page
    night = FORM | {"normal_mon": "22h-9h"}
    assert "empiète sur celle de mardi" in text(here.post(URL, night))
    assert not hours_of(territory)


def test_a_particular_date_is_added_then_taken_away(here, territory):
    here.post(URL, FORM)
    added = here.post(
        URL + "dates/ajouter/",
        {"first": "2026-12-24", "last": "2026-12-31", "slots": "", "reason": "Fêtes <b>"},
        follow=True,
    )
    assert "du 24 décembre 2026 au 31 décembre 2026, fermé : Fêtes <b>" in text(added)
    assert "<b>" not in added.content.decode()
    overlap = here.post(URL + "dates/ajouter/", {"first": "2026-12-31", "reason": "Inventaire"})
    assert "déjà une date particulière" in text(overlap)
    place = URL + "dates/2026-12-24/2026-12-31/retirer/"
    assert "Retirer cette date particulière ?" in text(here.get(place))
    assert len(hours_of(territory).exceptions) == 1
    here.post(place)
    assert hours_of(territory).exceptions == ()
    assert here.post(place).status_code == 404
    assert hours_of(territory).regimes
    assert verbs() == [
        "date particulière retirée",
        "date particulière ajoutée",
        "horaires enregistrés",
    ]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"first": "31/02/2026"}, "first"),
        ({"last": "2026-12-01"}, "last"),
        ({"slots": "tôt"}, "slots"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_wrong_date_is_told_on_its_field(here, territory, more, field):
    page = text(here.post(URL + "dates/ajouter/", {"first": "2026-12-24", "reason": "Fêtes"} | more))
    assert f'id="id_{field}_error"' in page
    assert not hours_of(territory).exceptions


@pytest.mark.parametrize("place", ["dates/2026-02-31/2026-03-01/retirer/", "dates/a/b/retirer/", "vacances/3000/"])
def test_addresses_that_mean_nothing(here, place):
    assert here.get(URL + place).status_code == 404


def test_a_school_year_that_nobody_published_is_completed(here, territory, officer):
    here.post(URL, FORM)
    with time_machine.travel("2028-01-10T10:00:00+01:00", tick=False):
        here.force_login(officer)
        assert "Les vacances scolaires 2028-2029" in text(here.get("/equipe/"))
    here.force_login(officer)
    assert "Les vacances scolaires 2028-2029" not in text(here.get("/equipe/"))
    place = URL + "vacances/2028/"
    assert "ne connaît pas encore ce calendrier" in text(here.get(place))
    assert 'value="Vacances de Noël"' in text(here.get(place))
    rows = {"name_1": "Vacances d’hiver", "name_0": "Toussaint", "first_0": "2028-10-21", "last_0": "2028-11-05"}
    wrong = text(here.post(place, rows | {"name_1": "Noël", "first_1": "2028-12-23"}))
    assert 'id="id_last_1_error"' in wrong
    assert "se chevauchent" in text(
        here.post(place, rows | {"name_1": "Noël", "first_1": "2028-11-05", "last_1": "2028-11-06"})
    )
    assert not SchoolPeriod.objects.exists()
    assert "Les vacances de 2028-2029 sont enregistrées" in text(here.post(place, rows, follow=True))
    assert SchoolPeriod.objects.get().name == "Toussaint"
    assert "Dates écrites par l’équipe" in text(here.get(URL))
    asked = text(here.get(place + "rendre/"))
    assert "Effacer les dates de 2028-2029 ?" in asked and "Toussaint : du 21 octobre 2028" in asked
    assert "ne connaît pas de calendrier officiel" in asked
    assert here.post(place, {})["Location"] == place + "rendre/"
    assert SchoolPeriod.objects.exists(), "rien ne s’efface sans la page qui le demande"
    here.post(place + "rendre/")
    assert not SchoolPeriod.objects.exists()
    assert here.get(place + "rendre/").status_code == 404


def test_the_official_year_is_corrected_from_what_it_says(here):
    page = text(here.get(URL + "vacances/2026/"))
    assert 'value="Vacances de Noël"' in page
    assert 'value="2026-12-19"' in page
    assert "ce sont vos dates qui compteront" in page
