"""By which ways somebody may prove that they act for a structure: the shortest first, each with its delay. Reads only.

Worked out from what is known of the structure. An address is never shown whole: « c•••@d•••.fr » tells it to whoever
knows it already, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from essaim.directory.enums import ChangeOrigin, ClaimMethod, Diffusion
from essaim.directory.mandates import is_represented
from essaim.directory.models import Card, CardChange, Contact, Establishment, Structure
from essaim.directory.naming import shown_name
from essaim.directory.settings import directory_settings
from essaim.foundation.addresses import clean_address
from essaim.foundation.hours.calendar import public_holidays
from essaim.foundation.territories import home
from essaim.nomenclature.mailboxes import is_shared

if TYPE_CHECKING:
    from collections.abc import Iterable

MAIL_MINUTES = 30
"""How long a code sent by e-mail is valid."""
POST_DAYS = 30
"""How long a code sent by post is valid, from the day the letter is printed."""
COLLEAGUE_DAYS = 7
"""Days after which a colleague's silence brings the claim before the team."""
_SHOWN_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class FileAddress:
    """An address that the authority has on file: what names it in a form, what shows of it, itself."""

    key: str
    masked: str
    email: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to prove: its delay in words, what one does, and the value that the form sends."""

    method: ClaimMethod
    value: str
    title: str
    delay: str
    text: str


def masked(address: str) -> str:
    """« camille@ruche.fr » → « c•••@r•••.fr »: recognised by its owner, of no use to anybody else."""
    local, _, domain = address.partition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}"


def address_key(structure: Structure, email: str) -> str:
    """What names an address on file in a form: nobody can put another one in its place."""
    return salted_hmac("essaim.directory.claim.address", f"{structure.pk}:{email}", algorithm="sha256").hexdigest()[:20]


def file_addresses(structure: Structure) -> list[FileAddress]:
    """The addresses that the authority has for a structure: its card's, then those of the officer's contacts.

    The card's only when the team wrote it: an address that its owner put there proves nothing about them.
    """
    found = [by_team(structure, "email")]
    found += Contact.objects.filter(structure=structure).order_by("pk").values_list("email", flat=True)
    clean = list(dict.fromkeys(_valid(found)))[:_SHOWN_ADDRESSES]
    return [FileAddress(address_key(structure, email), masked(email), email) for email in clean]


def by_team(structure: Structure, name: str) -> str:
    """What the card holds in that field when the team wrote it, or when it is older than the history; else nothing.

    What a visitor, the structure or a campaign wrote stays theirs once the team has published it, or has taken it up
    again: publishing an address recognises nobody.
    """
    value = Card.objects.filter(structure=structure).values_list(name, flat=True).first() or ""
    if not value:
        return ""
    published = CardChange.objects.filter(structure=structure, version__isnull=False).order_by("-version", "-pk")
    for origin, fields in published.values_list("origin", "published_fields"):
        if name in fields:
            return str(value) if origin == ChangeOrigin.TEAM else ""
    return str(value)


def _valid(addresses: Iterable[str]) -> Iterable[str]:
    """Those that one can write to: a spreadsheet held anything."""
    for address in addresses:
        try:
            yield clean_address(address)
        except ValidationError:
            continue


def own_domain(structure: Structure) -> str:
    """The domain of the structure's own site, whose addresses prove that one is of it; empty when none does.

    Not the authority's own, nor one that another sheet gives. Exactly that name (« www. » aside): the parent of a
    sub-domain may be somebody else's. Only a site that the team wrote counts, as for addresses.
    """
    host = _host(by_team(structure, "website"))
    if "." not in host or not host.isascii() or is_shared(host) or host == _host(home().website):
        return ""
    # A site that two sheets name is a network's, a town's or a landlord's: its addresses are not one structure's.
    others = Card.objects.exclude(structure=structure).filter(
        website__icontains=host, structure__merged_into__isnull=True
    )
    return "" if any(_host(site) == host for site in others.values_list("website", flat=True)) else host


def _host(website: str) -> str:
    """The domain of a site, « www. » aside; empty when it is no address."""
    try:
        return (urlsplit(website).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def post_address(structure: Structure) -> str:
    """Where a letter may go: the head office, when its address is public. Empty: no letter can be sent."""
    if not directory_settings().offers_post or structure.is_closed or structure.diffusion != Diffusion.OPEN:
        return ""
    seat = (
        Establishment.objects.filter(
            structure=structure, is_head_office=True, is_closed=False, diffusion=Diffusion.OPEN
        )
        .exclude(address="")
        .select_related("commune")
        .order_by("pk")
        .first()
    )
    return f"{seat.address}, {seat.postcode} {seat.commune.name}" if seat is not None else ""


def ways_for(structure: Structure) -> list[Way]:
    """The ways open to a claimant of this structure, the shortest first; four queries."""
    days = directory_settings().answer_days
    ways: list[Way] = []
    for known in file_addresses(structure):
        ways.append(
            Way(
                ClaimMethod.FILE_MAIL,
                f"{ClaimMethod.FILE_MAIL}:{known.key}",
                f"Un code à l’adresse {known.masked}",
                "tout de suite",
                f"Nous connaissons cette adresse. Le code y part aussitôt ; il vaut {MAIL_MINUTES} minutes.",
            )
        )
    domain = own_domain(structure)
    if domain:
        ways.append(
            Way(
                ClaimMethod.DOMAIN_MAIL,
                ClaimMethod.DOMAIN_MAIL.value,
                f"Un code à votre adresse @{domain}",
                "tout de suite",
                "Une adresse au nom du site de la structure montre que vous en êtes.",
            )
        )
    if is_represented(structure):
        ways.append(
            Way(
                ClaimMethod.COLLEAGUE,
                ClaimMethod.COLLEAGUE.value,
                "L’accord d’une personne qui la représente déjà",
                "dès qu’elle accepte",
                f"Elle reçoit votre demande. Sans réponse sous {COLLEAGUE_DAYS} jours, l’équipe décide.",
            )
        )
    ways.append(
        Way(
            ClaimMethod.DOCUMENT,
            ClaimMethod.DOCUMENT.value,
            "Un document",
            f"{days} jours ouvrés au plus",
            "Un récépissé de déclaration, un procès-verbal qui vous nomme. L’équipe le relit.",
        )
    )
    address = post_address(structure)
    if address:
        ways.append(
            Way(
                ClaimMethod.POST,
                ClaimMethod.POST.value,
                "Un code par la poste",
                "une semaine environ",
                f"La lettre part au siège déclaré : {address}.",
            )
        )
    ways.append(
        Way(
            ClaimMethod.OFFICER,
            ClaimMethod.OFFICER.value,
            "La décision de l’équipe",
            f"{days} jours ouvrés au plus",
            "Dites en quelques mots qui vous êtes : l’équipe vérifie, et peut vous appeler.",
        )
    )
    return ways


def working_day_after(start: date, days: int) -> date:
    """The day that comes so many working days later: neither Saturdays, Sundays nor public holidays count."""
    day = start
    left = days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in public_holidays(day.year):
            left -= 1
    return day


def promised_day(since: date | None = None) -> date:
    """The day by which the team answers what arrives that day."""
    return working_day_after(since or timezone.localdate(), directory_settings().answer_days)


def post_lines(structure: Structure, address: str) -> Sequence[str]:
    """The address block of a letter."""
    street, _, town = address.rpartition(", ")
    return [shown_name(structure), *([street] if street else []), town]
