"""Territories side by side, like with like: for each indicator the best source that every one of them has.

In the order of trust: one official vintage that tells it of all (or, for some, a published figure of that same year
and field); else Sirene's estimate for all. A figure of one source never stands beside that of another. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from essaim.nomenclature.sectors import main_sectors
from essaim.observatory.book import Book, VintageNote
from essaim.observatory.enums import FactRole, FamilyGroup, Field, Level, Source, Status
from essaim.observatory.evaluation import EXACT, HUNDRED, Figure, estimate, evaluate, from_table
from essaim.observatory.indicators import CATALOGUE, Indicator, Unit
from essaim.observatory.profile import HEADLINE
from essaim.observatory.territory import Territory
from essaim.observatory.wording import value_text
from essaim.ui.typography import measured_percent, number, vintage

PER = 1000
OF_URSSAF = tuple(key for key, one in CATALOGUE.items() if one.sources == (Source.URSSAF,))


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator for every territory, in their order. Not `comparable`: no common source, and no figure is shown.

    `basis` says in words what stands side by side; `aside`: better figures that some have and that were left out.
    """

    indicator: Indicator
    figures: tuple[Figure, ...]
    comparable: bool
    basis: str
    aside: tuple[Figure, ...] = ()
    per_thousand: tuple[str, ...] = ()

    @property
    def source_line(self) -> str:
        """Every source of the line, once."""
        return " ; ".join(dict.fromkeys(figure.source_line for figure in self.figures if figure.source_line))

    @property
    def pairs(self) -> tuple[tuple[Figure, str], ...]:
        """Each figure with its « per 1 000 inhabitants », empty when it makes no sense."""
        rates = self.per_thousand or ("",) * len(self.figures)
        return tuple(zip(self.figures, rates, strict=True))


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the ESS of every territory, as text: « 86 % », or the word of its status."""

    key: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """What the ESS is made of, along one axis: establishments of each part in percent of the whole, one source."""

    axis: str
    basis: str
    source_line: str
    shares: tuple[Share, ...]


def compare(
    territories: Sequence[Territory], book: Book, populations: Sequence[int | None] = ()
) -> tuple[Compared, ...]:
    """The headline indicators for these territories. `populations`: inhabitants of each, None when unknown.

    Between regions and France, those of the Urssaf too: it tells of nothing smaller.
    """
    large = all(territory.level in (Level.REGION, Level.COUNTRY) for territory in territories)
    keys = (*HEADLINE, *OF_URSSAF) if large else HEADLINE
    return tuple(compare_one(CATALOGUE[key], territories, book, populations) for key in keys)


def nothing_of(territories: Sequence[Territory], lines: Sequence[Compared]) -> tuple[Territory, ...]:
    """The territories of which no line tells anything, not even aside."""
    told = {
        figure.territory.key
        for line in lines
        for figure in (*(line.figures if line.comparable else ()), *line.aside)
        if figure.status != Status.MISSING
    }
    return tuple(territory for territory in territories if territory.key not in told)


def compare_one(
    indicator: Indicator, territories: Sequence[Territory], book: Book, populations: Sequence[int | None] = ()
) -> Compared:
    """One indicator: the first set of figures, in the order of trust, where every territory has one of one kind."""
    veiled: tuple[Figure, ...] | None = None
    for figures in _official(indicator, territories, book):
        if all(figure.status in EXACT for figure in figures):
            return _line(indicator, figures, _official_words(figures), populations)
        if veiled is None and all(figure.status in (*EXACT, Status.SECRET) for figure in figures):
            veiled = figures
    guessed = _estimated(indicator, territories, book)
    if guessed is not None:
        own = [evaluate(indicator, territory, book) for territory in territories]
        aside = tuple(figure for figure in own if figure.status in EXACT)
        hidden = [figure.territory.name for figure in own if figure.status == Status.SECRET]
        return _line(indicator, guessed, _estimate_words(aside, hidden), populations, aside)
    if veiled is not None:
        return _line(indicator, veiled, _official_words(veiled), populations)
    own = [evaluate(indicator, territory, book) for territory in territories]
    lacking = [figure.territory.name for figure in own if not figure.is_known]
    who = f" Rien n’est connu pour {_and(lacking)}." if lacking else ""
    nothing = tuple(
        Figure(indicator, territory, Status.MISSING, reason="Aucune source commune.") for territory in territories
    )
    aside = tuple(figure for figure in own if figure.is_known)
    return Compared(indicator, nothing, False, f"Pas de comparaison : aucune source ne le dit de tous.{who}", aside)


def _official(indicator: Indicator, territories: Sequence[Territory], book: Book) -> Iterator[tuple[Figure, ...]]:
    """For each official vintage, then each year and field that only facts cover: one figure a territory.

    The invented files of the demonstration have vintages of their own beside the real ones of the same period: they
    are one vintage here, for no territory is in both.
    """
    seen: set[tuple[int, Field | None]] = set()
    for source in indicator.sources:
        if source == Source.SIRENE:
            continue
        twins: dict[tuple[str, Field], list[VintageNote]] = {}
        for known in book.of_source(source):
            twins.setdefault((known.period, known.field), []).append(known)
        for vintages in sorted(twins.values(), key=lambda one: (one[0].field == Field.NON_ANNEX_POSTS, -one[0].year)):
            about = (vintages[0].year, vintages[0].field)
            seen.add(about)
            yield tuple(
                _or_fact(_first(indicator, territory, book, vintages), book, *about) for territory in territories
            )
    rest = {(fact.year, fact.field) for fact in book.facts if fact.indicator == indicator.key} - seen
    for year, field in sorted(rest, key=lambda pair: (pair[1] == Field.NON_ANNEX_POSTS, -pair[0])):
        yield tuple(
            _or_fact(Figure(indicator, territory, Status.MISSING), book, year, field) for territory in territories
        )


def _first(indicator: Indicator, territory: Territory, book: Book, vintages: Sequence[VintageNote]) -> Figure:
    figures = [from_table(indicator, territory, book, known) for known in vintages]
    return next((figure for figure in figures if figure.status != Status.MISSING), figures[0])


def _or_fact(figure: Figure, book: Book, year: int, field: Field | None) -> Figure:
    """A published figure of the same year and field stands in for the cell that the table does not have."""
    if figure.status != Status.MISSING:
        return figure
    where = (figure.territory.level, figure.territory.code)
    for fact in book.facts:
        if (
            fact.role == FactRole.CITED
            and fact.indicator == figure.indicator.key
            and (fact.level, fact.code) == where
            and (fact.year, fact.field) == (year, field)
        ):
            about = (str(fact.year), fact.year, fact.field, fact.value)
            return Figure(figure.indicator, figure.territory, Status.PUBLISHED, *about, fact=fact)
    return figure


def _estimated(indicator: Indicator, territories: Sequence[Territory], book: Book) -> tuple[Figure, ...] | None:
    """Sirene's estimates, of one vintage for all, over one vintage of denominators for all."""
    if Source.SIRENE not in indicator.sources:
        return None
    for counted in book.of_source(Source.SIRENE):
        if not _know_all(book, counted, territories):
            continue
        for seen in _books(book, counted, indicator, territories):
            figures = tuple(estimate(indicator, territory, seen) for territory in territories)
            if all(figure.status == Status.ESTIMATED for figure in figures):
                return figures
    return None


def _know_all(book: Book, vintage: VintageNote, territories: Sequence[Territory]) -> bool:
    return all(book.knows(vintage, territory) for territory in territories)


def _books(book: Book, counted: VintageNote, indicator: Indicator, territories: Sequence[Territory]) -> Iterator[Book]:
    """The book with one vintage of Sirene, and for a share of jobs one of open Flores: nothing can then be mixed."""
    official = [note for note in book.vintages if note.source not in (Source.SIRENE, Source.FLORES_OPEN)]
    bottoms = [one for one in book.of_source(Source.FLORES_OPEN, beside=counted) if _know_all(book, one, territories)]
    if indicator.denominator is None or not bottoms:
        yield book.only([*official, counted])
        return
    for bottom in bottoms:
        yield book.only([*official, counted, bottom])


def _line(
    indicator: Indicator,
    figures: tuple[Figure, ...],
    basis: str,
    populations: Sequence[int | None],
    aside: tuple[Figure, ...] = (),
) -> Compared:
    rates: tuple[str, ...] = ()
    if indicator.unit == Unit.COUNT and len(populations) == len(figures):
        rates = tuple(per_thousand(figure, people) for figure, people in zip(figures, populations, strict=True))
    return Compared(indicator, figures, True, basis, aside, rates if any(rates) else ())


def per_thousand(figure: Figure, people: int | None) -> str:
    """« 5,1 », « de 70 à 85 », « 46 au moins » per 1 000 inhabitants; empty when either is unknown."""
    if not people or not figure.is_known:
        return ""

    def rate(value: Decimal) -> str:
        each = value * PER / people
        if 0 < each < Decimal("0.05"):
            return "moins de 0,1"
        return number(each, 1 if each < HUNDRED else 0)

    if figure.status in EXACT or figure.low == figure.high:
        return rate(figure.value) if figure.value is not None else ""
    if figure.low is None:
        return ""
    return f"{rate(figure.low)} au moins" if figure.high is None else f"de {rate(figure.low)} à {rate(figure.high)}"


def _official_words(figures: Sequence[Figure]) -> str:
    """« La même source pour tous… », with the territories whose figure is cited rather than read in the file."""
    first = figures[0]
    what = f"{vintage(first.period)}, {first.field.label}" if first.field is not None else vintage(first.period)
    cited = [figure.territory.name for figure in figures if figure.status == Status.PUBLISHED]
    hidden = [figure.territory.name for figure in figures if figure.status == Status.SECRET]
    said = f"Même année et même champ pour tous : {what}."
    if cited and len(cited) == len(figures):
        said += " Ce sont des chiffres publiés et cités, que nous ne pouvons pas recalculer."
    elif cited:
        said += f" Pour {_and(cited)}, le chiffre est publié et cité ; les autres sont lus dans le fichier."
    if hidden:
        said += f" La source le garde secret pour {_and(hidden)}."
    return said


def _estimate_words(aside: Sequence[Figure] = (), hidden: Sequence[str] = ()) -> str:
    said = "Estimation pour tous, d’après le même répertoire : aucun tableau officiel ne le dit de chacun."
    if aside:
        own = _and([f"{figure.territory.name} ({value_text(figure)}, {figure.year})" for figure in aside])
        said += f" Un chiffre officiel existe et n’est pas montré ici, pour comparer ce qui se compare : {own}."
    if hidden:
        said += f" Le tableau officiel le garde secret pour {_and(hidden)}."
    return said


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def structure(axis: str, territories: Sequence[Territory], book: Book) -> Structure | None:
    """Establishments by family or by sector in percent of the whole, by the source that compares the whole.

    None when no source tells the whole of all. A part that a table hides is « secret statistique », never 0 %.
    """
    places = CATALOGUE["ess-employer-establishments"]
    whole = compare_one(places, territories, book)
    if not whole.comparable or any(figure.numerator is None for figure in whole.figures):
        # A cited total tells nothing of its parts: Sirene tells them of everybody.
        guessed = _estimated(places, territories, book)
        if guessed is None:
            return None
        whole = Compared(places, guessed, True, _estimate_words())
    counted = [figure.numerator.vintage for figure in whole.figures if figure.numerator is not None]
    alone = book.only(counted[:1])

    def part(key: str) -> list[Figure]:
        cut = places.within(**{axis: key})
        return [
            from_table(cut, total.territory, book, known)
            if total.status == Status.OBSERVED
            else estimate(cut, total.territory, alone)
            for total, known in zip(whole.figures, counted, strict=True)
        ]

    labels = _labels(axis)
    parts = {key: part(key) for key in labels}
    shares = tuple(
        Share(key, label, tuple(_percent_of(one, total) for one, total in zip(parts[key], whole.figures, strict=True)))
        for key, label in labels.items()
        if key in _told(parts)
    )
    return Structure(axis, whole.basis, whole.source_line, shares) if shares else None


def _labels(axis: str) -> dict[str, str]:
    if axis == "family":
        return {value: label for value, label in FamilyGroup.choices if value}
    return {sector.key: sector.label for sector in main_sectors()}


def _told(parts: dict[str, list[Figure]]) -> set[str]:
    """The parts to show: those that say something somewhere, each establishment in one of them only."""
    told = {key for key, found in parts.items() if any(one.value or one.status == Status.SECRET for one in found)}
    apart, both = (
        {FamilyGroup.ASSOCIATION.value, FamilyGroup.FOUNDATION.value},
        FamilyGroup.ASSOCIATION_FOUNDATION.value,
    )
    if both in told:
        whole = all(one.value is not None for key in apart for one in parts[key])
        together = all(one.value is not None for one in parts[both])
        told -= {both} if whole or not together else apart
    return told


def _percent_of(part: Figure, total: Figure) -> str:
    if part.value is None or not total.value:
        return part.status.label
    return measured_percent(HUNDRED * part.value / total.value)
