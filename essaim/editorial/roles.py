"""Who writes the pages: the officers, and the contributors whom they call. What each may do, as one closed list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group

from essaim.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet

OFFICERS = "Équipe ESS : écrit et publie"
"""Its members follow `Person.is_officer`: nobody puts anyone there by hand."""
CONTRIBUTORS = "Rédaction : écrit, l’équipe publie"
WORKFLOW = "Relecture par l’équipe"
TASK = "Relecture"
ROOT = "Toutes les pages"
"""The title of the root of the tree, which no visitor sees."""

FORMER = {
    OFFICERS: "Moderators",
    CONTRIBUTORS: "Editors",
    WORKFLOW: "Moderators approval",
    TASK: "Moderators approval",
    ROOT: "Root",
}
"""What Wagtail's own migrations make, in English: taken over rather than left beside ours."""

PAGES = {
    OFFICERS: ("add", "change", "publish", "bulk_delete", "lock", "unlock"),
    CONTRIBUTORS: ("add", "change"),
}
"""Rights on the whole tree. Without « publish », what one writes waits for the team's review."""

_LIBRARY = {
    OFFICERS: ("add", "change", "choose"),
    CONTRIBUTORS: ("add", "choose"),
}


def library_rights(role: str) -> list[tuple[str, str, str]]:
    """(app, model, codename) of the rights on pictures, documents and their folders, given on the root collection."""
    # Wagtail asks for the rights of its own image model, whichever model holds the pictures.
    pairs = (("wagtailimages", "image"), ("wagtaildocs", "document"))
    rights = [(app, model, f"{verb}_{model}") for app, model in pairs for verb in _LIBRARY[role]]
    if role == OFFICERS:
        rights += [("wagtailcore", "collection", f"{verb}_collection") for verb in ("add", "change", "delete")]
    return rights


def model_rights(role: str, snippets: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(app, model, codename) of the other rights; `snippets`: (app, model) of what editors keep beside pages."""
    rights = [("wagtailadmin", "admin", "access_admin")]
    if role == OFFICERS:
        whole = [
            ("wagtailredirects", "redirect"),
            ("wagtailcore", "workflow"),
            ("wagtailcore", "task"),
            *snippets,
        ]
        rights += [(app, model, f"{verb}_{model}") for app, model in whole for verb in ("add", "change", "delete")]
    return rights


def contributors() -> QuerySet[Person]:
    """The contributors whose account is open."""
    return Person.objects.filter(groups__name=CONTRIBUTORS, is_active=True).order_by("email")


def in_role(person: Person, role: str) -> bool:
    """The person is a member of that group."""
    return Group.objects.filter(name=role, user=person).exists()
