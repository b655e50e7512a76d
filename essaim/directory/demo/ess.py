"""Draws the ESS of one territory: employers by quota, moments within reach of all, the many without employees."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence

from essaim.directory.demo import quotas
from essaim.directory.demo.kinds import BY_KEY, KINDS, Kind, sector_of
from essaim.directory.demo.names import Names, acronym_of, official_name
from essaim.directory.demo.numbers import Numbers
from essaim.directory.demo.places import DemoTerritory, Habitat, Place, distance_km
from essaim.directory.demo.units import FILE_DATE, HEADCOUNT_YEAR, Establishment, Unit, band_of
from essaim.directory.demo.words import BANKS, HEALTH_MUTUALS, INSURERS, with_de_commune
from essaim.nomenclature.perimeter import Family

REACH_KM = 19.0
# Activities (NAF divisions) of those who may share the address of a « maison des associations ».
_SHARING = ("90", "91", "93", "94")
# Towns where a moment always has its place in the territory itself, before chance has its word.
_ALWAYS = {"epicerie": ("86194", "86139", "86070", "86115")}


class Drawer:
    """What drawing any unit needs: chance, identifiers, names and streets of one territory."""

    def __init__(
        self,
        rng: random.Random,
        territory: DemoTerritory,
        habitats: dict[str, Habitat],
        numbers: Numbers,
        names: Names,
    ) -> None:
        self.rng = rng
        self.territory = territory
        self.habitats = habitats
        self.numbers = numbers
        self.names = names
        self.units: list[Unit] = []
        people = [place.population for place in territory.places]
        density_boost = {1: 1.25, 2: 1.15, 3: 1.1, 4: 0.95, 5: 0.8, 6: 0.6, 7: 0.4}
        self.job_weights = [p * density_boost[place.density] for p, place in zip(people, territory.places, strict=True)]
        self.life_weights = [p**0.93 for p in people]

    def place(self, weights: Sequence[float]) -> Place:
        """A commune drawn with these weights."""
        return self.rng.choices(self.territory.places, weights)[0]

    def date(self, first: int, last: int, bias: float = 1.0) -> dt.date:
        """A day between two years; bias > 1 leans to the recent ones. Never after the file's date."""
        start, end = dt.date(first, 1, 1), min(dt.date(last, 12, 28), FILE_DATE)
        days = (end - start).days
        return start + dt.timedelta(days=int(days * self.rng.random() ** (1 / bias)))

    def settle(self, establishment: Establishment) -> None:
        """Give it a street, a number and a point beside that street."""
        rng, habitat = self.rng, self.habitats[establishment.place.code]
        street = rng.choices(habitat.streets, habitat.weights)[0]
        while street.house and establishment.naf[:2] not in _SHARING:
            street = rng.choices(habitat.streets, habitat.weights)[0]
        number = rng.randint(1, street.numbers)
        along = number / street.numbers
        establishment.street_kind, establishment.street = street.kind, street.label
        establishment.number = "" if street.kind == "LD" or rng.random() < 0.08 else str(number)
        establishment.repetition = "B" if establishment.number and rng.random() < 0.04 else ""
        aside = 0 if street.house else 9
        establishment.x = round(street.x + street.dx * along + rng.uniform(-aside, aside), 2)
        establishment.y = round(street.y + street.dy * along + rng.uniform(-aside, aside), 2)
        establishment.postcode = establishment.place.postcodes[0]
        if street.former is not None and rng.random() < 0.6:
            establishment.former = street.former
            establishment.postcode = street.former.postcode
        establishment.located = rng.random() > 0.08
        establishment.complement = street.house
        if not street.house and rng.random() < 0.07:
            establishment.complement = rng.choice(("BAT A", "BAT B", "RDC", "1ER ETAGE"))

    def open_establishment(self, unit: Unit, place: Place, created: dt.date, sign: str = "") -> Establishment:
        """Add an open establishment without employees to the unit."""
        establishment = Establishment(
            unit=unit,
            rank=len(unit.establishments) + 1,
            place=place,
            naf=unit.naf,
            created=created,
            processed=unit.processed,
            head_office=not unit.establishments,
            state_since=max(created, self.date(2008, 2024)),
            sign=sign or ("" if unit.establishments else unit.sign),
        )
        self.settle(establishment)
        unit.establishments.append(establishment)
        return establishment


def draw_ess(drawer: Drawer) -> None:
    """Add every ESS unit of the territory to the drawer."""
    population = drawer.territory.population
    whole = population == quotas.REFERENCE_POPULATION
    drawn: dict[str, list[Establishment]] = {}
    covered: set[str] = set()
    for (family, sector), count in _employer_counts(drawer.rng, population, whole):
        kinds = [k for k in KINDS if k.family is family and sector_of(k.naf) == sector and k.employers]
        members: list[Establishment] = []
        for kind, number in allocate(kinds, [k.employers for k in kinds], count):
            members += _employers(drawer, kind, number, covered)
        if family is not Family.COMPANY:
            drawn.setdefault(sector, []).extend(members)
    for sector, members in drawn.items():
        jobs = quotas.OFFICIAL_JOBS[sector]
        _give_jobs(drawer.rng, members, sector, jobs if whole else quotas.scaled(jobs, population))
    officials = [e for members in drawn.values() for e in members]
    for establishment in officials:
        establishment.official = True
    _open_gaps(drawer, officials, population)
    _companies(drawer, population)
    _idle(drawer, population, covered)
    _closed(drawer, population)


def allocate(kinds: Sequence[Kind], weights: Sequence[float], count: int) -> list[tuple[Kind, int]]:
    """Share `count` between kinds by weight, by the largest remainder: sums exactly to `count`."""
    total = sum(weights)
    exact = [count * weight / total for weight in weights]
    floors = [int(value) for value in exact]
    by_remainder = sorted(range(len(kinds)), key=lambda i: (floors[i] - exact[i], i))
    for i in by_remainder[: count - sum(floors)]:
        floors[i] += 1
    return [(kind, number) for kind, number in zip(kinds, floors, strict=True) if number]


def _employer_counts(rng: random.Random, population: int, whole: bool) -> list[tuple[tuple[Family, str], int]]:
    if whole:
        return list(quotas.OFFICIAL_EMPLOYERS.items())
    counts = []
    for key, count in quotas.OFFICIAL_EMPLOYERS.items():
        exact = count * population / quotas.REFERENCE_POPULATION
        counts.append((key, int(exact) + (rng.random() < exact % 1)))
    return [(key, count) for key, count in counts if count]


def hubs(drawer: Drawer, kind: Kind, most: int) -> list[Place]:
    """Communes from which everybody has the kind within reach, the biggest town first; `most` at most when it can."""
    places = drawer.territory.places
    fixed = [place for code in _ALWAYS.get(kind.key, ()) for place in places if place.code == code]
    best: list[Place] = []
    for _ in range(30):
        chosen = fixed or [places[0]]
        chosen = list(chosen)
        left = {p.code for p in places if all(distance_km(p, hub) > REACH_KM for hub in chosen)}
        while left:
            scores = [
                sum(1 for p in places if p.code in left and distance_km(p, place) <= REACH_KM)
                * place.population**0.2
                * drawer.rng.uniform(0.8, 1.25)
                for place in places
            ]
            hub = places[scores.index(max(scores))]
            chosen.append(hub)
            left -= {p.code for p in places if distance_km(p, hub) <= REACH_KM}
        if not best or len(chosen) < len(best):
            best = chosen
        if len(best) <= most:
            break
    return best


def _locations(drawer: Drawer, kind: Kind, number: int, covered: set[str]) -> list[Place]:
    """Where the kind's establishments stand: its hubs first when it embodies a moment, then by chance."""
    first: list[Place] = []
    if kind.moment and kind.key not in covered:
        wanted = hubs(drawer, kind, number)
        if len(wanted) <= number:
            first = wanted
            covered.add(kind.key)
    return first + [drawer.place(drawer.job_weights) for _ in range(number - len(first))]


def _employers(drawer: Drawer, kind: Kind, number: int, covered: set[str]) -> list[Establishment]:
    places = _locations(drawer, kind, number, covered)
    made: list[Establishment] = []
    while places:
        size = 1 if kind.group == 1 else min(len(places), drawer.rng.randint((kind.group + 1) // 2, kind.group))
        unit = new_unit(drawer, kind, places[0], employer=True)
        for place in places[:size]:
            created = unit.created if not unit.establishments else max(unit.created, drawer.date(1985, 2022))
            sign = ""
            if unit.establishments and kind.group > 1:
                sign = f"{unit.natural} {with_de_commune(place.name)}"
            made.append(drawer.open_establishment(unit, place, created, sign))
        places = places[size:]
    return made


def new_unit(drawer: Drawer, kind: Kind, place: Place, *, employer: bool) -> Unit:
    """A unit of this kind without establishment yet, with its names, dates, RNA number and ESS flag."""
    rng = drawer.rng
    natural = _brand(drawer, kind, place) or drawer.names.draw(kind, place)
    created = drawer.date(1962, 2023, 1.6) if employer else drawer.date(1955, 2026, 1.9)
    sleeping = not employer and rng.random() < 0.14
    processed = drawer.date(2006, 2017) if sleeping else drawer.date(2019, 2026, 2.0)
    association = kind.family is Family.ASSOCIATION
    chance = rng.random() * (1.0 if employer else 4.0)
    unit = Unit(
        siren=drawer.numbers.siren(),
        legal=kind.legal,
        naf=kind.naf,
        name=official_name(rng, kind, natural),
        created=created,
        processed=max(processed, created),
        kind=kind.key,
        natural=natural,
        acronym=acronym_of(rng, natural) if association else "",
        usual_names=(natural,) if chance < 0.34 or kind.group > 1 else (),
        sign=natural if 0.28 < chance < 0.62 and kind.group == 1 else "",
        rna=drawer.numbers.rna() if association and rng.random() < 0.86 else "",
        partial=rng.random() < (0.0 if kind.moment else 0.02 if employer else 0.05),
        ess_flag="O" if kind.family is Family.COMPANY or rng.random() < (0.7 if employer else 0.35) else "",
        mission=kind.family is Family.COMPANY and rng.random() < 0.2,
    )
    if unit.ess_flag == "" and rng.random() < 0.06:
        unit.ess_flag = "N"
    drawer.units.append(unit)
    return unit


def _brand(drawer: Drawer, kind: Kind, place: Place) -> str:
    brands = {"banque": BANKS, "assurance": INSURERS, "mutuelle_sante": HEALTH_MUTUALS}.get(kind.key)
    return drawer.names.first_free(brands, place) if brands else ""


def _give_jobs(rng: random.Random, members: list[Establishment], sector: str, jobs: int) -> None:
    """Spread the sector's jobs: a share with nobody on 31 December, the others by a skewed law, the sum exact."""
    empty_share = quotas.SHARE_OF_BAND_00.get(sector, 0.0)
    order = members[:]
    rng.shuffle(order)
    empty = [e for e in order if len(e.unit.establishments) == 1][: round(len(order) * empty_share)]
    working = [e for e in members if e not in set(empty)]
    weights = [rng.lognormvariate(0, 0.85) * BY_KEY[e.unit.kind].size for e in working]
    sizes = spread(weights, max(jobs, len(working)))
    for establishment, size in zip(working, sizes, strict=True):
        establishment.jobs = size
    for establishment in members:
        year = HEADCOUNT_YEAR if rng.random() < 0.86 else HEADCOUNT_YEAR - 1
        employ(establishment, establishment.jobs, year)


def employ(establishment: Establishment, jobs: int, year: int) -> None:
    """Make it an employer in SIRENE."""
    establishment.jobs = jobs
    establishment.band, establishment.year, establishment.employer = band_of(jobs), str(year), "O"


def spread(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers ≥ 1 in proportion to the weights, whose sum is exactly `total` (≥ number of weights)."""
    low, high = 0.0, total / min(weights) + 1
    for _ in range(60):
        factor = (low + high) / 2
        if sum(max(1, round(weight * factor)) for weight in weights) > total:
            high = factor
        else:
            low = factor
    sizes = [max(1, round(weight * low)) for weight in weights]
    ranks = sorted(range(len(sizes)), key=lambda i: -weights[i])
    missing = total - sum(sizes)
    for i in range(missing):
        sizes[ranks[i % len(ranks)]] += 1
    return sizes


def _open_gaps(drawer: Drawer, officials: list[Establishment], population: int) -> None:
    """Make the SIRENE side differ from the official side, for the named causes of `quotas.GAPS`."""
    rng = drawer.rng
    by_gap = {gap.key: gap for gap in quotas.GAPS}

    def pick(key: str, family: Family, wanted: Callable[[Establishment], bool]) -> list[Establishment]:
        number = quotas.scaled(by_gap[key].by_family.get(family, 0), population)
        pool = [e for e in officials if not e.gap and BY_KEY[e.unit.kind].family is family and wanted(e)]
        return rng.sample(pool, min(number, len(pool)))

    def single(e: Establishment) -> bool:
        return len(e.unit.establishments) == 1

    for family in (Family.ASSOCIATION, Family.COOPERATIVE):
        for establishment in pick("annex_posts", family, lambda e: single(e) and e.jobs <= 2):
            establishment.gap = "annex_posts"
            establishment.band, establishment.year, establishment.employer = "NN", "", "N"
    for family in (Family.ASSOCIATION, Family.COOPERATIVE, Family.MUTUAL):
        for establishment in pick("delay", family, lambda e: 1 <= e.jobs <= 12 and not BY_KEY[e.unit.kind].moment):
            establishment.gap = "delay"
            establishment.band, establishment.year, establishment.employer = "NN", "", ""
            if single(establishment):
                establishment.created = establishment.unit.created = drawer.date(2025, 2026)
                establishment.processed = establishment.unit.processed = max(
                    establishment.created, drawer.date(2026, 2026)
                )
                establishment.state_since = establishment.created
    for key in ("stale", "band_00"):
        for family, reference in by_gap[key].by_family.items():
            for _ in range(quotas.scaled(reference, population)):
                kinds = [k for k in KINDS if k.family is family and k.employers and k.group == 1]
                kind = rng.choices(kinds, [k.employers for k in kinds])[0]
                place = drawer.place(drawer.job_weights)
                unit = new_unit(drawer, kind, place, employer=True)
                establishment = drawer.open_establishment(unit, place, unit.created)
                employ(
                    establishment, 0 if key == "band_00" else rng.randint(1, 4), HEADCOUNT_YEAR - 1 - (key == "stale")
                )
                establishment.gap = key


def _companies(drawer: Drawer, population: int) -> None:
    """Commercial companies of the ESS: in the law and in SIRENE, outside the official table."""
    count = max(1, quotas.scaled(quotas.GAPS[-1].by_family[Family.COMPANY], population))
    kinds = [k for k in KINDS if k.family is Family.COMPANY]
    covered: set[str] = set()
    for kind, number in allocate(kinds, [k.employers for k in kinds], count):
        for establishment in _employers(drawer, kind, number, covered):
            size = max(1, round(drawer.rng.lognormvariate(1.7, 0.8) * kind.size))
            employ(establishment, size, HEADCOUNT_YEAR)
            establishment.gap = "perimeter"


def _idle(drawer: Drawer, population: int, covered: set[str]) -> None:
    """Units without employees, most of them associations; the moments not yet within reach are placed first."""
    kinds = [k for k in KINDS if k.idle]
    for kind, number in allocate(kinds, [k.idle for k in kinds], quotas.scaled(quotas.IDLE, population)):
        wanted = hubs(drawer, kind, number) if kind.moment and kind.key not in covered else []
        covered.add(kind.key)
        places = wanted + [drawer.place(drawer.life_weights) for _ in range(number - len(wanted))]
        for place in places:
            unit = new_unit(drawer, kind, place, employer=False)
            drawer.open_establishment(unit, place, unit.created)
            unit.establishments[0].band = "" if drawer.rng.random() < 0.35 else "NN"
            if unit.partial:
                unit.establishments[0].partial = True
    for kind in (k for k in KINDS if k.moment and k.key not in covered):
        for place in hubs(drawer, kind, 3):
            unit = new_unit(drawer, kind, place, employer=False)
            drawer.open_establishment(unit, place, unit.created)
        covered.add(kind.key)


def _closed(drawer: Drawer, population: int) -> None:
    """Ceased units, and living units that moved: the former place is closed, a succession link names the new one."""
    rng = drawer.rng
    living = [u for u in drawer.units if len(u.establishments) == 1 and u.establishments[0].open]
    total = quotas.scaled(quotas.CLOSED, population)
    for unit in rng.sample(living, min(total // 3, len(living))):
        current = unit.establishments[0]
        place = current.place if rng.random() < 0.7 else drawer.place(drawer.life_weights)
        moved = max(current.created + dt.timedelta(days=200), drawer.date(2003, 2025))
        if moved > FILE_DATE:
            continue
        former = Establishment(unit, 1, place, unit.naf, current.created, min(moved, FILE_DATE), head_office=False)
        former.open, former.state_since, former.band = False, moved, ""
        drawer.settle(former)
        current.rank, current.created, current.state_since = 2, moved, moved
        unit.processed = current.processed = max(unit.processed, moved)
        unit.establishments.append(former)
        current.predecessor = former if rng.random() < 0.85 else None
    kinds = [k for k in KINDS if k.idle or k.employers]
    for kind, number in allocate(kinds, [k.idle + 0.4 * k.employers for k in kinds], total - total // 3):
        for _ in range(number):
            place = drawer.place(drawer.life_weights)
            unit = new_unit(drawer, kind, place, employer=False)
            unit.created = drawer.date(1960, 2015)
            ended = max(unit.created + dt.timedelta(days=400), drawer.date(1995, 2026, 1.5))
            unit.open, unit.state_since, unit.processed = False, min(ended, FILE_DATE), min(ended, FILE_DATE)
            establishment = drawer.open_establishment(unit, place, unit.created)
            establishment.open, establishment.state_since = False, unit.state_since
            establishment.processed, establishment.band = unit.processed, ""
