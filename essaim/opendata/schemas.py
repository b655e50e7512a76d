"""What the API is asked and what it answers, said once: the code, `openapi.json` and the page read it here.

The docstrings of the schemas are French: `openapi.json` shows them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Field, Schema
from pydantic import AliasChoices, ConfigDict

from essaim.directory.rows import COLUMNS
from essaim.directory.search.params import EVERY_STATE, TITLES, known_values

LARGEST_PAGE = 100
LARGEST_ID = 2**63 - 1


def accepted_values() -> dict[str, dict[str, str]]:
    """For each filter with a closed list: the values that an address takes, with their French label."""
    values = {name: dict(known) for name, known in known_values().items()}
    values["etat"][EVERY_STATE] = "Ouvertes et fermées"
    return values


def _filter(name: str, told: str = "") -> Any:
    """A filter of the directory's page: its values may be repeated (`famille=mutual&famille=foundation`)."""
    item: dict[str, Any] = {"type": "string"}
    if name in known_values():
        item["enum"] = list(accepted_values()[name])
    description = f"{TITLES[name]}. {told}".strip()
    return Field(default_factory=list, description=description, json_schema_extra={"items": item})


class Filters(Schema):
    """Les filtres de l’annuaire. Une valeur inconnue ne trouve rien, et `remarques` le dit."""

    q: str = Field("", description="Des mots : nom, activité, commune, numéro. Accents et fautes de frappe admis.")
    famille: list[str] = _filter("famille", "Dans les réponses : famille_code.")
    sous_famille: list[str] = _filter("sous_famille", "Dans les réponses : sous_famille_code.")
    commune: list[str] = _filter("commune", "Le code Insee (86194). Dans les réponses : code_commune.")
    milieu: list[str] = _filter("milieu", "Grille de densité de l’Insee. Dans les réponses : urbain.")
    activite: list[str] = _filter("activite", "Un groupe d’activités. Dans les réponses : groupe_activite_code.")
    employeur: list[str] = _filter("employeur", "Établissements compris ; employeur ne dit que l’unité légale.")
    label: list[str] = _filter("label", "En cours de validité. Dans les réponses : labels_codes.")
    etat: list[str] = _filter("etat", "Sans ce filtre, les structures ouvertes seulement. Dans les réponses : fermee.")
    confirmee: list[str] = _filter("confirmee", "La fiche a été confirmée. Dans les réponses : fiche_confirmee_le.")
    public: list[str] = _filter("public", "Ceux que la structure a dits, sinon ceux de son activité et de ses labels.")
    pres: str = Field("", description="Une commune ou un code postal : le centre d’où compte le rayon.")
    lat: float | None = Field(None, ge=-90, le=90, description="Latitude du centre, avec lon, à la place de pres.")
    lon: float | None = Field(None, ge=-180, le=180, description="Longitude du centre.")
    rayon: float | None = Field(None, ge=0.1, le=500, description="Kilomètres autour de pres, ou de lat et lon.")
    zone: str = Field("", description="Un rectangle : sud,ouest,nord,est en degrés (46.5,0.2,46.7,0.5).")


class Paging(Schema):
    """Lire la suite sans rien manquer ni répéter, même quand les données changent."""

    apres: int = Field(0, ge=0, le=LARGEST_ID, description="La valeur « suivant » de la page précédente.")
    limite: int = Field(50, ge=1, le=LARGEST_PAGE, description="Combien de structures par page.")


class LabelOut(Schema):
    """Un label en cours de validité."""

    code: str = Field(description="la valeur du filtre label")
    nom: str = Field(validation_alias=AliasChoices("nom", "name"))
    source: str
    valable_depuis: date | None = Field(validation_alias=AliasChoices("valable_depuis", "valid_from"))
    valable_jusquau: date | None = Field(
        validation_alias=AliasChoices("valable_jusquau", "valid_until"), description="dernier jour compris"
    )


def _described(schema: dict[str, Any]) -> None:
    """Give each field the words of its column, those of the exports and of the page."""
    for column in COLUMNS:
        schema["properties"][column.key].setdefault("description", column.label)


class StructureOut(Schema):
    """Une structure ; les champs sont ceux des téléchargements."""

    model_config = ConfigDict(json_schema_extra=_described)

    cle: str = Field(description="SIREN, sinon numéro RNA, sinon code stable")
    nom: str
    nom_officiel: str
    sigle: str | None
    autres_noms: list[str]
    page: str
    siren: str | None
    rna: str | None
    siret: str | None
    famille: str
    famille_code: str
    sous_famille: str | None
    sous_famille_code: str | None
    categorie_juridique: str | None
    categorie_juridique_libelle: str | None
    naf: str | None
    activite: str | None
    groupe_activite: str | None
    groupe_activite_code: str | None
    employeur: bool
    tranche_effectif: str | None
    tranche_effectif_code: str | None
    annee_effectif: str | None
    adresse: str | None = Field(
        description="vide quand la diffusion est partielle, ou quand le fichier officiel ne nomme plus le lieu"
    )
    code_postal: str | None
    commune: str | None
    code_commune: str | None
    urbain: bool | None = Field(description="niveaux 1 à 4 de la grille de densité de l’Insee")
    latitude: float | None
    longitude: float | None
    justesse_point: str | None
    etablissements_territoire: int
    telephone: str | None
    courriel: str | None
    site_web: str | None
    horaires: list[str]
    description: str | None
    publics: list[str]
    publics_codes: list[str] = Field(description="les valeurs du filtre public que la structure a données")
    services: list[str]
    lieux_accueil: list[str]
    liens: list[str]
    facile_a_lire: str | None = Field(description="relu par l’équipe avant d’être montré")
    fiche_source: str | None
    fiche_confirmee_le: date | None
    labels: list[LabelOut]
    labels_codes: list[str]
    criteres_ess: list[str]
    criteres_ess_codes: list[str]
    fermee: bool
    creee_le: date | None
    source: str
    millesime: str | None
    fictif: bool = Field(description="vrai pour les structures inventées de la démonstration")


class StructuresOut(Schema):
    """Une page de structures."""

    total: int
    suivant: int | None = Field(description="à redonner dans apres ; null sur la dernière page")
    millesime: str | None
    conditions: str = Field(description="l’adresse de ce que l’on sait de la licence de chaque source")
    remarques: list[str] = Field(description="ce qui, dans la question, n’a pas été compris")
    resultats: list[StructureOut]
