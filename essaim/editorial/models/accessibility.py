"""The accessibility declaration: what an audit found, and the only state that the law lets the site claim.

Source: décret n° 2019-768 of 24 July 2019, arrêté of 20 September 2019 (RGAA), model of declaration.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY, PLAIN
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs

_FEATURES = [*PLAIN, "ul"]


class AccessibilityPage(SitePage):
    """The fields of the declaration. The state is never typed: `accessibility.status_of` works it out."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    drawn_up_on = models.DateField("déclaration établie le", null=True, blank=True)

    audited_on = models.DateField("date de l’audit", null=True, blank=True)
    auditor = models.CharField("qui a fait l’audit", max_length=200, blank=True)
    standard = models.CharField("référentiel", max_length=60, default="RGAA version 4.1")
    rate = models.DecimalField(
        "critères respectés, en %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Parmi les critères applicables, sur tout l’échantillon. Une demi-réponse n’est pas un taux.",
    )
    mean_rate = models.DecimalField(
        "taux moyen, en % (facultatif)", max_digits=5, decimal_places=2, null=True, blank=True
    )
    failures = RichTextField("non-conformités", features=_FEATURES, blank=True)
    burden = RichTextField("dérogations pour charge disproportionnée", features=_FEATURES, blank=True)
    exempt = RichTextField("contenus hors obligation", features=_FEATURES, blank=True)
    technologies = models.CharField("technologies", max_length=300, blank=True)
    environments = RichTextField("environnements de test", features=_FEATURES, blank=True)
    tools = RichTextField("outils", features=_FEATURES, blank=True)
    pages_tested = RichTextField("pages vérifiées", features=_FEATURES, blank=True)

    contact = RichTextField(
        "pour signaler un obstacle",
        features=_FEATURES,
        blank=True,
        default="<p>Si un contenu ou un service vous est inaccessible, dites-le-nous : nous vous orientons vers une "
        "autre manière d’y accéder, ou nous vous l’envoyons sous une autre forme. Vous avez une réponse "
        "sous une semaine.</p>",
        help_text="La loi demande une réponse sous une semaine. Le site ajoute lui-même le formulaire et le téléphone.",
    )
    plan_years = RichTextField("schéma pluriannuel", features=_FEATURES, blank=True)
    plan_action = RichTextField("plan d’action de l’année", features=_FEATURES, blank=True)
    body = StreamField(BODY, verbose_name="ce que le site fait déjà", blank=True)

    template = "editorial/accessibility.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("drawn_up_on"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("audited_on", "auditor", "standard", "rate", "mean_rate")],
            heading="L’audit",
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("failures", "burden", "exempt")], heading="Contenus non accessibles"
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("technologies", "environments", "tools", "pages_tested")],
            heading="Établissement de la déclaration",
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("contact", "plan_years", "plan_action")], heading="Contact et programme"
        ),
        FieldPanel("body"),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "déclaration d’accessibilité"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate__isnull=True) | models.Q(rate__gte=0, rate__lte=100),
                name="accessibility_rate_is_percent",
                violation_error_message="Un taux va de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=models.Q(mean_rate__isnull=True) | models.Q(mean_rate__gte=0, mean_rate__lte=100),
                name="accessibility_mean_rate_is_percent",
                violation_error_message="Un taux va de 0 à 100.",
            ),
        ]

    def clean(self) -> None:
        """An audit has a date that is past, somebody who made it, and a rate: the three together or none."""
        super().clean()
        if self.audited_on is not None and self.audited_on > dt.date.today():
            raise ValidationError({"audited_on": "Un audit a déjà eu lieu : sa date est passée."})
        said = {"audited_on": self.audited_on, "auditor": self.auditor, "rate": self.rate}
        if any(value not in (None, "") for value in said.values()):
            missing = {
                name: "À donner avec le reste de l’audit." for name, value in said.items() if value in (None, "")
            }
            if missing:
                raise ValidationError(missing)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the state, worked out today."""
        from essaim.editorial.accessibility import status_of  # noqa: PLC0415 -- it reads this module

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"status": status_of(self), "site_url": settings.SITE_URL}
