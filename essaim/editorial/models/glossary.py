"""The words that the officer explains, and the page that lists every word of the site."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import Page

from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs
from essaim.foundation.glossary import Word, all_words, folded


class Term(models.Model):
    """One word explained by the officer: in the glossary, and in a small window where a page's text uses it."""

    key = models.CharField(
        "ancre",
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"\A[a-z][a-z0-9-]*\Z", "Des lettres minuscules sans accent, des chiffres, des tirets.")
        ],
        help_text="La fin de son adresse dans le glossaire : « scic » pour « …/glossaire/#scic ».",
        error_messages={"unique": "Cette ancre sert déjà à un autre mot."},
    )
    word = models.CharField("mot", max_length=120)
    text = models.TextField(
        "explication", max_length=700, help_text="En mots de tous les jours, en deux ou trois phrases."
    )
    source = models.CharField(
        "source",
        max_length=300,
        blank=True,
        help_text="L’article de loi, quand il y en a un ; sinon qui le dit, et quand.",
    )
    forms = models.TextField(
        "formes",
        blank=True,
        max_length=500,
        help_text=(
            "Comment les textes l’écrivent, une forme par ligne ; les pluriels en s et les accents sont compris. "
            "Vide : le mot est au glossaire, sans être expliqué dans les textes."
        ),
    )

    panels: ClassVar[list[Panel]] = [FieldPanel(name) for name in ("word", "key", "text", "source", "forms")]

    class Meta:
        ordering = ["key"]
        verbose_name = "mot du glossaire"
        verbose_name_plural = "mots du glossaire"

    def __str__(self) -> str:
        return self.word

    @property
    def written(self) -> tuple[str, ...]:
        """Its forms, one a line."""
        return tuple(form.strip() for form in self.forms.splitlines() if form.strip())


class GlossaryPage(SitePage):
    """Every word of the site, from A to Z, whoever explains it."""

    intro = models.TextField("introduction", max_length=600, blank=True)

    template = "editorial/glossary.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("intro")]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "glossaire"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the words by their first letter."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        words = all_words()
        context["letters"] = by_letter(words)
        context["names"] = {word.key: word.term for word in words}
        return context


def by_letter(words: list[Word]) -> list[tuple[str, list[Word]]]:
    """Words in order → [("A", […]), …]; what begins with no letter comes under « # »."""
    found: dict[str, list[Word]] = {}
    for word in words:
        first = folded(word.term)[0].lstrip()[:1].upper()
        found.setdefault(first if first.isalpha() else "#", []).append(word)
    return list(found.items())
