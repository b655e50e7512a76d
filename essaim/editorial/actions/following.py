"""What editors do in the CMS enters the journal like everything else, so that every page kept becomes old at once.

Pages, snippets, redirects, reviews: Wagtail's own log tells them, one line an act. Pictures and documents enter by
doors that it does not log (several at once, from inside a page): those are followed where they are saved.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.log_actions import get_active_log_context
from wagtail.models import (
    BaseLogEntry,
    Collection,
    ModelLogEntry,
    Page,
    PageLogEntry,
    Task,
    Workflow,
)

from essaim.editorial.models import Picture
from essaim.foundation import journal
from essaim.foundation.journal import Author

FILES = (Picture, Document)

PAGE_VERBS = {
    "wagtail.create": "page créée",
    "wagtail.edit": "page modifiée",
    "wagtail.delete": "page supprimée",
    "wagtail.publish": "page publiée",
    "wagtail.publish.scheduled": "page publiée à l’heure dite",
    "wagtail.unpublish": "page dépubliée",
    "wagtail.unpublish.scheduled": "page dépubliée à l’heure dite",
    "wagtail.lock": "page verrouillée",
    "wagtail.unlock": "page déverrouillée",
    "wagtail.rename": "page renommée",
    "wagtail.revert": "ancienne version de la page reprise",
    "wagtail.copy": "page copiée",
    "wagtail.create_alias": "alias de page créé",
    "wagtail.convert_alias": "alias changé en page",
    "wagtail.move": "page déplacée",
    "wagtail.reorder": "page rangée autrement",
    "wagtail.publish.schedule": "publication programmée",
    "wagtail.schedule.cancel": "publication programmée annulée",
    "wagtail.view_restriction.create": "page réservée",
    "wagtail.view_restriction.edit": "accès à la page changé",
    "wagtail.view_restriction.delete": "page rendue à tout le monde",
    "wagtail.workflow.start": "page soumise à relecture",
    "wagtail.workflow.approve": "relecture de la page approuvée",
    "wagtail.workflow.reject": "corrections demandées sur la page",
    "wagtail.workflow.resume": "page soumise de nouveau",
    "wagtail.workflow.cancel": "relecture de la page annulée",
}
"""Every act on a page, as it reads after the editor's name."""

_MADE = {"wagtail.create": "ajouté", "wagtail.edit": "modifié", "wagtail.delete": "supprimé"}
_NOUNS: dict[type[models.Model], tuple[str, str]] = {
    Redirect: ("redirection", "e"),
    Workflow: ("circuit de relecture", ""),
    Task: ("étape de relecture", "e"),
    Collection: ("dossier", ""),
}


def verb_of(entry: BaseLogEntry) -> str:
    """The act, in French, as it reads after a name; « … : libellé de Wagtail » for one that nobody has foreseen."""
    if isinstance(entry, PageLogEntry) and entry.action in PAGE_VERBS:
        return PAGE_VERBS[entry.action]
    model = entry.content_type.model_class() or models.Model
    noun, mark = next(
        (said for kind, said in _NOUNS.items() if issubclass(model, kind)),
        (f"fiche « {model._meta.verbose_name} »" if hasattr(model, "_meta") else "fiche", "e"),
    )
    made = _MADE.get(entry.action)
    return f"{noun} {made}{mark}" if made else f"{noun} : {entry.action.removeprefix('wagtail.')}"


def _object(entry: BaseLogEntry) -> models.Model | None:
    """The thing itself, unless it is gone."""
    model = entry.content_type.model_class()
    return None if model is None or entry.deleted else model._base_manager.filter(pk=entry.object_id).first()


_BEGINS = ("wagtail.create", "wagtail.edit")


def _is_repeat(entry: BaseLogEntry) -> bool:
    """The same editor goes on with the same draft, or has just made it: Wagtail logs both under one number."""
    if entry.action != "wagtail.edit" or entry.uuid is None:
        return False
    before = type(entry)._default_manager.filter(uuid=entry.uuid, action__in=_BEGINS, pk__lt=entry.pk)
    same = {"page_id": entry.page_id} if isinstance(entry, PageLogEntry) else {"object_id": entry.object_id}
    return bool(before.filter(content_type=entry.content_type, **same).exists())


def follow_log(instance: PageLogEntry | ModelLogEntry, *, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """Repeat one line of the CMS's log in the journal (receiver of `post_save`).

    Not repeated: what changed nothing (a page published as it was saved is published, not modified), the saves of a
    draft after the first (one entry for one sitting, so that caches are not dropped at each word), a file followed
    below.
    """
    if not created or raw or instance.content_type.model_class() in FILES:
        return
    if instance.action == "wagtail.edit" and not instance.content_changed:
        return
    if _is_repeat(instance):
        return
    thing = _object(instance)
    data = dict(instance.data or {})
    reason = str(data.pop("comment", "") or "")
    if thing is None:
        data = {"objet": instance.label, **data}
    with transaction.atomic():
        journal.record(by=instance.user or "site", verb=verb_of(instance), obj=thing, reason=reason, after=data or None)


def _author() -> Author:
    """The editor at work, or the site itself."""
    user = get_active_log_context().user
    return user if isinstance(user, models.Model) else "site"


def _noun(file: Picture | Document) -> tuple[str, str]:
    return ("image", "e") if isinstance(file, Picture) else ("document", "")


def _facts(file: Picture | Document) -> dict[str, object]:
    facts: dict[str, object] = {"titre": file.title, "fichier": file.file.name}
    return facts | ({"texte alternatif": file.description, "crédit": file.credit} if isinstance(file, Picture) else {})


def follow_file(
    instance: Picture | Document,
    *,
    created: bool,
    raw: bool = False,
    update_fields: frozenset[str] | None = None,
    **_kwargs: Any,
) -> None:
    """A picture or a document was added or changed, by whichever door (receiver of `post_save`)."""
    if raw or update_fields is not None:  # its size and fingerprint, worked out by Wagtail later
        return
    noun, mark = _noun(instance)
    with transaction.atomic():
        journal.record(
            by=_author(),
            verb=f"{noun} {'ajouté' if created else 'modifié'}{mark}",
            obj=instance,
            after=_facts(instance),
        )


def follow_file_gone(instance: Picture | Document, **_kwargs: Any) -> None:
    """A picture or a document was deleted (receiver of `post_delete`)."""
    noun, mark = _noun(instance)
    with transaction.atomic():
        journal.record(by=_author(), verb=f"{noun} supprimé{mark}", before=_facts(instance))


def follow_address(instance: Page, **_kwargs: Any) -> None:
    """A page has another address: tell which ones lead to it now (receiver of Wagtail's signals, after its own)."""
    below = instance.get_descendants(inclusive=True)
    made = Redirect.objects.filter(redirect_page__in=below, automatically_created=True).order_by("-pk")
    old = [f"{redirect.old_path}{redirect.redirect_page_route_path}" for redirect in made[:50]]
    if old:
        with transaction.atomic():
            journal.record(by=_author(), verb="ancienne adresse redirigée", obj=instance, after={"adresses": old})
