"""`/espace/<key>/personnes/`: who acts for a structure, who asks to, who is invited, who no longer does."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from essaim.directory import rules
from essaim.directory.actions.claim_codes import ClaimRefused
from essaim.directory.actions.claim_decisions import answer_as_colleague
from essaim.directory.actions.invitations import (
    InvitationRefused,
    cancel_invitation,
    invite,
    resend_invitation,
)
from essaim.directory.actions.mandates import MandateRefused
from essaim.directory.actions.reports import ReportRefused
from essaim.directory.actions.structure_people import contest_mandate, end_for_another, resign, set_term
from essaim.directory.claims import asking_colleagues
from essaim.directory.enums import MandateEnd
from essaim.directory.forms.claims import (
    ACCEPT,
    AnswerClaimForm,
    ContestForm,
    EndForm,
    InviteForm,
    ResignForm,
    TermForm,
)
from essaim.directory.invitations import STATES, invitations_of, state_of
from essaim.directory.mandates import mandates_of
from essaim.directory.models import Invitation, Mandate, Structure
from essaim.directory.naming import shown_name
from essaim.directory.views.space_door import own_space
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.people.access import kept_form, signed_in

READ = ["GET", "HEAD", "POST"]
ACTING = Limit("space-people", count=60, seconds=3600)


_own = own_space(rules.may_manage_people)


def _base(request: HttpRequest, structure: Structure) -> dict[str, object]:
    return {
        "structure": structure,
        "name": shown_name(structure),
        "is_team": bool(rules.may_decide_claims(request.user)),
        "shows_structures": structure.fictitious,
    }


@require_http_methods(READ)
@_own
def people(request: HttpRequest, structure: Structure) -> HttpResponse:
    """Everybody who acts, asks or is invited; the form to invite; the history."""
    person, now = signed_in(request), timezone.now()
    kept = kept_form(request)
    form = InviteForm(request.POST or None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, ACTING)
            invite(structure=structure, by=person, **form.cleaned_data)
        except (InvitationRefused, TooMany) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "L’invitation est partie. Elle est valable trente jours.")
            return redirect("space:people", key=structure.key)
    every = list(mandates_of(structure)[:300])
    acting = [one for one in every if one.is_in_force(now) and one.person.is_active]
    context = _base(request, structure) | {
        "acting": acting,
        "past": [one for one in every if one not in acting],
        "me": person.pk,
        "asking": list(asking_colleagues(structure).exclude(person=person)),
        "invited": [(one, STATES[state_of(one, now)]) for one in invitations_of(structure)[:100]],
        "form": form,
    }
    return render(request, "directory/space/people.html", context)


@require_http_methods(READ)
@_own
def people_claim(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """A claim that asks for the word of the structure."""
    person = signed_in(request)
    claim = asking_colleagues(structure).exclude(person=person).filter(pk=pk).first()
    if claim is None:
        messages.info(request, "Cette demande n’attend plus de réponse de la structure.")
        return redirect("space:people", key=structure.key)
    kept = kept_form(request)
    form = AnswerClaimForm(request.POST or None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        accept = form.cleaned_data["answer"] == ACCEPT
        try:
            answer_as_colleague(claim=claim, by=person, accept=accept, note=form.cleaned_data["note"])
        except ClaimRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = "Cette personne représente la structure avec vous." if accept else "Votre réponse est partie."
            messages.success(request, told)
            return redirect("space:people", key=structure.key)
    return render(request, "directory/space/claim.html", _base(request, structure) | {"claim": claim, "form": form})


@require_http_methods(READ)
@_own
def mandate_end(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """Resign, or end another's mandate; the form is its own confirmation."""
    person = signed_in(request)
    mandate = _mandate(structure, pk)
    is_mine = mandate.person_id == person.pk
    kept = kept_form(request)
    typed = kept.dict() if kept else {}
    form: ResignForm | EndForm
    if is_mine:
        form = ResignForm(request.POST if request.method == "POST" else None, initial=typed)
    else:
        by_team = bool(rules.may_decide_claims(person))
        form = EndForm(request.POST or None, by_team=by_team, initial=typed)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            if is_mine:
                resign(mandate=mandate, by=person, note=note)
            else:
                end_for_another(mandate=mandate, by=person, reason=MandateEnd(form.cleaned_data["reason"]), note=note)
        except MandateRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if is_mine and not rules.may_decide_claims(person):
                messages.success(request, f"Vous ne représentez plus « {shown_name(structure)} ».")
                return redirect(structure.get_absolute_url())
            messages.success(request, "Le mandat a pris fin, et la personne en est prévenue.")
            return redirect("space:people", key=structure.key)
    others = [one for one in mandates_of(structure) if one.is_in_force() and one.pk != mandate.pk]
    context = _base(request, structure) | {
        "mandate": mandate,
        "is_mine": is_mine,
        "is_last": not others,
        "form": form,
    }
    return render(request, "directory/space/mandate_end.html", context)


@require_http_methods(READ)
@_own
def mandate_term(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """The last day of a mandate."""
    mandate = _mandate(structure, pk)
    kept = kept_form(request)
    initial = {"until": mandate.until, **(kept.dict() if kept else {})}
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_term(mandate=mandate, by=signed_in(request), until=form.cleaned_data["until"])
        except MandateRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Le terme est enregistré.")
            return redirect("space:people", key=structure.key)
    context = _base(request, structure) | {"mandate": mandate, "form": form}
    return render(request, "directory/space/mandate_term.html", context)


@require_http_methods(READ)
@_own
def mandate_contest(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """Tell the team that somebody should not act for the structure."""
    mandate = _mandate(structure, pk)
    kept = kept_form(request)
    form = ContestForm(request.POST or None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            hit(request, ACTING)
            contest_mandate(mandate=mandate, by=signed_in(request), note=form.cleaned_data["note"])
        except (MandateRefused, ReportRefused, TooMany) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "L’équipe a reçu votre signalement. Elle vous répond par courriel.")
            return redirect("space:people", key=structure.key)
    context = _base(request, structure) | {"mandate": mandate, "form": form}
    return render(request, "directory/space/mandate_contest.html", context)


@require_http_methods(READ)
@_own
def invitation_resend(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """Send an invitation again; a sign-in on the way leads back to the page of the people."""
    if request.method == "POST":
        try:
            hit(request, ACTING)
            resend_invitation(invitation=_invitation(structure, pk), by=signed_in(request))
        except (InvitationRefused, TooMany) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "L’invitation est partie de nouveau.")
    return redirect("space:people", key=structure.key)


@require_http_methods(READ)
@_own
def invitation_cancel(request: HttpRequest, structure: Structure, pk: int) -> HttpResponse:
    """Confirm, then make a link useless."""
    invitation = _invitation(structure, pk)
    if request.method == "POST":
        try:
            cancel_invitation(invitation=invitation, by=signed_in(request))
        except InvitationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "L’invitation est annulée : son lien ne sert plus.")
        return redirect("space:people", key=structure.key)
    context = _base(request, structure) | {"invitation": invitation}
    return render(request, "directory/space/invitation_cancel.html", context)


def _mandate(structure: Structure, pk: int) -> Mandate:
    """A mandate of that structure, in force; another's is not there."""
    row = mandates_of(structure).filter(pk=pk).first()
    if row is None or not row.is_in_force():
        raise Http404("Ce mandat n’est plus en cours pour cette structure.")
    row.structure = structure
    return row


def _invitation(structure: Structure, pk: int) -> Invitation:
    row = invitations_of(structure).filter(pk=pk).first()
    if row is None:
        raise Http404("Cette invitation n’attend plus de réponse.")
    row.structure = structure
    return row
