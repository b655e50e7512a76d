"""Addresses of the officer's tools of the observatory, under `/equipe/observatoire/`."""

from django.urls import URLPattern

app_name = "observatory_officer"

urlpatterns: list[URLPattern] = []
