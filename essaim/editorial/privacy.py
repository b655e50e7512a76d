"""What the pages keep about people: visitors who write or subscribe, writers, those whom pages name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from essaim.editorial.actions import contact, newsletter
from essaim.editorial.actions.forgetting import forget_in_pages, purge_drafts
from essaim.editorial.models import ContactMessage, PrivacyPage
from essaim.editorial.privacy_wagtail import NOBODY, PAGES, WAGTAIL
from essaim.foundation.privacy import Basis, ProtectionOfficer, protection_officers, rows_of
from essaim.foundation.registries import (
    Erasure,
    NobodyInside,
    PersonalRecord,
    Retention,
    erasures,
    nobody_inside,
    personal_records,
    retentions,
)

TEAM = "l’équipe ESS"

RECORDS = (
    PersonalRecord(
        key="messages",
        model="editorial.ContactMessage",
        purpose="Lire les messages des visiteurs et leur répondre",
        basis=Basis.PUBLIC_TASK,
        people="les visiteurs qui écrivent à l’équipe",
        readers=TEAM,
        delay="un an après avoir été traité, deux ans sans l’être",
        fields={
            "name": "le nom",
            "email": "l’adresse",
            "message": "le message",
            "structure": "la structure",
            "handled_by": "qui l’a traité",
            "outcome": "ce qui a été fait",
        },
        others=("topic", "about"),
        retention="messages",
        rows=rows_of(
            "editorial.ContactMessage",
            ("topic", "name", "email", "structure", "message", "at", "handled_at"),
            email=("email",),
        ),
        order=42,
    ),
    PersonalRecord(
        key="lettre",
        model="editorial.Subscription",
        purpose="Envoyer la lettre d’information",
        basis=Basis.CONSENT,
        people="les personnes abonnées",
        readers=TEAM,
        delay="jusqu’au désabonnement ; sept jours pour une demande jamais confirmée",
        fields={"email": "l’adresse", "key": "la clé du lien de désabonnement", "consent": "la phrase acceptée"},
        retention="lettre",
        rows=rows_of("editorial.Subscription", ("email", "consent", "asked_at", "confirmed_at"), email=("email",)),
        order=43,
    ),
    PersonalRecord(
        key="remises",
        model="editorial.Delivery",
        purpose="Envoyer la lettre d’information, une fois à chacun·e",
        basis=Basis.CONSENT,
        people="les personnes abonnées",
        readers="personne à l’écran",
        delay="trente jours après l’envoi",
        fields={"subscription": "l’abonnement"},
        retention="lettre",
        rows=None,
        order=44,
    ),
    PersonalRecord(
        key="lettres",
        model="editorial.Letter",
        purpose="Écrire la lettre d’information",
        basis=Basis.PUBLIC_TASK,
        people=TEAM,
        readers="tout le monde pour la lettre, l’équipe ESS pour qui l’a envoyée",
        delay="aussi longtemps que les archives de la lettre",
        fields={"sent_by": "qui l’a envoyée"},
        others=("title", "intro"),
        rows=rows_of("editorial.Letter", ("title", "number", "sent_at"), by=("sent_by",)),
        order=45,
    ),
)


def _purge_letter(by: Any) -> int:
    done = newsletter.purge(by=by)
    return done.requests + done.deliveries


RETENTIONS = (
    Retention("messages", "messages de visiteurs", lambda by: contact.purge_messages(by=by), 42),
    Retention("lettre", "abonnements jamais confirmés, traces d’envoi", _purge_letter, 43),
    Retention("saisies", "formulaires en cours des pages, pages laissées ouvertes", lambda by: purge_drafts(by=by), 85),
)


def _erase(person: Any, by: Any) -> Sequence[str]:
    return forget_in_pages(person=person, by=by)


def _foresee(person: Any) -> Sequence[str]:
    told = ["Votre abonnement à la lettre d’information, s’il est à la même adresse, sera effacé."]
    if ContactMessage.objects.filter(email__iexact=person.email).exists():
        told.append("Les messages que vous avez écrits à l’équipe seront effacés, même ceux qui attendent une réponse.")
    return told


def _protection_officer() -> tuple[str, str]:
    page = PrivacyPage.objects.live().order_by("pk").first()
    return ("", "") if page is None else (page.officer_name, page.officer_contact)


def register() -> None:
    """Called once, when Django is ready."""
    for record in (*RECORDS, *PAGES, *WAGTAIL):
        personal_records.register(record)
    for key, why in NOBODY.items():
        nobody_inside.register(NobodyInside(key, why))
    for retention in RETENTIONS:
        retentions.register(retention)
    erasures.register(Erasure("pages", _erase, _foresee, order=30))
    protection_officers.register(ProtectionOfficer("pages", _protection_officer))
