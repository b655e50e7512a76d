"""Addresses of the officer's tools of the directory, under `/equipe/annuaire/`."""

from django.urls import path, register_converter

from essaim.directory.models.structure import KEY_SHAPE
from essaim.directory.views import (
    campaigns,
    merges,
    officer,
    officer_contacts,
    officer_imports,
    officer_inside,
    officer_settings,
    officer_synonyms,
)


class KeyConverter:
    """A public key: SIREN, RNA number or stable code."""

    regex = KEY_SHAPE

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(KeyConverter, "structure_key")

app_name = "officer"

urlpatterns = [
    path("", officer.home, name="home"),
    path("a-verifier/", officer.review, name="review"),
    path("admettre/", officer.admit, name="admit"),
    path("decisions/", officer.decisions, name="decisions"),
    path("decisions/<int:pk>/retirer/", officer.withdraw, name="withdraw"),
    path("structures/<structure_key:key>/", officer.structure, name="structure"),
    path("structures/<structure_key:key>/fiche/", officer.card, name="card"),
    path("structures/<structure_key:key>/reunir/", officer.merge_into, name="merge"),
    path("structures/<structure_key:key>/siren/", officer.siren, name="siren"),
    path("structures/<structure_key:key>/histoire/", officer_inside.timeline, name="timeline"),
    path("structures/<structure_key:key>/notes/ajouter/", officer_inside.note, name="note_new"),
    path("structures/<structure_key:key>/notes/<int:pk>/", officer_inside.note, name="note"),
    path("structures/<structure_key:key>/notes/<int:pk>/effacer/", officer_inside.note_erase, name="note_erase"),
    path("structures/<structure_key:key>/contacts/ajouter/", officer_inside.contact, name="contact_new"),
    path("structures/<structure_key:key>/contacts/<int:pk>/", officer_inside.contact, name="contact"),
    path(
        "structures/<structure_key:key>/contacts/<int:pk>/effacer/", officer_inside.contact_erase, name="contact_erase"
    ),
    path("structures/<structure_key:key>/etiquettes/", officer_inside.tag, name="tag"),
    path("structures/<structure_key:key>/etiquettes/<int:pk>/retirer/", officer_inside.tag_off, name="tag_off"),
    path("doublons/", merges.doubles, name="doubles"),
    path("doublons/distinctes/", merges.apart, name="apart"),
    path("reunions/", merges.merges, name="merges"),
    path("reunions/<int:pk>/defaire/", merges.undo, name="merge_undo"),
    path("contacts/", officer_contacts.contacts, name="contacts"),
    path("contacts/export.<str:extension>", officer_contacts.contacts_export, name="contacts_export"),
    path("imports/", officer_imports.imports, name="imports"),
    path("imports/apercu/<str:token>/", officer_imports.import_preview, name="import_preview"),
    path("imports/apercu/<str:token>/oublier/", officer_imports.import_abandon, name="import_abandon"),
    path("imports/<int:pk>/", officer_imports.import_result, name="import_result"),
    path("imports/<int:pk>/annuler/", officer_imports.import_undo, name="import_undo"),
    path("campagnes/", campaigns.campaigns, name="campaigns"),
    path("campagnes/nouvelle/", campaigns.campaign_new, name="campaign_new"),
    path("campagnes/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campagnes/<int:pk>/export.<str:extension>", campaigns.campaign_export, name="campaign_export"),
    path("campagnes/<int:pk>/envoyer/", campaigns.campaign_send, name="campaign_send"),
    path("campagnes/<int:pk>/relancer/", campaigns.campaign_remind, name="campaign_remind"),
    path("campagnes/<int:pk>/lettres/", campaigns.campaign_letters, name="campaign_letters"),
    path("campagnes/<int:pk>/clore/", campaigns.campaign_close, name="campaign_close"),
    path("a-confirmer/", campaigns.stale, name="stale"),
    path("reglages/", officer_settings.settings, name="settings"),
    path("synonymes/", officer_synonyms.synonyms, name="synonyms"),
    path("synonymes/nouveau/", officer_synonyms.edit, name="synonym_new"),
    path("synonymes/<int:pk>/", officer_synonyms.edit, name="synonym"),
    path("synonymes/<int:pk>/supprimer/", officer_synonyms.delete, name="synonym_delete"),
]
