"""Which territories a comparison is about: what the address names, what is proposed, what a visitor looks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from essaim.foundation.kept import Kept
from essaim.foundation.territories import current_scope, home
from essaim.geography.models import Commune, Epci
from essaim.geography.queries import communes_by_text, department_around, served_communes
from essaim.geography.text import fold_place
from essaim.nomenclature.departments import department_of, departments, regions
from essaim.observatory.enums import Level
from essaim.observatory.queries import find_territory, home_territory, of_commune, of_epci
from essaim.observatory.territory import FRANCE, Territory, parse_key

MOST, FEWEST = 4, 2
MOST_FOUND = 12
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """One territory of the comparison with its inhabitants (population municipale), None when unknown."""

    territory: Territory
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address names: the territories, and in words what of it was set aside."""

    chosen: tuple[Chosen, ...]
    problems: tuple[str, ...] = ()

    @property
    def territories(self) -> tuple[Territory, ...]:
        """The territories, in the order of the address."""
        return tuple(one.territory for one in self.chosen)

    @property
    def keys(self) -> tuple[str, ...]:
        """Their keys, in the same order."""
        return tuple(one.territory.key for one in self.chosen)

    @property
    def is_full(self) -> bool:
        """Whether no other territory can be added."""
        return len(self.chosen) >= MOST


def choice_of(keys: Sequence[str]) -> Choice:
    """The choice that an address makes; the proposal when it names nothing. Six queries at most.

    One territory alone is compared with home. What is unknown, said twice or too many is told, never an error.
    """
    problems: list[str] = []
    wanted = list(dict.fromkeys(key.strip()[:60] for key in keys if key.strip()))
    if len(wanted) < len([key for key in keys if key.strip()]):
        problems.append("Un territoire était demandé deux fois : il n’est montré qu’une fois.")
    found = _read(wanted[: MOST * 3])
    known: list[Chosen] = []
    for key in wanted[: MOST * 3]:
        if key in found:
            known.append(found[key])
        else:
            problems.append(_unknown(key))
    if len(known) == 1 and known[0].territory.key != home_territory().key and home_territory().code:
        known = [*_read([home_territory().key]).values(), *known]
    if len(known) < FEWEST:
        first = [one.territory.key for one in known]
        known = list(_read(list(dict.fromkeys([*first, *proposal()]))[:MOST]).values())
    if len(known) > MOST or len(wanted) > MOST * 3:
        left = ", ".join(one.territory.name for one in known[MOST:])
        problems.append(f"{MOST} territoires au plus se comparent : {left or 'le reste'} n’est pas montré.")
    return Choice(tuple(known[:MOST]), tuple(problems))


def proposal() -> tuple[str, ...]:
    """What is compared when nothing is asked: the invented EPCI of the demonstration, else what home is part of."""
    here = home_territory()
    invented = Epci.objects.filter(fictitious=True).order_by("name").values_list("siren", flat=True)[: MOST - 1]
    others = [f"{Level.EPCI.value}-{siren}" for siren in invented] or [one.key for one in around_home()]
    return tuple(key for key in (here.key if here.code else "", *others) if key)


def around_home() -> tuple[Territory, ...]:
    """The département, the region and the country of home. No query of its own: its communes are kept."""
    department = department_around(served_communes(frozenset({home().siren})))
    if department is None:
        return (FRANCE,)
    return (
        Territory(Level.DEPARTMENT, department.code, department.name),
        Territory(Level.REGION, department.region_code, department.region_name),
        FRANCE,
    )


def _read(keys: Sequence[str]) -> dict[str, Chosen]:
    """The territories of these keys: a query for EPCI, one for communes, one for the inhabitants of the rest."""
    named = [parts for key in keys if (parts := parse_key(key)) is not None]
    sirens = [code for level, code in named if level == Level.EPCI]
    codes = [code for level, code in named if level == Level.COMMUNE]
    found: dict[str, Chosen] = {}
    if sirens:
        for epci in Epci.objects.filter(siren__in=sirens):
            found[of_epci(epci).key] = Chosen(of_epci(epci), epci.population)
        here = home_territory()
        if here.code in sirens:
            # Its own name, as the site says it; it stands even before a geographic code is loaded.
            people = found[here.key].population if here.key in found else None
            found[here.key] = Chosen(here, people)
    if codes:
        shown = Q(epci__in=list(current_scope())) | Q(fictitious=True)
        for commune in Commune.objects.defer("contour").filter(shown, code__in=codes):
            found[of_commune(commune).key] = Chosen(of_commune(commune), commune.population)
    large = [one for level, code in named if level in _LARGE and (one := find_territory(level, code)) is not None]
    people_of = _inhabitants(large)
    found |= {territory.key: Chosen(territory, people_of[territory.key]) for territory in large}
    return {key: found[key] for key in keys if key in found}


_LARGE = (Level.DEPARTMENT, Level.REGION, Level.COUNTRY)


def _inhabitants(territories: Sequence[Territory]) -> dict[str, int | None]:
    """Inhabitants of départements, regions, France: the sum of their communes; None when one is unknown."""
    known = _people.of(None) if territories else {}
    return {territory.key: known.get(territory.key) for territory in territories}


def _read_people(_: None) -> dict[str, int | None]:
    """By key. Overseas collectivities are in no département: no figure of France counts them. One query."""
    people: dict[str, int | None] = {}
    for code, number in Commune.objects.filter(fictitious=False).values_list("code", "population"):
        department = department_of(code)
        if department is None:
            continue
        for level, where in (
            (Level.DEPARTMENT, department.code), (Level.REGION, department.region_code), (Level.COUNTRY, FRANCE.code),
        ):  # fmt: skip
            key = f"{level.value}-{where}"
            before = people.get(key, 0)
            people[key] = None if before is None or number is None else before + number
    return people


_people = Kept(_read_people)


def _unknown(key: str) -> str:
    parts = parse_key(key)
    if parts is not None and parts[0] == Level.COMMUNE:
        return f"La commune {parts[1]} n’est pas suivie ici : seules celles du territoire le sont. Comparez son EPCI."
    return f"« {key} » n’est pas un territoire connu : il n’est pas montré."


def find(text: str, *, but: Iterable[str] = ()) -> tuple[tuple[Territory, str], ...]:
    """Territories that a visitor may mean, with what each is; those `but` are left out. Three queries at most.

    A commune that is not followed here proposes its EPCI.
    """
    wanted = fold_place(text[:LONGEST_TEXT])
    if not wanted:
        return ()
    out: dict[str, tuple[Territory, str]] = {}

    def add(territory: Territory, hint: str) -> None:
        out.setdefault(territory.key, (territory, hint))

    if wanted in fold_place(FRANCE.name):
        add(FRANCE, "pays")
    for code, name in regions().items():
        if wanted in fold_place(name):
            add(Territory(Level.REGION, code, name), "région")
    for code, department in departments().items():
        if wanted == code.lower() or wanted in fold_place(department.name):
            add(Territory(Level.DEPARTMENT, code, department.name), f"département {code}")
    for epci in Epci.objects.only("siren", "name", "fictitious"):
        if wanted in (fold_place(epci.name), epci.siren) or f" {wanted}" in f" {fold_place(epci.name)}":
            add(of_epci(epci), "intercommunalité inventée" if epci.fictitious else "intercommunalité")
    followed = current_scope()
    for commune in communes_by_text(text).select_related("epci").defer("contour")[:MOST_FOUND]:
        if commune.epci_id in followed or commune.fictitious:
            add(of_commune(commune), "commune")
        if commune.epci is not None:
            add(of_epci(commune.epci), f"intercommunalité de {commune.name}")
    left = set(but)
    return tuple(pair for key, pair in out.items() if key not in left)[:MOST_FOUND]
