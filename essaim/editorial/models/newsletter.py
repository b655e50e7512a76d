"""The newsletter: who receives it, the letters, what each of them told, and to whom it was handed."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY, PLAIN
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs
from essaim.editorial.newsletter import CONSENT
from essaim.foundation.pagination import numbered


class NewsletterPage(SitePage):
    """`/lettre/`: what the letter is, the form to receive it, the letters already sent."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    consent = models.CharField(
        "phrase acceptée",
        max_length=400,
        default=CONSENT,
        help_text="Au-dessus du bouton. Si elle change, les personnes abonnées gardent celle qu’elles ont acceptée.",
    )
    asked_text = RichTextField(
        "demande reçue",
        features=[*PLAIN, "ul"],
        default="<p>Un message vient de partir vers l’adresse que vous avez donnée. Ouvrez-le et suivez son lien : "
        "vous serez abonné·e.</p><p>Le lien marche sept jours. Rien n’arrive d’ici quelques minutes ? Regardez dans "
        "les indésirables ; puis recommencez, pas plus de trois fois par jour pour une même adresse.</p><p>Si cette "
        "adresse reçoit déjà la lettre, le message le dira.</p>",
    )
    confirm_text = models.TextField(
        "avant de confirmer",
        max_length=400,
        default="Un dernier geste : appuyez sur le bouton, et la prochaine lettre arrivera dans votre boîte.",
    )
    confirmed_text = models.TextField(
        "abonnement confirmé",
        max_length=400,
        default="La prochaine lettre arrivera dans votre boîte. Chacune porte un lien pour ne plus la recevoir.",
    )
    leave_text = models.TextField(
        "avant de partir", max_length=400, default="Votre adresse sera effacée : il n’en restera rien."
    )
    left_text = models.TextField(
        "après le départ",
        max_length=400,
        default="Vous ne recevrez plus la lettre, et votre adresse est effacée.",
    )
    body = StreamField(BODY, verbose_name="contenu", blank=True)

    params: ClassVar[tuple[str, ...]] = ("page",)
    template = "editorial/newsletter/page.html"
    parent_page_types: ClassVar[list[str]] = ["editorial.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count = 1

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("consent"),
        MultiFieldPanel(
            [FieldPanel(f"{name}_text") for name in ("asked", "confirm", "confirmed", "leave", "left")],
            heading="Les écrans de l’abonnement",
        ),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "page de la lettre d’information"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The form, empty, and one page of the letters sent."""
        from essaim.editorial.forms.newsletter import SubscribeForm  # noqa: PLC0415 -- it reads these models
        from essaim.editorial.newsletter.reads import sent_letters  # noqa: PLC0415 -- it reads these models

        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "form": SubscribeForm(consent=self.consent),
            "letters": numbered(sent_letters(), request.GET),
        }


def new_key() -> str:
    """What the link of unsubscription holds: 192 bits that nobody guesses."""
    return secrets.token_urlsafe(24)


class Subscription(models.Model):
    """An address that receives the letter, or has asked to and has not confirmed yet.

    Purpose: send the letter, nothing else. Basis: consent (GDPR, art. 6-1-a), proved by the sentence agreed to, the
    moment of asking and that of confirming from the address itself; no IP address is kept. Delay: until the person
    unsubscribes (the row is then erased whole, so nothing is left to prove but numbers in the journal); a request that
    nobody confirmed is erased after `actions.newsletter.UNCONFIRMED_FOR` days.
    """

    email = models.EmailField("adresse électronique")
    key = models.CharField("clé", max_length=40, unique=True, default=new_key)
    consent = models.CharField("phrase acceptée", max_length=400)
    asked_at = models.DateTimeField("demandé le")
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    mailed_at = models.DateTimeField("dernier message de confirmation", null=True, blank=True)
    mails = models.PositiveSmallIntegerField("messages de confirmation depuis un jour", default=0)

    class Meta:
        verbose_name = "abonnement à la lettre"
        verbose_name_plural = "abonnements à la lettre"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="subscription_once", violation_error_message="Cette adresse est déjà abonnée."
            )
        ]

    def __str__(self) -> str:
        """Never the address: this goes to the journal and to logs."""
        return f"abonnement {self.pk}"


class Letter(models.Model):
    """A letter: written, then sent once. Sent = it has a number, and its content never changes again."""

    title = models.CharField("objet", max_length=120)
    intro = models.TextField("mot d’introduction", max_length=2000, blank=True)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)
    number = models.PositiveIntegerField("numéro", null=True, blank=True, unique=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recipients = models.PositiveIntegerField("destinataires", default=0)
    finished_at = models.DateTimeField("envoi terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "lettre d’information"
        verbose_name_plural = "lettres d’information"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=True, sent_at__isnull=True) | Q(number__isnull=False, sent_at__isnull=False),
                name="letter_sent_has_number",
                violation_error_message="Une lettre envoyée a un numéro et une date.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sent(self) -> bool:
        """It has left, or is leaving: nothing in it changes any more."""
        return self.number is not None


class LetterPick(models.Model):
    """One thing that a letter tells. While it is a draft, only `source` and `item` count: the content is read live.

    When the letter leaves, title, summary, address and day are copied: the archive shows what was sent.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="picks")
    rank = models.PositiveSmallIntegerField("rang")
    source = models.CharField("rubrique", max_length=40)
    item = models.CharField("clé", max_length=120)
    heading = models.CharField("nom de la rubrique", max_length=80, blank=True)
    title = models.CharField("titre", max_length=255, blank=True)
    summary = models.TextField("résumé", blank=True)
    url = models.CharField("adresse", max_length=500, blank=True)
    day = models.DateField("date", null=True, blank=True)

    class Meta:
        verbose_name = "contenu d’une lettre"
        ordering: ClassVar[list[str]] = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "source", "item"],
                name="letter_pick_once",
                violation_error_message="Ce contenu est déjà dans la lettre.",
            )
        ]

    def __str__(self) -> str:
        return self.title or f"{self.source} {self.item}"


class Delivery(models.Model):
    """One letter for one subscription: taken once, by one worker; then handed to the mail server or to `unsent`.

    The subscription goes when the person unsubscribes: what is left tells numbers only.
    """

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField("prise le", null=True, blank=True)
    handed_at = models.DateTimeField("remise le", null=True, blank=True)

    class Meta:
        verbose_name = "remise d’une lettre"
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "subscription"],
                name="delivery_once",
                violation_error_message="Cette lettre est déjà prévue pour cette adresse.",
            )
        ]
        indexes = [models.Index(fields=["letter", "taken_at"], name="delivery_waiting")]

    def __str__(self) -> str:
        return f"lettre {self.letter_id}, remise {self.pk}"
