"""A source file on screen: send it, read what it holds, then save it, published or not, or forget it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from essaim.foundation import uploads
from essaim.foundation.errors import Busy
from essaim.observatory import layouts, rules
from essaim.observatory.actions import loading
from essaim.observatory.enums import Level
from essaim.observatory.forms import LARGEST_SAID, UploadForm, YearForm
from essaim.observatory.layouts.density import DensityGrid
from essaim.observatory.load_report import GridReport, LoadReport
from essaim.observatory.reading import Reading, TooHeavy, WrongFile, YearNeeded
from essaim.observatory.views.officer import READ, allowed
from essaim.people.access import signed_in
from essaim.ui.typography import counted

KIND = "observatory"
"""Whose uploads these are."""
MOST_CELLS = 150_000
"""Figures that a request may write: five seconds of the database, which has one writer. The largest table that the
CRESS network orders has a third of it."""
BY_COMMAND = "La personne qui tient le serveur le charge avec « essaim observatory load FICHIER --apply »."
PATIENCE = 10.0
"""Seconds that a reading waits for another one."""
UNSURE = (
    "Ce fichier ne dit pas son année, ou son nom en dit une autre que sa forme. Vérifiez que c’est le bon, puis "
    "écrivez l’année de ses chiffres."
)


@require_http_methods(READ)
@allowed(rules.may_load_sources)
def send(request: HttpRequest) -> HttpResponse:
    """The form to send a file, and where to find each. A file that is not one of them is refused at once, in words."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        sent, owner = form.cleaned_data["file"], signed_in(request)
        name = (sent.name or "fichier")[:200]
        token = uploads.keep(sent.read(), name, kind=KIND, owner=owner)
        try:
            _read(uploads.find(token, kind=KIND, owner=owner), None)
        except YearNeeded:
            return redirect("observatory_officer:preview", token=token)
        except (WrongFile, Busy, OSError) as error:
            uploads.forget(token)
            form.add_error("file", "Ce fichier ne se lit pas." if isinstance(error, OSError) else str(error))
        else:
            return redirect("observatory_officer:preview", token=token)
    return render(request, "observatory/officer/send.html", {"form": form, "largest": LARGEST_SAID})


@require_http_methods(READ)
@allowed(rules.may_load_sources)
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """What the file holds and what it would replace; the POST saves it. `?annee=` is the year of a file that says none.

    A double click saves once: the second finds the file taken, and is led to what the first does.
    """
    owner = signed_in(request)
    year_form = YearForm(request.GET if "annee" in request.GET else None)
    year = year_form.cleaned_data["annee"] if year_form.is_valid() else None
    context: dict[str, Any] = {"token": token, "year": year, "year_form": year_form}
    try:
        upload = uploads.find(token, kind=KIND, owner=owner) if request.method != "POST" else None
        if upload is None:
            with uploads.taking(token, kind=KIND, owner=owner) as upload:
                context["name"] = upload.filename
                done = loading.load(reading=_read(upload, year), by=owner, publish="publier" in request.POST)
            return _saved(request, done)
        context["name"] = upload.filename
        report = loading.preview(_read(upload, year))
    except (uploads.UploadGone, FileNotFoundError):
        messages.error(request, str(uploads.gone()))
        return redirect("observatory_officer:send")
    except uploads.UploadTaken as error:
        messages.info(request, str(error))
        return redirect("observatory_officer:home")
    except YearNeeded:
        context |= {"unsure": UNSURE}
    except (WrongFile, Busy) as error:
        context |= {"wrong": str(error), "may_redate": year is not None}
    else:
        grid = isinstance(report, GridReport)
        context |= {"report": report, "grid": grid, "may_wait": _may_wait(report), "may_redate": not grid}
    return render(request, "observatory/officer/preview.html", context)


def _read(upload: uploads.Upload, year: int | None) -> Reading | DensityGrid:
    """Read an upload, alone. Raises Busy; WrongFile, also for what would keep every other writer waiting."""
    try:
        with _one_at_a_time():
            reading = layouts.read(upload.path, name=upload.filename, year=year, on_page=True)
    except TooHeavy as error:
        raise WrongFile(f"Ce fichier est trop lourd pour une page. {error} {BY_COMMAND}") from error
    if isinstance(reading, Reading):
        # Of communes, only those served are written.
        tables = [table for one in (reading, *reading.siblings) for table in one.tables]
        number = sum(cell.level != Level.COMMUNE for table in tables for cell in table.cells)
        if number > MOST_CELLS:
            raise WrongFile(
                f"« {upload.filename} » tient {counted(number, 'chiffre')}, trop pour une page. {BY_COMMAND}"
            )
    return reading


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Read one upload at once in the whole installation: each may take a core and 400 MB. Raises Busy.

    The lock belongs to the file opened: it goes with the request, even with a worker that is killed.
    """
    with (Path(settings.DATA_DIR) / "observatory-reading.lock").open("w") as lock:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise Busy(
                        "L’observatoire lit déjà un autre fichier : attendez une minute, puis recommencez."
                    ) from error
                time.sleep(0.1)
        yield


def _may_wait(report: LoadReport | GridReport) -> bool:
    """Whether it can be saved without being shown: nothing that visitors see today would change."""
    return isinstance(report, LoadReport) and not any(one.published and not one.already for one in report.vintages)


def _saved(request: HttpRequest, done: LoadReport | GridReport) -> HttpResponse:
    """Say what was done, and lead to it."""
    if isinstance(done, GridReport):
        done_words = "La grille de densité est chargée."
        messages.success(request, "Cette grille était déjà chargée : rien n’a changé." if done.already else done_words)
        return redirect("observatory_officer:home")
    if done.already:
        messages.info(request, "Ce fichier est déjà chargé : rien n’a été écrit.")
    for one in done.vintages:
        if not one.already:
            state = "enregistré et publié" if one.published else "enregistré, en attente de publication"
            messages.success(request, f"« {one.name} » : {state}.")
    if len(done.vintages) == 1 and done.vintages[0].pk is not None:
        return redirect("observatory_officer:vintage", pk=done.vintages[0].pk)
    return redirect("observatory_officer:home")


@require_http_methods(["POST"])
@allowed(rules.may_load_sources)
def abandon(request: HttpRequest, token: str) -> HttpResponse:
    """Forget an upload without saving anything."""
    if uploads.abandon(token, kind=KIND, owner=signed_in(request)):
        messages.info(request, "Le fichier est oublié, rien n’a été enregistré.")
    return redirect("observatory_officer:send")
