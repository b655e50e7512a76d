"""Writes the invented source files of the observatory: same employers and seed, same bytes."""

from __future__ import annotations

import random
from pathlib import Path

from essaim.directory.demo.files import FICTITIOUS_NOTE
from essaim.directory.demo.places import fictitious_territories
from essaim.observatory.demo import flores_ess, flores_open, urssaf
from essaim.observatory.demo.employers import read_employers, without_annex_posts, year_of
from essaim.stock.sources import SIDE_NOTE

FLORES_2017 = "EPCI_T1_2017.csv"
FLORES_2018 = "EPCI2_OK_2018.xlsx"
FLORES_2019 = "Tab_1_2019.csv"
OPEN_YEAR = 2024
FLORES_OPEN = f"DS_FLORES_A17_{OPEN_YEAR}_CSV_FR.zip"
URSSAF, URSSAF_FRANCE = "urssaf_ess_regions_na88.csv", "urssaf_ess_france_entiere_na88.csv"
FILES = (FLORES_2017, FLORES_2018, FLORES_2019, FLORES_OPEN, URSSAF, URSSAF_FRANCE)


def generate(folder: Path, employers_file: Path, seed: int) -> None:
    """Write every file of `FILES` in the folder, each with the note beside it that says that it is invented.

    The tables of the ESS are those of the two invented EPCI: Grand Poitiers has published facts instead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    employers = read_employers(employers_file)
    names = {territory.siren: territory.name for territory in fictitious_territories()}
    invented = [employer for employer in employers if employer.epci in names]

    def chance(name: str) -> random.Random:
        return random.Random(f"{seed}/observatoire/{name}")  # noqa: S311 -- invents numbers, protects nothing

    before = year_of(invented, chance("2017"), kept=0.985, drift=(0.95, 1.03))
    flores_ess.write_2017(folder / FLORES_2017, before, names)
    flores_ess.write_2018(folder / FLORES_2018, year_of(invented, chance("2018")), names)
    after = year_of(invented, chance("2019"), kept=0.985, drift=(0.97, 1.05))
    flores_ess.write_2019(folder / FLORES_2019, without_annex_posts(after), names)
    # Not at Grand Poitiers: one commune untold there would leave its whole rural part untold.
    omitted, hidden = flores_open.small_communes(employers, invented[0].epci)
    flores_open.write(folder / FLORES_OPEN, employers, OPEN_YEAR, hidden=hidden, omitted=omitted)
    urssaf.write(folder / URSSAF, chance("urssaf"), urssaf.REGION)
    urssaf.write(folder / URSSAF_FRANCE, chance("urssaf france"), {}, urssaf.FRANCE)
    for name in FILES:
        (folder / (name + SIDE_NOTE)).write_text(FICTITIOUS_NOTE, encoding="utf-8")
