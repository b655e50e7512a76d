"""The project's plain words and the officer's own, ready for the engine."""

from __future__ import annotations

from essaim.directory.models import Synonym
from essaim.foundation.kept import Kept
from essaim.foundation.search import Synonym as EngineSynonym
from essaim.foundation.search import Synonyms
from essaim.nomenclature.synonyms import base_synonyms


def _naf(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("naf", str(code).replace(".", "").upper()) for code in codes)


def project_synonyms() -> list[EngineSynonym]:
    """The words delivered with the application; needs no database."""
    return [EngineSynonym(s.words, s.expands_to, _naf(s.naf)) for s in base_synonyms()]


def _build() -> Synonyms:
    own = [
        EngineSynonym(tuple(map(str, s.words)), tuple(map(str, s.expands_to)), _naf(tuple(s.naf)))
        for s in Synonym.objects.order_by("pk")
    ]
    return Synonyms([*own, *project_synonyms()])


_current: Kept[None, Synonyms] = Kept(lambda _: _build())


def current_synonyms() -> Synonyms:
    """All synonyms in force; an officer's change (journaled) is seen by the next request of any process."""
    return _current.of(None)
