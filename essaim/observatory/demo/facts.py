"""What was published of Grand Poitiers: real figures, each with its citation. Nothing here is invented.

The tables themselves are not open data: only their headline figures are cited, and `file_to_load` names the file that
would let this house work them out again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from essaim.directory.demo.places import GRAND_POITIERS
from essaim.observatory.enums import FactRole, Field, Level

READ_ON = dt.date(2026, 11, 24)
REPOSITORY = "https://github.com/Jay-boo/Shiny-App-FLORES"
ANNOUNCED_ON = "https://www.grandpoitiers.fr/"

_FLORES = "Insee, Flores {year}, tableau commandé par le réseau des CRESS"
_DSN = "Insee, DADS et DSN {year}, tableau commandé par le réseau des CRESS"

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


def published_facts() -> Iterator[dict[str, Any]]:
    """Each fact as the keyword arguments of `record_fact`."""
    for year, field, title, file, values in CITED:
        for indicator, value in values.items():
            yield {
                "role": FactRole.CITED,
                "indicator": indicator,
                "level": Level.EPCI,
                "code": GRAND_POITIERS,
                "year": year,
                "field": field,
                "value": value,
                "wording": "",
                "source_title": title.format(year=year),
                "source_url": REPOSITORY,
                "said_on": READ_ON,
                "file_to_load": file,
            }
    for indicator, value, wording in ANNOUNCED:
        yield {
            "role": FactRole.ANNOUNCED,
            "indicator": indicator,
            "level": Level.EPCI,
            "code": GRAND_POITIERS,
            "year": 2018,
            "field": "",
            "value": value,
            "wording": wording,
            "source_title": "Grand Poitiers Communauté urbaine, page « économie sociale et solidaire »",
            "source_url": ANNOUNCED_ON,
            "said_on": READ_ON,
            "file_to_load": "",
        }
