"""What the style guide shows: invented samples, one per component, and a form with every kind of field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator

from essaim.ui.charts.samples import sample_charts
from essaim.ui.scenes import SCENES

LONGEST_NAME = (
    "Association intercommunale pour la réparation, le réemploi et la transmission des savoir-faire du quotidien"
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Votre nom", max_length=80)
    email = forms.EmailField(label="Votre courriel", help_text="Pour vous répondre, et pour rien d’autre.")
    kind = forms.ChoiceField(
        label="Que voulez-vous signaler ?",
        choices=[("", "Choisissez"), ("address", "L’adresse a changé"), ("closed", "La structure a fermé")],
    )
    channel = forms.ChoiceField(
        label="Comment vous répondre ?",
        choices=[("mail", "Par courriel"), ("phone", "Par téléphone")],
        widget=forms.RadioSelect,
        required=False,
    )
    topics = forms.MultipleChoiceField(
        label="Ce qui vous intéresse",
        choices=[("food", "Alimentation"), ("bike", "Vélo"), ("care", "Soin et grand âge")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    message = forms.CharField(label="Votre message", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    document = forms.FileField(label="Un document", required=False, help_text="PDF ou image, 5 Mo au plus.")
    agreed = forms.BooleanField(label="J’ai relu mon message")


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    count: int | None
    selected: bool = False


@dataclass(frozen=True)
class Cell:
    """One hexagon of the sample swarm."""

    name: str
    points: str
    value: int
    level: int
    href: str
    current: bool = False


# Column and row of invented communes on a hexagonal grid (odd rows are shifted by half a cell).
_PLACES = (
    ("Bourg-Neuf", 3, 0), ("Dissaix", 4, 0), ("Le Fresne", 5, 0),
    ("Migny-la-Vallée", 2, 1), ("Clairvaux", 3, 1), ("Saint-Roch", 4, 1), ("La Puie", 6, 1),
    ("Vounel", 2, 2), ("Buxel", 3, 2), ("Le Grand-Pré", 4, 2), ("Bonnelle", 5, 2),
    ("Sanxel", 1, 3), ("Béroche", 2, 3), ("Ville-Haute", 3, 3), ("Mignolles", 4, 3), ("Jardrelle", 5, 3),
    ("Rouvray", 1, 4), ("Ligueil", 2, 4), ("Saint-Benoît-des-Eaux", 3, 4), ("Tercy", 4, 4),
    ("Lusance", 0, 5), ("Cloué-le-Bois", 1, 5), ("Sainte-Radegonde", 2, 5),
)  # fmt: skip


def hexagon_points(column: int, row: int, radius: float = 34) -> str:
    """Return the corners of a pointy-top hexagon of the grid, as an SVG `points` attribute."""
    x = (column + (row % 2) / 2) * radius * math.sqrt(3)
    y = row * radius * 1.5
    corners = [
        (x + 0.96 * radius * math.sin(a), y - 0.96 * radius * math.cos(a)) for a in (n * math.pi / 3 for n in range(6))
    ]
    return " ".join(f"{cx:.1f},{cy:.1f}" for cx, cy in corners)


def sample_cells() -> list[Cell]:
    """Return the sample swarm: twenty-three invented communes."""
    cells = []
    for n, (name, column, row) in enumerate(_PLACES):
        value = 862 if name == "Ville-Haute" else (n * n * 7) % 97
        level = 5 if value > 500 else min(value // 22, 4)
        cells.append(Cell(name, hexagon_points(column, row), value, level, f"?commune={n}", current=name == "Ligueil"))
    return cells


@dataclass(frozen=True)
class Section:
    """What a higher room shows in the guide: its anchor, its title, and what draws it (safe HTML)."""

    key: str
    title: str
    draw: Callable[[], str]


sections: dict[str, Section] = {}
"""Sections of the rooms above, by anchor: each registers its own when Django is ready."""


def samples() -> dict[str, object]:
    """Return the context of the style guide."""
    families = [
        Option("association", "Associations", 3145, selected=True),
        Option("cooperative", "Coopératives", 84),
        Option("mutual", "Mutuelles", 21),
        Option("foundation", "Fondations", 9),
        Option("company", "Sociétés commerciales de l’ESS", 0),
    ]
    communes = [Option(str(n), name, (n * 31) % 80) for n, (name, _, _) in enumerate(_PLACES)]
    return {
        "families": ["association", "cooperative", "mutual", "foundation", "company"],
        "family_options": families,
        "commune_options": communes,
        "page": Paginator(range(480), 20).page(7),
        "form": SampleForm(auto_id="libre_%s"),
        "wrong_form": SampleForm({"name": "", "email": "pas une adresse", "kind": "x"}, auto_id="faute_%s"),
        "cells": sample_cells(),
        "charts": sample_charts(),
        "legend": [(0, "aucune"), (1, "1 à 21"), (2, "22 à 43"), (3, "44 à 65"), (4, "66 à 100"), (5, "plus de 100")],
        "facts": [
            ("SIREN", "999 000 017"),
            ("Catégorie juridique", "Association déclarée"),
            ("Effectif", "3 à 5 salariés (2024)"),
        ],
        "longest_name": LONGEST_NAME,
        "swatches": [
            ("paper", "card", "sunk", "ink", "soft", "line", "edge"),
            ("honey", "honey-soft", "honey-text", "leaf", "leaf-soft", "danger", "success", "info"),
            ("association", "cooperative", "mutual", "foundation", "company"),
            ("level-1", "level-2", "level-3", "level-4", "level-5"),
        ],
        "scenes": [(name, scene.label) for name, scene in SCENES.items()],
        "sections": [(one.key, one.title, one.draw()) for one in sections.values()],
        "themes": [("light", "Clair"), ("dark", "Sombre")],
    }
