"""What reaches the officer: structures that people propose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from essaim.directory.actions.cards import CardRefused
from essaim.directory.actions.decisions import DecisionRefused
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.proposals import ProposalRefused, admit_proposal, link_proposal, refuse_proposal
from essaim.directory.comparing import compare_all
from essaim.directory.forms.proposals import ADMIT, CRITERIA, KNOWN, DecideProposalForm
from essaim.directory.likeness import Asked, alike, waiting_alike
from essaim.directory.mails.proposals import PROPOSALS
from essaim.directory.models import StructureProposal
from essaim.foundation import registries
from essaim.foundation.identifiers import InvalidIdentifier
from essaim.foundation.territories import current_scope
from essaim.people.models import Person

_REFUSALS = (ProposalRefused, DecisionRefused, InvalidIdentifier, CardRefused, DirectoryBusy)


def proposals() -> QuerySet[StructureProposal]:
    """Every proposal in the communes served."""
    rows = StructureProposal.objects.filter(commune__epci_id__in=sorted(current_scope()))
    return rows.select_related("commune", "structure__card", "proposer", "decided_by")


def pending() -> QuerySet[StructureProposal]:
    """Those that wait, the oldest first."""
    return proposals().filter(decided_at__isnull=True).order_by("at", "pk")


class ItemForm(DecideProposalForm):
    """The decision, beside what it must be compared with."""

    def __init__(self, *args: Any, item: StructureProposal, **kwargs: Any) -> None:
        twins = alike(asked_of(item), current_scope(), everything=True)
        super().__init__(*args, item=item, twins=twins, **kwargs)
        self.compared = compare_all(item, twins)
        self.waiting = waiting_alike(item)


def asked_of(proposal: StructureProposal) -> Asked:
    """What a proposal says of its structure."""
    return Asked(
        name=proposal.name,
        commune=proposal.commune_id,
        address=proposal.address,
        siren=proposal.siren,
        siret=proposal.siret,
        rna=proposal.rna,
        phone=proposal.phone,
        website=proposal.website,
    )


def _handle(proposal: StructureProposal, form: forms.Form, by: Person) -> object:
    data = form.cleaned_data
    try:
        if data["decision"] == ADMIT:
            return admit_proposal(
                proposal=proposal,
                by=by,
                criterion=dict(CRITERIA)[data["criterion"]],
                proof=data["proof"],
                family=data["family"],
                naf=data["naf"],
                answer=data["answer"],
                invites=data.get("invites", False),
                others={one.structure.pk for one in form.twins} if data.get("looked") else (),  # type: ignore[attr-defined]
            )
        if data["decision"] == KNOWN:
            return link_proposal(
                proposal=proposal,
                structure=data["target"],
                by=by,
                answer=data["answer"],
                with_changes=data["with_changes"],
                invites=data.get("invites", False),
            )
        return refuse_proposal(proposal=proposal, by=by, answer=data["answer"])
    except _REFUSALS as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _refuse(proposal: StructureProposal, reason: str, by: Person) -> object:
    try:
        return refuse_proposal(proposal=proposal, by=by, answer=reason)
    except ProposalRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


PROPOSED = registries.InboxKind(
    key=PROPOSALS,
    label="Structure proposée",
    plural="Structures proposées",
    items=lambda _person: proposals(),
    pending=lambda _person: pending(),
    received_at="at",
    row_template="directory/desk/proposal_row.html",
    item_template="directory/desk/proposal_item.html",
    form=ItemForm,
    handle=_handle,
    is_pending=lambda proposal: proposal.decided_at is None,
    order=30,
    bulk=(registries.BulkAction("refuser", "Ne pas admettre", _refuse, needs_reason=True),),
    structure_id="structure_id",
)
