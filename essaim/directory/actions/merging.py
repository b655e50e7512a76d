"""Two sheets made one, and parted again: every row that moves is written down, so that it can come back."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from essaim.directory.actions.cards import save_card
from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.keys import MergeRefused, redirect_key
from essaim.directory.actions.locks import directory_locked
from essaim.directory.cardfields import FIELDS, CardRefused, clean
from essaim.directory.claim_ways import by_team
from essaim.directory.enums import ChangeOrigin, ClaimOutcome, MandateEnd
from essaim.directory.mails.claims import ClaimClosed
from essaim.directory.models import CampaignLine, Card, Claim, FormerKey, Invitation, Mandate, Merge, Structure
from essaim.directory.provenance import Sayer, origin_of, sayer_of
from essaim.directory.sameplace import doubled_places
from essaim.directory.ties import Tie, movable, ties, twins_of
from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.people.models import Person

__all__ = ["MergeRefused", "merge", "move_everything"]


@dataclass
class Trail:
    """What parts two sheets again: everything that a merge changed, as a `Merge` keeps it."""

    moved: dict[str, list[list[Any]]] = field(default_factory=lambda: defaultdict(list))
    """By tie: [row, from, to]."""
    dropped: list[dict[str, Any]] = field(default_factory=list)
    """Rows erased because the kept sheet had theirs, whole."""
    closed: list[dict[str, Any]] = field(default_factory=list)
    """Rows that go on as history because the kept sheet had theirs: what they held before, and since."""

    filled: dict[str, Any] = field(default_factory=dict)
    """Words of the source's card that the kept card lacked."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each model went over."""
        counts: dict[str, int] = defaultdict(int)
        for label, rows in self.moved.items():
            counts[label.split(".")[1]] += len(rows)
        return dict(counts)


def merge(*, source: Structure, target: Structure, reason: str, by: Author) -> Structure:
    """Make one structure of two: everything tied to `source` goes to `target`, and its address redirects there.

    `source` keeps its row (the official file still names it) but is no longer shown. What both have and only one may
    keep (card, same tag, same criterion) stays as `target` has it; blanks of the target's card are filled from the
    source's. Somebody who represents both keeps one mandate. `undoing.undo_merge` parts them. Raises MergeRefused.
    """
    reason = reason.strip()
    if not reason:
        raise MergeRefused("Dites pourquoi ces deux fiches n’en font qu’une.")
    with directory_locked(), journal.group():
        source, target = locked_pair(source, target)
        _check(source, target)
        before = {
            "rna": target.rna,
            "former": list(FormerKey.objects.filter(key=source.key).values_list("structure_id", flat=True)),
            "card": _card_values(target),
            "source_card": _card_values(source),
        }
        trail = move_everything(source, target, by=by)
        Merge.objects.create(
            source=source,
            target=target,
            by_label=journal.label_of(by)[:200],
            reason=reason,
            moved=plain(trail.moved),
            dropped=plain(trail.dropped),
            before=plain({**before, "filled": trail.filled, "closed": trail.closed, "rna_given": target.rna}),
        )
        reindex([source.pk, target.pk])
        journal.record(
            by=by,
            verb="fiches réunies",
            obj=target,
            reason=reason,
            before={"source": source.key, "target": target.key},
            after={"key": target.key, "former_key": source.key, "moved": trail.counts},
        )
        journal.record(by=by, verb="fiche réunie à une autre", obj=source, reason=reason, after={"into": target.key})
    return target


def plain(value: Any) -> Any:
    """The value as JSON keeps it, dates to the microsecond: what comes back is what went."""
    return json.loads(json.dumps(value, default=_as_text))


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date | dt.time) else str(value)


def locked_pair(source: Structure, target: Structure) -> tuple[Structure, Structure]:
    """Both rows, locked in one order whoever asks. Raises MergeRefused when they are not two."""
    rows = {
        row.pk: row
        for row in Structure.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk")
    }
    if source.pk == target.pk or len(rows) != 2:
        raise MergeRefused("Choisissez deux fiches différentes.")
    return rows[source.pk], rows[target.pk]


def _check(source: Structure, target: Structure) -> None:
    if target.merged_into_id is not None:
        raise MergeRefused(f"« {target} » est déjà réunie à une autre fiche : choisissez celle-là.")
    if source.merged_into_id is not None:
        raise MergeRefused(f"« {source} » est déjà réunie à une autre fiche.")
    if source.siren is not None and target.siren is None:
        raise MergeRefused("Gardez la fiche qui porte un SIREN : réunissez-les dans l’autre sens.")
    if source.siren is None and source.rna is not None and target.siren is None and target.rna is None:
        raise MergeRefused("Gardez la fiche qui porte un numéro RNA : réunissez-les dans l’autre sens.")
    if source.fictitious != target.fictitious:
        raise MergeRefused(
            "L’une des deux fiches est inventée et partira avec la démonstration : elle ne se réunit pas à une vraie."
        )


def move_everything(source: Structure, target: Structure, *, by: Author) -> Trail:
    """Move what is tied to `source`; inside the caller's lock. Returns what moved, row by row.

    Kinds are found on the models, so that a room opened later is moved too. Rows that a rule keeps unique are dropped
    when the target already has theirs, and what pointed to them points to those.
    """
    trail = Trail(filled=_fill_card(source, target, by=by))
    for place, twin in doubled_places(source, target):
        _drop(place, twin, trail, by=by)
    for tie in ties(Structure):
        rows = movable(tie, source, target)
        _move(list(rows.order_by("pk")), tie, source.pk, target.pk, trail=trail, by=by)
    if target.rna is None and source.rna is not None:
        target.rna = source.rna
        target.save(update_fields=["rna", "updated_at"])
    source.merged_into = target
    source.save(update_fields=["merged_into", "updated_at"])
    redirect_key(source.key, target)
    return trail


def _move(rows: Iterable[models.Model], tie: Tie, old: Any, new: Any, *, trail: Trail, by: Author) -> None:
    """Make these rows name `new`; one that a rule of uniqueness holds back is closed or dropped."""
    going: list[models.Model] = []
    for row in rows:
        twins = twins_of(row, tie.column, new)
        if (not twins and stands(row, tie.attname, new)) or (twins and _close(row, trail, by=by)):
            going.append(row)
        elif isinstance(row, CampaignLine) and row.answered_at and not _answered(twins):
            # The sheet that answered says what became of both.
            for twin in twins:
                _drop(twin, row, trail, by=by)
            going.append(row)
        else:
            _drop(row, twins[0] if twins else None, trail, by=by)
    for row in going:
        type(row)._base_manager.filter(pk=row.pk).update(**{tie.attname: new})
        trail.moved[tie.label].append([row.pk, old, new])


def _answered(lines: Iterable[models.Model]) -> bool:
    return any(isinstance(line, CampaignLine) and line.answered_at for line in lines)


def stands(row: models.Model, column: str, new: Any) -> bool:
    """Whether the row may name `new`: a link from a sheet to the other would tie the kept one to itself."""
    former = getattr(row, column)
    setattr(row, column, new)
    try:
        checks = [one for one in row._meta.constraints if isinstance(one, models.CheckConstraint)]
        return all(_holds(check, row) for check in checks)
    finally:
        setattr(row, column, former)


def _holds(check: models.CheckConstraint, row: models.Model) -> bool:
    try:
        check.validate(type(row), row)
    except ValidationError:
        return False
    return True


def _drop(row: models.Model, kept: models.Model | None, trail: Trail, *, by: Author) -> None:
    """Erase a row, once written down; what points to it points to the one kept."""
    for tie in ties(type(row)):
        pointing = list(tie.rows(type(row), row.pk).order_by("pk"))
        if not pointing:
            continue
        if kept is not None:
            _move(pointing, tie, row.pk, kept.pk, trail=trail, by=by)
        else:
            for one in pointing:
                _drop(one, None, trail, by=by)
    (written,) = serializers.serialize("python", [row])
    trail.dropped.append(written)
    row.delete()


def _close(row: models.Model, trail: Trail, *, by: Author) -> bool:
    """End what goes on as history beside the one of the kept sheet: a mandate, a claim, an invitation."""
    now = timezone.now()
    values: dict[str, Any]
    if isinstance(row, Mandate):
        values = {
            "ended_at": max(now, row.since),
            "end_reason": MandateEnd.STRUCTURE_MERGED.value,
            "ended_by_label": journal.label_of(by)[:200],
        }
    elif isinstance(row, Claim):
        values = {
            "decided_at": now,
            "outcome": ClaimOutcome.WITHDRAWN.value,
            "reason": "Les deux fiches sont réunies : votre demande sur l’autre fiche continue.",
            "decided_by_id": by.pk if isinstance(by, Person) else None,
            "decided_by_label": journal.label_of(by)[:200],
        }
    elif isinstance(row, Invitation):
        values = {"cancelled_at": now}
    else:
        return False
    before = {name: getattr(row, name) for name in values}
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    trail.closed.append({"model": row._meta.label_lower, "pk": row.pk, "before": before, "after": values})
    journal.record(by=by, verb="terminé par la réunion de deux fiches", obj=row)
    if isinstance(row, Claim):
        mails.send(ClaimClosed(claim_id=row.pk), row.person.email)
    return True


# --- cards -----------------------------------------------------------------------------------------------------------


def _card_values(structure: Structure) -> dict[str, Any] | None:
    """The card as it is, row and all; None without one."""
    card = Card.objects.filter(structure=structure).first()
    if card is None:
        return None
    (written,) = serializers.serialize("python", [card])
    return dict(written)


def _fill_card(source: Structure, target: Structure, *, by: Author) -> dict[str, Any]:
    """Fill the blanks of the target's card with the source's words, as a change of its own; return them."""
    theirs = Card.objects.filter(structure=source).first()
    ours = Card.objects.filter(structure=target).first()
    if theirs is None or ours is None:
        return {}
    words = {name: getattr(theirs, name) for name in FIELDS if not getattr(ours, name) and _sound(theirs, name)}
    if not words:
        return {}
    # Words of two hands: the team, who merges, answers for them.
    sayer = sayer_of(ours) if sayer_of(ours) == sayer_of(theirs) else Sayer.TEAM
    # An address or a site that the team had not written does not become hers on the way: it would prove a claim.
    others = any(name in words and not by_team(source, name) for name in ("email", "website"))
    origin = ChangeOrigin.RESTORED if others else None
    save_card(structure=target, by=by, values=words, said_by=sayer, source=origin_of(ours), origin=origin)
    return words


def _sound(card: Card, name: str) -> bool:
    """Whether the card holds words there that a card may hold today (older ones stay written in the merge)."""
    value = getattr(card, name)
    try:
        return bool(value and clean({name: value}))
    except CardRefused:
        return False
