"""Lines of the register of processing about the people of structures, and those who write about one."""

from __future__ import annotations

from essaim.foundation.privacy import Basis, rows_of
from essaim.foundation.registries import PersonalRecord

TEAM = "l’équipe ESS"
PUBLIC = "tout le monde : c’est fait pour être lu"
SPACE = "les personnes qui représentent la structure, l’équipe ESS"
PROVE = "Reconnaître qui peut agir au nom d’une structure"
CARD = "Tenir à jour la fiche publique d’une structure"
HISTORY = "aussi longtemps que la fiche : la structure garde son histoire. Le nom d’un compte supprimé n’y est plus"
OFFICER_SIDE = "les chargé·es de mission qui décident"


def _mandates() -> tuple[PersonalRecord, ...]:
    return (
        PersonalRecord(
            key="mandats",
            model="directory.Mandate",
            purpose=PROVE,
            basis=Basis.PUBLIC_TASK,
            people="les personnes qui représentent une structure",
            readers=SPACE,
            delay=HISTORY,
            fields={
                "person": "le compte",
                "role": "la fonction dans la structure",
                "granted_by_label": "qui a reconnu le mandat",
                "end_note": "une précision sur la fin",
                "ended_by_label": "qui a mis fin au mandat",
            },
            others=("method", "end_reason"),
            rows=rows_of(
                "directory.Mandate",
                ("structure", "role", "since", "until", "method", "ended_at", "end_reason"),
                by=("person",),
            ),
            order=20,
        ),
        PersonalRecord(
            key="demandes",
            model="directory.Claim",
            purpose=PROVE,
            basis=Basis.PUBLIC_TASK,
            people="les personnes qui demandent à représenter une structure",
            readers=f"{TEAM}, la personne elle-même ; qui représente déjà la structure, si on lui demande son accord",
            delay="le mot pour l’équipe, deux ans après la décision ; la demande et sa suite, autant que la fiche",
            fields={
                "person": "le compte",
                "role": "la fonction dans la structure",
                "message": "le mot pour l’équipe",
                "decided_by": "qui a décidé",
                "decided_by_label": "son nom",
                "reason": "la raison de la décision",
            },
            others=("outcome",),
            retention="demandes",
            rows=rows_of(
                "directory.Claim",
                ("structure", "role", "message", "opened_at", "decided_at", "outcome", "reason"),
                by=("person",),
            ),
            order=21,
        ),
        PersonalRecord(
            key="preuves-de-mandat",
            model="directory.ClaimEvidence",
            purpose=PROVE,
            basis=Basis.PUBLIC_TASK,
            people="les personnes qui demandent à représenter une structure, celles que nomment leurs documents",
            readers=TEAM,
            delay="six mois après la décision, deux ans sans décision : le temps d’un recours devant le tribunal (deux "
            "mois, code de justice administrative, R. 421-1), précédé d’un recours à l’amiable",
            fields={
                "sent_to": "l’adresse où le code est parti",
                "code_digest": "l’empreinte du code",
                "document": "le document envoyé",
                "document_name": "son nom",
                "checked_by_label": "qui l’a vérifié",
                "note": "la remarque de qui a vérifié",
            },
            others=("method",),
            retention="demandes",
            rows=rows_of(
                "directory.ClaimEvidence",
                ("claim", "method", "at", "sent_to", "document_name", "passed_at", "refused_at", "note"),
                by=("claim__person",),
            ),
            order=22,
        ),
        PersonalRecord(
            key="invitations",
            model="directory.Invitation",
            purpose=PROVE,
            basis=Basis.PUBLIC_TASK,
            people="les personnes invitées à représenter une structure",
            readers=SPACE,
            delay="un an après l’envoi : le temps de répondre, et de savoir pourquoi quelqu’un a été invité",
            fields={
                "email": "l’adresse invitée",
                "role": "la fonction proposée",
                "message": "le mot d’accompagnement",
                "by": "qui invite",
                "by_label": "son nom",
                "accepted_by": "qui a accepté",
            },
            retention="invitations",
            rows=rows_of(
                "directory.Invitation",
                ("structure", "email", "role", "message", "sent_at", "accepted_at", "declined_at"),
                by=("accepted_by",),
                email=("email",),
            ),
            order=23,
        ),
    )


def _cards() -> tuple[PersonalRecord, ...]:
    return (
        PersonalRecord(
            key="fiches",
            model="directory.Card",
            purpose=CARD,
            basis=Basis.PUBLIC_TASK,
            people="qui répond au téléphone ou au courriel public d’une structure",
            readers=PUBLIC,
            delay="tant que la structure, ou l’équipe, ne les change pas",
            fields={
                "phone": "le téléphone public",
                "email": "le courriel public",
                "confirmed_by_label": "qui a confirmé la fiche",
                "source": "d’où l’équipe le tient",
            },
            others=(
                "name",
                "description",
                "website",
                "hours",
                "audiences",
                "services",
                "places",
                "links",
                "easy_summary",
                "keywords",
            ),
            rows=rows_of("directory.Card", ("structure", "phone", "email"), email=("email",)),
            order=30,
        ),
        PersonalRecord(
            key="contacts-de-la-structure",
            model="directory.CardContact",
            purpose=f"{CARD}, et dire à qui s’adresser",
            basis=Basis.PUBLIC_TASK,
            people="les personnes que la structure désigne",
            readers="tout le monde si la personne l’a accepté, sinon l’équipe ESS et la structure",
            delay="tant que la structure ne les retire pas",
            fields={
                "name": "le nom",
                "role": "la fonction",
                "email": "le courriel",
                "phone": "le téléphone",
            },
            rows=rows_of(
                "directory.CardContact",
                ("structure", "name", "role", "email", "phone", "is_public", "agreed_at"),
                email=("email",),
            ),
            order=31,
        ),
        PersonalRecord(
            key="photos",
            model="directory.CardPhoto",
            purpose=CARD,
            basis=Basis.CONSENT,
            people="les personnes photographiées, qui a pris la photo, qui l’a envoyée",
            readers=PUBLIC,
            delay="trente jours après son retrait : le temps de se raviser",
            fields={
                "image": "la photo, sans sa position ni son appareil",
                "alt": "ce qu’elle montre",
                "credit": "qui l’a prise",
                "added_by": "qui l’a envoyée",
                "added_by_label": "son nom",
                "refused_reason": "la raison d’un refus",
            },
            retention="photos",
            rows=rows_of("directory.CardPhoto", ("structure", "image", "alt", "credit", "added_at"), by=("added_by",)),
            order=32,
        ),
        PersonalRecord(
            key="changements",
            model="directory.CardChange",
            purpose=f"{CARD}, voir qui l’a changée, reprendre une version d’avant",
            basis=Basis.PUBLIC_TASK,
            people="qui écrit sur une fiche : la structure, l’équipe, une personne du public",
            readers=f"{SPACE} ; le courriel, l’équipe seule",
            delay="le courriel d’une personne du public, trente jours après la réponse et un an au plus ; les "
            "anciens téléphones et courriels d’une fiche, trois ans ; le reste, aussi longtemps que la fiche",
            fields={
                "by": "le compte de l’auteur",
                "by_label": "son nom",
                "email": "le courriel pour la réponse",
                "base": "les valeurs d’avant, dont téléphone et courriel publics",
                "values": "les valeurs nouvelles, dont téléphone et courriel publics",
                "note": "le mot de l’auteur",
                "decided_by": "qui a décidé",
                "decided_by_label": "son nom",
                "answer": "la réponse",
            },
            others=("origin", "outcome", "published_fields"),
            retention="corrections",
            rows=rows_of(
                "directory.CardChange",
                ("structure", "origin", "at", "values", "note", "outcome", "decided_at", "answer"),
                by=("by",),
                email=("email",),
            ),
            order=33,
        ),
        PersonalRecord(
            key="campagnes",
            model="directory.Campaign",
            purpose="Demander chaque année aux structures si leur fiche est à jour",
            basis=Basis.PUBLIC_TASK,
            people=OFFICER_SIDE,
            readers=TEAM,
            delay="aussi longtemps que l’annuaire : c’est l’histoire de sa tenue",
            fields={"opened_by_label": "qui a ouvert la campagne"},
            others=("name", "message"),
            order=34,
        ),
        PersonalRecord(
            key="lignes-de-campagne",
            model="directory.CampaignLine",
            purpose="Demander chaque année aux structures si leur fiche est à jour",
            basis=Basis.PUBLIC_TASK,
            people="les personnes à qui la question est envoyée",
            readers=TEAM,
            delay="un an après la fin de la campagne : le temps de préparer la suivante",
            fields={"email": "l’adresse interrogée", "code_digest": "l’empreinte du code de la lettre"},
            others=("answer",),
            retention="campagnes",
            rows=rows_of(
                "directory.CampaignLine",
                ("campaign", "structure", "email", "sent_at", "answered_at", "answer"),
                email=("email",),
            ),
            order=35,
        ),
    )


def _silence() -> PersonalRecord:
    return PersonalRecord(
        key="silences",
        model="directory.CampaignSilence",
        purpose="Ne plus jamais interroger une adresse qui l’a demandé",
        basis=Basis.CONSENT,
        people="les personnes qui ont demandé à ne plus être interrogées",
        readers="personne : l’adresse n’y est pas, seule son empreinte",
        delay="tant que la personne ne demande pas le contraire",
        fields={"digest": "l’empreinte de l’adresse"},
        order=36,
    )


def _public() -> tuple[PersonalRecord, ...]:
    return (
        PersonalRecord(
            key="signalements",
            model="directory.ErrorReport",
            purpose="Corriger une erreur que quelqu’un signale, et lui répondre",
            basis=Basis.PUBLIC_TASK,
            people="les visiteurs qui laissent leur adresse",
            readers=TEAM,
            delay="l’adresse, jusqu’à la réponse et un an au plus ; le signalement, un an après la réponse ou deux ans "
            "sans",
            fields={
                "email": "l’adresse pour la réponse",
                "message": "ce qui est écrit",
                "handled_by": "qui a traité",
                "answer": "la réponse",
            },
            others=("topic", "outcome"),
            retention="signalements",
            rows=rows_of("directory.ErrorReport", ("structure", "topic", "message", "email", "at"), email=("email",)),
            order=40,
        ),
        PersonalRecord(
            key="propositions",
            model="directory.StructureProposal",
            purpose="Accueillir une structure que les fichiers officiels ne connaissent pas, et répondre à qui la "
            "propose",
            basis=Basis.PUBLIC_TASK,
            people="qui propose une structure, et qui la joint",
            readers=TEAM,
            delay="qui propose, et les coordonnées d’une structure non admise : un an après la réponse, deux ans sans "
            "réponse ; la décision et sa preuve, aussi longtemps que l’annuaire",
            fields={
                "proposer": "le compte, quand il y en a un",
                "proposer_name": "le nom",
                "proposer_email": "le courriel pour la réponse",
                "phone": "le téléphone de la structure",
                "email": "le courriel de la structure",
                "address": "l’adresse, parfois celle d’une personne",
                "description": "ce que fait la structure",
                "why": "pourquoi elle serait de l’ESS",
                "decided_by": "qui a décidé",
                "proof": "la preuve notée",
                "answer": "la réponse",
            },
            others=(
                "kind",
                "name",
                "family",
                "postcode",
                "siren",
                "siret",
                "rna",
                "naf",
                "website",
                "looked_at",
                "outcome",
                "criterion",
            ),
            retention="propositions",
            rows=rows_of(
                "directory.StructureProposal",
                ("name", "kind", "proposer_name", "proposer_email", "description", "why", "at", "outcome", "answer"),
                by=("proposer",),
                email=("proposer_email",),
            ),
            order=41,
        ),
    )


def _team() -> tuple[PersonalRecord, ...]:
    return (
        PersonalRecord(
            key="carnet",
            model="directory.Contact",
            purpose="Joindre les structures du territoire",
            basis=Basis.PUBLIC_TASK,
            people="les personnes que l’équipe connaît dans les structures",
            readers=TEAM,
            delay="tant que l’équipe en a l’usage ; effacé sur demande",
            fields={
                "name": "le nom",
                "role": "la fonction",
                "email": "le courriel",
                "phone": "le téléphone",
                "note": "une note",
            },
            rows=rows_of(
                "directory.Contact", ("structure", "name", "role", "email", "phone", "note"), email=("email",)
            ),
            order=50,
        ),
        PersonalRecord(
            key="imports",
            model="directory.ContactImport",
            purpose="Reprendre le tableur de l’équipe, et pouvoir annuler un import",
            basis=Basis.PUBLIC_TASK,
            people="les personnes du tableur, qui l’a importé",
            readers=TEAM,
            delay="le compte rendu ligne par ligne, un an : le temps de s’apercevoir d’une erreur ; le reste, autant "
            "que les contacts",
            fields={
                "by": "qui a importé",
                "by_label": "son nom",
                "verdicts": "ce que chaque ligne est devenue, avec le nom lu",
                "brought": "ce que l’import a créé : numéros et empreintes",
                "filename": "le nom du fichier",
            },
            others=("columns", "counts"),
            retention="imports",
            rows=rows_of("directory.ContactImport", ("filename", "at"), by=("by",)),
            order=51,
        ),
        PersonalRecord(
            key="notes",
            model="directory.StructureNote",
            purpose="Suivre les structures du territoire à plusieurs",
            basis=Basis.PUBLIC_TASK,
            people="les personnes que nomme une note, qui l’écrit",
            readers=TEAM,
            delay="tant que l’équipe suit la structure ; effacée sur demande",
            fields={"text": "la note", "by": "qui l’écrit", "by_label": "son nom"},
            rows=rows_of("directory.StructureNote", ("structure", "text", "at"), by=("by",)),
            order=52,
        ),
        PersonalRecord(
            key="decisions",
            model="directory.LocalDecision",
            purpose="Admettre une structure dans l’annuaire ou l’écarter, et dire pourquoi",
            basis=Basis.PUBLIC_TASK,
            people=OFFICER_SIDE,
            readers=TEAM,
            delay="aussi longtemps que l’annuaire : c’est une décision publique",
            fields={"by": "qui décide", "by_label": "son nom", "reason": "la raison"},
            others=("decision",),
            rows=rows_of("directory.LocalDecision", ("structure", "decision", "reason", "at"), by=("by",)),
            order=53,
        ),
        PersonalRecord(
            key="reunions",
            model="directory.Merge",
            purpose="Réunir deux fiches de la même structure, et pouvoir les séparer de nouveau",
            basis=Basis.PUBLIC_TASK,
            people="qui les réunit, et les personnes que portaient les lignes retirées",
            readers=TEAM,
            delay="un an : ensuite une réunion ne se défait plus, et ces lignes s’effacent ; qui et pourquoi restent",
            fields={
                "by_label": "qui les a réunies",
                "undone_by_label": "qui les a séparées",
                "reason": "la raison",
                "undone_reason": "la raison de séparer",
                "dropped": "les lignes en double, parfois un contact",
                "before": "ce que portait la fiche gardée",
            },
            others=("moved",),
            retention="reunions",
            order=54,
        ),
        PersonalRecord(
            key="fiches-distinctes",
            model="directory.NotTwins",
            purpose="Ne pas proposer deux fois de réunir deux fiches reconnues distinctes",
            basis=Basis.PUBLIC_TASK,
            people=OFFICER_SIDE,
            readers=TEAM,
            delay="aussi longtemps que les deux fiches",
            fields={"by_label": "qui les a reconnues distinctes"},
            order=55,
        ),
    )


RECORDS = (*_mandates(), *_cards(), _silence(), *_public(), *_team())
