"""Forms that say what a card should read: of the public, of a campaign's link, and the answer to them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from essaim.directory.actions.corrections import LONGEST_NOTE
from essaim.directory.cardfields import LABELS, LONGEST_NAME, LONGEST_TEXT, CardRefused, clean
from essaim.directory.cardwords import words_of
from essaim.directory.corrections import Compared
from essaim.directory.models import Card
from essaim.foundation.addresses import clean_address
from essaim.foundation.hours import InvalidHours, Weekday, WeeklyHours, parse_slots
from essaim.foundation.hours.calendar import Regime
from essaim.foundation.plaintext import clean_text
from essaim.nomenclature.publics import all_publics

if TYPE_CHECKING:
    from django.http import QueryDict

SHORTEST_SECONDS = 3
"""Nobody reads a card and writes in less; a robot does."""
_signer = signing.TimestampSigner(salt="essaim.directory.correction")
DAYS = {f"hours_{day.key}": day for day in Weekday}
SHOWN = ("name", "description", "phone", "email", "website", "services", "audiences")
"""Fields of the card that the form draws one by one, in this order; the hours are drawn apart, day by day."""
REMOVABLE = ("phone", "email", "website")
_AREA = {"rows": 4}


def stamp(seconds_ago: int = 0) -> str:
    """A signed text that says when the form was opened."""
    return signing.Signer.sign(_signer, f"corriger:{signing.b62_encode(int(time.time()) - seconds_ago)}")


def put(form: forms.Form, name: str, value: str) -> None:
    """Change one value of what was sent, for the page that shows it again."""
    data = cast("QueryDict", form.data).copy()
    data[name] = value
    form.data = data


class SuggestForm(forms.Form):
    """Field by field: an empty field leaves the card as it is. `values()` gives what is proposed, and nothing else.

    `version` is the one of the card that was read: what changed meanwhile is shown, never written over.
    """

    name = forms.CharField(label=LABELS["name"], required=False, max_length=LONGEST_NAME)
    phone = forms.CharField(
        label=LABELS["phone"], required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    remove_phone = forms.BooleanField(label="Ce numéro n’est plus le bon : à retirer", required=False)
    email = forms.CharField(
        label=LABELS["email"], required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    remove_email = forms.BooleanField(label="Cette adresse n’est plus la bonne : à retirer", required=False)
    website = forms.CharField(
        label=LABELS["website"], required=False, max_length=200, widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    remove_website = forms.BooleanField(label="Ce site n’existe plus : à retirer", required=False)
    description = forms.CharField(
        label=LABELS["description"], required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=_AREA)
    )
    services = forms.CharField(
        label=LABELS["services"],
        required=False,
        max_length=2500,
        help_text="La liste entière, une ligne par chose proposée.",
        widget=forms.Textarea(attrs=_AREA),
    )
    audiences = forms.MultipleChoiceField(
        label=LABELS["audiences"],
        required=False,
        choices=[(public.key, public.label) for public in all_publics()],
        help_text="Cochez tous les publics accueillis, ou rien si c’est exact.",
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Un mot pour qui relira",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="D’où vous tenez l’information, ou ce qui n’entre dans aucune case. Il n’est jamais publié.",
        widget=forms.Textarea(attrs=_AREA),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        self.card = card
        kwargs["initial"] = {"version": card.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for name in SHOWN:
            self.fields[name].label = f"{LABELS[name]} : ce serait plutôt…"
        for name, day in DAYS.items():
            self.fields[name] = forms.CharField(label=day.label.capitalize(), required=False, max_length=120)
        for name in REMOVABLE:
            if not getattr(card, name):
                del self.fields[f"remove_{name}"]

    def rows(self) -> list[dict[str, Any]]:
        """What the page draws: each field with its present value and its « ce serait plutôt »."""
        found = []
        for name in SHOWN:
            remove = f"remove_{name}"
            found.append(
                {
                    "label": LABELS[name],
                    "today": words_of(name, getattr(self.card, name)),
                    "field": self[name],
                    "remove": self[remove] if remove in self.fields else None,
                }
            )
        return found

    def hours_today(self) -> list[str]:
        """The opening hours that the card tells."""
        return words_of("hours", self.card.hours)

    def days(self) -> list[forms.BoundField]:
        """The seven fields of the hours."""
        return [self[name] for name in DAYS]

    def clean_note(self) -> str:
        """What somebody can read."""
        return clean_text(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        """Read the days, and let the one cleaning of cards judge each value; what cannot be is told on its field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        values: dict[str, Any] = {
            name: data[name] for name in ("name", "description", "phone", "email", "website") if data.get(name)
        }
        for name in REMOVABLE:
            if data.get(f"remove_{name}"):
                if name in values:
                    self.add_error(name, "Retirer ou remplacer ? Décochez la case, ou videz ce champ.")
                values[name] = ""
        if services := [line for line in data.get("services", "").splitlines() if line.strip()]:
            values["services"] = services
        if data.get("audiences"):
            values["audiences"] = data["audiences"]
        if hours := self._hours(data):
            values["hours"] = hours
        try:
            self._values = clean(values)
        except CardRefused as error:
            self.tell(error.errors)
        return data

    def values(self) -> dict[str, Any]:
        """What is proposed, by field of the card."""
        return self._values

    def tell(self, errors: Mapping[str, list[str]]) -> None:
        """Put what a card refuses on its fields."""
        for name, texts in errors.items():
            field = name if name in self.fields else "hours_mon" if name == "hours" else None
            for text in texts:
                self.add_error(field, text)

    def renew(self) -> None:
        """Take the version of today: who wrote has the present values before their eyes, and sends again."""
        put(self, "version", str(self.card.version))

    def _hours(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The card's hours with the days that were filled; nothing when none was."""
        typed = {day: data[name].strip() for name, day in DAYS.items() if data.get(name, "").strip()}
        if not typed:
            return {}
        present = WeeklyHours.from_json(self.card.hours).to_json() if self.card.hours else {}
        regimes = dict(present.get("regimes", {}))
        week = dict(regimes.get(Regime.NORMAL.value, {}))
        for day, text in typed.items():
            try:
                slots = [[slot.opens, slot.closes] for slot in parse_slots(text)]
            except InvalidHours as error:
                self.add_error(f"hours_{day.key}", str(error))
                continue
            week.pop(day.key, None)
            if slots:
                week[day.key] = slots
        return {**present, "regimes": {**regimes, Regime.NORMAL.value: week}}


class CorrectionForm(SuggestForm):
    """The same, of whoever comes: an address for the answer, and the stamp that keeps robots out."""

    reply_to = forms.CharField(
        label="Votre courriel",
        required=False,
        max_length=254,
        help_text="Pour vous répondre, et pour rien d’autre : il est effacé ensuite. "
        "Sans lui, nous ne pourrons pas vous dire la suite.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["opened"] = stamp()

    def clean_reply_to(self) -> str:
        """Refuse in words what cannot be answered."""
        email: str = self.cleaned_data["reply_to"]
        return clean_address(email) if email.strip() else ""

    def clean(self) -> dict[str, Any]:
        """Refuse what no person sends: too fast, or without the stamp of the form."""
        data = super().clean()
        try:
            _signer.unsign(data.get("opened", ""), max_age=SHORTEST_SECONDS)
        except signing.SignatureExpired:
            return data
        except signing.BadSignature:
            # A new stamp, old enough for a second try to succeed at once.
            put(self, "opened", stamp(SHORTEST_SECONDS + 1))
            if self.errors:
                return data
            raise ValidationError("Le formulaire était incomplet. Relisez, puis envoyez de nouveau.") from None
        if self.errors:
            return data
        raise ValidationError("C’était très rapide. Relisez, puis envoyez de nouveau.")


class AnswerForm(forms.Form):
    """Field by field: checked, it is published; unchecked, it is refused, with a word."""

    fields_kept = forms.MultipleChoiceField(
        label="Rubriques à accepter",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ce qui est décoché est refusé.",
        error_messages={"invalid_choice": "Une rubrique choisie ne fait pas partie de cette correction."},
    )
    answer = forms.CharField(
        label="Votre réponse", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, compared: list[Compared], has_address: bool, **kwargs: Any) -> None:
        initial = {"fields_kept": [one.name for one in compared]}
        # A form kept over a sign-in comes as plain words: one choice stands there alone.
        kept = dict(kwargs.get("initial") or {})
        if isinstance(kept.get("fields_kept"), str):
            kept["fields_kept"] = [kept["fields_kept"]]
        kwargs["initial"] = initial | kept
        super().__init__(*args, **kwargs)
        field = self.fields["fields_kept"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.name, one.label) for one in compared]
        self.fields["answer"].help_text = (
            "Elle part par courriel à la personne qui a proposé, puis son adresse est effacée. "
            "Elle est nécessaire dès qu’une rubrique est refusée."
            if has_address
            else "Personne ne la recevra : elle reste ici, pour mémoire. Elle est nécessaire dès qu’une rubrique est "
            "refusée."
        )
