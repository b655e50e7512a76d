"""A whole house in the database: territory, directory with its index, observatory, every page planted."""

from __future__ import annotations

from tests.directory.search.factories import make_structure, rebuild_index
from tests.observatory.town import HOME, load_everything, make_town

FAMILIES = ("association", "cooperative", "mutual", "foundation", "company")


def make_house() -> None:
    """Four communes, five families, the figures of the observatory, the first content of the territory."""
    from essaim.directory.models import SyncRun
    from essaim.editorial.actions.planting import plant
    from essaim.editorial.models import Laureate
    from essaim.foundation.models import Territory

    make_town()
    load_everything()
    SyncRun.objects.create(territory=HOME, vintage="2026-10", perimeter_version="essai", fictitious=True)
    for rank, family in enumerate(FAMILIES):
        made = make_structure(f"STRUCTURE {family}", family=family, commune="86194", is_employer=rank < 2)
    rebuild_index()
    plant(by="test", territory=Territory.objects.get(siren=HOME))
    Laureate.objects.update_or_create(
        year=2023, name="Une lauréate", defaults={"source": "Essai", "structure_key": made.key}
    )
