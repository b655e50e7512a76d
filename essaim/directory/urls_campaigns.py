"""Addresses of « ma fiche est-elle à jour ? » and of the corrections of the public."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "campaigns"

urlpatterns: list[URLPattern] = []
