"""The départements and regions of France, and where a commune's code places it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.tables import read_rows


@dataclass(frozen=True, slots=True)
class Department:
    """One département with its region (codes are text: « 2A », « 01 », « 971 »)."""

    code: str
    name: str
    region_code: str
    region_name: str


@lru_cache(maxsize=1)
def departments() -> Mapping[str, Department]:
    """Every département by its code."""
    rows = read_rows("departments.csv", ("code", "name", "region_code", "region_name", "source"))
    return MappingProxyType(
        {row["code"]: Department(row["code"], row["name"], row["region_code"], row["region_name"]) for row in rows}
    )


@lru_cache(maxsize=1)
def regions() -> Mapping[str, str]:
    """Name of every region by its code, by name."""
    named = {department.region_code: department.region_name for department in departments().values()}
    return MappingProxyType(dict(sorted(named.items(), key=lambda pair: pair[1])))


def department_code(commune_code: str) -> str:
    """« 86194 » → « 86 », « 2A004 » → « 2A », « 97411 » → « 974 »: the département or the overseas collectivity."""
    return commune_code[: 3 if commune_code.startswith(("97", "98")) else 2]


def department_of(commune_code: str) -> Department | None:
    """The département of a commune by its INSEE code; None for an overseas collectivity or an invented commune."""
    return departments().get(department_code(commune_code))
