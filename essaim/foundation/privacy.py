"""What is kept about people: the words of the register of processing, and what checks that nothing escapes it.

Each room declares its models in `<room>/privacy.py`: a `PersonalRecord` for those that hold somebody, a `NobodyInside`
for the others. `undeclared()` tells what nobody declared; a test of the whole site asks that it be empty.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from essaim.foundation.registries import Registry, nobody_inside, personal_records

if TYPE_CHECKING:
    from essaim.foundation.registries import PersonalRecord


class Basis(StrEnum):
    """Legal bases that an authority uses (RGPD, article 6, paragraph 1; the letter is that of the list)."""

    PUBLIC_TASK = "mission d’intérêt public (RGPD, article 6-1-e)"
    CONSENT = "accord de la personne (RGPD, article 6-1-a)"
    LEGAL_DUTY = "obligation légale (RGPD, article 6-1-c)"


@dataclass(frozen=True)
class ProtectionOfficer:
    """Who answers for the protection of data: `told()` gives the name and how to write, both empty when unknown."""

    key: str
    told: Callable[[], tuple[str, str]]


protection_officers: Registry[ProtectionOfficer] = Registry("délégué·e à la protection des données")
"""The room that knows the site's pages says whom the authority has named; one at most."""


def protection_officer() -> tuple[str, str]:
    """Name and contact of the person named by the authority, as its pages say; empty texts when they do not."""
    for source in protection_officers:
        return source.told()
    return "", ""


_HOLDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    models.BinaryField,
)
"""Kinds of fields that can hold somebody (e-mail, address of the web, image: each is one of these)."""


def can_hold_somebody(field: models.Field[Any, Any]) -> bool:
    """Whether a field can hold somebody: a text, a file, an address, or a tie to an account."""
    if field.is_relation:
        related = field.related_model
        return isinstance(related, type) and related._meta.label == settings.AUTH_USER_MODEL
    return isinstance(field, _HOLDS)


def _holds_somebody(field: models.Field[Any, Any]) -> bool:
    """Whether a field holds somebody by its very nature: an account, an e-mail, a network address, a signature."""
    if field.is_relation:
        return can_hold_somebody(field)
    return isinstance(field, models.EmailField | models.GenericIPAddressField) or field.name.endswith("by_label")


def fields_to_declare(model: type[models.Model]) -> list[str]:
    """The names of the fields of a model that can hold somebody; those of a parent model are the parent's."""
    own = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field.name for field in own if can_hold_somebody(field)]


def undeclared(kinds: Iterable[type[models.Model]] | None = None) -> list[str]:
    """What is declared nowhere, or wrongly, in words: a model, a field, a field that is no more. Empty: all is told."""
    everything = list(apps.get_models(include_auto_created=True)) if kinds is None else list(kinds)
    by_model = {record.model: record for record in personal_records}
    return [problem for model in everything for problem in _problems(model, by_model.get(model._meta.label))]


def _problems(model: type[models.Model], record: PersonalRecord | None) -> Iterator[str]:
    label = model._meta.label
    if record is None and label not in nobody_inside:
        yield f"{label} : ni PersonalRecord ni NobodyInside."
    if record is None:
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many] if label in nobody_inside else ():
            if _holds_somebody(field):
                yield f"{label}.{field.name} : tient une personne, alors que le modèle est dit sans personne."
        return
    if label in nobody_inside:
        yield f"{label} : déclaré deux fois, avec et sans personne."
    told = {*record.fields, *record.others}
    for name in fields_to_declare(model):
        if name not in told:
            yield f"{label}.{name} : ni dans « fields », ni dans « others »."
    known = {field.name for field in model._meta.get_fields()}
    for name in sorted(told - known):
        yield f"{label}.{name} : déclaré, mais ce champ n’existe pas."
    for name in sorted(set(record.fields) & set(record.others)):
        yield f"{label}.{name} : à la fois personnel et non."


Rows = Callable[[Any], Iterator[Mapping[str, object]]]


def rows_of(model: str, shown: Sequence[str], *, by: Sequence[str] = (), email: Sequence[str] = ()) -> Rows:
    """Make the `rows` of a record: the rows tied to somebody by a column of `by`, or by their address in `email`.

    `shown` are the columns of their export, each under its label: never the name of somebody else.
    """

    def rows(person: Any) -> Iterator[Mapping[str, object]]:
        found = matching(model, person, by=by, email=email)
        if found is None:
            return
        kind = apps.get_model(model)
        columns = [kind._meta.get_field(name) for name in shown]
        for row in found.iterator(chunk_size=200):
            yield {str(getattr(one, "verbose_name", one.name)): told(row, one.name) for one in columns}

    return rows


def matching(
    model: str, person: Any, *, by: Sequence[str] = (), email: Sequence[str] = ()
) -> models.QuerySet[Any] | None:
    """The rows of a model tied to somebody, by their number; None when nothing can tie them."""
    conditions = [Q(**{name: person.pk}) for name in by]
    if person.email:
        conditions += [Q(**{f"{name}__iexact": person.email}) for name in email]
    if not conditions:
        return None
    kind = apps.get_model(model)
    ties = [field.name for field in kind._meta.concrete_fields if field.is_relation and not field.null]
    found: models.QuerySet[Any] = kind._default_manager.filter(reduce(operator.or_, conditions)).order_by("pk")
    return found.select_related(*ties) if ties else found


def told(row: models.Model, name: str) -> object:
    """The value of a column as a person reads it: the label of a choice, the local hour, the name of a file."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display is not None else getattr(row, name)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, models.fields.files.FieldFile):
        return value.name or ""
    return value
