"""Who said what a card says, and who confirmed it: a page never lends the structure words that are not its own."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essaim.directory.models import Card

_ACCORDING = ", d’après : "
_WHO = " : "


class Sayer(enum.StrEnum):
    """Who wrote or confirmed a card; the value opens `Card.source` and `Card.confirmed_by_label`."""

    STRUCTURE = "la structure"
    TEAM = "l’équipe ESS"
    LINK = "le lien de vérification"
    """Whoever holds the link of a campaign confirms; nothing proves who that is."""
    DEMONSTRATION = "la démonstration"


def source_text(sayer: Sayer, origin: str = "") -> str:
    """What `Card.source` keeps: « l’équipe ESS, d’après : Appel du 12 novembre »."""
    origin = " ".join(origin.split())
    return (f"{sayer.value}{_ACCORDING}{origin}" if origin else sayer.value)[:120]


def confirmation_text(sayer: Sayer, who: str) -> str:
    """What `Card.confirmed_by_label` keeps: « l’équipe ESS : Camille ». The name is the team's, pages never say it."""
    return f"{sayer.value}{_WHO}{who}"[:200]


def origin_of(card: Card) -> str:
    """The free words of the source, without who wrote: « Appel du 12 novembre »."""
    sayer = _opening(card.source, _ACCORDING)
    return card.source.removeprefix(sayer.value).removeprefix(_ACCORDING) if sayer else card.source


def sayer_of(card: Card) -> Sayer:
    """Who wrote the card. One that says nothing was written by the team: only she had the screen."""
    return _opening(card.source, _ACCORDING) or _by_default(card)


def said_by(card: Card) -> str:
    """« par la structure » only when the card's source says so; else « par l’équipe ESS », « par la démonstration »."""
    return f"par {sayer_of(card).value}"


def confirmed_words(card: Card) -> str:
    """« confirmé par l’équipe ESS », without the day (`card.confirmed_at`); empty when nobody has confirmed."""
    if card.confirmed_at is None:
        return ""
    return f"confirmé par {(_opening(card.confirmed_by_label, _WHO) or _by_default(card)).value}"


def _opening(text: str, then: str) -> Sayer | None:
    """The one who opens a text that `source_text` or `confirmation_text` made."""
    return next((sayer for sayer in Sayer if text == sayer.value or text.startswith(sayer.value + then)), None)


def _by_default(card: Card) -> Sayer:
    return Sayer.DEMONSTRATION if card.structure.fictitious else Sayer.TEAM
