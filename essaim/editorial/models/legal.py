"""Legal notice and personal data: what only the officer can fill in has a field, and is asked for until it is there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY, PLAIN
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs


class LegalPage(SitePage):
    """Who publishes, who answers for it, who hosts (loi n° 2004-575 of 21 June 2004, article 1-1)."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    director = models.CharField(
        "directeur ou directrice de la publication",
        max_length=200,
        blank=True,
        help_text="Prénom, nom, fonction : le plus souvent la présidente ou le président de la collectivité.",
    )
    host = models.CharField("hébergeur", max_length=200, blank=True, help_text="Nom ou raison sociale.")
    host_address = models.CharField("adresse de l’hébergeur", max_length=300, blank=True)
    host_phone = models.CharField("téléphone de l’hébergeur", max_length=30, blank=True)
    body = StreamField(BODY, verbose_name="contenu", blank=True)

    template = "editorial/legal.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        *(FieldPanel(name) for name in ("intro", "director", "host", "host_address", "host_phone", "body")),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "mentions légales"


class PrivacyPage(SitePage):
    """What the site keeps about people, and whom they may ask."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    officer_name = models.CharField(
        "délégué ou déléguée à la protection des données",
        max_length=200,
        blank=True,
        help_text="Nom ou service. Une collectivité doit en désigner un (RGPD, article 37).",
    )
    officer_contact = models.CharField("comment lui écrire", max_length=300, blank=True)
    ask_text = RichTextField(
        "et sinon",
        features=PLAIN,
        blank=True,
        default='<p>Vous pouvez aussi <a href="/contact/?objet=donnees">écrire à l’équipe</a>.</p>',
        help_text="Sous le nom du délégué ou de la déléguée.",
    )
    body = StreamField(BODY, verbose_name="contenu", blank=True)

    template = "editorial/privacy.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        *(FieldPanel(name) for name in ("intro", "officer_name", "officer_contact", "ask_text", "body")),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "données personnelles"
