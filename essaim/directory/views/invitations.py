"""Invitations: the page that the link opens, and the team's screens (one sending to many, the follow-up)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.directory import rules
from essaim.directory.actions.invitations import (
    InvitationRefused,
    accept_invitation,
    cancel_invitation,
    decline_invitation,
    invite_many,
    resend_invitation,
)
from essaim.directory.claim_ways import masked
from essaim.directory.forms.claims import BulkInviteForm, InviteFilterForm
from essaim.directory.invitations import (
    COLUMNS,
    STATES,
    invitation_of,
    invitations_in,
    preview,
    rows,
    state_of,
)
from essaim.directory.models import Invitation
from essaim.directory.naming import shown_name
from essaim.directory.views.doors import allowed
from essaim.foundation.exports import Format, respond
from essaim.foundation.origin import sent_from_here
from essaim.foundation.pagination import numbered, query_without
from essaim.foundation.ratelimit import Limit, TooMany, hit
from essaim.foundation.territories import current_scope
from essaim.people.access import kept_form, only, signed_in

READ = ["GET", "HEAD", "POST"]
FORMATS = (Format.CSV, Format.XLSX, Format.ODS)
ANSWERING = Limit("invitation", count=30, seconds=3600)


def _opened(token: str) -> Invitation:
    row = invitation_of(token)
    if row is None:
        raise Http404("Ce lien n’est pas entier : reprenez-le dans le message reçu.")
    return row


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link shows: who invites, for what; two buttons. Nothing happens before a press."""
    row = _opened(token)
    person = request.user if request.user.is_authenticated else None
    context = {
        "invitation": row,
        "token": token,
        "structure": row.structure,
        "name": shown_name(row.structure),
        "state": state_of(row),
        "masked": masked(row.email),
        "is_signed_in": person is not None,
        "is_theirs": person is not None and signed_in(request).email.lower() == row.email.lower(),
        "shows_structures": row.structure.fictitious,
    }
    return render(request, "directory/claims/invitation.html", context)


@require_http_methods(READ)
@only(rules.may_claim, "Connectez-vous avec l’adresse invitée.")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept, signed in with the invited address; the door leads here after sign-in, then back to the page."""
    row = _opened(token)
    if request.method != "POST":
        return redirect("claims:invitation", token=token)
    try:
        hit(request, ANSWERING)
        accept_invitation(invitation=row, by=signed_in(request))
    except (InvitationRefused, TooMany) as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:invitation", token=token)
    messages.success(request, f"C’est fait : vous représentez « {shown_name(row.structure)} ».")
    return redirect("space:people", key=row.structure.key)


@csrf_exempt
@never_cache
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Decline, with or without an account: the link is enough to say no.

    No token against forgeries, so no cookie: whoever has the link may decline, and nobody else can write its address.
    """
    row = _opened(token)
    if not sent_from_here(request):
        messages.error(request, "Cette réponse a été préparée sur un autre site. Si elle est de vous, déclinez d’ici.")
        return redirect("claims:invitation", token=token)
    try:
        hit(request, ANSWERING)
        decline_invitation(invitation=row)
    except (InvitationRefused, TooMany) as refusal:
        messages.error(request, str(refusal))
    return redirect("claims:invitation", token=token)


@require_safe
@allowed(rules.may_invite_in_bulk)
def follow_up(request: HttpRequest) -> HttpResponse:
    """Every invitation, by state."""
    state = request.GET.get("etat", "")
    state = state if state in STATES else ""
    page = numbered(invitations_in(current_scope(), state=state), request.GET)
    now = timezone.now()
    context = {
        "page": page,
        "lines": [(one, state_of(one, now), STATES[state_of(one, now)]) for one in page.object_list],
        "state": state,
        "states": STATES,
        "formats": FORMATS,
        "export_query": query_without(request.GET, "page"),
    }
    return render(request, "directory/claims/invitations.html", context)


@require_safe
@allowed(rules.may_invite_in_bulk)
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The follow-up as a spreadsheet."""
    wanted = next((known for known in FORMATS if known.value == extension), None)
    if wanted is None:
        raise Http404("Ce format n’existe pas.")
    state = request.GET.get("etat", "")
    found = invitations_in(current_scope(), state=state if state in STATES else "")
    return respond(wanted, COLUMNS, rows(found), f"invitations-{timezone.localdate().isoformat()}")


@require_http_methods(READ)
@allowed(rules.may_invite_in_bulk)
def many(request: HttpRequest) -> HttpResponse:
    """Invite from the address book: filter, look at who gets what and who is left out, send."""
    filters = InviteFilterForm(request.GET or None)
    filters.is_valid()
    cleaned: dict[str, Any] = getattr(filters, "cleaned_data", {})
    asked = {name: cleaned[field] for name, field in (("text", "q"), ("tag", "etiquette")) if cleaned.get(field)}
    told = preview(current_scope(), **asked)
    kept = kept_form(request)
    form = BulkInviteForm(request.POST or None, initial=kept.dict() if kept else None)
    wanted = set(request.POST.getlist("choix")) if request.method == "POST" else {one.value for one in told.choices}
    if kept is not None:
        wanted = set(kept.getlist("choix"))
    chosen = [one for one in told.choices if one.value in wanted]
    if request.method == "POST" and form.is_valid():
        if chosen:
            sent = invite_many(choices=chosen, by=signed_in(request), message=form.cleaned_data["message"])
            messages.success(request, _told(len(sent.sent)))
            for choice, why in sent.left_out:
                messages.warning(request, f"{choice.email} ({shown_name(choice.structure)}) : {why}")
            return redirect("claims:invitations")
        form.add_error(None, "Choisissez au moins une personne.")
    context = {
        "filters": filters,
        "told": told,
        "lines": [(one, one.value in wanted) for one in told.choices],
        "form": form,
    }
    return render(request, "directory/claims/invite_many.html", context)


def _told(number: int) -> str:
    if number == 0:
        return "Aucune invitation n’est partie."
    return f"{number} invitation{'s sont parties' if number > 1 else ' est partie'}."


@require_http_methods(READ)
@allowed(rules.may_invite_in_bulk)
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one again; a sign-in on the way leads back to the list."""
    if request.method != "POST":
        return redirect("claims:invitations")
    try:
        resend_invitation(invitation=_of_scope(pk), by=signed_in(request))
    except InvitationRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "L’invitation est partie de nouveau.")
    return redirect("claims:invitations")


@require_http_methods(READ)
@allowed(rules.may_invite_in_bulk)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, then make a link useless."""
    row = _of_scope(pk)
    if request.method == "POST":
        try:
            cancel_invitation(invitation=row, by=signed_in(request))
        except InvitationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "L’invitation est annulée : son lien ne sert plus.")
        return redirect("claims:invitations")
    return render(request, "directory/claims/invitation_cancel.html", {"invitation": row})


def _of_scope(pk: int) -> Invitation:
    row = invitations_in(current_scope()).filter(pk=pk).first()
    if row is None:
        raise Http404("Cette invitation n’existe pas.")
    return row
