"""Under which conditions each source is published, as far as we know it (docs/data.md): never more than that."""

from __future__ import annotations

from typing import NamedTuple

ADDRESS = "/api/#conditions"
OPEN_LICENCE = "Licence Ouverte 2.0"
ASK_THE_PUBLISHER = "celles du producteur, à lire chez lui"


class Source(NamedTuple):
    """One source: what it brings to a row, who publishes it, its licence or where to read it."""

    name: str
    brings: str
    publisher: str
    conditions: str


SOURCES = (
    Source("Base Sirene", "identité, établissements, activité, effectif, positions", "Insee", OPEN_LICENCE),
    Source(
        "Répertoire national des associations",
        "numéro RNA, titre, associations sans SIREN",
        "ministère de l’Intérieur",
        OPEN_LICENCE,
    ),
    Source("Flores par commune", "emplois de toute l’économie", "Insee", ASK_THE_PUBLISHER),
    Source(
        "Flores × ESS",
        "emplois et établissements de l’ESS, quand le territoire en a chargé les tableaux",
        "Insee, pour le réseau des CRESS",
        "tableaux commandés, pas en données ouvertes : les chiffres se citent, les tableaux se demandent à la CRESS",
    ),
    Source("ESS par région", "emplois de l’ESS du secteur privé", "Urssaf", "ODbL"),
    Source("Liste des structures d’insertion", "labels", "GIP Plateforme de l’inclusion", ASK_THE_PUBLISHER),
    Source("Liste des agréments ESUS", "labels, critère", "Direction générale du Trésor", ASK_THE_PUBLISHER),
    Source("Liste d’ESS France", "critère", "ESS France et les Cress", ASK_THE_PUBLISHER),
    Source(
        "Fiches",
        "nom utilisé, téléphone, courriel, site, horaires, description",
        "la structure ou l’équipe ESS",
        "aucune licence donnée : pour connaître et joindre la structure ; au-delà, demandez-lui",
    ),
    Source(
        "Décisions locales",
        "critère, structures absentes des fichiers officiels",
        "l’équipe ESS du territoire",
        "aucune licence donnée encore : demandez à l’équipe",
    ),
)


def as_text() -> str:
    """The same in plain lines, for `openapi.json`."""
    lines = [f"- {source.name} ({source.publisher}) : {source.conditions}." for source in SOURCES]
    return "Conditions de réutilisation, source par source :\n" + "\n".join(lines)
