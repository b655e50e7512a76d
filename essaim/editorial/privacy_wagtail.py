"""Pages, pictures and what Wagtail keeps about those who write: declared as precisely as models of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from essaim.foundation.privacy import Basis, rows_of
from essaim.foundation.registries import PersonalRecord

PUBLIC = "tout le monde : c’est fait pour être lu"
WRITERS = "les personnes qui écrivent les pages"
WRITE = "Écrire, relire et publier les pages du site"
WITH_PAGE = "aussi longtemps que la page"

NOBODY = {
    "editorial.Term": "Des mots du glossaire et leur sens.",
    "editorial.LetterPick": "Ce qu’une lettre raconte : des titres et des adresses du site.",
    "editorial.Planted": "Le nom d’une page de départ déjà créée.",
    "editorial.Rendition": "Une taille d’une image, qui est déclarée elle-même.",
    "wagtailimages.Rendition": "Table d’une bibliothèque, que ce site n’écrit pas.",
    "wagtailredirects.Redirect": "Une ancienne adresse du site et la nouvelle.",
    "wagtailsearch.IndexEntry": "Les mots des pages, pour la recherche des rédacteurs.",
    "wagtailsearch.SQLiteFTSIndexEntry": "Les mots des pages, pour la recherche des rédacteurs.",
    "wagtailadmin.Admin": "Aucune ligne : un point d’accroche pour des droits.",
    "wagtailcore.Locale": "Une langue.",
    "wagtailcore.Site": "Le nom du site.",
    "wagtailcore.GroupSitePermission": "Les droits d’un groupe.",
    "wagtailcore.CollectionViewRestriction": "Les restrictions d’un dossier de la bibliothèque, sans personne.",
    "wagtailcore.CollectionViewRestriction_groups": "Quel groupe voit un dossier.",
    "wagtailcore.Collection": "Un dossier de la bibliothèque.",
    "wagtailcore.GroupCollectionPermission": "Les droits d’un groupe.",
    "wagtailcore.WorkflowContentType": "Quelle relecture vaut pour quelle sorte de contenu.",
    "wagtailcore.Workflow": "Le nom d’une relecture.",
    "wagtailcore.WorkflowTask": "Les étapes d’une relecture.",
    "wagtailcore.WorkflowPage": "Quelle relecture vaut pour quelle page.",
    "wagtailcore.Task": "Le nom d’une étape.",
    "wagtailcore.GroupApprovalTask": "Une étape confiée à un groupe.",
    "wagtailcore.GroupApprovalTask_groups": "À quel groupe une étape est confiée.",
    "wagtailcore.GroupPagePermission": "Les droits d’un groupe.",
    "wagtailcore.PageViewRestriction": "Les restrictions d’une page, sans personne.",
    "wagtailcore.PageViewRestriction_groups": "Quel groupe voit une page.",
    "wagtailcore.ReferenceIndex": "Quelle page cite quel contenu.",
    "taggit.Tag": "Des mots pour classer les images.",
    "taggit.TaggedItem": "Quel mot est posé sur quelle image.",
}


def _page(model: str, fields: Mapping[str, str], others: Sequence[str], order: int = 80) -> PersonalRecord:
    """A kind of page: who tried its easy version, and what more names somebody."""
    return PersonalRecord(
        key=f"page-{model.lower()}",
        model=f"editorial.{model}",
        purpose="Informer le public",
        basis=Basis.PUBLIC_TASK,
        people="les personnes que nomme la page, celles qui ont essayé sa version facile à lire",
        readers=PUBLIC,
        delay=WITH_PAGE,
        fields={"easy_tested_by": "qui a essayé la version facile à lire", **fields},
        others=others,
        order=order,
    )


PAGES = (
    _page("HomePage", {}, ("lead", "ideas")),
    _page("ContentPage", {}, ("intro", "scene")),
    _page("DayPage", {}, ("intro", "without_title", "without_intro")),
    _page("GlossaryPage", {}, ("intro",)),
    _page("NewsIndexPage", {}, ("intro",)),
    _page("NewsPage", {"intro": "une actualité peut nommer quelqu’un"}, ("structure_key", "source")),
    _page("InitiativeIndexPage", {}, ("intro",)),
    _page(
        "InitiativePage",
        {"intro": "une initiative peut nommer quelqu’un"},
        ("structure_key", "source", "theme", "structure_name", "commune_code", "place", "known_as_of"),
    ),
    _page("SelfCheckPage", {}, ("intro",)),
    _page(
        "NewsletterPage",
        {},
        ("intro", "consent", "asked_text", "confirm_text", "confirmed_text", "leave_text", "left_text"),
    ),
    _page(
        "ContactPage",
        {},
        ("intro", "access", "form_intro", "form_promise", "privacy_note", "sent_title", "sent_text"),
    ),
    _page(
        "LegalPage",
        {"director": "qui dirige la publication (la loi demande son nom)", "host_phone": "le téléphone de l’hébergeur"},
        ("intro", "host", "host_address"),
    ),
    _page(
        "PrivacyPage",
        {"officer_name": "le ou la délégué·e à la protection des données", "officer_contact": "comment lui écrire"},
        ("intro", "ask_text"),
    ),
    _page(
        "AccessibilityPage",
        {"auditor": "qui a vérifié", "contact": "à qui écrire"},
        (
            "intro",
            "standard",
            "failures",
            "burden",
            "exempt",
            "technologies",
            "environments",
            "tools",
            "pages_tested",
            "plan_years",
            "plan_action",
        ),
    ),
    PersonalRecord(
        key="laureats",
        model="editorial.Laureate",
        purpose="Montrer les lauréats des appels à projets, tels qu’ils ont été annoncés",
        basis=Basis.PUBLIC_TASK,
        people="les personnes lauréates, quand c’est une personne",
        readers=PUBLIC,
        delay="aussi longtemps que l’histoire de l’appel ; retiré sur demande",
        fields={"name": "le nom annoncé"},
        others=("category", "project", "place", "structure_key", "follow_up", "source"),
        order=81,
    ),
    PersonalRecord(
        key="images",
        model="editorial.Picture",
        purpose="Illustrer les pages",
        basis=Basis.PUBLIC_TASK,
        people="qui a fait l’image, qui l’a envoyée, les personnes qu’on y voit",
        readers=PUBLIC,
        delay="aussi longtemps que l’image est dans la bibliothèque",
        fields={
            "credit": "qui a fait l’image",
            "uploaded_by_user": "qui l’a envoyée",
            "file": "l’image, sans sa position ni son appareil",
            "description": "ce qu’elle montre",
        },
        others=("title", "file_hash"),
        rows=rows_of("editorial.Picture", ("title", "credit", "created_at"), by=("uploaded_by_user",)),
        order=82,
    ),
)


def _written(key: str, model: str, fields: Mapping[str, str], others: Sequence[str], **more: str) -> PersonalRecord:
    """What Wagtail keeps of the work of those who write."""
    tie = more.get("tie", "")
    shown = tuple(name for name in more.get("shown", "").split() if name)
    return PersonalRecord(
        key=key,
        model=model,
        purpose=WRITE,
        basis=Basis.PUBLIC_TASK,
        people=WRITERS,
        readers=more.get("readers", "l’équipe ESS et qui écrit les pages"),
        delay=more.get("delay", WITH_PAGE),
        fields=fields,
        others=others,
        retention=more.get("retention", ""),
        rows=rows_of(model, shown, by=(tie,)) if tie and shown else None,
        order=85,
    )


WAGTAIL = (
    _written(
        "pages",
        "wagtailcore.Page",
        {"owner": "qui a créé la page", "locked_by": "qui la garde pour soi un moment"},
        ("path", "title", "draft_title", "slug", "url_path", "seo_title", "search_description"),
        tie="owner",
        shown="title",
    ),
    _written(
        "versions",
        "wagtailcore.Revision",
        {"user": "qui a écrit la version", "content": "la page telle qu’elle était"},
        ("object_id", "object_str"),
        tie="user",
        shown="object_str created_at",
    ),
    _written(
        "trace-des-pages",
        "wagtailcore.PageLogEntry",
        {"user": "qui a fait quoi sur une page"},
        ("label", "action", "data"),
        tie="user",
        shown="label action timestamp",
        delay="aussi longtemps que le journal, dont c’est la source",
    ),
    _written(
        "trace-des-contenus",
        "wagtailcore.ModelLogEntry",
        {"user": "qui a fait quoi sur une image ou un document"},
        ("label", "action", "data", "object_id"),
        tie="user",
        shown="label action timestamp",
        delay="aussi longtemps que le journal, dont c’est la source",
    ),
    _written(
        "relectures",
        "wagtailcore.WorkflowState",
        {"requested_by": "qui demande la relecture"},
        ("object_id", "status"),
        tie="requested_by",
        shown="status created_at",
    ),
    _written(
        "avis",
        "wagtailcore.TaskState",
        {"finished_by": "qui a relu", "comment": "son avis"},
        ("status",),
        tie="finished_by",
        shown="status comment finished_at",
    ),
    _written(
        "remarques",
        "wagtailcore.Comment",
        {"user": "qui écrit", "text": "la remarque", "resolved_by": "qui l’a close"},
        ("contentpath", "position"),
        delay="jamais écrites : ce site a fermé les remarques",
    ),
    _written(
        "reponses",
        "wagtailcore.CommentReply",
        {"user": "qui écrit", "text": "la réponse"},
        (),
        delay="jamais écrites : ce site a fermé les remarques",
    ),
    _written(
        "suivis",
        "wagtailcore.PageSubscription",
        {"user": "qui suit une page"},
        (),
        delay="tant que la personne suit la page",
    ),
    _written(
        "envois-en-attente",
        "wagtailcore.UploadedFile",
        {"uploaded_by_user": "qui a envoyé le fichier", "file": "le fichier"},
        (),
        delay="jusqu’à ce que l’envoi soit terminé",
    ),
    _written(
        "documents",
        "wagtaildocs.Document",
        {"uploaded_by_user": "qui a envoyé le document", "file": "le document"},
        ("title", "file_hash"),
        tie="uploaded_by_user",
        shown="title created_at",
        delay="aussi longtemps que le document est dans la bibliothèque",
    ),
    _written(
        "images-de-la-bibliotheque",
        "wagtailimages.Image",
        {"uploaded_by_user": "qui a envoyé l’image"},
        ("title", "file", "description", "file_hash"),
        delay="table jamais écrite : les images de ce site ont la leur",
    ),
    _written(
        "preferences",
        "wagtailusers.UserProfile",
        {"user": "le compte", "avatar": "une image", "preferred_language": "la langue", "current_time_zone": "l’heure"},
        ("dismissibles", "theme", "contrast", "density"),
        tie="user",
        shown="preferred_language theme contrast density",
        readers="la personne elle-même",
        delay="aussi longtemps que le compte",
    ),
    _written(
        "pages-ouvertes",
        "wagtailadmin.EditingSession",
        {"user": "qui a une page ouverte"},
        ("object_id",),
        delay="une heure : de quoi dire à deux personnes qu’elles écrivent la même page",
        retention="saisies",
    ),
    _written(
        "saisies",
        "wagtailadmin.FormState",
        {"user": "qui écrit", "data": "le formulaire en cours"},
        ("object_id", "parent_object_id"),
        delay="un jour : de quoi montrer l’aperçu",
        retention="saisies",
        readers="la personne elle-même",
    ),
)
