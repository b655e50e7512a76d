"""What stands around the text of a page: the pages above and below it, its titles, what engines and networks read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from essaim.editorial.blocks.structures import LIVE_KINDS
from essaim.editorial.showing import Title, contents
from essaim.ui.markup import script_json

if TYPE_CHECKING:
    from wagtail.models import Page

    from essaim.editorial.models.base import SitePage
    from essaim.editorial.tree import Leaf, Tree


def _tree() -> Tree:
    from essaim.editorial.tree import tree  # noqa: PLC0415 -- the tree reads the models, which have a frame

    return tree()


class Frame:
    """The surroundings of one page; each part is read when the template asks for it, once."""

    def __init__(self, page: SitePage) -> None:
        self.page = page

    @cached_property
    def above(self) -> list[Leaf] | list[Page]:
        """The published pages above, from the one under the door down."""
        if _tree().is_closed(self.page.path):  # whoever reads it may read those too
            return list(self.page.get_ancestors().filter(depth__gte=3).live())
        return _tree().above(self.page.path)[1:]

    @cached_property
    def below(self) -> list[Leaf]:
        """The published pages right under it that everybody may see, in the order of the tree."""
        if self.page.depth < 3:  # everything is under the door: its own blocks say what matters
            return []
        return _tree().below(self.page.path)

    @cached_property
    def titles(self) -> list[Title]:
        """Its table of contents; empty when it is short."""
        return contents(getattr(self.page, "body", ()))

    @cached_property
    def shows_structures(self) -> bool:
        """Whether it names structures of the directory: invented ones must be told. Nothing else decides it.

        A page that names them by itself (its moments, the one it tells of) says so by `names_structures`.
        """
        said = getattr(self.page, "names_structures", False)
        return bool(said) or any(block.block_type in LIVE_KINDS for block in getattr(self.page, "body", ()))

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
