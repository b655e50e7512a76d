"""What the directory keeps about people: its lines of the register, its delays, what an erased account leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from essaim.directory import leaving
from essaim.directory.actions import erasing, keeping, reports, undoing
from essaim.directory.privacy import official, records
from essaim.foundation.registries import (
    Erasure,
    NobodyInside,
    Retention,
    erasures,
    nobody_inside,
    personal_records,
    retentions,
    to_complete,
)


def _purge_reports(by: Any) -> int:
    return reports.purge_reports(by=by) + reports.forget_addresses(by=by)


RETENTIONS = (
    Retention("demandes", "preuves et mots des demandes de rattachement", lambda by: keeping.purge_claims(by=by), 20),
    Retention("invitations", "invitations d’un an", lambda by: keeping.purge_invitations(by=by), 23),
    Retention("photos", "photos retirées depuis trente jours", lambda by: keeping.purge_photos(by=by), 32),
    Retention(
        "corrections", "adresses et anciennes coordonnées des fiches", lambda by: keeping.purge_corrections(by=by), 33
    ),
    Retention("campagnes", "adresses des campagnes finies", lambda by: keeping.purge_campaigns(by=by), 35),
    Retention("signalements", "signalements d’erreurs et leurs adresses", _purge_reports, 40),
    Retention("propositions", "qui proposait une structure", lambda by: keeping.purge_proposals(by=by), 41),
    Retention("imports", "comptes rendus d’imports", lambda by: keeping.purge_imports(by=by), 51),
    Retention("reunions", "de quoi séparer deux fiches réunies", lambda by: undoing.forget_merges(by=by), 54),
)


def _erase(person: Any, by: Any) -> Sequence[str]:
    return erasing.forget_in_directory(person=person, by=by)


ERASURE = Erasure("annuaire", _erase, leaving.foresee, order=10)


def register() -> None:
    """Called once, when Django is ready."""
    for record in (*records.RECORDS, *official.RECORDS):
        personal_records.register(record)
    for key, why in official.NOBODY.items():
        nobody_inside.register(NobodyInside(key, why))
    for retention in RETENTIONS:
        retentions.register(retention)
    erasures.register(ERASURE)
    to_complete.register(leaving.TO_COMPLETE)
