"""Messages about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from essaim.foundation.mails import Mail
from essaim.people.entry import code_of
from essaim.people.links import account_link, address_link, door_link, entry_link, password_link
from essaim.people.models import EntryCode, Person


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


@dataclass(frozen=True)
class SignInCode(Mail):
    """The code and the link that let the owner of this mailbox in."""

    template: ClassVar[str] = "people/mails/sign_in_code"
    entry_id: int

    def subject(self) -> str:
        """Subject: the code is in it, so that a notification is enough."""
        return f"{self.code()} : votre code pour entrer"

    def context(self) -> dict[str, object]:
        """Worked out when the message leaves, so that no queue keeps it."""
        return {"code": self.code(), "link": entry_link(self.entry())}

    def code(self) -> str:
        """The code, in two groups that are easy to read."""
        code = code_of(self.entry())
        return f"{code[:3]} {code[3:]}"

    def entry(self) -> EntryCode:
        """The request. One that is good no more raises DoesNotExist: the message has waited too long to be useful."""
        entry = EntryCode.objects.get(pk=self.entry_id)
        if not entry.is_good:
            raise EntryCode.DoesNotExist
        return entry

    @classmethod
    def sample(cls) -> SignInCode:
        """An example."""
        return _SampleSignInCode(entry_id=0)


@dataclass(frozen=True)
class _SampleSignInCode(SignInCode):
    """For previews: nobody's request."""

    def entry(self) -> EntryCode:
        return EntryCode(pk=0, address="camille@exemple.fr", seed="exemple")


@dataclass(frozen=True)
class AccountOpening(SignInCode):
    """The same, for an address that has no account yet: coming in opens one."""

    template: ClassVar[str] = "people/mails/account_opening"

    def subject(self) -> str:
        """Subject."""
        return f"{self.code()} : votre code pour ouvrir un compte"

    @classmethod
    def sample(cls) -> AccountOpening:
        """An example."""
        return _SampleAccountOpening(entry_id=0)


@dataclass(frozen=True)
class _SampleAccountOpening(AccountOpening):
    """For previews: nobody's request."""

    def entry(self) -> EntryCode:
        return EntryCode(pk=0, address="camille@exemple.fr", seed="exemple")


@dataclass(frozen=True)
class AccountShut(Mail):
    """Somebody asked to come in with the address of a closed account: only its owner reads why nothing opens."""

    template: ClassVar[str] = "people/mails/account_shut"
    entry_id: int

    def subject(self) -> str:
        """Subject."""
        return "Votre compte est fermé"

    def context(self) -> dict[str, object]:
        """Nothing more than the territory."""
        return {}

    @classmethod
    def sample(cls) -> AccountShut:
        """An example."""
        return cls(entry_id=0)


@dataclass(frozen=True)
class AccountNews(Mail):
    """Something of the account's safety has changed: whoever did not do it learns it."""

    template: ClassVar[str] = "people/mails/account_news"
    what: str
    """A whole sentence."""
    at: str
    """When, in words."""
    device: str

    def subject(self) -> str:
        """Subject."""
        return self.what.rstrip(".")

    def context(self) -> dict[str, object]:
        """Where to look."""
        return {"what": self.what, "at": self.at, "device": self.device, "link": account_link(), "door": door_link()}

    @classmethod
    def sample(cls) -> AccountNews:
        """An example."""
        return cls(what="Votre mot de passe a changé.", at="le 24 novembre 2026 à 10 h 05", device="Firefox, Windows")


@dataclass(frozen=True)
class AddressProof(Mail):
    """Sent to the new address: pressing there is what changes it."""

    template: ClassVar[str] = "people/mails/address_proof"
    person_id: int
    address: str

    def subject(self) -> str:
        """Subject."""
        return "Confirmer votre nouvelle adresse"

    def context(self) -> dict[str, object]:
        """The link is made when the message leaves, so that no queue keeps it."""
        return {"link": address_link(self.person(), self.address), "address": self.address}

    def person(self) -> Person:
        """Whom it is about."""
        return Person.objects.get(pk=self.person_id)

    @classmethod
    def sample(cls) -> AddressProof:
        """An example."""
        return _SampleAddressProof(person_id=0, address="camille.nouvelle@exemple.fr")


@dataclass(frozen=True)
class _SampleAddressProof(AddressProof):
    """For previews: nobody's account."""

    def person(self) -> Person:
        return Person(pk=0, email="camille@exemple.fr")


@dataclass(frozen=True)
class AddressTaken(Mail):
    """Sent to an address that has an account already, when somebody wants it for another account."""

    template: ClassVar[str] = "people/mails/address_taken"
    address: str

    def subject(self) -> str:
        """Subject."""
        return "Cette adresse a déjà un compte"

    def context(self) -> dict[str, object]:
        """Where to come in with it."""
        return {"address": self.address, "door": door_link()}

    @classmethod
    def sample(cls) -> AddressTaken:
        """An example."""
        return cls(address="camille@exemple.fr")


@dataclass(frozen=True)
class AddressChanged(Mail):
    """Sent to the former address: its owner must learn that it opens nothing any more."""

    template: ClassVar[str] = "people/mails/address_changed"
    at: str

    def subject(self) -> str:
        """Subject."""
        return "L’adresse de votre compte a changé"

    def context(self) -> dict[str, object]:
        """When it changed; the new address is not told, in case this mailbox is no longer theirs."""
        return {"at": self.at}

    @classmethod
    def sample(cls) -> AddressChanged:
        """An example."""
        return cls(at="le 24 novembre 2026 à 10 h 05")
