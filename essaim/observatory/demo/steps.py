"""The observatory’s own part of `essaim demo`: invented files by the code of real ones, then real published facts.

Nothing that an officer changed since is undone: a vintage withdrawn stays so; a fact or a comment is written once, and
the journal remembers those that she changed or took away.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from essaim.directory.demo.generate import EMPLOYERS
from essaim.directory.demo.mark import folder_of
from essaim.directory.demo.places import GRAND_POITIERS
from essaim.foundation.models import JournalEntry
from essaim.observatory import layouts, sirene
from essaim.observatory.actions.comments import WRITTEN as COMMENT_WRITTEN
from essaim.observatory.actions.comments import save_comment
from essaim.observatory.actions.facts import WRITTEN, save_fact
from essaim.observatory.actions.loading import load
from essaim.observatory.actions.notes import issue_note
from essaim.observatory.demo import BY, COMMENT, COMMENTED
from essaim.observatory.demo.facts import published_facts
from essaim.observatory.demo.generate import FILES, generate
from essaim.observatory.demo.mark import files_folder, is_generated, write_mark
from essaim.observatory.enums import Level
from essaim.observatory.load_report import LoadReport
from essaim.observatory.models import Comment, Note, PublishedFact, Vintage
from essaim.observatory.queries import find_territory
from essaim.observatory.reading import Reading
from essaim.observatory.territory import Territory
from essaim.people.queries import officers
from essaim.ui.placenames import of_name
from essaim.ui.printing import CannotPrint

Report = Callable[[str], None]


def fill(report: Report) -> None:
    """Everything, in order; each part is safe to run again."""
    make_files(report)
    changed = load_files(report)
    home = find_territory(Level.EPCI, GRAND_POITIERS)
    if home is not None:
        cite(home, report)
        comment(home)
        issue(home, report, again=changed)


def make_files(report: Report) -> None:
    """Write the invented source files; nothing when those of this seed and these generators are there."""
    data_dir = Path(settings.DATA_DIR)
    folder = files_folder(data_dir)
    if is_generated(folder):
        report("fichiers inventés : déjà écrits pour cette graine")
        return
    draft = folder.with_name("observatoire.partial")
    shutil.rmtree(draft, ignore_errors=True)
    generate(draft, folder_of(data_dir) / EMPLOYERS, settings.DEMO_SEED)
    write_mark(draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    report(f"{len(FILES)} fichiers inventés, dans la forme de ceux de l’Insee et de l’Urssaf")


def load_files(report: Report) -> bool:
    """`observatory load --apply`, for the extract in service and for each invented file; whether a figure changed."""
    data_dir = Path(settings.DATA_DIR)
    folder = files_folder(data_dir)
    changed = False
    readings = [sirene.read_sirene(data_dir), *(layouts.read(folder / name) for name in FILES)]
    for reading in (one for one in readings if isinstance(one, Reading)):
        periods = sorted(_load(reading))
        if periods:
            told = periods[0] if len(periods) == 1 else f"{periods[0]} à {periods[-1]}"
            report(f"{reading.source.short} {told} : chiffres inventés, chargés ({reading.name})")
            changed = True
    return changed


def _load(reading: Reading) -> list[str]:
    """Load the vintages of a file; returns the periods that were written. What an officer withdrew stays withdrawn."""
    readings = [reading, *reading.siblings]
    # A real vintage of the same year stands beside: whether it is shown says nothing of ours.
    waiting = Vintage.objects.filter(source=reading.source, fictitious=True, published_at__isnull=True)
    withdrawn = set(waiting.values_list("field", "period"))
    if withdrawn:
        # One load publishes all of its vintages or none: each then comes alone.
        reading.siblings = []
    else:
        readings = [reading]
    done = [load(reading=one, by=BY, publish=(one.field, one.period) not in withdrawn) for one in readings]
    return [each.period for one in done if isinstance(one, LoadReport) for each in one.vintages if not each.already]


def cite(home: Territory, report: Report) -> None:
    """The published facts of the real territory: one that is there, or that we wrote once already, is left alone."""
    written = 0
    where = {"level": home.level.value, "code": home.code}
    ours = list(JournalEntry.objects.filter(by_label=BY, verb__in=WRITTEN.values()).values_list("after", flat=True))
    for fact in published_facts():
        same = where | {"role": fact.role.value, "indicator": fact.key, "year": fact.year, "field": fact.field}
        once = any(same.items() <= (told or {}).items() for told in ours)
        if not once and not PublishedFact.objects.filter(**same).exists():
            save_fact(**asdict(fact), territory=home, by=BY)
            written += 1
    if written:
        report(f"{written} chiffres publiés {of_name(home.name)} : vrais, et cités")


def comment(home: Territory) -> None:
    """One example of what the ESS service says of a figure, signed by the officer; nothing where anything was said."""
    officer = officers().first()
    where = {"indicator": COMMENTED, "level": home.level.value, "code": home.code}
    once = any(
        where.items() <= (told or {}).items()
        for told in JournalEntry.objects.filter(verb=COMMENT_WRITTEN).values_list("after", flat=True)
    )
    if officer is not None and not once and not Comment.objects.filter(**where).exists():
        save_comment(key=COMMENTED, territory=home, text=COMMENT, by=officer)


def issue(home: Territory, report: Report, *, again: bool) -> None:
    """The note of this year, as `observatory note` makes it; one that an officer made is left alone."""
    there = Note.objects.filter(level=home.level, code=home.code, year=timezone.localdate().year).first()
    if there is not None and not (again and there.issued_by == BY):
        return
    try:
        note = issue_note(territory=home, by=BY)
    except CannotPrint as error:
        # The fonts come with `make install`: without them the rest of the demonstration is whole.
        report(f"note de l’année : non produite. {error}")
    else:
        report(f"note {note.year} : {note.content['finding']}")
