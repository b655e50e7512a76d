"""Who may write the pages: the two roles, made on any installation, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from wagtail import hooks
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.models.pages import get_default_page_content_type
from wagtail.snippets.models import get_snippet_models

from essaim.editorial.roles import (
    CONTRIBUTORS,
    FORMER,
    OFFICERS,
    PAGES,
    ROOT,
    TASK,
    WORKFLOW,
    in_role,
    library_rights,
    model_rights,
)
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.people.models import Person

Named = TypeVar("Named", Group, Workflow, GroupApprovalTask)


def ensure_roles() -> None:
    """Make both groups, their rights and the review by the team as `roles` says, neither more nor less.

    Called after every migration, and when the root of the pages is made: run again, it changes nothing. Who is in the
    groups is left alone, except that officers are put back in theirs.
    """
    with transaction.atomic():
        groups = {role: _named(Group, role) for role in (OFFICERS, CONTRIBUTORS)}
        snippets = _snippets()
        pages = Page.get_first_root_node()
        library = Collection.get_first_root_node() or Collection.add_root(name="Racine")
        for role, group in groups.items():
            _set_exactly(group, model_rights(role, snippets))
            _set_on(GroupCollectionPermission, group, {"collection": library}, map(_permission, library_rights(role)))
            if pages is not None:
                kind = get_default_page_content_type()
                wanted = [_of_kind(kind, f"{verb}_page") for verb in PAGES[role]]
                _set_on(GroupPagePermission, group, {"page": pages}, wanted)
        if pages is not None:
            Page.objects.filter(pk=pages.pk, title=FORMER[ROOT]).update(title=ROOT, draft_title=ROOT)
            _ensure_review(pages, groups[OFFICERS])
        officers = Person.objects.filter(is_officer=True, is_active=True)
        groups[OFFICERS].user_set.set(officers)


def _snippets() -> list[tuple[str, str]]:
    """(app, model) of what editors keep beside pages."""
    hooks.search_for_hooks()
    found = (model._meta for model in get_snippet_models())
    return sorted((meta.app_label, str(meta.model_name)) for meta in found if meta.app_label == "editorial")


def _named(model: type[Named], name: str) -> Named:
    """The row of that name: ours, else Wagtail's taken over, else a new one."""
    found = model.objects.filter(name=name).first() or model.objects.filter(name=FORMER[name]).first()
    if found is None:
        return model.objects.create(name=name)
    if found.name != name:
        found.name = name
        found.save(update_fields=["name"])
    return found


def _permission(right: tuple[str, str, str]) -> Permission:
    """The permission of that right, made when Django has not made it yet (it does so app by app)."""
    app, model, codename = right
    return _of_kind(ContentType.objects.get_or_create(app_label=app, model=model)[0], codename)


def _of_kind(kind: ContentType, codename: str) -> Permission:
    return Permission.objects.get_or_create(content_type=kind, codename=codename, defaults={"name": codename})[0]


def _set_exactly(group: Group, rights: Iterable[tuple[str, str, str]]) -> None:
    group.permissions.set([_permission(right) for right in rights])


def _set_on(
    model: type[GroupPagePermission | GroupCollectionPermission],
    group: Group,
    where: dict[str, models.Model],
    wanted: Iterable[Permission],
) -> None:
    """Give the group these rights at that place, and no other right anywhere."""
    kept = [model.objects.get_or_create(group=group, permission=one, **where)[0].pk for one in wanted]
    model.objects.filter(group=group).exclude(pk__in=kept).delete()


def _ensure_review(root: Page, officers: Group) -> None:
    """What a contributor submits is reviewed by an officer; a site that chose another review keeps it."""
    task = _named(GroupApprovalTask, TASK)
    task.groups.set([officers])
    workflow = _named(Workflow, WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})


def follow_office(*, person: Person) -> None:
    """Put an officer in the officers' group, or take out whoever is no longer one."""
    if person.is_officer and person.is_active:
        group = Group.objects.filter(name=OFFICERS).first()
        if group is None:
            ensure_roles()
        elif not in_role(person, OFFICERS):
            person.groups.add(group)
    elif in_role(person, OFFICERS):
        person.groups.remove(*person.groups.filter(name=OFFICERS))


def add_contributor(*, by: Author, email: str, name: str = "") -> tuple[Person, bool]:
    """Let that address write pages that the team publishes; make the account when there is none: (person, is_new).

    Raises ValidationError on an address that is none, a closed account, or an officer's (who may do more already).
    """
    address = email.strip().lower()
    validate_email(address)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(email=address).first()
        is_new = person is None
        if person is None:
            person = Person.objects.create_user(address, None, name=name)
        if not person.is_active:
            raise ValidationError(f"Le compte « {address} » est fermé.")
        if person.is_officer:
            raise ValidationError(f"« {address} » est chargé·e de mission : ce compte écrit et publie déjà.")
        if not in_role(person, CONTRIBUTORS):
            group = Group.objects.filter(name=CONTRIBUTORS).first()
            if group is None:
                ensure_roles()
                group = Group.objects.get(name=CONTRIBUTORS)
            person.groups.add(group)
            journal.record(by=by, verb="rédaction ouverte", obj=person, after={"role": CONTRIBUTORS})
    return person, is_new


def withdraw_contributor(*, by: Author, email: str, reason: str = "") -> Person:
    """Take the right to write pages back; the account and what it wrote stay.

    Raises ValidationError when that address is no contributor's.
    """
    with transaction.atomic():
        found = Person.objects.select_for_update().filter(email=email.strip().lower()).first()
        if found is None or not in_role(found, CONTRIBUTORS):
            raise ValidationError(f"« {email} » n’est pas dans la rédaction.")
        found.groups.remove(*found.groups.filter(name=CONTRIBUTORS))
        journal.record(
            by=by, verb="rédaction fermée", obj=found, reason=reason, before={"role": CONTRIBUTORS}, after={"role": ""}
        )
    return found
