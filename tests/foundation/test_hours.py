"""Opening hours: what is typed, what is kept, what is said, on the nights when clocks jump as well."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.foundation.hours import (
    DayException,
    HolidayPolicy,
    InvalidHours,
    Regime,
    RegimePeriod,
    Slot,
    Weekday,
    WeeklyHours,
    clock,
    parse_slots,
    public_holidays,
    spoken_slots,
)

OFFICE = {day: parse_slots("9h-12h30, 14h-17h30") for day in list(Weekday)[:5]}
PARIS = ZoneInfo("Europe/Paris")


def weekly(week=OFFICE, **kwargs):
    return WeeklyHours({Regime.NORMAL: week}, **kwargs)


def at(text, zone=PARIS):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def said(hours, text, **kwargs):
    return hours.state_at(at(text), **kwargs).sentence.replace("\u00a0", " ")


# --- typing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("9h-12h30, 14h-18h", [(540, 750), (840, 1080)]),
        ("9 h – 12 h 30 et 14 h – 18 h", [(540, 750), (840, 1080)]),
        ("de 9h à 12h ; 14:00—18:00", [(540, 720), (840, 1080)]),
        ("14h-18h, 9h-12h", [(540, 720), (840, 1080)]),
        ("09:00-18:00", [(540, 1080)]),
        ("9-18", [(540, 1080)]),
        ("18h-minuit", [(1080, 1440)]),
        ("minuit-6h", [(0, 360)]),
        ("9h-midi", [(540, 720)]),
        ("22h-2h", [(1320, 1560)]),
        ("24h/24", [(0, 1440)]),
        ("0h-24h", [(0, 1440)]),
        ("Fermé", []),
        ("  ", []),
        ("9\u202fh\u00a0–\u00a018\u202fh", [(540, 1080)]),
    ],
)
def test_hours_are_read_as_people_type_them(text, slots):
    assert [(slot.start, slot.end) for slot in parse_slots(text)] == slots


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sur rendez-vous", "n’est pas une heure"),
        ("le matin", "ne se lit pas"),
        ("9h", "ne se lit pas"),
        ("9h-25h", "n’est pas une heure"),
        ("9h75-10h", "n’est pas une heure"),
        ("9h-9h", "même heure"),
        ("9h-12h, 11h-14h", "se chevauchent"),
        ("9h-12h-14h", "ne se lit pas"),
        ("1h-2h,3h-4h,5h-6h,7h-8h,9h-10h,11h-12h,13h-14h", "au plus 6"),
        ("٩h-١٢h", "n’est pas une heure"),
        ("-" * 10_000, "ne se lit pas"),
    ],
)
def test_unreadable_hours_say_what_to_do(text, says):
    with pytest.raises(InvalidHours, match=says) as caught:
        parse_slots(text)
    assert len(str(caught.value)) < 300


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        slots = parse_slots(text)
    except InvalidHours as error:
        assert error.problems
    else:
        assert list(slots) == sorted(slots)


@st.composite
def day_slots(draw):
    """Slots of one day, apart from each other, inside the day."""
    cuts = sorted(draw(st.lists(st.integers(0, 1440), max_size=8, unique=True)))
    return tuple(Slot(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2))


@st.composite
def weeks(draw):
    week = {day: draw(day_slots()) for day in Weekday}
    night = draw(st.sampled_from([None, *Weekday]))
    if night is not None:
        week[night], week[Weekday((night + 1) % 7)] = (Slot(1320, 1560),), ()
    return week


@st.composite
def some_hours(draw):
    regimes = {Regime.NORMAL: draw(weeks())}
    if draw(st.booleans()):
        regimes[Regime.SUMMER] = draw(weeks())
    exceptions = []
    for _ in range(draw(st.integers(0, 2))):
        first = draw(st.dates(date(2026, 3, 20), date(2026, 11, 10)))
        last = first + timedelta(days=draw(st.integers(0, 30)))
        exceptions.append(DayException(first, last, draw(day_slots()), draw(st.sampled_from(["", "Travaux"]))))
    return WeeklyHours(regimes, tuple(exceptions), draw(st.sampled_from(list(HolidayPolicy))))


@given(day_slots())
def test_what_is_said_of_a_day_is_read_back(slots):
    assert parse_slots(spoken_slots(slots)) == slots


@given(some_hours())
def test_json_round_trip(hours):
    content = json.loads(json.dumps(hours.to_json()))
    again = WeeklyHours.from_json(content)
    assert again.to_json() == content
    assert again == hours


# --- JSON that nobody checked -----------------------------------------------------------------------------------------


def test_nothing_known_is_empty_and_has_no_state():
    for content in ({}, None):
        hours = WeeklyHours.from_json(content)
        assert not hours
        assert hours.state_at(at("2026-11-24T10:00")) is None
        assert hours.to_json() == {} and hours.lines() == [] and hours.schema_org() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([], "forme inconnue"),
        ("9h-12h", "forme inconnue"),
        ({"regimes": []}, "forme inconnue"),
        ({"horaires": {}}, "Rubrique inconnue"),
        ({"regimes": {"winter": {}}}, "Période inconnue"),
        ({"regimes": {"normal": {"lundi": []}}}, "Jour inconnu"),
        (
            {"regimes": {"normal": {"mon": [["09:00"]]}}},
            r"Lundi \(toute l’année\) : une plage se donne par deux heures",
        ),
        ({"regimes": {"normal": {"mon": [[9, 12]]}}}, "deux heures"),
        ({"regimes": {"normal": {"mon": "09:00-12:00"}}}, "deux heures"),
        ({"regimes": {"normal": {"mon": [["09:00", "25:00"]]}}}, "n’est pas une heure"),
        ({"regimes": {"normal": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}}, "se chevauchent"),
        (
            {"regimes": {"normal": {"sun": [["22:00", "03:00"]], "mon": [["02:00", "05:00"]]}}},
            "empiète",
        ),
        ({"regimes": {"summer": {"mon": [["09:00", "12:00"]]}}}, "d’abord les horaires de toute l’année"),
        ({"exceptions": [{"first": "demain"}]}, "2026-12-24"),
        ({"exceptions": [{"last": "2026-12-24"}]}, "2026-12-24"),
        ({"exceptions": ["2026-12-24"]}, "2026-12-24"),
        ({"exceptions": {}}, "forme inconnue"),
        ({"exceptions": [{"first": "2026-12-24", "last": "2026-12-01"}]}, "24 décembre 2026 : La fin"),
        ({"exceptions": [{"first": "2026-12-24"}] * 61}, "Au plus 60"),
        ({"holidays": "parfois"}, "jours fériés"),
        ({"remark": ["x"]}, "texte"),
        ({"remark": "x" * 301}, "au plus 300"),
    ],
)
def test_a_wrong_json_is_refused_in_french(content, says):
    with pytest.raises(InvalidHours, match=says):
        WeeklyHours.from_json(content)


def test_every_problem_is_told_at_once():
    with pytest.raises(InvalidHours) as caught:
        WeeklyHours.from_json({"regimes": {"normal": {"mon": [["9", "z"]], "tue": [["a", "b"]]}}, "holidays": "?"})
    assert len(caught.value.problems) == 3


# --- open or closed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-24T09:00", "Ouvert, jusqu’à 12 h 30"),
        ("2026-11-24T12:29:59", "Ouvert, jusqu’à 12 h 30"),
        ("2026-11-24T12:30", "Fermé, ouvre à 14 h"),
        ("2026-11-24T17:00", "Ouvert, jusqu’à 17 h 30"),
        ("2026-11-24T17:30", "Fermé, ouvre demain à 9 h"),
        ("2026-11-24T00:00", "Fermé, ouvre à 9 h"),
        ("2026-11-27T18:00", "Fermé, ouvre lundi à 9 h"),
        ("2026-11-29T23:59:59", "Fermé, ouvre demain à 9 h"),
    ],
)
def test_a_week_of_office_hours(moment, sentence):
    assert said(weekly(), moment) == sentence


def test_a_moment_in_another_zone_is_the_same_moment():
    moment = at("2026-11-24T17:00")
    for zone in (UTC, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")):
        state = weekly().state_at(moment.astimezone(zone))
        assert state.is_open and state.until == at("2026-11-24T17:30")


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        weekly().state_at(datetime(2026, 11, 24, 10, 0))


def test_a_place_overseas_lives_on_its_own_clock():
    state = weekly().state_at(at("2026-11-24T05:30", UTC), department="974")
    assert state.is_open and state.until.hour == 12
    assert not weekly().state_at(at("2026-11-24T05:30", UTC), department="86").is_open


def test_night_slots_pass_midnight():
    bar = weekly({Weekday.FRIDAY: parse_slots("18h-2h"), Weekday.SATURDAY: parse_slots("18h-minuit")})
    assert said(bar, "2026-11-27T23:00") == "Ouvert, jusqu’à 2 h"
    assert said(bar, "2026-11-28T01:59") == "Ouvert, jusqu’à 2 h"
    assert said(bar, "2026-11-28T02:00") == "Fermé, ouvre à 18 h"
    assert said(bar, "2026-11-28T22:00") == "Ouvert, jusqu’à minuit"
    assert said(bar, "2026-11-29T00:00") == "Fermé, ouvre vendredi à 18 h"


def test_round_the_clock_and_days_that_touch():
    always = weekly({day: parse_slots("24h/24") for day in Weekday}, holiday_policy=HolidayPolicy.OPEN)
    assert said(always, "2026-11-24T03:00") == "Ouvert jour et nuit"
    two_days = weekly({Weekday.MONDAY: parse_slots("20h-24h"), Weekday.TUESDAY: parse_slots("0h-20h")})
    assert said(two_days, "2026-11-23T21:00") == "Ouvert, jusqu’à demain à 20 h"
    weekend = weekly(
        {Weekday.FRIDAY: parse_slots("12h-24h"), **{day: parse_slots("0h-24h") for day in list(Weekday)[5:]}}
    )
    assert said(weekend, "2026-11-27T13:00") == "Ouvert, jusqu’à dimanche à minuit"


def test_a_place_without_any_slot_is_closed_without_promise():
    assert said(weekly({}), "2026-11-24T10:00") == "Fermé"
    assert (
        said(WeeklyHours(exceptions=(DayException(date(2030, 1, 1), date(2030, 1, 2)),)), "2026-11-24T10:00") == "Fermé"
    )


def test_the_night_when_clocks_go_forward():
    """29 March 2026: 02:00 becomes 03:00; the slot of 22 h to 4 h lasts five hours."""
    bar = weekly({Weekday.SATURDAY: parse_slots("22h-4h")})
    before = bar.state_at(at("2026-03-28T23:00"))
    assert before.until == at("2026-03-29T04:00")
    assert before.until.astimezone(UTC) - at("2026-03-28T22:00").astimezone(UTC) == timedelta(hours=5)
    assert bar.state_at(datetime(2026, 3, 29, 1, 59, tzinfo=UTC)).is_open
    assert not bar.state_at(datetime(2026, 3, 29, 2, 0, tzinfo=UTC)).is_open
    ghost = weekly({Weekday.SUNDAY: parse_slots("2h15-2h45, 3h-4h")})
    assert said(ghost, "2026-03-29T01:00") == "Fermé, ouvre à 3 h"


def test_the_night_when_clocks_go_back():
    """25 October 2026: 03:00 becomes 02:00; « 2 h » is its first occurrence, 22 h to 4 h lasts seven hours."""
    bar = weekly({Weekday.SATURDAY: parse_slots("22h-4h")})
    assert bar.state_at(at("2026-10-24T23:00")).until.astimezone(UTC) == datetime(2026, 10, 25, 3, 0, tzinfo=UTC)
    early = weekly({Weekday.SATURDAY: parse_slots("22h-2h30")})
    assert early.state_at(datetime(2026, 10, 25, 0, 29, tzinfo=UTC)).is_open
    assert not early.state_at(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)).is_open
    assert not early.state_at(datetime(2026, 10, 25, 1, 10, tzinfo=UTC)).is_open


def test_regimes_follow_the_periods_given():
    hours = WeeklyHours(
        {
            Regime.NORMAL: OFFICE,
            Regime.SCHOOL_HOLIDAYS: {Weekday.MONDAY: parse_slots("10h-12h")},
            Regime.SUMMER: {},
        }
    )
    holidays_then_summer = [
        RegimePeriod(Regime.SCHOOL_HOLIDAYS, date(2026, 7, 4), date(2026, 8, 31)),
        RegimePeriod(Regime.SUMMER, date(2026, 8, 1), date(2026, 8, 15)),
    ]
    assert said(hours, "2026-07-06T09:30") == "Ouvert, jusqu’à 12 h 30"
    assert said(hours, "2026-07-06T09:30", periods=holidays_then_summer) == "Fermé, ouvre à 10 h"
    assert said(hours, "2026-07-07T09:30", periods=holidays_then_summer) == "Fermé, ouvre lundi à 10 h"
    assert said(hours, "2026-08-03T10:30", periods=holidays_then_summer) == "Fermé, ouvre le lundi 17 août à 10 h"


def test_a_regime_that_is_not_described_is_the_normal_one():
    periods = [RegimePeriod(Regime.SUMMER, date(2026, 7, 1), date(2026, 8, 31))]
    assert said(weekly(), "2026-07-06T09:30", periods=periods) == "Ouvert, jusqu’à 12 h 30"


def test_exceptions_win_over_the_week_and_over_public_holidays():
    hours = weekly(
        exceptions=(
            DayException(date(2026, 12, 24), date(2027, 1, 3), reason="Fêtes"),
            DayException(date(2026, 11, 11), date(2026, 11, 11), parse_slots("15h-16h")),
        ),
        holiday_policy=HolidayPolicy.CLOSED,
    )
    assert said(hours, "2026-12-23T18:00") == "Fermé, ouvre le lundi 4 janvier à 9 h"
    assert said(hours, "2026-11-11T15:30") == "Ouvert, jusqu’à 16 h"


def test_a_night_that_began_before_a_closure_ends_as_usual():
    bar = weekly(
        {Weekday.FRIDAY: parse_slots("18h-2h")}, exceptions=(DayException(date(2026, 11, 28), date(2026, 11, 29)),)
    )
    assert said(bar, "2026-11-28T01:00") == "Ouvert, jusqu’à 2 h"


def test_public_holidays_closed_open_or_unsaid():
    victory = "2026-05-08T10:00"  # a Friday
    assert said(weekly(holiday_policy=HolidayPolicy.CLOSED), victory) == "Fermé, ouvre lundi à 9 h"
    assert said(weekly(holiday_policy=HolidayPolicy.OPEN), victory) == "Ouvert, jusqu’à 12 h 30"
    assert said(weekly(), victory) == "Ouvert, jusqu’à 12 h 30 (jour férié, Fête de la Victoire : à vérifier)"
    assert said(weekly(), "2026-05-07T20:00").endswith(
        "ouvre demain à 9 h (jour férié, Fête de la Victoire : à vérifier)"
    )
    assert said(weekly(), "2026-05-08T18:00") == "Fermé, ouvre lundi à 9 h"


def test_public_holidays_of_the_department():
    assert len(public_holidays(2026, "86")) == 11
    assert date(2026, 4, 3) in public_holidays(2026, "67") and date(2026, 12, 26) in public_holidays(2026, "57")
    assert date(2026, 4, 3) not in public_holidays(2026, "86")
    assert date(2026, 12, 20) in public_holidays(2026, "974")
    assert not any("'" in name for name in public_holidays(2026).values())


def test_the_ends_of_the_calendar_do_not_break():
    for moment in (datetime(1, 1, 2, 12, tzinfo=UTC), datetime(9999, 12, 30, 12, tzinfo=UTC)):
        assert weekly().state_at(moment) is not None


MOMENTS = st.datetimes(datetime(2026, 3, 25), datetime(2026, 11, 5), timezones=st.just(UTC))


@settings(max_examples=80)
@given(some_hours(), MOMENTS)
def test_a_state_lasts_until_the_change_it_announces(hours, moment):
    state = hours.state_at(moment)
    change = state.until if state.is_open else state.opens
    assert state.sentence
    if change is None:
        return
    assert change > moment
    assert hours.state_at(change).is_open is not state.is_open
    assert hours.state_at(change - timedelta(seconds=1)).is_open is state.is_open
    middle = moment + (change - moment) / 2
    assert hours.state_at(middle).is_open is state.is_open


# --- what others read -------------------------------------------------------------------------------------------------


def test_lines_put_like_days_together():
    told = weekly({**OFFICE, Weekday.WEDNESDAY: parse_slots("9h-12h"), Weekday.SATURDAY: parse_slots("22h-2h")}).lines()
    assert [(days, text.replace("\u00a0", " ")) for days, text in told] == [
        ("Lundi et mardi", "9 h – 12 h 30, 14 h – 17 h 30"),
        ("Mercredi", "9 h – 12 h"),
        ("Jeudi et vendredi", "9 h – 12 h 30, 14 h – 17 h 30"),
        ("Samedi", "22 h – 2 h"),
        ("Dimanche", "fermé"),
    ]
    assert weekly().lines()[0][0] == "Du lundi au vendredi"
    assert weekly({day: parse_slots("24h/24") for day in Weekday}).lines() == [("Tous les jours", "jour et nuit")]
    assert weekly().lines(Regime.SUMMER) == []


def test_clock_keeps_hour_and_minutes_on_one_line():
    assert clock(1050) == "17\u00a0h\u00a030" and clock(540) == "9\u00a0h" and clock(545) == "9\u00a0h\u00a005"
    assert clock(0) == clock(1440) == "minuit"


def test_schema_org():
    hours = weekly(
        {**OFFICE, Weekday.SATURDAY: parse_slots("18h-2h"), Weekday.SUNDAY: parse_slots("10h-24h")},
        exceptions=(DayException(date(2026, 12, 24), date(2027, 1, 2)),),
    )
    workdays = [f"https://schema.org/{day}" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")]
    kind = {"@type": "OpeningHoursSpecification"}
    assert hours.schema_org() == [
        {**kind, "dayOfWeek": workdays, "opens": "09:00", "closes": "12:30"},
        {**kind, "dayOfWeek": workdays, "opens": "14:00", "closes": "17:30"},
        {**kind, "dayOfWeek": ["https://schema.org/Saturday"], "opens": "18:00", "closes": "02:00"},
        {**kind, "dayOfWeek": ["https://schema.org/Sunday"], "opens": "10:00", "closes": "23:59"},
        {**kind, "validFrom": "2026-12-24", "validThrough": "2027-01-02", "opens": "00:00", "closes": "00:00"},
    ]


def test_hours_cannot_be_changed_behind_their_back():
    hours = weekly()
    with pytest.raises(TypeError):
        hours.regimes[Regime.NORMAL][Weekday.MONDAY] = ()
    with pytest.raises(AttributeError):
        hours.remark = "x"


def test_the_module_does_not_import_django():
    code = "import sys, essaim.foundation.hours; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
