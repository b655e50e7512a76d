"""Forms of the team's own file of a structure."""

from __future__ import annotations

from django import forms

from essaim.directory.actions.inside import LONGEST_NOTE, LONGEST_TAG


class NoteForm(forms.Form):
    """A note that the team alone reads."""

    text = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        help_text="Lue par l’équipe seulement ; la personne dont vous parlez peut demander à la lire.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez la note."},
    )
    is_pinned = forms.BooleanField(label="Garder en tête de liste", required=False)


class ContactForm(forms.Form):
    """Somebody to reach in the structure."""

    name = forms.CharField(label="Nom", required=False, max_length=150)
    role = forms.CharField(label="Fonction", required=False, max_length=150)
    email = forms.CharField(label="Courriel", required=False, max_length=254)
    phone = forms.CharField(label="Téléphone", required=False, max_length=30)
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class TagForm(forms.Form):
    """A word of the team's own to sort structures."""

    name = forms.CharField(
        label="Étiquette",
        max_length=LONGEST_TAG,
        error_messages={"required": "Écrivez l’étiquette."},
    )
