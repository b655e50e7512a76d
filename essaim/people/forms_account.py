"""Forms of one's own account, and of its second factors, in plain words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from essaim.foundation.addresses import LONGEST, clean_address
from essaim.foundation.plaintext import clean_line
from essaim.people.forms import _PlainWords


class NameForm(forms.Form):
    """The name that others see."""

    name = forms.CharField(
        label="Le nom que les autres voient",
        max_length=150,
        required=False,
        help_text="Votre prénom suffit, ou le nom que vous voulez.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """On one line, without signs that nobody sees."""
        return clean_line(self.cleaned_data["name"])


class AddressForm(forms.Form):
    """The new address."""

    email = forms.CharField(
        label="Votre nouvelle adresse électronique",
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Écrivez votre nouvelle adresse."},
    )

    def clean_email(self) -> str:
        """In small letters, Latin ones."""
        return clean_address(self.cleaned_data["email"])


class SecondFactorForm(_PlainWords, AuthenticateForm):  # type: ignore[misc]
    """The code of the application, or one of the recovery codes."""

    words = {"code": ("Code à 6 chiffres", "Celui de votre application, ou un de vos codes de secours (8 chiffres).")}


class ProveAgainForm(_PlainWords, ReauthenticateForm):  # type: ignore[misc]
    """The same, before a change that matters."""

    words = SecondFactorForm.words


class TOTPForm(_PlainWords, ActivateTOTPForm):  # type: ignore[misc]
    """The first code shows that the application has the secret."""

    words = {"code": ("Le code que l’application affiche", "6 chiffres ; il change toutes les trente secondes.")}


class PasskeyForm(_PlainWords, AddWebAuthnForm):  # type: ignore[misc]
    """A new key. It signs in alone whenever it can: nobody has to choose."""

    words = {"name": ("Le nom de cette clé", "Pour la reconnaître : « Mon téléphone », « Clé bleue ».")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True
        self.fields["name"].widget.attrs["maxlength"] = 60

    def clean_name(self) -> str:
        """Short, on one line; nothing typed: a name is given."""
        return clean_line(str(super().clean_name()))[:60]


class KeyNameForm(_PlainWords, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    words = {"name": ("Le nom de cette clé", "")}

    def clean_name(self) -> str:
        """Short, on one line."""
        return clean_line(self.cleaned_data["name"])[:60] or "Ma clé"
