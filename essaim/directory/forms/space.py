"""Forms of the structure's space beside the card: photos, contacts."""

from __future__ import annotations

from typing import Any

from django import forms

from essaim.directory.actions.card_contacts import LONGEST, ContactWords
from essaim.directory.actions.photos import LONGEST_ALT, LONGEST_CREDIT
from essaim.directory.forms.card import phone_as_read
from essaim.directory.models import CardContact

ALT_HINT = (
    "Dites ce que l’on voit, comme au téléphone : « Trois personnes réparent un vélo dans un atelier. » "
    "Les personnes qui ne voient pas la photo l’entendent."
)


class PhotoWordsForm(forms.Form):
    """What a photo shows and who took it."""

    alt = forms.CharField(
        label="Ce que montre la photo",
        max_length=LONGEST_ALT,
        help_text=ALT_HINT,
        error_messages={"required": "Décrivez la photo pour les personnes qui ne la voient pas."},
    )
    credit = forms.CharField(
        label="Qui l’a prise ?", required=False, max_length=LONGEST_CREDIT, help_text="Montré sous la photo."
    )


class PhotoForm(PhotoWordsForm):
    """A photo to add. Its name and declared type are not believed: the content is read."""

    image = forms.FileField(
        label="Votre photo",
        help_text="JPEG, PNG ou WebP, 4 Mo au plus. La position et l’appareil en sont effacés.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": "Choisissez une photo.", "empty": "Ce fichier est vide."},
    )
    agreed = forms.BooleanField(
        label="Les personnes que l’on reconnaît sont d’accord, et qui a pris la photo aussi",
        error_messages={"required": "Demandez leur accord avant de montrer la photo."},
    )
    field_order = ("image", "alt", "credit", "agreed")


class ContactForm(forms.Form):
    """Somebody to reach in the structure."""

    name = forms.CharField(
        label="Nom de la personne ou du service",
        max_length=LONGEST,
        error_messages={"required": "Donnez le nom de la personne ou du service."},
    )
    role = forms.CharField(label="Fonction", required=False, max_length=LONGEST)
    email = forms.CharField(
        label="Courriel", required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(label="Téléphone", required=False, max_length=30)
    is_public = forms.BooleanField(
        label="Montrer ce contact sur la page publique",
        required=False,
        help_text="Sinon, l’équipe ESS et vous seuls le voyez.",
    )
    agreed = forms.BooleanField(
        label="La personne est d’accord pour y être montrée",
        required=False,
        help_text="La date de son accord est gardée. Elle peut changer d’avis quand elle veut.",
    )

    @classmethod
    def initial_of(cls, contact: CardContact) -> dict[str, Any]:
        """What the form shows of a contact."""
        return {
            "name": contact.name,
            "role": contact.role,
            "email": contact.email,
            "phone": phone_as_read(contact.phone),
            "is_public": contact.is_public,
            "agreed": contact.agreed_at is not None,
        }

    def words(self) -> ContactWords:
        """What the action asks."""
        return ContactWords(**self.cleaned_data)
