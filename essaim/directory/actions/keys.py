"""Identity: one internal row per structure, whatever its public key becomes. Former keys redirect for ever."""

from __future__ import annotations

import secrets

from essaim.directory.actions.indexing import reindex
from essaim.directory.actions.locks import directory_locked
from essaim.directory.models import FormerKey, Structure
from essaim.foundation import journal
from essaim.foundation.identifiers import clean_siren
from essaim.foundation.journal import Author

# Digits and capitals that nobody takes for one another on paper or on the phone: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 7


class MergeRefused(ValueError):
    """The two structures cannot become one; the message says why, in French."""


def new_code() -> str:
    """A stable code that no structure bears: « E » and seven characters without look-alikes."""
    while True:
        code = "E" + "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        taken = Structure.objects.filter(key=code).exists() or FormerKey.objects.filter(key=code).exists()
        if not taken:
            return code


def redirect_key(key: str, structure: Structure) -> None:
    """Make a former key lead to the structure; inside the caller's transaction and journal."""
    FormerKey.objects.update_or_create(key=key, defaults={"structure": structure})


def obtain_siren(*, structure: Structure, siren: str, by: Author, reason: str = "") -> Structure:
    """Give its SIREN to a structure that had none; its former address (RNA number or code) redirects.

    Raises InvalidIdentifier, or MergeRefused when another structure bears this SIREN (then the two are to be merged).
    """
    siren = clean_siren(siren)
    with directory_locked(), journal.group():
        structure = Structure.objects.select_for_update().get(pk=structure.pk)
        if structure.siren == siren:
            return structure
        if structure.siren is not None:
            raise MergeRefused(f"« {structure} » porte déjà le SIREN {structure.siren} : il ne change pas.")
        other = Structure.objects.filter(siren=siren).first()
        if other is not None:
            raise MergeRefused(f"« {other} » porte déjà ce SIREN : réunissez plutôt les deux fiches.")
        former = structure.key
        structure.siren = siren
        structure.save(update_fields=["siren", "updated_at"])
        structure.refresh_from_db()
        redirect_key(former, structure)
        journal.record(
            by=by, verb="SIREN obtenu", obj=structure, reason=reason, before={"key": former}, after={"key": siren}
        )
        reindex([structure.pk])
    return structure
