"""Addresses of the officer's desk, under `/equipe/`."""

from datetime import date

from django.urls import path, register_converter

from essaim.desk.views import bulk, departure, home, hours, inbox, journal, saved, settings


class DayConverter:
    """A day in an address: « 2026-12-24 »."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Read it; ValueError (no such address) when it is no day."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write it."""
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("boite/", inbox.inbox, name="inbox"),
    path("boite/plusieurs/", bulk.bulk, name="bulk"),
    path("boite/vues/", saved.keep, name="view_keep"),
    path("boite/vues/<int:pk>/effacer/", saved.forget, name="view_forget"),
    path("boite/<slug:kind>/<int:pk>/", inbox.item, name="item"),
    path("boite/<slug:kind>/<int:pk>/confier/", inbox.entrust, name="entrust"),
    path("depart/", departure.departure, name="departure"),
    path("horaires/", hours.hours, name="hours"),
    path("horaires/dates/ajouter/", hours.add, name="hours_add"),
    path("horaires/dates/<day:first>/<day:last>/retirer/", hours.remove, name="hours_remove"),
    path("horaires/vacances/<int:year>/", hours.school, name="hours_school"),
    path("horaires/vacances/<int:year>/rendre/", hours.school_back, name="hours_school_back"),
    path("journal/", journal.journal, name="journal"),
    path("journal/export.csv", journal.journal_csv, name="journal_csv"),
    path("reglages/", settings.settings, name="settings"),
    path("reglages/couleurs/", settings.colours, name="colours"),
]
