"""« Admettre / écarter »: the officer's decision about a structure, with its reason. The last decision counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.keys import new_code
from essaim.directory.actions.locks import directory_locked
from essaim.directory.contacts_import import KnownPlace
from essaim.directory.enums import Decision
from essaim.directory.finding import namesakes
from essaim.directory.models import ContactImport, Criterion, Establishment, LocalDecision, Structure
from essaim.foundation import journal
from essaim.foundation.identifiers import clean_rna, clean_siren, clean_siret
from essaim.foundation.journal import Author
from essaim.foundation.territories import home
from essaim.geography.models import Commune
from essaim.nomenclature.naf import naf as known_activity
from essaim.nomenclature.naf import normal_code
from essaim.nomenclature.perimeter import CriterionCode, Family
from essaim.people.models import Person

SOURCE = "Décision locale"


class DecisionRefused(ValueError):
    """The decision cannot be taken; the message says why, in French."""


class AlreadyKnown(DecisionRefused):
    """The structure to admit is already in the directory: `structure` is the one."""

    def __init__(self, structure: Structure) -> None:
        super().__init__(f"Cette structure est déjà dans l’annuaire : « {structure} » ({structure.key}).")
        self.structure = structure


class MaybeKnown(DecisionRefused):
    """Structures of the same commune have a like name: `places` are to be looked at before another is created."""

    def __init__(self, places: Sequence[KnownPlace]) -> None:
        told = " ; ".join(place.told for place in places)
        super().__init__(f"Une structure de cette commune porte un nom proche : est-ce elle ? {told}.")
        self.places = places


def decide(
    *,
    structure: Structure,
    decision: Decision | str,
    reason: str,
    by: Author,
    contact_import: ContactImport | None = None,
) -> LocalDecision:
    """Admit a structure, or set it aside, with the reason. The same decision again is noted with its new reason.

    A structure set aside keeps its row and its official criteria; the public no longer sees it. Raises DecisionRefused.
    """
    reason = reason.strip()
    if decision not in Decision.values:
        raise DecisionRefused("Choisissez « admettre » ou « écarter ».")
    if not reason:
        raise DecisionRefused("Dites la raison de cette décision : elle est gardée avec elle.")
    with transaction.atomic(), journal.group():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        if structure.merged_into_id is not None:
            raise DecisionRefused(f"« {structure} » est réunie à une autre fiche : décidez sur celle-là.")
        before = _last(structure)
        taken = LocalDecision.objects.create(
            structure=structure,
            decision=decision,
            reason=reason,
            by=by if isinstance(by, Person) else None,
            by_label=journal.label_of(by)[:200],
            contact_import=contact_import,
        )
        refresh_criterion(structure)
        journal.record(
            by=by,
            verb="structure admise" if taken.decision == Decision.ADMIT else "structure écartée",
            obj=structure,
            reason=reason,
            before={"decision": before.decision if before else None},
            after={"decision": taken.decision},
        )
        reindex([structure.pk])
    return taken


def withdraw_decision(*, decision: LocalDecision, reason: str, by: Author) -> None:
    """Take one decision back, as if it had never been: the one before counts again, or the files alone."""
    if not reason.strip():
        raise DecisionRefused("Dites pourquoi cette décision est retirée.")
    with transaction.atomic(), journal.group():
        structure = Structure.objects.select_for_update().get(pk=decision.structure_id)
        row = LocalDecision.objects.filter(pk=decision.pk).first()
        if row is None:
            return
        row.delete()
        refresh_criterion(structure)
        last = _last(structure)
        journal.record(
            by=by,
            verb="décision retirée",
            obj=structure,
            reason=reason.strip(),
            before={"decision": decision.decision, "reason": decision.reason},
            after={"decision": last.decision if last else None},
        )
        reindex([structure.pk])


def _last(structure: Structure) -> LocalDecision | None:
    return LocalDecision.objects.filter(structure=structure).order_by("-pk").first()


def refresh_criterion(structure: Structure) -> None:
    """Make the « local decision » criterion say what the last decision says; inside the caller's transaction."""
    last = _last(structure)
    if last is not None and last.decision == Decision.ADMIT:
        Criterion.objects.update_or_create(
            structure=structure,
            code=CriterionCode.LOCAL_DECISION,
            defaults={
                "source": f"{SOURCE}, {home().name}"[:160],
                "reference": "",
                # The day on the officer's wall, not in Greenwich: a decision at half past midnight is of that day.
                "as_of": timezone.localtime(last.at).date().isoformat(),
            },
        )
    else:
        Criterion.objects.filter(structure=structure, code=CriterionCode.LOCAL_DECISION).delete()


def admit_new(
    *,
    name: str,
    commune: Commune,
    reason: str,
    by: Author,
    family: Family | str = Family.ASSOCIATION,
    siret: str = "",
    siren: str = "",
    rna: str = "",
    naf: str = "",
    address: str = "",
    postcode: str = "",
    others: Collection[int] | None = (),
    contact_import: ContactImport | None = None,
) -> Structure:
    """Admit a structure that the official files do not know as ESS, with what the officer knows of it.

    Without any official number its public key is a stable code of ours, which redirects once a number is obtained.
    `others`: ids of the structures of a like name that somebody has looked at, and which are not this one; None when
    the caller has compared the names already.
    Raises DecisionRefused, AlreadyKnown, MaybeKnown, InvalidIdentifier.
    """
    name = " ".join(name.split())
    if not name:
        raise DecisionRefused("Donnez le nom de la structure.")
    if family not in {item.value for item in Family}:
        raise DecisionRefused("Choisissez une des cinq familles de l’économie sociale et solidaire.")
    if not reason.strip():
        raise DecisionRefused("Dites pourquoi cette structure est admise : la raison est gardée avec la décision.")
    if naf and known_activity(naf) is None:
        raise DecisionRefused("Cette activité n’est pas dans la nomenclature : choisissez-la dans la liste.")
    siret = clean_siret(siret) if siret else ""
    siren = clean_siren(siren) if siren else siret[:9]
    rna = clean_rna(rna) if rna else ""
    if siret and siret[:9] != siren:
        raise DecisionRefused("Ce SIRET n’appartient pas à ce SIREN : vérifiez les deux numéros.")
    with directory_locked(), journal.group():
        known = _known(siren, siret, rna)
        if known is not None:
            raise AlreadyKnown(known)
        if others is not None:
            alike = [place for place in namesakes(name, commune) if place.structure_id not in others]
            if alike:
                raise MaybeKnown(alike)
        structure = Structure(
            siren=siren or None,
            rna=rna or None,
            code=None if siren or rna else new_code(),
            name=name[:250],
            family=str(family),
            naf=normal_code(naf),
            source=f"{SOURCE}, {home().short_name}"[:60],
        )
        _check(structure)
        structure.save(force_insert=True)
        place = Establishment(
            structure=structure,
            siret=siret or None,
            is_head_office=True,
            commune=commune,
            official_commune_code=commune.code,
            address=" ".join(address.split())[:300],
            postcode=postcode,
            naf=structure.naf,
        )
        _check(place)
        place.save(force_insert=True)
        structure.refresh_from_db()
        journal.record(
            by=by, verb="structure créée", obj=structure, after={"key": structure.key, "name": structure.name}
        )
        decide(structure=structure, decision=Decision.ADMIT, reason=reason, by=by, contact_import=contact_import)
    return structure


def _known(siren: str, siret: str, rna: str) -> Structure | None:
    """The structure that already bears one of these numbers."""
    if siret:
        place = Establishment.objects.select_related("structure").filter(siret=siret).first()
        if place is not None:
            return place.structure
    if siren:
        found = Structure.objects.filter(siren=siren).first()
        if found is not None:
            return found
    return Structure.objects.filter(rna=rna).order_by("pk").first() if rna else None


def _check(row: Structure | Establishment) -> None:
    """Field rules of the model; the first message is the one told."""
    try:
        row.clean_fields(exclude=["key", "usual_names", "signs", "structure", "commune"])
    except ValidationError as error:
        raise DecisionRefused(" ".join(error.messages)) from error
