"""Forms of the newsletter: a visitor's address, the officer's letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from essaim.editorial.models import Letter
from essaim.editorial.newsletter import CONSENT
from essaim.editorial.newsletter.addresses import meant
from essaim.foundation.addresses import LONGEST, clean_address
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.foundation.registries import letter_sources
from essaim.ui.typography import day_name


class SubscribeForm(forms.Form):
    """One address. One that looks like a slip is asked again: sent a second time as it is, it passes.

    The clean address is kept by `address` after `is_valid()`. `site` is a trap: people do not see it.
    """

    email = forms.CharField(
        label="Votre adresse électronique",
        help_text="Par exemple nom@exemple.fr.",
        error_messages={"required": "Écrivez votre adresse électronique."},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": LONGEST}),
    )
    sure = forms.CharField(required=False, widget=forms.HiddenInput)
    site = forms.CharField(required=False, widget=forms.HiddenInput)
    doubted = ""
    """The address that was asked again: the next answer carries it in `sure`."""

    def __init__(self, *args: Any, consent: str = CONSENT, **kwargs: Any) -> None:
        """`consent`: the sentence above the button."""
        super().__init__(*args, **kwargs)
        self.consent = consent

    def clean_email(self) -> str:
        """Refuse in words what cannot be an address."""
        return clean_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Doubt once; refuse what a robot fills."""
        cleaned = super().clean() or self.cleaned_data
        email = cleaned.get("email", "")
        if cleaned.get("site"):
            raise ValidationError("Un champ caché doit rester vide : rechargez la page, puis recommencez.")
        other = meant(email) if email else ""
        if other and cleaned.get("sure", "") != email:
            self.doubted = email
            self.add_error(
                "email", f"Vouliez-vous écrire {other} ? Sinon, envoyez de nouveau : nous garderons {email}."
            )
        return cleaned


class LetterForm(forms.Form):
    """What the officer writes of a letter: its subject, a word, and what it tells, by heading."""

    title = forms.CharField(
        label="Objet",
        max_length=120,
        help_text="C’est ce qu’on lit avant d’ouvrir : dites le plus intéressant.",
        error_messages={"required": "Donnez un objet à la lettre."},
    )
    intro = forms.CharField(
        label="Mot d’introduction",
        required=False,
        max_length=2000,
        strip=True,
        help_text="Quelques phrases. Une ligne vide sépare deux paragraphes.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    """The state of the draft that this person opened: see `actions.letters.version_of`."""

    def __init__(self, *args: Any, since: date, letter: Letter | None = None, **kwargs: Any) -> None:
        """`since`: from when there is something to tell. What the draft tells already stays proposed, however old."""
        super().__init__(*args, **kwargs)
        chosen = [(pick.source, pick.item) for pick in letter.picks.all()] if letter else []
        for source in letter_sources:
            mine = [item for key, item in chosen if key == source.key]
            items = {item.key: item for item in source.items(since)}
            items |= {item.key: item for item in source.read([key for key in mine if key not in items])}
            rows = sorted(items.values(), key=lambda item: item.day, reverse=True)
            if not rows:
                continue
            self.fields[_field(source.key)] = forms.MultipleChoiceField(
                label=source.label,
                required=False,
                choices=[(item.key, f"{item.title} ({day_name(item.day)})") for item in rows],
                widget=forms.CheckboxSelectMultiple,
                initial=[key for key in mine if key in items],
                error_messages={"invalid_choice": "Un des contenus choisis n’est plus publié : vérifiez la liste."},
            )
        if letter:
            opened = {"title": letter.title, "intro": letter.intro, "version": letter.changed_at.isoformat()}
            self.initial = opened | dict(self.initial)

    def clean_title(self) -> str:
        """On one line, since a mail's header holds it; something to read."""
        title = clean_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError("Donnez un objet à la lettre.")
        return title

    def clean_intro(self) -> str:
        """Without what nobody sees."""
        return clean_text(self.cleaned_data["intro"])

    @property
    def tells_nothing(self) -> bool:
        """No source has anything to propose."""
        return not any(name.startswith("tell_") for name in self.fields)

    def picks(self) -> list[tuple[str, str]]:
        """(source, item) of what is ticked, in the order of the headings, the newest first under each."""
        cleaned: Mapping[str, Any] = self.cleaned_data
        found = []
        for source in letter_sources:
            field = self.fields.get(_field(source.key))
            if isinstance(field, forms.MultipleChoiceField):
                ticked = set(cleaned[_field(source.key)])
                rows = [str(key) for key, _ in field.widget.choices]
                found += [(source.key, key) for key in rows if key in ticked]
        return found


def _field(key: str) -> str:
    return f"tell_{key}"
