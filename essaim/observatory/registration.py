"""What the observatory tells the rooms below."""

from __future__ import annotations

from essaim.foundation import registries
from essaim.foundation.glossary import glossaries
from essaim.observatory import desk, exporting, lookup, privacy
from essaim.observatory.demo.step import STEP
from essaim.observatory.glossary import GLOSSARY
from essaim.observatory.rows import COLUMNS

COMMUNES_EXPORT = "observatoire-communes"
INDICATORS_EXPORT = "observatoire-indicateurs"


def register() -> None:
    """Called once, when Django is ready."""
    privacy.register()
    registries.nav_items.register(registries.NavItem("observatoire", "Observatoire", "/observatoire/", order=20))
    registries.search_nouns.register(
        registries.SearchNoun(
            "observatoire", "Observatoire", lookup.suggest, lookup.found, "/observatoire/chiffres/", order=20
        )
    )
    registries.demo_steps.register(STEP)
    glossaries.register(GLOSSARY)
    registries.desk_links.register(desk.LINK)
    registries.desk_panels.register(desk.PANEL)
    registries.exports.register(
        registries.Export(
            INDICATORS_EXPORT,
            "Chiffres de l’observatoire",
            "observatoire-ess-chiffres",
            COLUMNS,
            exporting.indicator_rows,
            order=20,
        )
    )
    registries.exports.register(
        registries.Export(
            COMMUNES_EXPORT,
            "Communes de l’observatoire",
            "observatoire-ess-communes",
            exporting.COMMUNE_COLUMNS,
            exporting.commune_rows,
            order=21,
        )
    )
