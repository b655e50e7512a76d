"""The contact form: no account, no third party, and nothing typed is ever lost."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from essaim.editorial.actions.contact import Words, count_links
from essaim.editorial.blocks.links import is_site_path
from essaim.editorial.enums import ContactTopic
from essaim.editorial.models.contact import LONGEST_MESSAGE
from essaim.foundation.addresses import clean_address
from essaim.foundation.plaintext import clean_line, clean_text

SHORTEST_SECONDS = 3
"""Nobody reads, chooses and writes in less; a robot does."""
LONGEST_SECONDS = 24 * 3600
"""A page left open for longer is asked once again: robots replay old forms."""
FREE_LINKS = 2
"""More links than that, and the visitor is asked once whether it is meant."""
_signer = signing.TimestampSigner(salt="essaim.editorial.contact")


class CleanTextField(forms.CharField):
    """A text of several lines; control characters leave it silently, since nobody types them."""

    def to_python(self, value: Any) -> str:
        """Clean before the checks."""
        return clean_text(str(value)) if value not in self.empty_values else ""


class CleanLineField(forms.CharField):
    """A text on one line: no line break can enter a mail's header by it."""

    def to_python(self, value: Any) -> str:
        """Clean before the checks."""
        return clean_line(str(value)) if value not in self.empty_values else ""


def _stamp(seconds_ago: int = 0) -> str:
    """A signed text that says when the form was opened."""
    return signing.Signer.sign(_signer, f"contact:{signing.b62_encode(int(time.time()) - seconds_ago)}")


class ContactForm(forms.Form):
    """Who writes, about what."""

    objet = forms.ChoiceField(
        label="Objet",
        choices=[("", "Choisissez"), *ContactTopic.choices],
        error_messages={"required": "Choisissez l’objet de votre message."},
    )
    name = CleanLineField(
        label="Votre nom",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Dites-nous comment vous appeler."},
    )
    email = forms.EmailField(
        label="Votre courriel",
        help_text="Pour vous répondre, et pour rien d’autre.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Sans adresse, nous ne pourrions pas vous répondre."},
    )
    structure = CleanLineField(
        label="Votre structure",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = CleanTextField(
        label="Votre message",
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Écrivez votre message."},
    )
    links_meant = forms.BooleanField(label="Ces liens sont bien voulus", required=False)
    sur = CleanLineField(widget=forms.HiddenInput, required=False, max_length=200)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["opened"] = _stamp()
            del self.fields["links_meant"]
        else:
            self.links = count_links(str(self.data.get("message", "")))
            if self.links <= FREE_LINKS:
                del self.fields["links_meant"]

    def clean_email(self) -> str:
        """Refuse in words what cannot be answered."""
        return clean_address(self.cleaned_data["email"])

    def clean_sur(self) -> str:
        """A page of this site, or nothing."""
        path: str = self.cleaned_data["sur"]
        return path if is_site_path(path) else ""

    def clean(self) -> dict[str, Any]:
        """Ask once more what no person sends: too fast, too old, many links."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "links_meant" in self.fields and not data.get("links_meant"):
            self.add_error(
                "links_meant",
                ValidationError(
                    f"Votre message contient {self.links} liens. S’ils sont voulus, cochez cette case : il partira."
                ),
            )
        opened = data.get("opened", "")
        try:
            _signer.unsign(opened, max_age=LONGEST_SECONDS)
        except signing.BadSignature:
            # A new stamp, old enough for a second try to succeed at once.
            self.data = {**dict(self.data.items()), "opened": _stamp(SHORTEST_SECONDS + 1)}
            if self.errors:
                return data
            raise ValidationError(
                "Cette page était ouverte depuis longtemps. Votre message est toujours là : relisez, puis envoyez."
            ) from None
        try:
            _signer.unsign(opened, max_age=SHORTEST_SECONDS)
        except signing.SignatureExpired:
            return data
        if self.errors:
            return data  # one thing at a time: sent again, nobody will be as quick
        raise ValidationError("C’était très rapide. Relisez votre message, puis envoyez de nouveau.")

    def words(self) -> Words:
        """What the form says, for the action."""
        data = self.cleaned_data
        return Words(data["objet"], data["name"], data["email"], data["message"], data["structure"], data["sur"])
