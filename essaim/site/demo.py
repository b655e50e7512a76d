"""`essaim demo`, in order: the house's own steps and those that rooms registered, each told as it goes."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from essaim.directory.demo import steps as directory
from essaim.directory.demo.places import fictitious_territories
from essaim.foundation.registries import DemoStep, demo_steps
from essaim.geography.actions import FictitiousCommune, add_fictitious_territory, load_cog
from essaim.people.actions import make_officer
from essaim.people.models import Person

OFFICER = "agent@demo.invalid"
OFFICER_NAME = "Agente de démonstration"
OFFICER_FILE = "demo-officer.txt"
DONE_FILE = "demo-done.txt"
SECONDS_BEFORE_SILENCE_IS_STRANGE = 1.0

Say = Callable[[str], None]


@dataclass
class StepDone:
    """One step of a run: what it said and how long it took, in seconds."""

    key: str
    label: str
    lines: list[str] = field(default_factory=list)
    seconds: float = 0.0


def prepare_database(report: Say) -> None:
    """Create or bring up to date the tables."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        report("à jour")
        return
    report(f"{len(waiting)} évolutions à appliquer")
    call_command("migrate", verbosity=0, interactive=False)


def load_places(report: Say) -> None:
    """`geography load`, then the two invented EPCI that stand beside the territory."""
    done = load_cog(by=directory.BY, progress=report)
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
            by=directory.BY,
            year=done.year,
        )
        report(f"{territory.name} (inventée, {len(territory.places)} communes)")


def welcome_officer(report: Say) -> None:
    """One ESS officer. Her password is random, said once, and kept in the data dir, readable by its owner alone."""
    path = Path(settings.DATA_DIR) / OFFICER_FILE
    if Person.objects.filter(email=OFFICER).exists():
        kept = f", mot de passe dans {path}" if path.exists() else " (essaim people … pour un nouveau mot de passe)"
        report(f"{OFFICER} existe déjà{kept}")
        return
    password = _kept_password(path)
    if password is None:
        password = secrets.token_urlsafe(12)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(f"{OFFICER}\n{password}\n")
    make_officer(by=directory.BY, email=OFFICER, name=OFFICER_NAME, password=password)
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
)


def all_steps() -> list[DemoStep]:
    """The house's steps and those of the rooms, by their order."""
    return sorted([*OWN_STEPS, *demo_steps], key=lambda step: step.order)


def is_done() -> bool:
    """Whether the last run finished with these steps, this seed and this generator, and its traces are still there."""
    data_dir = Path(settings.DATA_DIR)
    try:
        done = (data_dir / DONE_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    try:
        return done == _done_text() and directory.is_in_place() and Person.objects.filter(email=OFFICER).exists()
    except DatabaseError:
        # No tables: another database, or none yet. The run makes them.
        return False


def _done_text() -> str:
    keys = " ".join(step.key for step in all_steps())
    return f"{settings.DEMO_SEED}\n{directory.code_version()}\n{keys}\n"


def run(say: Say) -> list[StepDone]:
    """Run every step, telling its progress. Each is safe to run again; an error leaves the next ones undone.

    Raises RealDataInPlace, StockError, SyncRefused, DirectoryBusy, CogUnavailable with a message that tells what to do.
    """
    done_file = Path(settings.DATA_DIR) / DONE_FILE
    done_file.unlink(missing_ok=True)
    done: list[StepDone] = []
    for step in all_steps():
        one = StepDone(step.key, step.label)
        say(f"→ {step.label}")
        started = time.perf_counter()

        def report(text: str, one: StepDone = one) -> None:
            one.lines.append(text)
            say(f"  {text}")

        step.run(report)
        one.seconds = round(time.perf_counter() - started, 2)
        if one.seconds >= SECONDS_BEFORE_SILENCE_IS_STRANGE:
            say(f"  ({one.seconds:.1f} s)".replace(".", ","))
        done.append(one)
    done_file.write_text(_done_text(), encoding="utf-8")
    return done


def as_json(done: list[StepDone]) -> dict[str, Any]:
    """The run as one JSON object. The officer's password is not in it: it is in its file."""
    return {
        "command": "demo",
        "seed": settings.DEMO_SEED,
        "generator": directory.code_version(),
        "territory": settings.DEMO_TERRITORY,
        "changed": bool(done),
        "steps": [
            {
                "key": step.key,
                "label": step.label,
                "seconds": step.seconds,
                "lines": [] if step.key == "officer" else step.lines,
            }
            for step in done
        ],
        "officer": {"email": OFFICER, "password_file": str(Path(settings.DATA_DIR) / OFFICER_FILE)},
    }
