"""What a campaign and the corrections show elsewhere: the officer's home and menu, a structure's own space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from essaim.directory import rules
from essaim.directory.campaign_links import token_of
from essaim.directory.campaigns import progress, running
from essaim.directory.corrections import waiting
from essaim.directory.inbox.corrections import CARD_CORRECTIONS
from essaim.directory.models import CampaignLine
from essaim.foundation import registries
from essaim.ui import typography


def _panel(person: Any) -> Mapping[str, Any]:
    """Nothing when no campaign runs: the panel is left out."""
    campaign = running() if rules.may_run_campaigns(person) else None
    return {"campaign": campaign, "progress": progress(campaign) if campaign else None}


def _corrections(structure: Any, _person: Any) -> Sequence[registries.UnderWayItem]:
    """One line for all of them: they are answered on one page."""
    days = list(waiting().filter(structure=structure).order_by("at", "pk").values_list("at", flat=True))
    if not days:
        return ()
    told = typography.counted(len(days), "correction")
    url = reverse("space:corrections", args=[structure.key])
    state = "à regarder : acceptez ou refusez, rubrique par rubrique"
    return (registries.UnderWayItem(told, state, url, timezone.localdate(days[0])),)


def _to_confirm(structure: Any, _person: Any) -> Sequence[registries.UnderWayItem]:
    today = timezone.localdate()
    lines = CampaignLine.objects.filter(
        structure=structure, answered_at__isnull=True, campaign__closed_at__isnull=True, campaign__closes_on__gte=today
    ).select_related("campaign")
    return [
        registries.UnderWayItem(
            "Votre fiche attend d’être vérifiée",
            f"campagne « {line.campaign} », jusqu’au {typography.day_name(line.campaign.closes_on)}",
            reverse("campaigns:card", args=[token_of(line.campaign_id, line.structure_id)]),
        )
        for line in lines.order_by("pk")
    ]


PANEL = registries.DeskPanel("campagne", "La campagne en cours", 30, "directory/campaigns/panel.html", _panel)
LINK = registries.DeskLink(
    "campagnes",
    "Campagne de vérification",
    "officer:campaigns",
    "Demandez à chaque structure si sa fiche est à jour.",
    order=40,
)
CORRECTIONS_UNDER_WAY = registries.UnderWay("corrections", "Corrections proposées", _corrections, order=20)
CAMPAIGN_UNDER_WAY = registries.UnderWay("campagne", "Vérification de la fiche", _to_confirm, order=10)


def register() -> None:
    """Called by the directory's registration."""
    registries.inbox_kinds.register(CARD_CORRECTIONS)
    registries.desk_panels.register(PANEL)
    registries.desk_links.register(LINK)
    registries.under_way.register(CAMPAIGN_UNDER_WAY)
    registries.under_way.register(CORRECTIONS_UNDER_WAY)
