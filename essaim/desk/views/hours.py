"""« Horaires »: the usual weeks, the days that are not like the others, the school calendar."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from essaim.desk.forms_hours import ExceptionForm, HoursForm, SchoolYearForm
from essaim.desk.installation import with_territory
from essaim.desk.opening import PREVIEWED, school_years
from essaim.foundation.actions import add_exception, remove_exception, save_hours, save_school_year
from essaim.foundation.actions.hours import spoken_exception
from essaim.foundation.hours import DayPlan, InvalidHours, WeeklyHours, official_year, school_zone_of, year_label
from essaim.foundation.models import Territory
from essaim.foundation.territories import home
from essaim.geography.opening import department_code_of, opening_of, school_calendar_of
from essaim.people.access import kept_form, officer_required, signed_in

YEARS = range(2000, 2100)


def _preview(territory: Territory, hours: WeeklyHours) -> list[DayPlan]:
    opening = opening_of(territory, hours)
    return opening.days(opening.today(timezone.now()), PREVIEWED)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@with_territory
def hours(request: HttpRequest) -> HttpResponse:
    """Show and save the usual weeks. « Voir les quatorze prochains jours » tries what is typed, without saving."""
    territory = home()
    kept = kept_form(request)
    form = HoursForm(
        request.POST if request.method == "POST" else None,
        territory=territory,
        deduced=school_zone_of(department_code_of(territory)),
        initial=kept.dict() if kept else None,
    )
    current = WeeklyHours.from_json(territory.hours)
    shown, is_preview = current, False
    if request.method == "POST" and form.is_valid():
        usual = form.usual()
        if "preview" in request.POST:
            shown = WeeklyHours(usual.hours.regimes, current.exceptions, usual.hours.holiday_policy, usual.hours.remark)
            # The calendar of the zone that is being tried, not of the one that is set.
            territory = Territory.objects.get(pk=territory.pk)
            territory.school_zone = usual.school_zone
            is_preview = True
        else:
            try:
                save_hours(by=signed_in(request), territory=territory, usual=usual)
            except InvalidHours as error:
                form.add_error(None, ValidationError(list(error.problems)))
            else:
                messages.success(request, "Les horaires sont enregistrés. Le site les montre déjà.")
                return redirect("desk:hours")
    today = timezone.localdate()
    context = {
        "form": form,
        "is_kept": kept is not None,
        "is_preview": is_preview,
        "preview": _preview(territory, shown),
        "sentence": opening_of(territory, shown).sentence(timezone.now()),
        "has_hours": bool(shown),
        "exceptions": [(item, spoken_exception(item), item.last < today) for item in current.exceptions],
        "years": school_years(school_calendar_of(territory), today),
    }
    return render(request, "desk/hours.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@with_territory
def add(request: HttpRequest) -> HttpResponse:
    """Add a closure or an opening out of the ordinary."""
    territory = home()
    kept = kept_form(request)
    form = ExceptionForm(request.POST if request.method == "POST" else None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            add_exception(by=signed_in(request), territory=territory, item=form.item)
        except InvalidHours as error:
            form.add_error(None, ValidationError(list(error.problems)))
        else:
            messages.success(request, f"C’est noté : {spoken_exception(form.item)}.")
            return redirect("desk:hours")
    return render(request, "desk/hours_add.html", {"form": form, "is_kept": kept is not None})


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@with_territory
def remove(request: HttpRequest, first: date, last: date) -> HttpResponse:
    """Ask, then take a particular date away."""
    territory = home()
    exceptions = WeeklyHours.from_json(territory.hours).exceptions
    item = next((each for each in exceptions if (each.first, each.last) == (first, last)), None)
    if item is None:
        raise Http404("Cette date particulière n’est plus dans la liste.")
    if request.method == "POST":
        try:
            remove_exception(by=signed_in(request), territory=territory, first=first, last=last)
        except InvalidHours as error:
            messages.info(request, str(error))
        else:
            messages.success(request, "La date particulière est retirée : ces jours redeviennent ordinaires.")
        return redirect("desk:hours")
    return render(request, "desk/hours_remove.html", {"item": item, "spoken": spoken_exception(item)})


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@with_territory
def school(request: HttpRequest, year: int) -> HttpResponse:
    """Show and save the holidays of one school year."""
    if year not in YEARS:
        raise Http404("Cette année scolaire est trop lointaine.")
    territory = home()
    calendar = school_calendar_of(territory)
    kept = kept_form(request)
    form = SchoolYearForm(
        request.POST if request.method == "POST" else None,
        year=year,
        holidays=calendar.of_year(year),
        initial=kept.dict() if kept else None,
    )
    if request.method == "POST" and form.is_valid():
        holidays = form.cleaned_data["holidays"]
        if not holidays and year in calendar.own:  # every line emptied: that is giving the year back, which is asked
            return redirect("desk:hours_school_back", year)
        try:
            save_school_year(by=signed_in(request), territory=territory, year=year, holidays=holidays)
        except InvalidHours as error:
            form.add_error(None, ValidationError(list(error.problems)))
        else:
            messages.success(request, f"Les vacances de {year_label(year)} sont enregistrées.")
            return redirect("desk:hours")
    context = {
        "form": form,
        "is_kept": kept is not None,
        "year": year,
        "label": year_label(year),
        "is_own": year in calendar.own,
        "zone": calendar.zone,
        "is_known": bool(calendar.of_year(year)),
    }
    return render(request, "desk/hours_school.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@with_territory
def school_back(request: HttpRequest, year: int) -> HttpResponse:
    """Ask, then give a school year back to the official calendar: what the team wrote of it is erased."""
    if year not in YEARS:
        raise Http404("Cette année scolaire est trop lointaine.")
    territory = home()
    calendar = school_calendar_of(territory)
    own = calendar.own.get(year)
    if own is None:
        raise Http404("Personne n’a écrit de dates pour cette année scolaire.")
    if request.method == "POST":
        save_school_year(by=signed_in(request), territory=territory, year=year, holidays=())
        messages.success(request, f"Les dates écrites pour {year_label(year)} sont effacées.")
        return redirect("desk:hours")
    context = {
        "year": year,
        "label": year_label(year),
        "own": own,
        "official": official_year(calendar.zone, year),
        "zone": calendar.zone,
    }
    return render(request, "desk/hours_school_back.html", context)
