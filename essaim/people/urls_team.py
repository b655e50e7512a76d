"""Addresses of the team’s screens about people, under `/equipe/personnes/`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "people"

urlpatterns: list[URLPattern] = []
