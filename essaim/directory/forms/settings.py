"""The form of the directory's settings."""

from __future__ import annotations

from typing import Any

from django import forms

from essaim.directory.enums import Moderation
from essaim.directory.models import DirectorySettings


class DirectorySettingsForm(forms.Form):
    """What the officer sets on one screen."""

    moderation = forms.ChoiceField(
        label="Ce qu’écrit une structure est publié",
        choices=Moderation.choices,
        widget=forms.RadioSelect,
        help_text="« Après relecture » : chaque changement et chaque photo attendent dans la boîte de réception. "
        "Le résumé facile à lire attend toujours.",
        error_messages={"required": "Choisissez."},
    )
    answer_days = forms.IntegerField(
        label="Délai de réponse promis, en jours ouvrés",
        min_value=1,
        max_value=60,
        help_text="Dit à qui demande à représenter une structure, et à qui attend une relecture.",
    )
    offers_post = forms.BooleanField(
        label="Proposer un code par la poste",
        required=False,
        help_text="Pour les structures sans courriel connu : vous imprimez la lettre.",
    )

    @classmethod
    def initial_of(cls, row: DirectorySettings) -> dict[str, Any]:
        """What the form shows of the settings in force."""
        return {name: getattr(row, name) for name in ("moderation", "answer_days", "offers_post")}
