"""Messages to somebody whom the team has named, or whose proofs it has reset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.mails import Mail
from essaim.people.links import account_link, door_link


@dataclass(frozen=True)
class Named(Mail):
    """Somebody is given an office, or an access to the team's space."""

    template: ClassVar[str] = "people/mails/named"
    what: str
    """What they are now: « membre du jury », « chargé·e de mission »."""
    dates: str
    """From when to when, in words; empty when it has no end known."""

    def subject(self) -> str:
        """Subject."""
        return f"Votre rôle sur le site : {self.what}"

    def context(self) -> dict[str, object]:
        """Where to come in."""
        return {"what": self.what, "dates": self.dates, "door": door_link()}

    @classmethod
    def sample(cls) -> Named:
        """An example."""
        return cls(what="membre du jury", dates="du 1er décembre 2026 au 31 janvier 2027")


@dataclass(frozen=True)
class FactorsReset(Mail):
    """The team has removed every second factor of an account: whoever did not ask for it learns it."""

    template: ClassVar[str] = "people/mails/factors_reset"

    def subject(self) -> str:
        """Subject."""
        return "Votre double vérification a été remise à zéro"

    def context(self) -> dict[str, object]:
        """Where to set one again."""
        return {"link": account_link()}

    @classmethod
    def sample(cls) -> FactorsReset:
        """An example."""
        return cls()
