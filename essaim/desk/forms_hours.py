"""Forms of « Horaires »: hours as people write them, days, school holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from essaim.foundation.actions import UsualHours
from essaim.foundation.hours import (
    DayException,
    HolidayPolicy,
    InvalidHours,
    Regime,
    SchoolHolidays,
    SchoolZone,
    Slot,
    Weekday,
    WeeklyHours,
    parse_slots,
    spoken_slots,
)
from essaim.foundation.hours.school import LONGEST_NAME, check_year
from essaim.foundation.models import Territory

_WEEKS = {Regime.NORMAL: "normal", Regime.SCHOOL_HOLIDAYS: "school"}
_LONGEST_DAY = 120
_SPARE_ROWS = 3
_USUAL = ("Vacances de la Toussaint", "Vacances de Noël", "Vacances d’hiver", "Vacances de printemps", "Vacances d’été")
"""Named beforehand in a year that nobody has written: their dates are all that is left to type."""


def _plain(text: str) -> str:
    """Words with ordinary spaces: what a person would type."""
    return text.replace("\u00a0", " ")


def _date_field(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=hint)


class HoursForm(forms.Form):
    """The usual week, the week of school holidays, and what happens on public holidays."""

    holidays = forms.ChoiceField(
        label="Les jours fériés",
        choices=[
            (HolidayPolicy.CLOSED.value, "fermé"),
            (HolidayPolicy.OPEN.value, "ouvert comme les autres jours"),
            (HolidayPolicy.UNKNOWN.value, "je ne sais pas : le site dira « à vérifier »"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce qui se passe les jours fériés."},
    )
    zone = forms.ChoiceField(label="Zone de vacances scolaires", required=False)
    remark = forms.CharField(
        label="Remarque montrée sous les horaires",
        required=False,
        max_length=300,
        help_text="Par exemple « Le mercredi, sur rendez-vous ».",
    )
    source = forms.CharField(
        label="D’où viennent ces horaires ?",
        required=False,
        max_length=200,
        help_text="Montré sous les horaires : « affiche de la porte », « délibération du 12 mars ».",
    )

    def __init__(self, *args: Any, territory: Territory, deduced: SchoolZone | None, **kwargs: Any) -> None:
        hours = WeeklyHours.from_json(territory.hours)
        initial: dict[str, str] = {
            "holidays": hours.holiday_policy.value,
            "zone": territory.school_zone,
            "remark": hours.remark,
            "source": territory.hours_source,
        }
        for regime, prefix in _WEEKS.items():
            week = hours.regimes.get(regime)
            for day in Weekday:
                initial[f"{prefix}_{day.key}"] = _plain(spoken_slots(week[day])) if week is not None else ""
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for prefix in _WEEKS.values():
            for day in Weekday:
                self.fields[f"{prefix}_{day.key}"] = forms.CharField(
                    label=day.label.capitalize(), required=False, max_length=_LONGEST_DAY
                )
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        told = deduced.label if deduced is not None else "aucune : Corse, outre-mer ou département inconnu"
        zone.choices = [("", f"Celle du département ({told})"), *((each.value, each.label) for each in SchoolZone)]

    @property
    def normal(self) -> list[forms.BoundField]:
        """The seven fields of the usual week."""
        return [self[f"normal_{day.key}"] for day in Weekday]

    @property
    def school(self) -> list[forms.BoundField]:
        """The seven fields of the school holidays."""
        return [self[f"school_{day.key}"] for day in Weekday]

    @property
    def others(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in ("holidays", "zone", "remark", "source")]

    def clean(self) -> dict[str, Any]:
        """Read both weeks; what cannot be read is told beside its day. A week left blank is not described."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        regimes = {}
        for regime, prefix in _WEEKS.items():
            week = self._week(prefix)
            if week is not None:
                regimes[regime] = week
        if not self.errors:
            try:
                data["hours"] = WeeklyHours(regimes, (), HolidayPolicy(data["holidays"]), data["remark"])
            except InvalidHours as error:
                raise ValidationError(list(error.problems)) from error
        return data

    def _week(self, prefix: str) -> Mapping[Weekday, tuple[Slot, ...]] | None:
        texts = {day: self.cleaned_data.get(f"{prefix}_{day.key}", "") for day in Weekday}
        if not any(texts.values()):
            return None
        week = {}
        for day, text in texts.items():
            try:
                week[day] = parse_slots(text)
            except InvalidHours as error:
                self.add_error(f"{prefix}_{day.key}", ValidationError(list(error.problems)))
        return week

    def usual(self) -> UsualHours:
        """What the form says, for the action."""
        data = self.cleaned_data
        return UsualHours(data["hours"], data["source"], data["zone"])


class ExceptionForm(forms.Form):
    """Days that are not like the others."""

    first = _date_field("Premier jour")
    last = _date_field("Dernier jour", required=False, hint="Vide : un seul jour.")
    slots = forms.CharField(
        label="Horaires de ces jours",
        required=False,
        max_length=_LONGEST_DAY,
        help_text="Vide : fermé. Sinon par exemple « 14 h – 18 h ».",
    )
    reason = forms.CharField(
        label="Raison", max_length=100, help_text="Montrée au public : « inventaire », « forum de l’ESS »."
    )

    def clean(self) -> dict[str, Any]:
        """Read the days and the slots."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        slots: tuple[Slot, ...] = ()
        try:
            slots = parse_slots(data.get("slots", ""))
        except InvalidHours as error:
            self.add_error("slots", ValidationError(list(error.problems)))
        first, last = data.get("first"), data.get("last")
        if first is not None and "last" not in self.errors:
            try:
                data["item"] = DayException(first, last or first, slots, data.get("reason", ""))
            except InvalidHours as error:
                self.add_error("last", ValidationError(list(error.problems)))
        return data

    @property
    def item(self) -> DayException:
        """The exception, once valid."""
        found: DayException = self.cleaned_data["item"]
        return found


class SchoolYearForm(forms.Form):
    """The holidays of one school year; a row left empty is no holidays."""

    def __init__(self, *args: Any, year: int, holidays: tuple[SchoolHolidays, ...], **kwargs: Any) -> None:
        self.year = year
        self.count = max(len(holidays) + _SPARE_ROWS, 8)
        initial: dict[str, Any] = {}
        if not holidays:
            initial |= {f"name_{row}": name for row, name in enumerate(_USUAL)}
        for row, item in enumerate(holidays):
            initial |= {f"name_{row}": item.name, f"first_{row}": item.first, f"last_{row}": item.last}
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for row in range(self.count):
            self.fields[f"name_{row}"] = forms.CharField(
                label=f"Vacances {row + 1}", required=False, max_length=LONGEST_NAME
            )
            self.fields[f"first_{row}"] = _date_field("Premier jour sans classe", required=False)
            self.fields[f"last_{row}"] = _date_field("Dernier jour sans classe", required=False)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """Fields, row by row."""
        return [[self[f"{name}_{row}"] for name in ("name", "first", "last")] for row in range(self.count)]

    def clean(self) -> dict[str, Any]:
        """Read the rows; each wrong one is told on its field, then the year as a whole."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        found = []
        for row in range(self.count):
            names = [f"{name}_{row}" for name in ("name", "first", "last")]
            name, first, last = (data.get(each) for each in names)
            if any(each in self.errors for each in names) or not (first or last or (name and name not in _USUAL)):
                continue
            item = self._read(row, str(name or ""), first, last)
            if item is not None:
                found.append(item)
        if not self.errors:
            try:
                data["holidays"] = check_year(self.year, tuple(found))
            except InvalidHours as error:
                raise ValidationError(list(error.problems)) from error
        return data

    def _read(self, row: int, name: str, first: date | None, last: date | None) -> SchoolHolidays | None:
        if first is None or last is None:
            for field, value in (("first", first), ("last", last)):
                if value is None:
                    self.add_error(f"{field}_{row}", ValidationError("Donnez ce jour."))
            return None
        try:
            return SchoolHolidays(first, last, name)
        except InvalidHours as error:
            self.add_error(f"{'name' if last >= first else 'last'}_{row}", ValidationError(list(error.problems)))
        return None
