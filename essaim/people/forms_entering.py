"""The two small forms of the door."""

from __future__ import annotations

from django import forms

from essaim.foundation.addresses import LONGEST, clean_address

REMEMBER = "Garder ma session sur cet appareil"


class AskForm(forms.Form):
    """An address, and the page that one wanted."""

    email = forms.CharField(
        label="Votre adresse électronique",
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Écrivez votre adresse électronique."},
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def clean_email(self) -> str:
        """In small letters, Latin ones."""
        return clean_address(self.cleaned_data["email"])


class CodeForm(forms.Form):
    """The code of the message."""

    code = forms.CharField(
        label="Le code reçu",
        max_length=40,
        help_text="Six lettres et chiffres, majuscules ou minuscules, avec ou sans espace.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": "Tapez le code du message."},
    )
    remember = forms.BooleanField(label=REMEMBER, required=False)
