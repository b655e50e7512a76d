"""The officer's campaigns: their list, a new one with its preview, how it goes, letters, closing, stale cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.campaigns import (
    LETTERS,
    CampaignRefused,
    close_campaign,
    open_campaign,
    page_limit,
    print_letters,
    remind,
    send_messages,
    write_to_structures,
)
from essaim.directory.campaigns import (
    LineState,
    Targets,
    by_commune,
    by_family,
    is_running,
    placed,
    progress,
    state_of,
    targets,
    to_print,
    to_remind,
    to_write,
)
from essaim.directory.forms.campaigns import LinesForm, OpenForm, RemindForm
from essaim.directory.models import Campaign
from essaim.directory.naming import shown_name
from essaim.directory.stale import KINDS, stale_cards
from essaim.directory.views.doors import allowed
from essaim.foundation.exports import Column, Format, Kind, respond
from essaim.foundation.pagination import numbered, query_without
from essaim.foundation.territories import current_scope
from essaim.geography.models import Commune
from essaim.people.access import kept_form, signed_in
from essaim.ui.printing import CannotPrint

READ = ["GET", "HEAD", "POST"]
FORMATS = (Format.CSV, Format.XLSX, Format.ODS)
COLUMNS = (
    Column("structure", "Structure"),
    Column("cle", "Clé publique"),
    Column("famille", "Famille"),
    Column("commune", "Commune"),
    Column("moyen", "Interrogée par"),
    Column("etat", "Où en est-elle ?"),
    Column("envoyee_le", "Message envoyé le", Kind.MOMENT),
    Column("relancee_le", "Relancée le", Kind.MOMENT),
    Column("imprimee_le", "Lettre imprimée le", Kind.MOMENT),
    Column("repondu_le", "Répondu le", Kind.MOMENT),
)


@require_safe
@allowed(rules.may_run_campaigns)
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign, the newest first."""
    rows = Campaign.objects.annotate(
        asked=Count("lines"), answered=Count("lines", filter=Q(lines__answered_at__isnull=False))
    ).order_by("-pk")
    page = numbered(rows, request.GET)
    page.object_list = [(row, is_running(row)) for row in page.object_list]
    may_open = not Campaign.objects.filter(closed_at__isnull=True).exists()
    return render(request, "directory/campaigns/list.html", {"page": page, "may_open": may_open})


@require_http_methods(READ)
@allowed(rules.may_run_campaigns)
def campaign_new(request: HttpRequest) -> HttpResponse:
    """The form, then what it would do, then the opening: nothing leaves before the figures have been seen."""
    kept = kept_form(request)
    form = OpenForm(request.POST if request.method == "POST" else None, initial=kept.dict() if kept else None)
    asked: Targets | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = targets(current_scope(), data["fresh_months"])
        if "open" in request.POST and data["seen"] == asked.total:
            try:
                campaign = open_campaign(
                    name=data["name"],
                    message=data["message"],
                    closes_on=data["closes_on"],
                    fresh_months=data["fresh_months"],
                    by=signed_in(request),
                )
            except CampaignRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"La campagne « {campaign} » est ouverte.")
                return redirect("officer:campaign", pk=campaign.pk)
        elif "open" in request.POST:
            form.add_error(None, "L’annuaire a changé depuis l’aperçu : regardez les nouveaux nombres, puis ouvrez.")
        form.show(asked.total)
    return render(request, "directory/campaigns/new.html", {"form": form, "asked": asked})


def _filtered(request: HttpRequest, campaign: Campaign) -> tuple[LinesForm, QuerySet[Any], dict[str, str]]:
    """The lines that the address asks for; what is not valid in it is left out."""
    scope = current_scope()
    communes = [(row.value, row.label) for row in by_commune(campaign, scope) if row.value != "aucune"]
    form = LinesForm(request.GET or None, communes=communes)
    form.is_valid()
    asked = {name: value for name, value in getattr(form, "cleaned_data", {}).items() if value}
    lines = placed(campaign, scope)
    if state := asked.get("etat"):
        lines = lines.filter(LineState(state).rule)
    if family := asked.get("famille"):
        lines = lines.filter(structure__family=family)
    if commune := asked.get("commune"):
        lines = lines.filter(place_commune=commune)
    return form, lines.select_related("structure__card").order_by("structure__name", "pk"), asked


@require_safe
@allowed(rules.may_run_campaigns)
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """How a campaign goes, and each of its lines."""
    row = get_object_or_404(Campaign, pk=pk)
    form, lines, asked = _filtered(request, row)
    page: Page[Any] = numbered(lines, request.GET)
    names = dict(
        Commune.objects.filter(pk__in=[line.place_commune for line in page.object_list]).values_list("pk", "name")
    )
    page.object_list = [(line, state_of(line), names.get(line.place_commune, "")) for line in page.object_list]
    context = {
        "campaign": row,
        "is_running": is_running(row),
        "progress": progress(row),
        "communes": by_commune(row, current_scope()),
        "families": by_family(row),
        "to_write": to_write(row).count(),
        "letters": to_print(row, again=False).count(),
        "letters_again": to_print(row, again=True).count(),
        "remind_form": RemindForm(),
        "to_remind": to_remind(row, RemindForm.base_fields["after_days"].initial).count(),
        "form": form,
        "is_filtered": bool(asked),
        "page": page,
        "formats": FORMATS,
        "export_query": query_without(request.GET, "page"),
        "per_file": LETTERS,
    }
    return render(request, "directory/campaigns/campaign.html", context)


@require_safe
@allowed(rules.may_run_campaigns)
def campaign_export(request: HttpRequest, pk: int, extension: str) -> HttpResponseBase:
    """Every line that the page shows, as a spreadsheet; no address of anybody in it."""
    wanted = next((known for known in FORMATS if known.value == extension), None)
    if wanted is None:
        raise Http404("Ce format n’existe pas.")
    row = get_object_or_404(Campaign, pk=pk)
    _form, lines, _asked = _filtered(request, row)
    return respond(wanted, COLUMNS, _rows(lines), f"campagne-{row.pk}-{timezone.localdate().isoformat()}")


def _rows(lines: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    names = dict(Commune.objects.values_list("pk", "name"))
    for line in lines.iterator(chunk_size=500):
        yield {
            "structure": shown_name(line.structure),
            "cle": line.structure.key,
            "famille": line.structure.get_family_display(),
            "commune": names.get(line.place_commune),
            "moyen": "message" if line.email or line.sent_at else "lettre",
            "etat": state_of(line).label,
            "envoyee_le": line.sent_at,
            "relancee_le": line.reminded_at,
            "imprimee_le": line.printed_at,
            "repondu_le": line.answered_at,
        }


@require_http_methods(["POST"])
@allowed(rules.may_run_campaigns)
def campaign_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what has not left: what a page could not send at once, or what a stop has kept."""
    row = get_object_or_404(Campaign, pk=pk)
    limit = page_limit()
    if limit is None:
        write_to_structures.enqueue(row.pk)
        messages.success(request, "Les messages partent : cette page en dit le nombre.")
    else:
        sent = send_messages(campaign=row, by=signed_in(request), most=limit)
        messages.success(request, _told(sent, "message est parti", "messages sont partis"))
    return redirect("officer:campaign", pk=pk)


@require_http_methods(READ)
@allowed(rules.may_run_campaigns)
def campaign_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many would be reminded, then remind them: once each."""
    row = get_object_or_404(Campaign, pk=pk)
    form = RemindForm(request.POST if "after_days" in request.POST else request.GET or None)
    days = form.cleaned_data["after_days"] if form.is_valid() else None
    if request.method == "POST" and days is not None:
        sent = remind(campaign=row, by=signed_in(request), after_days=days, most=page_limit())
        messages.success(request, _told(sent, "relance est partie", "relances sont parties"))
        return redirect("officer:campaign", pk=pk)
    context = {
        "campaign": row,
        "form": form,
        "days": days,
        "number": to_remind(row, days).count() if days is not None and is_running(row) else 0,
    }
    return render(request, "directory/campaigns/remind.html", context)


@require_http_methods(READ)
@allowed(rules.may_run_campaigns)
def campaign_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what will be printed, then give the file; printing again asks to be confirmed, since former codes die."""
    row = get_object_or_404(Campaign, pk=pk)
    again = (request.POST if request.method == "POST" else request.GET).get("encore") == "oui"
    problem = ""
    if request.method == "POST" and again and "confirm" not in request.POST:
        problem = "Cochez la case : les codes des premières lettres ne marcheront plus."
    elif request.method == "POST":
        try:
            made, _number = print_letters(campaign=row, by=signed_in(request), again=again)
        except (CampaignRefused, CannotPrint) as refusal:
            problem = str(refusal)
        else:
            response = HttpResponse(made, content_type="application/pdf")
            day = timezone.localtime().strftime("%Y-%m-%d-%Hh%M")
            response["Content-Disposition"] = f'attachment; filename="lettres-campagne-{row.pk}-{day}.pdf"'
            return response
    number = to_print(row, again=again).count() if is_running(row) else 0
    context = {"campaign": row, "again": again, "number": number, "per_file": LETTERS, "problem": problem}
    return render(request, "directory/campaigns/letters.html", context)


@require_http_methods(READ)
@allowed(rules.may_run_campaigns)
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then close."""
    row = get_object_or_404(Campaign, pk=pk)
    if request.method == "POST":
        close_campaign(campaign=row, by=signed_in(request))
        messages.success(request, f"La campagne « {row} » est close. Les liens marchent encore trente jours.")
        return redirect("officer:campaign", pk=pk)
    return render(request, "directory/campaigns/close.html", {"campaign": row, "progress": progress(row)})


@require_safe
@allowed(rules.may_run_campaigns)
def stale(request: HttpRequest) -> HttpResponse:
    """Cards that nobody has confirmed for eighteen months, or ever."""
    kind = request.GET.get("nature", "")
    page = numbered(stale_cards(current_scope(), kind if kind in KINDS else ""), request.GET)
    return render(request, "directory/campaigns/stale.html", {"page": page, "kind": kind, "kinds": KINDS})


def _told(number: int, one: str, several: str) -> str:
    if number == 0:
        return "Aucun message n’était à envoyer."
    return f"{number} {several if number > 1 else one}."
