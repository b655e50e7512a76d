"""Plain words that the officer adds to the search, besides the project's own list.

The search reads them again as soon as the journal moves: nothing else is to be told.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from essaim.directory.models import Synonym
from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.nomenclature.naf import naf as naf_of

MOST_WORDS = 30
LONGEST = 60


class SynonymRefused(ValueError):
    """The synonym cannot be kept; the message says why, in French."""


def clean_words(words: Iterable[str]) -> list[str]:
    """Words or short phrases in small letters, without blanks nor doubles, in order. Raises SynonymRefused."""
    cleaned = list(dict.fromkeys(text for word in words if (text := " ".join(word.split()).casefold())))
    if len(cleaned) > MOST_WORDS:
        raise SynonymRefused(f"{MOST_WORDS} mots au plus par synonyme : faites-en plusieurs.")
    too_long = [word for word in cleaned if len(word) > LONGEST]
    if too_long:
        raise SynonymRefused(f"« {too_long[0][:LONGEST]}… » est trop long : {LONGEST} caractères au plus.")
    return cleaned


def save_synonym(
    *,
    words: Iterable[str],
    by: Author,
    expands_to: Iterable[str] = (),
    naf: Iterable[str] = (),
    synonym: Synonym | None = None,
) -> Synonym:
    """Add a synonym, or change one: what people type → what is looked for, words or activities. SynonymRefused."""
    typed, wanted = clean_words(words), clean_words(expands_to)
    codes = list(dict.fromkeys(text for code in naf if (text := code.strip().upper())))
    unknown = [code for code in codes if naf_of(code) is None]
    if not typed:
        raise SynonymRefused("Écrivez au moins un mot que les gens tapent.")
    if unknown:
        raise SynonymRefused(
            f"Le code d’activité « {unknown[0]} » n’existe pas dans la nomenclature (exemple : 47.79Z)."
        )
    if not [word for word in wanted if word not in typed] and not codes:
        raise SynonymRefused("Écrivez au moins un autre mot, ou une activité, que la recherche doit trouver.")
    with transaction.atomic():
        rows = Synonym.objects.select_for_update().order_by("pk")
        others = [row for row in rows if synonym is None or row.pk != synonym.pk]
        doubles = sorted(set(typed) & {word for row in others for word in row.words})
        if doubles:
            raise SynonymRefused(f"« {doubles[0]} » a déjà un synonyme : complétez celui-là.")
        before = None
        if synonym is not None:
            kept = next((row for row in rows if row.pk == synonym.pk), None)
            if kept is None:
                raise SynonymRefused("Ce synonyme vient d’être supprimé.")
            synonym = kept
            before = {"words": synonym.words, "expands_to": synonym.expands_to, "naf": synonym.naf}
        else:
            synonym = Synonym()
        after = {"words": typed, "expands_to": wanted, "naf": codes}
        if before == after:
            return synonym
        synonym.words, synonym.expands_to, synonym.naf = typed, wanted, codes
        synonym.save()
        verb = "synonyme ajouté" if before is None else "synonyme modifié"
        journal.record(by=by, verb=verb, obj=synonym, before=before, after=after)
    return synonym


def delete_synonym(*, synonym: Synonym, by: Author) -> None:
    """Remove a synonym of the officer's; the project's own list is not touched. Already gone: nothing happens."""
    with transaction.atomic():
        row = Synonym.objects.select_for_update().filter(pk=synonym.pk).first()
        if row is None:
            return
        before = {"words": row.words, "expands_to": row.expands_to, "naf": row.naf}
        journal.record(by=by, verb="synonyme supprimé", obj=row, before=before)
        row.delete()
