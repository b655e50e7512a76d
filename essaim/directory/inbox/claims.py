"""What reaches the officer of claims: those that nothing but the team can bring further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from essaim.directory.actions.claim_codes import ClaimRefused
from essaim.directory.actions.claim_decisions import decide_claim
from essaim.directory.claims import claims_in, waiting_for_team
from essaim.directory.forms.claims import ACCEPT, DecideClaimForm
from essaim.directory.mails.claims import CLAIMS
from essaim.directory.models import Claim
from essaim.foundation import registries
from essaim.foundation.territories import current_scope
from essaim.people.models import Person
from essaim.people.queries import officers


def _decide(claim: Claim, by: Person, *, accept: bool, reason: str) -> Claim:
    try:
        return decide_claim(claim=claim, by=by, accept=accept, reason=reason)
    except ClaimRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _handle(claim: Claim, form: forms.Form, by: Person) -> Claim:
    data = form.cleaned_data
    return _decide(claim, by, accept=data["answer"] == ACCEPT, reason=data["reason"])


def _bulk(claim: Claim, reason: str, by: Person, *, accept: bool) -> Claim:
    """By the dozen, except an appeal against one's own refusal when somebody else could look at it."""
    former = claim.appeal_of
    if former is not None and former.decided_by_id == by.pk and officers().exclude(pk=by.pk).exists():
        raise forms.ValidationError("Recours contre votre propre refus : confiez-le, ou ouvrez-le pour le décider.")
    return _decide(claim, by, accept=accept, reason=reason)


def _accept(claim: Claim, reason: str, by: Person) -> Claim:
    return _bulk(claim, reason, by, accept=True)


def _refuse(claim: Claim, reason: str, by: Person) -> Claim:
    return _bulk(claim, reason, by, accept=False)


CLAIM_KIND = registries.InboxKind(
    key=CLAIMS,
    label="Demande de rattachement",
    plural="Demandes de rattachement",
    items=lambda _person: claims_in(current_scope()),
    pending=lambda _person: waiting_for_team(current_scope()),
    received_at="opened_at",
    row_template="directory/desk/claim_row.html",
    item_template="directory/desk/claim_item.html",
    form=DecideClaimForm,
    handle=_handle,
    is_pending=lambda claim: claim.is_open,
    order=5,
    bulk=(
        registries.BulkAction("accepter", "Accepter", _accept, needs_reason=True),
        registries.BulkAction("refuser", "Refuser", _refuse, needs_reason=True),
    ),
    structure_id="structure_id",
)


def _under_way(structure: Any, person: Any) -> Sequence[registries.UnderWayItem]:
    """The open claims on a structure, for its own space."""
    rows = Claim.objects.filter(structure=structure, decided_at__isnull=True).select_related("person").order_by("pk")
    return [
        registries.UnderWayItem(
            title=f"{claim.person} demande à représenter la structure",
            state="recours" if claim.appeal_of_id else "en cours",
            url=f"/espace/{structure.key}/personnes/",
            day=claim.opened_at.date(),
        )
        for claim in rows
    ]


UNDER_WAY = registries.UnderWay("rattachements", "Demandes de rattachement", _under_way, order=20)
