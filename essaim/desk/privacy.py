"""What the desk keeps about people: whose an item is, and the views that somebody named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from essaim.desk.actions.forgetting import forget_at_desk
from essaim.foundation.privacy import Basis, rows_of
from essaim.foundation.registries import Erasure, PersonalRecord, erasures, personal_records

TEAM = "l’équipe ESS"

RECORDS = (
    PersonalRecord(
        key="elements-confies",
        model="desk.Assignment",
        purpose="Savoir qui, dans l’équipe, s’occupe d’une demande",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers=TEAM,
        delay="aussi longtemps que l’élément, ou que la personne est de l’équipe",
        fields={"to": "à qui l’élément est confié", "by_label": "qui l’a confié"},
        others=("kind",),
        rows=rows_of("desk.Assignment", ("kind", "object_id", "at"), by=("to",)),
        order=56,
    ),
    PersonalRecord(
        key="vues",
        model="desk.SavedView",
        purpose="Retrouver une recherche de la boîte de réception",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers="la personne elle-même ; l’équipe ESS si la vue est partagée",
        delay="tant que la personne la garde",
        fields={"person": "le compte", "name": "le nom de la vue", "query": "ses filtres"},
        rows=rows_of("desk.SavedView", ("name", "query", "is_shared", "at"), by=("person",)),
        order=57,
    ),
)


def _erase(person: Any, by: Any) -> Sequence[str]:
    forget_at_desk(person=person, by=by)
    return ()


def register() -> None:
    """Called once, when Django is ready."""
    for record in RECORDS:
        personal_records.register(record)
    erasures.register(Erasure("bureau", _erase, order=40))
