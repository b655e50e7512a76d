"""The steps of `essaim demo` that belong to no single room: tables, places, the officer."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from essaim.directory.demo import steps as directory
from essaim.directory.demo.places import fictitious_territories
from essaim.directory.sync.reading import SyncRefused
from essaim.foundation.actions import set_territory
from essaim.foundation.errors import Busy
from essaim.foundation.registries import DemoStep
from essaim.geography.actions import CogUnavailable, FictitiousCommune, add_fictitious_territory, load_cog
from essaim.observatory.reading import WrongFile
from essaim.people.actions import make_officer
from essaim.people.models import Person
from essaim.site.demo import BY, OFFICER, OFFICER_FILE, OFFICER_NAME
from essaim.site.demo_people import welcome_people
from essaim.stock.errors import StockError

Report = Callable[[str], None]

# What a run may refuse, with a message that says what to do.
REFUSALS = (directory.RealDataInPlace, StockError, SyncRefused, WrongFile, Busy, CogUnavailable)


def prepare_database(report: Report) -> None:
    """Create or bring up to date the tables. Raises RealDataInPlace before anything invented is written."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        report("à jour")
    else:
        report(f"{len(waiting)} évolutions à appliquer")
        call_command("migrate", verbosity=0, interactive=False)
    directory.check_nothing_real(Path(settings.DATA_DIR))


def load_places(report: Report) -> None:
    """`geography load`, then the two invented EPCI that stand beside the territory."""
    done = load_cog(by=BY, progress=report)
    report(
        f"code géographique {done.year} : {done.communes} communes, {done.epci} EPCI"
        if done.changed
        else f"code géographique {done.year} : déjà chargé"
    )
    for territory in fictitious_territories():
        add_fictitious_territory(
            siren=territory.siren,
            name=territory.name,
            communes=[
                FictitiousCommune(
                    code=place.code,
                    name=place.name,
                    population=place.population,
                    latitude=place.latitude,
                    longitude=place.longitude,
                    density=place.density,
                    postcodes=place.postcodes,
                )
                for place in territory.places
            ],
            by=BY,
            year=done.year,
        )
        report(f"{territory.name} (inventée, {len(territory.places)} communes)")
    # The territory itself is real; only its structures are invented. An identity that is there already stays.
    set_territory(
        by=BY,
        siren=settings.DEMO_TERRITORY,
        name="Grand Poitiers Communauté urbaine",
        short_name="Grand Poitiers",
        address="84 rue des Carmélites, 86000 Poitiers",
        phone="05 49 52 35 35",
        website="https://www.grandpoitiers.fr/",
    )


def welcome_officer(report: Report) -> None:
    """One ESS officer. Her password is random, said once, and kept in the data dir, readable by its owner alone."""
    path = Path(settings.DATA_DIR) / OFFICER_FILE
    if Person.objects.filter(email=OFFICER).exists():
        kept = (
            f"mot de passe dans {path}" if path.exists() else f"nouveau mot de passe : essaim changepassword {OFFICER}"
        )
        report(f"{OFFICER} existe déjà ; {kept}")
        return
    password = _kept_password(path)
    if password is None:
        password = secrets.token_urlsafe(12)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(f"{OFFICER}\n{password}\n")
    make_officer(by=BY, email=OFFICER, name=OFFICER_NAME, password=password)
    report(f"connexion : {OFFICER} · mot de passe : {password} (gardé dans {path})")


def _kept_password(path: Path) -> str | None:
    """The password of a former database of the same data dir, so that the file stays true."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return lines[1] if len(lines) == 2 and lines[0] == OFFICER and lines[1] else None


OWN_STEPS: tuple[DemoStep, ...] = (
    DemoStep("database", 0, "Base de données", prepare_database),
    DemoStep("geography", 10, "Communes et EPCI", load_places),
    *directory.STEPS,
    DemoStep("officer", 90, "Chargée de mission", welcome_officer),
    DemoStep("people", 92, "Personnes, mandats et demandes", welcome_people),
)
