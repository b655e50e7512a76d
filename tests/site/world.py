"""A small world where every address of the site has something to speak of, and one person a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from essaim.desk.actions import save_view
from essaim.directory.actions.cards import save_card
from essaim.directory.actions.decisions import decide
from essaim.directory.actions.inside import put_tag, save_contact, write_note
from essaim.directory.actions.merging import merge
from essaim.directory.actions.reports import report_error
from essaim.directory.actions.synonyms import save_synonym
from essaim.directory.campaign_links import token_of
from essaim.directory.enums import ChangeOrigin, ClaimMethod, Decision, MandateEnd
from essaim.directory.invitations import invitation_token
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    CardContact,
    CardPhoto,
    ClaimEvidence,
    ContactImport,
    Invitation,
    Merge,
)
from essaim.directory.search.index import rebuild_index
from essaim.editorial.models import Letter
from essaim.people.enums import OfficeKind
from tests.directory.factories import CardChangeFactory, ClaimFactory, MandateFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.people.factories import OfficeFactory, PersonFactory

ROLES = ("visitor", "resident", "own", "other", "ended", "juror", "elected", "officer", "administrator")
"""`own` represents the structure that addresses name, `other` another one, `ended` did until yesterday. The claim that
addresses name is the resident's."""


NO_COUNTS = dict.fromkeys(
    ("read", "matched", "admit", "review", "refused", "contacts", "placed_tags", "decisions", "structures"), 0
)


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


Named = dict[str, dict[str, Any]]


def make_world() -> World:
    """Build it: one structure that has everything, another one, nine persons."""
    TerritoryFactory()
    structure = in_poitiers("Le Jardin partagé")
    people = _people(structure)
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
    named = _plain() | _card(structure, people) | _claims(structure, people) | _team(structure, people)
    rebuild_index()
    return World(people, structure, common, named)


def _people(structure: Any) -> dict[str, Any]:
    people: dict[str, Any] = {role: PersonFactory(name=role) for role in ROLES[1:7]}
    people |= {
        "visitor": None,
        "officer": PersonFactory(is_officer=True, name="officer"),
        "administrator": PersonFactory(is_superuser=True, name="administrator"),
    }
    MandateFactory(structure=structure, person=people["own"])
    MandateFactory(structure=in_poitiers("Le Garage solidaire"), person=people["other"])
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
    return people


def _plain() -> Named:
    """Addresses whose arguments need no row."""
    return {
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
        "space:restore": {"version": 0},
        **{f"foundation:outbox_{name}": {"name": "absent.log", "rank": 0} for name in ("message", "html")},
    }


def _card(structure: Any, people: dict[str, Any]) -> Named:
    """The card of the structure: what it shows, what waits, a campaign that asks about it."""
    change = CardChangeFactory(structure=structure, by=people["own"])
    correction = CardChangeFactory(structure=structure, origin=ChangeOrigin.PUBLIC, values={"name": "Le Jardin"})
    save_card(structure=structure, by=people["officer"], values={"name": "Le Jardin", "email": "jardin@exemple.fr"})
    shown = {"structure": structure, "image": "cards/absente.webp", "alt": "un jardin", "added_by_label": "own"}
    photo = CardPhoto.objects.create(**shown, accepted_at=timezone.now())
    gone = CardPhoto.objects.create(**shown, removed_at=timezone.now())
    contact = CardContact.objects.create(structure=structure, name="Noé")
    campaign = Campaign.objects.create(
        name="2026", opened_by_label="officer", closes_on=timezone.localdate() + timedelta(days=9)
    )
    CampaignLine.objects.create(campaign=campaign, structure=structure, email="jardin@exemple.fr")
    token = token_of(campaign.pk, structure.pk)
    return {
        "space:withdraw": {"pk": change.pk},
        "space:correction": {"pk": correction.pk},
        **{f"space:{name}": {"pk": photo.pk} for name in ("photo", "photo_move", "photo_remove")},
        "space:photo_back": {"pk": gone.pk},
        **{f"space:{name}": {"pk": contact.pk} for name in ("contact", "contact_remove")},
        **{f"campaigns:{name}": {"token": token} for name in ("card", "correct", "ceased", "silence")},
        **{
            f"officer:campaign{name}": {"pk": campaign.pk}
            for name in ("", "_export", "_send", "_remind", "_letters", "_close")
        },
    }


def _claims(structure: Any, people: dict[str, Any]) -> Named:
    """Who asks to act for the structure, who is invited to, who does."""
    claim = ClaimFactory(structure=structure, person=people["resident"])
    ClaimEvidence.objects.create(claim=claim, method=ClaimMethod.COLLEAGUE)
    proof = ClaimEvidence.objects.create(claim=claim, method=ClaimMethod.DOCUMENT)
    invitation = Invitation.objects.create(
        structure=structure,
        email="invitee@exemple.fr",
        by_label="own",
        by_team=True,
        expires_at=timezone.now() + timedelta(days=3),
    )
    mandate = structure.mandates.get(person=people["own"])
    invited = {"token": invitation_token(invitation)}
    return {
        **{f"claims:{name}": {"pk": claim.pk} for name in ("claim", "code", "proof", "withdraw", "appeal")},
        "claims:document": {"pk": proof.pk},
        "space:people_claim": {"pk": claim.pk},
        **{f"claims:{name}": invited for name in ("invitation", "invitation_accept", "invitation_decline")},
        **{f"claims:{name}": {"pk": invitation.pk} for name in ("invitation_resend", "invitation_cancel")},
        **{f"space:people_{name}": {"pk": invitation.pk} for name in ("invitation_resend", "invitation_cancel")},
        **{f"space:{name}": {"pk": mandate.pk} for name in ("mandate_end", "mandate_term", "mandate_contest")},
    }


def _team(structure: Any, people: dict[str, Any]) -> Named:
    """What the team handles: a report, its own notes, decisions, merges, persons, letters."""
    officer = people["officer"]
    report = report_error(structure=structure, topic="contact", message="m")
    note = write_note(structure=structure, text="n", by=officer)
    contact = save_contact(structure=structure, values={"name": "c"}, by=officer)
    tag = put_tag(structure=structure, name="t", by=officer)
    twin, sheet = in_poitiers("Les Bois"), in_poitiers("Les Bois de Poitiers")
    merge(source=twin, target=sheet, reason="la même", by=officer)
    decision = decide(structure=sheet, decision=Decision.ADMIT, reason="r", by=officer)
    synonym = save_synonym(words=["velo"], expands_to=["cycle"], by=officer)
    brought = ContactImport.objects.create(filename="contacts.csv", by_label="officer", counts=NO_COUNTS)
    letter = Letter.objects.create(title="Lettre")
    view = save_view(by=officer, name="v", query="")
    office = people["elected"].offices.get()
    of = {
        report: ("desk:item", "desk:entrust"),
        view: ("desk:view_forget",),
        note: ("officer:note", "officer:note_erase"),
        contact: ("officer:contact", "officer:contact_erase"),
        tag: ("officer:tag_off",),
        decision: ("officer:withdraw",),
        Merge.objects.get(): ("officer:merge_undo",),
        synonym: ("officer:synonym", "officer:synonym_delete"),
        brought: ("officer:import_result", "officer:import_undo"),
        letter: tuple(f"letters:{n}" for n in ("letter", "edit", "preview", "test", "send", "resume", "delete")),
        people["resident"]: tuple(
            f"people:{n}" for n in ("person", "name_office", "access", "close", "reopen", "factors")
        ),
        office: ("people:finish_office", "people:undo_office"),
    }
    return {name: {"pk": row.pk} for row, names in of.items() for name in names}
