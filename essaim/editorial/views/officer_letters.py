"""The officer's letters, `/equipe/lettres/`: write, preview, try, send, follow; subscribers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.editorial.actions.letters import (
    NOBODY,
    LetterChanged,
    LetterRefused,
    delete_letter,
    resume_letter,
    save_letter,
    send_letter,
    send_test,
    version_of,
)
from essaim.editorial.actions.newsletter import export_subscribers
from essaim.editorial.forms.newsletter import LetterForm
from essaim.editorial.models import Letter
from essaim.editorial.newsletter import reads
from essaim.editorial.newsletter.mails import LetterTest
from essaim.editorial.rules import may_export_subscribers, may_send_letters
from essaim.foundation.csp import message_alone, replace_directives
from essaim.foundation.exports import Column, Format, Kind, respond
from essaim.foundation.pagination import numbered
from essaim.people.access import kept_form, only, signed_in

REFUSAL = "La lettre d’information est réservée à l’équipe qui tient le site."
COLUMNS = (
    Column("email", "Adresse électronique"),
    Column("asked_at", "Demandé le", Kind.MOMENT),
    Column("confirmed_at", "Confirmé le", Kind.MOMENT),
    Column("consent", "Phrase acceptée"),
)
sender = only(may_send_letters, REFUSAL)


def _letter(pk: int) -> Letter:
    row = Letter.objects.filter(pk=pk).prefetch_related("picks").select_related("sent_by").first()
    if row is None:
        raise Http404("Cette lettre n’existe plus.")
    return row


@require_safe
@sender
def home(request: HttpRequest) -> HttpResponse:
    """Drafts, letters sent, and how many receive them."""
    confirmed, waiting = reads.subscriber_counts()
    context = {
        "drafts": reads.drafts(),
        "letters": numbered(reads.sent_letters(), request.GET),
        "confirmed": confirmed,
        "waiting": waiting,
        "may_export": may_export_subscribers(request.user),
    }
    return render(request, "editorial/letters/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sender
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """Write a letter, or go on. Saved by somebody else meanwhile: both are shown, nothing is written."""
    row = _letter(pk) if pk is not None else None
    if row is not None and row.is_sent:
        return redirect("letters:letter", row.pk)
    kept = kept_form(request)
    data = request.POST if request.method == "POST" else kept
    since = reads.tell_since(far="tout" in request.GET)
    form = LetterForm(data, since=since, letter=row)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            row = save_letter(
                letter=row,
                by=signed_in(request),
                title=form.cleaned_data["title"],
                intro=form.cleaned_data["intro"],
                picks=form.picks(),
                version=form.cleaned_data["version"],
            )
        except LetterChanged as refusal:
            theirs = _letter(refusal.now.pk)
            # Pressed again with both under the eyes, it is saved over theirs.
            again = request.POST.copy()
            again["version"] = version_of(theirs)
            form = LetterForm(again, since=since, letter=theirs)
            form.add_error(None, str(refusal))
        except LetterRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La lettre est enregistrée. Relisez-la, puis envoyez-la.")
            return redirect("letters:letter", row.pk)
    context = {
        "form": form,
        "letter": row,
        "since": since,
        "is_kept": kept is not None,
        "theirs": theirs,
        "their_parts": reads.parts_of(theirs) if theirs else [],
    }
    return render(request, "editorial/letters/edit.html", context, status=409 if theirs else 200)


@require_safe
@sender
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its preview, and what can be done with it; once sent, where its sending stands."""
    row = _letter(pk)
    confirmed, _ = reads.subscriber_counts()
    context = {
        "letter": row,
        "rendered": LetterTest(row.pk).render(),
        "recipients": confirmed,
        "nobody": NOBODY,
        "progress": reads.progress_of(row) if row.is_sent else None,
        "lost": len(row.picks.all()) - len(reads.live_picks(row)) if not row.is_sent else 0,
    }
    response = render(request, "editorial/letters/letter.html", context)
    return replace_directives(response, {"frame-src": ["'self'"]})


@require_safe
@sender
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The message's HTML alone, without any right: what the preview's frame shows."""
    return message_alone(LetterTest(_letter(pk).pk).render().html)


@require_POST
@sender
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter to oneself."""
    address = send_test(letter=_letter(pk), by=signed_in(request))
    messages.success(request, f"L’essai est parti vers {address}.")
    return redirect("letters:letter", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@sender
def send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say to how many it will leave, then send it."""
    row = _letter(pk)
    if row.is_sent:
        return redirect("letters:letter", row.pk)
    trouble = ""
    if request.method == "POST":
        try:
            sent = send_letter(letter=row, by=signed_in(request), version=request.POST.get("version", ""))
        except LetterRefused as refusal:
            trouble = str(refusal)
            row = _letter(pk)
            if row.is_sent:
                messages.info(request, trouble)
                return redirect("letters:letter", row.pk)
        else:
            messages.success(request, f"La lettre n° {sent.number} est confiée au courriel.")
            return redirect("letters:letter", sent.pk)
    confirmed, _ = reads.subscriber_counts()
    context = {
        "letter": row,
        "recipients": confirmed,
        "parts": reads.parts_of(row),
        "version": version_of(row),
        "trouble": trouble or ("" if confirmed else NOBODY),
    }
    return render(request, "editorial/letters/send.html", context, status=409 if trouble else 200)


@require_POST
@sender
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a broken sending up again."""
    try:
        waiting = resume_letter(letter=_letter(pk), by=signed_in(request))
    except LetterRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = "Il reste des messages à remettre : ils repartent." if waiting else "Plus rien n’attend."
        messages.success(request, said)
    return redirect("letters:letter", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@sender
def delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask, then throw a draft away."""
    row = _letter(pk)
    if row.is_sent:
        return redirect("letters:letter", row.pk)
    if request.method == "POST":
        try:
            delete_letter(letter=row, by=signed_in(request))
        except LetterRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Le brouillon est supprimé.")
        return redirect("letters:home")
    return render(request, "editorial/letters/delete.html", {"letter": row})


@require_POST
@only(may_export_subscribers, "Vous n’avez pas le droit d’emporter les adresses des abonnés.")
def subscribers(request: HttpRequest) -> HttpResponseBase:
    """The addresses, as a file; asking for it is written in the journal, so it takes a button, never a link."""
    rows = export_subscribers(by=signed_in(request))
    return respond(Format.CSV, COLUMNS, rows, f"abonnes-lettre-{timezone.localdate().isoformat()}")
