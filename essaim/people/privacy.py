"""What the room keeps about people, and the libraries that it leans on: lines of the register of processing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from essaim.foundation.privacy import Basis, rows_of
from essaim.foundation.registries import (
    Erasure,
    NobodyInside,
    PersonalRecord,
    Retention,
    erasures,
    nobody_inside,
    personal_records,
    retentions,
)
from essaim.people.actions import keeping
from essaim.people.leaving import pseudonym

ACCOUNTS = "les personnes qui ont un compte"
ONESELF = "la personne elle-même"
MACHINE = "personne à l’écran ; qui administre la machine"
WITH_ACCOUNT = "aussi longtemps que le compte"

NOBODY = {
    "auth.Permission": "Les droits que connaît le logiciel.",
    "auth.Group": "Des noms de groupes.",
    "auth.Group_permissions": "Quel groupe a quel droit.",
    "account.EmailConfirmation": "Table d’une bibliothèque, que ce site n’écrit pas : ses liens sont signés.",
    "socialaccount.SocialApp": "Table d’une bibliothèque, jamais écrite ici : les fournisseurs sont des réglages.",
}


def _proofs(person: Any) -> Iterator[Mapping[str, object]]:
    """The kind and the dates of each proof: a secret is of no use to read, and dangerous in a file."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 -- models are not ready when this is imported

    for proof in Authenticator.objects.filter(user=person).order_by("pk"):
        yield {"preuve": proof.get_type_display(), "ajoutée le": proof.created_at, "servie le": proof.last_used_at}


RECORDS = (
    PersonalRecord(
        key="compte",
        model="people.Person",
        purpose="Ouvrir le site à qui y a un compte, et lui écrire quand elle ou il l’a accepté",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=f"{ONESELF}, l’équipe ESS ; les personnes d’une même structure se voient entre elles",
        delay="jusqu’à ce que la personne le supprime, ou trois ans sans connexion (prévenue trente jours avant)",
        fields={
            "email": "l’adresse électronique, qui identifie le compte",
            "name": "le nom affiché",
            "password": "l’empreinte du mot de passe, quand il y en a un",
        },
        retention="comptes",
        rows=rows_of(
            "people.Person",
            ("email", "name", "joined_at", "last_login", "contact_consent_at", "is_officer"),
            by=("pk",),
        ),
        order=1,
    ),
    PersonalRecord(
        key="charges",
        model="people.Office",
        purpose="Savoir qui est élu et qui siège dans un jury, de quand à quand",
        basis=Basis.PUBLIC_TASK,
        people="les membres élus et les membres de jury",
        readers=f"{ONESELF}, l’équipe ESS",
        delay="aussi longtemps que les décisions auxquelles la charge a fait prendre part",
        fields={
            "person": "le compte",
            "title": "le titre de la charge",
            "named_by_label": "qui a nommé",
            "ended_reason": "pourquoi la charge a pris fin",
        },
        others=("kind",),
        rows=rows_of("people.Office", ("kind", "title", "since", "until", "ended_reason"), by=("person",)),
        order=2,
    ),
    PersonalRecord(
        key="entrees",
        model="people.EntryCode",
        purpose="Laisser entrer par un lien ou un code envoyé par courriel, et limiter les essais",
        basis=Basis.PUBLIC_TASK,
        people="qui demande à se connecter",
        readers=MACHINE,
        delay="un jour : le code ne sert qu’un quart d’heure, les messages se comptent sur ce même temps",
        fields={"address": "l’adresse qui demande à entrer", "wanted": "la page voulue"},
        others=("seed", "sent"),
        retention="entrees",
        rows=rows_of("people.EntryCode", ("address", "asked_at", "used_at"), email=("address",)),
        order=3,
    ),
    PersonalRecord(
        key="groupes",
        model="people.Person_groups",
        purpose="Ouvrir la rédaction des pages à certaines personnes",
        basis=Basis.PUBLIC_TASK,
        people="les personnes qui écrivent les pages",
        readers="l’équipe ESS",
        delay=WITH_ACCOUNT,
        fields={"person": "le compte"},
        rows=rows_of("people.Person_groups", ("group",), by=("person",)),
        order=4,
    ),
    PersonalRecord(
        key="droits",
        model="people.Person_user_permissions",
        purpose="Donner un droit précis à une personne",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=MACHINE,
        delay=WITH_ACCOUNT,
        fields={"person": "le compte"},
        rows=rows_of("people.Person_user_permissions", ("permission",), by=("person",)),
        order=4,
    ),
    PersonalRecord(
        key="adresses",
        model="account.EmailAddress",
        purpose="Savoir qu’une adresse est bien celle de la personne, et en changer",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=ONESELF,
        delay=WITH_ACCOUNT,
        fields={"user": "le compte", "email": "l’adresse électronique"},
        rows=rows_of("account.EmailAddress", ("email", "verified", "primary"), by=("user",)),
        order=5,
    ),
    PersonalRecord(
        key="preuves",
        model="mfa.Authenticator",
        purpose="Vérifier une seconde fois qui se connecte : clé d’accès, code à usage unique, codes de secours",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=MACHINE,
        delay="aussi longtemps que la personne la garde",
        fields={"user": "le compte", "data": "le secret ou la clé publique"},
        others=("type",),
        rows=_proofs,
        order=5,
    ),
    PersonalRecord(
        key="sessions",
        model="usersessions.UserSession",
        purpose="Montrer à chaque personne où son compte est ouvert, et le laisser fermer",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=ONESELF,
        delay="un an après la dernière visite, comme les traces de connexion (CNIL : six mois à un an)",
        fields={
            "user": "le compte",
            "ip": "l’adresse réseau",
            "user_agent": "le navigateur",
            "session_key": "le numéro de la session",
            "data": "ce que la bibliothèque ajoute",
        },
        retention="sessions",
        rows=rows_of("usersessions.UserSession", ("created_at", "last_seen_at", "ip", "user_agent"), by=("user",)),
        order=6,
    ),
    PersonalRecord(
        key="cookies",
        model="sessions.Session",
        purpose="Garder la connexion ouverte d’une page à l’autre, et un formulaire commencé si elle se ferme",
        basis=Basis.PUBLIC_TASK,
        people="qui se connecte, ou écrit dans un formulaire réservé",
        readers=MACHINE,
        delay="deux semaines ; une heure pour un formulaire gardé avant la connexion",
        fields={"session_data": "le compte, et le formulaire gardé", "session_key": "le numéro de la session"},
        retention="sessions",
        order=6,
    ),
    PersonalRecord(
        key="fournisseur",
        model="socialaccount.SocialAccount",
        purpose="Se connecter par ProConnect ou par le fournisseur de la collectivité, quand il y en a un",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=ONESELF,
        delay=WITH_ACCOUNT,
        fields={
            "user": "le compte",
            "uid": "le numéro de la personne chez le fournisseur",
            "extra_data": "ce que le fournisseur dit d’elle : nom, adresse, employeur",
        },
        others=("provider",),
        rows=rows_of("socialaccount.SocialAccount", ("provider", "uid", "extra_data", "date_joined"), by=("user",)),
        order=7,
    ),
    PersonalRecord(
        key="jetons",
        model="socialaccount.SocialToken",
        purpose="Parler au fournisseur de connexion au nom de la personne",
        basis=Basis.PUBLIC_TASK,
        people=ACCOUNTS,
        readers=MACHINE,
        delay=WITH_ACCOUNT,
        fields={"token": "le jeton", "token_secret": "son secret"},
        order=7,
    ),
)


RETENTIONS = (
    Retention("comptes", "comptes inutilisés", lambda by: keeping.erase_unused(by=by), order=1),
    Retention("entrees", "demandes d’entrée d’un jour", lambda by: keeping.purge_entries(by=by), order=3),
    Retention("sessions", "traces de connexion", lambda by: keeping.purge_sessions(by=by), order=6),
)


def _kept(person: Any, _by: Any) -> Sequence[str]:
    return (
        "Le journal garde ce qui a été fait et quand, pour que les décisions publiques restent explicables : sous "
        f"« {pseudonym(person)} », sans votre nom.",
    )


def _foresee(person: Any) -> Sequence[str]:
    if not person.offices.exists():
        return ()
    return ("Vos charges de membre élu ou de membre de jury prendront fin ; leurs dates restent, sans votre nom.",)


def register() -> None:
    """Called once, when Django is ready."""
    for record in RECORDS:
        personal_records.register(record)
    for key, why in NOBODY.items():
        nobody_inside.register(NobodyInside(key, why))
    erasures.register(Erasure("compte", _kept, _foresee, order=1))
    for retention in RETENTIONS:
        retentions.register(retention)
