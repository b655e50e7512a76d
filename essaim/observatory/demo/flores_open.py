"""Open Flores in its new long layout, for the communes and EPCI of the demonstration: every number is invented."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from essaim.observatory.demo.employers import PUBLIC, Employer

COLUMNS = (
    "GEO", "GEO_OBJECT", "ACTIVITY", "NUMBER_EMPL", "LEGAL_FORM_WITH_PUBLIC", "FLORES_MEASURE", "OBS_STATUS",
    "TIME_PERIOD", "OBS_VALUE",
)  # fmt: skip
WHOLE = "_T"
ALL_FORMS, PRIVATE_FORMS, PUBLIC_FORMS = "_T", "1T9X7", "7"
OBSERVED, CONFIDENTIAL = "A", "K"
PLACES, JOBS = "UNIT_LOC", "EMPL3112"


def write(path: Path, employers: Sequence[Employer], year: int, *, hidden: str, omitted: str) -> None:
    """Totals of each commune and EPCI, whole, private and public.

    The commune `hidden` is under secrecy (status K, no value); the commune `omitted` has no line at all.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(COLUMNS)
        for kind, code_of in (("EPCI", _epci), ("COM", _commune)):
            places: dict[str, list[Employer]] = {}
            for employer in employers:
                places.setdefault(code_of(employer), []).append(employer)
            for code, some in sorted(places.items()):
                if code == omitted:
                    continue
                for form, inside in _forms(some):
                    for measure, value in ((PLACES, len(inside)), (JOBS, sum(one.jobs for one in inside))):
                        told = ("", CONFIDENTIAL) if code == hidden else (value, OBSERVED)
                        writer.writerow([code, kind, WHOLE, WHOLE, form, measure, told[1], year, told[0]])


def small_communes(employers: Iterable[Employer], epci: str) -> tuple[str, str]:
    """The two communes of the EPCI with the fewest jobs, the smallest first."""
    jobs: dict[str, int] = {}
    for employer in employers:
        if employer.epci == epci:
            jobs[employer.commune] = jobs.get(employer.commune, 0) + employer.jobs
    first, second, *_ = sorted(jobs, key=lambda code: (jobs[code], code))
    return first, second


def _epci(employer: Employer) -> str:
    return employer.epci


def _commune(employer: Employer) -> str:
    return employer.commune


def _forms(some: Sequence[Employer]) -> tuple[tuple[str, list[Employer]], ...]:
    private = [one for one in some if one.family or one.side != PUBLIC]
    public = [one for one in some if not one.family and one.side == PUBLIC]
    return ((ALL_FORMS, list(some)), (PRIVATE_FORMS, private), (PUBLIC_FORMS, public))
