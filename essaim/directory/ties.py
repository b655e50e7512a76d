"""What is tied to a row, found on the models themselves: a room opened later is seen without a word from it.

A tie is a column of another model that names a row of this one: a foreign key (those without a way back too, and the
hidden tables of many-to-many fields), or the two columns of a generic foreign key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet

from essaim.directory.enums import Decision
from essaim.directory.models import CardChange, Criterion, Label, LocalDecision, Merge, Structure
from essaim.foundation.models import JournalEntry, JournalSubject
from essaim.nomenclature.perimeter import CriterionCode

HISTORY: tuple[type[models.Model], ...] = (JournalEntry, JournalSubject)
"""What was told of a sheet stays told of that sheet."""
STAYS = frozenset(
    {"directory.merge.source", "directory.merge.target", "directory.nottwins.one", "directory.nottwins.other"}
)
"""Columns about two sheets as such: they say what became of each, and move with neither."""


@dataclass(frozen=True)
class Tie:
    """One column of one model that names rows of another."""

    model: type[models.Model]
    column: str
    """Name to filter and to write by: « structure », or the id column of a generic key."""
    type_column: str = ""
    """The content type's column of a generic key; empty for a foreign key."""

    @property
    def label(self) -> str:
        """« directory.contact.structure »: what names the tie in a kept record."""
        return f"{self.model._meta.label_lower}.{self.column}"

    @property
    def attname(self) -> str:
        """The attribute that holds the raw value: « structure_id »."""
        return self.column if self.type_column else column_of(self.model, self.column).attname

    @property
    def told(self) -> str:
        """What people call these rows."""
        meta = self.model._meta
        return str(meta.verbose_name_plural if not meta.auto_created else meta.verbose_name)

    def where(self, owner: type[models.Model], pk: Any) -> Q:
        """The rows that name this one."""
        if not self.type_column:
            return Q(**{self.column: pk})
        kind = ContentType.objects.get_for_model(owner)
        return Q(**{self.type_column: kind, self.column: column_of(self.model, self.column).to_python(pk)})

    def rows(self, owner: type[models.Model], pk: Any) -> QuerySet[Any]:
        """The rows that name this one, whatever a manager would hide."""
        return self.model._base_manager.filter(self.where(owner, pk))


def column_of(kind: type[models.Model], name: str) -> models.Field[Any, Any]:
    """A column of a model, by the name of its field."""
    return next(one for one in kind._meta.concrete_fields if one.name == name)


def ties(owner: type[models.Model]) -> list[Tie]:
    """Every tie to rows of a model, in a steady order; histories and the columns of `STAYS` left out."""
    found = {tie.label: tie for tie in [*_foreign_keys(owner), *_generic_keys()]}
    return [found[label] for label in sorted(found) if label not in STAYS]


def _foreign_keys(owner: type[models.Model]) -> Iterator[Tie]:
    for relation in owner._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model is None:
            continue
        kind = relation.related_model
        if isinstance(kind, str) or issubclass(kind, HISTORY) or kind._meta.proxy:
            continue
        yield Tie(kind, relation.field.name)


def _generic_keys() -> Iterator[Tie]:
    for kind in apps.get_models(include_auto_created=True):
        if issubclass(kind, HISTORY) or kind._meta.proxy:
            continue
        for key in kind._meta.private_fields:
            if isinstance(key, GenericForeignKey):
                yield Tie(kind, key.fk_field, key.ct_field)


def movable(tie: Tie, source: Structure, target: Structure) -> QuerySet[Any]:
    """The rows of a tie that a merge takes from one sheet to the other; the others are their own sheet's history.

    What the files say of the source's own unit stays with it, where the next synchronisation looks for it. A decision
    goes over only when it admits and the target has none: a double that was set aside never hides the sheet kept.
    """
    rows = tie.rows(Structure, source.pk)
    if tie.model is Criterion:
        return rows.filter(code=CriterionCode.LOCAL_DECISION) if _takes_decision(source, target) else rows.none()
    if tie.model is Label:
        return rows.filter(establishment__isnull=False)
    if tie.model is CardChange:
        return rows.filter(decided_at__isnull=True)
    if tie.model is LocalDecision:
        return rows if _takes_decision(source, target) else rows.none()
    return rows


def _takes_decision(source: Structure, target: Structure) -> bool:
    last = LocalDecision.objects.filter(structure=source).order_by("-pk").first()
    admits = last is not None and last.decision == Decision.ADMIT
    return admits and (source.pk == target.pk or not LocalDecision.objects.filter(structure=target).exists())


def twins_of(row: models.Model, column: str, value: Any) -> list[models.Model]:
    """The rows that a rule of uniqueness would not suffer beside this one, were `column` to hold `value`."""
    kind = type(row)
    found: dict[Any, models.Model] = {}
    for names, condition in _unique_rules(kind):
        if column not in names:
            continue
        others = kind._base_manager.exclude(pk=row.pk)
        if condition is not None:
            if not kind._base_manager.filter(condition, pk=row.pk).exists():
                continue
            others = others.filter(condition)
        wanted = {name: value if name == column else getattr(row, column_of(kind, name).attname) for name in names}
        if any(held is None for held in wanted.values()):
            continue  # nulls are distinct
        found.update({other.pk: other for other in others.filter(**wanted)})
    return [found[pk] for pk in sorted(found)]


def _unique_rules(kind: type[models.Model]) -> Iterator[tuple[Sequence[str], Q | None]]:
    for field in kind._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield [field.name], None
    for together in kind._meta.unique_together:
        yield list(together), None
    for rule in kind._meta.total_unique_constraints:
        yield rule.fields, None
    for constraint in kind._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is not None:
            yield constraint.fields, constraint.condition


def foreseen(source: Structure, target: Structure | None = None) -> dict[str, int]:
    """What a merge would move, by the name of its kind: shown before anybody confirms."""
    counts: dict[str, int] = {}
    for tie in ties(Structure):
        number = movable(tie, source, target or source).count()
        if number:
            counts[tie.told] = counts.get(tie.told, 0) + number
    return counts


def counts_of(merge: Merge) -> dict[str, int]:
    """What a merge has moved, by the name of its kind."""
    known = {tie.label: tie.told for tie in ties(Structure)}
    counts: dict[str, int] = {}
    for label, rows in merge.moved.items():
        if rows:
            told = known.get(label, "autres lignes")
            counts[told] = counts.get(told, 0) + len(rows)
    return counts
