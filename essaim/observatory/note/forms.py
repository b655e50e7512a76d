"""The form of the officer's button."""

from __future__ import annotations

from django import forms

from essaim.observatory.models import FIRST_YEAR


class NoteForm(forms.Form):
    """The year of the note to issue; the action knows which years may be."""

    year = forms.IntegerField(
        label="Année de la note",
        help_text="Les chiffres d’années plus récentes n’y seront pas.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
        min_value=FIRST_YEAR,
        error_messages={
            "required": "Écrivez l’année, en quatre chiffres.",
            "invalid": "Écrivez l’année en quatre chiffres : « 2026 ».",
            "min_value": f"L’année de la note est {FIRST_YEAR} au plus tôt.",
        },
    )
