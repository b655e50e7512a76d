"""A merge undone: what moved comes back, but for what has changed since, which is told line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models
from django.db.models import Q
from django.utils import timezone

from essaim.directory.actions.cards import save_card
from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.locks import directory_locked
from essaim.directory.actions.merging import MergeRefused, locked_pair, plain, stands
from essaim.directory.cardfields import FIELDS
from essaim.directory.mandates import in_force
from essaim.directory.models import Card, Claim, FormerKey, Invitation, Mandate, Merge, Structure, SyncRun
from essaim.directory.provenance import origin_of, sayer_of
from essaim.directory.ties import column_of, twins_of
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person

KEPT = timedelta(days=365)
"""How long a merge can be undone; then the doubles that it dropped, which may name people, are forgotten."""


@dataclass
class Undone:
    """What came back, and what did not: one sentence each."""

    back: int = 0
    stayed: list[str] = field(default_factory=list)


def undo_merge(*, merge: Merge, by: Author, reason: str) -> Undone:
    """Part two sheets again: the source's address lives, and what had moved comes back to it.

    What was erased, moved elsewhere or written anew since stays where it is, and is told. Two at once: the second is
    refused. Raises MergeRefused also when one of the two was merged again later (that one is to be undone first), when
    the official file has joined them since, and after KEPT.
    """
    reason = reason.strip()
    if not reason:
        raise MergeRefused("Dites pourquoi ces deux fiches redeviennent deux.")
    with directory_locked(), journal.group():
        merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        source, target = locked_pair(merge.source, merge.target)
        refusal = why_not(merge, source, target)
        if refusal:
            raise MergeRefused(refusal)
        told = Undone()
        source.merged_into = None
        source.save(update_fields=["merged_into", "updated_at"])
        _former_key(merge, source, target)
        _rna(merge, source, target)
        _card(merge, source, target, told, by=by)
        _move_back(merge, told)
        _reopen(merge, told)
        _bring_back(merge, source, told)
        merge.undone_at = timezone.now()
        merge.undone_by_label = journal.label_of(by)[:200]
        merge.undone_reason = reason
        merge.save(update_fields=["undone_at", "undone_by_label", "undone_reason"])
        reindex([source.pk, target.pk])
        after = {"key": source.key, "back": told.back, "stayed": told.stayed}
        journal.record(
            by=by, verb="réunion défaite", obj=target, reason=reason, before={"joined": source.key}, after=after
        )
        journal.record(by=by, verb="fiche séparée d’une autre", obj=source, reason=reason, before={"into": target.key})
    return told


def why_not(merge: Merge, source: Structure, target: Structure) -> str:
    """Why this merge cannot be undone now, in French; empty when it can."""
    if merge.undone_at is not None:
        return "Cette réunion est déjà défaite."
    if timezone.now() - merge.at > KEPT:
        return "Cette réunion a plus d’un an : ce qui la déferait n’est plus gardé."
    both = [source.pk, target.pk]
    later = (
        Merge.objects.filter(Q(source__in=both) | Q(target__in=both), pk__gt=merge.pk, undone_at__isnull=True)
        .select_related("source", "target")
        .order_by("-pk")
        .first()
    )
    if later is not None:
        return f"Une autre réunion a suivi (« {later.source} » dans « {later.target} ») : défaites d’abord celle-là."
    if target.merged_into_id is not None or source.merged_into_id != target.pk:
        return "Le fichier officiel a réuni l’une de ces fiches à une autre depuis : elles ne se séparent plus."
    if _file_says_so(merge, source, target):
        return (
            f"Le fichier officiel donne maintenant à « {target} » le numéro RNA de « {source} » : "
            "c’est bien une seule structure."
        )
    return ""


def _file_says_so(merge: Merge, source: Structure, target: Structure) -> bool:
    """A synchronisation has read the target since, and left it the number that the merge had given."""
    given = merge.before.get("rna") is None and source.rna is not None and target.rna == source.rna
    known = bool(target.siren and target.vintage and not target.missing_since)
    return given and known and SyncRun.objects.filter(at__gt=merge.at, vintage=target.vintage).exists()


def forget_merges(*, by: Author) -> int:
    """Forget what would part the sheets merged for more than KEPT: it may name people. Returns how many merges."""
    old = Merge.objects.filter(at__lt=timezone.now() - KEPT).exclude(moved={}, dropped=[], before={})
    with directory_locked():
        number = old.update(moved={}, dropped=[], before={})
        if number:
            journal.record(by=by, verb="réunions anciennes allégées", after={"number": number})
    return number


# --- parts -----------------------------------------------------------------------------------------------------------


def _former_key(merge: Merge, source: Structure, target: Structure) -> None:
    """The source's own address is its own again; a key that led elsewhere before leads there again."""
    FormerKey.objects.filter(key=source.key, structure=target).delete()
    for pk in merge.before.get("former", []):
        if Structure.objects.filter(pk=pk).exists():
            FormerKey.objects.update_or_create(key=source.key, defaults={"structure_id": pk})


def _rna(merge: Merge, source: Structure, target: Structure) -> None:
    given = merge.before.get("rna") is None and source.rna is not None and target.rna == source.rna
    if given:
        target.rna = None
        target.save(update_fields=["rna", "updated_at"])


def _card(merge: Merge, source: Structure, target: Structure, told: Undone, *, by: Author) -> None:
    """Blank again what the merge had filled; a card written since stays, and the source has its own of before."""
    filled = merge.before.get("filled") or {}
    card = Card.objects.filter(structure=target).first()
    if card is None:
        return
    if filled:
        blanks = {name: type(getattr(card, name))() for name, value in filled.items() if getattr(card, name) == value}
        for name in filled.keys() - blanks.keys():
            label = column_of(Card, name).verbose_name
            told.stayed.append(f"Sur la fiche de « {target} », « {label} » a été changé depuis : il reste ainsi.")
        if blanks:
            save_card(structure=target, by=by, values=blanks, said_by=sayer_of(card), source=origin_of(card))
    former = merge.before.get("source_card")
    went = any(row[0] == card.pk for row in merge.moved.get(_CARD, []))
    if went and former is not None and _words(card) != {name: former["fields"][name] for name in FIELDS}:
        merge.moved = {**merge.moved, _CARD: []}
        told.stayed.append(
            f"La fiche a été modifiée depuis : « {target} » la garde, « {source} » retrouve la sienne d’avant."
        )
        merge.dropped = [*merge.dropped, {**former, "pk": None}]


_CARD = "directory.card.structure"


def _words(card: Card) -> dict[str, Any]:
    return dict(plain({name: getattr(card, name) for name in FIELDS}))


def _move_back(merge: Merge, told: Undone) -> None:
    """Each row that still names what it was moved to names again what it named before."""
    for label, rows in merge.moved.items():
        kind, column = _kind(label)
        if kind is None:
            if rows:
                told.stayed.append(f"Ce qui était noté « {label} » n’existe plus sur ce site.")
            continue
        found = kind._base_manager.in_bulk([row[0] for row in rows])
        attname = column_of(kind, column).attname
        for pk, old, new in rows:
            row = found.get(pk)
            name = kind._meta.verbose_name
            if row is None:
                told.stayed.append(f"{_first_up(name)} n° {pk} : effacé depuis.")
            elif str(getattr(row, attname)) != str(new):
                told.stayed.append(f"{_first_up(name)} « {row} » : rattaché ailleurs depuis, il y reste.")
            elif twins_of(row, column, old) or not stands(row, attname, old):
                told.stayed.append(f"{_first_up(name)} « {row} » : un autre a pris sa place, il reste où il est.")
            else:
                kind._base_manager.filter(pk=pk).update(**{attname: old})
                told.back += 1


def _reopen(merge: Merge, told: Undone) -> None:
    """What had been closed for the merge goes on, unless something else closed or changed it since."""
    for closed in merge.before.get("closed", []):
        kind = apps.get_model(closed["model"])
        row = kind._base_manager.filter(pk=closed["pk"]).first()
        if row is None:
            told.stayed.append(f"{_first_up(kind._meta.verbose_name)} n° {closed['pk']} : effacé depuis.")
            continue
        # Who closed it is not compared: a name leaves when its account does.
        held = {name: value for name, value in closed["after"].items() if not name.endswith("_label")}
        if plain({name: getattr(row, name) for name in held}) != held:
            told.stayed.append(f"{_first_up(kind._meta.verbose_name)} « {row} » : changé depuis, il reste ainsi.")
            continue
        refusal = _gone(row) or _stays_closed(row, merge)
        if refusal:
            told.stayed.append(f"{_first_up(kind._meta.verbose_name)} « {row} » : {refusal}, il reste fini.")
            continue
        for name, value in closed["before"].items():
            setattr(row, name, column_of(kind, name.removesuffix("_id")).to_python(value))
        if any(twins_of(row, field.name, getattr(row, field.attname)) for field in kind._meta.concrete_fields):
            told.stayed.append(f"{_first_up(kind._meta.verbose_name)} « {row} » : un autre court déjà, il reste fini.")
            continue
        row.save(update_fields=list(closed["before"]))
        told.back += 1


def _stays_closed(row: models.Model, merge: Merge) -> str:
    """Why a mandate, a claim or an invitation does not open again; empty when it may.

    It had been closed because the kept sheet had its twin: it lives again only as long as that one does. What the team
    has withdrawn since, or a refusal, is not got round by parting the sheets.
    """
    if not isinstance(row, Mandate | Claim | Invitation):
        return ""
    if row.structure_id != merge.source_id:
        return "rattaché ailleurs depuis"
    alive = in_force().filter(structure=merge.target_id)
    if isinstance(row, Invitation):
        if not row.email:
            return "l’adresse a été effacée depuis"
        twins = Invitation.objects.filter(structure=merge.target_id, email__iexact=row.email)
        waiting = twins.filter(accepted_at__isnull=True, declined_at__isnull=True, cancelled_at__isnull=True)
        if waiting.exists() or alive.filter(person__in=twins.values("accepted_by")).exists():
            return ""
    elif not Person.objects.filter(pk=row.person_id, is_active=True).exists():
        return "le compte est fermé"
    elif alive.filter(person=row.person_id).exists():
        return ""
    elif isinstance(row, Claim):
        twin = Claim.objects.filter(structure=merge.target_id, person=row.person_id).order_by("-pk").first()
        if twin is not None and twin.is_open:
            return ""
    return "celui de l’autre fiche a pris fin depuis"


def _gone(row: models.Model) -> str:
    """Whether the row is about somebody whose account has been erased: it would come back with their part."""
    keys = [one.attname for one in _pointed(type(row)) if one.related_model is Person]
    people = [getattr(row, name) for name in keys]
    return "le compte a été supprimé" if Person.objects.filter(pk__in=people, erased_at__isnull=False).exists() else ""


def _bring_back(merge: Merge, source: Structure, told: Undone) -> None:
    """The doubles that were dropped come back as they were, when what they point to still exists."""
    for written in reversed(merge.dropped):
        if not written or not written.get("fields"):
            told.stayed.append("Une ligne en double a été effacée depuis, avec le compte de quelqu’un.")
            continue
        try:
            kind = apps.get_model(written["model"])
        except LookupError:
            told.stayed.append(f"Ce qui était noté « {written['model']} » n’existe plus sur ce site.")
            continue
        (double,) = serializers.deserialize("python", [written])
        row = double.object
        name = _first_up(kind._meta.verbose_name)
        missing = [one.verbose_name for one in _pointed(kind) if not _exists(one, row)]
        if missing:
            told.stayed.append(f"{name} : « {missing[0]} » a été effacé depuis, il ne revient pas.")
        elif refusal := _gone(row):
            told.stayed.append(f"{name} : {refusal}, il ne revient pas.")
        elif any(twins_of(row, one.name, getattr(row, one.attname)) for one in kind._meta.concrete_fields):
            told.stayed.append(f"{name} « {row} » : un autre a pris sa place, il ne revient pas.")
        else:
            double.save()
            told.back += 1


def _pointed(kind: type[models.Model]) -> Iterable[models.ForeignKey[Any, Any]]:
    return [one for one in kind._meta.concrete_fields if isinstance(one, models.ForeignKey)]


def _exists(key: models.ForeignKey[Any, Any], row: models.Model) -> bool:
    value = getattr(row, key.attname)
    return value is None or key.related_model._base_manager.filter(pk=value).exists()


def _kind(label: str) -> tuple[type[models.Model] | None, str]:
    app, model, column = label.split(".")
    try:
        return apps.get_model(app, model), column
    except LookupError:
        return None, column


def _first_up(text: object) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
