"""One moment of the day « au fil des heures », and how to find the structures that make it possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from essaim.editorial.blocks import choices
from essaim.editorial.day.moments import UnknownActivity, activities_in, words_in
from essaim.ui import scenes

MOST_WORDS = 30


class ClueBlock(blocks.StructBlock):
    """One way of recognising a structure in the directory."""

    activities = blocks.CharBlock(
        label="Codes d’activité",
        required=False,
        max_length=300,
        help_text="Codes NAF séparés par des virgules, ou leur début : « 88.91A, 47.2 ». Le code est sur la page de "
        "chaque structure, ligne « Activité officielle ».",
    )
    words = blocks.TextBlock(
        label="Ou des mots",
        required=False,
        max_length=1000,
        rows=2,
        help_text="Séparés par des virgules. Un mot seul est cherché dans les noms ; une expression (« épicerie "
        "solidaire »), dans l’objet déclaré aussi. Accents et pluriels ne comptent pas.",
    )
    families = blocks.MultipleChoiceBlock(label="Seulement ces familles", required=False, choices=choices.families)
    sub_families = blocks.MultipleChoiceBlock(
        label="Seulement ces statuts", required=False, choices=choices.sub_families
    )
    labels = blocks.MultipleChoiceBlock(
        label="Seulement avec l’un de ces labels", required=False, choices=choices.labels
    )

    class Meta:
        icon = "search"
        label = "Piste"

    def clean(self, value: Mapping[str, Any]) -> Any:
        """Refuse a code that begins no activity, too many words, a clue that asks nothing."""
        cleaned = super().clean(value)
        errors = {}
        try:
            activities_in(cleaned["activities"] or "")
        except UnknownActivity as error:
            errors["activities"] = ValidationError(str(error))
        if len(words_in(cleaned["words"] or "")) > MOST_WORDS:
            errors["words"] = ValidationError(f"{MOST_WORDS} mots ou expressions au plus.")
        if not any(cleaned[name] for name in self.child_blocks):
            errors["activities"] = ValidationError("Donnez au moins un code d’activité, un mot, un statut ou un label.")
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned


class MomentBlock(blocks.StructBlock):
    """One moment: what one does, which structure makes it possible, what would be missing without it."""

    hour = blocks.TimeBlock(label="Heure", help_text="Elle donne sa couleur au ciel.")
    title = blocks.CharBlock(label="Titre", max_length=80)
    what = blocks.TextBlock(
        label="Ce que l’on fait", max_length=500, rows=3, help_text="Deux ou trois phrases simples."
    )
    kind = blocks.CharBlock(
        label="Qui le rend possible", max_length=140, help_text="La sorte de structure : « une crèche parentale »."
    )
    form = blocks.CharBlock(label="Sa forme juridique", max_length=140, help_text="« Association loi 1901 ».")
    family = blocks.ChoiceBlock(label="Sa famille", choices=choices.families)
    negative = blocks.TextBlock(
        label="Si l’ESS s’arrêtait",
        max_length=400,
        rows=3,
        help_text="Le même moment sans elle : ce qui manquerait, sans dramatiser.",
    )
    scene = blocks.ChoiceBlock(label="Dessin", choices=scenes.choices, required=False)
    example = blocks.CharBlock(
        label="Un exemple d’ici", required=False, max_length=300, help_text="Avec sa forme juridique."
    )
    example_source = blocks.CharBlock(
        label="D’où vient l’exemple", required=False, max_length=200, help_text="Qui l’a dit, et en quelle année."
    )
    clues = blocks.ListBlock(
        ClueBlock(),
        label="Qui chercher dans l’annuaire",
        min_num=1,
        help_text="Une structure convient dès qu’elle répond à l’une de ces pistes. Dans une piste, l’activité ou un "
        "mot suffit ; famille, statut et label restreignent.",
    )
    search = blocks.CharBlock(
        label="Recherche proposée", required=False, max_length=80, help_text="Les mots du lien vers l’annuaire."
    )

    class Meta:
        icon = "time"
        label = "Moment"
        label_format = "{hour} {title}"

    def clean(self, value: Mapping[str, Any]) -> Any:
        """An example says where it comes from."""
        cleaned = super().clean(value)
        if cleaned["example"] and not cleaned["example_source"]:
            missing = ValidationError("Dites d’où vient l’exemple, et de quelle année.")
            raise StructBlockValidationError(block_errors={"example_source": missing})
        return cleaned
