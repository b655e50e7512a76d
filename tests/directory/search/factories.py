"""A small town in the database: what the search of structures needs, and nothing more."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from essaim.directory.models import Card, Criterion, Establishment, Label, Structure
from essaim.directory.search.index import rebuild_index
from essaim.directory.search.query import SearchParams, search
from essaim.foundation import kept
from essaim.foundation.models import Territory
from essaim.geography.models import Commune, Epci

HOME, OTHER = "999000000", "999000099"
_numbers = count(1)


def make_town() -> None:
    kept.forget_all()
    for siren in (HOME, OTHER):
        Epci.objects.create(siren=siren, name=f"EPCI {siren}", cog_year=2026, fictitious=True)
    Territory.objects.create(siren=HOME, name="La ville", short_name="Ville")
    for code, name, epci, postcode, density, latitude in (
        ("00101", "Poitiers", HOME, "00100", 2, 46.58),
        ("00102", "Lusignan", HOME, "00110", 6, 46.43),
        ("00103", "Sans-Centre", HOME, "00120", None, None),
        ("00201", "Ailleurs", OTHER, "00200", 6, 47.5),
    ):
        Commune.objects.create(
            code=code,
            name=name,
            epci_id=epci,
            postcodes=[postcode],
            density=density,
            latitude=latitude,
            longitude=None if latitude is None else 0.34,
            place_index=f";{name.lower().replace('-', ' ')};{postcode};",
            fictitious=True,
        )


def make_structure(name: str, *, commune: str = "00101", place: dict | None = None, card: dict | None = None, **given):
    number = next(_numbers)
    labels = given.pop("labels", ())
    fields = {"siren": f"{999_000_100 + number}", "family": "association", "naf": "94.99Z"} | {
        "last_processed_on": timezone.localdate() - timedelta(days=200),
        "fictitious": True,
    }
    structure = Structure.objects.create(name=name, **(fields | given))
    Establishment.objects.create(
        **(
            {
                "structure": structure,
                "siret": f"{structure.siren or 999_999_000 + number}{10_000 + number % 90_000}",
                "is_head_office": True,
                "commune_id": commune,
                "official_commune_code": commune,
                "naf": structure.naf,
                "is_closed": structure.is_closed,
                "is_employer": structure.is_employer,
            }
            | (place or {})
        )
    )
    Criterion.objects.create(structure=structure, code="legal_category", source="essai")
    for kind in labels:
        Label.objects.create(structure=structure, kind=kind, source="essai")
    if card is not None:
        Card.objects.create(structure=structure, **card)
    return structure


def long_ago() -> date:
    return timezone.localdate() - timedelta(days=365 * 12)


def ask(query: str = "", scope=(HOME,), **kwargs):
    from django.http import QueryDict

    return search(SearchParams.from_querydict(QueryDict(query)), scope, **kwargs)


def names(query: str = "", scope=(HOME,)) -> list[str]:
    ids = ask(query, scope).structure_ids
    found = Structure.objects.in_bulk(ids)
    return [found[pk].name for pk in ids]


def counts(results, name: str) -> dict[str, int]:
    return {v.value: v.count for facet in results.facets if facet.name == name for v in facet.values}


__all__ = ["HOME", "OTHER", "ask", "counts", "long_ago", "make_structure", "make_town", "names", "rebuild_index"]
