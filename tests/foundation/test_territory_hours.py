"""The verbs that write the authority's hours."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from essaim.foundation.actions import (
    UsualHours,
    add_exception,
    complete_territory,
    remove_exception,
    save_hours,
    save_school_year,
)
from essaim.foundation.hours import (
    DayException,
    HolidayPolicy,
    InvalidHours,
    Regime,
    SchoolHolidays,
    Weekday,
    WeeklyHours,
    parse_slots,
)
from essaim.foundation.models import JournalEntry, SchoolPeriod, Territory
from essaim.geography.opening import opening_of, school_calendar_of, school_zone_from
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import load_small_cog

WEEK = WeeklyHours({Regime.NORMAL: {Weekday.MONDAY: parse_slots("9h-12h")}}, holiday_policy=HolidayPolicy.CLOSED)
CLOSED = DayException(date(2026, 12, 24), date(2027, 1, 1), (), "Fêtes")


def test_the_usual_week_leaves_the_exceptions_alone(territory):
    add_exception(by="test", territory=territory, item=CLOSED)
    save_hours(by="test", territory=territory, usual=UsualHours(WEEK, "Affiche", "B"))
    territory.refresh_from_db()
    hours = WeeklyHours.from_json(territory.hours)
    assert hours.exceptions == (CLOSED,)
    assert hours.regimes == WEEK.regimes
    assert (territory.hours_source, territory.school_zone) == ("Affiche", "B")
    entry = JournalEntry.objects.first()
    assert entry.verb == "horaires enregistrés"
    assert set(entry.after) == {"hours", "hours_source", "school_zone"}


def test_saving_the_same_writes_nothing(territory):
    usual = UsualHours(WEEK, "Affiche", "")
    save_hours(by="test", territory=territory, usual=usual)
    before = JournalEntry.objects.count()
    save_hours(by="test", territory=territory, usual=usual)
    assert JournalEntry.objects.count() == before


def test_a_zone_that_is_none_is_refused(territory):
    with pytest.raises(InvalidHours, match="zone"):
        save_hours(by="test", territory=territory, usual=UsualHours(WEEK, "", "D"))


@time_machine.travel("2026-11-24T10:00:00+00:00", tick=False)
def test_two_exceptions_never_share_a_day(territory):
    add_exception(by="test", territory=territory, item=CLOSED)
    for first, last in ((date(2027, 1, 1), date(2027, 1, 5)), (date(2026, 12, 1), date(2026, 12, 24))):
        with pytest.raises(InvalidHours, match="déjà une date particulière, qui commence le 24 décembre 2026"):
            add_exception(by="test", territory=territory, item=DayException(first, last))
    add_exception(by="test", territory=territory, item=DayException(date(2027, 1, 2), date(2027, 1, 2)))
    remove_exception(by="test", territory=territory, first=CLOSED.first, last=CLOSED.last)
    with pytest.raises(InvalidHours, match="n’est plus"):
        remove_exception(by="test", territory=territory, first=CLOSED.first, last=CLOSED.last)
    assert JournalEntry.objects.first().reason == "du 24 décembre 2026 au 1er janvier 2027, fermé : Fêtes"


def test_days_long_past_leave_the_list(territory):
    with time_machine.travel("2024-01-01T10:00:00+00:00", tick=False):
        add_exception(by="test", territory=territory, item=DayException(date(2024, 2, 1), date(2024, 2, 1)))
    with time_machine.travel("2026-11-24T10:00:00+00:00", tick=False):
        add_exception(by="test", territory=territory, item=CLOSED)
    territory.refresh_from_db()
    assert WeeklyHours.from_json(territory.hours).exceptions == (CLOSED,)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_lose_nothing():
    territory = TerritoryFactory()
    barrier = Barrier(2)

    def add(day):
        barrier.wait()
        try:
            add_exception(by="test", territory=territory, item=DayException(date(2027, 3, day), date(2027, 3, day)))
        finally:
            connection.close()

    threads = [Thread(target=add, args=(day,)) for day in (1, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = WeeklyHours.from_json(Territory.objects.get(pk=territory.pk).hours).exceptions
    assert [item.first.day for item in kept] == [1, 8]


def test_a_school_year_is_written_whole_then_given_back(territory):
    toussaint = SchoolHolidays(date(2028, 10, 21), date(2028, 11, 5), "Toussaint")
    save_school_year(by="test", territory=territory, year=2028, holidays=[toussaint])
    assert school_calendar_of(territory).of_year(2028) == (toussaint,)
    save_school_year(by="test", territory=territory, year=2028, holidays=[toussaint])
    assert JournalEntry.objects.count() == 1
    save_school_year(by="test", territory=territory, year=2028, holidays=[])
    assert not SchoolPeriod.objects.exists()
    assert JournalEntry.objects.first().verb == "vacances scolaires rendues au calendrier officiel"


def test_the_base_refuses_holidays_that_end_before_they_begin(territory):
    with pytest.raises(IntegrityError), transaction.atomic():
        SchoolPeriod.objects.create(
            territory=territory, year=2028, name="x", first=date(2028, 11, 5), last=date(2028, 10, 1)
        )


def test_facts_of_a_known_authority_never_replace_what_was_set(territory):
    facts = {
        "address": "84 rue des Carmélites, 86000 Poitiers",
        "phone": "05 49 52 35 35",
        "hours": {"regimes": {"normal": {"mon": [["08:30", "17:30"]]}}},
        "hours_source": "Page publique",
        "school_zone": "A",
    }
    complete_territory(by="test", territory=territory, facts=facts)
    territory.refresh_from_db()
    assert (territory.phone, territory.hours_source, territory.school_zone) == ("05 49 52 35 35", "Page publique", "A")
    complete_territory(by="test", territory=territory, facts=facts | {"phone": "01", "hours": {"remark": "x"}})
    territory.refresh_from_db()
    assert territory.phone == "05 49 52 35 35"
    assert "remark" not in territory.hours
    assert JournalEntry.objects.count() == 1
    with pytest.raises(InvalidHours):
        complete_territory(by="test", territory=TerritoryFactory(siren="200000172"), facts={"hours": {"horaires": 1}})


def test_the_zone_is_deduced_unless_it_is_set(territory):
    load_small_cog()
    assert school_zone_from(territory) == "A"
    assert opening_of(territory).department == "86"
    territory.school_zone = "C"
    assert school_zone_from(territory) == "C"
    assert school_zone_from(TerritoryFactory(siren="999999999", school_zone="")) is None
