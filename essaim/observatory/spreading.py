"""From what a national file says of communes to what is known of EPCI, départements, regions and France.

Nothing is invented: a territory whose file has no row of its own is the sum of its communes of today, secret when one
of them is, unknown when one of them is. A commune that a file leaves out counts as without employer on one condition
alone (`COVERED`, and a proof that nothing is missing); it is unknown otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from essaim.observatory.enums import Level
from essaim.observatory.members import Key, Members
from essaim.observatory.territory import COUNTRY_CODE

COVERED = Decimal("0.95")
"""Share of the communes of the COG that a file must tell before those that it leaves out may mean « none ».

It must also list every commune by nature (the wide layout), or prove it: the département's own total, or France's, is
exactly the sum of the communes told.
"""
ROUNDING = Decimal(1)


class Told(NamedTuple):
    """What a file says of one place. `value` None: kept secret. `line` None: a sum of lines."""

    value: Decimal | None
    line: int | None


class Contradiction(ValueError):
    """A total is smaller than the sum of its parts. The message, in French, names place and line."""


@dataclass(slots=True)
class Spread:
    """What is known of each territory, and how many are not, by level.

    `unknown`: codes of the file that the COG does not know, with their lines. `silent`: communes left out, counted as
    without employer. `moved`: territories, of any level, whose own row differs from the sum of their communes of today.
    """

    cells: dict[Key, Told] = field(default_factory=dict)
    secret: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    unknown: list[tuple[str, int | None]] = field(default_factory=list)
    silent: int = 0
    moved: int = 0
    halves: int = 0


def spread(members: Members, communes: Mapping[str, Told], own: Mapping[Key, Told], *, lists_every: bool) -> Spread:
    """Work out every territory from the rows of communes (any code, old or of today) and the rows of the others.

    Raises Contradiction when the row of a département, a region or France is smaller than the sum of its communes.
    """
    result = Spread()
    today = _of_today(members, communes, result)
    known = {key: told for key, told in own.items() if _exists(key, members)}
    result.unknown += [(key[1], told.line) for key, told in own.items() if key not in known]
    _check_totals(members, today, known)
    for commune in _silent(members, today, known, lists_every=lists_every):
        today[commune] = Told(Decimal(0), None)
        result.silent += 1
    for commune in members.shown:
        _keep(result, (Level.COMMUNE.value, commune), today.get(commune))
    for key, parts in members.parts.items():
        summed = _sum([today.get(commune) for commune in parts])
        told = known.get(key)
        if told is not None and summed is not None and None not in (told.value, summed.value):
            result.moved += told.value != summed.value
        _keep(result, key, told or summed)
    return result


def _keep(result: Spread, key: Key, told: Told | None) -> None:
    level = Level(key[0]).value
    if told is None:
        result.absent[level] += 1
        return
    result.secret[level] += told.value is None
    result.cells[level, key[1]] = told


def _exists(key: Key, members: Members) -> bool:
    return key in members.parts or (key[0] == Level.EPCI and key[1] in members.epci)


def _of_today(members: Members, communes: Mapping[str, Told], result: Spread) -> dict[str, Told]:
    """What is said of each commune of today: former communes add up; a city and its districts never do."""
    gathered: dict[str, list[tuple[str, Told]]] = {}
    for code, told in communes.items():
        commune = members.today.get(code)
        if commune is None:
            result.unknown.append((code, told.line))
        else:
            gathered.setdefault(commune, []).append((code, told))
    found: dict[str, Told] = {}
    for commune, rows in gathered.items():
        districts = members.districts.get(commune, frozenset())
        whole = [told for code, told in rows if code not in districts]
        if whole:
            result.halves += len(rows) - len(whole)
        elif len(rows) < len(districts):  # some districts only: the city is not known
            continue
        summed = _sum(whole or [told for _, told in rows])
        if summed is not None:
            found[commune] = summed
    return found


def _sum(parts: Sequence[Told | None]) -> Told | None:
    """Secret when a part is, unknown when a part is; one part alone keeps its line."""
    told = [part for part in parts if part is not None]
    if any(part.value is None for part in told):
        return Told(None, told[0].line if len(parts) == 1 else None)
    if len(told) < len(parts) or not parts:
        return None
    values = [part.value for part in told if part.value is not None]
    return Told(sum(values, Decimal(0)), told[0].line if len(parts) == 1 else None)


def _known_sum(members: Members, today: Mapping[str, Told], key: Key) -> tuple[Decimal, bool]:
    """The sum of the communes told, and whether none of them is secret."""
    told = [today[commune] for commune in members.parts[key] if commune in today]
    values = [part.value for part in told if part.value is not None]
    return sum(values, Decimal(0)), len(values) == len(told)


def _check_totals(members: Members, today: Mapping[str, Told], own: Mapping[Key, Told]) -> None:
    for key, told in own.items():
        if key[0] == Level.EPCI or told.value is None:  # an EPCI may have gained communes since
            continue
        total, _ = _known_sum(members, today, key)
        if told.value + ROUNDING < total:
            raise Contradiction(
                f"ligne {told.line} : le total de {_named(key)} ({told.value:f}) est plus petit que la somme de ses "
                f"communes ({total:f})"
            )


def _named(key: Key) -> str:
    return "la France" if key[0] == Level.COUNTRY else f"{Level(key[0]).label} {key[1]}"


def _silent(
    members: Members, today: Mapping[str, Told], own: Mapping[Key, Told], *, lists_every: bool
) -> Iterator[str]:
    """The communes left out that are proved to have no employer."""
    country: Key = (Level.COUNTRY.value, COUNTRY_CODE)
    real = members.parts.get(country, ())
    if sum(commune in today for commune in real) < COVERED * len(real):
        return
    proved = {
        key[1]
        for key, told in own.items()
        if key[0] in (Level.DEPARTMENT, Level.COUNTRY) and (told.value, True) == _known_sum(members, today, key)
    }
    for commune in real:
        if commune not in today and (
            lists_every or not proved.isdisjoint((COUNTRY_CODE, _department(members, commune)))
        ):
            yield commune


def _department(members: Members, commune: str) -> str:
    return members.communes[commune].department
