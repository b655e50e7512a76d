"""« C’est votre structure ? »: the ways to prove it, the claim, its story, its code, its appeal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.claim_codes import ClaimRefused
from essaim.directory.actions.claim_decisions import enter_code
from essaim.directory.actions.claims import AlreadyOpen, add_proof, appeal, open_claim, withdraw_claim
from essaim.directory.claim_ways import ways_for
from essaim.directory.claims import (
    appeal_limit,
    claim_of,
    claims_of,
    invitation_for,
    live_codes,
    may_appeal,
    open_claim_of,
    story,
)
from essaim.directory.forms.claims import AppealForm, ClaimForm, CodeForm, ProofForm
from essaim.directory.invitations import invitation_token
from essaim.directory.models import Claim
from essaim.directory.naming import shown_name
from essaim.directory.views.doors import structure_or_404
from essaim.foundation.pagination import numbered
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.people.access import kept_form, only, signed_in

READ = ["GET", "HEAD", "POST"]
ASKING = Limit("claim", count=20, seconds=3600)
TYPING = Limit("claim-code", count=40, seconds=3600)
_door = only(rules.may_claim, "Connectez-vous pour faire une demande.")


@require_safe
def represent(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The ways to prove that one acts for this structure, the shortest first. For everybody: no account, no cookie."""
    structure = structure_or_404(request, key)
    context: dict[str, Any] = {
        "structure": structure,
        "name": shown_name(structure),
        "ways": ways_for(structure),
        "shows_structures": structure.fictitious,
        "represents": rules.represents(request.user, structure),
        "claim": None,
        "invitation": "",
    }
    if request.user.is_authenticated:
        person = signed_in(request)
        context["claim"] = open_claim_of(person, structure)
        invitation = invitation_for(person, structure)
        context["invitation"] = invitation_token(invitation) if invitation is not None else ""
    return render(request, "directory/claims/represent.html", context)


@require_http_methods(READ)
@_door
def ask(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Ask: the function, the way, what it needs."""
    structure, person = structure_or_404(request, key), signed_in(request)
    if rules.represents(person, structure):
        messages.info(request, "Vous représentez déjà cette structure.")
        return redirect("space:people", key=structure.key)
    known = open_claim_of(person, structure)
    if known is not None and request.method != "POST":
        return redirect("claims:claim", pk=known.pk)
    kept = kept_form(request)
    wanted = {"way": request.GET.get("moyen", "")[:80]}
    form = ClaimForm(
        request.POST or None,
        request.FILES or None,
        ways=ways_for(structure),
        initial=kept.dict() if kept else wanted,
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, ASKING)
            claim = open_claim(
                structure=structure,
                person=person,
                role=form.cleaned_data["role"],
                message=form.cleaned_data["message"],
                proof=form.proof(),
            )
        except AlreadyOpen as error:
            messages.info(request, str(error))
            return redirect("claims:claim", pk=error.claim.pk)
        except TooMany as refusal:
            form.add_error(None, str(refusal))
            status = 429
        except ClaimRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Votre demande est gardée. Voici la suite.")
            return redirect("claims:claim", pk=claim.pk)
    context = {
        "structure": structure,
        "name": shown_name(structure),
        "form": form,
        "is_kept": kept is not None,
        "shows_structures": structure.fictitious,
    }
    return render(request, "directory/claims/ask.html", context, status=status)


@require_safe
@_door
def mine(request: HttpRequest) -> HttpResponse:
    """One's own claims, the newest first."""
    page = numbered(claims_of(signed_in(request)), request.GET)
    return render(request, "directory/claims/list.html", {"page": page})


@require_safe
@_door
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: its story, what comes next, the code to type, the other ways."""
    return _page(request, _mine(request, pk))


@require_http_methods(READ)
@_door
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Type a code."""
    row = _mine(request, pk)
    if request.method != "POST":
        return _page(request, row, kept=kept_form(request), of="code")
    form = CodeForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            hit(request, TYPING)
            data = form.cleaned_data
            enter_code(claim=row, evidence_id=data["evidence"], code=data["code"], by=signed_in(request))
        except TooMany as refusal:
            form.add_error(None, str(refusal))
            status = 429
        except ClaimRefused as refusal:
            form.add_error("code", str(refusal))
            row = _mine(request, pk)
        else:
            messages.success(request, f"C’est fait : vous représentez « {shown_name(row.structure)} ».")
            return redirect("claims:claim", pk=row.pk)
    return _page(request, row, code_form=form, status=status)


@require_http_methods(READ)
@_door
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Try another way, or ask for a new code."""
    row = _mine(request, pk)
    if request.method != "POST":
        return _page(request, row, kept=kept_form(request), of="proof")
    form = ProofForm(request.POST, request.FILES, ways=ways_for(row.structure))
    status = 200
    if form.is_valid():
        try:
            hit(request, ASKING)
            add_proof(claim=row, by=signed_in(request), proof=form.proof())
        except TooMany as refusal:
            form.add_error(None, str(refusal))
            status = 429
        except ClaimRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est parti. Voici la suite.")
            return redirect("claims:claim", pk=row.pk)
    return _page(request, row, proof_form=form, status=status)


@require_http_methods(READ)
@_door
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, then give the claim up."""
    row = _mine(request, pk)
    if request.method == "POST":
        try:
            withdraw_claim(claim=row, by=signed_in(request))
        except ClaimRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Votre demande est retirée.")
        return redirect("claims:claim", pk=row.pk)
    return render(request, "directory/claims/withdraw.html", {"claim": row, "name": shown_name(row.structure)})


@require_http_methods(READ)
@_door
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal a refusal."""
    row = _mine(request, pk)
    kept = kept_form(request)
    form = AppealForm(request.POST or None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, ASKING)
            made = appeal(claim=row, by=signed_in(request), message=form.cleaned_data["message"])
        except (ClaimRefused, TooMany) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Votre recours est déposé.")
            return redirect("claims:claim", pk=made.pk)
    context = {"claim": row, "name": shown_name(row.structure), "form": form, "may_appeal": may_appeal(row)}
    return render(request, "directory/claims/appeal.html", context)


def _mine(request: HttpRequest, pk: int) -> Claim:
    """One's own claim; another's is not there."""
    row = claim_of(signed_in(request), pk)
    if row is None:
        raise Http404("Cette demande n’est pas à votre nom.")
    return row


def _page(
    request: HttpRequest,
    row: Claim,
    *,
    code_form: CodeForm | None = None,
    proof_form: ProofForm | None = None,
    kept: Any = None,
    of: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a claim, with the form that is being filled in its place."""
    typed = kept.dict() if kept else {}
    if row.is_open and proof_form is None:
        proof_form = ProofForm(ways=ways_for(row.structure), initial=typed if of == "proof" else None)
    codes = []
    for live in live_codes(row):
        form: Form = CodeForm(
            initial={**(typed if of == "code" else {}), "evidence": live.evidence.pk},
            auto_id=f"id_%s_{live.evidence.pk}",
        )
        if code_form is not None and str(code_form.data.get("evidence")) == str(live.evidence.pk):
            form = code_form
        codes.append((live, form))
    told_apart = bool(code_form is not None and not any(form is code_form for _, form in codes))
    context = {
        "claim": row,
        "structure": row.structure,
        "name": shown_name(row.structure),
        "events": story(row),
        "codes": codes,
        "code_errors": list(code_form.errors.values()) if told_apart and code_form is not None else [],
        "proof_form": proof_form if row.is_open else None,
        "may_appeal": may_appeal(row),
        "appeal_limit": appeal_limit(row),
        "shows_structures": row.structure.fictitious,
    }
    return render(request, "directory/claims/claim.html", context, status=status)
