"""What the directory registers at the officer's desk: error reports to answer, freshness of the data, health."""

from __future__ import annotations

from typing import Any

from django import forms

from essaim.directory.actions.reports import handle_report
from essaim.directory.enums import ReportOutcome
from essaim.directory.freshness import FRESHNESS
from essaim.directory.models import ErrorReport
from essaim.directory.queries import in_scope, last_sync, pending_reports, reports
from essaim.directory.search import index
from essaim.foundation import pagecache, registries
from essaim.foundation.territories import current_scope
from essaim.people.models import Person

REPORTS = "signalements"
LONGEST_ANSWER = 2000


class HandleReportForm(forms.Form):
    """What the officer did of a report."""

    outcome = forms.ChoiceField(
        label="Suite donnée",
        choices=ReportOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la suite donnée."},
    )
    answer = forms.CharField(
        label="Réponse",
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, item: ErrorReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].help_text = (
            "Elle part par courriel à la personne qui a signalé l’erreur, avec la suite donnée."
            if item.email
            else "Aucune adresse pour répondre : votre réponse reste ici, pour mémoire."
        )


def _handle(report: ErrorReport, form: forms.Form, by: Person) -> ErrorReport:
    data = form.cleaned_data
    return handle_report(report=report, outcome=data["outcome"], answer=data["answer"], by=by)


ERROR_REPORTS = registries.InboxKind(
    key=REPORTS,
    label="Signalement d’erreur",
    plural="Signalements d’erreurs",
    items=lambda _person: reports(current_scope()),
    pending=lambda _person: pending_reports(current_scope()),
    received_at="at",
    row_template="directory/desk/report_row.html",
    item_template="directory/desk/report_item.html",
    form=HandleReportForm,
    handle=_handle,
    is_pending=lambda report: report.handled_at is None,
    order=10,
)


def structures_are_invented() -> bool:
    """An invented structure stands in the territory: lists, figures and the map may show it (kept by its caller).

    The page of one structure knows better: it shows the notice when `structure.fictitious`.
    """
    return in_scope(current_scope()).filter(fictitious=True).exists()


class NoIndex(RuntimeError):
    """The search has no index."""


def _index_health() -> str:
    generation = index.version()
    if not generation:
        raise NoIndex("Pas d’index de recherche : lancez « essaim directory index ».")
    return "ok"


def _vintage_health() -> str:
    run = last_sync(current_scope())
    return run.vintage if run is not None else "aucun"


def register() -> None:
    """Called once by the room's AppConfig."""
    registries.inbox_kinds.register(ERROR_REPORTS)
    registries.desk_panels.register(FRESHNESS)
    registries.fictitious_checks.register(registries.FictitiousCheck("annuaire", structures_are_invented))
    registries.health_checks.register(registries.HealthCheck("recherche", _index_health, order=10))
    registries.health_checks.register(registries.HealthCheck("millesime", _vintage_health, order=20))
    registries.nav_items.register(registries.NavItem("annuaire", "Annuaire", "/annuaire/", order=10))
    pagecache.add_version_part(index.version)
