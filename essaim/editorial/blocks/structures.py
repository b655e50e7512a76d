"""Blocks that show the directory: a live search, its number, a few names, its map, and the way to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from essaim.editorial.blocks import choices
from essaim.editorial.blocks.text import PLAIN

LIVE_KINDS = ("structures", "family", "map")
"""The blocks of a page that name structures of the directory."""


def _several(label: str, choices_of: Any) -> blocks.MultipleChoiceBlock:
    return blocks.MultipleChoiceBlock(
        label=label, choices=choices_of, required=False, widget=forms.CheckboxSelectMultiple
    )


class _AnsweredBlock(blocks.StructBlock):
    """A block whose value is asked of the directory each time it is shown."""

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the answer of the directory."""
        from essaim.editorial.live.structures import answer_to  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        context["found"] = answer_to(value, context.get("page"))
        return context


class CriteriaBlock(_AnsweredBlock):
    """A search of the directory, as an editor chooses it; everything empty is the whole directory."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    text = blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"], required=False)
    families = _several("Familles", choices.families)
    labels = _several("Agréments et types", choices.labels)
    activity = blocks.ChoiceBlock(label="Activité", choices=choices.activities, required=False)
    words = blocks.CharBlock(
        label="Mots cherchés", required=False, max_length=120, help_text="Comme dans l’annuaire : « réparer un vélo »."
    )
    commune = blocks.CharBlock(
        label="Commune", required=False, max_length=80, help_text="Son nom ou son code ; vide : tout le territoire."
    )

    def clean(self, value: Any) -> Any:
        """Refuse a commune that is not of the territory: the block would show nothing, for ever."""
        from essaim.editorial.live.structures import commune_code  # noqa: PLC0415 -- the models import the blocks

        cleaned = super().clean(value)
        asked = (cleaned.get("commune") or "").strip()
        if asked and not commune_code(asked):
            raise StructBlockValidationError(
                {
                    "commune": ValidationError(
                        f"« {asked} » n’est pas une commune de ce territoire. Écrivez son nom comme dans l’annuaire."
                    )
                }
            )
        return cleaned


class StructuresBlock(CriteriaBlock):
    """How many structures answer a search, a few of them, and the way to the others."""

    limit = blocks.IntegerBlock(label="Exemples à montrer", default=3, min_value=0, max_value=12)

    class Meta:
        template = "editorial/blocks/structures.html"
        icon = "site"
        label = "Structures de l’annuaire"
        group = "Données du site"


class MapBlock(CriteriaBlock):
    """The map of a search, with its list beside: the list alone says as much."""

    class Meta:
        template = "editorial/blocks/map.html"
        icon = "globe"
        label = "Carte de l’annuaire"
        group = "Données du site"


class FamilyBlock(_AnsweredBlock):
    """One family: what it is, how many, three examples."""

    family = blocks.ChoiceBlock(label="Famille", choices=choices.families)
    text = blocks.RichTextBlock(label="Texte", features=[*PLAIN, "ul"], required=False)

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the family's name."""
        return {**super().get_context(value, parent_context), "plural": family_plural(value)}

    class Meta:
        template = "editorial/blocks/family.html"
        icon = "group"
        label = "Une famille de l’ESS"
        group = "Données du site"


class FamiliesBlock(blocks.StructBlock):
    """The five families with their numbers."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the families that the directory knows, with their numbers and the freshness of the whole."""
        from essaim.editorial.live.home import freshness, holdings  # noqa: PLC0415 -- the models import the blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        return {**context, "holdings": holdings(), "sync": freshness()}

    class Meta:
        template = "editorial/blocks/families.html"
        icon = "group"
        label = "Les cinq familles"
        group = "Données du site"


def family_plural(value: Mapping[str, Any]) -> str:
    """« Coopératives », for the value of a FamilyBlock; empty for a family that nobody knows (any more)."""
    return dict(choices.families()).get(value.get("family") or "", "")
