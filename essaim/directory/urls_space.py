"""Addresses of the structures’ own space, under `/espace/`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "space"

urlpatterns: list[URLPattern] = []
