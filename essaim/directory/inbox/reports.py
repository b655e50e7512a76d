"""What reaches the officer from the directory: the errors that visitors report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from essaim.directory.actions.reports import ReportRefused, handle_report
from essaim.directory.enums import ReportOutcome
from essaim.directory.mails.reports import REPORTS
from essaim.directory.models import ErrorReport
from essaim.directory.queries import pending_reports, reports
from essaim.foundation import registries
from essaim.foundation.territories import current_scope
from essaim.people.models import Person

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
    try:
        return handle_report(report=report, outcome=data["outcome"], answer=data["answer"], by=by)
    except ReportRefused as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _closing(outcome: ReportOutcome) -> Callable[[ErrorReport, str, Person], ErrorReport]:
    """Close one of many reports with the same outcome; the word goes to whoever left an address."""

    def close(report: ErrorReport, reason: str, by: Person) -> ErrorReport:
        try:
            return handle_report(report=report, outcome=outcome, answer=reason, by=by)
        except ReportRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    return close


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
    structure_id="structure_id",
    bulk=(
        registries.BulkAction("corriges", "Clore : corrigé", _closing(ReportOutcome.CORRECTED)),
        registries.BulkAction("infondes", "Clore : rien à corriger", _closing(ReportOutcome.UNFOUNDED), True),
    ),
)
