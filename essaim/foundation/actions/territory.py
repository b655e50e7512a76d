"""The territory's identity: set by a command, then changed by the officer."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.foundation.models import Territory


@dataclass(frozen=True)
class TerritoryChanges:
    """What the officer may change of the site's identity, whole."""

    name: str
    short_name: str
    site_name: str
    logo_alt: str
    honey: str
    leaf: str
    address: str
    phone: str
    email: str
    website: str


def save_territory(
    *,
    by: Author,
    territory: Territory,
    changes: TerritoryChanges,
    logo: ContentFile[bytes] | None = None,
    remove_logo: bool = False,
) -> Territory:
    """Write the identity; nothing is written nor recorded when nothing changes.

    `logo` is an image that `foundation.images.clean_image` has made. Raises ValidationError when the database would
    refuse (a colour that is none, a logo without its text).
    """
    with transaction.atomic():
        locked = Territory.objects.select_for_update().get(pk=territory.pk)
        wanted: dict[str, object] = asdict(changes)
        before: dict[str, object] = {key: getattr(locked, key) for key in wanted} | {"logo": locked.logo.name}
        for key, value in wanted.items():
            setattr(locked, key, value)
        former = locked.logo.name
        if logo is not None:
            locked.logo.save(logo.name or "logo.webp", logo, save=False)
        elif remove_logo:
            locked.logo = ""
        locked.full_clean(validate_unique=False)
        former_values, new_values = journal.changes(before, wanted | {"logo": locked.logo.name or ""})
        if not new_values:
            return locked
        locked.save()
        journal.record(by=by, verb="réglages enregistrés", obj=locked, before=former_values, after=new_values)
        if former and former != locked.logo.name:
            storage = locked.logo.storage
            transaction.on_commit(lambda: storage.delete(former))
    return locked


def set_territory(
    *, by: Author, siren: str, name: str, short_name: str = "", rank: int | None = None, **identity: str
) -> Territory:
    """Serve the EPCI `siren`: made when it is new, else left as the officer set it. The first one is the site's home.

    `identity` may give the other texts of `Territory` (site_name, email, honey…) for a new one.
    """
    with transaction.atomic():
        known = Territory.objects.select_for_update().filter(siren=siren).first()
        if known is not None:
            return known
        territory = Territory(
            siren=siren,
            name=name,
            short_name=short_name or name[:80],
            rank=_next_rank() if rank is None else rank,
            **identity,
        )
        territory.full_clean()
        territory.save()
        journal.record(by=by, verb="territoire servi", obj=territory, after={"siren": siren, "name": name})
    return territory


def remove_territory(*, by: Author, territory: Territory, reason: str) -> None:
    """Serve this EPCI no longer; its structures stay in the directory, nobody looks there any more."""
    with transaction.atomic():
        before = {"siren": territory.siren, "name": territory.name, "rank": territory.rank}
        Territory.objects.filter(pk=territory.pk).delete()
        journal.record(by=by, verb="territoire retiré", reason=reason, before=before)


def put_last(*, by: Author, territory: Territory, reason: str) -> None:
    """Let every other territory come before this one: the site wears the identity of the first."""
    with transaction.atomic():
        locked = Territory.objects.select_for_update().get(pk=territory.pk)
        before, locked.rank = locked.rank, _next_rank()
        locked.save(update_fields=["rank"])
        journal.record(
            by=by,
            verb="territoire passé derrière",
            obj=locked,
            reason=reason,
            before={"rank": before},
            after={"rank": locked.rank},
        )


def _next_rank() -> int:
    highest: int | None = Territory.objects.aggregate(highest=Max("rank"))["highest"]
    return 0 if highest is None else highest + 1
