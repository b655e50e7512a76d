"""What the style guide shows of the pages: each block with an invented sample, never a reading of the database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText

from essaim.directory.search.params import SearchParams
from essaim.editorial.live.figures import ShownFigure
from essaim.editorial.live.laureates import Edition, Honoured
from essaim.editorial.live.structures import Answer, Example
from essaim.editorial.models import Laureate
from essaim.editorial.showing import Showing
from essaim.foundation.glossary import Explainer, Word
from essaim.ui.guide import LONGEST_NAME, Section

_WORDS = (Word("guide-scop", "Scop", "Une coopérative dont les salariés décident.", forms=("SCOP",)),)
_TEXT = RichText(
    "<p>Les associations, les coopératives, les Scop : chacune décide à une personne, une voix.</p>"
    "<ul><li>une liste</li><li>de deux lignes</li></ul>"
)
_EXAMPLES = (
    Example("L’Épi commun", "#g-blocs", "association", "Lusance", "Épicerie", "association loi 1901 (Insee, 2026)"),
    Example(LONGEST_NAME, "#g-blocs", "cooperative", "Lusance", "Réparation", "Scop (Insee, 2026)"),
)
_MISSING = ShownFigure("x", "Un chiffre qui manque", None, "Aucun fichier publié ne donne ce chiffre.")


def _samples() -> list[tuple[str, dict[str, Any]]]:
    """(kind of block, what its template reads), in the order of the guide."""
    found = Answer(42, _EXAMPLES, "#g-blocs", SearchParams())
    laureate = Laureate(year=2023, name="L’Atelier", category="Circulaire", project="Réparer.", source="Le journal")
    table = SimpleNamespace(
        columns=[{"heading": "Forme"}, {"heading": "Qui décide"}],
        rows=[[SimpleNamespace(value="Association"), SimpleNamespace(value=RichText("<p>ses <b>membres</b></p>"))]],
    )
    steps = [{"title": "Écrire", "text": RichText("<p>Une page suffit.</p>")}, {"title": "Se rencontrer", "text": ""}]
    cards = [{"title": "Une carte", "text": "Elle mène quelque part.", "href": "#g-blocs", "scene": "door"}]
    answer = RichText("<p>Deux mois.</p>")
    return [
        ("text", {"self": {"title": "Bloc de texte", "text": _TEXT}}),
        ("quote", {"self": {"words": "On est trente-quatre.", "author": "Une adhérente", "role": "atelier vélo"}}),
        ("action", {"self": {"title": "Agir", "text": "Ici.", "href": "#g-blocs", "button": "Écrire"}}),
        ("questions", {"self": {"title": "Questions", "questions": [{"question": "Combien ?", "answer": answer}]}}),
        ("steps", {"self": {"title": "Étapes d’un parcours", "steps": steps}}),
        ("cards", {"self": {"title": "Cartes de liens", "cards": cards}}),
        ("table", {"self": {"title": "Tableau de mots", "caption": "Deux formes", "table": table}}),
        ("notice", {"self": {"tone": "honey", "title": "À valider", "text": answer}}),
        ("figures", {"self": {"title": "Chiffres du territoire", "text": ""}, "figures": [_MISSING]}),
        ("structures", {"self": {"title": "Structures", "text": ""}, "found": found}),
        ("family", {"self": {"family": "mutual", "text": answer}, "plural": "Mutuelles", "found": found}),
        ("laureates", {"self": {"title": "Lauréats", "text": ""}, "edition": Edition(2023, (Honoured(laureate, ""),))}),
        ("sources", {"self": {"sources": [RichText("<p>Loi du 31 juillet 2014.</p>")]}}),
    ]


def _draw() -> SafeString:
    showing = Showing(Explainer(lambda: _WORDS))
    drawn = [
        render_to_string(f"editorial/blocks/{kind}.html", {"showing": showing, **more}) for kind, more in _samples()
    ]
    return mark_safe("".join(drawn))  # noqa: S308 -- templates, already escaped


SECTION = Section("g-blocs", "Blocs des pages", _draw)
