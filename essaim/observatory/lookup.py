"""What a text typed in a search box names in the observatory: communes, indicators, words of the glossary."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.http import QueryDict

from essaim.foundation.registries import Found, SearchHit
from essaim.geography.models import Commune
from essaim.geography.text import fold_place
from essaim.observatory.communes import LONGEST_TEXT, address
from essaim.observatory.glossary import TERMS, Term
from essaim.observatory.indicators import CATALOGUE, Indicator
from essaim.observatory.serving import communes_of_epci, served_epci

MOST_COMMUNES = 12
_EMPTY_WORDS = frozenset("a au aux d dans de des du en et l la le les ou par pour sur un une".split())


def asked_text(params: QueryDict) -> str:
    """The text of an address, clean and short; empty when there is none."""
    text = "".join(letter if letter.isprintable() else " " for letter in params.get("q", "")[:LONGEST_TEXT])
    return " ".join(text.split())


def words_of(text: str) -> list[str]:
    """The words that say something, without accents nor capitals."""
    return [word for word in fold_place(text[:LONGEST_TEXT]).split() if word not in _EMPTY_WORDS]


def _names(words: list[str], text: str) -> bool:
    """Whether each word begins a word of the text: « emploi » finds « emplois », « art » does not find « part »."""
    found = f" {fold_place(text)}"
    return bool(words) and all(f" {word}" in found for word in words)


def indicators_of(text: str) -> list[Indicator]:
    """The indicators whose label has every word."""
    words = words_of(text)
    return [one for one in CATALOGUE.values() if _names(words, one.label)]


def terms_of(text: str) -> list[Term]:
    """The words of the glossary that a text names."""
    words = words_of(text)
    return [term for term in TERMS.values() if _names(words, term.term)]


def communes_of(text: str) -> list[tuple[Commune, str]]:
    """The communes served that a text names, with their pages. At most two queries, both kept."""
    words = words_of(text)
    towns = (town for epci in served_epci() for town in communes_of_epci(epci) if _names(words, town.name))
    return [(town, address(town)) for town in islice(towns, MOST_COMMUNES)]


def suggest(text: str, limit: int) -> list[SearchHit]:
    """For the box of the header: figures, pages of communes, words; nothing for a text that names none of them."""
    return list(islice(_hits(text), limit))


def found(text: str, offset: int, limit: int) -> Found:
    """For the site's results: figures first, then pages of communes, then words."""
    hits = list(_hits(text))
    return Found(len(hits), hits[offset : offset + limit])


def _hits(text: str) -> Iterable[SearchHit]:
    for one in indicators_of(text):
        yield SearchHit(one.label, "Observatoire", f"/observatoire/chiffres/{one.key}/")
    for town, href in communes_of(text):
        yield SearchHit(f"{town.name}, l’ESS en chiffres", "Observatoire", href)
    for term in terms_of(text):
        yield SearchHit(term.term, "Glossaire", term.href)
