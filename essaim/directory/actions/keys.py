"""Identity: one internal row per structure, whatever its public key becomes. Former keys redirect for ever."""

from __future__ import annotations

import secrets

from django.db import models

from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.locks import directory_locked
from essaim.directory.cardfields import FIELDS
from essaim.directory.models import Card, CardChange, Criterion, FormerKey, Label, Structure
from essaim.directory.models.contacts import StructureTag
from essaim.directory.provenance import Sayer, origin_of, sayer_of, source_text
from essaim.foundation import journal
from essaim.foundation.identifiers import clean_siren
from essaim.foundation.journal import Author
from essaim.nomenclature.perimeter import CriterionCode

# Digits and capitals that nobody takes for one another on paper or on the phone: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 7


class MergeRefused(ValueError):
    """The two structures cannot become one; the message says why, in French."""


def new_code() -> str:
    """A stable code that no structure bears: « E » and seven characters without look-alikes."""
    while True:
        code = "E" + "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        taken = Structure.objects.filter(key=code).exists() or FormerKey.objects.filter(key=code).exists()
        if not taken:
            return code


def redirect_key(key: str, structure: Structure) -> None:
    """Make a former key lead to the structure; inside the caller's transaction and journal."""
    FormerKey.objects.update_or_create(key=key, defaults={"structure": structure})


def merge(*, source: Structure, target: Structure, reason: str, by: Author) -> Structure:
    """Make one structure of two: everything tied to `source` goes to `target`, and its address redirects there.

    `source` keeps its row (the official file still names it) but is no longer shown. What both have and only one may
    keep (card, same tag, same criterion) stays as `target` has it; blanks of the target's card are filled from the
    source's. Raises MergeRefused.
    """
    reason = reason.strip()
    if not reason:
        raise MergeRefused("Dites pourquoi ces deux fiches n’en font qu’une.")
    with directory_locked(), journal.group():
        rows = {
            row.pk: row
            for row in Structure.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk")
        }
        if source.pk == target.pk or len(rows) != 2:
            raise MergeRefused("Choisissez deux fiches différentes.")
        source, target = rows[source.pk], rows[target.pk]
        if target.merged_into_id is not None:
            raise MergeRefused(f"« {target} » est déjà réunie à une autre fiche : choisissez celle-là.")
        if source.merged_into_id is not None:
            raise MergeRefused(f"« {source} » est déjà réunie à une autre fiche.")
        if source.siren is not None and target.siren is None:
            raise MergeRefused("Gardez la fiche qui porte un SIREN : réunissez-les dans l’autre sens.")
        if source.fictitious != target.fictitious:
            raise MergeRefused(
                "L’une des deux fiches est inventée et partira avec la démonstration : "
                "elle ne se réunit pas à une vraie."
            )
        moved = move_everything(source, target)
        reindex([source.pk, target.pk])
        journal.record(
            by=by,
            verb="fiches réunies",
            obj=target,
            reason=reason,
            before={"source": source.key, "target": target.key},
            after={"key": target.key, "former_key": source.key, "moved": moved},
        )
        journal.record(by=by, verb="fiche réunie à une autre", obj=source, reason=reason, after={"into": target.key})
    return target


def move_everything(source: Structure, target: Structure) -> dict[str, int]:
    """Move what is tied to `source`; inside the caller's lock. Returns how many rows of each kind went over.

    Kinds are found on the model, so that a room opened later is moved too. Rows that a rule keeps unique by structure
    are dropped when the target already has theirs.
    """
    moved: dict[str, int] = {}
    _merge_cards(source, target)
    _drop_doubles(source, target)
    for relation in Structure._meta.related_objects:
        if relation.field.name == "merged_into" or relation.many_to_many:
            continue
        manager: models.Manager[models.Model] = relation.related_model._base_manager
        rows = manager.filter(**{relation.field.name: source})
        # What the files say of the source's own unit stays with it, where the next synchronisation looks for it.
        if relation.related_model is Criterion:
            rows = rows.filter(code=CriterionCode.LOCAL_DECISION)
        elif relation.related_model is Label:
            rows = rows.filter(establishment__isnull=False)
        elif relation.related_model is CardChange:
            rows = rows.filter(decided_at__isnull=True)  # a history is the one of its own card
        number = rows.update(**{relation.field.name: target})
        if number:
            moved[relation.related_model._meta.model_name or ""] = number
    Structure.objects.filter(merged_into=source).update(merged_into=target)
    if target.rna is None and source.rna is not None:
        target.rna = source.rna
        target.save(update_fields=["rna", "updated_at"])
    source.merged_into = target
    source.save(update_fields=["merged_into", "updated_at"])
    redirect_key(source.key, target)
    return moved


def _merge_cards(source: Structure, target: Structure) -> None:
    """Keep the target's words; fill its blanks with the source's."""
    theirs = Card.objects.filter(structure=source).first()
    ours = Card.objects.filter(structure=target).first()
    if theirs is None or ours is None:
        return
    filled = False
    for field in FIELDS:
        if not getattr(ours, field) and getattr(theirs, field):
            setattr(ours, field, getattr(theirs, field))
            filled = True
    if filled and sayer_of(ours) != sayer_of(theirs):
        # Words of two hands: the team, who merges, answers for them.
        ours.source = source_text(Sayer.TEAM, origin_of(ours))
    ours.save()
    theirs.delete()


def _drop_doubles(source: Structure, target: Structure) -> None:
    tags = StructureTag.objects.filter(structure=target).values("tag_id")
    StructureTag.objects.filter(structure=source, tag_id__in=tags).delete()
    if Criterion.objects.filter(structure=target, code=CriterionCode.LOCAL_DECISION).exists():
        Criterion.objects.filter(structure=source, code=CriterionCode.LOCAL_DECISION).delete()


def obtain_siren(*, structure: Structure, siren: str, by: Author, reason: str = "") -> Structure:
    """Give its SIREN to a structure that had none; its former address (RNA number or code) redirects.

    Raises InvalidIdentifier, or MergeRefused when another structure bears this SIREN (then the two are to be merged).
    """
    siren = clean_siren(siren)
    with directory_locked(), journal.group():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        if structure.siren == siren:
            return structure
        if structure.siren is not None:
            raise MergeRefused(f"« {structure} » porte déjà le SIREN {structure.siren} : il ne change pas.")
        other = Structure.objects.filter(siren=siren).first()
        if other is not None:
            raise MergeRefused(f"« {other} » porte déjà ce SIREN : réunissez plutôt les deux fiches.")
        former = structure.key
        structure.siren = siren
        structure.save(update_fields=["siren", "updated_at"])
        structure.refresh_from_db()
        redirect_key(former, structure)
        journal.record(
            by=by, verb="SIREN obtenu", obj=structure, reason=reason, before={"key": former}, after={"key": siren}
        )
        reindex([structure.pk])
    return structure
