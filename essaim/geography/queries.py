"""Reads of communes and EPCI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from essaim.foundation.kept import Kept
from essaim.geography.models import Commune, FormerCommune
from essaim.geography.text import fold_place
from essaim.nomenclature.departments import Department, department_of, departments

LONGEST_PLACE = 100


def communes_of(sirens: Iterable[str]) -> QuerySet[Commune]:
    """Communes of today of these EPCI."""
    return Commune.objects.filter(epci_id__in=list(sirens))


def _read_communes(sirens: frozenset[str]) -> tuple[Commune, ...]:
    return tuple(communes_of(sirens).select_related("epci").defer("contour").order_by("name", "code"))


_communes = Kept(_read_communes)


def served_communes(sirens: frozenset[str]) -> tuple[Commune, ...]:
    """The communes of these EPCI by name, each with its EPCI and without its contour: read once by a process."""
    return _communes.of(sirens)


def codes_of(sirens: Iterable[str]) -> frozenset[str]:
    """Every code under which an official file may place an establishment of these EPCI.

    Codes of today, former codes, and the districts of Paris, Lyon and Marseille (SIRENE knows 69383, never 69123).
    """
    wanted = list(sirens)
    today = Commune.objects.filter(epci_id__in=wanted).values_list("code", flat=True)
    former = FormerCommune.objects.filter(commune__epci_id__in=wanted).values_list("code", flat=True)
    return frozenset(today) | frozenset(former)


def commune_of_today(code: str) -> Commune | None:
    """The commune of today that a code means, now or formerly; two queries at most."""
    found = Commune.objects.defer("contour").filter(code=code).first()
    if found is not None:
        return found
    former = FormerCommune.objects.select_related("commune").filter(code=code).order_by("pk").first()
    return None if former is None else former.commune


def commune_resolver() -> dict[str, str]:
    """Every known code, old or of today → the code of today. About 41 000 entries: ask once per run, not per row."""
    resolver = dict(FormerCommune.objects.values_list("code", "commune_id"))
    resolver.update((code, code) for code in Commune.objects.values_list("code", flat=True))
    return resolver


def communes_by_text(text: str, *, sirens: Iterable[str] | None = None) -> QuerySet[Commune]:
    """Communes that a visitor may mean: name (« st julien »), former name (« Jaunay-Clan »), postcode, or both.

    Exact names first, then names that begin so, then names with a word that begins so; the biggest first.
    Nothing typed finds nothing. `sirens` keeps to these EPCI.
    """
    words = fold_place(text[:LONGEST_PLACE]).split()
    postcodes = [word for word in words if word.isdigit() and 2 <= len(word) <= 5]
    # « 86021 Poitiers Cedex 9 »: what follows the town's name is the post office's business.
    name = " ".join(word for word in words if not word.isdigit() and word != "cedex")
    communes = Commune.objects.all()
    if sirens is not None:
        communes = communes.filter(epci_id__in=list(sirens))
    if not name and not postcodes:
        return communes.none()
    if not name:
        wanted = Q()
        for postcode in postcodes:
            closed = ";" if len(postcode) == 5 else ""
            wanted |= Q(place_index__contains=f";{postcode}{closed}")
        return communes.filter(wanted).order_by("-population", "name")
    inside = Q(place_index__contains=f";{name}") | Q(place_index__contains=f" {name}")
    found = communes.filter(inside)
    if postcodes:
        closer = Q()
        for postcode in postcodes:
            closer |= Q(place_index__contains=f";{postcode[:2]}")
        found = found.filter(closer)
    rank = Case(
        When(place_index__startswith=f";{name};", then=Value(0)),
        When(place_index__contains=f";{name};", then=Value(1)),
        When(place_index__contains=f";{name}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank).order_by("rank", "-population", "name")


def department_around(communes: Iterable[Commune]) -> Department | None:
    """The département where most inhabitants of these communes live; None for invented ones and overseas ones."""
    weights: Counter[str] = Counter()
    for commune in communes:
        known = None if commune.fictitious else department_of(commune.code)
        if known is not None:
            weights[known.code] += commune.population or 1
    return departments()[weights.most_common(1)[0][0]] if weights else None
