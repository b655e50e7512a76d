"""The officer's spreadsheet on screen: send, read the verdicts, confirm, and take it all back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.contacts import (
    ImportRefused,
    import_contacts,
    preview,
)
from essaim.directory.actions.contacts_undo import undo_import
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.contacts_import import NotContacts, Verdict
from essaim.directory.contacts_import.report import sentence
from essaim.directory.forms.officer import UploadForm
from essaim.directory.models import ContactImport
from essaim.directory.views.doors import allowed
from essaim.foundation import uploads
from essaim.foundation.pagination import numbered
from essaim.foundation.spreadsheets import UnreadableTable
from essaim.people.access import signed_in

KIND = "contacts"
"""Whose uploads these are."""
SHOWN_LINES = 300
"""Lines of each verdict drawn on a preview; the rest is counted."""


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_import_contacts)
def imports(request: HttpRequest) -> HttpResponse:
    """Former imports, and the form to send a spreadsheet. A file that cannot be read is refused at once, in words."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        content, name = upload.read(), (upload.name or "tableur")[:200]
        try:
            preview(content=content, filename=name)
        except (UnreadableTable, NotContacts) as error:
            form.add_error("file", str(error))
        else:
            return redirect(
                "officer:import_preview", token=uploads.keep(content, name, kind=KIND, owner=signed_in(request))
            )
    # Thousands of verdicts stay where they are: the counts tell enough.
    page = numbered(ContactImport.objects.defer("columns", "verdicts", "brought").order_by("-pk"), request.GET)
    return render(request, "directory/officer/imports.html", {"form": form, "page": page})


def _choices(data: QueryDict) -> dict[int, int]:
    """« line-12 » → 345: the structure chosen for a line to review."""
    chosen: dict[int, int] = {}
    for name, value in data.items():
        number = name.removeprefix("line-")
        if name != number and number.isdecimal() and isinstance(value, str) and value.isdecimal():
            chosen[int(number[:9])] = int(value[:15])
    return chosen


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_import_contacts)
def import_preview(request: HttpRequest, token: str) -> HttpResponse:
    """What the file would do, line by line; the POST does it, exactly as shown, or shows again what has moved."""
    person = signed_in(request)
    try:
        upload = uploads.find(token, kind=KIND, owner=person)
        content, name = upload.content(), upload.filename
    except uploads.UploadGone as error:
        messages.error(request, str(error))
        return redirect("officer:imports")
    moved = ""
    choices = _choices(request.POST)
    if request.method == "POST":
        try:
            shown = request.POST.get("fingerprint", "")
            row = import_contacts(content=content, filename=name, by=person, choices=choices, expected=shown)
        except (ImportRefused, DirectoryBusy) as error:
            moved = str(error)
        else:
            uploads.forget(token)
            messages.success(request, "L’import est fait. Vous pouvez l’annuler ici.")
            return redirect("officer:import_result", pk=row.pk)
    seen = preview(content=content, filename=name)
    groups = [
        (verdict, found[:SHOWN_LINES], len(found) - SHOWN_LINES)
        for verdict in (Verdict.REVIEW, Verdict.REFUSED, Verdict.ADMIT, Verdict.MATCHED)
        if (found := seen.of(verdict))
    ]
    context = {
        "seen": seen,
        "token": token,
        "sentence": sentence(seen.counts),
        "groups": groups,
        "useful": seen.counts["matched"] + seen.counts["admit"],
        "can_choose": any(judged.candidates for judged in seen.of(Verdict.REVIEW)),
        "choices": choices,
        "moved": moved,
    }
    return render(request, "directory/officer/import_preview.html", context)


@require_http_methods(["POST"])
@allowed(rules.may_import_contacts)
def import_abandon(request: HttpRequest, token: str) -> HttpResponse:
    """Forget an upload without importing it."""
    if uploads.abandon(token, kind=KIND, owner=signed_in(request)):
        messages.info(request, "Le fichier est oublié, rien n’a été importé.")
    return redirect("officer:imports")


def _row(pk: int) -> ContactImport:
    row = ContactImport.objects.filter(pk=pk).first()
    if row is None:
        raise Http404("Cet import n’existe pas.")
    return row


@require_safe
@allowed(rules.may_import_contacts)
def import_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What an import did, line by line; the lines that brought nothing first."""
    row = _row(pk)
    order = {verdict.value: rank for rank, verdict in enumerate((Verdict.REVIEW, Verdict.REFUSED, Verdict.ADMIT))}
    lines = sorted(row.verdicts, key=lambda told: (order.get(told["verdict"], len(order)), told["line"]))
    context = {
        "row": row,
        "sentence": sentence(row.counts),
        "page": numbered(lines, request.GET, size=100),
        "labels": {verdict.value: verdict.label for verdict in Verdict},
    }
    return render(request, "directory/officer/import_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_import_contacts)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take back exactly what the import brought."""
    row = _row(pk)
    if request.method == "POST":
        try:
            done = undo_import(contact_import=row, by=signed_in(request))
        except (ImportRefused, DirectoryBusy) as error:
            messages.error(request, str(error))
            return redirect("officer:import_result", pk=row.pk)
        if not done.kept:
            messages.success(request, "L’import est annulé : tout ce qu’il avait apporté est retiré.")
            return redirect("officer:import_result", pk=row.pk)
        return render(request, "directory/officer/import_undone.html", {"row": row, "done": done})
    if row.undone_at is not None:
        return redirect("officer:import_result", pk=row.pk)
    return render(request, "directory/officer/import_undo.html", {"row": row})
