"""Forms of the account pages: allauth's own, in plain words and without text that vanishes when one types."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms

HINT_FOR_NEW = "12 caractères au moins. Une phrase que vous retenez fait un bon mot de passe."


class _PlainWords(forms.Form):
    """Gives fields their labels and hints, and takes the placeholders away."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.words.items():
            if name in self.fields:
                self.fields[name].label = label
                if hint:
                    self.fields[name].help_text = hint
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_PlainWords, LoginForm):  # type: ignore[misc]
    """Sign in."""

    words = {
        "login": ("Adresse électronique", ""),
        "password": ("Mot de passe", ""),
        "remember": ("Garder ma session sur cet appareil", ""),
    }


class AskResetForm(_PlainWords, ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to choose a new password."""

    words = {"email": ("Adresse électronique de votre compte", "")}


class NewPasswordForm(_PlainWords, ResetPasswordKeyForm):  # type: ignore[misc]
    """Choose a password, from the link received."""

    words = {"password1": ("Nouveau mot de passe", HINT_FOR_NEW), "password2": ("Le même, encore une fois", "")}


class FirstPasswordForm(_PlainWords, SetPasswordForm):  # type: ignore[misc]
    """Choose a password on an account that has none."""

    words = {"password1": ("Mot de passe", HINT_FOR_NEW), "password2": ("Le même, encore une fois", "")}


class ChangeForm(_PlainWords, ChangePasswordForm):  # type: ignore[misc]
    """Change one's password."""

    words = {
        "oldpassword": ("Mot de passe actuel", ""),
        "password1": ("Nouveau mot de passe", HINT_FOR_NEW),
        "password2": ("Le même, encore une fois", ""),
    }


class ConfirmForm(_PlainWords, ReauthenticateForm):  # type: ignore[misc]
    """Prove again who one is."""

    words = {"password": ("Mot de passe", "")}
