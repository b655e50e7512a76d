"""Columns of the official files that the demonstration writes, by their official names.

SIRENE: Insee, « dessin des fichiers stock », with the columns added in 2025 (54 and 35). RNA: ministère de
l'Intérieur, `rna_waldec`. Succession links and geolocation: Insee. SIAE: marché de l'inclusion.
"""

from __future__ import annotations


def _address(rank: str) -> tuple[str, ...]:
    return tuple(
        f"{name}{rank}Etablissement"
        for name in (
            "complementAdresse",
            "numeroVoie",
            "indiceRepetition",
            "typeVoie",
            "libelleVoie",
            "codePostal",
            "libelleCommune",
            "libelleCommuneEtranger",
            "distributionSpeciale",
            "codeCommune",
            "codeCedex",
            "libelleCedex",
            "codePaysEtranger",
            "libellePaysEtranger",
        )
    )


_FIRST = list(_address(""))
_FIRST[3:3] = ["dernierNumeroVoieEtablissement", "indiceRepetitionDernierNumeroVoieEtablissement"]

ESTABLISHMENT: tuple[str, ...] = (
    "siren",
    "nic",
    "siret",
    "statutDiffusionEtablissement",
    "dateCreationEtablissement",
    "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement",
    "activitePrincipaleRegistreMetiersEtablissement",
    "dateDernierTraitementEtablissement",
    "etablissementSiege",
    "nombrePeriodesEtablissement",
    *_FIRST,
    "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    *_address("2"),
    "dateDebut",
    "etatAdministratifEtablissement",
    "enseigne1Etablissement",
    "enseigne2Etablissement",
    "enseigne3Etablissement",
    "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
    "caractereEmployeurEtablissement",
    "activitePrincipaleNAF25Etablissement",
)

LEGAL_UNIT: tuple[str, ...] = (
    "siren",
    "statutDiffusionUniteLegale",
    "unitePurgeeUniteLegale",
    "dateCreationUniteLegale",
    "sigleUniteLegale",
    "sexeUniteLegale",
    "prenom1UniteLegale",
    "prenom2UniteLegale",
    "prenom3UniteLegale",
    "prenom4UniteLegale",
    "prenomUsuelUniteLegale",
    "pseudonymeUniteLegale",
    "identifiantAssociationUniteLegale",
    "trancheEffectifsUniteLegale",
    "anneeEffectifsUniteLegale",
    "dateDernierTraitementUniteLegale",
    "nombrePeriodesUniteLegale",
    "categorieEntreprise",
    "anneeCategorieEntreprise",
    "dateDebut",
    "etatAdministratifUniteLegale",
    "nomUniteLegale",
    "nomUsageUniteLegale",
    "denominationUniteLegale",
    "denominationUsuelle1UniteLegale",
    "denominationUsuelle2UniteLegale",
    "denominationUsuelle3UniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "nomenclatureActivitePrincipaleUniteLegale",
    "nicSiegeUniteLegale",
    "economieSocialeSolidaireUniteLegale",
    "societeMissionUniteLegale",
    "caractereEmployeurUniteLegale",
    "activitePrincipaleNAF25UniteLegale",
)

# Columns that are not text in the official Parquet files.
TYPES: dict[str, str] = {
    "dateCreationEtablissement": "DATE",
    "dateDernierTraitementEtablissement": "TIMESTAMP",
    "etablissementSiege": "BOOLEAN",
    "nombrePeriodesEtablissement": "BIGINT",
    "dateDebut": "DATE",
    "dateCreationUniteLegale": "DATE",
    "unitePurgeeUniteLegale": "BOOLEAN",
    "dateDernierTraitementUniteLegale": "TIMESTAMP",
    "nombrePeriodesUniteLegale": "BIGINT",
    "x": "DOUBLE",
    "y": "DOUBLE",
    "x_longitude": "DOUBLE",
    "y_latitude": "DOUBLE",
}

GEOLOCATION: tuple[str, ...] = (
    "siret",
    "x",
    "y",
    "qualite_xy",
    "epsg",
    "plg_qp24",
    "plg_iris",
    "plg_zus",
    "plg_qp15",
    "plg_qva",
    "plg_code_commune",
    "distance_precision",
    "qualite_qp24",
    "qualite_iris",
    "qualite_zus",
    "qualite_qp15",
    "qualite_qva",
    "y_latitude",
    "x_longitude",
)

SUCCESSION: tuple[str, ...] = (
    "siretEtablissementPredecesseur",
    "siretEtablissementSuccesseur",
    "dateLienSuccession",
    "transfertSiege",
    "continuiteEconomique",
    "dateDernierTraitementLienSuccession",
)

RNA: tuple[str, ...] = (
    "id",
    "id_ex",
    "siret",
    "rup_mi",
    "gestion",
    "date_creat",
    "date_decla",
    "date_publi",
    "date_disso",
    "nature",
    "groupement",
    "titre",
    "titre_court",
    "objet",
    "objet_social1",
    "objet_social2",
    "adrs_complement",
    "adrs_numvoie",
    "adrs_repetition",
    "adrs_typevoie",
    "adrs_libvoie",
    "adrs_distrib",
    "adrs_codeinsee",
    "adrs_codepostal",
    "adrs_libcommune",
    "adrg_declarant",
    "adrg_complemid",
    "adrg_complemgeo",
    "adrg_libvoie",
    "adrg_distrib",
    "adrg_codepostal",
    "adrg_achemine",
    "adrg_pays",
    "dir_civilite",
    "siteweb",
    "publiweb",
    "observation",
    "position",
    "maj_time",
)

SIAE: tuple[str, ...] = (
    "siret",
    "name",
    "brand",
    "kind",
    "legal_form",
    "naf",
    "address",
    "post_code",
    "city",
    "department",
    "longitude",
    "latitude",
    "website",
    "description",
    "source",
    "api_entreprise_employees",
    "created_at",
    "updated_at",
    "slug",
)

ESUS: tuple[str, ...] = (
    "SIREN",
    "Dénomination sociale",
    "Code postal",
    "Commune",
    "Département",
    "Date de décision d’agrément",
    "Date de fin d’agrément",
)
