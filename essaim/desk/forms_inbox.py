"""Forms of the inbox: to whom an item is entrusted, what is done to many, a view to keep, a departure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from essaim.desk.actions.views import LONGEST_NAME
from essaim.desk.departure import carriers
from essaim.foundation.journal import NO_NAME
from essaim.people.models import Person
from essaim.people.queries import with_access


class AssignForm(forms.Form):
    """Who takes care of it."""

    to = forms.ModelChoiceField(
        label="Qui s’en occupe ?",
        queryset=Person.objects.none(),
        required=False,
        empty_label="Toute l’équipe",
        error_messages={"invalid_choice": "Cette personne n’a plus accès à l’espace de l’équipe."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _team(self.fields["to"])


class ReasonForm(forms.Form):
    """The word that goes with what is done to many items."""

    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=2000,
        help_text=f"Ce mot est gardé avec chaque élément, et envoyé aux personnes concernées quand une réponse part. "
        f"{NO_NAME}",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites la raison, en une phrase."},
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class ViewForm(forms.Form):
    """A name for the filters of the moment."""

    name = forms.CharField(
        label="Nom de la vue",
        max_length=LONGEST_NAME,
        help_text="Par exemple « Demandes de Lusignan ».",
        error_messages={"required": "Donnez un nom à cette vue."},
    )
    is_shared = forms.BooleanField(label="Partager avec l’équipe", required=False)
    query = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class DepartureForm(forms.Form):
    """Who leaves, and who takes over."""

    source = forms.ModelChoiceField(
        label="Qui s’en va ?",
        queryset=Person.objects.none(),
        empty_label="Choisir…",
        error_messages={"required": "Choisissez la personne qui s’en va."},
    )
    target = forms.ModelChoiceField(
        label="Qui prend la suite ?",
        queryset=Person.objects.none(),
        empty_label="Choisir…",
        error_messages={"required": "Choisissez la personne qui prend la suite."},
    )
    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=500,
        help_text=f"Gardé dans le journal : « Départ en retraite », « Congé jusqu’en mars ». {NO_NAME}",
        error_messages={"required": "Dites la raison, en une phrase."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _team(self.fields["target"])
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = carriers()

    def clean(self) -> dict[str, Any]:
        """Two different persons."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("source") and data.get("source") == data.get("target"):
            self.add_error("target", ValidationError("Choisissez une autre personne que celle qui s’en va."))
        return data


def _team(field: forms.Field) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = with_access()
