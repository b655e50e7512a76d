"""Every address of the site, walked from the root: name, arguments, and a path made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

CATCH_ALL = "wagtail_serve"
"""Whatever no room has taken: a page of the tree, whose path has no name in the pattern."""


@dataclass(frozen=True)
class Address:
    """One address: `name` with its namespaces, `route` as declared, `arguments` that it takes."""

    name: str
    route: str
    arguments: tuple[str, ...]

    def path(self, given: Mapping[str, Any]) -> str:
        """The address with these arguments. Raises NoReverseMatch when one lacks."""
        if self.name == CATCH_ALL:
            return "/une-page-qui-n-existe-pas/"
        kwargs = {key: given[key] for key in self.arguments if key in given}
        return reverse(self.name, kwargs=kwargs)


def every_address() -> Iterator[Address]:
    """Walk the whole tree of addresses, Wagtail's editors' pages apart (see `editors_addresses`)."""
    for address in _walk(get_resolver(), "", ()):
        if not address.route.startswith("cms/"):
            yield address


def editors_addresses() -> Iterator[Address]:
    """The addresses of the editors' pages."""
    for address in _walk(get_resolver(), "", ()):
        if address.route.startswith("cms/"):
            yield address


def _walk(resolver: URLResolver, route: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, whole, inside)
        elif isinstance(pattern, URLPattern):
            name = ":".join([*namespaces, pattern.name or ""]) if pattern.name else f"route {whole}"
            yield Address(name, whole, tuple(pattern.pattern.regex.groupindex))


__all__ = ["Address", "NoReverseMatch", "editors_addresses", "every_address"]
