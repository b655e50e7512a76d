"""What was published of Grand Poitiers: real figures, each with its citation. Nothing here is invented.

The tables themselves are not open data: only their headline figures are cited, and `file_to_load` names the file that
would let this house work them out again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from essaim.observatory.enums import FactRole, Field

READ_ON = dt.date(2026, 11, 24)
REPOSITORY = "https://github.com/Jay-boo/Shiny-App-FLORES"
ANNOUNCED_BY = "Grand Poitiers Communauté urbaine, page « économie sociale et solidaire »"
ANNOUNCED_ON = "https://www.grandpoitiers.fr/"

# The year is not in the title: a line of source always tells it.
_FLORES = "Insee, Flores, tableau commandé par le réseau des CRESS"
_DSN = "Insee, DADS et DSN, tableau commandé par le réseau des CRESS"

CITED: tuple[tuple[int, Field, str, str, dict[str, str]], ...] = (
    (
        2017,
        Field.ALL_POSTS,
        _FLORES,
        "EPCI_T1.csv",
        {
            "ess-employer-establishments": "991",
            "ess-jobs": "10830",
            "all-jobs": "96540",
            "ess-job-share": "11.2",
            "ess-private-job-share": "19.2",
            "ess-fte": "8723.6",
        },
    ),
    (
        2018,
        Field.ALL_POSTS,
        _FLORES,
        "EPCI2_OK.xlsx, feuilles T3 et T4",
        {
            "ess-employer-establishments": "1000",
            "ess-jobs": "10900",
            "all-jobs": "95638",
            "ess-job-share": "11.4",
            "private-jobs": "56471",
            "ess-private-job-share": "19.3",
            "ess-fte": "8726.2",
        },
    ),
    (
        2019,
        Field.NON_ANNEX_POSTS,
        _DSN,
        "Tab_1_2019_Ok.ods",
        {
            "ess-employer-establishments": "773",
            "ess-jobs": "9757",
            "all-jobs": "88753",
            "ess-job-share": "11.0",
            "ess-private-job-share": "18.5",
            "ess-fte": "8671.1",
        },
    ),
)
ANNOUNCED: tuple[tuple[str, str, str], ...] = (
    ("ess-job-share", "11", "11 % des emplois"),
    ("ess-employer-establishments", "1000", "1 000 établissements employeurs"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One published fact of Grand Poitiers, as `save_fact` takes it."""

    role: FactRole
    key: str
    year: int
    field: str
    value: Decimal
    source_title: str
    source_url: str
    said_on: dt.date
    wording: str = ""
    file_to_load: str = ""


def published_facts() -> Iterator[Fact]:
    """The cited facts, then the announced ones."""
    for year, field, title, file, values in CITED:
        for key, value in values.items():
            yield Fact(
                FactRole.CITED,
                key,
                year,
                field.value,
                Decimal(value),
                title,
                REPOSITORY,
                READ_ON,
                file_to_load=file,
            )
    for key, value, wording in ANNOUNCED:
        yield Fact(
            FactRole.ANNOUNCED, key, 2018, "", Decimal(value), ANNOUNCED_BY, ANNOUNCED_ON, READ_ON, wording=wording
        )
