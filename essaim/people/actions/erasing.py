"""An account is erased: every room forgets what it must in one transaction, and the account keeps no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from essaim.foundation import journal, mails
from essaim.foundation.journal import Author
from essaim.foundation.registries import erasures
from essaim.people.actions.forgetting import forget_signature
from essaim.people.leaving import holds_team_access, pseudonym
from essaim.people.mails_erasure import AccountErased
from essaim.people.models import EntryCode, Office, Person
from essaim.people.queries import INVENTED_DOMAIN


class ErasureRefused(ValueError):
    """The account cannot be erased so; the message says why, in French."""


@dataclass(frozen=True)
class Erased:
    """What became of the account: `kept` says, in words for its person, what stays and why."""

    person: Person
    kept: Sequence[str]


TEAM_FIRST = (
    "Ce compte entre dans l’espace de l’équipe : il porte des dossiers. Une autre personne de l’équipe doit d’abord "
    "les reprendre (« Préparer un départ »), puis lui retirer la mission ; le compte pourra alors être supprimé."
)


DEMONSTRATION = (
    "Ce compte est celui d’un personnage de la démonstration : chaque visiteur y entre, et sa porte se fermerait pour "
    "tout le monde. Il ne peut pas être supprimé. Sur un vrai site, ce bouton efface le compte."
)


def erase_account(*, person: Person, by: Author, reason: str) -> Erased:
    """Erase an account for ever. Erased already: nothing happens. Raises ErasureRefused (an officer's, first).

    Every erasure of the rooms runs inside one transaction: all, or nothing. Open sessions end at once. The row stays
    without name nor address, so that the journal and decisions still point to somebody; a message to the former
    address says that it is done.
    """
    with transaction.atomic(), journal.group():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.erased_at is not None:
            return Erased(person, ())
        if refusal := why_not(person):
            raise ErasureRefused(refusal)
        address, former, label = person.email, (person.email, person.name), pseudonym(person)
        itself = isinstance(by, Person) and by.pk == person.pk
        kept = [words for erasure in erasures for words in erasure.run(person, person if itself else by)]
        _end_offices(person)
        _close_doors(person)
        person.name, person.email = label, f"supprime-{person.pk}@essaim.invalid"
        person.set_unusable_password()
        person.is_active = False
        person.contact_consent_at = person.last_login = None
        person.erased_at = timezone.now()
        person.save()
        author = person if itself else by
        journal.forget_person(person=person, former=former, label=label, by=author)
        journal.record(by=author, verb="compte supprimé", obj=person, reason=reason)
        # An account of the demonstration writes to nobody.
        if not address.endswith(INVENTED_DOMAIN):
            mails.send(AccountErased(kept=tuple(kept)), address)
    return Erased(person, kept)


def why_not(person: Person) -> str:
    """Why this account cannot be erased, for its person; nothing when it can. A closed account opens no door."""
    if person.is_active and person.email.endswith(INVENTED_DOMAIN):
        return DEMONSTRATION
    return TEAM_FIRST if holds_team_access(person) else ""


def _end_offices(person: Person) -> None:
    """Offices end today; one that was to begin never does: its last day is its first."""
    today = timezone.localdate()
    for office in Office.objects.select_for_update().filter(person=person):
        if office.until is None or office.until > today:
            office.until = max(today, office.since)
            office.ended_reason = "compte supprimé"
            office.save(update_fields=["until", "ended_reason"])
            journal.record(by="suppression d’un compte", verb="charge terminée", obj=office)
    forget_signature(person=person, model=Office, columns={"named_by_label": ""})


def _close_doors(person: Person) -> None:
    """Take away whatever could open the account again, and end the sessions that are open."""
    person.groups.clear()
    person.user_permissions.clear()
    for model in (Authenticator, SocialAccount, EmailAddress):
        model.objects.filter(user=person).delete()
    EntryCode.objects.filter(address__iexact=person.email).delete()
    keys = set(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    UserSession.objects.filter(user=person).delete()
    keys |= set(_sessions_of(person))
    Session.objects.filter(session_key__in=keys).delete()


def _sessions_of(person: Person) -> list[str]:
    """Keys of the open sessions of somebody. They say whose they are once decoded only, so each is read."""
    living = Session.objects.filter(Q(expire_date__gte=timezone.now())).order_by().iterator(chunk_size=500)
    wanted: Any = str(person.pk)
    return [session.session_key for session in living if str(session.get_decoded().get(SESSION_KEY)) == wanted]
