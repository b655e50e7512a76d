"""Initiatives: what one structure does somewhere, told as a story, and their list."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY
from essaim.editorial.enums import Theme
from essaim.editorial.forms.pages import SitePageForm
from essaim.editorial.models.about import AboutStructure
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.news import today
from essaim.editorial.models.pages import tabs
from essaim.editorial.models.pictures import Picture
from essaim.foundation.territories import current_scope
from essaim.geography.models import Commune
from essaim.geography.queries import commune_of_today, served_communes

_SCENES = {Theme.DURABLE: "day-repair", Theme.CIRCULAR: "day-reuse", Theme.INCLUSIVE: "day-cafe"}


class InitiativeIndexPage(SitePage):
    """« Zoom sur quelques initiatives »: the list, by theme and commune."""

    intro = models.TextField("introduction", max_length=600, blank=True)

    params: ClassVar[tuple[str, ...]] = ("theme", "commune", "page")
    template = "editorial/initiative_index.html"
    parent_page_types: ClassVar[list[str]] = ["editorial.HomePage"]
    subpage_types: ClassVar[list[str]] = ["editorial.InitiativePage"]
    max_count = 1

    content_panels: ClassVar[list[Panel]] = [*Page.content_panels, FieldPanel("intro")]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "liste des initiatives"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One page of the list, themes and communes with their counts."""
        from essaim.editorial.stories import initiative_list  # noqa: PLC0415 -- it reads these models

        return {**super().get_context(request, *args, **kwargs), **initiative_list(self, request.GET)}


class InitiativeForm(SitePageForm):
    """The commune is chosen among those served: no code is typed."""

    commune_code = forms.ChoiceField(label="Commune", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Aucune, ou plusieurs")]
        choices += [(commune.code, commune.name) for commune in served_communes(current_scope())]
        former = self.instance.commune_code
        if former and former not in dict(choices):
            choices.append((former, f"{self.instance.place or former} (hors du territoire servi)"))
        field = self.fields["commune_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class InitiativePage(AboutStructure):
    """One story: what is done, by whom, where, and as of when it is known."""

    day = models.DateField("publiée le", default=today)
    intro = models.TextField(
        "résumé", max_length=400, help_text="Une ou deux phrases : elles vont aussi dans la lettre."
    )
    theme = models.CharField(
        "thème",
        max_length=20,
        choices=Theme.choices,
        blank=True,
        help_text="Vide si aucun ne convient : l’initiative reste dans la liste de toutes.",
    )
    structure_name = models.CharField("structure, telle qu’on la nomme", max_length=200)
    commune_code = models.CharField("commune (code Insee)", max_length=5, blank=True)
    place = models.CharField("lieu, tel qu’on le dit", max_length=120, blank=True)
    known_as_of = models.CharField(
        "informations de", max_length=60, blank=True, help_text="« 2018 à 2021 » : de quand date ce qui est raconté."
    )
    confirmed_on = models.DateField(
        "relue avec la structure le",
        null=True,
        blank=True,
        help_text="Tant que c’est vide, la page dit que les informations sont à vérifier auprès de la structure.",
    )
    picture = models.ForeignKey(
        Picture, verbose_name="image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(BODY, verbose_name="récit", blank=True)

    base_form_class = InitiativeForm
    template = "editorial/initiative.html"
    parent_page_types: ClassVar[list[str]] = ["editorial.InitiativeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("day"),
        FieldPanel("intro"),
        FieldPanel("theme"),
        MultiFieldPanel(
            [
                FieldPanel("structure_name"),
                FieldPanel("structure_key"),
                FieldPanel("commune_code"),
                FieldPanel("place"),
            ],
            heading="Qui, et où",
        ),
        FieldPanel("picture"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("source"), FieldPanel("known_as_of"), FieldPanel("confirmed_on")], heading="D’après qui"
        ),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "initiative"

    @property
    def theme_scene(self) -> str:
        """The drawing of its theme, for a story without picture."""
        return _SCENES[Theme(self.theme)] if self.theme else "workshop"

    @property
    def commune(self) -> Commune | None:
        """The commune of today that the code means, or None; no query for a commune served."""
        if not self.commune_code:
            return None
        served = {commune.code: commune for commune in served_communes(current_scope())}
        return served.get(self.commune_code) or commune_of_today(self.commune_code)

    @property
    def shown_place(self) -> str:
        """Where, in words: as it was told, else the commune's name."""
        if self.place:
            return self.place
        commune = self.commune
        return commune.name if commune else ""
