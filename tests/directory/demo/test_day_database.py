"""The day's reach once more, through the database and the page's own reads: what a visitor of each commune is shown."""

from __future__ import annotations

from datetime import time
from itertools import count

import pytest
from django.utils import timezone

from essaim.directory.demo.kinds import BY_KEY
from essaim.directory.models import Criterion, Establishment, Label, Structure
from essaim.editorial.day.choice import choice_of
from essaim.editorial.day.moments import Moment, matching_of
from essaim.editorial.day.view import day_view
from essaim.editorial.planting.reading import read_content
from essaim.foundation import kept
from essaim.foundation.models import Territory
from essaim.geography.models import Commune, Epci
from essaim.geography.projection import to_wgs84
from essaim.nomenclature.perimeter import Family, load_perimeter

SIREN = "999000000"
ASKED = 15
"""Moments of twenty that find a structure near: eighteen of twenty-four here."""


@pytest.fixture
def territory(db, home):
    """The forty communes and, of what the demonstration draws, every open place of a kind: no file, no sync."""
    kept.forget_all()
    Epci.objects.create(siren=SIREN, name="La ville", cog_year=2026, fictitious=True)
    Territory.objects.create(siren=SIREN, name="La ville", short_name="Ville")
    Commune.objects.bulk_create(
        Commune(
            code=place.code,
            name=place.name,
            epci_id=SIREN,
            postcodes=[],
            latitude=place.latitude,
            longitude=place.longitude,
            place_index=";;",
            fictitious=True,
        )
        for place in home.territory.places
    )
    units = [unit for unit in home.drawer.units if unit.kind and unit.open]
    listed = load_perimeter().legal_categories
    structures = Structure.objects.bulk_create(
        [_structure(unit, listed.get(unit.legal)) for unit in units], batch_size=500
    )
    pairs = list(zip(structures, units, strict=True))
    Criterion.objects.bulk_create(
        [Criterion(structure=made, code="legal_category", source="essai") for made in structures], batch_size=500
    )
    labelled = [(made, BY_KEY[unit.kind].siae) for made, unit in pairs if BY_KEY[unit.kind].siae]
    Label.objects.bulk_create([Label(structure=made, kind=kind, source="essai") for made, kind in labelled])
    _establishments([(made, place) for made, unit in pairs for place in unit.establishments if place.open])
    return SIREN


def _structure(unit, told) -> Structure:
    return Structure(
        siren=unit.siren,
        name=unit.name,
        usual_names=list(unit.usual_names),
        family=told.family if told else BY_KEY[unit.kind].family,
        sub_family=told.sub_family if told else "",
        legal_category=unit.legal,
        naf=unit.naf,
        is_employer=True,
        fictitious=True,
    )


def _establishments(places) -> None:
    shown = [one for _, one in places]
    longitudes, latitudes = to_wgs84(
        [one.x for one in shown], [one.y for one in shown], [one.place.code for one in shown]
    )
    number = count(10_000)
    Establishment.objects.bulk_create(
        [
            Establishment(
                structure=made,
                siret=f"{made.siren}{next(number)}",
                commune_id=one.place.code,
                official_commune_code=one.place.code,
                naf=one.naf,
                usual_name=one.usual_name,
                signs=[one.sign] if one.sign else [],
                latitude=float(latitude),
                longitude=float(longitude),
                position_quality="exact",
                is_closed=False,
            )
            for (made, one), longitude, latitude in zip(places, longitudes, latitudes, strict=True)
        ],
        batch_size=500,
    )


@pytest.fixture(scope="module")
def moments() -> list[Moment]:
    page = next(page for page in read_content("", {}).pages if page.path == "/au-fil-des-heures/")
    return [
        Moment(
            f"h-{rank}", time.fromisoformat(block["value"]["hour"]),
            block["value"]["title"], "", "", "", Family(block["value"]["family"]),
            "", "", "", "", "", tuple(matching_of(clue) for clue in block["value"]["clues"]),
        )
        for rank, block in enumerate(page.fields["moments"])
    ]  # fmt: skip


def test_every_commune_finds_most_of_its_day(territory, moments):
    """What the page shows from each of the forty communes: the rule of the project, by the page's own reads."""
    scope = frozenset({territory})
    now = timezone.now()
    near = {}
    for code in Commune.objects.order_by("code").values_list("code", flat=True):
        view = day_view(moments, choice_of({"commune": code}, scope, "Ville"), scope, now)
        near[code] = sum(bool(one.found) for band in view.bands for one in band.moments)
    assert len(near) == 40
    assert len(moments) >= 20
    assert min(near.values()) >= ASKED / 20 * len(moments), near
