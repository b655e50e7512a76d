"""One structure as one row: the same columns for the exports and the API, official and claimed values told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from essaim.directory.cardwords import audience_labels, one_line, place_words
from essaim.directory.models import Card, Establishment, Structure
from essaim.directory.naming import other_names, shown_name
from essaim.directory.provenance import sayer_of
from essaim.directory.queries import page_of
from essaim.directory.wording import activity_of, label_views
from essaim.foundation.chunks import chunks
from essaim.foundation.exports import Column, Kind
from essaim.foundation.hours import WeeklyHours
from essaim.nomenclature.headcount import band
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import activity_groups
from essaim.nomenclature.perimeter import SubFamily

CHUNK = 500
SUB_FAMILIES = {sub.value: sub.label for sub in SubFamily}

COLUMNS: tuple[Column, ...] = (
    Column("cle", "Clé publique", Kind.TEXT),
    Column("nom", "Nom", Kind.TEXT),
    Column("nom_officiel", "Dénomination officielle", Kind.TEXT),
    Column("sigle", "Sigle", Kind.TEXT),
    Column("autres_noms", "Autres noms", Kind.TEXT),
    Column("page", "Adresse de la page", Kind.TEXT),
    Column("siren", "SIREN", Kind.TEXT),
    Column("rna", "Numéro RNA", Kind.TEXT),
    Column("siret", "SIRET de l’établissement montré", Kind.TEXT),
    Column("famille", "Famille", Kind.TEXT),
    Column("famille_code", "Famille (code du filtre)", Kind.TEXT),
    Column("sous_famille", "Statut précis", Kind.TEXT),
    Column("sous_famille_code", "Statut précis (code du filtre)", Kind.TEXT),
    Column("categorie_juridique", "Catégorie juridique", Kind.TEXT),
    Column("categorie_juridique_libelle", "Catégorie juridique (libellé)", Kind.TEXT),
    Column("naf", "Activité (NAF rév. 2)", Kind.TEXT),
    Column("activite", "Activité en clair", Kind.TEXT),
    Column("groupe_activite", "Groupe d’activités", Kind.TEXT),
    Column("groupe_activite_code", "Groupe d’activités (code du filtre)", Kind.TEXT),
    Column("employeur", "Employeuse", Kind.BOOLEAN),
    Column("tranche_effectif", "Tranche d’effectif", Kind.TEXT),
    Column("tranche_effectif_code", "Tranche d’effectif (code Insee)", Kind.TEXT),
    Column("annee_effectif", "Année de l’effectif", Kind.TEXT),
    Column("adresse", "Adresse", Kind.TEXT),
    Column("code_postal", "Code postal", Kind.TEXT),
    Column("commune", "Commune", Kind.TEXT),
    Column("code_commune", "Code Insee de la commune", Kind.TEXT),
    Column("urbain", "Commune urbaine (grille de densité)", Kind.BOOLEAN),
    Column("latitude", "Latitude", Kind.NUMBER),
    Column("longitude", "Longitude", Kind.NUMBER),
    Column("justesse_point", "Justesse du point", Kind.TEXT),
    Column("etablissements_territoire", "Établissements dans le territoire", Kind.INTEGER),
    Column("telephone", "Téléphone (fiche)", Kind.TEXT),
    Column("courriel", "Courriel public (fiche)", Kind.TEXT),
    Column("site_web", "Site web (fiche)", Kind.TEXT),
    Column("horaires", "Horaires d’ouverture (fiche)", Kind.TEXT),
    Column("description", "Description (fiche)", Kind.TEXT),
    Column("publics", "Publics (fiche)", Kind.TEXT),
    Column("publics_codes", "Publics (codes du filtre)", Kind.TEXT),
    Column("services", "Ce que la structure propose (fiche)", Kind.TEXT),
    Column("lieux_accueil", "Lieux d’accueil (fiche)", Kind.TEXT),
    Column("liens", "Autres liens (fiche)", Kind.TEXT),
    Column("facile_a_lire", "Résumé facile à lire (fiche)", Kind.TEXT),
    Column("fiche_source", "Fiche écrite par", Kind.TEXT),
    Column("fiche_confirmee_le", "Fiche confirmée le", Kind.DATE),
    Column("labels", "Labels", Kind.TEXT),
    Column("labels_codes", "Labels (codes du filtre)", Kind.TEXT),
    Column("criteres_ess", "Pourquoi l’ESS", Kind.TEXT),
    Column("criteres_ess_codes", "Pourquoi l’ESS (codes)", Kind.TEXT),
    Column("fermee", "Fermée", Kind.BOOLEAN),
    Column("creee_le", "Créée le", Kind.DATE),
    Column("source", "Source", Kind.TEXT),
    Column("millesime", "Millésime", Kind.TEXT),
    Column("fictif", "Donnée inventée (démonstration)", Kind.BOOLEAN),
)


def structure_rows(ids: Sequence[int], scope: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield one dict a structure, in the order of `ids`, keyed like COLUMNS; four queries per 500 structures."""
    for some in chunks(ids, CHUNK):
        for structure in page_of(some, scope):
            yield structure_row(structure)


def structure_row(structure: Structure) -> dict[str, Any]:
    """Flatten a structure fetched by `queries.page_of`. What is not known is None or an empty list, never a guess."""
    place = shown_establishment(structure)
    official = _official(structure, place) | _place(place)
    return _identity(structure) | official | _claimed(structure) | _reasons(structure)


def shown_establishment(structure: Structure) -> Establishment | None:
    """The place that stands for the structure in a list: open before closed, head office first, located before not."""
    return standing_for(structure.scoped_establishments)


def standing_for(places: Sequence[Establishment]) -> Establishment | None:
    """Of some places of one structure, the one that stands for it: see `shown_establishment`."""
    return min(
        places,
        key=lambda e: (e.is_closed, not e.is_head_office, not e.has_true_point, e.siret or "", e.pk),
        default=None,
    )


def _identity(structure: Structure) -> dict[str, Any]:
    return {
        "cle": structure.key,
        "nom": shown_name(structure),
        "nom_officiel": structure.name,
        "sigle": structure.acronym or None,
        "autres_noms": other_names(structure),
        "page": settings.SITE_URL + structure.get_absolute_url(),
        "siren": structure.siren,
        "rna": structure.rna,
        "fictif": structure.fictitious,
    }


def _official(structure: Structure, place: Establishment | None) -> dict[str, Any]:
    activity = activity_of(structure, place)
    headcount = band(structure.headcount_band) if structure.headcount_band else None
    return {
        "siret": place.siret if place else None,
        "famille": structure.get_family_display(),
        "famille_code": structure.family,
        "sous_famille": SUB_FAMILIES.get(structure.sub_family),
        "sous_famille_code": structure.sub_family or None,
        "categorie_juridique": structure.legal_category or None,
        "categorie_juridique_libelle": legal_label(structure.legal_category) if structure.legal_category else None,
        "naf": activity.code if activity else None,
        "activite": activity.plain if activity else None,
        "groupe_activite": _groups()[activity.group_key] if activity else None,
        "groupe_activite_code": activity.group_key if activity else None,
        "employeur": structure.is_employer,
        "tranche_effectif": headcount.label if headcount else None,
        "tranche_effectif_code": structure.headcount_band or None,
        "annee_effectif": structure.headcount_year or None,
        "etablissements_territoire": len(structure.scoped_establishments),
        "fermee": structure.is_closed,
        "creee_le": structure.created_on,
        "source": structure.source,
        "millesime": structure.vintage or None,
    }


def _place(place: Establishment | None) -> dict[str, Any]:
    if place is None:
        return dict.fromkeys(
            ("adresse", "code_postal", "commune", "code_commune", "urbain", "latitude", "longitude", "justesse_point")
        )
    return {
        "adresse": place.address or None,
        "code_postal": place.postcode or None,
        "commune": place.commune.name,
        "code_commune": place.commune_id,
        "urbain": place.commune.is_urban,
        "latitude": place.latitude if place.has_true_point else None,
        "longitude": place.longitude if place.has_true_point else None,
        "justesse_point": place.get_position_quality_display() or None,
    }


def _claimed(structure: Structure) -> dict[str, Any]:
    card: Card | None = getattr(structure, "card", None)
    if card is None:
        absent = ("telephone", "courriel", "site_web", "description", "facile_a_lire", "fiche_source")
        lists = ("horaires", "publics", "publics_codes", "services", "lieux_accueil", "liens")
        return {**dict.fromkeys((*absent, "fiche_confirmee_le")), **{name: [] for name in lists}}
    hours = WeeklyHours.from_json(card.hours).lines() if card.hours else []
    return {
        "telephone": card.phone or None,
        "courriel": card.email or None,
        "site_web": card.web_address or None,
        "horaires": [f"{days} : {slots}" for days, slots in hours],
        "description": card.description or None,
        "publics": audience_labels(card.audiences),
        "publics_codes": list(card.audiences),
        "services": list(card.services),
        "lieux_accueil": [one_line(place_words(place)) for place in card.places],
        "liens": [link["url"] for link in card.links],
        "facile_a_lire": card.easy_summary if card.easy_summary and card.easy_accepted_at else None,
        # Who wrote it, as the page says: the officer's own words about where she has it from stay hers.
        "fiche_source": sayer_of(card).value,
        "fiche_confirmee_le": timezone.localdate(card.confirmed_at) if card.confirmed_at else None,
    }


def _reasons(structure: Structure) -> dict[str, Any]:
    # A label that has come to its end is told on the page, with its date; it qualifies nobody any more.
    labels = [label for label in label_views(structure.shown_labels, timezone.localdate()) if not label.expired]
    return {
        "labels": labels,
        "labels_codes": [label.code for label in labels],
        "criteres_ess": [f"{item.get_code_display()} ({item.source})" for item in structure.shown_criteria],
        "criteres_ess_codes": [item.code for item in structure.shown_criteria],
    }


@lru_cache(maxsize=1)
def _groups() -> dict[str, str]:
    return {group.key: group.label for group in activity_groups()}
