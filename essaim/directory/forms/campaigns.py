"""Forms of the campaign: open one, type the code of a letter, say that a structure has ceased."""

from __future__ import annotations

from typing import Any

from django import forms

from essaim.directory.actions.campaigns import LONGEST_MESSAGE, LONGEST_NAME, REMIND_AFTER
from essaim.directory.actions.corrections import LONGEST_NOTE
from essaim.directory.campaigns import LineState
from essaim.directory.forms.corrections import put
from essaim.nomenclature.perimeter import Family


class OpenForm(forms.Form):
    """A new campaign. `seen`: how many structures the preview counted; it must be so still when it opens."""

    name = forms.CharField(label="Nom de la campagne", max_length=LONGEST_NAME, help_text="« 2026 », par exemple.")
    message = forms.CharField(
        label="Votre mot",
        required=False,
        max_length=LONGEST_MESSAGE,
        help_text="Quelques phrases, montrées dans le message et dans la lettre. Le reste est déjà écrit.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    closes_on = forms.DateField(
        label="Dernier jour pour répondre",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Les liens marchent encore trente jours après.",
    )
    fresh_months = forms.IntegerField(
        label="Laisser tranquilles les fiches confirmées depuis moins de… mois",
        min_value=0,
        max_value=36,
        initial=6,
        help_text="0 : toutes les structures sont interrogées.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def show(self, total: int) -> None:
        """Remember what the preview counted."""
        put(self, "seen", str(total))


class RemindForm(forms.Form):
    """After how many days without an answer."""

    after_days = forms.IntegerField(
        label="Relancer qui n’a pas répondu depuis… jours", min_value=1, max_value=365, initial=REMIND_AFTER
    )


class LinesForm(forms.Form):
    """Filters of the lines of a campaign; what does not exist is left out."""

    etat = forms.ChoiceField(
        label="Où en est-elle ?",
        required=False,
        choices=[("", "Toutes"), *((state.value, state.label) for state in LineState)],
    )
    famille = forms.ChoiceField(
        label="Famille",
        required=False,
        choices=[("", "Toutes"), *((family.value, family.label) for family in Family)],
    )
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(self, *args: Any, communes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commune"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Toutes"), *communes]


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label="Le code de votre lettre",
        max_length=20,
        help_text="Huit lettres et chiffres. Majuscules ou minuscules, avec ou sans espace.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Tapez le code de votre lettre."},
    )


class CeasedForm(forms.Form):
    """« La structure a cessé »: a word is welcome, never due."""

    note = forms.CharField(
        label="Voulez-vous préciser ?",
        required=False,
        max_length=LONGEST_NOTE - 200,
        help_text="Depuis quand, qui a repris l’activité… Lu par l’équipe seulement.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
