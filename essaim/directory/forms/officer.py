"""Forms of the officer's screens of the directory. They clean what is typed; actions decide."""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from essaim.directory.actions.reports import LONGEST
from essaim.directory.enums import Decision, ErrorTopic
from essaim.directory.models import Synonym, Tag
from essaim.directory.queries import by_key
from essaim.foundation.addresses import clean_address
from essaim.foundation.identifiers import InvalidIdentifier, clean_rna, clean_siren, clean_siret
from essaim.foundation.journal import NO_NAME
from essaim.foundation.plaintext import clean_text
from essaim.foundation.search.text import sort_key
from essaim.geography.models import Commune
from essaim.nomenclature.naf import activity_groups, all_naf
from essaim.nomenclature.perimeter import Family

LARGEST = 5 * 1024 * 1024
"""Bytes. The officer's lists weigh a hundred times less."""
REASON_HINT = f"Votre raison est gardée avec la décision, dans le journal. {NO_NAME}"


def _reason(label: str = "Pourquoi ?", hint: str = REASON_HINT) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites la raison, en une phrase."},
    )


class FindForm(forms.Form):
    """Finds a structure by its name or number."""

    q = forms.CharField(label="Nom, SIREN, SIRET, RNA ou code", required=False, max_length=200)


class ContactsForm(forms.Form):
    """Narrows the address book."""

    q = forms.CharField(
        label="Mots", required=False, max_length=200, help_text="Structure, nom, courriel ou téléphone."
    )
    etiquette = forms.ModelChoiceField(
        label="Étiquette",
        queryset=Tag.objects.order_by("name"),
        required=False,
        empty_label="Toutes",
        error_messages={"invalid_choice": "Cette étiquette n’existe plus."},
    )


class DecideForm(forms.Form):
    """Admit or set aside."""

    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[
            (Decision.ADMIT.value, "Admettre : elle est dans l’annuaire par décision du territoire"),
            (Decision.EXCLUDE.value, "Écarter : le public ne la voit plus"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une décision."},
    )
    reason = _reason()


class ReasonForm(forms.Form):
    """A reason, nothing else."""

    reason = _reason()


class AdmitForm(forms.Form):
    """A structure that the official files do not know."""

    name = forms.CharField(label="Nom de la structure", max_length=250)
    commune = forms.ModelChoiceField(
        label="Commune",
        queryset=Commune.objects.none(),
        empty_label="Choisir…",
        error_messages={"required": "Choisissez la commune."},
    )
    family = forms.ChoiceField(label="Famille", choices=[(family.value, family.label) for family in Family])
    naf = forms.ChoiceField(
        label="Activité", required=False, help_text="Ce que fait la structure, pour qu’on la trouve par son activité."
    )
    siret = forms.CharField(label="SIRET, s’il existe", required=False, max_length=30)
    siren = forms.CharField(label="SIREN, s’il existe", required=False, max_length=20)
    rna = forms.CharField(label="Numéro RNA, s’il existe", required=False, max_length=20)
    address = forms.CharField(label="Adresse", required=False, max_length=300)
    postcode = forms.RegexField(
        label="Code postal",
        regex=r"^\d{5}$",
        required=False,
        error_messages={"invalid": "Un code postal compte 5 chiffres."},
    )
    reason = _reason("Pourquoi est-elle de l’économie sociale et solidaire ?")

    def __init__(self, *args: Any, communes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commune"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = communes
        activity = self.fields["naf"]
        assert isinstance(activity, forms.ChoiceField)
        activity.choices = activities()

    def _number(self, name: str, clean: Any) -> str:
        text = self.cleaned_data[name]
        if not text:
            return ""
        try:
            return str(clean(text))
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from error

    def clean_siret(self) -> str:
        """Fourteen digits with a right key."""
        return self._number("siret", clean_siret)

    def clean_siren(self) -> str:
        """Nine digits with a right key."""
        return self._number("siren", clean_siren)

    def clean_rna(self) -> str:
        """An RNA number."""
        return self._number("rna", clean_rna)


@lru_cache(maxsize=1)
def activities() -> list[tuple[str, Any]]:
    """The activities in plain words, those of a group together, as the search's filter groups them."""
    by_group: dict[str, list[tuple[str, str]]] = {}
    for activity in sorted(all_naf(), key=lambda item: sort_key(item.plain)):
        by_group.setdefault(activity.group_key, []).append((activity.code, activity.plain))
    groups = [(group.label, by_group[group.key]) for group in activity_groups() if group.key in by_group]
    return [("", "Choisir…"), *groups]


class MergeForm(forms.Form):
    """The other sheet of the same structure."""

    target = forms.CharField(
        label="Clé de la fiche qui reste",
        max_length=12,
        help_text="SIREN, numéro RNA ou code : c’est la fin de l’adresse de sa page.",
    )
    reason = _reason()

    def clean_target(self) -> Any:
        """The structure of that key."""
        structure = by_key(self.cleaned_data["target"])
        if structure is None:
            raise ValidationError("Aucune structure ne porte cette clé.")
        return structure


class SirenForm(forms.Form):
    """A SIREN obtained."""

    siren = forms.CharField(label="SIREN obtenu", max_length=20)


class UploadForm(forms.Form):
    """A spreadsheet. Its name and declared type are not believed: the content is read."""

    file = forms.FileField(
        label="Votre tableur",
        help_text="CSV, XLSX ou ODS, 5 Mo au plus. La première ligne porte les titres des colonnes.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods,.xls"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def clean_file(self) -> Any:
        """Refuse what is too big before anything is read."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise ValidationError("Ce fichier pèse plus de 5 Mo : gardez-en les colonnes utiles, ou découpez-le.")
        return upload


def split_words(text: str) -> list[str]:
    """Words or short phrases separated by commas, semicolons or lines."""
    return [part for part in re.split(r"[,;\n]", text) if part.strip()]


class SynonymForm(forms.Form):
    """What people type, what the search must find."""

    words = forms.CharField(
        label="Ce que les gens tapent",
        max_length=2000,
        help_text="Un ou plusieurs mots, séparés par des virgules : « fringues, sapes ».",
    )
    expands_to = forms.CharField(
        label="Ce qu’il faut chercher aussi",
        required=False,
        max_length=2000,
        help_text="Séparés par des virgules : « vêtements, friperie ».",
    )
    naf = forms.CharField(
        label="Activités à trouver",
        required=False,
        max_length=400,
        help_text="Codes de la nomenclature, séparés par des virgules : « 47.79Z ».",
    )

    @classmethod
    def initial_of(cls, synonym: Synonym) -> dict[str, str]:
        """What the form shows of a synonym."""
        return {
            "words": ", ".join(synonym.words),
            "expands_to": ", ".join(synonym.expands_to),
            "naf": ", ".join(synonym.naf),
        }

    def values(self) -> dict[str, list[str]]:
        """Arguments of `save_synonym`."""
        return {name: split_words(self.cleaned_data[name]) for name in ("words", "expands_to", "naf")}


def split_words_clean(text: str) -> list[str]:
    """Words trimmed, each once."""
    return list(dict.fromkeys(" ".join(part.split()) for part in split_words(text)))


# Nobody reads, chooses and writes in less; a robot does.
SHORTEST_SECONDS = 3
_signer = signing.TimestampSigner(salt="essaim.directory.report")


def _stamp(seconds_ago: int = 0) -> str:
    """A signed text that says when the form was opened."""
    return signing.Signer.sign(_signer, f"signaler:{signing.b62_encode(int(time.time()) - seconds_ago)}")


class ReportForm(forms.Form):
    """What is wrong, in one's own words."""

    topic = forms.ChoiceField(
        label="Qu’est-ce qui est faux ?",
        choices=ErrorTopic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui est faux."},
    )
    message = forms.CharField(
        label="Dites-nous ce qu’il faudrait lire à la place",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Dites en quelques mots ce qui est faux."},
    )
    email = forms.EmailField(
        label="Votre courriel",
        required=False,
        help_text="Pour vous répondre, et pour rien d’autre : il est effacé ensuite. "
        "Sans lui, nous ne pourrons pas vous dire la suite.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["opened"] = _stamp()

    def clean_message(self) -> str:
        """What somebody can read."""
        message = clean_text(self.cleaned_data["message"])
        if not message:
            raise ValidationError("Dites en quelques mots ce qui est faux.")
        return message

    def clean_email(self) -> str:
        """Refuse in words what cannot be answered."""
        email: str = self.cleaned_data["email"]
        return clean_address(email) if email else ""

    def clean(self) -> dict[str, Any]:
        """Refuse what no person sends: too fast, or without the stamp of the form."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            _signer.unsign(data.get("opened", ""), max_age=SHORTEST_SECONDS)
        except signing.SignatureExpired:
            return data
        except signing.BadSignature:
            # A new stamp, old enough for a second try to succeed at once.
            self.data = {**dict(self.data.items()), "opened": _stamp(SHORTEST_SECONDS + 1)}
            if self.errors:
                return data
            raise ValidationError("Le formulaire était incomplet. Relisez, puis envoyez de nouveau.") from None
        if self.errors:
            return data  # one thing at a time: sent again, nobody will be as quick
        raise ValidationError("C’était très rapide. Relisez votre message, puis envoyez de nouveau.")
