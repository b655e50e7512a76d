"""What every page's template knows: the territory, what rooms put in its frame, the notice of the demonstration."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from essaim.foundation import registries, territories
from essaim.foundation.kept import Kept

DEMO_NOTICE = "Démonstration : les structures de l’annuaire sont inventées."

NOT_AUDITED = registries.FooterLink(registries.ACCESSIBILITY, "Accessibilité : non conforme", "", order=90)
"""The only lawful wording without a valid audit; a room that holds the declaration says its own, with its address."""


def _check_fictitious() -> bool:
    return any(item.check() for item in registries.fictitious_checks)


_fictitious: Kept[None, bool] = Kept(lambda _: _check_fictitious())


def structures_are_invented() -> bool:
    """Tell whether the structures that pages show come from the demonstration. At most one query per request."""
    return _fictitious.of(None)


def _notice() -> str:
    return DEMO_NOTICE if structures_are_invented() else ""


def _nav() -> list[registries.NavItem]:
    rows = (item for source in registries.frame_sources for item in source.nav())
    return sorted([*registries.nav_items, *rows], key=lambda item: item.order)


def _footer() -> list[registries.FooterLink]:
    rows = [item for source in registries.frame_sources for item in source.footer()]
    links = [*registries.footer_links, *rows]
    if all(item.key != registries.ACCESSIBILITY for item in links):
        links.append(NOT_AUDITED)
    above = {item.url for item in _nav()}
    return sorted((item for item in links if item.url not in above), key=lambda item: item.order)


def territory(_request: HttpRequest) -> dict[str, object]:
    """Context processor: `territory`, what rooms registered, `own_space`, `demo_notice`, `shows_structures`.

    `demo_notice` is the sentence, or empty with real data; templates show it when the view has put
    `shows_structures=True` in its own context (False here by default). Nothing is read until a template asks.
    """
    return {
        "territory": SimpleLazyObject(territories.home),
        "nav": SimpleLazyObject(_nav),
        "search_nouns": list(registries.search_nouns),
        "footer_links": SimpleLazyObject(_footer),
        "own_space": settings.LOGIN_REDIRECT_URL,
        "demo_notice": _LazyText(),
        "shows_structures": False,
    }


class _LazyText:
    """The notice, worked out only when a template tests or prints it."""

    def __bool__(self) -> bool:
        return bool(_notice())

    def __str__(self) -> str:
        return _notice()
