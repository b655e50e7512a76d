"""Addresses of the structures that anyone proposes."""

from __future__ import annotations

from django.urls import path

from essaim.directory.views import proposals

app_name = "proposals"

urlpatterns = [
    path("annuaire/proposer/", proposals.propose, name="propose"),
    path("annuaire/proposer/proches/", proposals.similar, name="similar"),
    path("annuaire/proposer/merci/", proposals.thanks, name="thanks"),
]
