"""What stands around the text of a page: the pages above and below it, its titles, what engines and networks read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from wagtail.models import Page

from essaim.editorial.showing import Title, contents
from essaim.ui.markup import script_json

if TYPE_CHECKING:
    from essaim.editorial.models.base import SitePage


class Frame:
    """The surroundings of one page; each part is read when the template asks for it, once."""

    def __init__(self, page: SitePage) -> None:
        self.page = page

    @cached_property
    def above(self) -> list[Page]:
        """The pages above, from the one under the door down."""
        return list(self.page.get_ancestors().filter(depth__gte=3).live())

    @cached_property
    def below(self) -> list[Page]:
        """The published pages right under it that everybody may see, in the order of the tree."""
        if self.page.depth < 3:  # everything is under the door: its own blocks say what matters
            return []
        return list(self.page.get_children().live().public().specific())

    @cached_property
    def titles(self) -> list[Title]:
        """Its table of contents; empty when it is short."""
        return contents(getattr(self.page, "body", ()))

    @cached_property
    def shows_structures(self) -> bool:
        """Whether its blocks name structures of the directory: invented ones must be told."""
        return any(block.block_type in ("structures", "family", "map") for block in getattr(self.page, "body", ()))

    @cached_property
    def canonical(self) -> str:
        """Its one address, complete."""
        return f"{settings.SITE_URL}{self.page.url}"

    @cached_property
    def share_image(self) -> str:
        """The picture that networks show with its link."""
        return f"{settings.SITE_URL}{static('ui/partage.png')}"

    @cached_property
    def description(self) -> str:
        """What engines show under its title: at most 160 signs."""
        said = self.page.search_description or getattr(self.page, "intro", "") or getattr(self.page, "lead", "")
        return Truncator(said).chars(160)

    @cached_property
    def jsonld(self) -> SafeString:
        """Its way from the door, as schema.org says it: the text of a script element, whatever the titles hold."""
        steps = [("Accueil", "/"), *((page.title, page.url) for page in self.above), (self.page.title, self.page.url)]
        document = {
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": n, "name": name, "item": f"{settings.SITE_URL}{url}"}
                for n, (name, url) in enumerate(steps, start=1)
            ],
        }
        return script_json(document)
