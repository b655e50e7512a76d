"""A small world where every address of the site has something to speak of, and one person a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from essaim.desk.actions import save_view
from essaim.directory.actions.cards import save_card
from essaim.directory.actions.inside import put_tag, save_contact, write_note
from essaim.directory.actions.reports import report_error
from essaim.directory.enums import ChangeOrigin, ClaimMethod, MandateEnd
from essaim.directory.models import Campaign, CardContact, CardPhoto, ClaimEvidence, Invitation
from essaim.people.enums import OfficeKind
from tests.directory.factories import CardChangeFactory, ClaimFactory, MandateFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import OfficeFactory, PersonFactory

ROLES = ("visitor", "resident", "own", "other", "ended", "juror", "elected", "officer", "administrator")
"""`own` represents the structure that addresses name, `other` another one, `ended` did until yesterday."""


@dataclass
class World:
    """The persons by role (None: nobody signed in), and what addresses need: common arguments, then by name."""

    people: dict[str, Any]
    structure: Any
    common: dict[str, Any]
    named: dict[str, dict[str, Any]] = field(default_factory=dict)

    def arguments(self, name: str) -> dict[str, Any]:
        """What the address of that name is asked with."""
        return self.common | self.named.get(name, {})


def make_world() -> World:
    """Build it: one structure that has everything, another one, nine persons."""
    TerritoryFactory()
    structure, elsewhere = in_poitiers("Le Jardin partagé"), in_poitiers("Le Garage solidaire")
    people: dict[str, Any] = {role: PersonFactory(name=role) for role in ROLES[1:7]}
    people |= {
        "visitor": None,
        "officer": PersonFactory(is_officer=True, name="officer"),
        "administrator": PersonFactory(is_superuser=True, name="administrator"),
    }
    officer = people["officer"]
    mandate = MandateFactory(structure=structure, person=people["own"])
    MandateFactory(structure=elsewhere, person=people["other"])
    yesterday = timezone.now() - timedelta(days=1)
    MandateFactory(
        structure=structure,
        person=people["ended"],
        since=yesterday - timedelta(days=30),
        ended_at=yesterday,
        end_reason=MandateEnd.RESIGNED,
    )
    OfficeFactory(person=people["juror"], kind=OfficeKind.JUROR)
    OfficeFactory(person=people["elected"], kind=OfficeKind.ELECTED)
    report = report_error(structure=structure, topic="contact", message="m")
    note = write_note(structure=structure, text="n", by=officer)
    contact = save_contact(structure=structure, values={"name": "c"}, by=officer)
    tag = put_tag(structure=structure, name="t", by=officer)
    own_change = CardChangeFactory(structure=structure, by=people["own"])
    correction = CardChangeFactory(structure=structure, origin=ChangeOrigin.PUBLIC, values={"name": "Le Jardin"})
    save_card(structure=structure, by=officer, values={"name": "Le Jardin", "email": "jardin@exemple.fr"})
    photo = CardPhoto.objects.create(
        structure=structure,
        image="cards/absente.webp",
        alt="un jardin",
        added_by_label="own",
        accepted_at=timezone.now(),
    )
    gone = CardPhoto.objects.create(
        structure=structure, image="cards/absente.webp", alt="x", added_by_label="own", removed_at=yesterday
    )
    card_contact = CardContact.objects.create(structure=structure, name="Noé")
    claim = ClaimFactory(structure=structure, person=people["resident"])
    ClaimEvidence.objects.create(claim=claim, method=ClaimMethod.COLLEAGUE)
    invitation = Invitation.objects.create(
        structure=structure,
        email="invitee@exemple.fr",
        by_label="own",
        expires_at=timezone.now() + timedelta(days=3),
    )
    campaign = Campaign.objects.create(
        name="2026", opened_by_label="officer", closes_on=timezone.localdate() + timedelta(days=9)
    )
    office = people["elected"].offices.get()
    view = save_view(by=officer, name="v", query="")
    common = {
        "key": structure.key,
        "slug": structure.slug,
        "pk": 1,
        "extension": "csv",
        "token": "inconnu",
        "year": 2026,
        "number": 1,
        "name": "inconnu",
        "version": "inconnu",
        "kind": "signalements",
        "first": date(2026, 12, 24),
        "last": date(2026, 12, 24),
    }
    world = World(people, structure, common)
    world.named = {
        "desk:item": {"pk": report.pk},
        "desk:entrust": {"pk": report.pk},
        "officer:note": {"pk": note.pk},
        "officer:note_erase": {"pk": note.pk},
        "officer:contact": {"pk": contact.pk},
        "officer:contact_erase": {"pk": contact.pk},
        "officer:tag_off": {"pk": tag.pk},
        "ui:theme": {"digest": "0" * 12},
        "foundation:media": {"name": "cards/inconnu.webp"},
        "foundation:suggestions_of": {"noun": "structure"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "inconnue"},
        "observatory:commune": {"slug": "poitiers", "code": "86194"},
        "observatory:figure": {"key": "inconnu"},
        "observatory:figure_json": {"key": "inconnu"},
        "observatory:chart": {"key": "inconnu", "extension": "svg"},
        "wagtaildocs_serve": {"document_id": 1, "document_filename": "inconnu.pdf"},
        "letter:unsubscribe": {"key": "inconnue"},
    }
    space = {
        "withdraw": own_change.pk,
        "photo": photo.pk,
        "photo_move": photo.pk,
        "photo_remove": photo.pk,
        "photo_back": gone.pk,
        "contact": card_contact.pk,
        "contact_remove": card_contact.pk,
        "correction": correction.pk,
        "people_claim": claim.pk,
        "mandate_end": mandate.pk,
        "mandate_term": mandate.pk,
        "mandate_contest": mandate.pk,
        "people_invitation_resend": invitation.pk,
        "people_invitation_cancel": invitation.pk,
    }
    world.named |= {f"space:{name}": {"pk": pk} for name, pk in space.items()}
    world.named["space:restore"] = {"version": 0}
    for name in ("claim", "code", "proof", "withdraw", "appeal"):
        world.named[f"claims:{name}"] = {"pk": claim.pk}
    for name in ("invitation_resend", "invitation_cancel"):
        world.named[f"claims:{name}"] = {"pk": invitation.pk}
    for name in ("", "_export", "_send", "_remind", "_letters", "_close"):
        world.named[f"officer:campaign{name}"] = {"pk": campaign.pk}
    for name in ("person", "name_office", "access", "close", "reopen", "factors"):
        world.named[f"people:{name}"] = {"pk": people["resident"].pk}
    for name in ("finish_office", "undo_office"):
        world.named[f"people:{name}"] = {"pk": office.pk}
    world.named["desk:view_forget"] = {"pk": view.pk}
    world.named |= {f"foundation:outbox_{name}": {"name": "absent.log", "rank": 0} for name in ("message", "html")}
    return world
