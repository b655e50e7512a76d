"""The letters of a campaign: one page a structure, its address in the window, its code, the short address to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from essaim.directory.campaign_links import spoken_code
from essaim.directory.campaigns import postal_places
from essaim.directory.models import Campaign, CampaignLine, Establishment
from essaim.directory.naming import readable, shown_name
from essaim.foundation.territories import home
from essaim.ui import placenames, typography
from essaim.ui.printing import to_pdf

TEMPLATE = Path(__file__).parent / "letters" / "campaign.typ"


def letters_pdf(campaign: Campaign, lines: Sequence[CampaignLine], codes: Mapping[int, str]) -> bytes:
    """The letters of these lines (structures and cards fetched), as one PDF/UA-1. Raises CannotPrint."""
    places = postal_places([line.structure_id for line in lines])
    territory, today = home(), timezone.localdate()
    reach = [typography.phone(territory.phone)] if territory.phone else []
    reach += [territory.email] if territory.email else []
    data = {
        "title": f"Lettres de la campagne {campaign.name}",
        "date": [today.year, today.month, today.day],
        "sender": [territory.name, "Mission économie sociale et solidaire", *filter(None, [territory.address])],
        "place_and_day": f"Le {typography.day_name(today)}",
        "territory": placenames.of_name(territory.short_name),
        "message": [line for line in campaign.message.splitlines() if line.strip()],
        "address": short_address(),
        "closes_on": typography.day_name(campaign.closes_on),
        "contact": f"Appelez ou écrivez-nous : {' · '.join(reach)}." if reach else "",
        "signature": f"La mission ESS {placenames.of_name(territory.short_name)}",
        "letters": [
            {
                "name": shown_name(line.structure),
                "address": _address(line, places.get(line.structure_id)),
                "code": spoken_code(codes[line.pk]),
            }
            for line in lines
        ],
    }
    return to_pdf(TEMPLATE, {"letters": data})


def short_address() -> str:
    """« ess.exemple.fr/fiche », as one types it."""
    return urlsplit(settings.SITE_URL).netloc + reverse("campaigns:code").rstrip("/")


def _address(line: CampaignLine, place: Establishment | None) -> list[str]:
    name = shown_name(line.structure)
    if place is None:
        return [name]
    town = f"{place.postcode} {place.commune.name}".strip()
    return [name, *filter(None, [readable(place.address), town])]
