"""Addresses of the structures that anyone proposes, and of the officer’s merges."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "proposals"

urlpatterns: list[URLPattern] = []
