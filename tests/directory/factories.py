"""Makers of the directory's nouns, and of official files small enough to be read in a test."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import factory

from essaim.directory.enums import ChangeOrigin, ClaimMethod, Diffusion
from essaim.directory.models import (
    Card,
    CardChange,
    Claim,
    Criterion,
    Establishment,
    Mandate,
    Structure,
    SyncRun,
)
from essaim.foundation.identifiers import luhn_ok
from essaim.geography.models import Commune
from essaim.stock.importing import import_stock
from essaim.stock.labels.importing import import_labels
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory

POITIERS = "86194"
# Place du maréchal Leclerc in Poitiers, Lambert-93 metres.
TOWN_HALL = ("497420.0", "6611460.0")


def with_key(body: str) -> str:
    """The body and the digit that makes it pass Luhn."""
    return next(body + digit for digit in "0123456789" if luhn_ok(body + digit))


def siren(number: int, prefix: str = "1") -> str:
    """A SIREN with a right key, never in the range of the invented ones unless asked."""
    return with_key(f"{prefix}{number:0{8 - len(prefix)}d}")


def siret(of: str, nic: int = 1) -> str:
    """A SIRET of that unit with a right key."""
    return with_key(f"{of}{nic:04d}")


class StructureFactory(factory.django.DjangoModelFactory):
    """A structure held by its legal category; `criteria=[]` for one that nothing holds."""

    class Meta:
        model = Structure
        skip_postgeneration_save = True

    siren = factory.Sequence(lambda n: siren(n, "55"))
    name = factory.Sequence(lambda n: f"Les amis du jardin {n}")
    family = "association"
    sub_family = "declared"
    legal_category = "9220"
    naf = "94.99Z"
    diffusion = Diffusion.OPEN
    vintage = "2026-10"

    @factory.post_generation
    def criteria(self, create, extracted, **kwargs):
        codes = ["legal_category"] if extracted is None else extracted
        if create:
            for code in codes:
                Criterion.objects.create(structure=self, code=code, source="Insee, Sirene", as_of="2026-10")


class EstablishmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Establishment

    structure = factory.SubFactory(StructureFactory)
    siret = factory.LazyAttribute(lambda place: siret(place.structure.siren) if place.structure.siren else None)
    is_head_office = True
    commune_id = POITIERS
    official_commune_code = POITIERS
    address = "1 rue de la Paix"
    postcode = "86000"
    naf = "94.99Z"


class CardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Card

    structure = factory.SubFactory(StructureFactory)


class MandateFactory(factory.django.DjangoModelFactory):
    """Somebody represents a structure, from now on; `person=` and `structure=` to choose."""

    class Meta:
        model = Mandate

    structure = factory.SubFactory(StructureFactory)
    person = factory.SubFactory(PersonFactory)
    role = "présidente"
    method = ClaimMethod.OFFICER
    granted_by_label = "Camille Officier"


class ClaimFactory(factory.django.DjangoModelFactory):
    """Somebody asks to represent a structure."""

    class Meta:
        model = Claim

    structure = factory.SubFactory(StructureFactory)
    person = factory.SubFactory(PersonFactory)
    role = "trésorier"


class CardChangeFactory(factory.django.DjangoModelFactory):
    """A change that waits: the structure says what it does."""

    class Meta:
        model = CardChange

    structure = factory.SubFactory(StructureFactory)
    origin = ChangeOrigin.SPACE
    by_label = "Dominique"
    base = {"description": ""}
    values = {"description": "Nous jardinons ensemble."}


class SyncRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SyncRun

    territory = "200069854"
    vintage = "2026-10"
    perimeter_version = "insee-champ-es-2017"


def in_poitiers(name: str, **fields: Any) -> Structure:
    """A structure with its seat in Poitiers; the geographic code is loaded when it is not."""
    if not Commune.objects.exists():
        load_small_cog()
    place = {key.removeprefix("place_"): fields.pop(key) for key in list(fields) if key.startswith("place_")}
    structure = StructureFactory(name=name, **fields)
    EstablishmentFactory(structure=structure, **place)
    return structure


UNIT = {
    "siren": "",
    "statutDiffusionUniteLegale": "O",
    "dateCreationUniteLegale": "2001-05-02",
    "trancheEffectifsUniteLegale": "NN",
    "anneeEffectifsUniteLegale": "",
    "dateDernierTraitementUniteLegale": "2024-01-10T10:00:00",
    "etatAdministratifUniteLegale": "A",
    "dateDebut": "2001-05-02",
    "denominationUniteLegale": "LES AMIS DU JARDIN",
    "sigleUniteLegale": "",
    "denominationUsuelle1UniteLegale": "",
    "identifiantAssociationUniteLegale": "",
    "categorieJuridiqueUniteLegale": "9220",
    "activitePrincipaleUniteLegale": "94.99Z",
    "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
    "economieSocialeSolidaireUniteLegale": "",
    "caractereEmployeurUniteLegale": "N",
    "societeMissionUniteLegale": "",
}
PLACE = {
    "siren": "",
    "siret": "",
    "nic": "",
    "statutDiffusionEtablissement": "O",
    "dateCreationEtablissement": "2001-05-02",
    "trancheEffectifsEtablissement": "NN",
    "anneeEffectifsEtablissement": "",
    "dateDernierTraitementEtablissement": "2024-01-10T10:00:00",
    "etablissementSiege": "true",
    "complementAdresseEtablissement": "",
    "numeroVoieEtablissement": "12",
    "indiceRepetitionEtablissement": "B",
    "typeVoieEtablissement": "RUE",
    "libelleVoieEtablissement": "DE LA PAIX",
    "codePostalEtablissement": "86000",
    "libelleCommuneEtablissement": "POITIERS",
    "codeCommuneEtablissement": POITIERS,
    "etatAdministratifEtablissement": "A",
    "dateDebut": "2001-05-02",
    "enseigne1Etablissement": "",
    "denominationUsuelleEtablissement": "",
    "activitePrincipaleEtablissement": "94.99Z",
    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
    "caractereEmployeurEtablissement": "N",
    "coordonneeLambertAbscisseEtablissement": TOWN_HALL[0],
    "coordonneeLambertOrdonneeEtablissement": TOWN_HALL[1],
}


class OfficialFiles:
    """A pair of SIRENE files in the making: add units and places, change them, import them as a monthly extract."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self.folder = folder
        self.data_dir = data_dir
        self.units: dict[str, dict[str, str]] = {}
        self.places: list[dict[str, str]] = []
        self.imports = 0

    def unit(self, of: str, /, **columns: str) -> str:
        """Add or change a legal unit; short names of columns are completed (« denomination »)."""
        self.units.setdefault(of, {**UNIT, "siren": of}).update(_full(columns, UNIT, "UniteLegale"))
        return of

    def place(self, of: str, /, nic: int = 1, **columns: str) -> str:
        """Add or change an establishment (its unit is made when missing)."""
        if of not in self.units:
            self.unit(of)
        number = columns.pop("siret", siret(of, nic))
        row = next((row for row in self.places if row["siret"] == number), None)
        if row is None:
            row = {**PLACE, "siren": of, "siret": number, "nic": number[9:]}
            self.places.append(row)
        row.update(_full(columns, PLACE, "Etablissement"))
        return number

    def drop(self, number: str) -> None:
        """Take an establishment out of the next file."""
        self.places = [row for row in self.places if row["siret"] != number]

    def take_out(self, of: str) -> Callable[[], None]:
        """Take a unit and its places out of the next file; the answer, called, puts them back as they were."""
        unit, places = self.units.pop(of), [row for row in self.places if row["siren"] == of]
        self.places = [row for row in self.places if row["siren"] != of]

        def put_back() -> None:
            self.units[of] = unit
            self.places += places

        return put_back

    def load(self, vintage: str = "2026-10") -> dict[str, Any]:
        """Import what is there as one vintage, through the real pipeline."""
        self.imports += 1
        folder = self.folder / f"import-{self.imports}"
        folder.mkdir(parents=True)
        _write(folder / "StockUniteLegale_utf8.csv", list(UNIT), self.units.values())
        _write(folder / "StockEtablissement_utf8.csv", list(PLACE), self.places)
        return import_stock(
            data_dir=self.data_dir,
            vintage=vintage,
            establishments=str(folder / "StockEtablissement_utf8.csv"),
            legal_units=str(folder / "StockUniteLegale_utf8.csv"),
            accept_shrink=True,
            threads=1,
        )

    def load_list(self, name: str, rows: list[dict[str, str]], vintage: str = "2026-10") -> dict[str, Any]:
        """Import one list that qualifies structures (RNA, SIAE, successions, geolocation)."""
        self.imports += 1
        folder = self.folder / f"import-{self.imports}"
        folder.mkdir(parents=True)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        _write(folder / name, columns, rows)
        return import_labels(
            data_dir=self.data_dir, file=str(folder / name), vintage=vintage, accept_shrink=True, threads=1
        )


def _full(columns: dict[str, str], known: dict[str, str], suffix: str) -> dict[str, str]:
    completed = {}
    for name, value in columns.items():
        full = name if name in known else f"{name}{suffix}"
        assert full in known, full
        completed[full] = value
    return completed


def _write(path: Path, columns: list[str], rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
