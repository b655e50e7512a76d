"""Reads about invitations: the link that opens one, the follow-up, who would get what and who is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from essaim.directory import address_book
from essaim.directory.mandates import in_force
from essaim.directory.models import Invitation, Structure, Tag
from essaim.directory.naming import shown_name
from essaim.directory.queries import in_scope, public_structures
from essaim.foundation.addresses import clean_address
from essaim.foundation.chunks import chunks
from essaim.foundation.exports import Column, Kind

DAYS = 30
"""How long an invitation is valid."""
_SALT = "essaim.directory.invitation"
STATES = {
    "attente": "en attente",
    "acceptee": "acceptée",
    "declinee": "déclinée",
    "expiree": "expirée",
    "annulee": "annulée",
}
COLUMNS = (
    Column("structure", "Structure"),
    Column("siren", "SIREN"),
    Column("email", "Courriel"),
    Column("role", "Fonction"),
    Column("by", "Envoyée par"),
    Column("sent_at", "Envoyée le", Kind.MOMENT),
    Column("expires_at", "Valable jusqu’au", Kind.MOMENT),
    Column("state", "État"),
)


def invitation_token(invitation: Invitation) -> str:
    """What the link of the message carries: signed, so that nobody opens another's by counting."""
    return signing.dumps(invitation.pk, salt=_SALT)


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link opens; None for a link that is not ours."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    rows = Invitation.objects.select_related("structure__card", "structure__merged_into", "by")
    return rows.filter(pk=pk).first()


def state_of(invitation: Invitation, now: datetime | None = None) -> str:
    """The key of its state in `STATES`."""
    if invitation.accepted_at:
        return "acceptee"
    if invitation.declined_at:
        return "declinee"
    if invitation.cancelled_at:
        return "annulee"
    return "attente" if invitation.expires_at > (now or timezone.now()) else "expiree"


def _in_state(state: str) -> Q:
    waiting = Q(accepted_at__isnull=True, declined_at__isnull=True, cancelled_at__isnull=True)
    return {
        "attente": waiting & Q(expires_at__gt=timezone.now()),
        "expiree": waiting & Q(expires_at__lte=timezone.now()),
        "acceptee": Q(accepted_at__isnull=False),
        "declinee": Q(declined_at__isnull=False),
        "annulee": Q(cancelled_at__isnull=False),
    }.get(state, Q())


def invitations_in(scope: Collection[str], *, state: str = "") -> QuerySet[Invitation]:
    """The invitations to structures of these EPCI, the newest first; those of one state when it is said."""
    mine = Invitation.objects.filter(_in_state(state), structure__in=in_scope(scope))
    return mine.select_related("structure__card").order_by("-pk")


def invitations_of(structure: Structure) -> QuerySet[Invitation]:
    """Those of a structure that wait for an answer, expired ones too, the newest first."""
    return Invitation.objects.filter(
        structure=structure, accepted_at__isnull=True, declined_at__isnull=True, cancelled_at__isnull=True
    ).order_by("-pk")


def rows(invitations: QuerySet[Invitation]) -> Iterator[dict[str, Any]]:
    """The follow-up as rows of `COLUMNS`."""
    now = timezone.now()
    for one in invitations.iterator(chunk_size=500):
        yield {
            "structure": shown_name(one.structure),
            "siren": one.structure.siren,
            "email": one.email,
            "role": one.role,
            "by": one.by_label,
            "sent_at": one.sent_at,
            "expires_at": one.expires_at,
            "state": STATES[state_of(one, now)],
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who would be invited: what names it in a form, the structure, the address, the name and function."""

    value: str
    structure: Structure
    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A structure, or one of its contacts, to whom nothing would leave, and why."""

    structure: Structure
    who: str
    why: str


@dataclass
class Preview:
    """Who would get what, who would not and why; `more`: how many entries of the address book are past the limit."""

    choices: list[Choice] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    more: int = 0


AT_ONCE = 200
"""Invitations that one sending holds: the mail server of a town takes no more at once without suspicion."""


def preview(scope: Collection[str], *, text: str = "", tag: Tag | None = None) -> Preview:
    """What an invitation of these contacts would send; a number of queries that does not grow with them."""
    keys = address_book.keys(scope, text=text, tag=tag)
    told = Preview(more=max(0, len(keys) - AT_ONCE))
    entries = [entry for part in chunks(keys[:AT_ONCE], 500) for entry in address_book.entries(part, scope)]
    structures = {entry.structure.pk for entry in entries}
    shown = set(public_structures().filter(pk__in=structures).values_list("pk", flat=True))
    waiting = set(
        Invitation.objects.filter(_in_state("attente"), structure__in=structures).values_list("structure_id", "email")
    )
    acting = set(in_force().filter(structure__in=structures).values_list("structure_id", "person__email"))
    seen: set[tuple[int, str]] = set()
    for entry in entries:
        contact, structure = entry.contact, entry.structure
        if contact is None or not contact.email:
            who = str(contact) if contact is not None else "aucun contact"
            told.left_out.append(LeftOut(structure, who, "pas de courriel"))
            continue
        try:
            email = clean_address(contact.email)
        except ValidationError:
            told.left_out.append(LeftOut(structure, contact.email, "courriel mal écrit"))
            continue
        why = _why_not(structure, email, shown=shown, waiting=waiting, acting=acting, seen=seen)
        if why:
            told.left_out.append(LeftOut(structure, email, why))
            continue
        seen.add((structure.pk, email))
        told.choices.append(Choice(f"{structure.pk}:{contact.pk}", structure, email, contact.name, contact.role[:120]))
    return told


def _why_not(
    structure: Structure,
    email: str,
    *,
    shown: set[int],
    waiting: set[tuple[int, str]],
    acting: set[tuple[int, str]],
    seen: set[tuple[int, str]],
) -> str:
    pair = (structure.pk, email)
    if structure.pk not in shown:
        return "n’est pas dans l’annuaire public"
    if structure.is_closed:
        return "structure fermée"
    if pair in acting:
        return "représente déjà la structure"
    if pair in waiting:
        return "déjà invité"
    if pair in seen:
        return "même adresse qu’un autre contact de la structure"
    return ""
