"""Verbs about identities of the sign-in provider: who comes in by one, to which account it is tied.

An identity is (provider, number): an address that changes there never leads to another account here.
"""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from essaim.foundation import journal
from essaim.people.models import Person
from essaim.people.provider.client import Identity
from essaim.people.provider.refusals import Problem, Refused

BY = "fournisseur d’identité"


def enter_by_provider(*, identity: Identity) -> Person:
    """Return the person whom this identity opens an account to, tying or making the account if need be.

    Only a proven address leads to an account that exists, or makes one. Raises Refused.
    """
    try:
        return _enter(identity)
    except IntegrityError:
        # Twice at once (two tabs): the other has just written what we were about to.
        return _enter(identity)


@transaction.atomic
def _enter(identity: Identity) -> Person:
    tied = _tied(identity)
    if tied is not None:
        person = Person.objects.select_for_update().get(pk=tied.user_id)
        _refuse_closed(person)
        _keep_facts(tied, identity, person)
        return person
    if not identity.is_proven:
        raise Refused(Problem.UNPROVEN)
    known = Person.objects.select_for_update().filter(email__iexact=identity.email).first()
    if known is None:
        known = Person.objects.create_user(identity.email, name=identity.name)
        _tell(BY, "compte ouvert", known)
    _refuse_closed(known)
    _tie(known, identity, by=BY)
    return known


@transaction.atomic
def tie_identity(*, person: Person, identity: Identity) -> None:
    """Tie an identity to the account of somebody who has signed in here, whatever its address. Raises Refused."""
    tied = _tied(identity)
    if tied is not None and tied.user_id != person.pk:
        raise Refused(Problem.TAKEN)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    _refuse_closed(locked)
    if tied is None:
        _tie(locked, identity, by=locked)


@transaction.atomic
def untie_identity(*, person: Person, by: journal.Author) -> bool:
    """Untie every identity of that account: it opens by the site's own means only. Return whether there was one."""
    tied = list(SocialAccount.objects.select_for_update().filter(user=person))
    for one in tied:
        one.delete()
    if tied:
        locked = Person.objects.get(pk=person.pk)
        _tell(by, "identité du fournisseur séparée du compte", locked)
    return bool(tied)


def _tell(by: journal.Author, verb: str, person: Person) -> None:
    journal.record(by=by, verb=verb, obj=person)


def _tied(identity: Identity) -> SocialAccount | None:
    found: SocialAccount | None = (
        SocialAccount.objects.select_for_update().filter(provider=identity.provider, uid=identity.number).first()
    )
    return found


def _refuse_closed(person: Person) -> None:
    if not person.is_active or person.erased_at is not None:
        raise Refused(Problem.CLOSED)


def _facts(identity: Identity) -> dict[str, str]:
    """What is kept of what the provider tells: the employer, and the channel that knew the person."""
    return {"siret": identity.siret, "idp_id": identity.channel}


def _tie(person: Person, identity: Identity, *, by: journal.Author) -> None:
    if SocialAccount.objects.filter(provider=identity.provider, user=person).exists():
        # An address given to a newcomer would open the account of who had it before.
        raise Refused(Problem.OTHER_IDENTITY)
    SocialAccount.objects.create(
        user=person,
        provider=identity.provider,
        uid=identity.number,
        extra_data=_facts(identity),
    )
    _tell(by, "identité du fournisseur reliée au compte", person)


def _keep_facts(tied: SocialAccount, identity: Identity, person: Person) -> None:
    facts = _facts(identity)
    if tied.extra_data == facts:
        return
    tied.extra_data = facts
    tied.save(update_fields=["extra_data"])
    _tell(BY, "employeur mis à jour d’après le fournisseur d’identité", person)
