"""Forms of the team about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import NO_NAME
from essaim.foundation.plaintext import clean_line
from essaim.people.enums import OfficeKind
from essaim.people.models import Office, Person
from essaim.people.registries import person_roles
from essaim.people.team import STATES


def _day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Choisissez un jour.", "invalid": "Ce jour n’existe pas."},
    )


def _reason(hint: str = f"Gardée dans le journal, que l’équipe lit. {NO_NAME}") -> forms.CharField:
    return forms.CharField(
        label="Raison",
        max_length=300,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi : c’est gardé dans le journal."},
    )


class PersonFilters(forms.Form):
    """What the list may be narrowed to; everything is in the address."""

    q = forms.CharField(label="Nom ou adresse", max_length=200, required=False)
    role = forms.ChoiceField(label="Rôle", required=False)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *STATES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Tous"), *((role.key, role.label) for role in person_roles)]
        self.fields["role"] = forms.ChoiceField(label="Rôle", required=False, choices=choices)

    def clean_q(self) -> str:
        """Without what nobody sees."""
        return clean_line(self.cleaned_data["q"])


class OfficeForm(forms.Form):
    """Name somebody elected member or juror."""

    kind = forms.ChoiceField(
        label="Charge",
        choices=OfficeKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la charge."},
    )
    title = forms.CharField(
        label="Titre", max_length=150, required=False, help_text="Comme il s’écrit : « vice-présidente à l’économie »."
    )
    since = _day("À partir du")
    until = _day("Jusqu’au (compris)", required=False, hint="Laissez vide si la fin n’est pas connue.")

    def clean(self) -> dict[str, Any]:
        """An office ends after it has begun."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "Une charge ne peut pas finir avant d’avoir commencé.")
        return cleaned


class NewPersonForm(OfficeForm):
    """The same for somebody who may have no account yet."""

    email = forms.CharField(
        label="Adresse électronique",
        max_length=254,
        widget=forms.EmailInput,
        error_messages={"required": "Écrivez l’adresse de la personne."},
    )
    name = forms.CharField(
        label="Nom affiché", max_length=150, required=False, help_text="Si un compte existe, son nom reste le même."
    )
    field_order = ("email", "name", "kind", "title", "since", "until")

    def clean_email(self) -> str:
        """An address that a message reaches."""
        return clean_address(self.cleaned_data["email"])


class EndForm(forms.Form):
    """Give an office its end."""

    last_day = _day("Dernier jour (compris)")
    reason = _reason()

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = max(office.since, timezone.localdate())


class WhyForm(forms.Form):
    """A reason, nothing else."""

    reason = _reason()


class AccessForm(forms.Form):
    """What somebody may open of the team's space."""

    officer = forms.BooleanField(
        label="Chargé·e de mission ESS", required=False, help_text="Tout l’espace de l’équipe, sauf donner des accès."
    )
    administrator = forms.BooleanField(
        label="Administration", required=False, help_text="En plus : donner et retirer les accès de l’équipe."
    )
    reason = _reason()

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].initial = person.is_officer
        self.fields["administrator"].initial = person.is_superuser


class ResetFactorsForm(forms.Form):
    """Nobody is believed on a message alone."""

    checked = forms.BooleanField(
        label="J’ai vérifié l’identité de cette personne",
        help_text="De vive voix ou en la voyant, jamais sur la foi d’un message.",
        error_messages={"required": "Vérifiez d’abord que c’est bien elle."},
    )
    reason = _reason("Dites aussi comment vous avez vérifié : c’est gardé dans le journal.")


def put_errors(form: forms.Form, error: ValidationError) -> None:
    """Tie what an action refuses to the field that it names, when the form has it."""
    if hasattr(error, "error_dict"):
        for name, errors in error.message_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error.messages)
