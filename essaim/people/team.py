"""What the team reads of people: the list with its filters, the roles that each holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, IntegerField, OuterRef, Q, Value

from essaim.foundation.exports import Column, Kind
from essaim.people.enums import OfficeKind
from essaim.people.models import Person
from essaim.people.queries import current_offices
from essaim.people.registries import PersonRole, person_roles

if TYPE_CHECKING:
    from django.db.models import QuerySet

COLUMNS = (
    Column("name", "Nom"),
    Column("email", "Adresse électronique"),
    Column("roles", "Rôles"),
    Column("factor", "Double vérification", Kind.BOOLEAN),
    Column("joined", "Compte ouvert le", Kind.MOMENT),
    Column("last_login", "Dernière connexion", Kind.MOMENT),
    Column("open", "Compte actif", Kind.BOOLEAN),
)
NO_FACTOR, NEVER, CLOSED = "sans-double", "jamais", "ferme"
STATES = ((NO_FACTOR, "Sans double vérification"), (NEVER, "Jamais connectée"), (CLOSED, "Compte fermé"))


def _holding(kind: str) -> Callable[[], QuerySet[Person]]:
    return lambda: Person.objects.filter(pk__in=current_offices().filter(kind=kind).order_by().values("person_id"))


ROLES = (
    PersonRole("equipe", "Chargé·e de mission", lambda: Person.objects.filter(is_officer=True), order=10),
    PersonRole("administration", "Administration", lambda: Person.objects.filter(is_superuser=True), order=20),
    PersonRole("elu", "Membre élu", _holding(OfficeKind.ELECTED), order=30),
    PersonRole("jury", "Membre du jury", _holding(OfficeKind.JUROR), order=40),
)


BY_OFFICE = frozenset({"elu", "jury"})
"""The roles that an office gives."""


def with_factor(persons: QuerySet[Person]) -> QuerySet[Person]:
    """The same with `has_factor`: an application of codes or a key; spare codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return persons.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=kinds)))


def persons(*, text: str = "", role: str = "", state: str = "") -> QuerySet[Person]:
    """The accounts that answer these filters, by address. One that was erased is nobody's any more."""
    found: QuerySet[Any] = with_factor(Person.objects.filter(erased_at__isnull=True))
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    wanted = person_roles.get(role)
    if wanted is not None:
        found = found.filter(pk__in=wanted.held_by().order_by().values("pk"))
    if state == NO_FACTOR:
        found = found.filter(has_factor=False)
    elif state == NEVER:
        found = found.filter(last_login__isnull=True)
    elif state == CLOSED:
        found = found.filter(is_active=False)
    return found.order_by("email", "pk")


def roles_of(ids: Iterable[int] | None = None) -> dict[int, list[str]]:
    """The labels of the roles that these persons hold today (everybody's without `ids`): one query for all roles."""
    held: defaultdict[int, list[str]] = defaultdict(list)
    roles = list(person_roles)
    wanted = None if ids is None else list(ids)
    if not roles or wanted == []:
        return held
    asked = []
    for rank, role in enumerate(roles):
        holders = role.held_by() if wanted is None else role.held_by().filter(pk__in=wanted)
        ranked = holders.order_by().annotate(role_rank=Value(rank, output_field=IntegerField()))
        asked.append(ranked.values_list("role_rank", "pk"))
    for rank, pk in asked[0].union(*asked[1:], all=True).order_by("role_rank", "pk"):
        held[pk].append(roles[rank].label)
    return held


def rows(found: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    """The list as a table, a constant number of queries."""
    held = roles_of()
    for person in found.iterator(chunk_size=500):
        yield {
            "name": person.name,
            "email": person.email,
            "roles": held.get(person.pk, []),
            "factor": person.has_factor,
            "joined": person.joined_at,
            "last_login": person.last_login,
            "open": person.is_active,
        }
