"""From a structure of the database to a document of the index: its words, its facets, its rank."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from essaim.directory.cards import Listed, listed
from essaim.directory.cardwords import audience_labels
from essaim.directory.models import Card, Criterion, Establishment, Label, Structure
from essaim.directory.queries import asked_in_vain, public_structures
from essaim.directory.wording import label_name, sleeping_since
from essaim.foundation.chunks import chunks
from essaim.foundation.search import Document, Facet, FacetKind, IndexSpec
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.naf import activity_groups, naf
from essaim.nomenclature.perimeter import Family, SubFamily
from essaim.nomenclature.publics import publics_of

SPEC = IndexSpec(
    "structures",
    (
        Facet("family"),
        Facet("sub_family"),
        Facet("urban"),
        Facet("activity"),
        Facet("employer"),
        Facet("label"),
        Facet("state"),
        Facet("confirmed"),
        Facet("audience"),
        Facet("commune", FacetKind.WIDE),
        Facet("naf", FacetKind.FILTER),
        Facet("epci", FacetKind.FILTER),
    ),
    shown=" ".join(field.name for field in fields(Listed)),
)
YES, NO = "oui", "non"
OPEN, CLOSED = "ouverte", "fermee"
URBAN, RURAL = "urbain", "rural"
_CHUNK = 5000
_LABELS: str = "shown_labels"  # where pages read them too (declared on Structure)
_CRITERIA: str = "shown_criteria"
_SUB_FAMILIES = {sub.value: sub.label for sub in SubFamily}


def indexable() -> QuerySet[Structure]:
    """What the public may find, of every EPCI: the scope is imposed at each search."""
    return public_structures()


def documents_of(structures: QuerySet[Structure]) -> Iterator[Document]:
    """Documents of these structures, read lazily: five queries for each 5 000 of them, and one for their numbers."""
    today = timezone.localdate()
    places = Establishment.objects.select_related("commune").order_by("-is_head_office", "is_closed", "siret", "pk")
    in_vain = Exists(asked_in_vain().filter(structure=OuterRef("pk")))
    complete = (
        Structure.objects.annotate(asked_in_vain=in_vain)
        .select_related("card")
        .prefetch_related(
            Prefetch("establishments", places),
            Prefetch("labels", Label.objects.order_by("kind", "pk"), to_attr=_LABELS),
            Prefetch("criteria", Criterion.objects.order_by("code", "source"), to_attr=_CRITERIA),
        )
    )
    numbers = list(structures.order_by("pk").values_list("pk", flat=True))
    for some in chunks(numbers, _CHUNK):
        for structure in complete.filter(pk__in=some).order_by("pk"):
            yield document_of(structure, today)


def document_of(structure: Structure, today: date) -> Document:
    """One document. Needs the card, establishments with their commune, and labels already fetched."""
    every = list(structure.establishments.all())
    # A closed place of a living structure does not place it any more; a closed structure keeps its last ones.
    places = [place for place in every if not place.is_closed] or every
    card: Card | None = getattr(structure, "card", None)
    labels = sorted({label.kind for label in structure.shown_labels if label.is_valid_on(today)})
    asleep = sleeping_since(structure, today) is not None
    return Document(
        id=structure.pk,
        names=_names(structure, every, card),
        texts=_texts(structure, places, labels, card),
        codes=_codes(structure, every),
        facets=_facets(structure, every, places, labels, card),
        rank=_rank(structure, places, labels, card, asleep=asleep),
        back=asleep or structure.is_closed,
        shown=listed(structure, every).dump(),
        points=[
            (place.latitude, place.longitude)
            for place in places
            if place.has_true_point and place.latitude is not None and place.longitude is not None
        ],
    )


def _names(structure: Structure, places: Sequence[Establishment], card: Card | None) -> list[str]:
    """Every form of the name, the one that pages show first."""
    claimed = card.name if card else ""
    names = [claimed, structure.name, structure.acronym, *structure.usual_names, structure.rna_title]
    for place in places:
        names += [place.usual_name, *place.signs]
    return [name for name in dict.fromkeys(names) if name]


@lru_cache(maxsize=4096)
def _activity_words(code: str) -> str:
    known = naf(code)
    if known is None:
        return ""
    group = next((group.label for group in activity_groups() if group.key == known.group_key), "")
    return " . ".join((known.plain, known.label, *known.words, group))


def _texts(
    structure: Structure, places: Sequence[Establishment], labels: Sequence[str], card: Card | None
) -> list[str]:
    """Everything else that a resident may type: activity in plain words, place, family, labels, what it says."""
    texts = [Family(structure.family).label, legal_label(structure.legal_category) or "", structure.purpose]
    texts.append(_SUB_FAMILIES.get(structure.sub_family, ""))
    texts += [_activity_words(code) for code in sorted({structure.naf, *(place.naf for place in places)}) if code]
    for place in places:
        texts += [place.commune.name, place.postcode]
    for kind in labels:
        texts += [kind, label_name(kind)]
    if card:
        texts += [card.description, *map(str, card.keywords), *card.services, *audience_labels(card.audiences)]
        if card.easy_accepted_at:
            texts.append(card.easy_summary)
        for place in card.places:
            texts += [place.get("name", ""), place.get("city", "")]
    return [text for text in dict.fromkeys(texts) if text]


def _codes(structure: Structure, places: Sequence[Establishment]) -> list[str]:
    codes = [structure.siren, structure.rna, structure.code, *(place.siret for place in places)]
    return [code for code in codes if code]


def _facets(
    structure: Structure,
    every: Sequence[Establishment],
    places: Sequence[Establishment],
    labels: Sequence[str],
    card: Card | None,
) -> dict[str, list[str]]:
    codes = {structure.naf, *(place.naf for place in places)} - {""}
    known = [found for code in sorted(codes) if (found := naf(code))]
    urban = {place.commune.is_urban for place in places}
    return {
        "family": [structure.family],
        "sub_family": [structure.sub_family] if structure.sub_family else [],
        "urban": [name for name, is_urban in ((URBAN, True), (RURAL, False)) if is_urban in urban],
        "activity": sorted({item.group_key for item in known}),
        "employer": [YES if _employs(structure, places) else NO],
        "label": list(labels),
        "state": [CLOSED if structure.is_closed else OPEN],
        "confirmed": [YES if card and card.confirmed_at else NO],
        "audience": _audiences(codes, labels, card),
        "commune": sorted({place.commune_id for place in places}),
        "naf": sorted({prefix for item in known for prefix in naf_prefixes(item.code)}),
        "epci": sorted({str(place.commune.epci_id) for place in every}),
    }


def _audiences(codes: Collection[str], labels: Sequence[str], card: Card | None) -> list[str]:
    """For whom it works: its own word first, else what its activities and its labels imply."""
    if card and card.audiences:
        return list(card.audiences)
    return sorted({public.key for code in sorted(codes) or [""] for public in publics_of(code, labels)})


def naf_prefixes(code: str) -> list[str]:
    """« 47.11B » → « 47 », « 471 », « 4711 », « 4711B »: an activity is found by its division, group or class."""
    bare = code.replace(".", "").upper()
    return [bare[:length] for length in range(2, len(bare) + 1)]


def _employs(structure: Structure, places: Sequence[Establishment]) -> bool:
    return structure.is_employer or any(place.is_employer for place in places)


def _rank(
    structure: Structure, places: Sequence[Establishment], labels: Sequence[str], card: Card | None, *, asleep: bool
) -> int:
    """The default order, 0 first: employers, labels and confirmed cards are lifted; sleeping then closed come last."""
    if structure.is_closed:
        return 95
    if asleep:
        return 90
    lifted = 20 * _employs(structure, places) + 10 * bool(labels)
    if card:
        lifted += 12 * bool(card.confirmed_at) + 3 * bool(card.phone or card.hours)
    return 50 - lifted
