"""The officer's words, as the glossary of the site reads them: kept until something is written."""

from __future__ import annotations

from collections.abc import Mapping

from essaim.editorial.models import Term
from essaim.editorial.tree import tree
from essaim.foundation.glossary import Glossary, Word
from essaim.foundation.kept import Kept


def _read(_: None) -> dict[str, Word]:
    page = next(iter(tree().of_model("GlossaryPage")), None)
    return {
        term.key: Word(
            *(term.key, term.word, term.text, term.source),
            forms=term.written,
            href=f"{page.url}#{term.key}" if page else "",
        )
        for term in Term.objects.all()
    }


_words = Kept(_read)


def words() -> Mapping[str, Word]:
    """The officer's words by key; one query at most, none while nothing changes."""
    return _words.of(None)


GLOSSARY = Glossary("editorial", "Mots de l’ESS", words, order=10)
