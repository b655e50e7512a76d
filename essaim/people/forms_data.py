"""The form that erases an account."""

from __future__ import annotations

from typing import Any

from django import forms

from essaim.people.models import Person


class EraseForm(forms.Form):
    """One's own address, typed again: nobody erases an account by a slip of the hand."""

    address = forms.CharField(
        label="Pour confirmer, écrivez l’adresse de votre compte",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_address(self) -> str:
        """It must be that of the account, whatever its case."""
        address: str = self.cleaned_data["address"].strip()
        if address.lower() != self.person.email.lower():
            raise forms.ValidationError("Ce n’est pas l’adresse de ce compte : rien n’est supprimé.")
        return address
