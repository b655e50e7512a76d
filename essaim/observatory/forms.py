"""Forms of the officer's screens of the observatory. They clean what is typed; actions decide."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from essaim.foundation.journal import NO_NAME
from essaim.foundation.refusals import LARGEST_BODY
from essaim.observatory.actions.comments import LONGEST
from essaim.observatory.actions.publishing import LONGEST_REASON
from essaim.observatory.enums import FactRole, Field, Level
from essaim.observatory.indicators import CATALOGUE, Unit
from essaim.observatory.models import FIRST_YEAR, LAST_YEAR, Comment, PublishedFact
from essaim.observatory.serving import served_epci
from essaim.observatory.territory import Territory
from essaim.ui.typography import FIXED, number

LARGEST = LARGEST_BODY - 512 * 1024
"""Bytes of one file: what a form may weigh, less what stands around the file."""
LARGEST_SAID = f"{number(Decimal(LARGEST) / 1024 / 1024, 1)}{FIXED}Mo"


class UploadForm(forms.Form):
    """A source file. Its name and declared type are not believed: the content is read."""

    file = forms.FileField(
        label="Le fichier, tel que vous l’avez reçu",
        help_text=f"CSV, tableur ou ZIP, {LARGEST_SAID} au plus. N’y changez rien : l’observatoire reconnaît sa forme.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods,.zip"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def clean_file(self) -> Any:
        """Refuse what is too big before anything is read."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise ValidationError(
                f"Ce fichier pèse plus de {LARGEST_SAID} : la personne qui tient le serveur le charge avec "
                "« essaim observatory load FICHIER --apply »."
            )
        return upload


class YearForm(forms.Form):
    """The year that a file does not say."""

    annee = forms.IntegerField(
        label="Année que le fichier décrit",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="L’année des chiffres, pas celle de leur parution : « 2018 ».",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
        error_messages={
            "required": "Écrivez l’année, en quatre chiffres.",
            "invalid": "Écrivez l’année en quatre chiffres : « 2018 ».",
            "min_value": f"L’année va de {FIRST_YEAR} à {LAST_YEAR}.",
            "max_value": f"L’année va de {FIRST_YEAR} à {LAST_YEAR}.",
        },
    )


class ReasonForm(forms.Form):
    """Why a vintage is withdrawn."""

    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=LONGEST_REASON,
        help_text=f"Votre raison est gardée dans le journal. {NO_NAME}",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites la raison, en une phrase."},
    )


class TypedNumber(NamedTuple):
    """A number as somebody typed it, with the sign of its unit when one was typed."""

    value: Decimal
    sign: str


_NUMBER = re.compile(r"([0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)([.,][0-9]{1,2})?[ \u00a0\u202f]*(%|€)?")


class FrenchNumberField(forms.CharField):
    """« 11 », « 11,4 % », « 10 900 », « 1 000 € ». A point is a comma; « 1.000 » is refused: it may mean two things."""

    def to_python(self, value: Any) -> Any:
        """A TypedNumber, or an empty text."""
        text = (super().to_python(value) or "").strip()
        if not text:
            return ""
        if text[0] in "-\u2212":
            raise ValidationError("Le chiffre ne peut pas être négatif.")
        found = _NUMBER.fullmatch(text)
        if found is None or len(text) > 40:
            raise ValidationError("Écrivez un nombre, comme « 11,4 » ou « 10 900 » : deux décimales au plus.")
        whole, decimals, sign = found.groups()
        return TypedNumber(Decimal(re.sub(r"\D", "", whole) + (decimals or "").replace(",", ".")), sign or "")


def _territories(kept: Territory | None) -> list[tuple[str, str]]:
    served = [(territory.code, territory.name) for territory in served_epci()]
    if kept is not None and kept.code not in dict(served):
        served.append((kept.code, kept.name))
    return served


class _AboutForm(forms.Form):
    """Which figure of which territory served."""

    indicator = forms.ChoiceField(
        label="Indicateur",
        choices=[("", "Choisir…"), *((one.key, one.label) for one in CATALOGUE.values())],
        error_messages={"required": "Choisissez l’indicateur.", "invalid_choice": "Choisissez l’indicateur."},
    )
    code = forms.ChoiceField(
        label="Territoire",
        error_messages={"required": "Choisissez le territoire.", "invalid_choice": "Choisissez le territoire."},
    )

    def __init__(self, *args: Any, kept: Territory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = dict(_territories(kept))
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(self.names.items())
        if len(self.names) == 1:
            # Nothing to choose: the one territory is not asked for.
            field.required = False
            field.widget = forms.HiddenInput()

    def clean_code(self) -> str:
        """The one territory when there is one."""
        code = self.cleaned_data["code"]
        return code or next(iter(self.names))

    def territory(self) -> Territory:
        """The territory chosen; only once the form is valid."""
        code = self.cleaned_data["code"]
        return Territory(Level.EPCI, code, self.names[code])


class CommentForm(_AboutForm):
    """What the ESS service says of a figure."""

    text = forms.CharField(
        label="Votre commentaire",
        max_length=LONGEST + 500,
        help_text=f"Texte simple, {number(LONGEST)} caractères au plus. Une ligne vide fait un nouveau paragraphe.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Écrivez votre commentaire."},
    )

    @classmethod
    def initial_of(cls, comment: Comment) -> dict[str, Any]:
        """What the form shows of a comment."""
        return {"indicator": comment.indicator, "code": comment.code, "text": comment.text}


class FactForm(_AboutForm):
    """A figure said by others, with its citation. `role` cited asks besides what it counts and which file tells it."""

    year = forms.IntegerField(
        label="Année du chiffre",
        help_text="L’année que le chiffre décrit : « 2018 ».",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
        error_messages={
            "required": "Écrivez l’année du chiffre.",
            "invalid": "Écrivez l’année en quatre chiffres : « 2018 ».",
        },
    )
    value = FrenchNumberField(
        label="Valeur",
        max_length=60,
        help_text="« 11 », « 11,4 » ou « 10 900 », telle qu’elle est dite.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": "Écrivez le chiffre."},
    )
    wording = forms.CharField(
        label="Tel qu’il est dit", required=False, max_length=200, help_text="« 11 % des emplois »."
    )
    field = forms.ChoiceField(
        label="Ce qu’il compte",
        required=False,
        choices=[("", "La source ne le dit pas"), *Field.choices],
        help_text="Deux chiffres de champs différents ne se suivent jamais sur une même courbe.",
    )
    source_title = forms.CharField(
        label="Qui le dit",
        max_length=300,
        help_text="Qui a établi le chiffre, et dans quoi : « Insee, tableau commandé par le réseau des CRESS ».",
        error_messages={"required": "Un chiffre ne se montre jamais sans sa source : dites qui le publie."},
    )
    source_url = forms.URLField(
        label="Lu à",
        required=False,
        max_length=500,
        help_text="L’adresse de la page où vous l’avez lu, même si elle est à quelqu’un d’autre.",
        assume_scheme="https",
        error_messages={"invalid": "Cette adresse n’est pas celle d’une page web (https://…)."},
    )
    said_on = forms.DateField(
        label="Date de publication, ou de lecture",
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Écrivez la date ainsi : 12/10/2026."},
    )
    file_to_load = forms.CharField(
        label="Fichier qui permettrait de le recalculer",
        required=False,
        max_length=200,
        help_text="« Flores × ESS 2018, tableaux EPCI T3 et T4 ».",
    )

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        if role == FactRole.ANNOUNCED:
            del self.fields["field"], self.fields["file_to_load"]

    @classmethod
    def initial_of(cls, fact: PublishedFact) -> dict[str, Any]:
        """What the form shows of a fact."""
        names = ("indicator", "code", "year", "field", "wording", "source_title", "source_url", "said_on")
        shown: dict[str, Any] = {name: getattr(fact, name) for name in names}
        return shown | {"value": number(fact.value).replace("\u202f", " "), "file_to_load": fact.file_to_load}

    def clean(self) -> dict[str, Any]:
        """The sign typed is the indicator's."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        typed, known = data.get("value"), CATALOGUE.get(data.get("indicator", ""))
        if isinstance(typed, TypedNumber):
            sign = {Unit.PERCENT: "%", Unit.EURO: "€"}.get(known.unit, "") if known else typed.sign
            if typed.sign and typed.sign != sign:
                self.add_error("value", f"Cet indicateur ne se compte pas en « {typed.sign} ».")
        return data

    def values(self) -> dict[str, Any]:
        """Arguments of `save_fact`; only once the form is valid."""
        data = self.cleaned_data
        return {
            "role": self.role,
            "key": data["indicator"],
            "territory": self.territory(),
            "year": data["year"],
            "value": data["value"].value,
            "field": data.get("field", ""),
            "wording": data["wording"],
            "source_title": data["source_title"],
            "source_url": data["source_url"],
            "said_on": data["said_on"],
            "file_to_load": data.get("file_to_load", ""),
        }
