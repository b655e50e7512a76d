"""A whole house in the database: territory, directory with its index, observatory, every page planted."""

from __future__ import annotations

from tests.directory.search.factories import make_structure, rebuild_index
from tests.observatory.town import HOME, load_everything, make_town
from tests.remembered import remembered

FAMILIES = ("association", "cooperative", "mutual", "foundation", "company")


NAMES = ("Saint-Georges-lès-Bois", "La Chapelle-Moulière", "Vouneuil", "Le Bourg-Archambault", "Jaunay")


def make_house(*, communes: int = 4) -> None:
    """Four communes, five families, the figures of the observatory, the first content of the territory.

    `communes`: as many as that, each with structures, for what a page costs on a territory of true size.
    """
    remembered(f"house of {communes}", lambda: _make_house(communes))


def _make_house(communes: int) -> None:
    from essaim.directory.models import SyncRun
    from essaim.editorial.actions.planting import plant
    from essaim.editorial.models import Laureate
    from essaim.foundation.models import Territory
    from essaim.geography.models import Commune

    make_town()
    load_everything()
    SyncRun.objects.create(territory=HOME, vintage="2026-10", perimeter_version="essai", fictitious=True)
    for rank, family in enumerate(FAMILIES):
        made = make_structure(f"STRUCTURE {family}", family=family, commune="86194", is_employer=rank < 2)
    for number in range(4, communes):
        code, name = f"86{number + 300}", f"{NAMES[number % len(NAMES)]} {number}"
        where = {"latitude": 46.3 + number % 7 / 20, "longitude": 0.1 + number // 7 / 14}
        Commune.objects.create(code=code, name=name, epci_id=HOME, population=900, density=6, **where)
        for rank in range(number // 4):
            make_structure(f"STRUCTURE {number} {rank}", family=FAMILIES[rank % 5], commune=code)
    rebuild_index()
    plant(by="test", territory=Territory.objects.get(siren=HOME))
    Laureate.objects.update_or_create(
        year=2023, name="Une lauréate", defaults={"source": "Essai", "structure_key": made.key}
    )
