"""Brings territories from the official extract into the directory: compare, then write all or nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from essaim.directory.actions import demonstration
from essaim.directory.actions.indexing import WHOLE_FROM, reindex, reindex_all
from essaim.directory.actions.locks import directory_locked
from essaim.directory.actions.sync_writes import refresh_statistics, write_plan
from essaim.directory.models import Establishment, Structure, SyncRun
from essaim.directory.sync.current import read_current
from essaim.directory.sync.plan import Plan, compare
from essaim.directory.sync.reading import SyncRefused, open_source, read_snapshot
from essaim.directory.sync.report import SyncReport, count
from essaim.directory.sync.shapes import Snapshot
from essaim.foundation import journal
from essaim.foundation.actions import set_territory
from essaim.foundation.journal import Author, Entry
from essaim.foundation.models import Territory
from essaim.foundation.territories import served_territories
from essaim.geography.actions import set_median_centres
from essaim.geography.models import Epci

LARGEST_LOSS = 0.10
"""Share of a territory's known establishments that may leave the file at once before a person must confirm."""
SMALLEST_JUDGED = 50


def sync_territories(
    *,
    by: Author,
    territories: Sequence[str] = (),
    apply: bool = False,
    data_dir: Path | None = None,
    demo_over_real: bool = False,
    accept_loss: bool = False,
) -> list[SyncReport]:
    """Compare each territory with the extract in service and, with `apply`, write the difference.

    All territories share one transaction: everything is written, or nothing. Without `territories`, those already
    served. Without `apply` nothing at all is written. Applying twice writes once. A real extract removes the invented
    structures in the same transaction, with what the demonstration had brought (`demonstration.leaving`); invented
    rows never come over real ones unless `demo_over_real`. A file that drops over a tenth of the known establishments
    is refused unless `accept_loss`.
    Raises SyncRefused, DirectoryBusy.
    """
    source = open_source(data_dir or Path(settings.DATA_DIR))
    wanted = list(dict.fromkeys(territories)) or _served(fictitious=source.extract.fictitious)
    if not wanted:
        raise SyncRefused(
            "Aucun territoire n’est encore servi : nommez le premier avec --territory SIREN (le SIREN d’une EPCI)."
        )
    started = time.perf_counter()
    snapshots = [read_snapshot(source, territory) for territory in wanted]
    if not apply:
        gone = demonstration.leaving(wanted, fictitious=source.extract.fictitious)
        reports = [_compared(snapshot, demo_over_real=demo_over_real)[1] for snapshot in snapshots]
    else:
        with directory_locked(), journal.group():
            # Before the first write: what leaves is told by what the demonstration has left.
            gone = demonstration.leaving(wanted, fictitious=source.extract.fictitious)
            reason = f"un vrai fichier arrive (millésime {source.extract.vintage})"
            demonstration.take_leave(gone, by=by, reason=reason)
            reports = [
                _applied(snapshot, by=by, demo_over_real=demo_over_real, accept_loss=accept_loss)
                for snapshot in snapshots
            ]
            demonstration.put_behind(gone, by=by, reason=reason)
        if any(report.written for report in reports):
            refresh_statistics()
    reports[0].demonstration = gone.lines()
    for report in reports:
        report.seconds = time.perf_counter() - started
    return reports


def _served(*, fictitious: bool) -> list[str]:
    """Territories to refresh; a real extract leaves the invented ones out, they are about to go."""
    sirens = [territory.siren for territory in served_territories()]
    invented = set(Epci.objects.filter(siren__in=sirens, fictitious=True).values_list("siren", flat=True))
    return [siren for siren in sirens if fictitious or siren not in invented]


def real_structures() -> QuerySet[Structure]:
    """The structures that a real file brought: what the officer admits by hand, over the demonstration too, is none."""
    return Structure.objects.filter(fictitious=False).exclude(vintage="")


def _check_demo(snapshot: Snapshot, *, demo_over_real: bool) -> None:
    if snapshot.fictitious and not demo_over_real and real_structures().exists():
        raise SyncRefused(
            "Cet annuaire contient de vraies structures : les données inventées de la démonstration n’y entrent pas. "
            "Ajoutez --demo-over-real si vous voulez vraiment les mêler."
        )


def _compared(snapshot: Snapshot, *, demo_over_real: bool) -> tuple[Plan, SyncReport]:
    _check_demo(snapshot, demo_over_real=demo_over_real)
    current = read_current(snapshot)
    if not snapshot.fictitious:
        current.without_fictitious()
    plan = compare(snapshot, current)
    report = SyncReport.of(snapshot, plan)
    report.warning = _loss(snapshot, plan)
    if not snapshot.fictitious:
        report.fictitious_removed = Structure.objects.filter(fictitious=True).count()
    return plan, report


def _loss(snapshot: Snapshot, plan: Plan) -> str:
    """Words about a file that drops too much; empty when all is well. Invented files may change as they like."""
    missing = plan.establishments.missing
    known = missing + plan.establishments.unchanged + plan.establishments.changed
    known += plan.establishments.closed + plan.establishments.reopened
    if snapshot.fictitious or known < SMALLEST_JUDGED or missing <= known * LARGEST_LOSS:
        return ""
    gone = count(missing, "établissement connu n’y est plus", "établissements connus n’y sont plus")
    return f"le fichier semble incomplet : {gone}, sur {known}."


def _applied(snapshot: Snapshot, *, by: Author, demo_over_real: bool, accept_loss: bool) -> SyncReport:
    """Inside the lock: compare again with what is there now, then write."""
    removed = 0 if snapshot.fictitious else _remove_fictitious(snapshot, by=by)
    plan, report = _compared(snapshot, demo_over_real=demo_over_real)
    report.fictitious_removed = removed
    report.applied = True
    if report.warning and not accept_loss:
        raise SyncRefused(
            f"Rien n’a été écrit : {report.warning} Vérifiez l’extrait, ou ajoutez --accept-loss pour confirmer."
        )
    report.centres = set_median_centres(centres=snapshot.centres, vintage=snapshot.vintage, by=by)
    territory_added = _serve(snapshot, by=by)
    if plan.is_empty and not (removed or report.centres or territory_added) and _already_noted(snapshot):
        return report
    created = write_plan(plan, by=by)
    run = SyncRun.objects.create(
        territory=snapshot.territory,
        vintage=snapshot.vintage,
        perimeter_version=snapshot.perimeter_version,
        fictitious=snapshot.fictitious,
        summary=report.summary(),
    )
    journal.record(by=by, verb="annuaire synchronisé", obj=run, after=report.summary())
    _tell_journal(plan, created, snapshot, by=by)
    _tell_search(plan, created, removed=removed)
    report.written = True
    return report


def _tell_search(plan: Plan, created: list[Structure], *, removed: int) -> None:
    """Refresh the structures that changed, or the whole index when that is most of them."""
    if removed:
        reindex_all()
        return
    places = Establishment.objects.filter(pk__in=[*plan.establishment_updates][:WHOLE_FROM])
    touched = {structure.pk for structure in created}
    touched.update(plan.structure_updates)
    touched.update(new.structure_id for new in plan.new_establishments)
    touched.update(places.values_list("structure_id", flat=True))
    touched.update(pk for pk, _criterion in plan.new_criteria)
    touched.update(pk for pk, _label in plan.new_labels)
    touched.update(pk for pair in plan.merges for pk in pair)
    gone = plan.gone_criteria or plan.gone_labels or len(plan.establishment_updates) >= WHOLE_FROM
    if gone:
        reindex_all()
    else:
        reindex(touched)


def _already_noted(snapshot: Snapshot) -> bool:
    last = SyncRun.objects.filter(territory=snapshot.territory).order_by("-id").first()
    return (
        last is not None
        and (last.vintage, last.perimeter_version, last.fictitious)
        == (snapshot.vintage, snapshot.perimeter_version, snapshot.fictitious)
    )  # fmt: skip


def _tell_journal(plan: Plan, created: list[Structure], snapshot: Snapshot, *, by: Author) -> None:
    """One entry per structure that comes, closes, opens again, leaves the file or gets its SIREN; no official value."""
    reason = f"fichier officiel, millésime {snapshot.vintage}"
    told: list[tuple[str, list[int]]] = [
        ("structure fermée", plan.closed_ids),
        ("structure rouverte", plan.reopened_ids),
        ("structure absente du fichier", plan.missing_ids),
        ("SIREN obtenu", [pk for _key, pk in plan.former_keys] + [bearer for _alone, bearer in plan.merges]),
    ]
    rows = Structure.objects.in_bulk(sorted({pk for _verb, ids in told for pk in ids}))
    entries = [Entry("structure ajoutée", structure, reason, after={"key": _key(structure)}) for structure in created]
    entries += [Entry(verb, rows[pk], reason) for verb, ids in told for pk in ids]
    journal.bulk_record(by=by, entries=entries)


def _key(structure: Structure) -> str:
    return structure.siren or structure.rna or structure.code or ""


# --- territories, and the end of the demonstration -------------------------------------------------------------------

_KIND = re.compile(
    r"^(?i:CC|CA|CU|communauté (?:de communes|d['’]agglomération|urbaine)|métropole)\s+"
    # « de La Rochelle » keeps its capital La: only the small words are ours to drop.
    r"(?:(?:de la|de l['’]|des|du|de|d['’])\s*)?",
)


def short_name_of(name: str) -> str:
    """« CU Grand Poitiers » → « Grand Poitiers »: the name that a header has room for."""
    short = _KIND.sub("", name.strip()).strip()
    return (short[:1].upper() + short[1:] or name)[:80]


def _serve(snapshot: Snapshot, *, by: Author) -> bool:
    """The EPCI becomes served; the first one ever gives the site its identity. Returns whether it was not yet."""
    if Territory.objects.filter(siren=snapshot.territory).exists():
        return False
    set_territory(
        by=by,
        siren=snapshot.territory,
        name=snapshot.territory_name,
        short_name=short_name_of(snapshot.territory_name),
    )
    return True


def _remove_fictitious(snapshot: Snapshot, *, by: Author) -> int:
    """A real file arrives: everything invented goes, whatever was tied to it too. The journal keeps how many."""
    invented = Structure.objects.filter(fictitious=True)
    number = invented.count()
    runs = SyncRun.objects.filter(fictitious=True)
    if not number and not runs.exists():
        return 0
    # What was merged into an invented structure, real ones included, would keep it from leaving.
    Structure.objects.filter(merged_into__fictitious=True).update(merged_into=None)
    _total, by_model = invented.delete()
    runs.delete()
    journal.record(
        by=by,
        verb="données inventées retirées",
        reason=f"un vrai fichier arrive (millésime {snapshot.vintage})",
        before={"rows": {name.split(".")[-1]: total for name, total in sorted(by_model.items())}},
    )
    return number
