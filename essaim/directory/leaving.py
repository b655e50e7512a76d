"""Reads about somebody who leaves the site: what they carry in the directory, which structures they leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse

from essaim.directory.enums import MandateEnd
from essaim.directory.mandates import in_force
from essaim.directory.models import Claim, Contact, Mandate, Structure
from essaim.directory.naming import shown_name
from essaim.foundation.registries import ToComplete, ToCompleteSource
from essaim.people.models import Person

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 20
"""Structures named one by one on the desk; past that their number is enough."""


def open_mandates_of(person: Person) -> QuerySet[Mandate]:
    """The mandates that nobody has ended, those whose last day is past included."""
    return Mandate.objects.filter(person=person, ended_at__isnull=True).select_related("structure__card").order_by("pk")


def open_claims_of(person: Person) -> QuerySet[Claim]:
    """The claims that wait for a decision."""
    return Claim.objects.filter(person=person, decided_at__isnull=True).select_related("structure").order_by("pk")


def left_alone_by(person: Person) -> list[Structure]:
    """The structures that nobody else represents today."""
    mine = in_force().filter(person=person).values("structure_id")
    others = in_force().exclude(person=person).filter(structure=OuterRef("pk"))
    found = Structure.objects.filter(pk__in=mine, merged_into__isnull=True).filter(~Exists(others))
    return list(found.select_related("card").order_by("name", "pk"))


def left_alone() -> QuerySet[Structure]:
    """The structures whose last representative erased their account, and that nobody represents since."""
    erased = Mandate.objects.filter(structure=OuterRef("pk"), end_reason=MandateEnd.ACCOUNT_ERASED)
    held = in_force().filter(structure=OuterRef("pk"))
    found = Structure.objects.filter(merged_into__isnull=True).filter(Exists(erased), ~Exists(held))
    return found.select_related("card").order_by("name", "pk")


def foresee(person: Person) -> Sequence[str]:
    """What erasing this account does to structures, told before; reads only."""
    told = []
    alone = {structure.pk for structure in left_alone_by(person)}
    for mandate in open_mandates_of(person):
        name = shown_name(mandate.structure)
        if mandate.structure_id in alone:
            told.append(
                f"Vous êtes la seule personne à représenter « {name} » : sa fiche restera publique, mais plus personne "
                "ne la tiendra à jour. L’équipe ESS en sera prévenue. Si vous le pouvez, invitez d’abord quelqu’un."
            )
        else:
            told.append(f"Vous ne représenterez plus « {name} » ; les autres personnes qui la représentent restent.")
    told += [
        f"Votre demande pour représenter « {shown_name(claim.structure)} » sera retirée."
        for claim in open_claims_of(person).select_related("structure__card")
    ]
    if Contact.objects.filter(email__iexact=person.email).exists():
        told.append(
            "L’équipe ESS a votre adresse dans son carnet, au titre de sa mission : écrivez-lui pour la faire retirer."
        )
    return told


def lacking() -> list[ToComplete]:
    """The structures left alone, for the team's space: one query."""
    found = list(left_alone()[: SHOWN + 1])
    advice = "La dernière personne qui la représentait a supprimé son compte. Invitez quelqu’un d’autre."
    items = [
        ToComplete(f"Plus personne pour « {shown_name(one)} »", advice, reverse("officer:structure", args=[one.key]))
        for one in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        items.append(
            ToComplete(
                "D’autres structures sans personne",
                f"Les {SHOWN} premières sont au-dessus ; la suite viendra quand elles auront quelqu’un.",
                reverse("officer:home"),
            )
        )
    return items


TO_COMPLETE = ToCompleteSource("structures-seules", lacking, order=30)
