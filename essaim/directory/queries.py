"""Reads of the directory. One door for what a person may see: pages, search, API, exports and feeds all use it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet

from essaim.directory.contacts_import import KnownPlace, Matcher, fold
from essaim.directory.enums import Decision
from essaim.directory.models import (
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
from essaim.foundation.kept import Kept
from essaim.geography.models import Commune, FormerCommune
from essaim.geography.queries import served_communes
from essaim.people.models import Person
from essaim.people.rules import is_officer

Visitor = Person | AnonymousUser | None


def current_decisions() -> QuerySet[LocalDecision]:
    """The decision that counts for each structure: the last one."""
    last = LocalDecision.objects.order_by().values("structure").annotate(last=Max("pk")).values("last")
    return LocalDecision.objects.filter(pk__in=last)


def set_aside() -> QuerySet[LocalDecision]:
    """The decisions in force that set a structure aside."""
    return current_decisions().filter(decision=Decision.EXCLUDE)


def in_scope(scope: Collection[str]) -> QuerySet[Structure]:
    """Structures with a place, open or closed, in these EPCI (SIREN). An empty scope holds nothing."""
    places = Establishment.objects.filter(structure=OuterRef("pk"), commune__epci_id__in=sorted(scope))
    return Structure.objects.filter(Exists(places))


def public_structures() -> QuerySet[Structure]:
    """What the public may see of every EPCI: held by a criterion, not set aside, not merged into another.

    The search index holds exactly these; each question gives its scope.
    """
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


@dataclass(frozen=True, slots=True)
class Found:
    """A structure asked by a key; `moved` when the key is a former one (the address must redirect)."""

    structure: Structure
    moved: bool


def by_key(key: str) -> Found | None:
    """The structure of a public key (SIREN, RNA number, stable code), following former keys and merges; else None.

    At most two queries. Visibility is the caller's: ask `structures_visible_to(...).filter(pk=...)`.
    """
    key = key.strip().upper()
    if not key or len(key) > 12:
        return None
    bearers = Structure.objects.select_related("merged_into").filter(key=key)
    structure = bearers.order_by(F("merged_into_id").asc(nulls_first=True), "pk").first()
    if structure is not None:
        target = structure.merged_into
        return Found(structure, moved=False) if target is None else Found(target, moved=True)
    former = FormerKey.objects.select_related("structure__merged_into").filter(key=key).first()
    if former is None:
        return None
    return Found(former.structure.merged_into or former.structure, moved=True)


PLACE_ORDER = ("is_closed", "-is_head_office", "siret", "pk")


def with_card_data(structures: QuerySet[Structure], scope: Collection[str]) -> QuerySet[Structure]:
    """Everything a card, a page or a row of an export shows, in three more queries whatever the number of structures.

    `scoped_establishments` holds the places of these EPCI only, open ones and the head office first; `shown_labels` and
    `shown_criteria` the rest.
    """
    places = Establishment.objects.filter(commune__epci_id__in=sorted(scope)).select_related("commune")
    return structures.select_related("card").prefetch_related(  # type: ignore[no-redef]
        Prefetch("establishments", places.order_by(*PLACE_ORDER), to_attr="scoped_establishments"),
        Prefetch("labels", Label.objects.order_by("kind", "pk"), to_attr="shown_labels"),
        Prefetch("criteria", Criterion.objects.order_by("code", "source"), to_attr="shown_criteria"),
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


def card_of(structure: Structure) -> Card:
    """The structure's claimed card; an unsaved blank one when nothing was claimed yet."""
    return Card.objects.filter(structure=structure).first() or Card(structure=structure)


def pending_reports(scope: Collection[str]) -> QuerySet[ErrorReport]:
    """Error reports that wait for the officer, the oldest first."""
    places = Establishment.objects.filter(structure=OuterRef("structure_id"), commune__epci_id__in=sorted(scope))
    return (
        ErrorReport.objects.filter(Exists(places), handled_at__isnull=True)
        .select_related("structure")
        .order_by("at", "pk")
    )


def last_runs(scope: Collection[str]) -> list[SyncRun]:
    """The last synchronisation of each EPCI served: the freshness that pages show."""
    last = SyncRun.objects.filter(territory__in=sorted(scope)).order_by().values("territory").annotate(last=Max("pk"))
    return list(SyncRun.objects.filter(pk__in=last.values("last")).order_by("territory"))


_last_sync: Kept[frozenset[str], SyncRun | None] = Kept(
    lambda scope: SyncRun.objects.filter(territory__in=sorted(scope)).order_by("-pk").first()
)


def last_sync(scope: Collection[str]) -> SyncRun | None:
    """The last synchronisation of any of these EPCI: the freshness that a page shows."""
    return _last_sync.of(frozenset(scope))


def successors_of(establishments: Collection[Establishment], scope: Collection[str]) -> dict[str, Establishment]:
    """The establishments of the directory that took over these closed ones, by SIRET; no query when none has one."""
    sirets = {place.successor_siret for place in establishments if place.is_closed and place.successor_siret}
    if not sirets:
        return {}
    visible = structures_visible_to(None, scope)
    found = Establishment.objects.filter(siret__in=sorted(sirets), structure__in=visible)
    return {place.siret: place for place in found.select_related("structure__card") if place.siret}


def to_review(scope: Collection[str]) -> QuerySet[Structure]:
    """Structures that the official file no longer names: kept, waiting for the officer's eye."""
    return (
        structures_visible_to(None, scope)
        .exclude(missing_since="")
        .filter(is_closed=False)
        .select_related("card")
        .order_by("-missing_since", "name", "pk")
    )


def find_for_officer(text: str, scope: Collection[str]) -> QuerySet[Structure]:
    """Structures of these EPCI, set aside or not, by a number (SIREN, SIRET, RNA, code) or a part of the name."""
    everything = in_scope(scope).filter(merged_into__isnull=True)
    bare = "".join(text.split()).upper()
    by_number = Q(key=bare) | Q(rna=bare) | Q(establishments__siret=bare) | Q(former_keys__key=bare)
    by_name = Q(name__icontains=text) | Q(card__name__icontains=text) | Q(acronym__iexact=text)
    found = everything.filter(by_number | by_name).values("pk")
    return Structure.objects.filter(pk__in=found).select_related("card").order_by("is_closed", "name", "pk")


def matcher(scope: Collection[str]) -> Matcher:
    """What a spreadsheet is compared with: the structures of these EPCI, by number and by name and commune.

    Those set aside are there too, so that a file may admit them again; merged ones stand for their target.
    """
    places: list[KnownPlace] = []
    sirets: dict[str, int] = {}
    sirens: dict[str, int] = {}
    rnas: dict[str, int] = {}
    names = _names_by_structure(scope)
    rows = (
        Establishment.objects.filter(commune__epci_id__in=sorted(scope))
        .order_by("structure_id", "-is_head_office", "pk")
        .values_list(
            "structure_id", "structure__merged_into_id", "structure__key", "structure__name", "structure__is_closed",
            "structure__siren", "structure__rna", "siret", "usual_name", "signs", "commune_id", "commune__name",
        )
    )  # fmt: skip
    for structure, merged, key, name, closed, siren, rna, siret, usual, signs, commune, commune_name in rows:
        pk = merged or structure
        for number, known in ((siret, sirets), (siren, sirens), (rna, rnas)):
            if number:
                known.setdefault(number, pk)
        told = tuple(dict.fromkeys(text for text in (*names.get(structure, ()), usual, *signs) if text))
        places.append(KnownPlace(pk, key, name, told, commune, commune_name, closed))
    return Matcher(
        places, sirets=sirets, sirens=sirens, rnas=rnas, communes=_commune_names(scope), postcodes=_postcodes(scope)
    )


def _names_by_structure(scope: Collection[str]) -> dict[int, tuple[str, ...]]:
    """Every form of the name: official, acronym, usual names, title at the RNA, claimed name."""
    rows = in_scope(scope).values_list("pk", "name", "acronym", "usual_names", "rna_title", "card__name")
    return {
        pk: tuple(text for text in (name, acronym, *usual, title, claimed) if text)
        for pk, name, acronym, usual, title, claimed in rows
    }


def _commune_names(scope: Collection[str]) -> dict[str, str]:
    """Folded names, of today and former, that mean one commune only."""
    found: dict[str, set[str]] = {}
    former = FormerCommune.objects.filter(commune__epci_id__in=sorted(scope)).values_list("name", "commune_id")
    today = Commune.objects.filter(epci_id__in=sorted(scope)).values_list("name", "code")
    for name, code in [*former, *today]:
        found.setdefault(fold(name), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if name and len(codes) == 1}


def _postcodes(scope: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    communes = Commune.objects.filter(epci_id__in=sorted(scope)).order_by("code")
    for code, postcodes in communes.values_list("code", "postcodes"):
        for postcode in postcodes:
            found.setdefault(postcode, []).append(code)
    return {postcode: tuple(codes) for postcode, codes in found.items()}
