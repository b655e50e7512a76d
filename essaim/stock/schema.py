"""Column names: of INSEE's files (read by name, never by rank) and of the extract that the rest of the house reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceSchema:
    """What is read in one official file.

    ``needed``: a file without one of them is refused. ``optional``: absent from older files (2017 to 2021) or from
    some vintages; read as empty when absent. Any other column of the file is ignored.
    """

    name: str
    needed: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def read(self) -> tuple[str, ...]:
        """Every column that an import reads when the file has it."""
        return self.needed + self.optional


ESTABLISHMENTS = SourceSchema(
    name="StockEtablissement",
    needed=(
        "siren",
        "siret",
        "statutDiffusionEtablissement",
        "dateCreationEtablissement",
        "trancheEffectifsEtablissement",
        "dateDernierTraitementEtablissement",
        "etablissementSiege",
        "codePostalEtablissement",
        "libelleCommuneEtablissement",
        "codeCommuneEtablissement",
        "libelleVoieEtablissement",
        "etatAdministratifEtablissement",
        "activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        "caractereEmployeurEtablissement",
    ),
    optional=(
        "nic",
        "anneeEffectifsEtablissement",
        "complementAdresseEtablissement",
        "numeroVoieEtablissement",
        "indiceRepetitionEtablissement",
        "typeVoieEtablissement",
        "distributionSpecialeEtablissement",
        "dateDebut",
        "enseigne1Etablissement",
        "enseigne2Etablissement",
        "enseigne3Etablissement",
        "denominationUsuelleEtablissement",
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
        "activitePrincipaleNAF25Etablissement",
    ),
)

LEGAL_UNITS = SourceSchema(
    name="StockUniteLegale",
    needed=(
        "siren",
        "statutDiffusionUniteLegale",
        "dateCreationUniteLegale",
        "trancheEffectifsUniteLegale",
        "dateDernierTraitementUniteLegale",
        "etatAdministratifUniteLegale",
        "denominationUniteLegale",
        "categorieJuridiqueUniteLegale",
        "activitePrincipaleUniteLegale",
        "nomenclatureActivitePrincipaleUniteLegale",
        "economieSocialeSolidaireUniteLegale",
        "caractereEmployeurUniteLegale",
    ),
    optional=(
        "sigleUniteLegale",
        "prenom1UniteLegale",
        "prenomUsuelUniteLegale",
        "identifiantAssociationUniteLegale",
        "anneeEffectifsUniteLegale",
        "dateDebut",
        "nomUniteLegale",
        "nomUsageUniteLegale",
        "denominationUsuelle1UniteLegale",
        "denominationUsuelle2UniteLegale",
        "denominationUsuelle3UniteLegale",
        "societeMissionUniteLegale",
    ),
)

# Columns of the extract, in file order. Lists of text: usual_names, signs; `criteria` is JSON text, a list once read.
EXTRACT_COLUMNS = (
    "siret", "siren", "nic", "is_head_office", "siret_valid", "diffusion", "unit_diffusion",
    "name", "acronym", "usual_names", "signs", "establishment_usual_name", "rna", "legal_category",
    "naf", "naf_nomenclature", "naf25", "unit_naf", "unit_naf_nomenclature",
    "headcount_band", "headcount_year", "unit_headcount_band", "unit_headcount_year", "employer", "unit_employer",
    "state", "unit_state", "created_on", "unit_created_on", "state_since", "unit_state_since",
    "last_processed_on", "unit_last_processed_on",
    "address_complement", "street_number", "repetition", "street_type", "street_name", "special_distribution",
    "postcode", "commune_name", "commune_code", "lambert_x", "lambert_y",
    "ess_flag", "mission_company", "family", "sub_family", "criteria",
)  # fmt: skip

# Columns that `read.Extract.establishments` adds from the label files in service.
JOINED_COLUMNS = (
    "labels", "successor_siret", "succession_on",
    "geo_x", "geo_y", "geo_epsg", "geo_longitude", "geo_latitude", "geo_quality",
)  # fmt: skip

# The denominators: active establishments of the whole economy, ESS or not.
CUBE_COLUMNS = (
    "commune_code",
    "legal_category",
    "naf_division",
    "naf_nomenclature",
    "headcount_band",
    "employer",
    "establishments",
)

ROW_GROUP = 20_480  # rows; small enough for one territory to read a few groups, a multiple of DuckDB's vector
