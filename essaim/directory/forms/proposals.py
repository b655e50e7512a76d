"""Forms of the structures that the files do not know: the public's, and the team's answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from essaim.directory.actions.proposals import LONGEST, address_of
from essaim.directory.cardfields import clean_phone, clean_web
from essaim.directory.enums import ProposalKind, ProposalOutcome
from essaim.directory.forms.officer import activities
from essaim.directory.likeness import Alike
from essaim.directory.models import Structure, StructureProposal
from essaim.directory.queries import by_key
from essaim.foundation.addresses import clean_address
from essaim.foundation.identifiers import InvalidIdentifier, clean_rna, clean_siren, clean_siret
from essaim.foundation.journal import NO_NAME
from essaim.foundation.plaintext import clean_text
from essaim.geography.models import Commune
from essaim.nomenclature.perimeter import CriterionCode, Family

SHORTEST_SECONDS = 3
"""Nobody reads, chooses and writes in less; a robot does."""
_signer = signing.TimestampSigner(salt="essaim.directory.proposal")


def stamp(seconds_ago: int = 0) -> str:
    """A signed text that says when the form was opened."""
    return signing.Signer.sign(_signer, f"proposer:{signing.b62_encode(int(time.time()) - seconds_ago)}")


def _text(label: str, hint: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": missing},
    )


class ProposeForm(forms.Form):
    """What somebody knows of a structure: little is asked, each number is checked when it is given."""

    name = forms.CharField(
        label="Nom de la structure ou du projet",
        max_length=250,
        error_messages={"required": "Donnez son nom, même provisoire."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    commune = forms.ModelChoiceField(
        label="Commune",
        queryset=Commune.objects.none(),
        empty_label="Choisir…",
        error_messages={"required": "Choisissez la commune.", "invalid_choice": "Choisissez une commune de la liste."},
    )
    kind = forms.ChoiceField(
        label="De quoi s’agit-il ?",
        choices=ProposalKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce qui s’en approche le plus."},
    )
    description = _text("Ce qu’elle fait", "En deux ou trois phrases, pour qui et où.", "Dites ce qu’elle fait.")
    why = _text(
        "Pourquoi elle relève de l’économie sociale et solidaire",
        "Qui décide, et comment ? Que deviennent les bénéfices ? À qui est-elle utile ? Vos mots suffisent.",
        "Dites en quelques mots pourquoi : c’est ce que l’équipe regardera.",
    )
    address = forms.CharField(label="Adresse", required=False, max_length=300, help_text="Numéro et rue.")
    postcode = forms.RegexField(
        label="Code postal",
        regex=r"^\d{5}\Z",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Un code postal compte 5 chiffres."},
    )
    siret = forms.CharField(
        label="SIREN ou SIRET",
        required=False,
        max_length=30,
        help_text="9 ou 14 chiffres. Rien si elle n’en a pas encore.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    rna = forms.CharField(
        label="Numéro RNA", required=False, max_length=20, help_text="Pour une association : W et 9 chiffres."
    )
    phone = forms.CharField(
        label="Téléphone de la structure",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.CharField(label="Courriel de la structure", required=False, max_length=254)
    website = forms.CharField(label="Site web", required=False, max_length=200)
    proposer_is_inside = forms.BooleanField(label="Je fais partie de cette structure", required=False)
    proposer_name = forms.CharField(
        label="Votre nom", required=False, max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    proposer_email = forms.CharField(
        label="Votre courriel",
        required=False,
        max_length=254,
        help_text="Pour vous répondre, et pour rien d’autre : il est effacé ensuite.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    ABOUT = ("name", "commune", "kind", "description", "why")
    WHERE = ("address", "postcode", "siret", "rna", "phone", "email", "website")
    WHO = ("proposer_is_inside", "proposer_name", "proposer_email")

    def __init__(self, *args: Any, communes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commune"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = communes
        if not self.is_bound:
            self.initial["opened"] = stamp()

    def part(self, names: Sequence[str]) -> list[forms.BoundField]:
        """The fields of one part of the page."""
        return [self[name] for name in names]

    @property
    def about(self) -> list[forms.BoundField]:
        """What it is."""
        return self.part(self.ABOUT)

    @property
    def where(self) -> list[forms.BoundField]:
        """Where it is, and by what it is known."""
        return self.part(self.WHERE)

    @property
    def who(self) -> list[forms.BoundField]:
        """Who proposes it."""
        return self.part(self.WHO)

    def _cleaned(self, name: str, clean: Any) -> str:
        text = self.cleaned_data[name]
        try:
            return str(clean(text)) if text else ""
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from error

    def clean_siret(self) -> str:
        """A SIRET, or a SIREN: each with a right key."""
        digits = sum(letter.isdecimal() for letter in self.cleaned_data["siret"])
        return self._cleaned("siret", clean_siren if digits <= 9 else clean_siret)

    def clean_rna(self) -> str:
        """An RNA number."""
        return self._cleaned("rna", clean_rna)

    def clean_phone(self) -> str:
        """International form."""
        return clean_phone(self.cleaned_data["phone"])

    def clean_website(self) -> str:
        """An address of the web."""
        return clean_web(self.cleaned_data["website"])

    def clean_email(self) -> str:
        """One that can be written to."""
        return self._cleaned("email", clean_address)

    def clean_proposer_email(self) -> str:
        """One that can be answered."""
        return self._cleaned("proposer_email", clean_address)

    def clean_description(self) -> str:
        """What somebody can read."""
        return self._said("description")

    def clean_why(self) -> str:
        """What somebody can read."""
        return self._said("why")

    def _said(self, name: str) -> str:
        words = clean_text(self.cleaned_data[name])
        if not words:
            raise ValidationError(self.fields[name].error_messages["required"])
        return words

    def clean(self) -> dict[str, Any]:
        """Refuse what no person sends: too fast, or without the stamp of the form."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            _signer.unsign(data.get("opened", ""), max_age=SHORTEST_SECONDS)
        except signing.SignatureExpired:
            return data
        except signing.BadSignature:
            # A new stamp, old enough for a second try to succeed at once.
            self.data = {**dict(self.data.items()), "opened": stamp(SHORTEST_SECONDS + 1)}
            if self.errors:
                return data
            raise ValidationError("Le formulaire était incomplet. Relisez, puis envoyez de nouveau.") from None
        if self.errors:
            return data  # one thing at a time: sent again, nobody will be as quick
        raise ValidationError("C’était très rapide. Relisez, puis envoyez de nouveau.")

    def values(self) -> dict[str, Any]:
        """Arguments of `propose_structure`."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "opened"}
        if len(data["siret"]) == 9:
            data["siren"], data["siret"] = data["siret"], ""
        data["is_inside"] = data.pop("proposer_is_inside")
        return data


ADMIT, KNOWN, REFUSE = ProposalOutcome.ADMITTED.value, ProposalOutcome.KNOWN.value, ProposalOutcome.REFUSED.value
_CRITERIA = [
    code for code in (CriterionCode.LOCAL_DECISION, *CriterionCode) if code is not CriterionCode.NAMED_ADDITION
]
CRITERIA = [(code.value, code.label) for code in dict.fromkeys(_CRITERIA)]


class DecideProposalForm(forms.Form):
    """What the team decides of a proposal; only what the decision needs is asked."""

    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[
            (ADMIT, "L’admettre : une fiche est créée, « par décision du territoire »"),
            (KNOWN, "Elle est déjà dans l’annuaire"),
            (REFUSE, "Ne pas l’admettre"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une décision."},
    )
    criterion = forms.ChoiceField(
        label="Critère retenu",
        choices=CRITERIA,
        required=False,
        help_text="Pour admettre. Il est gardé avec la décision ; la page dira « par décision du territoire ».",
    )
    proof = forms.CharField(
        label="Preuve que vous avez vue",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pour admettre : « Statuts lus le 3 mars : Scic SAS, une personne une voix ».",
    )
    family = forms.ChoiceField(
        label="Famille", required=False, choices=[("", "Choisir…"), *((one.value, one.label) for one in Family)]
    )
    naf = forms.ChoiceField(label="Activité", required=False)
    looked = forms.BooleanField(label="J’ai comparé les fiches proches : aucune n’est elle", required=False)
    target = forms.CharField(
        label="Sa fiche",
        required=False,
        max_length=12,
        help_text="Si elle est déjà dans l’annuaire : SIREN, numéro RNA ou code, à la fin de l’adresse de sa page.",
    )
    with_changes = forms.BooleanField(label="Proposer ce qu’on nous dit comme changement de sa fiche", required=False)
    invites = forms.BooleanField(
        label="L’inviter à tenir la fiche : elle dit faire partie de la structure", required=False
    )
    answer = forms.CharField(
        label="Réponse à la personne",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, item: StructureProposal, twins: Sequence[Alike] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity = self.fields["naf"]
        assert isinstance(activity, forms.ChoiceField)
        activity.choices = activities()
        self.twins = twins
        self.initial.setdefault("family", item.family)
        self.initial.setdefault("criterion", CriterionCode.LOCAL_DECISION.value)
        if len(twins) == 1:
            self.initial.setdefault("target", twins[0].structure.key)
        if not twins:
            del self.fields["looked"]
        answered = address_of(item)
        if not answered or not item.proposer_is_inside:
            del self.fields["invites"]
        self.fields["answer"].help_text = (
            "Elle part par courriel, avec votre décision. Pour ne pas admettre, elle est la raison : dites-la."
            if answered
            else "Aucune adresse pour répondre. Pour ne pas admettre, dites tout de même la raison : elle reste ici."
        )

    def clean_target(self) -> Structure | None:
        """The structure of that key."""
        key = self.cleaned_data["target"]
        structure = by_key(key) if key else None
        if key and structure is None:
            raise ValidationError("Aucune structure ne porte cette clé.")
        return structure

    def clean(self) -> dict[str, Any]:
        """Ask what the decision needs."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        decision = data.get("decision")
        if decision == ADMIT:
            for name, missing in (
                ("criterion", "Choisissez le critère retenu."),
                ("proof", "Notez la preuve que vous avez vue."),
                ("family", "Choisissez la famille."),
            ):
                if not data.get(name):
                    self.add_error(name, missing)
            if "looked" in self.fields and not data.get("looked"):
                self.add_error("looked", "Comparez d’abord les fiches proches, puis dites qu’aucune n’est elle.")
        elif decision == KNOWN and not data.get("target") and "target" not in self.errors:
            self.add_error("target", "Dites quelle est sa fiche.")
        elif decision == REFUSE and not data.get("answer", "").strip():
            self.add_error("answer", "Dites pourquoi elle n’est pas admise.")
        return data


class UndoMergeForm(forms.Form):
    """Why two sheets are two again."""

    reason = forms.CharField(
        label="Pourquoi les séparer ?",
        max_length=LONGEST,
        help_text=f"Votre raison est gardée dans le journal. {NO_NAME}",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites la raison, en une phrase."},
    )
