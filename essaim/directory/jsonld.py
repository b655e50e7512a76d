"""schema.org description of a structure, for search engines: official facts and what the structure made public."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from essaim.directory.cardwords import audience_labels
from essaim.directory.models import Card, Structure
from essaim.directory.naming import shown_name
from essaim.directory.rows import shown_establishment
from essaim.foundation.hours import WeeklyHours
from essaim.nomenclature.naf import naf
from essaim.nomenclature.perimeter import Family
from essaim.ui.markup import script_json

SCHEMA_TYPES = {Family.ASSOCIATION: "NGO", Family.FOUNDATION: "NGO"}


def structure_jsonld(structure: Structure, url: str) -> SafeString:
    """The JSON text for a `<script type="application/ld+json">`, safe inside HTML whatever the names hold."""
    return script_json(_document(structure, url))


def _document(structure: Structure, url: str) -> dict[str, Any]:
    card = getattr(structure, "card", None)
    activity = naf(structure.naf)
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES.get(Family(structure.family), "Organization"),
        "@id": url,
        "url": url,
        "name": shown_name(structure),
        "legalName": structure.name,
        "alternateName": structure.acronym,
        "description": (card.description if card else "") or (activity.plain if activity else ""),
        "identifier": _identifiers(structure),
        "foundingDate": structure.created_on.isoformat() if structure.created_on else "",
        "dissolutionDate": structure.closed_on.isoformat() if structure.closed_on else "",
        "telephone": card.phone if card else "",
        "email": card.email if card else "",
        "sameAs": _same_as(card) if card else "",
        "audience": [{"@type": "Audience", "audienceType": label} for label in audience_labels(card.audiences)]
        if card
        else [],
        "knowsAbout": card.services if card else [],
        "location": [_welcome(place) for place in card.places] if card else [],
        **_place(structure),
    }
    if card and card.hours:
        document["openingHoursSpecification"] = WeeklyHours.from_json(card.hours).schema_org()
    return {key: value for key, value in document.items() if value}


def _same_as(card: Card) -> str | list[str]:
    """Its site and its other pages."""
    addresses = [address for address in (card.web_address, *(link["url"] for link in card.links)) if address]
    return addresses[0] if len(addresses) == 1 else addresses


def _welcome(place: dict[str, Any]) -> dict[str, Any]:
    """A place where it welcomes people, as it says itself."""
    address = {
        "streetAddress": place.get("address", ""),
        "postalCode": place.get("postcode", ""),
        "addressLocality": place.get("city", ""),
    }
    known = {key: value for key, value in address.items() if value}
    found: dict[str, Any] = {"@type": "Place", "name": place.get("name", "")}
    if known:
        found["address"] = {"@type": "PostalAddress", **known, "addressCountry": "FR"}
    if place.get("hours"):
        found["openingHoursSpecification"] = WeeklyHours.from_json(place["hours"]).schema_org()
    return {key: value for key, value in found.items() if value}


def _identifiers(structure: Structure) -> list[dict[str, str]]:
    pairs = (("SIREN", structure.siren), ("RNA", structure.rna))
    return [{"@type": "PropertyValue", "propertyID": name, "value": value} for name, value in pairs if value]


def _place(structure: Structure) -> dict[str, Any]:
    place = shown_establishment(structure)
    if place is None:
        return {}
    address = {
        "@type": "PostalAddress",
        "streetAddress": place.address,
        "postalCode": place.postcode,
        "addressLocality": place.commune.name,
        "addressCountry": "FR",
    }
    found: dict[str, Any] = {"address": {key: value for key, value in address.items() if value}}
    if place.has_true_point:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return found
