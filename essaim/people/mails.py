"""Messages about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.mails import Mail
from essaim.people.links import password_link
from essaim.people.models import Person


@dataclass(frozen=True)
class PasswordReset(Mail):
    """Somebody asked to choose a new password for this account."""

    template: ClassVar[str] = "people/mails/password_reset"
    person_id: int

    def subject(self) -> str:
        """Subject."""
        return "Choisir un nouveau mot de passe"

    def context(self) -> dict[str, object]:
        """The link is made when the message leaves, so that no queue keeps it."""
        return {"link": password_link(self.person())}

    def person(self) -> Person:
        """Whom it is about."""
        return Person.objects.get(pk=self.person_id)

    @classmethod
    def sample(cls) -> PasswordReset:
        """An example."""
        return _SamplePasswordReset(person_id=0)


@dataclass(frozen=True)
class _SamplePasswordReset(PasswordReset):
    """For previews: nobody's account."""

    def person(self) -> Person:
        return Person(pk=0, email="camille@exemple.fr")
