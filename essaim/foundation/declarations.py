"""What the foundation itself keeps about people: its lines of the register, and the delays that it applies."""

from __future__ import annotations

from essaim.foundation import actions, uploads
from essaim.foundation.journal import Author
from essaim.foundation.privacy import Basis, rows_of
from essaim.foundation.registries import (
    NobodyInside,
    PersonalRecord,
    Retention,
    nobody_inside,
    personal_records,
    retentions,
)

NOBODY = {
    "foundation.SchoolPeriod": "Des dates de vacances scolaires.",
    "foundation.Link": "Deux objets du site et la nature de leur lien.",
    "foundation.JournalSubject": "Le numéro d’un objet concerné par une entrée du journal, qui est déclaré lui-même.",
    "contenttypes.ContentType": "Les noms des tables du logiciel.",
}


def register() -> None:
    """Called once, when Django is ready."""
    for record in RECORDS:
        personal_records.register(record)
    for key, why in NOBODY.items():
        nobody_inside.register(NobodyInside(key, why))
    for retention in RETENTIONS:
        retentions.register(retention)


RECORDS = (
    PersonalRecord(
        key="journal",
        model="foundation.JournalEntry",
        purpose="Savoir qui a décidé ou changé quoi, quand et pourquoi, et pouvoir le défaire",
        basis=Basis.PUBLIC_TASK,
        people="les personnes qui ont un compte",
        readers="l’équipe ESS",
        delay="aussi longtemps que le site : il porte les décisions publiques. Le nom d’un compte supprimé y est "
        "remplacé par un numéro",
        fields={
            "by": "le compte de l’auteur",
            "by_label": "le nom de l’auteur au moment de l’acte",
            "object_label": "le nom de ce qui a été changé, parfois celui d’une personne",
            "reason": "la raison donnée",
            "before": "les valeurs d’avant, sans courriel ni téléphone",
            "after": "les valeurs nouvelles, sans courriel ni téléphone",
        },
        others=("verb", "object_id", "group"),
        rows=rows_of("foundation.JournalEntry", ("at", "verb", "object_label", "reason"), by=("by",)),
        order=90,
    ),
    PersonalRecord(
        key="territoire",
        model="foundation.Territory",
        purpose="Dire au public comment joindre la mission ESS",
        basis=Basis.PUBLIC_TASK,
        people="l’équipe ESS, par ses coordonnées de service",
        readers="tout le monde : c’est fait pour être lu",
        delay="tant que l’équipe ne les change pas",
        fields={"phone": "le téléphone du service", "email": "le courriel du service"},
        others=(
            "siren",
            "name",
            "short_name",
            "site_name",
            "logo",
            "logo_alt",
            "honey",
            "leaf",
            "address",
            "website",
            "hours",
            "hours_source",
            "school_zone",
        ),
        order=95,
    ),
    PersonalRecord(
        key="taches",
        model="django_tasks_database.DBTaskResult",
        purpose="Remettre les messages au serveur de courriel sans faire attendre la personne",
        basis=Basis.PUBLIC_TASK,
        people="les personnes à qui le site écrit",
        readers="personne à l’écran ; qui administre la machine",
        delay="14 jours après la fin de la tâche : le temps de comprendre un envoi manqué",
        fields={
            "args_kwargs": "l’adresse du destinataire et la sorte de message",
            "return_value": "ce que la tâche répond",
            "traceback": "l’erreur, s’il y en a eu une",
        },
        others=("status", "task_path", "worker_ids", "queue_name", "backend_name", "exception_class_path"),
        retention="taches",
        order=92,
    ),
)


def _purge_uploads(_by: Author) -> int:
    return uploads.purge()


RETENTIONS = (
    Retention("taches", "tâches finies depuis 14 jours", lambda by: actions.purge_tasks(by=by), order=90),
    Retention("envois", "fichiers envoyés et jamais confirmés, après une heure", _purge_uploads, order=91),
)
