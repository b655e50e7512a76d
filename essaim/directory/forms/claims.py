"""Forms of claims, invitations and mandates. They clean what is typed; actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from essaim.directory.actions.claims import LONGEST_MESSAGE, LONGEST_ROLE, Proof
from essaim.directory.claim_ways import Way
from essaim.directory.enums import ClaimMethod, MandateEnd
from essaim.directory.forms.officer import ContactsForm
from essaim.foundation.addresses import clean_address
from essaim.foundation.journal import NO_NAME

ACCEPT, REFUSE = "accept", "refuse"
TYPES = ".pdf,.jpg,.jpeg,.png,.webp"


def _text(label: str, *, required: bool = False, longest: int = LONGEST_MESSAGE, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Écrivez quelques mots."},
    )


def _role(*, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label="Fonction dans la structure",
        required=required,
        max_length=LONGEST_ROLE,
        help_text="Présidente, salarié, bénévole…",
        error_messages={"required": "Dites la fonction : présidente, salarié, bénévole…"},
    )


class ProofForm(forms.Form):
    """One way to prove, and what it needs: only what the chosen way asks is looked at."""

    way = forms.ChoiceField(
        label="Comment le prouver ?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un moyen.", "invalid_choice": "Choisissez un des moyens proposés."},
    )

    def __init__(self, *args: Any, ways: Sequence[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        way = self.fields["way"]
        assert isinstance(way, forms.ChoiceField)
        way.choices = [(one.value, f"{one.title} ({one.delay})") for one in ways]
        if len(ways) == 1 and not self.is_bound:
            self.initial.setdefault("way", ways[0].value)
        methods = {one.method for one in ways}
        if ClaimMethod.DOMAIN_MAIL in methods:
            domain = next(one.title for one in ways if one.method is ClaimMethod.DOMAIN_MAIL).rpartition("@")[2]
            self.fields["address"] = forms.CharField(
                label=f"Votre adresse @{domain}",
                required=False,
                max_length=254,
                help_text="Seulement si vous avez choisi ce moyen.",
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )
        if ClaimMethod.DOCUMENT in methods:
            self.fields["document"] = forms.FileField(
                label="Votre document",
                required=False,
                help_text="Seulement si vous avez choisi ce moyen. PDF, JPEG, PNG ou WebP, 5 Mo au plus. L’équipe "
                "seule le lit ; il est effacé six mois après la réponse.",
                widget=forms.FileInput(attrs={"accept": TYPES}),
                error_messages={"empty": "Ce document est vide."},
            )

    def proof(self) -> Proof:
        """What the action looks at."""
        data = self.cleaned_data
        method, _, key = data["way"].partition(":")
        if method == ClaimMethod.DOMAIN_MAIL:
            key = data.get("address", "")
        upload = data.get("document") if method == ClaimMethod.DOCUMENT else None
        if upload is None:
            return Proof(method, address=key)
        return Proof(method, document=upload, document_name=upload.name or "", document_size=upload.size or 0)


class ClaimForm(ProofForm):
    """Somebody asks to represent a structure."""

    role = _role()
    message = _text("Un mot pour qui lira votre demande")

    field_order = ("role", "way", "address", "document", "message")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class CodeForm(forms.Form):
    """The code that was received."""

    evidence = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    code = forms.CharField(
        label="Le code reçu",
        max_length=40,
        help_text="Huit caractères. Les espaces et les majuscules ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": "Tapez le code reçu."},
    )


class AppealForm(forms.Form):
    """Why a refusal should be looked at again."""

    message = _text("Ce que l’équipe n’a pas vu, ou ce qui a changé", required=True)


class AnswerClaimForm(forms.Form):
    """A representative answers a claim."""

    answer = forms.ChoiceField(
        label="Votre réponse",
        choices=[(ACCEPT, "J’accepte : cette personne agit pour la structure"), (REFUSE, "Je n’accepte pas")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre réponse."},
    )
    note = _text("Un mot", hint="La personne le lira. Nécessaire si vous n’acceptez pas.")

    def clean(self) -> dict[str, Any]:
        """A refusal has its word."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("answer") == REFUSE and not data.get("note") and "note" not in self.errors:
            self.add_error("note", "Dites en un mot pourquoi : la personne le lira.")
        return data


class DecideClaimForm(forms.Form):
    """The team decides a claim, from the inbox."""

    answer = forms.ChoiceField(
        label="Votre décision",
        choices=[(ACCEPT, "Accepter : cette personne représente la structure"), (REFUSE, "Refuser")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre décision."},
    )
    reason = _text(
        "Pourquoi", hint=f"La personne le lira, et peut déposer un recours. Nécessaire pour un refus. {NO_NAME}"
    )

    def __init__(self, *args: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A refusal has its reason."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("answer") == REFUSE and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Dites pourquoi : la personne le lira.")
        return data


class InviteForm(forms.Form):
    """Invite one person."""

    email = forms.CharField(
        label="Son courriel",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Donnez son courriel."},
    )
    role = _role(required=False)
    message = _text("Un mot d’accompagnement", longest=1000)

    def clean_email(self) -> str:
        """Refuse in words what cannot be written to."""
        return clean_address(self.cleaned_data["email"])


class BulkInviteForm(forms.Form):
    """The word that goes with many invitations."""

    message = _text("Un mot d’accompagnement", longest=1000)


class InviteFilterForm(ContactsForm):
    """Whose contacts are looked at: the filters of the address book."""


class EndForm(forms.Form):
    """End somebody's mandate."""

    reason = forms.ChoiceField(label="La raison", widget=forms.RadioSelect)
    note = _text("Pourquoi", required=True, longest=500, hint=f"La personne le lira. {NO_NAME}")

    def __init__(self, *args: Any, by_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [MandateEnd.REPLACED, *([MandateEnd.WITHDRAWN] if by_team else [])]
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label.capitalize()) for one in reasons]
        self.initial.setdefault("reason", reasons[0].value)


class ResignForm(forms.Form):
    """Give up one's own mandate."""

    note = _text("Un mot pour la structure et l’équipe", longest=500)


class TermForm(forms.Form):
    """The last day of a mandate."""

    until = forms.DateField(
        label="Dernier jour du mandat",
        required=False,
        help_text="Vide : sans terme. Utile pour un bureau élu jusqu’à la prochaine assemblée.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Donnez une date, comme 2027-06-30."},
    )

    def clean_until(self) -> Any:
        """Neither past nor absurd."""
        until = self.cleaned_data["until"]
        today = timezone.localdate()
        if until is not None and until < today:
            raise ValidationError("Choisissez aujourd’hui ou un jour à venir.")
        if until is not None and until.year > today.year + 20:
            raise ValidationError("C’est trop loin : vingt ans au plus.")
        return until


class ContestForm(forms.Form):
    """Say that somebody should not act for the structure."""

    note = _text("Ce qui ne va pas", required=True, longest=1500)
