"""Reads of the directory. One door for what a person may see: pages, search, API, exports and feeds all use it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from essaim.directory.enums import Decision
from essaim.directory.models import (
    CampaignLine,
    Card,
    Criterion,
    ErrorReport,
    Establishment,
    FormerKey,
    Label,
    LocalDecision,
    Structure,
    SyncRun,
)
from essaim.directory.models.structure import KEY_SHAPE
from essaim.foundation.kept import Kept
from essaim.geography.queries import served_communes
from essaim.people.models import Person
from essaim.people.rules import is_officer

Visitor = Person | AnonymousUser | None
_KEY = re.compile(KEY_SHAPE)


def current_decisions() -> QuerySet[LocalDecision]:
    """The decision that counts for each structure: the last one."""
    last = LocalDecision.objects.order_by().values("structure").annotate(last=Max("pk")).values("last")
    return LocalDecision.objects.filter(pk__in=last)


def set_aside() -> QuerySet[LocalDecision]:
    """The decisions in force that set a structure aside."""
    return current_decisions().filter(decision=Decision.EXCLUDE)


def decisions_in(scope: Collection[str]) -> QuerySet[LocalDecision]:
    """The decisions that count on the structures of these EPCI."""
    return current_decisions().filter(structure__in=in_scope(scope), structure__merged_into__isnull=True)


def in_scope(scope: Collection[str]) -> QuerySet[Structure]:
    """Structures with a place, open or closed, in these EPCI (SIREN). An empty scope holds nothing."""
    places = Establishment.objects.filter(structure=OuterRef("pk"), commune__epci_id__in=sorted(scope))
    return Structure.objects.filter(Exists(places))


def public_structures() -> QuerySet[Structure]:
    """What the public may see of every EPCI: held by a criterion, not set aside, not merged into another.

    The search index holds exactly these; each question gives its scope.
    """
    return _public_structures().all()


@cache
def _public_structures() -> QuerySet[Structure]:
    """The rule, never evaluated: building it costs a millisecond, a tenth of a page of results; copying it, nothing."""
    held = Exists(Criterion.objects.filter(structure=OuterRef("pk")))
    aside = set_aside().values("structure_id")
    return Structure.objects.filter(held, merged_into__isnull=True).exclude(pk__in=aside)


def structures_visible_to(person: Visitor, scope: Collection[str]) -> QuerySet[Structure]:
    """What this person may see of these EPCI. `None` or an anonymous visitor: the public.

    The public never sees a structure that meets no criterion (any more), nor one set aside by a local decision; the
    officer does, to be able to change her mind.
    A structure merged into another is nobody's: its address redirects.
    """
    if person is not None and is_officer(person):
        return in_scope(scope).filter(merged_into__isnull=True)
    places = Establishment.objects.filter(structure=OuterRef("pk"), commune__epci_id__in=sorted(scope))
    return public_structures().filter(Exists(places))


def by_key(key: str) -> Structure | None:
    """The structure of a public key (SIREN, RNA number, stable code), following former keys and merges; else None.

    It has moved when its own key is another one. At most two queries, none for what is no key. Whoever may not see it
    asks `visible_by_key`.
    """
    key = key.strip().upper()
    if not _KEY.fullmatch(key):
        return None
    bearers = Structure.objects.select_related("merged_into", "card").filter(key=key)
    structure = bearers.order_by(F("merged_into_id").asc(nulls_first=True), "pk").first()
    if structure is None:
        former = FormerKey.objects.select_related("structure__merged_into").filter(key=key).first()
        structure = former.structure if former else None
    return (structure.merged_into or structure) if structure else None


def visible_by_key(key: str, person: Visitor, scope: Collection[str]) -> QuerySet[Structure]:
    """The structure of a public key when this person may see it in these EPCI, else none."""
    structure = by_key(key)
    return structures_visible_to(person, scope).filter(pk=structure.pk) if structure else Structure.objects.none()


def asked_in_vain() -> QuerySet[CampaignLine]:
    """Lines of campaigns whose question has really left, whose last day has passed, and that nobody has answered."""
    left = Q(sent_at__isnull=False) | Q(printed_at__isnull=False)
    over = Q(campaign__closes_on__lt=timezone.localdate()) | Q(campaign__closed_at__isnull=False)
    return CampaignLine.objects.filter(left, over, answered_at__isnull=True)


PLACE_ORDER = ("is_closed", "-is_head_office", "siret", "pk")


def with_card_data(structures: QuerySet[Structure], scope: Collection[str]) -> QuerySet[Structure]:
    """Everything a card, a page or a row of an export shows, in three more queries whatever the number of structures.

    `scoped_establishments` holds the places of these EPCI only, open ones and the head office first; `shown_labels` and
    `shown_criteria` the rest.
    """
    places = Establishment.objects.filter(commune__epci_id__in=sorted(scope)).select_related("commune")
    in_vain = Exists(asked_in_vain().filter(structure=OuterRef("pk")))
    return (
        structures.annotate(asked_in_vain=in_vain)
        .select_related("card")
        .prefetch_related(  # type: ignore[no-redef]
            Prefetch("establishments", places.order_by(*PLACE_ORDER), to_attr="scoped_establishments"),
            Prefetch("labels", Label.objects.order_by("kind", "pk"), to_attr="shown_labels"),
            Prefetch("criteria", Criterion.objects.order_by("code", "source"), to_attr="shown_criteria"),
        )
    )


def page_of(ids: Sequence[int], scope: Collection[str]) -> list[Structure]:
    """The public structures among these ids, in the order given, with what a row needs: four queries.

    Visibility is asked again here: the index may be a moment late behind a decision. The same attributes as
    `with_card_data`, by hand: the machinery of prefetches takes as long as the queries, and the communes served are
    known already.
    """
    found = public_structures().select_related("card").in_bulk(list(ids))
    mine = {"structure_id__in": list(found)}
    communes = {commune.code: commune for commune in served_communes(frozenset(scope))}
    for structure in found.values():
        structure.scoped_establishments, structure.shown_labels, structure.shown_criteria = [], [], []
    for place in Establishment.objects.filter(**mine).order_by(*PLACE_ORDER):
        if place.commune_id in communes:
            place.commune = communes[place.commune_id]
            found[place.structure_id].scoped_establishments.append(place)
    for label in Label.objects.filter(**mine).order_by("kind", "pk"):
        found[label.structure_id].shown_labels.append(label)
    for criterion in Criterion.objects.filter(**mine).order_by("code", "source"):
        found[criterion.structure_id].shown_criteria.append(criterion)
    return [found[pk] for pk in ids if pk in found]


def labels_valid_on(day: date) -> QuerySet[Label]:
    """Labels that still qualify on that day: see `Label.is_valid_on`."""
    return Label.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def card_of(structure: Structure) -> Card:
    """The structure's claimed card, asked for when not fetched; an unsaved blank one when nothing was claimed yet."""
    card: Card | None = getattr(structure, "card", None)
    return card or Card(structure=structure)


def reports(scope: Collection[str]) -> QuerySet[ErrorReport]:
    """Every error report about a structure with a place in these EPCI."""
    places = Establishment.objects.filter(structure=OuterRef("structure_id"), commune__epci_id__in=sorted(scope))
    return ErrorReport.objects.filter(Exists(places)).select_related("structure__card", "handled_by")


def pending_reports(scope: Collection[str]) -> QuerySet[ErrorReport]:
    """Error reports that wait for the officer, the oldest first."""
    return reports(scope).filter(handled_at__isnull=True).order_by("at", "pk")


def last_runs(scope: Collection[str]) -> list[SyncRun]:
    """The last synchronisation of each EPCI served: the freshness that pages show."""
    last = SyncRun.objects.filter(territory__in=sorted(scope)).order_by().values("territory").annotate(last=Max("pk"))
    return list(SyncRun.objects.filter(pk__in=last.values("last")).order_by("territory"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page says of the directory as a whole: its last reading, and whether it shows an invented structure."""

    last: SyncRun | None
    invented: bool


def _read_standing(scope: frozenset[str]) -> Standing:
    invented = in_scope(scope).filter(fictitious=True)
    runs = SyncRun.objects.filter(territory__in=sorted(scope)).annotate(invented=Exists(invented))
    last = runs.order_by("-pk").first()
    return Standing(last, last.invented if last is not None else invented.exists())


_standing: Kept[frozenset[str], Standing] = Kept(_read_standing)


def standing(scope: Collection[str]) -> Standing:
    """The standing of the directory of these EPCI: one query (two before any reading), kept by the process."""
    return _standing.of(frozenset(scope))


def last_sync(scope: Collection[str]) -> SyncRun | None:
    """The last synchronisation of any of these EPCI: the freshness that a page shows."""
    return standing(scope).last


def successors_of(establishments: Collection[Establishment], scope: Collection[str]) -> dict[str, Establishment]:
    """The establishments of the directory that took over these closed ones, by SIRET; no query when none has one."""
    sirets = {place.successor_siret for place in establishments if place.is_closed and place.successor_siret}
    if not sirets:
        return {}
    visible = structures_visible_to(None, scope)
    found = Establishment.objects.filter(siret__in=sorted(sirets), structure__in=visible)
    return {place.siret: place for place in found.select_related("structure__card") if place.siret}


def to_review(scope: Collection[str]) -> QuerySet[Structure]:
    """Structures that the official file no longer names: kept until the officer admits them or sets them aside."""
    admitted = current_decisions().filter(decision=Decision.ADMIT)
    return (
        structures_visible_to(None, scope)
        .exclude(missing_since="")
        .exclude(pk__in=admitted.values("structure_id"))
        .filter(is_closed=False)
        .select_related("card")
        .order_by("-missing_since", "name", "pk")
    )
