"""Reads of « ma fiche est-elle à jour ? »: whom a campaign asks and how, where it stands, what a link opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from essaim.directory.campaign_links import digest_of_address, digest_of_code, plain_code, read_token
from essaim.directory.enums import CampaignAnswer
from essaim.directory.mandates import in_force
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    CampaignSilence,
    Card,
    Contact,
    Establishment,
    Structure,
)
from essaim.directory.queries import PLACE_ORDER, in_scope, public_structures
from essaim.foundation.search.text import sort_key
from essaim.geography.models import Commune
from essaim.nomenclature.perimeter import Family
from essaim.ui import typography

LATE_ANSWERS = timedelta(days=30)
"""How long a link still works after the last day: a letter is opened when somebody comes back from holidays."""
MONTH = timedelta(days=30)


class LeftOut(StrEnum):
    """Why a structure of the territory is not asked; the value is what the officer reads."""

    CLOSED = "fermées"
    ASIDE = "écartées, ou sans critère qui les rattache à l’ESS"
    FRESH = "déjà confirmées récemment"
    UNREACHABLE = "sans courriel ni adresse postale connus"


@dataclass(frozen=True)
class Targets:
    """Whom a campaign would ask: addresses by structure, who gets a letter, how many are left out and why."""

    by_mail: Mapping[int, str] = field(default_factory=dict)
    by_letter: frozenset[int] = frozenset()
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many structures would be asked."""
        return len(self.by_mail) + len(self.by_letter)


def targets(scope: Collection[str], fresh_months: int) -> Targets:
    """Whom to ask in these EPCI, each structure once; eight queries whatever their number.

    The address is that of who represents it (the newest mandate first), else the card's public one, else one of the
    officer's book. An address that asked for silence is nobody's.
    """
    every = set(in_scope(scope).filter(merged_into__isnull=True).values_list("pk", flat=True))
    public = set(public_structures().filter(pk__in=in_scope(scope).values("pk")).values_list("pk", flat=True))
    closed = set(in_scope(scope).filter(is_closed=True).values_list("pk", flat=True)) & every
    since = timezone.now() - fresh_months * MONTH
    fresh = set(Card.objects.filter(confirmed_at__gte=since).values_list("structure_id", flat=True))
    left: Counter[LeftOut] = Counter()
    asked = set()
    for pk in every:
        why = (
            LeftOut.CLOSED
            if pk in closed
            else LeftOut.ASIDE
            if pk not in public
            else LeftOut.FRESH
            if fresh_months and pk in fresh
            else None
        )
        if why is None:
            asked.add(pk)
        else:
            left[why] += 1
    addresses = _addresses(asked)
    posted = set(_posted().values_list("structure_id", flat=True)) & asked
    letters = frozenset(posted - addresses.keys())
    left[LeftOut.UNREACHABLE] = len(asked) - len(addresses) - len(letters)
    return Targets(addresses, letters, {why: left[why] for why in LeftOut if left[why]})


def addresses_today(structures: Collection[int]) -> dict[int, str]:
    """Where to write to these structures now, as `targets` chooses; some have none. Four queries."""
    return _addresses(structures, Q(structure__in=structures))


def asks_a_representative(line: CampaignLine) -> bool:
    """Whether the link of that line went to somebody who represents the structure today, and to nobody else.

    A reminder may have gone to another address than the first message: who arrived in between proves nothing.
    """
    if not line.email:
        return False
    found = in_force().filter(structure=line.structure_id, person__email__iexact=line.email)
    return (found.filter(since__lte=line.sent_at) if line.reminded_at and line.sent_at else found).exists()


def _addresses(asked: Collection[int], those: Q | None = None) -> dict[int, str]:
    """One address a structure, the best first: later sources only fill what is missing."""
    those = those or Q()
    silent = set(CampaignSilence.objects.values_list("digest", flat=True))
    sources = (
        in_force().order_by("-since", "-pk").values_list("structure_id", "person__email"),
        Card.objects.exclude(email="").order_by("pk").values_list("structure_id", "email"),
        Contact.objects.exclude(email="").order_by("pk").values_list("structure_id", "email"),
    )
    found: dict[int, str] = {}
    for source in sources:
        for structure, email in source.filter(those):
            if structure in asked and structure not in found and _is_sound(email):
                if silent and digest_of_address(email) in silent:
                    continue
                found[structure] = email
    return found


def _is_sound(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _posted() -> QuerySet[Establishment]:
    """Open places where a letter arrives: the street is known, and may be told."""
    return Establishment.objects.filter(is_closed=False).exclude(address="")


def postal_places(structures: Collection[int]) -> dict[int, Establishment]:
    """Where to write to each of these structures: the head office before others."""
    found: dict[int, Establishment] = {}
    rows = (
        _posted().filter(structure__in=structures).select_related("commune").order_by("-is_head_office", "siret", "pk")
    )
    for place in rows:
        found.setdefault(place.structure_id, place)
    return found


# --- a campaign's life ----------------------------------------------------------------------------------------------


def running() -> Campaign | None:
    """The campaign under way: opened, not closed, its last day not past."""
    return Campaign.objects.filter(closed_at__isnull=True, closes_on__gte=timezone.localdate()).order_by("-pk").first()


def is_running(campaign: Campaign) -> bool:
    """Whether messages and reminders still leave."""
    return campaign.closed_at is None and campaign.closes_on >= timezone.localdate()


def last_day(campaign: Campaign) -> date:
    """The last day that was announced, or the day when it was closed before."""
    if campaign.closed_at is None:
        return campaign.closes_on
    return min(campaign.closes_on, timezone.localdate(campaign.closed_at))


def takes_answers(campaign: Campaign) -> bool:
    """Whether a link still works."""
    return timezone.localdate() <= last_day(campaign) + LATE_ANSWERS


def line_of_token(token: str) -> CampaignLine | None:
    """What a link opens: its line with campaign, structure and card, or None."""
    read = read_token(token)
    if read is None:
        return None
    campaign, structure = read
    found = CampaignLine.objects.select_related("campaign", "structure__card", "structure__merged_into")
    line = found.filter(campaign=campaign, structure=structure).first()
    if line is not None:
        return line
    # The structure was merged into another: its line, if it went over, is that one's.
    merged = Structure.objects.filter(pk=structure).values_list("merged_into_id", flat=True).first()
    return found.filter(campaign=campaign, structure=merged).first() if merged else None


def line_of_code(typed: str) -> CampaignLine | None:
    """The line whose letter bears that code, or None."""
    code = plain_code(typed)
    if not code:
        return None
    return CampaignLine.objects.filter(code_digest=digest_of_code(code)).order_by("-pk").first()


def to_write(campaign: Campaign) -> QuerySet[CampaignLine]:
    """The lines whose message has not left yet."""
    return campaign.lines.exclude(email="").filter(sent_at__isnull=True, answered_at__isnull=True)


def to_remind(campaign: Campaign, after_days: int) -> QuerySet[CampaignLine]:
    """The lines written that many days ago, that have neither answered nor been reminded."""
    before = timezone.now() - timedelta(days=after_days)
    return campaign.lines.exclude(email="").filter(
        sent_at__lte=before, answered_at__isnull=True, reminded_at__isnull=True
    )


def to_print(campaign: Campaign, *, again: bool) -> QuerySet[CampaignLine]:
    """The lines that need a letter, and have none yet; `again`: those that have one, and have not answered."""
    waiting = campaign.lines.filter(email="", sent_at__isnull=True, answered_at__isnull=True)
    return waiting.filter(printed_at__isnull=not again)


# --- how it goes ----------------------------------------------------------------------------------------------------


class LineState(StrEnum):
    """Where a line stands; the value is the filter in the address."""

    CONFIRMED = "exact"
    CHANGED = "corrige"
    CLOSED = "cesse"
    WAITING = "attente"
    TO_WRITE = "a-ecrire"
    TO_PRINT = "a-imprimer"

    @property
    def label(self) -> str:
        """What the officer reads."""
        return _STATES[self][0]

    @property
    def rule(self) -> Q:
        """The lines in that state."""
        return _STATES[self][1]


_UNANSWERED = Q(answered_at__isnull=True)
_NOTHING_LEFT = Q(sent_at__isnull=True, printed_at__isnull=True)
_STATES: dict[LineState, tuple[str, Q]] = {
    LineState.CONFIRMED: ("Tout est exact", Q(answer=CampaignAnswer.CONFIRMED)),
    LineState.CHANGED: ("Corrections proposées", Q(answer=CampaignAnswer.CHANGED)),
    LineState.CLOSED: ("A cessé", Q(answer=CampaignAnswer.CLOSED)),
    LineState.WAITING: (
        "Sans réponse",
        _UNANSWERED & (Q(sent_at__isnull=False) | Q(printed_at__isnull=False)),
    ),
    LineState.TO_WRITE: (
        "Message à envoyer",
        _UNANSWERED & Q(sent_at__isnull=True, printed_at__isnull=True) & ~Q(email=""),
    ),
    LineState.TO_PRINT: ("Lettre à imprimer", _UNANSWERED & Q(email="", sent_at__isnull=True, printed_at__isnull=True)),
}


def state_of(line: CampaignLine) -> LineState:
    """Where one line stands, without a query."""
    if line.answered_at is not None:
        return {
            CampaignAnswer.CONFIRMED.value: LineState.CONFIRMED,
            CampaignAnswer.CHANGED.value: LineState.CHANGED,
        }.get(line.answer, LineState.CLOSED)
    # An address is forgotten some day (its owner's account erased, a year past): what has left has left.
    if line.sent_at or line.printed_at:
        return LineState.WAITING
    return LineState.TO_WRITE if line.email else LineState.TO_PRINT


@dataclass(frozen=True, slots=True)
class Progress:
    """How many were asked and have answered, in all or in one group; `value` and `label` name the group."""

    label: str
    asked: int
    confirmed: int = 0
    changed: int = 0
    closed: int = 0
    value: str = ""

    @property
    def answered(self) -> int:
        """How many have answered, whatever they said."""
        return self.confirmed + self.changed + self.closed

    @property
    def share(self) -> float:
        """Answers for a hundred asked."""
        return 100 * self.answered / self.asked if self.asked else 0.0

    @property
    def told_share(self) -> str:
        """The share in words: a few answers are not none, nearly all are not all."""
        if 0 < self.share < 1:
            return f"moins de {typography.percent(1, 0)}"
        return f"plus de {typography.percent(99, 0)}" if 99 < self.share < 100 else typography.percent(self.share, 0)


_COUNTS = {
    "asked": Count("pk"),
    "confirmed": Count("pk", filter=Q(answer=CampaignAnswer.CONFIRMED)),
    "changed": Count("pk", filter=Q(answer=CampaignAnswer.CHANGED)),
    "closed": Count("pk", filter=Q(answer=CampaignAnswer.CLOSED)),
}


def progress(campaign: Campaign) -> Progress:
    """How the whole campaign goes; one query."""
    return Progress("", **campaign.lines.aggregate(**_COUNTS))


def placed(campaign: Campaign, scope: Collection[str]) -> QuerySet[Any]:
    """The lines, each with the commune that stands for its structure (`place_commune`: its code, or none)."""
    places = Establishment.objects.filter(structure=OuterRef("structure"), commune__epci_id__in=sorted(scope))
    return campaign.lines.annotate(place_commune=Subquery(places.order_by(*PLACE_ORDER).values("commune")[:1]))


def by_commune(campaign: Campaign, scope: Collection[str]) -> list[Progress]:
    """By commune, in the order of names; two queries."""
    rows = list(placed(campaign, scope).order_by().values("place_commune").annotate(**_COUNTS))
    names = dict(Commune.objects.filter(pk__in=[row["place_commune"] for row in rows]).values_list("pk", "name"))
    groups = [_group(row, "place_commune", names.get(row["place_commune"], "Hors du territoire")) for row in rows]
    return sorted(groups, key=lambda group: sort_key(group.label))


def by_family(campaign: Campaign) -> list[Progress]:
    """By family, in their usual order; one query."""
    rows = campaign.lines.order_by().values("structure__family").annotate(**_COUNTS)
    found = {row["structure__family"]: _group(row, "structure__family", "") for row in rows}
    return [
        Progress(family.label, one.asked, one.confirmed, one.changed, one.closed, family.value)
        for family in Family
        if (one := found.get(family.value))
    ]


def _group(row: Mapping[str, Any], name: str, label: str) -> Progress:
    return Progress(label, row["asked"], row["confirmed"], row["changed"], row["closed"], value=row[name] or "aucune")
