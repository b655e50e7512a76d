"""Blocks that lead somewhere: to a page of the site, chosen by identity, or to an address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

_ADDRESS = re.compile(r"[^\s<>\"'\\\x00-\x1f\x7f]+")
_SCHEMES = ("https", "http", "mailto", "tel")


def is_address(text: str) -> bool:
    """Whether a link may lead there: a path of the site, an anchor, a complete web address, a mail, a phone."""
    if not _ADDRESS.fullmatch(text) or text.startswith("//"):
        return False
    if text.startswith(("/", "#")):
        return True
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.scheme not in _SCHEMES:
        return False
    return bool(parts.netloc) if parts.scheme in ("http", "https") else bool(parts.path)


def is_site_path(text: str) -> bool:
    """Whether it leads to a page of this site, whatever browser reads it: « /\\ailleurs.fr » leads elsewhere."""
    return text.startswith("/") and is_address(text)


class LinkValue(blocks.StructValue):
    """A value with `page` and `address`."""

    @property
    def href(self) -> str:
        """Where the link leads; empty when the page was deleted or withdrawn and no sound address is given."""
        page = self.get("page")
        if page is not None and page.live:
            return str(page.url or "")
        address = str(self.get("address") or "").strip()
        return address if is_address(address) else ""


class LinkBlock(blocks.StructBlock):
    """What `page` and `address` have in common: one of them, and an address that is one."""

    page = blocks.PageChooserBlock(label="Page du site", required=False)
    address = blocks.CharBlock(
        label="ou adresse", required=False, max_length=300, help_text="« /annuaire/ », ou une adresse complète."
    )
    link_required = True

    def clean(self, value: Any) -> Any:
        """Refuse a block that leads nowhere, or to what is no address."""
        cleaned = super().clean(value)
        address = (cleaned.get("address") or "").strip()
        if not cleaned.get("page") and not address and self.link_required:
            raise StructBlockValidationError(
                {"page": ValidationError("Choisissez une page du site, ou écrivez une adresse ci-dessous.")}
            )
        if address and not is_address(address):
            raise StructBlockValidationError(
                {
                    "address": ValidationError(
                        f"« {address} » n’est pas une adresse : écrivez « /annuaire/ » pour une page du site, ou une "
                        "adresse complète qui commence par « https:// »."
                    )
                }
            )
        cleaned["address"] = address
        return cleaned

    class Meta:
        value_class = LinkValue
