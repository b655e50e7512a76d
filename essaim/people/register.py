"""The register of processing, told by the code: a table, a text for the documentation, somebody’s own part."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils import timezone

from essaim.foundation.exports import Column
from essaim.foundation.registries import PersonalRecord, nobody_inside, personal_records, retentions
from essaim.people.models import Person

COLUMNS = (
    Column("purpose", "Pour quoi faire"),
    Column("people", "De qui"),
    Column("data", "Quelles données"),
    Column("basis", "Base légale"),
    Column("readers", "Qui les voit"),
    Column("delay", "Combien de temps"),
    Column("erased", "Effacé par"),
    Column("model", "Table"),
)
ROOMS = {
    "directory": "Annuaire",
    "desk": "Bureau de l’équipe",
    "editorial": "Pages, messages et lettre",
    "observatory": "Observatoire",
    "foundation": "Journal et réglages",
}
"""Rooms of the site by application; the others are what accounts are made of."""
ACCOUNTS = "Comptes et connexions"
BY_HAND = "la personne, l’équipe ou la suppression du compte"
SHOWN = 20
"""Rows of one kind on the page; the file has them all."""


@dataclass(frozen=True)
class Held:
    """What one record keeps of somebody, as their page shows it."""

    record: PersonalRecord
    rows: list[list[tuple[str, str]]]
    has_more: bool


def lines() -> list[dict[str, object]]:
    """The register, a line a model, in its order."""
    return [
        {
            "purpose": record.purpose,
            "people": record.people,
            "data": list(record.fields.values()),
            "basis": str(record.basis),
            "readers": record.readers,
            "delay": record.delay,
            "erased": _applied_by(record),
            "model": record.model,
        }
        for record in personal_records
    ]


def rooms() -> list[tuple[str, list[dict[str, object]]]]:
    """The register by room of the site, in the order in which each is first met."""
    found: dict[str, list[dict[str, object]]] = {}
    for line in lines():
        room = ROOMS.get(str(line["model"]).partition(".")[0], ACCOUNTS)
        found.setdefault(room, []).append(line)
    return list(found.items())


def _applied_by(record: PersonalRecord) -> str:
    """What erases it: the daily task, by its own words, or somebody's hand."""
    retention = retentions.get(record.retention) if record.retention else None
    return f"chaque nuit : {retention.label}" if retention is not None else BY_HAND


def held_of(person: Person) -> list[Held]:
    """What the site keeps of somebody, by record, the first rows of each; one query a record, however many rows."""
    found = []
    for record in personal_records:
        if record.rows is None:
            continue
        rows = list(islice(record.rows(person), SHOWN + 1))
        if rows:
            found.append(Held(record, [_shown(row) for row in rows[:SHOWN]], len(rows) > SHOWN))
    return found


def _shown(row: Mapping[str, object]) -> list[tuple[str, str]]:
    """The labels and values of a row that say something, as a page prints them."""
    printed = {True: "oui", False: "non"}
    shown = []
    for label, value in row.items():
        if isinstance(value, bool):
            shown.append((label, printed[value]))
        elif isinstance(value, dict | list) and value:
            shown.append((label, json.dumps(value, ensure_ascii=False, default=_plain)))
        elif value:
            shown.append((label, _plain(value)))
    return shown


def export_of(person: Person) -> Iterator[str]:
    """Everything the site keeps of somebody, as JSON, written as it is read: nothing is held whole in memory."""
    head = {"compte": person.email, "fait le": timezone.localtime().isoformat(timespec="seconds")}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "données": ['
    first = True
    for record in personal_records:
        if record.rows is None:
            continue
        rows = iter(record.rows(person))
        row = next(rows, None)
        if row is None:
            continue
        about = {"table": record.model, "pour": record.purpose, "base": str(record.basis), "gardé": record.delay}
        yield ("" if first else ",") + "\n" + json.dumps(about, ensure_ascii=False)[:-1] + ', "lignes": ['
        first = False
        yield _json(row)
        for other in rows:
            yield ",\n" + _json(other)
        yield "]}"
    yield "\n]}\n"


def _json(row: Mapping[str, object]) -> str:
    return json.dumps(dict(row), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    """Dates as ISO says them, whatever else as a text."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def markdown() -> str:
    """The register as the documentation holds it: nothing in it comes from a database."""
    parts = [
        "# Données personnelles",
        "",
        "Ce fichier est écrit par le code : `essaim people register --markdown > docs/personal-data.md`. Un test "
        "refuse qu’ils diffèrent, et un autre qu’un modèle ou un champ ne soit déclaré nulle part. Chaque salle "
        "déclare les siens dans son module `privacy`. À l’écran : `/equipe/personnes/registre/`.",
        "",
        "Ce qui a un délai est effacé par `essaim people retention`, une fois par jour. Le journal technique "
        "(journald, nginx) n’est pas tenu par le site : gardez-le un an au plus.",
        "",
        "## Ce qui tient quelqu’un",
        "",
    ]
    for line in lines():
        data = line["data"]
        assert isinstance(data, list)
        parts += [
            f"### {line['model']}",
            "",
            f"* Pour quoi faire : {line['purpose']}.",
            f"* De qui : {line['people']}.",
            f"* Quelles données : {' ; '.join(data)}.",
            f"* Base légale : {line['basis']}.",
            f"* Qui les voit : {line['readers']}.",
            f"* Combien de temps : {line['delay']}.",
            f"* Effacé par : {line['erased']}.",
            "",
        ]
    parts += ["## Ce qui ne tient personne", ""]
    parts += [f"* `{item.key}` : {item.why}" for item in sorted(nobody_inside, key=lambda item: item.key)]
    return "\n".join(parts) + "\n"
