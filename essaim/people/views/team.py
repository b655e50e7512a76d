"""The team's screens about people: the list, a person's file, and what may be done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from essaim.foundation import journal
from essaim.foundation.exports import Format, respond
from essaim.foundation.pagination import numbered, query_without
from essaim.people import rules
from essaim.people.access import P, View, kept_form, only, signed_in
from essaim.people.actions.offices import cancel_office, end_office, name_to_office
from essaim.people.actions.persons import close_account, reopen_account, reset_factors, set_access
from essaim.people.forms_team import (
    AccessForm,
    EndForm,
    NewPersonForm,
    OfficeForm,
    PersonFilters,
    ResetFactorsForm,
    WhyForm,
    put_errors,
)
from essaim.people.models import Office, Person
from essaim.people.registries import person_panels
from essaim.people.team import COLUMNS, persons, roles_of, rows, with_factor

READ = ["GET", "HEAD", "POST"]
PAGE = 30
LINES = 30
"""Lines of the journal that a file shows."""


def _door(rule: Callable[[Any], bool]) -> Callable[[View[P]], View[P]]:
    return only(rule, "Vous n’avez pas ce droit sur les comptes.")


def _filtered(request: HttpRequest) -> tuple[PersonFilters, QuerySet[Person], bool]:
    """The form, the accounts, and whether the list is narrowed; what is wrong in one filter leaves the others work."""
    form = PersonFilters(request.GET)
    form.is_valid()
    wanted = {key: form.cleaned_data.get(key, "") for key in ("q", "role", "etat")}
    found = persons(text=wanted["q"], role=wanted["role"], state=wanted["etat"])
    return form, found, any(wanted.values())


@require_safe
@_door(rules.may_see_persons)
def people(request: HttpRequest) -> HttpResponse:
    """Who has an account, with which role."""
    form, found, is_filtered = _filtered(request)
    page = numbered(found, request.GET, PAGE)
    held = roles_of(person.pk for person in page.object_list)
    context = {
        "form": form,
        "page": page,
        "rows": [(person, held.get(person.pk, [])) for person in page.object_list],
        "is_filtered": is_filtered,
        "may_name_offices": rules.may_name_offices(request.user),
        "export_query": query_without(request.GET, "page"),
    }
    return render(request, "people/team/list.html", context)


@require_safe
@_door(rules.may_see_persons)
def people_csv(request: HttpRequest) -> HttpResponseBase:
    """The same list, whole, for a spreadsheet."""
    _form, found, _is_filtered = _filtered(request)
    return respond(Format.CSV, COLUMNS, rows(found), f"personnes-{timezone.localdate():%Y-%m-%d}")


@require_safe
@_door(rules.may_see_persons)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's file."""
    shown = with_factor(Person.objects.filter(pk=pk, erased_at__isnull=True)).first()
    if shown is None:
        raise Http404("Ce compte n’existe pas, ou il a été effacé.")
    viewer = signed_in(request)
    today = timezone.localdate()
    panels = []
    for panel in person_panels:
        html = render_to_string(panel.template, dict(panel.context(shown, viewer)), request=request)
        if html.strip():
            panels.append({"key": panel.key, "title": panel.title, "html": html})
    context = {
        "person": shown,
        "roles": roles_of([shown.pk]).get(shown.pk, []),
        "offices": [
            (office, _moment(office, today), office.since >= today)
            for office in shown.offices.order_by("-since", "-pk")
        ],
        "panels": panels,
        "entries": journal.about(shown)[:LINES],
        "may_name_offices": rules.may_name_offices(viewer),
        "may_name_officers": rules.may_name_officers(viewer),
        "may_close": rules.may_close_account(viewer, shown),
        "may_reset": rules.may_reset_factors(viewer, shown),
    }
    return render(request, "people/team/person.html", context)


def _moment(office: Office, today: Any) -> str:
    if office.since > today:
        return "à venir"
    return "finie" if office.until is not None and office.until < today else "en cours"


def _person(pk: int) -> Person:
    found = Person.objects.filter(pk=pk, erased_at__isnull=True).first()
    if found is None:
        raise Http404("Ce compte n’existe pas, ou il a été effacé.")
    return found


def _office(pk: int) -> Office:
    found = Office.objects.select_related("person").filter(pk=pk, person__erased_at__isnull=True).first()
    if found is None:
        raise Http404("Cette charge n’existe pas, ou elle a été annulée.")
    return found


def _initial(request: HttpRequest) -> dict[str, Any] | None:
    kept = kept_form(request)
    return dict(kept.dict()) if kept else None


def _ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    words: dict[str, Any],
    done: Callable[[Any], tuple[str, int]],
) -> HttpResponseBase:
    """Show the form that is also its own confirmation; posted, act, say what was done and lead to the file."""
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            text, pk = done(result)
            messages.success(request, text)
            return redirect("people:person", pk=pk)
    return render(request, "people/team/ask.html", {"form": form, **words})


@require_http_methods(READ)
@_door(rules.may_name_offices)
def add(request: HttpRequest) -> HttpResponseBase:
    """Name somebody who may have no account yet."""
    initial = {"since": timezone.localdate()} | (_initial(request) or {})
    return _ask(
        request,
        NewPersonForm(request.POST or None, initial=initial),
        lambda typed: name_to_office(by=signed_in(request), **typed),
        {
            "title": "Nommer une personne",
            "lead": "Un compte lui est ouvert si elle n’en a pas, et un message lui dit comment entrer.",
            "button": "Nommer",
            "person": None,
        },
        lambda office: (
            f"{office.person} : {office.get_kind_display()}. Un message vient de lui partir.",
            office.person_id,
        ),
    )


@require_http_methods(READ)
@_door(rules.may_name_offices)
def name_office(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give an office to somebody who has an account."""
    shown = _person(pk)
    initial = {"since": timezone.localdate()} | (_initial(request) or {})
    return _ask(
        request,
        OfficeForm(request.POST or None, initial=initial),
        lambda typed: name_to_office(by=signed_in(request), email=shown.email, **typed),
        {
            "title": "Donner une charge",
            "lead": f"À {shown}. Un message l’en avertit.",
            "button": "Nommer",
            "person": shown,
        },
        lambda office: (f"{office.person} : {office.get_kind_display()}.", office.person_id),
    )


@require_http_methods(READ)
@_door(rules.may_name_offices)
def finish_office(request: HttpRequest, pk: int) -> HttpResponseBase:
    """End an office."""
    office = _office(pk)
    return _ask(
        request,
        EndForm(request.POST or None, office=office, initial=_initial(request)),
        lambda typed: end_office(by=signed_in(request), office=office, **typed),
        {
            "title": "Finir une charge",
            "lead": f"{office.person}, {office.title or office.get_kind_display()}. "
            "Les droits de cette charge cessent à minuit, à la fin du dernier jour.",
            "button": "Finir la charge",
            "danger": True,
            "person": office.person,
        },
        lambda ended: ("La charge a une fin ; elle reste dans l’historique.", ended.person_id),
    )


@require_http_methods(READ)
@_door(rules.may_name_offices)
def undo_office(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take back an office given by mistake."""
    office = _office(pk)
    return _ask(
        request,
        WhyForm(request.POST or None, initial=_initial(request)),
        lambda typed: cancel_office(by=signed_in(request), office=office, **typed),
        {
            "title": "Annuler une charge",
            "lead": f"{office.person}, {office.title or office.get_kind_display()}. "
            "Pour une erreur seulement : la charge disparaît, le journal garde sa trace.",
            "button": "Annuler la charge",
            "danger": True,
            "person": office.person,
        },
        lambda _none: ("La charge est annulée.", office.person_id),
    )


@require_http_methods(READ)
@_door(rules.may_name_officers)
def access(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give or take the access to the team's space."""
    shown = _person(pk)
    return _ask(
        request,
        AccessForm(request.POST or None, person=shown, initial=_initial(request)),
        lambda typed: set_access(by=signed_in(request), person=shown, **typed),
        {
            "title": "Accès de l’équipe",
            "lead": f"Ce que {shown} peut ouvrir. Un accès donné demande une double vérification ; retiré, il cesse "
            "aussitôt.",
            "button": "Enregistrer l’accès",
            "person": shown,
        },
        lambda changed: ("L’accès est enregistré.", changed.pk),
    )


def _may_act_on(rule: Callable[[Any, Person], bool], request: HttpRequest, pk: int) -> Person:
    shown = _person(pk)
    if not rule(request.user, shown):
        raise PermissionDenied("Ce compte est le vôtre, ou il est de l’équipe : voyez qui administre l’installation.")
    return shown


@require_http_methods(READ)
@_door(rules.may_see_persons)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close an account."""
    shown = _may_act_on(rules.may_close_account, request, pk)
    return _ask(
        request,
        WhyForm(request.POST or None, initial=_initial(request)),
        lambda typed: close_account(by=signed_in(request), person=shown, **typed),
        {
            "title": "Fermer un compte",
            "lead": f"{shown} ne pourra plus entrer, et ses sessions ouvertes finissent aussitôt. Ce qui a été fait "
            "reste. Vous pourrez le rouvrir.",
            "button": "Fermer le compte",
            "danger": True,
            "person": shown,
        },
        lambda closed: ("Le compte est fermé.", closed.pk),
    )


@require_http_methods(READ)
@_door(rules.may_see_persons)
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open a closed account again."""
    shown = _may_act_on(rules.may_close_account, request, pk)
    return _ask(
        request,
        WhyForm(request.POST or None, initial=_initial(request)),
        lambda typed: reopen_account(by=signed_in(request), person=shown, **typed),
        {
            "title": "Rouvrir un compte",
            "lead": f"{shown} pourra entrer de nouveau, avec les mêmes rôles qu’avant.",
            "button": "Rouvrir le compte",
            "person": shown,
        },
        lambda opened: ("Le compte est rouvert.", opened.pk),
    )


@require_http_methods(READ)
@_door(rules.may_see_persons)
def factors(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Reset the second factors of somebody who has lost them."""
    shown = _may_act_on(rules.may_reset_factors, request, pk)
    return _ask(
        request,
        ResetFactorsForm(request.POST or None, initial=_initial(request)),
        lambda typed: reset_factors(by=signed_in(request), person=shown, reason=typed["reason"]),
        {
            "title": "Remettre à zéro la double vérification",
            "lead": f"L’application de codes, les clés et les codes de secours de {shown} ne serviront plus. Un "
            "message l’en avertit, ses sessions finissent.",
            "button": "Remettre à zéro",
            "danger": True,
            "person": shown,
        },
        lambda _count: ("La double vérification est remise à zéro, la personne en est avertie.", shown.pk),
    )
