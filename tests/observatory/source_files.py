"""Small source files in the official layouts, with figures of ours."""

from __future__ import annotations

_T1 = '"","EPCI","jurid1","nb_etab","eff_31","eff_EQTP","rem_brut","non_annexe","dep_epci","nom_complet"'
_HIDDEN = "s"


def flores_2017(jobs: int = 4400, *, code: str = "200069854") -> bytes:
    """The table T1 of 2017 of one EPCI, in Latin-1; `jobs`: those of the ESS, at least 3 500, out of 40 000."""
    families = (
        ("1-ASSO+FOND", 420, "3100"),
        ("1A-ASSOCIATIONS", 418, _HIDDEN),
        ("1B-FONDATIONS", 2, _HIDDEN),
        ("2-COOPERATIVES", 60, str(jobs - 3500)),
        ("3-MUTUELLES", 20, "400"),
        ("4-ESS", 500, str(jobs)),
        ("6-TOTAL", 7000, "40000"),
    )
    lines = [
        f'"{number}",{code},"{family}",{places},"{people}","{people}","{people}","{people}","86","Ville-Test"'
        for number, (family, places, people) in enumerate(families, 1)
    ]
    return "\n".join([_T1, *lines, ""]).encode("latin-1")
