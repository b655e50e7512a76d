"""Which structures may be the one that somebody describes: by its numbers, its phone, its address, its name.

The public is answered from what the public sees: open pages, public phones. Whoever reviews is answered from
everything: sheets set aside, internal contacts, proposals that wait.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import Q

from essaim.directory.cardfields import clean_phone
from essaim.directory.contacts_import import KnownPlace, NamePool, likeness
from essaim.directory.contacts_import.matching import POSSIBLE
from essaim.directory.models import Card, CardContact, Contact, Establishment, FormerKey, Structure, StructureProposal
from essaim.directory.queries import in_scope, public_structures
from essaim.directory.sameplace import address_key
from essaim.foundation.identifiers import InvalidIdentifier, clean_rna, clean_siren, clean_siret
from essaim.foundation.kept import Kept
from essaim.geography.models import Commune

MOST = 6
"""Sheets shown at most: more would be a search."""
NEAR_KM = 15.0
FARTHER = 8.0
"""What a name must have more, in a neighbour commune, to be shown."""
SHARED_ADDRESS = 60.0
"""Likeness from which a name at the same address is the same structure: a house of associations has one address."""
LONGEST = 250


@dataclass(frozen=True)
class Asked:
    """What is known of a structure; empty fields say nothing. `commune` is a code."""

    name: str = ""
    commune: str = ""
    address: str = ""
    siren: str = ""
    siret: str = ""
    rna: str = ""
    phone: str = ""
    website: str = ""
    itself: int | None = None
    """Id of the structure that asks, never proposed to itself."""


@dataclass(frozen=True)
class Alike:
    """A sheet that may be the one, and why, the surest reason first."""

    structure: Structure
    why: tuple[str, ...]
    score: float
    commune_name: str = ""


@dataclass
class _Ground:
    """What names and addresses are compared with, made ready once."""

    pools: dict[str, NamePool] = field(default_factory=lambda: defaultdict(NamePool))
    addresses: dict[tuple[str, str], list[KnownPlace]] = field(default_factory=lambda: defaultdict(list))
    near: dict[str, list[str]] = field(default_factory=dict)


def alike(asked: Asked, scope: Collection[str], *, everything: bool = False) -> list[Alike]:
    """The structures of these EPCI that may be the one described, the likeliest first; at most MOST.

    `everything`: for whoever reviews. Else only public structures are compared, by what their pages show.
    """
    ground = _grounds.of((frozenset(scope), everything))
    found: dict[int, dict[str, float]] = defaultdict(dict)
    _by_name(asked, ground, found)
    _by_number(asked, found)
    _by_reach(asked, found, everything=everything)
    found.pop(asked.itself or 0, None)
    seen = (in_scope(scope).filter(merged_into__isnull=True) if everything else public_structures()).filter(
        pk__in=sorted(found)
    )
    if not everything:
        seen = seen.filter(pk__in=in_scope(scope).values("pk"))
    shown = []
    communes = _communes(found)
    for structure in seen.select_related("card"):
        why = found[structure.pk]
        ordered = sorted(why, key=lambda reason: (-why[reason], reason))
        shown.append(Alike(structure, tuple(ordered), max(why.values()), communes.get(structure.pk, "")))
    return sorted(shown, key=lambda one: (-one.score, one.structure.is_closed, one.structure.name, one.structure.pk))[
        :MOST
    ]


def waiting_alike(proposal: StructureProposal) -> list[tuple[StructureProposal, str]]:
    """The other proposals that wait and may be the same, each with why; for whoever reviews."""
    others = StructureProposal.objects.filter(decided_at__isnull=True).exclude(pk=proposal.pk).select_related("commune")
    found = []
    for other in others.order_by("pk")[:500]:
        if proposal.siren and other.siren == proposal.siren:
            found.append((other, "même SIREN"))
        elif proposal.rna and other.rna == proposal.rna:
            found.append((other, "même numéro RNA"))
        elif proposal.phone and other.phone == proposal.phone:
            found.append((other, "même téléphone"))
        elif other.commune_id == proposal.commune_id and likeness(other.name, proposal.name) >= POSSIBLE:
            found.append((other, "nom proche, même commune"))
    return found[:MOST]


# --- names and addresses ---------------------------------------------------------------------------------------------


def _make_ground(key: tuple[frozenset[str], bool]) -> _Ground:
    scope, everything = key
    ground = _Ground(near=_neighbours(scope))
    places = Establishment.objects.filter(commune__epci_id__in=sorted(scope))
    if not everything:
        places = places.filter(structure__in=public_structures())
    rows = places.order_by("structure_id", "-is_head_office", "pk").values_list(
        "structure_id", "structure__merged_into_id", "structure__key", "structure__is_closed",
        "commune_id", "commune__name", "address", "structure__usual_names", "signs", "structure__name",
        "structure__acronym", "structure__rna_title", "structure__card__name", "usual_name",
    )  # fmt: skip
    known: set[tuple[int, str, str]] = set()
    for pk, merged, number, closed, commune, commune_name, address, usual, signs, name, *others in rows:
        owner = merged or pk
        place = KnownPlace(owner, number, name, (), commune, commune_name, closed)
        for text in dict.fromkeys(text for text in (name, *usual, *signs, *others) if text):
            if (owner, commune, text) not in known:
                known.add((owner, commune, text))
                ground.pools[commune].add(text, place)
        told = address_key(address)
        if told:
            ground.addresses[commune, told].append(place)
    return ground


_grounds: Kept[tuple[frozenset[str], bool], _Ground] = Kept(_make_ground)


def _neighbours(scope: frozenset[str]) -> dict[str, list[str]]:
    """The communes whose centre is near, by code; those without a known centre have none."""
    rows = Commune.objects.filter(epci_id__in=sorted(scope)).order_by("code")
    centres = [
        (code, latitude, longitude)
        for code, latitude, longitude in rows.values_list("code", "latitude", "longitude")
        if latitude is not None and longitude is not None
    ]
    near: dict[str, list[str]] = defaultdict(list)
    for code, latitude, longitude in centres:
        for other, north, east in centres:
            if other != code:
                down = (north - latitude) * 111.2
                across = (east - longitude) * 111.2 * math.cos(math.radians(latitude))
                if math.hypot(down, across) <= NEAR_KM:
                    near[code].append(other)
    return dict(near)


def _by_name(asked: Asked, ground: _Ground, found: dict[int, dict[str, float]]) -> None:
    name = asked.name[:LONGEST]
    here = ground.pools.get(asked.commune)
    if name and asked.commune:
        for score, place in here.ranked(name)[:MOST] if here is not None else ():
            _note(found, place, "même nom, même commune" if score >= 99 else "nom proche, même commune", score)
        for commune in ground.near.get(asked.commune, ()):
            pool = ground.pools.get(commune)
            for score, place in pool.ranked(name)[:MOST] if pool is not None else ():
                if score >= POSSIBLE + FARTHER:
                    _note(found, place, f"nom proche, à {place.commune_name}", score - FARTHER)
    elif name:
        for pool in ground.pools.values():
            for score, place in pool.ranked(name)[:MOST]:
                if score >= POSSIBLE + FARTHER:
                    _note(found, place, f"nom proche, à {place.commune_name}", score - FARTHER)
    told = address_key(asked.address)
    if told and asked.commune:
        there = ground.addresses.get((asked.commune, told), ())
        for place in there:
            score = likeness(name, place.name)
            if not name or score >= SHARED_ADDRESS:
                _note(found, place, "même adresse", max(score, 85.0))


def _note(found: dict[int, dict[str, float]], place: KnownPlace, why: str, score: float) -> None:
    reasons = found[place.structure_id]
    reasons[why] = max(reasons.get(why, 0.0), score)


# --- numbers, phones, sites ------------------------------------------------------------------------------------------


def _by_number(asked: Asked, found: dict[int, dict[str, float]]) -> None:
    siret = _number(clean_siret, asked.siret)
    siren = _number(clean_siren, asked.siren) or siret[:9]
    rna = _number(clean_rna, asked.rna)
    if siret:
        for pk, merged in _owners(Q(siret=siret)):
            found[merged or pk]["même SIRET"] = 120.0
    for value, why in ((siren, "même SIREN"), (rna, "même numéro RNA")):
        if value:
            wanted = Q(siren=value) if why == "même SIREN" else Q(rna=value)
            former = FormerKey.objects.filter(key=value).values("structure")
            rows = Structure.objects.filter(wanted | Q(pk__in=former)).order_by("pk")
            for pk, merged in rows.values_list("pk", "merged_into_id"):
                found[merged or pk][why] = 110.0


def _owners(wanted: Q) -> list[tuple[int, int | None]]:
    rows = Establishment.objects.filter(wanted).order_by("pk")
    return list(rows.values_list("structure_id", "structure__merged_into_id"))


def _number(clean: object, text: str) -> str:
    try:
        return str(clean(text)) if text else ""  # type: ignore[operator]
    except InvalidIdentifier:
        return ""


def _by_reach(asked: Asked, found: dict[int, dict[str, float]], *, everything: bool) -> None:
    phone = phone_key(asked.phone)
    if phone:
        national = "0" + phone[3:] if phone.startswith("+33") else phone
        written = [phone, national]
        told: set[int] = set(Card.objects.filter(phone__in=written).values_list("structure_id", flat=True))
        contacts = CardContact.objects.filter(phone__in=written)
        shown = contacts if everything else contacts.filter(is_public=True)
        told |= set(shown.values_list("structure_id", flat=True))
        if everything:
            told |= set(Contact.objects.filter(phone__in=written).values_list("structure_id", flat=True))
        for pk in told:
            found[pk]["même téléphone"] = 96.0
    site = site_key(asked.website)
    if site:
        rows = Card.objects.filter(website__icontains=site.split("/")[0]).order_by("pk")
        for pk, website in rows.values_list("structure_id", "website")[:50]:
            if site_key(website) == site:
                found[pk]["même site web"] = 95.0


def phone_key(text: str) -> str:
    """A phone number as it is kept; empty when it is none."""
    try:
        return clean_phone(text[:30]) if text else ""
    except ValidationError:
        return ""


SHARED_HOSTS = frozenset(
    "facebook.com instagram.com linkedin.com helloasso.com youtube.com x.com twitter.com sites.google.com".split()
)


def site_key(address: str) -> str:
    """The host of a site, which names its owner; with its path where many share a host. Empty when it is none."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if "." not in host:
        return ""
    return f"{host}{parts.path.rstrip('/')}" if host in SHARED_HOSTS else host


def _communes(ids: Collection[int]) -> dict[int, str]:
    rows = Establishment.objects.filter(structure__in=sorted(ids)).order_by("is_head_office", "-is_closed", "pk")
    return dict(rows.values_list("structure_id", "commune__name"))
