"""A structure's file seen from inside: notes, contacts, tags, and the timeline of everything that concerns it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.directory import rules
from essaim.directory.actions.inside import (
    InsideRefused,
    erase_contact,
    erase_note,
    put_tag,
    save_contact,
    take_tag_off,
    write_note,
)
from essaim.directory.forms.inside import ContactForm, NoteForm, TagForm
from essaim.directory.models import Contact, Structure, StructureNote, Tag
from essaim.directory.views.doors import allowed, structure_or_404
from essaim.foundation import journal
from essaim.foundation.pagination import keyset
from essaim.people.access import kept_form, signed_in

READ = ["GET", "HEAD", "POST"]


@require_safe
@allowed(rules.may_decide)
def timeline(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that concerns this structure, whichever room wrote it, sheets merged into it included."""
    shown = structure_or_404(request, key)
    entries = journal.about(shown, *Structure.objects.filter(merged_into=shown).order_by("pk"))
    return render(
        request, "directory/officer/timeline.html", {"structure": shown, "page": keyset(entries, request.GET)}
    )


@require_http_methods(READ)
@allowed(rules.may_keep_notes)
def note(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """Add a note, or change one."""
    shown = structure_or_404(request, key)
    row = _one(StructureNote, shown, pk)
    form = NoteForm(
        request.POST or None,
        initial=_kept(request) or ({"text": row.text, "is_pinned": row.is_pinned} if row is not None else None),
    )
    return _edit(
        request,
        shown,
        form,
        title="Modifier la note" if row else "Ajouter une note",
        write=lambda: write_note(structure=shown, by=signed_in(request), note=row, **form.cleaned_data),
        done="La note est gardée.",
    )


@require_http_methods(READ)
@allowed(rules.may_keep_notes)
def note_erase(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask, then erase a note."""
    shown = structure_or_404(request, key)
    row = _one(StructureNote, shown, pk)
    assert row is not None
    return _erase(request, shown, "Effacer cette note ?", row.text, lambda: erase_note(note=row, by=signed_in(request)))


@require_http_methods(READ)
@allowed(rules.may_see_contacts)
def contact(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """Add a contact to the officer's book, or change one."""
    shown = structure_or_404(request, key)
    row = _one(Contact, shown, pk)
    names = ("name", "role", "email", "phone", "note")
    known = {name: getattr(row, name) for name in names} if row is not None else None
    form = ContactForm(request.POST or None, initial=_kept(request) or known)
    return _edit(
        request,
        shown,
        form,
        title="Modifier le contact" if row else "Ajouter un contact",
        write=lambda: save_contact(structure=shown, values=form.cleaned_data, by=signed_in(request), contact=row),
        done="Le contact est gardé.",
    )


@require_http_methods(READ)
@allowed(rules.may_see_contacts)
def contact_erase(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask, then erase a contact."""
    shown = structure_or_404(request, key)
    row = _one(Contact, shown, pk)
    assert row is not None
    return _erase(
        request, shown, "Effacer ce contact ?", str(row), lambda: erase_contact(contact=row, by=signed_in(request))
    )


@require_http_methods(READ)
@allowed(rules.may_keep_notes)
def tag(request: HttpRequest, key: str) -> HttpResponse:
    """Put a tag."""
    shown = structure_or_404(request, key)
    form = TagForm(request.POST or None, initial=_kept(request))
    context: dict[str, Any] = {"known_tags": list(Tag.objects.order_by("name").values_list("name", flat=True))}
    return _edit(
        request,
        shown,
        form,
        title="Poser une étiquette",
        write=lambda: put_tag(structure=shown, name=form.cleaned_data["name"], by=signed_in(request)),
        done="L’étiquette est posée.",
        more=context,
    )


@require_POST
@allowed(rules.may_keep_notes)
def tag_off(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take a tag off."""
    shown = structure_or_404(request, key)
    row = Tag.objects.filter(pk=pk, structures=shown).first()
    if row is not None:
        take_tag_off(structure=shown, tag=row, by=signed_in(request))
        messages.success(request, f"L’étiquette « {row} » est retirée.")
    return redirect("officer:structure", key=shown.key)


def _kept(request: HttpRequest) -> dict[str, str] | None:
    """What was typed here before the session ended."""
    kept = kept_form(request)
    return {name: str(value) for name, value in kept.dict().items()} if kept else None


def _one(model: Any, structure: Structure, pk: int | None) -> Any:
    """The row of this structure that the address names, or None when it names none. Raises Http404."""
    if pk is None:
        return None
    row = model.objects.filter(pk=pk, structure=structure).first()
    if row is None:
        raise Http404("Cet élément n’existe plus, ou il est d’une autre structure.")
    return row


def _edit(
    request: HttpRequest,
    structure: Structure,
    form: forms.Form,
    *,
    title: str,
    write: Callable[[], object],
    done: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            write()
        except InsideRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done)
            return redirect("officer:structure", key=structure.key)
    context = {"structure": structure, "form": form, "title": title, "known_tags": [], **(more or {})}
    return render(request, "directory/officer/inside_edit.html", context)


def _erase(
    request: HttpRequest, structure: Structure, title: str, told: str, erase: Callable[[], object]
) -> HttpResponse:
    if request.method == "POST":
        erase()
        messages.success(request, "C’est effacé.")
        return redirect("officer:structure", key=structure.key)
    return render(
        request, "directory/officer/inside_erase.html", {"structure": structure, "title": title, "told": told}
    )
