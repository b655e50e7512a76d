"""The editors' form of a page, and the one that copies it: an address that nobody could read is refused there."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.models import Page

from essaim.editorial.addresses import holds_site_root, refused_place

STAYS = "La page d’accueil reste publiée : sans elle, ni menu, ni plan, ni page. Laissez la date de fin vide."


class SitePageForm(WagtailAdminPageForm):
    """What Wagtail checks, and the address. A page that stood there before a room took its address stays editable."""

    def clean(self) -> dict[str, Any]:
        """Refuse an address that is another's, when it changes; refuse an end to the door of the site."""
        cleaned: dict[str, Any] = super().clean()
        slug, page = cleaned.get("slug"), self.instance
        if slug and self.parent_page is not None and slug not in self._present():
            refusal = refused_place(self.parent_page, page, slug)
            if refusal:
                self.add_error("slug", refusal)
        if cleaned.get("expire_at") and page.pk and holds_site_root([page]):
            self.add_error("expire_at", STAYS)
        return cleaned

    def _present(self) -> set[str]:
        """The ends of address that it has already: the one that is served, and the draft's."""
        if not self.instance.pk:
            return set()
        served = Page.objects.filter(pk=self.instance.pk).values_list("slug", flat=True)
        return {*served, str(self.initial.get("slug") or "")}


class SitePageCopyForm(CopyForm):
    """What Wagtail checks, and the address of the copy."""

    def clean(self) -> dict[str, Any]:
        """Refuse an address that is another's."""
        cleaned: dict[str, Any] = super().clean()
        slug, parent = cleaned.get("new_slug"), cleaned.get("new_parent_page") or self.page.get_parent()
        if slug:
            refusal = refused_place(parent, self.page, slug, with_below=bool(cleaned.get("copy_subpages")))
            if refusal:
                self.add_error("new_slug", refusal)
        return cleaned
