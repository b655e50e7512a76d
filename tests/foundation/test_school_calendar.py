"""The school calendar, and the days of a place that lives by it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.hours import (
    DayException,
    DayKind,
    HolidayPolicy,
    InvalidHours,
    Opening,
    Regime,
    SchoolCalendar,
    SchoolHolidays,
    SchoolZone,
    Weekday,
    WeeklyHours,
    official_year,
    parse_slots,
    school_year,
    school_zone_of,
)
from essaim.foundation.hours.opening import UNKNOWN_SCHOOL
from essaim.foundation.hours.school import check_year
from essaim.nomenclature.departments import departments

PARIS = ZoneInfo("Europe/Paris")
OFFICE = list(Weekday)[:5]
HOURS = WeeklyHours(
    {
        Regime.NORMAL: {day: parse_slots("8h30-17h30") for day in OFFICE},
        Regime.SCHOOL_HOLIDAYS: {day: parse_slots("8h30-12h30, 13h30-17h30") for day in OFFICE},
    },
    holiday_policy=HolidayPolicy.CLOSED,
)
ZONE_A = SchoolCalendar(SchoolZone.A)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def said(opening, text):
    return opening.sentence(at(text)).replace("\u00a0", " ")


def opening(hours=HOURS, calendar=ZONE_A):
    return Opening(hours, calendar, "86")


# --- the official calendar --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "dates"),
    [
        # Zone A, from the ministry's calendars: the day after the last class, the eve of the return.
        (
            2025,
            ["2025-10-18/2025-11-02", "2025-12-20/2026-01-04", "2026-02-07/2026-02-22", "2026-04-04/2026-04-19"],
        ),
        (
            2026,
            ["2026-10-17/2026-11-01", "2026-12-19/2027-01-03", "2027-02-13/2027-02-28", "2027-04-10/2027-04-25"],
        ),
    ],
)
def test_known_years_of_zone_a(year, dates):
    assert [f"{item.first}/{item.last}" for item in official_year(SchoolZone.A, year)][:4] == dates


@pytest.mark.parametrize("zone", list(SchoolZone))
@pytest.mark.parametrize("year", range(2018, 2028))
def test_every_official_year_is_whole(zone, year):
    """Holidays follow each other without touching, end on the eve of a day of class, and a bridge has four days."""
    found = official_year(zone, year)
    assert found == check_year(year, found)
    assert found[-1].name == "Vacances d’été"
    for item in found:
        assert school_year(item.first) == year
        assert item.last.weekday() != 5, item
        if "Ascension" in item.name:
            assert (item.first.weekday(), (item.last - item.first).days) == (3, 3), item


def test_years_that_nobody_published():
    assert official_year(SchoolZone.A, 2028) == ()
    assert official_year(SchoolZone.A, 1900) == ()
    assert official_year(None, 2026) == ()
    assert ZONE_A.known_until(date(2026, 11, 24)) == date(2028, 8, 31)
    assert ZONE_A.known_until(date(2028, 9, 1)) is None
    assert SchoolCalendar().known_until(date(2026, 11, 24)) is None


def test_every_departement_of_the_mainland_has_its_zone():
    without = {code for code in departments() if school_zone_of(code) is None}
    assert without == {"2A", "2B"} | {code for code in departments() if code.startswith("97")}
    assert school_zone_of("86") is SchoolZone.A
    assert school_zone_of("67") is SchoolZone.B
    assert school_zone_of("31") is SchoolZone.C
    assert school_zone_of("") is None


def test_a_year_written_by_hand_replaces_the_official_one():
    own = (SchoolHolidays(date(2028, 10, 21), date(2028, 11, 5), "Toussaint"),)
    calendar = SchoolCalendar(SchoolZone.A, {2028: own})
    assert calendar.on(date(2028, 10, 25)) == own[0]
    assert calendar.on(date(2028, 12, 25)) is None
    assert calendar.known_until(date(2026, 11, 24)) == date(2029, 8, 31)
    assert [item.name for item in calendar.between(date(2028, 8, 30), date(2028, 10, 21))] == [
        "Vacances d’été",
        "Toussaint",
    ]


@pytest.mark.parametrize(
    ("holidays", "says"),
    [
        ([(date(2028, 10, 21), date(2028, 11, 5)), (date(2028, 11, 5), date(2028, 11, 9))], "se chevauchent"),
        ([(date(2027, 10, 21), date(2027, 11, 5))], "ne tombe pas"),
        ([(date(2029, 7, 5), date(2029, 12, 1))], "ne tombe pas"),
        (
            [(date(2028, 10, 1) + timedelta(days=3 * n), date(2028, 10, 2) + timedelta(days=3 * n)) for n in range(13)],
            "au plus 12",
        ),
    ],
)
def test_a_wrong_year_is_refused(holidays, says):
    with pytest.raises(InvalidHours, match=says):
        check_year(2028, tuple(SchoolHolidays(first, last, "Vacances") for first, last in holidays))


def test_holidays_have_a_name_and_an_end():
    with pytest.raises(InvalidHours, match="fin"):
        SchoolHolidays(date(2028, 11, 5), date(2028, 10, 21), "Toussaint")
    for name in ("", "  ", "x" * 61):
        with pytest.raises(InvalidHours, match="Nommez"):
            SchoolHolidays(date(2028, 10, 21), date(2028, 11, 5), name)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 400), st.sampled_from([None, *SchoolZone]))
def test_the_holidays_between_two_days_are_those_of_each_day(first, length, zone):
    calendar = SchoolCalendar(zone)
    last = first + timedelta(days=length)
    between = set(calendar.between(first, last))
    days = (first + timedelta(days=step) for step in range(length + 1))
    assert between == {found for day in days if (found := calendar.on(day)) is not None}


# --- the days of a place ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-24T10:00", "Ouvert, jusqu’à 17 h 30"),
        ("2026-11-24T12:45", "Ouvert, jusqu’à 17 h 30"),
        ("2026-11-27T18:00", "Fermé, ouvre lundi à 8 h 30"),
        # Friday before the holidays and their first Monday; noon is closed from then on.
        ("2026-10-16T12:45", "Ouvert, jusqu’à 17 h 30"),
        ("2026-10-19T12:45", "Fermé, ouvre à 13 h 30"),
        ("2026-10-30T10:00", "Ouvert, jusqu’à 12 h 30"),
        # The last day of the holidays is a Sunday; on the Monday after, the usual hours are back.
        ("2026-11-01T23:59:59", "Fermé, ouvre demain à 8 h 30"),
        ("2026-11-02T12:45", "Ouvert, jusqu’à 17 h 30"),
        ("2026-12-25T10:00", "Fermé, ouvre lundi à 8 h 30"),
        ("2027-01-01T10:00", "Fermé, ouvre lundi à 8 h 30"),
    ],
)
def test_the_authority_of_grand_poitiers(moment, sentence):
    assert said(opening(), moment) == sentence


def test_the_first_of_may_on_a_saturday_closes_nothing_more():
    """1 May 2027 is a Saturday: closed as each Saturday, and the Monday after is an ordinary day."""
    days = {plan.day: plan for plan in opening().days(date(2027, 4, 30), 4)}
    assert days[date(2027, 5, 1)].reason == "jour férié : Fête du Travail"
    assert days[date(2027, 5, 1)].slots == ()
    assert days[date(2027, 5, 3)].kind is DayKind.ORDINARY
    assert said(opening(), "2027-04-30T18:00") == "Fermé, ouvre lundi à 8 h 30"


def test_an_exceptional_opening_wins_over_a_public_holiday():
    hours = WeeklyHours(
        HOURS.regimes,
        (DayException(date(2026, 11, 11), date(2026, 11, 11), parse_slots("14h-18h"), "Mois de l’ESS"),),
        HolidayPolicy.CLOSED,
    )
    plan = opening(hours).days(date(2026, 11, 11), 1)[0]
    assert plan.kind is DayKind.EXCEPTION
    assert plan.reason == "ouverture exceptionnelle : Mois de l’ESS (jour férié : Armistice)"
    assert said(opening(hours), "2026-11-11T15:00") == "Ouvert, jusqu’à 18 h"
    special = opening(hours).schema_org(date(2026, 11, 1))["specialOpeningHoursSpecification"]
    assert [entry for entry in special if entry["validFrom"] == "2026-11-11"] == [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": "2026-11-11",
            "validThrough": "2026-11-11",
            "opens": "14:00",
            "closes": "18:00",
        }
    ]


def test_an_exceptional_closure_in_the_school_holidays():
    hours = WeeklyHours(
        HOURS.regimes, (DayException(date(2026, 12, 24), date(2026, 12, 31), (), "Fêtes"),), HolidayPolicy.CLOSED
    )
    assert said(opening(hours), "2026-12-23T18:00") == "Fermé, ouvre le lundi 4 janvier à 8 h 30"
    assert opening(hours).days(date(2026, 12, 24), 1)[0].reason == "fermeture exceptionnelle : Fêtes"
    assert opening(hours).days(date(2026, 12, 25), 1)[0].reason.endswith("(jour férié : Noël)")


def test_nights_when_the_clock_jumps():
    for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):
        for hour in range(24):
            state = opening().state_at(at(f"{day}T{hour:02}:30"))
            assert not state.is_open
            assert (state.opens.hour, state.opens.minute, state.opens.weekday()) == (8, 30, 0)


def test_a_year_that_is_missing_is_said():
    """After 31 August 2028 nobody knows the holidays: hours that would differ are doubtful, the others are not."""
    assert UNKNOWN_SCHOOL in said(opening(), "2028-10-24T10:00")
    plans = {plan.weekday: plan for plan in opening().days(date(2028, 10, 23), 7)}
    assert plans["Lundi"].doubt == UNKNOWN_SCHOOL
    assert plans["Samedi"].doubt == ""
    assert opening().days(date(2028, 11, 1), 1)[0].doubt == ""  # closed anyway: a public holiday
    # The next opening falls in the year that is missing, although today does not.
    assert UNKNOWN_SCHOOL in said(opening(), "2028-08-31T18:00")
    assert UNKNOWN_SCHOOL not in said(opening(), "2028-08-31T10:00")
    completed = SchoolCalendar(SchoolZone.A, {2028: (SchoolHolidays(date(2028, 10, 21), date(2028, 11, 5), "T"),)})
    assert said(opening(calendar=completed), "2028-10-24T12:45") == "Fermé, ouvre à 13 h 30"


def test_a_place_that_ignores_the_school_is_never_in_doubt():
    same = WeeklyHours({Regime.NORMAL: HOURS.regimes[Regime.NORMAL]})
    assert said(opening(same, SchoolCalendar()), "2035-10-24T10:00") == "Ouvert, jusqu’à 17 h 30"
    assert not opening(same).follows_school


def test_a_policy_left_unsaid_is_a_doubt_and_no_hours_no_sentence():
    unsaid = WeeklyHours(HOURS.regimes)
    assert opening(unsaid).days(date(2026, 12, 25), 1)[0].doubt == "à vérifier"
    assert "(jour férié, Noël : à vérifier)" in said(opening(unsaid), "2026-12-25T10:00")
    assert said(opening(WeeklyHours()), "2026-11-24T10:00") == ""
    assert opening(WeeklyHours()).schema_org(date(2026, 11, 24)) == {}


def test_schema_org_dates_the_holidays_of_the_coming_year():
    found = opening().schema_org(date(2026, 11, 24))
    usual = found["openingHoursSpecification"]
    assert usual[0]["opens"] == "08:30" and "validFrom" not in usual[0]
    assert {entry["validFrom"] for entry in usual if "validFrom" in entry} >= {"2026-12-19", "2027-07-03"}
    closed = [entry["validFrom"] for entry in found["specialOpeningHoursSpecification"]]
    assert "2026-12-25" in closed and "2027-11-11" in closed and "2026-11-11" not in closed
    assert all(entry["opens"] == entry["closes"] for entry in found["specialOpeningHoursSpecification"])
