"""What the pages of the site still lack that only the team knows: told in the officer's space, each with its screen."""

from __future__ import annotations

from django.urls import reverse
from wagtail.models import Page

from essaim.editorial.models import AccessibilityPage, ContactPage, LegalPage, PrivacyPage
from essaim.foundation.registries import ToComplete, ToCompleteSource


def lacking() -> list[ToComplete]:
    """The facts that published pages ask for: one query a kind of page, four at most."""
    return [*_contact(), *_legal(), *_privacy(), *_accessibility()]


def _screen(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _contact() -> list[ToComplete]:
    page = ContactPage.objects.live().first()
    if page is None or (page.latitude is not None and page.longitude is not None):
        return []
    advice = "Sans lui, le plan de la page Contact montre le centre de la commune, et le dit."
    return [ToComplete("Le point de l’accueil sur le plan", advice, _screen(page))]


def _legal() -> list[ToComplete]:
    page = LegalPage.objects.live().first()
    if page is None:
        return []
    wanted = {
        "la direction de la publication": page.director,
        "l’hébergeur": page.host,
        "l’adresse de l’hébergeur": page.host_address,
        "le téléphone de l’hébergeur": page.host_phone,
    }
    missing = [name for name, value in wanted.items() if not value]
    if not missing:
        return []
    return [ToComplete("Les mentions légales", f"La loi les demande. Il manque {_listed(missing)}.", _screen(page))]


def _privacy() -> list[ToComplete]:
    page = PrivacyPage.objects.live().first()
    if page is None or page.officer_name:
        return []
    advice = "La page Données personnelles doit dire qui c’est, et comment lui écrire."
    return [ToComplete("La déléguée ou le délégué à la protection des données", advice, _screen(page))]


def _accessibility() -> list[ToComplete]:
    page = AccessibilityPage.objects.live().first()
    if page is None:
        return []
    wanted = {
        "la date où la collectivité l’établit": page.drawn_up_on,
        "le schéma pluriannuel": page.plan_years,
        "le plan d’action de l’année": page.plan_action,
    }
    missing = [name for name, value in wanted.items() if not value]
    if not missing:
        return []
    advice = f"La page dit qu’elle n’est pas complète. Il manque {_listed(missing)}."
    return [ToComplete("La déclaration d’accessibilité", advice, _screen(page))]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


TO_COMPLETE = ToCompleteSource("pages", lacking, order=20)
