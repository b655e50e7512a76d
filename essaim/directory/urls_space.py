"""Addresses of the structures’ own space, under `/espace/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from essaim.directory import urls_officer  # noqa: F401 -- it registers the converter of keys
from essaim.directory.views import corrections, space, space_card, space_contacts, space_people, space_photos

app_name = "space"

urlpatterns: list[URLPattern] = [
    path("", space.home, name="home"),
    path("<structure_key:key>/", space.structure, name="structure"),
    path("<structure_key:key>/confirmer/", space.confirm, name="confirm"),
    path("<structure_key:key>/fiche/", space_card.card, name="card"),
    path("<structure_key:key>/fiche/attente/<int:pk>/retirer/", space_card.withdraw, name="withdraw"),
    path("<structure_key:key>/historique/", space_card.history, name="history"),
    path("<structure_key:key>/historique/<int:version>/reprendre/", space_card.restore, name="restore"),
    path("<structure_key:key>/photos/", space_photos.photos, name="photos"),
    path("<structure_key:key>/photos/<int:pk>/", space_photos.photo, name="photo"),
    path("<structure_key:key>/photos/<int:pk>/deplacer/", space_photos.photo_move, name="photo_move"),
    path("<structure_key:key>/photos/<int:pk>/retirer/", space_photos.photo_remove, name="photo_remove"),
    path("<structure_key:key>/photos/<int:pk>/reprendre/", space_photos.photo_back, name="photo_back"),
    path("<structure_key:key>/contacts/", space_contacts.contacts, name="contacts"),
    path("<structure_key:key>/contacts/nouveau/", space_contacts.contact, name="contact_new"),
    path("<structure_key:key>/contacts/<int:pk>/", space_contacts.contact, name="contact"),
    path("<structure_key:key>/contacts/<int:pk>/effacer/", space_contacts.contact_remove, name="contact_remove"),
    path("<structure_key:key>/donnees/", space.known, name="known"),
    path("<structure_key:key>/donnees/export.<slug:extension>", space.known_export, name="known_export"),
    path("<structure_key:key>/corrections/", corrections.space_corrections, name="corrections"),
    path("<structure_key:key>/corrections/<int:pk>/", corrections.space_correction, name="correction"),
    path("<structure_key:key>/personnes/", space_people.people, name="people"),
    path("<structure_key:key>/personnes/demandes/<int:pk>/", space_people.people_claim, name="people_claim"),
    path("<structure_key:key>/personnes/<int:pk>/fin/", space_people.mandate_end, name="mandate_end"),
    path("<structure_key:key>/personnes/<int:pk>/terme/", space_people.mandate_term, name="mandate_term"),
    path("<structure_key:key>/personnes/<int:pk>/signaler/", space_people.mandate_contest, name="mandate_contest"),
    path(
        "<structure_key:key>/personnes/invitations/<int:pk>/renvoyer/",
        space_people.invitation_resend,
        name="people_invitation_resend",
    ),
    path(
        "<structure_key:key>/personnes/invitations/<int:pk>/annuler/",
        space_people.invitation_cancel,
        name="people_invitation_cancel",
    ),
]
