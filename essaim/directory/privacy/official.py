"""Models of the directory that keep nobody, and the one official record where a person can be read through a name."""

from __future__ import annotations

from essaim.foundation.privacy import Basis
from essaim.foundation.registries import PersonalRecord

OFFICIAL = "Données ouvertes de l’Insee et des registres sur des personnes morales."

NOBODY = {
    "directory.FormerKey": "L’ancien numéro d’une structure.",
    "directory.Criterion": f"{OFFICIAL} Ce qui fait d’une structure une structure de l’ESS.",
    "directory.Label": f"{OFFICIAL} Des labels et leurs dates.",
    "directory.StructureTag": "Une étiquette sur une structure.",
    "directory.Tag": "Un mot de l’équipe pour classer des structures.",
    "directory.DirectorySettings": "Les réglages de l’annuaire.",
    "directory.SyncRun": "Les comptes d’une synchronisation.",
    "directory.Synonym": "Des mots de la recherche.",
}

RECORDS = (
    PersonalRecord(
        key="structures",
        model="directory.Structure",
        purpose="Tenir l’annuaire public de l’économie sociale et solidaire du territoire",
        basis=Basis.PUBLIC_TASK,
        people="les personnes dont une structure porte le nom",
        readers="tout le monde, sauf ce que la structure a demandé à l’Insee de ne pas diffuser",
        delay="autant que la structure est dans les fichiers officiels, puis comme histoire de l’annuaire",
        fields={
            "name": "la dénomination officielle",
            "usual_names": "les noms d’usage",
            "rna_title": "le titre au registre des associations",
            "purpose": "l’objet déclaré",
        },
        others=(
            "siren",
            "rna",
            "code",
            "key",
            "acronym",
            "family",
            "sub_family",
            "legal_category",
            "naf",
            "naf25",
            "headcount_band",
            "headcount_year",
            "diffusion",
            "vintage",
            "source",
            "missing_since",
        ),
        order=60,
    ),
    PersonalRecord(
        key="etablissements",
        model="directory.Establishment",
        purpose="Montrer où sont les structures",
        basis=Basis.PUBLIC_TASK,
        people="les personnes chez qui une petite association a son siège",
        readers="tout le monde, sauf ce que la structure a demandé à l’Insee de ne pas diffuser",
        delay="autant que l’établissement est dans les fichiers officiels, puis comme histoire de l’annuaire",
        fields={"address": "l’adresse", "usual_name": "le nom d’usage", "signs": "les enseignes"},
        others=(
            "siret",
            "official_commune_code",
            "postcode",
            "position_quality",
            "position_source",
            "naf",
            "naf25",
            "headcount_band",
            "headcount_year",
            "diffusion",
            "successor_siret",
            "missing_since",
        ),
        order=61,
    ),
)
