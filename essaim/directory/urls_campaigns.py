"""Addresses of « ma fiche est-elle à jour ? » and of the corrections of the public."""

from __future__ import annotations

from django.urls import path, re_path

from essaim.directory.urls import STRUCTURE
from essaim.directory.views import campaign_answer as answer
from essaim.directory.views.corrections import correct, correct_thanks

app_name = "campaigns"

urlpatterns = [
    path("fiche/", answer.code_page, name="code"),
    path("fiche/merci/", answer.thanks, name="thanks"),
    path("fiche/<str:token>/", answer.card_page, name="card"),
    path("fiche/<str:token>/corriger/", answer.correct_page, name="correct"),
    path("fiche/<str:token>/cesse/", answer.ceased_page, name="ceased"),
    path("fiche/<str:token>/silence/", answer.Silence.as_view(), name="silence"),
    re_path(rf"{STRUCTURE}corriger/$", correct, name="correction"),
    re_path(rf"{STRUCTURE}corriger/merci/$", correct_thanks, name="correction_thanks"),
]
