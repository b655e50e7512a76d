"""A served EPCI of four communes in the database, with every kind of figure: for the tests of the pages."""

from __future__ import annotations

from django.utils import timezone

from essaim.foundation import kept
from essaim.foundation.models import Territory
from essaim.geography.models import Commune, Epci, FormerCommune
from essaim.nomenclature.sectors import main_sectors
from essaim.observatory.enums import FactRole, Field, Measure, Population, Source, Workers
from essaim.observatory.models import Comment, PublishedFact
from tests.observatory.factories import EPCI, cell, vintage

HOME = EPCI.code
OTHER = "200041317"
COMMUNES = (
    # code, name, inhabitants, density, latitude, establishments (band 01, 11), jobs of all the economy
    ("86194", "Poitiers", 90_000, 2, 46.58, (80, 20), 40_000),
    ("86139", "Lusignan", 2_600, 6, 46.43, (6, 2), 900),
    ("86213", "Rouillé", 2_500, 6, 46.42, (3, 0), 300),
    ("86004", "Les Bois-d’Ici", 120, 7, 46.60, (0, 0), 20),
)


def make_town() -> None:
    """The EPCI served, its communes, one commune elsewhere, one merged since."""
    kept.forget_all()
    for siren, name in ((HOME, EPCI.name), (OTHER, "CA d’à côté")):
        Epci.objects.create(siren=siren, name=name, cog_year=2026, population=1000)
    Territory.objects.get_or_create(siren=HOME, defaults={"name": EPCI.name, "short_name": "Grand Poitiers"})
    for code, name, population, density, latitude, *_ in COMMUNES:
        Commune.objects.create(
            code=code,
            name=name,
            epci_id=HOME,
            population=population,
            density=density,
            latitude=latitude,
            longitude=0.34,
        )
    Commune.objects.create(code="79191", name="Niort", epci_id=OTHER, population=59_000)
    FormerCommune.objects.create(code="86900", name="Vieux-Lusignan", kind="merged", commune_id="86139")
    FormerCommune.objects.create(code="79900", name="Vieux-Niort", kind="merged", commune_id="79191")


def load_sirene(*, published: bool = True, fictitious: bool = False):
    """Employers by commune and for the EPCI; Les Bois-d’Ici has none."""
    cells = []
    whole = {"01": 0, "11": 0}
    for code, *_, (small, large), _jobs in COMMUNES:
        for size, number in (("01", small), ("11", large)):
            whole[size] += number
            if number:
                cells.append(_place(number, size, level="commune", code=code))
        cells.append(_place(500, "01", level="commune", code=code, population=Population.ALL, family="", sector=""))
    cells += [_place(number, size) for size, number in whole.items()]
    cells.append(_place(2_000, "01", population=Population.ALL, family="", sector=""))
    return vintage(Source.SIRENE, "2026-10", cells, published=published, fictitious=fictitious)


def _place(number, size, *, family="association", sector="health", **where):
    return cell(number, measure=Measure.ESTABLISHMENTS, family=family, sector=sector, size=size, **where)


def load_open_flores():
    """All jobs of each commune but Rouillé, where it is missing."""
    cells = [
        cell(number * part // 10, level="commune", code=code, population=population)
        for code, *_, number in COMMUNES
        if code != "86213"
        for population, part in ((Population.ALL, 10), (Population.PRIVATE, 7))
    ]
    return vintage(Source.FLORES_OPEN, "2023", cells)


def load_flores_ess(year: int, places: int, jobs: int, everyone: int, *, field: str = Field.ALL_POSTS):
    """One table of the EPCI: families (foundations secret), sectors, women."""
    public = everyone * 4 // 10
    cells = [
        cell(places, measure=Measure.ESTABLISHMENTS),
        cell(jobs),
        cell(everyone - public - jobs, population=Population.PRIVATE_NON_ESS),
        cell(public, population=Population.PUBLIC),
        cell(jobs * 2 // 3, workers=Workers.WOMEN),
        cell(jobs - jobs * 2 // 3, workers=Workers.MEN),
    ]
    for family, part in (("association", 8), ("foundation", None), ("cooperative", 1)):
        cells.append(cell(places * (part or 1) // 10, measure=Measure.ESTABLISHMENTS, family=family))
        cells.append(cell(None if part is None else jobs * part // 10, family=family))
    for sector in main_sectors():
        cells.append(cell(places // 8, measure=Measure.ESTABLISHMENTS, sector=sector.key))
        cells.append(cell(jobs // 8, sector=sector.key))
    return vintage(Source.FLORES_ESS, str(year), cells, field=field)


def load_everything() -> None:
    """Three vintages of the official table (2019 of another field), Sirene, open Flores, an announce, a comment."""
    load_sirene()
    load_open_flores()
    load_flores_ess(2017, 900, 9_000, 88_000)
    load_flores_ess(2018, 950, 9_500, 90_000)
    load_flores_ess(2019, 700, 8_000, 80_000, field=Field.NON_ANNEX_POSTS)
    PublishedFact.objects.create(
        role=FactRole.ANNOUNCED,
        indicator="ess-job-share",
        level="epci",
        code=HOME,
        year=2018,
        value=11,
        wording="11 % des emplois",
        source_title="Page de la collectivité",
        source_url="https://exemple.fr/ess",
        written_by="test",
        written_at=timezone.now(),
    )
    Comment.objects.create(
        indicator="ess-jobs", level="epci", code=HOME, text="Un siège <national> est parti.", written_at=timezone.now()
    )
