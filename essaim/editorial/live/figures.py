"""Figures of the observatory, for a block: evaluated once, kept until something is published."""

from __future__ import annotations

from dataclasses import dataclass

from essaim.foundation.kept import Kept
from essaim.observatory.book import Book
from essaim.observatory.evaluation import EXACT, Figure, evaluate
from essaim.observatory.indicators import UnknownIndicator, indicator
from essaim.observatory.queries import book_of, home_territory, told_book
from essaim.observatory.serving import in_short
from essaim.observatory.territory import Territory

_told: Kept[Territory, Book] = Kept(told_book)
_books: Kept[Territory, Book] = Kept(lambda territory: book_of([territory]))


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure with its words, or the sentence that says why there is none (`missing`)."""

    key: str
    label: str
    figure: Figure | None
    missing: str = ""


def shown_figure(key: str, label: str = "") -> ShownFigure:
    """The figure of an indicator for the home territory, none of whose queries is made again while nothing changes.

    Two queries when a table or a citation tells it, six when it must be estimated.

    A key that the observatory does not know (any more) says so in words: an old page stays a page.
    """
    territory = home_territory()
    if not territory.code:
        return ShownFigure(key, label, None, "Ce site n’a pas encore de territoire : ses chiffres viendront avec lui.")
    try:
        found = indicator(key)
    except UnknownIndicator:
        return ShownFigure(key, label, None, "Ce chiffre n’existe pas, ou plus, dans l’observatoire.")
    here = in_short(territory)
    figure = evaluate(found, here, _told.of(territory))
    if figure.status not in EXACT:  # an estimate, or the reason why there is nothing: they rest on more
        figure = evaluate(found, here, _books.of(territory))
    return ShownFigure(key, label or found.label, figure)
