"""The directory's own part of `essaim demo`: from nothing to a territory that can be searched."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.directory import late
from essaim.directory.actions.cards import confirm_card, save_card
from essaim.directory.actions.sync import real_structures, sync_territories
from essaim.directory.demo import generate
from essaim.directory.demo.mark import folder_of, is_generated, write_mark
from essaim.directory.demo.units import VINTAGE
from essaim.directory.models import Card, Structure
from essaim.directory.provenance import Sayer
from essaim.foundation import journal
from essaim.foundation.files import sha256_of
from essaim.foundation.registries import DemoStep
from essaim.stock.archive import EXTRACT, Archive
from essaim.stock.importing import import_stock
from essaim.stock.labels.importing import import_labels

Report = Callable[[str], None]

BY = "commande demo"
_TOLD_EVERY = 2_500


class RealDataInPlace(RuntimeError):
    """Real files or real structures are there: the demonstration would mix with them."""


def check_nothing_real(data_dir: Path) -> None:
    """Raise RealDataInPlace when an official file or a real structure is in service here."""
    archive = Archive(data_dir)
    manifests = [archive.current(), *archive.current_labels().values()]
    real = [manifest.kind for manifest in manifests if manifest is not None and not manifest.fictitious]
    if real or real_structures().exists():
        raise RealDataInPlace(
            "De vraies données sont en service dans ce dossier : la démonstration n’y entre pas. "
            "Donnez-lui un autre dossier avec ESSAIM_DATA_DIR (et, hors SQLite, une autre base)."
        )


def make_files(report: Report) -> None:
    """Write the official-looking files; nothing when those of this seed and generator are there."""
    folder = folder_of(Path(settings.DATA_DIR))
    if is_generated(folder):
        report("déjà écrits pour cette graine")
        return
    # A folder beside, then one rename: an interruption never leaves half a set under the good name.
    draft = folder.with_name("demo.partial")
    shutil.rmtree(draft, ignore_errors=True)
    generate.generate(draft, settings.DEMO_SEED, report)
    write_mark(draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def import_files(report: Report) -> None:
    """`stock labels` for the five lists, then `stock import`: the very commands that real files go through.

    The lists come first: the extract keeps, of each structure, the criteria that they bring.
    """
    data_dir = Path(settings.DATA_DIR)
    folder, archive = folder_of(data_dir), Archive(data_dir)
    check_nothing_real(data_dir)
    known = {origin.sha256 for manifest in archive.current_labels().values() for origin in manifest.sources}
    changed = False
    for name in generate.LABEL_FILES:
        if sha256_of(folder / name) in known:
            continue
        done = import_labels(
            data_dir=data_dir, file=str(folder / name), vintage=VINTAGE, accept_shrink=True, progress=_quiet
        )
        report(f"{done['title']} : {done['accepted']} lignes")
        changed = True
    current = archive.current(EXTRACT)
    wanted = {sha256_of(folder / name) for name in (generate.ESTABLISHMENTS, generate.LEGAL_UNITS)}
    if not changed and current is not None and {origin.sha256 for origin in current.sources} == wanted:
        report("déjà importés")
        return
    done = import_stock(
        data_dir=data_dir,
        vintage=VINTAGE,
        establishments=str(folder / generate.ESTABLISHMENTS),
        legal_units=str(folder / generate.LEGAL_UNITS),
        accept_shrink=True,
        progress=report,
    )
    report(
        f"extrait : {done['kept']['structures']} structures, {done['kept']['establishments']} établissements de l’ESS"
    )


def _quiet(message: str) -> None:
    """The lists are read in a tenth of a second each: one line apiece is enough."""


def synchronise(report: Report) -> None:
    """`directory sync --territory 200069854 --apply`."""
    report("lecture de l’extrait, comparaison, écriture")
    done = sync_territories(by=BY, territories=[settings.DEMO_TERRITORY], apply=True, data_dir=Path(settings.DATA_DIR))
    for line in (line for one in done for line in one.lines()):
        report(line.strip())


def claim_cards(report: Report) -> None:
    """Give the planned structures the card that they would have written; cards already there are left alone."""
    path = folder_of(Path(settings.DATA_DIR)) / generate.CARDS
    plan: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    structures = {
        structure.siren: structure
        for structure in Structure.objects.filter(siren__in=[item["siren"] for item in plan], fictitious=True)
    }
    written = set(Card.objects.filter(structure__in=structures.values()).values_list("structure__siren", flat=True))
    now, saved, confirmed = timezone.now(), 0, 0
    with transaction.atomic(), journal.group():
        for item in plan:
            structure = structures.get(item["siren"])
            if structure is None or item["siren"] in written:
                continue
            save_card(structure=structure, by=BY, values=item["values"], said_by=Sayer.DEMONSTRATION)
            saved += 1
            if item["confirmed_days_ago"] is not None:
                day = now - dt.timedelta(days=item["confirmed_days_ago"])
                confirm_card(structure=structure, by=BY, said_by=Sayer.DEMONSTRATION, at=day)
                confirmed += 1
    report(f"{saved} fiches remplies, dont {confirmed} confirmées" if saved else "déjà remplies")


def index(report: Report) -> None:
    """The search copy, rebuilt when the steps before left it incomplete."""

    def progress(done: int, total: int) -> None:
        if done % _TOLD_EVERY == 0:
            report(f"{done} sur {total}")

    report(f"{late.ensure(progress)} structures indexées")


STEPS: tuple[DemoStep, ...] = (
    DemoStep("files", 20, "Fichiers inventés, au format officiel", make_files),
    DemoStep("stock", 30, "Import dans le stock", import_files),
    DemoStep("sync", 40, "Synchronisation de l’annuaire", synchronise),
    DemoStep("cards", 50, "Fiches tenues par les structures", claim_cards),
    DemoStep("index", 80, "Index de recherche", index),
)
