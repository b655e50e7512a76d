"""Cards to be verified: what a page, a list and the officer call so, by one rule.

A card is to be verified when its last confirmation is older than eighteen months (one question a year, half a year to
answer it). When nobody has ever confirmed it, only if a campaign has asked and its last day has passed without an
answer: before, nobody had been asked, and saying so would blame the structure for our silence.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from essaim.directory.models import Structure
from essaim.directory.queries import asked_in_vain, in_scope, public_structures
from essaim.directory.wording import STALE_AFTER

OLD, UNANSWERED, NEVER = "ancienne", "sans-reponse", "jamais"
KINDS = {
    OLD: "Confirmées il y a plus de dix-huit mois",
    UNANSWERED: "Interrogées, sans réponse",
    NEVER: "Jamais confirmées",
}


def stale_cards(scope: Collection[str], kind: str = "") -> QuerySet[Structure]:
    """The open public structures of these EPCI whose card is to be verified, the oldest confirmation first."""
    in_vain = Exists(asked_in_vain().filter(structure=OuterRef("pk")))
    old = Q(card__confirmed_at__lt=timezone.now() - STALE_AFTER)
    never = Q(card__isnull=True) | Q(card__confirmed_at__isnull=True)
    wanted = {OLD: old, UNANSWERED: never & Q(in_vain=True), NEVER: never}.get(kind, old | (never & Q(in_vain=True)))
    found = public_structures().filter(pk__in=in_scope(scope).values("pk"), is_closed=False)
    return (
        found.annotate(in_vain=in_vain)
        .filter(wanted)
        .select_related("card")
        .order_by("card__confirmed_at", "name", "pk")
    )
