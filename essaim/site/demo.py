"""`essaim demo`, in order: the house's own steps and those that rooms registered, each told as it goes.

What only a real run needs is imported by `all_steps`: a second `essaim demo` costs the start of Django and little more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from essaim.directory.demo import mark
from essaim.foundation.registries import DemoStep, demo_steps
from essaim.people.models import Person

BY = "commande demo"
OFFICER = "agent@demo.invalid"
OFFICER_NAME = "Agente de démonstration"
OFFICER_FILE = "demo-officer.txt"
DONE_FILE = "demo-done.txt"
OWN_STEPS_VERSION = "2: people"
"""Changes with the steps of `demo_steps`, which a second run does not import."""
SECONDS_BEFORE_SILENCE_IS_STRANGE = 1.0

Say = Callable[[str], None]


@dataclass
class StepDone:
    """One step of a run: what it said and how long it took, in seconds."""

    key: str
    label: str
    lines: list[str] = field(default_factory=list)
    seconds: float = 0.0


def all_steps() -> list[DemoStep]:
    """The house's steps and those of the rooms, by their order."""
    from essaim.site.demo_steps import OWN_STEPS  # noqa: PLC0415 -- see above

    return sorted([*OWN_STEPS, *demo_steps], key=lambda step: step.order)


def is_done() -> bool:
    """Whether the last run finished with these steps, this seed and this generator, and its traces are still there."""
    data_dir = Path(settings.DATA_DIR)
    try:
        done = (data_dir / DONE_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    try:
        return done == _done_text() and mark.is_in_place() and Person.objects.filter(email=OFFICER).exists()
    except DatabaseError:
        # No tables: another database, or none yet. The run makes them.
        return False


def _done_text() -> str:
    keys = " ".join(demo_steps.keys())
    versions = " ".join(f"{step.key}={step.version()}" for step in demo_steps)
    return f"{settings.DEMO_SEED}\n{mark.code_version()}\n{keys}\n{versions}\n{OWN_STEPS_VERSION}\n"


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
        "generator": mark.code_version(),
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
