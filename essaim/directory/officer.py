"""What the officer sees of the directory's tools: links on her desk, a way in from a structure's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from essaim.directory import rules
from essaim.foundation import registries


def _panel(structure: Any, person: Any) -> Mapping[str, Any]:
    """Nothing for the public: the panel is left out of its page."""
    return {"structure": structure} if rules.may_decide(person) else {}


LINKS = (
    registries.DeskLink(
        "annuaire", "Annuaire", "officer:home", "Trouver une structure, l’admettre, l’écarter, la corriger.", order=10
    ),
    registries.DeskLink(
        "imports", "Importer un tableur", "officer:imports", "Vos contacts, étiquettes et décisions.", order=20
    ),
    registries.DeskLink(
        "doublons", "Fiches en double", "officer:doubles", "Les réunir, ou revenir en arrière.", order=25
    ),
    registries.DeskLink(
        "reglages-annuaire",
        "Réglages de l’annuaire",
        "officer:settings",
        "Publier aussitôt ou après relecture, délai promis.",
        order=35,
    ),
    registries.DeskLink(
        "invitations", "Invitations", "claims:invitations", "Inviter vos contacts à tenir leur page.", order=22
    ),
    registries.DeskLink(
        "synonymes",
        "Mots de la recherche",
        "officer:synonyms",
        "Apprenez à la recherche les mots des gens.",
        order=30,
    ),
)
PANEL = registries.StructurePanel(
    "equipe", "Pour l’équipe", 900, "directory/officer/panel.html", _panel, query_budget=0
)
