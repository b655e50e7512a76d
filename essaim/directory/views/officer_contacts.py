"""The officer's address book on screen, and out of it: a list by tag and words, and the same in a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from essaim.directory import address_book, rules
from essaim.directory.forms.officer import ContactsForm
from essaim.directory.views.doors import allowed
from essaim.foundation.exports import Format, respond
from essaim.foundation.pagination import numbered, query_without
from essaim.foundation.territories import current_scope

FORMATS = (Format.CSV, Format.XLSX, Format.ODS)


def _asked(request: HttpRequest) -> tuple[ContactsForm, dict[str, Any]]:
    """The form and what is valid in it: a tag that does not exist is told, the words still filter."""
    form = ContactsForm(request.GET or None)
    form.is_valid()
    cleaned = getattr(form, "cleaned_data", {})
    return form, {name: cleaned[field] for name, field in (("text", "q"), ("tag", "etiquette")) if cleaned.get(field)}


@require_safe
@allowed(rules.may_see_contacts)
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts and tagged structures, by tag and words."""
    form, asked = _asked(request)
    found = address_book.keys(current_scope(), **asked)
    page = numbered(found, request.GET)
    context = {
        "form": form,
        "is_filtered": bool(asked),
        "page": page,
        "entries": address_book.entries(list(page.object_list), current_scope()),
        "contacts": sum(key.contact is not None for key in found),
        "structures": len({key.structure for key in found}),
        "formats": FORMATS,
        "export_query": query_without(request.GET, "page"),
    }
    return render(request, "directory/officer/contacts.html", context)


@require_safe
@allowed(rules.may_see_contacts)
def contacts_export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Everything that the list shows, as a spreadsheet that the import reads."""
    wanted = next((known for known in FORMATS if known.value == extension), None)
    if wanted is None:
        raise Http404("Ce format n’existe pas.")
    _form, asked = _asked(request)
    scope = current_scope()
    found = address_book.keys(scope, **asked)
    name = f"contacts-ess-{timezone.localdate().isoformat()}"
    return respond(wanted, address_book.COLUMNS, address_book.rows(found, scope), name)
