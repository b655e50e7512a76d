"""Messages about the end of an account: erased, or about to be because nobody uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.urls import reverse

from essaim.foundation.mails import Mail


@dataclass(frozen=True)
class AccountErased(Mail):
    """To the former address: it is done, and what stays."""

    template: ClassVar[str] = "people/mails/account_erased"
    kept: tuple[str, ...] = ()

    def subject(self) -> str:
        """Subject."""
        return "Votre compte est supprimé"

    def context(self) -> dict[str, object]:
        """What the law has us keep."""
        return {"kept": self.kept}

    @classmethod
    def sample(cls) -> AccountErased:
        """An example."""
        return cls(kept=("Les décisions publiques auxquelles vous avez pris part restent, sans votre nom.",))


@dataclass(frozen=True)
class AccountSleeps(Mail):
    """Nobody has opened this account for long: it will be erased on that day (« 2026-12-24 ») unless somebody does."""

    template: ClassVar[str] = "people/mails/account_sleeps"
    day: str

    def subject(self) -> str:
        """Subject."""
        return "Votre compte sera supprimé dans trente jours"

    def context(self) -> dict[str, object]:
        """The day, and the door."""
        return {"day": date.fromisoformat(self.day), "link": f"{settings.SITE_URL}{reverse('account_login')}"}

    @classmethod
    def sample(cls) -> AccountSleeps:
        """An example."""
        return cls(day="2026-12-24")
