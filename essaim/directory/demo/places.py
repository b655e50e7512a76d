"""Where the invented structures stand: real communes of Grand Poitiers, two invented EPCI, streets and hamlets.

Communes are real (code, name, postcodes, population, centre: `data/grand_poitiers.csv`); streets and hamlets are drawn.
"""

from __future__ import annotations

import csv
import math
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from essaim.directory.demo.words import LANDMARKS, STREETS
from essaim.foundation.geo import KM_PER_DEGREE
from essaim.foundation.identifiers import fictitious_siren
from essaim.geography.projection import to_metres

GRAND_POITIERS = "200069854"


class FormerPlace(NamedTuple):
    """A commune that another one took over, whose code and name still stand in old addresses."""

    code: str
    name: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Place:
    """One commune. Centre in WGS 84 degrees."""

    code: str
    name: str
    population: int
    postcodes: tuple[str, ...]
    latitude: float
    longitude: float
    density: int
    former: tuple[FormerPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoTerritory:
    """One EPCI of the demonstration with its communes, the most populated first."""

    siren: str
    name: str
    fictitious: bool
    places: tuple[Place, ...]

    @property
    def population(self) -> int:
        """Municipal population, all communes."""
        return sum(place.population for place in self.places)


@dataclass(frozen=True, slots=True)
class Street:
    """A street or hamlet: a segment with its numbers, in Lambert-93 metres. `house`: one address for many."""

    kind: str
    label: str
    x: float
    y: float
    dx: float
    dy: float
    numbers: int
    former: FormerPlace | None
    house: str = ""


@dataclass(slots=True)
class Habitat:
    """The streets of a commune with their weights: the town holds most of them, hamlets share the rest."""

    place: Place
    streets: list[Street] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


def distance_km(a: Place, b: Place) -> float:
    """Great-circle distance between two centres, in km (equirectangular: exact to the metre at this scale)."""
    mean = math.radians((a.latitude + b.latitude) / 2)
    dy = (a.latitude - b.latitude) * KM_PER_DEGREE
    dx = (a.longitude - b.longitude) * KM_PER_DEGREE * math.cos(mean)
    return math.hypot(dx, dy)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("essaim.directory.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def grand_poitiers() -> DemoTerritory:
    """Grand Poitiers Communauté urbaine and its 40 communes."""
    places = [
        Place(
            row["code"],
            row["name"],
            int(row["population"]),
            tuple(row["postcodes"].split("|")),
            float(row["latitude"]),
            float(row["longitude"]),
            int(row["density"]),
            tuple(FormerPlace(*triple.split(":")) for triple in row["former"].split("|") if triple),
        )
        for row in _rows("grand_poitiers.csv")
    ]
    places.sort(key=lambda place: (-place.population, place.code))
    return DemoTerritory(GRAND_POITIERS, "Grand Poitiers Communauté urbaine", False, tuple(places))


def fictitious_territories() -> tuple[DemoTerritory, ...]:
    """The two invented EPCI that stand beside it, for comparisons: codes 001xx and 002xx, SIREN 999…"""
    by_epci: dict[tuple[str, str], list[Place]] = {}
    for row in _rows("fictitious_epci.csv"):
        by_epci.setdefault((row["epci_number"], row["epci_name"]), []).append(
            Place(
                row["code"],
                row["name"],
                int(row["population"]),
                (row["postcode"],),
                float(row["latitude"]),
                float(row["longitude"]),
                int(row["density"]),
            )
        )
    return tuple(
        DemoTerritory(
            fictitious_siren(int(number)),
            name,
            True,
            tuple(sorted(places, key=lambda place: (-place.population, place.code))),
        )
        for (number, name), places in by_epci.items()
    )


def official_spelling(text: str) -> str:
    """Capitals without accents, ligatures opened, curly apostrophes straightened: the spelling of SIRENE."""
    opened = text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFD", opened) if not unicodedata.combining(c)).upper()


def with_commune(place: Place) -> str:
    """« à Lusignan », « au Vigeant », « à La Puye »."""
    return f"au {place.name[3:]}" if place.name.startswith("Le ") else f"à {place.name}"


@lru_cache(maxsize=256)
def metres_of(place: Place) -> tuple[float, float]:
    """The centre of a commune in Lambert-93 metres."""
    xs, ys = to_metres([place.longitude], [place.latitude], [place.code])
    return float(xs[0]), float(ys[0])


def build_habitats(rng: random.Random, places: tuple[Place, ...]) -> dict[str, Habitat]:
    """Draw the streets of every commune. A hamlet never stands nearer to another commune's centre than to its own."""
    centres = {place.code: metres_of(place) for place in places}
    return {place.code: _habitat(rng, place, centres) for place in places}


def _habitat(rng: random.Random, place: Place, centres: dict[str, tuple[float, float]]) -> Habitat:
    x0, y0 = centres[place.code]
    others = [centre for code, centre in centres.items() if code != place.code]

    def mine(x: float, y: float) -> bool:
        own = math.hypot(x - x0, y - y0)
        return all(math.hypot(x - ox, y - oy) > own * 1.15 for ox, oy in others)

    def near(x: float, y: float, spread: float) -> tuple[float, float]:
        for shrink in (1.0, 1.0, 0.8, 0.6, 0.4, 0.2):
            angle, reach = rng.uniform(0, 2 * math.pi), abs(rng.gauss(0, spread * shrink))
            candidate = x + reach * math.cos(angle), y + reach * math.sin(angle)
            if mine(*candidate):
                return candidate
        return x, y

    habitat = Habitat(place)
    town_spread = 180 + 9.5 * math.sqrt(place.population)
    quarters = max(1, min(14, place.population // 6500))
    town_streets = max(7, min(240, int(place.population**0.62 / 3)))
    # A commune that absorbed others has a second and third heart, where the former code may still stand.
    hearts: list[tuple[float, float, float, FormerPlace | None]] = [(x0, y0, 1.0, None)]
    hearts += [(*near(x0, y0, town_spread), 0.55, None) for _ in range(quarters - 1)]
    hearts += [(*_ring(rng, (x0, y0), (2200, 3200), mine), 0.3, former) for former in place.former]
    names = rng.sample(STREETS, min(town_streets, len(STREETS)))
    for rank, (kind, label) in enumerate(names):
        hx, hy, _, former = hearts[0] if rank < 3 else rng.choices(hearts, [h[2] for h in hearts])[0]
        sx, sy = near(hx, hy, 60 if rank < 3 else town_spread / math.sqrt(len(hearts)))
        _add(rng, habitat, Street(kind, label, sx, sy, 0, 0, 0, former), 3.0 if rank < 6 else 1.0, (90, 420))
    if place.population >= 1_500:
        # Associations without premises share the address of a house that the commune lends.
        kind, label = names[0]
        hx, hy = near(x0, y0, town_spread / 3)
        house = Street(kind, label, hx, hy, 0, 0, 1, None, "MAISON DES ASSOCIATIONS")
        habitat.streets.append(house)
        habitat.weights.append(sum(habitat.weights) * 0.05)
    hamlets = {1: 4, 2: 5, 3: 7, 4: 6, 5: 9, 6: 12, 7: 9}.get(place.density, 8)
    town_weight = sum(habitat.weights)
    share = {1: 0.03, 2: 0.06, 3: 0.1, 4: 0.12, 5: 0.2, 6: 0.36, 7: 0.5}.get(place.density, 0.2)
    for label in rng.sample(LANDMARKS, hamlets):
        hx, hy = _ring(rng, (x0, y0), (900, 3300), mine)
        weight = town_weight * share / (1 - share) / hamlets * rng.uniform(0.4, 1.6)
        _add(rng, habitat, Street("LD", official_spelling(label), hx, hy, 0, 0, 0, None), weight, (40, 160))
    return habitat


def _ring(
    rng: random.Random, centre: tuple[float, float], radii: tuple[float, float], mine: Callable[[float, float], bool]
) -> tuple[float, float]:
    """A point between two radii that belongs to the commune; nearer when the commune is narrow."""
    (x, y), (low, high) = centre, radii
    for attempt in range(12):
        angle, reach = rng.uniform(0, 2 * math.pi), rng.uniform(low, high) * (1 - attempt * 0.07)
        candidate = x + reach * math.cos(angle), y + reach * math.sin(angle)
        if mine(*candidate):
            return candidate
    return x + rng.uniform(-250, 250), y + rng.uniform(-250, 250)


def _add(rng: random.Random, habitat: Habitat, street: Street, weight: float, lengths: tuple[float, float]) -> None:
    angle, length = rng.uniform(0, 2 * math.pi), rng.uniform(*lengths)
    habitat.streets.append(
        Street(
            street.kind,
            street.label,
            street.x,
            street.y,
            length * math.cos(angle),
            length * math.sin(angle),
            max(4, int(length / 6)),
            street.former,
        )
    )
    habitat.weights.append(weight)
