"""What every page of the public face has: its place in menu and footer, and its easy-to-read version."""

from __future__ import annotations

from http import HTTPMethod
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from essaim.editorial.blocks import EASY
from essaim.editorial.forms.pages import SitePageCopyForm, SitePageForm
from essaim.editorial.framing import Frame
from essaim.editorial.showing import Showing
from essaim.foundation.glossary import Explainer


class SitePage(RoutablePageMixin, Page):
    """Base of the pages: `facile/` under any address is its easy-to-read version, when it has one."""

    menu_rank = models.PositiveSmallIntegerField(
        "rang dans le menu", default=50, help_text="Les plus petits d’abord ; l’annuaire est à 10, l’observatoire à 20."
    )
    in_footer = models.BooleanField("dans le pied de page", default=False)
    easy_body = StreamField(
        EASY,
        verbose_name="version facile à lire",
        blank=True,
        help_text="Des phrases courtes, une idée par phrase, des mots de tous les jours.",
    )
    easy_tested_by = models.CharField(
        "relue par",
        max_length=200,
        blank=True,
        help_text="Le groupe de lecteurs et lectrices concernés. Tant que c’est vide, la page porte « à valider ».",
    )
    easy_tested_on = models.DateField("relue le", null=True, blank=True)

    explain_words = models.BooleanField(
        "expliquer les mots",
        default=True,
        help_text="La première fois qu’un mot du glossaire paraît dans la page, il ouvre son explication.",
    )

    allowed_http_methods: ClassVar[list[HTTPMethod]] = [
        HTTPMethod.GET,
        HTTPMethod.HEAD,
        HTTPMethod.OPTIONS,
        HTTPMethod.POST,
    ]
    params: ClassVar[tuple[str, ...]] = ()
    """The parameters that its address may bear; the others leave it before the page is made (see `views.page`)."""

    base_form_class = SitePageForm
    copy_form_class = SitePageCopyForm

    promote_panels: ClassVar[list[Panel]] = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug",
                    widget=SlugInput,  # it follows the title while the page is not published
                    heading="Fin de l’adresse",
                    help_text="Des lettres sans accent, des chiffres, des tirets : « marche-solidaire ». Si elle "
                    "change une fois la page publiée, l’ancienne adresse mène toujours à la page.",
                ),
                FieldPanel(
                    "seo_title",
                    heading="Titre dans les moteurs de recherche",
                    help_text="Vide : le titre de la page.",
                ),
                FieldPanel(
                    "search_description",
                    heading="Description dans les moteurs de recherche",
                    help_text="Une phrase ou deux, 160 signes. Vide : l’introduction.",
                ),
            ],
            heading="Adresse et moteurs de recherche",
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "show_in_menus",
                    heading="Dans le menu du haut",
                    help_text="Pour peu de pages : le menu doit tenir sur une ligne.",
                ),
                FieldPanel("menu_rank"),
                FieldPanel("in_footer"),
                FieldPanel("explain_words"),
            ],
            heading="Dans le site",
        ),
    ]
    easy_panels: ClassVar[list[Panel]] = [
        FieldPanel("easy_body"),
        MultiFieldPanel([FieldPanel("easy_tested_by"), FieldPanel("easy_tested_on")], heading="Relecture"),
    ]

    class Meta:
        abstract = True

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str | None, str | None] | None:
        """As Wagtail's. A process keeps for an hour where the site begins: when that is not above, it asks again.

        Otherwise a process that was running while the site was planted would give « None » for an address.
        """
        parts: tuple[int, str | None, str | None] | None = super().get_url_parts(request)
        if parts is None and self.depth and self.depth > 1:
            Site.clear_site_root_paths_cache()
            for holder in (request, self):
                if holder is not None:
                    vars(holder).pop("_wagtail_cached_site_root_paths", None)
            parts = super().get_url_parts(request)
        return parts

    @cached_property
    def easy_url(self) -> str:
        """Address of the easy-to-read version; empty when there is none."""
        return f"{self.url}facile/" if self.easy_body else ""

    @property
    def easy_is_tested(self) -> bool:
        """Readers concerned have read it: only then may it be called more than « à valider »."""
        return bool(self.easy_tested_by and self.easy_tested_on)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page remembers while it is shown, and the frame around its text (see `framing`)."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["showing"] = Showing(Explainer() if self.explain_words else None)
        context["frame"] = Frame(self)
        return context

    @path("facile/")
    def easy(self, request: HttpRequest) -> TemplateResponse:
        """The easy-to-read version, or 404."""
        if not self.easy_body:
            raise Http404("Cette page n’a pas de version facile à lire.")
        return self.render(request, template="editorial/easy.html")
