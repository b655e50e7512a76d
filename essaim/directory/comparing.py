"""A proposal beside the sheets that may be it, line by line: what an officer's eye must see at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from essaim.directory.likeness import Alike, phone_key, site_key
from essaim.directory.models import Contact, Establishment, StructureProposal
from essaim.directory.naming import other_names, shown_name
from essaim.directory.queries import set_aside
from essaim.directory.sameplace import address_key


@dataclass(frozen=True)
class Line:
    """One thing said by both: as proposed, as the sheet has it, and whether they agree."""

    label: str
    proposed: str
    known: str
    same: bool


@dataclass(frozen=True)
class Compared:
    """A sheet that may be the one proposed."""

    twin: Alike
    is_aside: bool
    lines: tuple[Line, ...]


def compare_all(proposal: StructureProposal, twins: Sequence[Alike]) -> list[Compared]:
    """Each sheet beside the proposal; three queries whatever their number."""
    ids = [twin.structure.pk for twin in twins]
    if not ids:
        return []
    aside = set(set_aside().filter(structure__in=ids).values_list("structure_id", flat=True))
    places: dict[int, list[Establishment]] = defaultdict(list)
    for place in (
        Establishment.objects.filter(structure__in=ids)
        .select_related("commune")
        .order_by("is_closed", "-is_head_office", "pk")
    ):
        places[place.structure_id].append(place)
    phones: dict[int, list[str]] = defaultdict(list)
    for pk, phone in (
        Contact.objects.filter(structure__in=ids).exclude(phone="").order_by("pk").values_list("structure_id", "phone")
    ):
        phones[pk].append(phone)
    return [
        Compared(
            twin,
            twin.structure.pk in aside,
            tuple(_lines(proposal, twin, places[twin.structure.pk], phones[twin.structure.pk])),
        )
        for twin in twins
    ]


def _lines(
    proposal: StructureProposal, twin: Alike, places: Sequence[Establishment], phones: Sequence[str]
) -> list[Line]:
    structure = twin.structure
    card = getattr(structure, "card", None)
    told = [*([card.phone] if card is not None and card.phone else []), *phones]
    site = card.website if card is not None else ""
    addresses = [place.address for place in places if place.address]
    communes = list(dict.fromkeys(place.commune.name for place in places))
    lines = [
        Line("Nom", proposal.name, " · ".join([shown_name(structure), *other_names(structure)]), False),
        Line("Commune", proposal.commune.name, ", ".join(communes[:4]), proposal.commune.name in communes),
        Line(
            "Adresse",
            proposal.address,
            " · ".join(addresses[:2]),
            bool(address_key(proposal.address))
            and address_key(proposal.address) in {address_key(address) for address in addresses},
        ),
        Line(
            "SIREN", proposal.siren, structure.siren or "", bool(proposal.siren) and proposal.siren == structure.siren
        ),
        Line("Numéro RNA", proposal.rna, structure.rna or "", bool(proposal.rna) and proposal.rna == structure.rna),
        Line(
            "Téléphone",
            proposal.phone,
            " · ".join(told[:3]),
            bool(proposal.phone) and proposal.phone in {phone_key(phone) for phone in told},
        ),
        Line("Site web", proposal.website, site, bool(site) and site_key(site) == site_key(proposal.website)),
    ]
    return [line for line in lines if line.proposed or line.known]
