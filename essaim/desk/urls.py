"""Addresses of the officer's desk, under `/equipe/`."""

from django.urls import path

from essaim.desk.views import home, inbox, journal, settings

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("boite/", inbox.inbox, name="inbox"),
    path("boite/<slug:kind>/<int:pk>/", inbox.item, name="item"),
    path("journal/", journal.journal, name="journal"),
    path("journal/export.csv", journal.journal_csv, name="journal_csv"),
    path("reglages/", settings.settings, name="settings"),
    path("reglages/couleurs/", settings.colours, name="colours"),
]
