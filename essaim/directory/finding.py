"""Finding a structure among all of them, set aside or not: for the officer who looks, admits, or sends a spreadsheet.

A structure that is there under any of its names must be found before another is created.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Q, QuerySet

from essaim.directory.contacts_import import CANDIDATES, KnownPlace, Matcher, NamePool
from essaim.directory.models import Establishment, FormerKey
from essaim.directory.queries import in_scope
from essaim.directory.search.index import searcher
from essaim.foundation.chunks import chunks
from essaim.foundation.search import Request, SearchError
from essaim.foundation.search.text import plain_words
from essaim.geography.models import Commune, FormerCommune
from essaim.geography.text import fold_place

# --- the officer's box -----------------------------------------------------------------------------------------------


def find_for_officer(text: str, scope: Collection[str]) -> list[int]:
    """Ids of the structures of these EPCI that a number or a name may mean, in every state, the likeliest first.

    A number (SIREN, SIRET, RNA, code, former key), however it is spaced, leads straight to its structure. A name is
    looked for in the search index; what the index does not hold (set aside, without criterion, not indexed yet) comes
    first, compared by its names alone. Without a sound index everything is compared so.
    """
    everyone = in_scope(scope).filter(merged_into__isnull=True)
    numbered = list(everyone.filter(_number(text)).order_by("is_closed", "pk").values_list("pk", flat=True))
    if numbered:
        return numbered
    asked = {"epci": frozenset(scope)}
    try:
        held = set(searcher().all_ids(Request(scope=asked), ordered=False).tolist())
        found = searcher().all_ids(Request(text, scope=asked)).tolist()
    except SearchError:
        held, found = set(), []
    known = set(everyone.values_list("pk", flat=True))
    apart = _named_like(text, sorted(known - held))
    return [*apart, *(pk for pk in found if pk in known)]


def _number(text: str) -> Q:
    """A key of today or before, a SIRET; a SIRET that nobody knows still names its unit."""
    bare = "".join(letter for letter in text if letter.isalnum()).upper()
    places = Establishment.objects.filter(siret=bare).values("structure")
    former = FormerKey.objects.filter(key=bare).values("structure")
    wanted = Q(key=bare) | Q(rna=bare) | Q(pk__in=places) | Q(pk__in=former)
    return wanted | Q(siren=bare[:9]) if len(bare) == 14 else wanted


def _named_like(text: str, ids: list[int]) -> list[int]:
    """Those of these structures that have a like name, or hold every word typed in their names."""
    wanted = plain_words(text).split()
    pool = NamePool()
    inside: dict[int, tuple[bool, str]] = {}
    for some in chunks(ids):
        for place in _places(Establishment.objects.filter(structure__in=some)):
            for name in place.names:
                pool.add(name, place)
            told = plain_words(" ".join(place.names))
            if wanted and all(word in told for word in wanted):
                inside[place.structure_id] = (place.is_closed, plain_words(place.name))
    like = [place.structure_id for _likeness, place in pool.ranked(text)]
    return list(dict.fromkeys([*like, *sorted(inside, key=lambda pk: (inside[pk], pk))]))


# --- before a structure is created -----------------------------------------------------------------------------------


def namesakes(name: str, commune: Commune) -> list[KnownPlace]:
    """The structures of a commune, in any state, whose name is like this one; the likeliest ones only."""
    pool = NamePool()
    for place in _places(Establishment.objects.filter(commune=commune)):
        for known in place.names:
            pool.add(known, place)
    return [place for _likeness, place in pool.ranked(name)[:CANDIDATES]]


# --- a spreadsheet ---------------------------------------------------------------------------------------------------


def matcher(scope: Collection[str]) -> Matcher:
    """What a spreadsheet is compared with: the structures of these EPCI, by number and by name and commune.

    Those set aside are there too, so that a file may admit them again; merged ones stand for their target.
    """
    establishments = Establishment.objects.filter(commune__epci_id__in=sorted(scope))
    sirets: dict[str, int] = {}
    sirens: dict[str, int] = {}
    rnas: dict[str, int] = {}
    numbers = establishments.order_by(*_ORDER).values_list(
        "structure_id", "structure__merged_into_id", "siret", "structure__siren", "structure__rna"
    )
    for structure, merged, *borne in numbers:
        for number, known in zip(borne, (sirets, sirens, rnas), strict=True):
            if number:
                known.setdefault(number, merged or structure)
    return Matcher(
        _places(establishments),
        sirets=sirets,
        sirens=sirens,
        rnas=rnas,
        communes=_commune_names(scope),
        postcodes=_postcodes(scope),
    )


_ORDER = ("structure_id", "-is_head_office", "pk")


def _places(establishments: QuerySet[Establishment]) -> Iterator[KnownPlace]:
    """These places, under every name that they and their structure go by; one query."""
    rows = establishments.order_by(*_ORDER).values_list(
        "structure_id", "structure__merged_into_id", "structure__key", "structure__is_closed",
        "commune_id", "commune__name", "structure__usual_names", "signs",
        "structure__name", "structure__acronym", "structure__rna_title", "structure__card__name", "usual_name",
    )  # fmt: skip
    for structure, merged, key, closed, commune, commune_name, usual, signs, name, *others in rows:
        told = tuple(dict.fromkeys(text for text in (name, *usual, *signs, *others) if text))
        yield KnownPlace(merged or structure, key, name, told, commune, commune_name, closed)


def _commune_names(scope: Collection[str]) -> dict[str, str]:
    """Folded names, of today and former, that mean one commune only."""
    found: dict[str, set[str]] = {}
    former = FormerCommune.objects.filter(commune__epci_id__in=sorted(scope)).values_list("name", "commune_id")
    today = Commune.objects.filter(epci_id__in=sorted(scope)).values_list("name", "code")
    for name, code in [*former, *today]:
        found.setdefault(fold_place(name), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if name and len(codes) == 1}


def _postcodes(scope: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    communes = Commune.objects.filter(epci_id__in=sorted(scope)).order_by("code")
    for code, postcodes in communes.values_list("code", "postcodes"):
        for postcode in postcodes:
            found.setdefault(postcode, []).append(code)
    return {postcode: tuple(codes) for postcode, codes in found.items()}
