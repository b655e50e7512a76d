"""The end of the demonstration: what it brought leaves when the first real file arrives."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from essaim.directory.models import Establishment, Structure, SyncRun
from essaim.foundation.actions import put_last, remove_territory
from essaim.foundation.journal import Author
from essaim.foundation.models import Territory
from essaim.geography.models import Epci
from essaim.people.actions import close_accounts
from essaim.people.models import Person
from essaim.people.queries import invented_accounts


@dataclass(frozen=True)
class Leaving:
    """What the demonstration brought and that goes with it, or (`behind`) gives the first place back."""

    territories: list[Territory] = field(default_factory=list)
    behind: list[Territory] = field(default_factory=list)
    accounts: list[Person] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What a report says of it."""
        return [
            *(f"Territoire de la démonstration retiré : {territory.name}" for territory in self.territories),
            *(
                f"{territory.name} n’était servi que pour la démonstration ; des structures admises localement y "
                "restent : il passe derrière"
                for territory in self.behind
            ),
            *(
                f"Compte de la démonstration fermé : {person.email} (pour un vrai compte : « essaim officer add »)"
                for person in self.accounts
            ),
        ]


def is_in_place() -> bool:
    """Whether something of the demonstration is in this directory."""
    return Structure.objects.filter(fictitious=True).exists() or SyncRun.objects.filter(fictitious=True).exists()


def leaving(synced: Collection[str], *, fictitious: bool) -> Leaving:
    """What will leave when files arrive for these EPCI: nothing for invented files, nor without a demonstration.

    A territory leaves when only invented files were ever read for it, and no real one is read now. The real structures
    that the officer admitted there are not thrown away with it: such a territory only gives up the first place.
    """
    if fictitious or not is_in_place():
        return Leaving()
    real = set(SyncRun.objects.filter(fictitious=False).values_list("territory", flat=True)) | set(synced)
    invented = set(SyncRun.objects.filter(fictitious=True).values_list("territory", flat=True))
    invented |= set(Epci.objects.filter(fictitious=True).values_list("siren", flat=True))
    leave = list(Territory.objects.filter(siren__in=sorted(invented - real)))
    kept = set(
        Establishment.objects.filter(
            structure__fictitious=False, commune__epci_id__in=[territory.siren for territory in leave]
        ).values_list("commune__epci_id", flat=True)
    )
    return Leaving(
        territories=[territory for territory in leave if territory.siren not in kept],
        behind=[territory for territory in leave if territory.siren in kept],
        accounts=list(invented_accounts()),
    )


def take_leave(gone: Leaving, *, by: Author, reason: str) -> None:
    """Close the accounts and remove the territories, before the real ones come: the first of them takes the first rank.

    Call it, and `put_behind` once they are there, inside the directory's lock.
    """
    for territory in gone.territories:
        remove_territory(by=by, territory=territory, reason=reason)
    close_accounts(persons=gone.accounts, by=by, reason=reason)


def put_behind(gone: Leaving, *, by: Author, reason: str) -> None:
    """Let the real territories come before the ones that stay for a few admissions."""
    for territory in gone.behind:
        put_last(by=by, territory=territory, reason=reason)
