"""What denominators need: public and private employers outside the ESS, and the many without employees.

Nothing here is shown in the directory. Sole traders are all in partial diffusion: no person is invented.
"""

from __future__ import annotations

from essaim.directory.demo import quotas
from essaim.directory.demo.ess import Drawer, employ, spread
from essaim.directory.demo.places import official_spelling
from essaim.directory.demo.units import FILE_DATE, HEADCOUNT_YEAR, Unit
from essaim.directory.demo.words import LANDMARKS, with_de

_PUBLIC_LEGAL = {
    "enseignement": (("7331", 0.75), ("7383", 0.1), ("7210", 0.15)),
    "sante": (("7364", 0.8), ("7389", 0.2)),
    "action_sociale": (("7361", 0.6), ("7364", 0.4)),
    "administration": (("7210", 0.5), ("7113", 0.15), ("7120", 0.1), ("7348", 0.05), ("7389", 0.1), ("4110", 0.1)),
    "sport_loisirs": (("7210", 1.0),),
    "arts": (("7210", 0.7), ("7389", 0.3)),
}
_PUBLIC_NAF = {
    "enseignement": (("85.20Z", 0.5), ("85.31Z", 0.3), ("85.42Z", 0.1), ("85.32Z", 0.1)),
    "sante": (("86.10Z", 1.0),),
    "action_sociale": (("87.10A", 0.4), ("88.99B", 0.3), ("88.91A", 0.3)),
    "administration": (("84.11Z", 0.6), ("84.12Z", 0.15), ("84.13Z", 0.05), ("84.24Z", 0.1), ("84.30A", 0.1)),
    "sport_loisirs": (("93.11Z", 1.0),),
    "arts": (("91.01Z", 0.5), ("91.02Z", 0.5)),
}
_PRIVATE_NAF: dict[str, tuple[tuple[str, float], ...]] = {
    "production": (
        ("01.11Z", 8), ("01.50Z", 7), ("01.21Z", 2), ("10.71C", 9), ("16.23Z", 3), ("18.12Z", 3), ("25.62B", 6),
        ("28.99B", 3), ("33.12Z", 4), ("41.20A", 7), ("43.21A", 9), ("43.22A", 8), ("43.32A", 8), ("43.34Z", 7),
        ("43.99C", 10), ("38.11Z", 1),
    ),
    "finance": (("64.19Z", 12), ("66.22Z", 20), ("64.20Z", 14), ("66.19B", 6), ("65.12Z", 5)),
    "enseignement": (("85.53Z", 10), ("85.59A", 12), ("85.59B", 8), ("85.51Z", 3)),
    "sante": (("86.21Z", 14), ("86.23Z", 10), ("86.90E", 8), ("86.90D", 5), ("86.10Z", 2), ("86.90B", 3)),
    "action_sociale": (("88.10A", 4), ("87.10A", 4), ("88.91A", 3)),
    "arts": (("90.01Z", 3), ("90.02Z", 3), ("90.03B", 2)),
    "sport_loisirs": (("93.13Z", 5), ("93.29Z", 4), ("93.11Z", 2)),
    "services": (
        ("47.11B", 8), ("47.11D", 7), ("47.11F", 2), ("47.71Z", 9), ("47.73Z", 8), ("47.24Z", 5), ("47.76Z", 4),
        ("47.59A", 4), ("45.11Z", 6), ("45.20A", 9), ("46.69B", 7), ("46.73A", 5), ("49.41A", 6), ("52.29B", 2),
        ("55.10Z", 4), ("56.10A", 16), ("56.10C", 10), ("56.30Z", 6), ("62.01Z", 5), ("62.02A", 6), ("68.31Z", 6),
        ("68.20B", 5), ("69.10Z", 7), ("69.20Z", 6), ("70.22Z", 6), ("70.10Z", 4), ("71.11Z", 4), ("71.12B", 6),
        ("73.11Z", 3), ("75.00Z", 2), ("78.20Z", 4), ("80.10Z", 2), ("81.21Z", 6), ("81.30Z", 4), ("82.99Z", 3),
        ("96.02A", 12), ("96.02B", 5), ("96.03Z", 2), ("95.11Z", 2), ("77.11A", 2),
    ),
}  # fmt: skip
_PRIVATE_LEGAL = (
    ("5499", 46.0),
    ("5710", 26.0),
    ("1000", 12.0),
    ("5498", 7.0),
    ("5599", 3.0),
    ("9110", 3.0),
    ("6540", 3.0),
)
_ALONE_LEGAL = (("1000", 62.0), ("6540", 20.0), ("5498", 6.0), ("5710", 7.0), ("5499", 5.0))
# Associations that the perimeter leaves out by their activity, and bodies that are near it but outside.
_EXCLUDED = (
    ("9220", "94.91Z", "Culte et prière", 60.0),
    ("9220", "94.92Z", "Cercle politique", 16.0),
    ("9220", "94.11Z", "Chambre patronale", 10.0),
    ("9220", "84.11Z", "Syndicat d’aménagement", 6.0),
    ("8420", "94.20Z", "Syndicat des salariés", 60.0),
    ("8310", "94.99Z", "Comité social", 30.0),
    ("9240", "94.91Z", "Congrégation", 6.0),
    ("9110", "81.10Z", "Copropriété", 40.0),
)
_TRADE_WORDS = (
    "ATELIER", "SOCIETE", "ETS", "ENTREPRISE", "COMPTOIR", "MAISON", "BATI", "TRANS", "AGRI", "CONSEIL", "SERVICES",
    "GARAGE", "BOULANGERIE", "BRASSERIE", "CABINET", "TECHNI", "NET", "HABITAT",
)  # fmt: skip


def draw_others(drawer: Drawer) -> None:
    """Add every unit outside the ESS: public, private, excluded by activity, without employees, closed."""
    population = drawer.territory.population
    for sector, quota in quotas.PUBLIC.items():
        _employers(drawer, quota, legal=_PUBLIC_LEGAL[sector], naf=_PUBLIC_NAF[sector], word="ETABLISSEMENT PUBLIC")
    for sector, quota in quotas.PRIVATE.items():
        _employers(drawer, quota, legal=_PRIVATE_LEGAL, naf=_PRIVATE_NAF[sector], word="")
    _excluded(drawer, quotas.scaled(quotas.EXCLUDED_BY_NAF, population))
    every_naf = [pair for pairs in _PRIVATE_NAF.values() for pair in pairs]
    for closed, count in ((False, quotas.OTHERS_WITHOUT_EMPLOYEES), (True, quotas.OTHERS_CLOSED)):
        for _ in range(quotas.scaled(count, population)):
            unit = _unit(drawer, _pick(drawer, _ALONE_LEGAL), _pick(drawer, every_naf), "")
            establishment = drawer.open_establishment(unit, drawer.place(drawer.life_weights), unit.created)
            establishment.band = ""
            if closed:
                unit.open = establishment.open = False
                ended = max(drawer.date(2000, 2026, 1.5), unit.created)
                unit.state_since = establishment.state_since = ended
                unit.processed = establishment.processed = min(ended, FILE_DATE)


def _pick(drawer: Drawer, pairs: tuple[tuple[str, float], ...] | list[tuple[str, float]]) -> str:
    return drawer.rng.choices([pair[0] for pair in pairs], [pair[1] for pair in pairs])[0]


def _unit(drawer: Drawer, legal: str, naf: str, first_word: str) -> Unit:
    rng = drawer.rng
    natural = legal == "1000"
    landmark = official_spelling(with_de(rng.choice(LANDMARKS)))
    word = first_word or ("SCI" if legal == "6540" else rng.choice(_TRADE_WORDS))
    created = drawer.date(1965, 2026, 1.7)
    unit = Unit(
        siren=drawer.numbers.siren(),
        legal=legal,
        naf=naf,
        name="" if natural else f"{word} {landmark}",
        created=created,
        processed=max(created, drawer.date(2012, 2026, 2.0)),
        natural_person=natural,
        partial=natural,
        ess_flag="N" if rng.random() < 0.5 and not first_word else "",
    )
    drawer.units.append(unit)
    return unit


def _employers(
    drawer: Drawer,
    quota: tuple[int, int],
    *,
    legal: tuple[tuple[str, float], ...],
    naf: tuple[tuple[str, float], ...],
    word: str,
) -> None:
    """The quota (establishments, jobs of the reference territory) brought here; a public body keeps several places."""
    establishments, all_jobs = quota
    count = quotas.scaled(establishments, drawer.territory.population)
    if not count:
        return
    weights = [drawer.rng.lognormvariate(0, 1.25) for _ in range(count)]
    sizes = spread(weights, max(count, round(all_jobs * count / establishments)))
    unit: Unit | None = None
    for size in sizes:
        if unit is None or drawer.rng.random() > (0.5 if word else 0.12) or unit.natural_person:
            unit = _unit(drawer, _pick(drawer, legal), _pick(drawer, naf), word)
        establishment = drawer.open_establishment(unit, drawer.place(drawer.job_weights), unit.created)
        employ(establishment, size, HEADCOUNT_YEAR)


def _excluded(drawer: Drawer, count: int) -> None:
    for _ in range(count):
        legal, naf, word, _weight = drawer.rng.choices(_EXCLUDED, [row[3] for row in _EXCLUDED])[0]
        unit = _unit(drawer, legal, naf, official_spelling(word))
        establishment = drawer.open_establishment(unit, drawer.place(drawer.life_weights), unit.created)
        if drawer.rng.random() < 0.15:
            employ(establishment, drawer.rng.randint(1, 8), HEADCOUNT_YEAR)
