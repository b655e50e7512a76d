"""The views that officers keep of the inbox."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from essaim.desk.models import SavedView
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.foundation.plaintext import clean_line
from essaim.people.models import Person

LONGEST_NAME = 80


class ViewRefused(ValueError):
    """The view cannot be kept; the message says why, in French."""


def save_view(*, by: Person, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Raises ViewRefused."""
    name = clean_line(name)
    if not name:
        raise ViewRefused("Donnez un nom à cette vue.")
    if len(name) > LONGEST_NAME:
        raise ViewRefused(f"Ce nom est trop long : {LONGEST_NAME} caractères au plus.")
    with transaction.atomic():
        view, _new = SavedView.objects.update_or_create(
            person=by, name=name, defaults={"query": query[:500], "is_shared": is_shared}
        )
        journal.record(by=by, verb="vue enregistrée", obj=view, after={"query": query[:500], "is_shared": is_shared})
    return view


def delete_view(*, view: SavedView, by: Person) -> None:
    """Forget one's own view. Raises ViewRefused for somebody else's."""
    if view.person_id != by.pk:
        raise ViewRefused("Cette vue est à quelqu’un d’autre : elle seule peut l’effacer.")
    with transaction.atomic():
        journal.record(by=by, verb="vue effacée", obj=view, before={"query": view.query})
        SavedView.objects.filter(pk=view.pk).delete()


def hand_views(*, source: Person, target: Person, by: Author, reason: str) -> int:
    """Give somebody's views to somebody else; a name that both have is told apart. Returns how many."""
    with transaction.atomic():
        theirs = set(SavedView.objects.filter(person=target).values_list("name", flat=True))
        moved = list(SavedView.objects.select_for_update().filter(Q(person=source)))
        for view in moved:
            view.name = _free(view.name, theirs)
            theirs.add(view.name)
            view.person = target
            view.save(update_fields=["person", "name"])
        if moved:
            journal.record(
                by=by,
                verb="vues transmises",
                obj=source,
                reason=reason,
                after={"number": len(moved), "to": target.pk},
                about=[target],
            )
    return len(moved)


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first « name (2) » that is free."""
    rank, free = 1, name
    while free in taken:
        rank += 1
        mark = f" ({rank})"
        free = name[: LONGEST_NAME - len(mark)] + mark
    return free
