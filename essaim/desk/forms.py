"""Forms of the officer's screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from essaim.foundation.actions import TerritoryChanges
from essaim.foundation.images import clean_image
from essaim.foundation.models import Territory


class JournalFilters(forms.Form):
    """What the officer looks for in the journal. Everything is optional; what cannot be read is left out, and said."""

    text = forms.CharField(label="Mot, numéro ou objet", required=False, max_length=200)
    verb = forms.ChoiceField(label="Ce qui a été fait", required=False)
    author = forms.CharField(label="Par", required=False, max_length=200)
    since = forms.DateField(label="Depuis le", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Jusqu’au", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, verbs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)
        verb.choices = [("", "Tout"), *((each, each[:1].upper() + each[1:]) for each in verbs)]
        for name in ("since", "until"):
            self.fields[name].widget.format = "%Y-%m-%d"


class TerritoryForm(forms.ModelForm[Territory]):
    """The site's identity."""

    new_logo = forms.FileField(
        label="Nouveau logo",
        required=False,
        help_text="PNG, JPEG ou WebP, 4 Mo au plus. Il est affiché sur 48 points de haut.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    website = forms.URLField(label="Site de la collectivité", required=False, assume_scheme="https")
    remove_logo = forms.BooleanField(label="Retirer le logo actuel", required=False)

    class Meta:
        model = Territory
        fields = (
            "name",
            "short_name",
            "site_name",
            "honey",
            "leaf",
            "logo_alt",
            "address",
            "phone",
            "email",
            "website",
        )
        labels = {"logo_alt": "Texte du logo"}
        help_texts = {
            "site_name": "Le nom que porte le site, en haut de chaque page.",
            "honey": "Ce qui attire l’œil : l’essaim, les soulignés.",
            "leaf": "Ce sur quoi on appuie : boutons et liens.",
            "logo_alt": "Ce que dit le logo à qui ne le voit pas.",
            "email": "Montré au pied de chaque page ; les réponses aux messages du site y arrivent.",
        }
        widgets = {
            "honey": forms.TextInput(attrs={"type": "color"}),
            "leaf": forms.TextInput(attrs={"type": "color"}),
        }

    field_order = (
        "name",
        "short_name",
        "site_name",
        "honey",
        "leaf",
        "new_logo",
        "logo_alt",
        "remove_logo",
        "address",
        "phone",
        "email",
        "website",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_new_logo(self) -> ContentFile[bytes] | None:
        """Re-encode the image."""
        upload = self.cleaned_data.get("new_logo")
        return None if not upload else clean_image(upload, max_width=640, max_height=192, name="logo")

    def clean(self) -> dict[str, Any]:
        """A logo says something to whoever does not see it."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        keeps = bool(self.instance.logo) and not data.get("remove_logo")
        if (data.get("new_logo") or keeps) and not data.get("logo_alt"):
            self.add_error(
                "logo_alt", ValidationError("Dites ce que montre le logo, par exemple le nom du territoire.")
            )
        return data

    def changes(self) -> TerritoryChanges:
        """Return what the form says, for the action."""
        data = self.cleaned_data
        return TerritoryChanges(**{name: data[name] for name in self.Meta.fields})
