"""Small source files in the official layouts, with figures of ours."""

from __future__ import annotations

from collections.abc import Sequence

_T1 = '"","EPCI","jurid1","nb_etab","eff_31","eff_EQTP","rem_brut","non_annexe","dep_epci","nom_complet"'
_FAMILIES = (
    ("1-ASSO+FOND", "420", "3100"),
    ("1A-ASSOCIATIONS", "418", "s"),
    ("1B-FONDATIONS", "2", "s"),
    ("2-COOPERATIVES", "60", "900"),
    ("3-MUTUELLES", "20", "400"),
    ("4-ESS", "500", "4400"),
    ("6-TOTAL", "7000", "40000"),
)


def flores_2017(code: str = "200069854", families: Sequence[tuple[str, str, str]] = _FAMILIES) -> bytes:
    """The table T1 of 2017 of one EPCI, in Latin-1: (family, establishments, jobs) a line."""
    lines = [
        f'"{number}",{code},"{family}",{places},"{jobs}","{jobs}.5","1000000","{jobs}","86","Ville-Test"'
        for number, (family, places, jobs) in enumerate(families, 1)
    ]
    return "\n".join([_T1, *(line.replace('"s.5"', '"s"') for line in lines), ""]).encode("latin-1")
