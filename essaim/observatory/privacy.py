"""What the room keeps about people: who loaded, wrote or issued a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from essaim.foundation.privacy import Basis, rows_of
from essaim.foundation.registries import (
    Erasure,
    NobodyInside,
    PersonalRecord,
    erasures,
    nobody_inside,
    personal_records,
)
from essaim.observatory.actions.forgetting import forget_author

NOBODY = {
    "observatory.Vintage": "Une source et son millésime.",
    "observatory.Cell": "Des comptes de structures et d’emplois, sous secret statistique.",
}
TEAM = "l’équipe ESS"
KEPT = "aussi longtemps que le chiffre : il faut pouvoir dire d’où il vient"

RECORDS = (
    PersonalRecord(
        key="fichiers-de-chiffres",
        model="observatory.SourceFile",
        purpose="Savoir de quel fichier vient un chiffre, et qui l’a chargé",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers=TEAM,
        delay=KEPT,
        fields={"loaded_by": "qui a chargé le fichier"},
        others=("table", "layout", "name", "sheet", "sha256", "report"),
        order=70,
    ),
    PersonalRecord(
        key="chiffres-publies",
        model="observatory.PublishedFact",
        purpose="Citer un chiffre publié ailleurs, avec sa source",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers=TEAM,
        delay=KEPT,
        fields={"written_by": "qui a saisi le chiffre"},
        others=(
            "role",
            "indicator",
            "level",
            "code",
            "field",
            "wording",
            "source_title",
            "source_url",
            "file_to_load",
        ),
        order=71,
    ),
    PersonalRecord(
        key="commentaires",
        model="observatory.Comment",
        purpose="Expliquer un chiffre au public",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers="tout le monde pour le texte, l’équipe ESS pour l’auteur",
        delay="aussi longtemps que le commentaire est publié",
        fields={"written_by": "qui a écrit le commentaire"},
        others=("indicator", "level", "code", "text"),
        rows=rows_of("observatory.Comment", ("indicator", "code", "text", "written_at"), by=("written_by",)),
        order=72,
    ),
    PersonalRecord(
        key="notes-de-l-observatoire",
        model="observatory.Note",
        purpose="Garder la note remise aux élu·es, telle qu’elle a été produite",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers=TEAM,
        delay="aussi longtemps que l’observatoire : c’est un document public",
        fields={"issued_by": "qui a produit la note"},
        others=("level", "code", "content", "pdf"),
        order=73,
    ),
)


def _erase(person: Any, by: Any) -> Sequence[str]:
    forget_author(person=person, by=by)
    return ()


def register() -> None:
    """Called once, when Django is ready."""
    for record in RECORDS:
        personal_records.register(record)
    for key, why in NOBODY.items():
        nobody_inside.register(NobodyInside(key, why))
    erasures.register(Erasure("observatoire", _erase, order=30))
