"""« Contact »: where the authority is, when it is open, and what visitors write to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY, PLAIN
from essaim.editorial.enums import ContactTopic
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs

LONGEST_MESSAGE = 10_000


class ContactPage(SitePage):
    """Address, telephone and hours come from the territory's settings; this page holds the words around them."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    access = models.TextField(
        "comment venir",
        max_length=600,
        blank=True,
        help_text="Bus, stationnement, entrée sans marche… Une ligne par idée.",
    )
    latitude = models.FloatField(
        "latitude", null=True, blank=True, validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)]
    )
    longitude = models.FloatField(
        "longitude",
        null=True,
        blank=True,
        help_text="Le point exact de l’accueil. Sans lui, le plan montre le centre de la commune, et le dit.",
        validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)],
    )
    form_intro = models.TextField("au-dessus du formulaire", max_length=400, blank=True)
    form_promise = models.TextField(
        "ce que devient le message",
        max_length=400,
        blank=True,
        default="Votre message part par courriel à l’équipe, et reste dans sa boîte jusqu’à ce que quelqu’un l’ait "
        "traité. Vous recevez un accusé de réception.",
    )
    privacy_note = models.TextField(
        "à quoi servent ces données",
        max_length=400,
        blank=True,
        default="Votre nom, votre adresse et votre message servent à vous répondre, au titre de la mission d’intérêt "
        "public de la collectivité.",
        help_text="Sous le bouton. Le site ajoute lui-même les deux délais d’effacement, et le lien vers vos droits.",
    )
    sent_title = models.CharField("titre", max_length=120, default="Votre message est arrivé.")
    sent_text = RichTextField(
        "texte",
        features=[*PLAIN, "ul"],
        blank=True,
        default="<p>Merci. Une personne de l’équipe le lira et vous répondra par courriel.</p>"
        "<p>Un accusé de réception part à votre adresse, une fois par jour au plus. S’il n’arrive pas, regardez dans "
        "les courriers indésirables.</p>",
    )
    body = StreamField(BODY, verbose_name="sous le formulaire", blank=True)

    params: ClassVar[tuple[str, ...]] = ("objet", "sur")
    template = "editorial/contact.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("access"),
        MultiFieldPanel([FieldPanel("latitude"), FieldPanel("longitude")], heading="Le point sur le plan"),
        MultiFieldPanel(
            [FieldPanel("form_intro"), FieldPanel("form_promise"), FieldPanel("privacy_note")],
            heading="Autour du formulaire",
        ),
        MultiFieldPanel([FieldPanel("sent_title"), FieldPanel("sent_text")], heading="Quand le message est parti"),
        FieldPanel("body"),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "page de contact"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the office as it is now, and the form."""
        from essaim.editorial.contact import page_context  # noqa: PLC0415 -- it reads this module

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return page_context(self, request) | context

    @path("")
    def index_route(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; a message sent to it is kept, then the visitor is led to « envoye/ »."""
        from essaim.editorial.views.contact import contact  # noqa: PLC0415 -- it reads this module

        return contact(self, request)

    @path("facile/")
    def easy(self, request: HttpRequest) -> TemplateResponse:
        """The easy-to-read version, with the office as it is now; or 404. Kept by nobody: it is true for a minute."""
        if not self.easy_body:
            raise Http404("Cette page n’a pas de version facile à lire.")
        answer: TemplateResponse = self.render(request, template="editorial/contact_easy.html")
        answer["Cache-Control"] = "private, no-cache"
        return answer

    @path("envoye/")
    def sent(self, request: HttpRequest) -> TemplateResponse:
        """The thanks."""
        return self.render(request, template="editorial/contact_sent.html")


class ContactMessage(models.Model):
    """What a visitor wrote. Pending while `handled_at` is empty; erased some time after (`actions.contact`)."""

    topic = models.CharField("objet", max_length=20, choices=ContactTopic.choices)
    name = models.CharField("nom", max_length=100)
    email = models.EmailField("courriel")
    structure = models.CharField("structure", max_length=150, blank=True)
    about = models.CharField("page concernée", max_length=200, blank=True)
    message = models.TextField("message", max_length=LONGEST_MESSAGE)
    links = models.PositiveSmallIntegerField("liens dans le message", default=0)
    at = models.DateTimeField("reçu le", auto_now_add=True, db_index=True)
    was_acknowledged = models.BooleanField("accusé de réception envoyé", default=False)
    handled_at = models.DateTimeField("traité le", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField("ce qui a été fait", max_length=300, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, outcome="") | (Q(handled_at__isnull=False) & ~Q(outcome="")),
                name="message_handled_with_outcome",
                violation_error_message="Un message traité dit ce qui a été fait.",
            )
        ]

    def __str__(self) -> str:
        """No name, no address: the journal keeps this line for ever."""
        return f"Message n° {self.pk} ({self.get_topic_display().lower()})"
