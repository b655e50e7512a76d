"""The lists that qualify the invented structures: insertion kinds, ESUS approvals, associations known by the RNA."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence

from essaim.directory.demo import quotas
from essaim.directory.demo.columns import RNA, SIAE
from essaim.directory.demo.ess import Drawer
from essaim.directory.demo.kinds import BY_KEY, KINDS, Kind, sector_of
from essaim.directory.demo.places import official_spelling, with_commune
from essaim.directory.demo.rows import Row
from essaim.directory.demo.units import FILE_DATE, Establishment, Unit
from essaim.geography.projection import to_wgs84
from essaim.nomenclature.perimeter import Family

_ESUS_KINDS = frozenset(
    [
        "ressourcerie",
        "epicerie",
        "garage",
        "velo",
        "mobilite",
        "centre_social",
        "interim",
        "ei_logistique",
        "ea",
        "esus_services",
        "scic_lieu",
        "energie",
        "regie",
        "jardin_insertion",
        "restaurant",
        "secretariat",
    ]
)


def siae_rows(rng: random.Random, units: Sequence[Unit]) -> Iterator[Row]:
    """The « marché de l'inclusion » list: a half of the employers whose kind has a code, as not all have signed."""
    kept = [
        e
        for unit in units
        if unit.kind and BY_KEY[unit.kind].siae and unit.open
        for e in unit.establishments
        if e.open and not unit.partial and e.counted_in_sirene and rng.random() < 0.5
    ]
    longitudes, latitudes = to_wgs84([e.x for e in kept], [e.y for e in kept], [e.place.code for e in kept])
    for e, longitude, latitude in zip(kept, longitudes, latitudes, strict=True):
        unit, kind = e.unit, BY_KEY[e.unit.kind]
        known = {
            "siret": e.siret,
            "name": unit.name,
            "brand": unit.natural if unit.usual_names else "",
            "kind": kind.siae,
            "naf": unit.naf.replace(".", ""),
            "address": " ".join(part for part in (e.number, e.street_kind, e.street) if part).title(),
            "post_code": e.postcode,
            "city": e.place.name,
            "department": e.place.code[:2],
            "longitude": f"{longitude:.6f}",
            "latitude": f"{latitude:.6f}",
            "source": "DEMO",
            "created_at": "2026-01-05T08:30:00.000Z",
            "updated_at": "2026-09-28T08:30:00.000Z",
            "slug": "-".join(re.findall(r"[a-z0-9]+", f"{unit.name} {e.place.code[:2]}".lower())),
        }
        yield tuple(known.get(column, "") for column in SIAE)


def esus_rows(rng: random.Random, units: Sequence[Unit]) -> list[tuple[str, str, str, str, str, dt.date, dt.date]]:
    """Approvals « entreprise solidaire d'utilité sociale »: five years, two for the youngest; some have expired."""
    rows = []
    for unit in units:
        if unit.kind not in _ESUS_KINDS or not unit.open or unit.partial or not unit.head_office.counted_in_sirene:
            continue
        if rng.random() > (0.75 if BY_KEY[unit.kind].family is Family.COMPANY else 0.3):
            continue
        start = dt.date(rng.randint(2020, 2026), rng.randint(1, 9), rng.randint(1, 28))
        start = max(start, unit.created)
        years = 2 if (start - unit.created).days < 3 * 365 else 5
        end = start.replace(year=start.year + years) - dt.timedelta(days=1)
        place = unit.head_office.place
        rows.append((unit.siren, unit.name, unit.head_office.postcode, place.name, place.code[:2], start, end))
    return rows


_PURPOSES = {
    "arts": "soutenir la création et faire découvrir les arts vivants aux habitants",
    "sport_loisirs": "favoriser la pratique du sport et des loisirs pour tous les âges",
    "enseignement": "transmettre des savoirs, accompagner les apprentissages de chacun",
    "action_sociale": "venir en aide aux personnes isolées ou en difficulté et créer du lien",
    "services": "rendre des services utiles aux habitants, réparer, réemployer, partager",
    "non_classes": "animer la vie locale, réunir les habitants et organiser des rencontres",
}


def _purpose(kind: Kind) -> str:
    return _PURPOSES.get(sector_of(kind.naf), "agir dans l’intérêt des habitants et du territoire")


def rna_rows(drawer: Drawer) -> Iterator[Row]:
    """The RNA: associations without SIREN, dissolved ones among them, then a part of those that SIRENE knows too."""
    rng = drawer.rng
    kinds = [k for k in KINDS if k.family is Family.ASSOCIATION and k.idle >= 10]
    for _ in range(quotas.scaled(quotas.RNA_ONLY, drawer.territory.population)):
        kind = rng.choices(kinds, [k.idle for k in kinds])[0]
        place = drawer.place(drawer.life_weights)
        ghost = Unit("", kind.legal, kind.naf, "", drawer.date(1970, 2026, 2.0), FILE_DATE, rna=drawer.numbers.rna())
        name = drawer.names.draw(kind, place)
        establishment = Establishment(ghost, 1, place, kind.naf, ghost.created, FILE_DATE)
        drawer.settle(establishment)
        dissolved = rng.random() < 0.06
        yield _rna(rng, ghost, establishment, name, kind, siret="", dissolved=dissolved)
    known = [u for u in drawer.units if u.rna and u.open and not u.partial]
    for unit in rng.sample(known, len(known) // 4):
        kind = BY_KEY[unit.kind]
        siret = unit.head_office.siret if rng.random() < 0.5 else ""
        yield _rna(rng, unit, unit.head_office, unit.natural, kind, siret=siret, dissolved=False)


def _rna(
    rng: random.Random, unit: Unit, e: Establishment, title: str, kind: Kind, *, siret: str, dissolved: bool
) -> Row:
    ended = min(unit.created + dt.timedelta(days=rng.randint(400, 6_000)), FILE_DATE) if dissolved else None
    touched = max(unit.created, dt.date(rng.randint(2010, 2026), rng.randint(1, 9), rng.randint(1, 28)))
    known = {
        "id": unit.rna,
        "siret": siret,
        "gestion": "000P",
        "date_creat": unit.created.isoformat(),
        "date_decla": touched.isoformat(),
        "date_publi": (unit.created + dt.timedelta(days=21)).isoformat(),
        "date_disso": ended.isoformat() if ended else "",
        "nature": "D",
        "groupement": "S",
        "titre": official_spelling(title),
        "titre_court": unit.acronym,
        "objet": f"{_purpose(kind)} {with_commune(e.place)}",
        "objet_social1": "000000",
        "adrs_numvoie": e.number,
        "adrs_typevoie": e.street_kind,
        "adrs_libvoie": e.street,
        "adrs_codeinsee": (e.former or e.place).code,
        "adrs_codepostal": e.postcode,
        "adrs_libcommune": (e.former or e.place).name,
        "position": "D" if dissolved else "A",
        "maj_time": f"{touched.isoformat()} 08:30:00",
    }
    return tuple(known.get(column, "") for column in RNA)
