"""Addresses of claims and invitations: the claimant’s, and the officer’s."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "claims"

urlpatterns: list[URLPattern] = []
