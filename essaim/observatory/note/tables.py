"""The tables of a note: a breakdown as lines with bars, and the finding that stands over it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from essaim.observatory import findings
from essaim.observatory.biases import WHY_TWO_COUNTS
from essaim.observatory.book import VintageNote
from essaim.observatory.communes import weight
from essaim.observatory.enums import Field, Status
from essaim.observatory.evaluation import Figure
from essaim.observatory.findings.phrases import guess
from essaim.observatory.note.content import Row, Table
from essaim.observatory.portrait import Side
from essaim.observatory.profile import Breakdown, Profile, SideBySide
from essaim.observatory.wording import amount, break_text, value_text
from essaim.ui.typography import counted, is_plural, number, vintage

PLACES, JOBS = "Établissements", "Emplois"
SERIES = ("ess-employer-establishments", "ess-jobs", "ess-job-share")
MOST_YEARS = 6
INTERVAL = "Deux nombres : deux bornes, d’après les tranches d’effectif du répertoire (estimation)."
SURE = (Status.OBSERVED, Status.PUBLISHED)


def period_of(one: VintageNote) -> str:
    """« 2018 », « novembre 2026 »."""
    return vintage(one.period)


def short(figure: Figure) -> str:
    """A figure in a narrow column: « 10 900 », « 9 200 à 14 100 », « secret »."""
    if figure.status == Status.SECRET:
        return "secret"
    if figure.status == Status.ESTIMATED and figure.low is not None and figure.high not in (None, figure.low):
        unit = figure.indicator.unit
        return f"{amount(figure.low, unit)} à {amount(figure.high or figure.low, unit)}"
    return value_text(figure)


def source_of(figure: Figure) -> str:
    """The source of a figure with its year, said once; an invented one is said to be so."""
    told = figure.source_line
    if figure.fact is not None and str(figure.fact.year) in figure.fact.source_title:
        told = figure.fact.source_title
    return f"{told} (inventé)" if figure.fictitious and told else told


def _ends(figure: Figure) -> tuple[Decimal, Decimal]:
    """What is sure of a figure, and how far it may go."""
    if not figure.is_known:
        return Decimal(0), Decimal(0)
    if figure.status == Status.ESTIMATED and figure.low is not None:
        return figure.low, figure.high if figure.high is not None else figure.low
    value = figure.value or Decimal(0)
    return value, value


def _rows(lines: Sequence[tuple[str, Sequence[Figure], bool]], drawn: int) -> tuple[Row, ...]:
    ends = [_ends(figures[drawn]) for _, figures, _ in lines]
    longest = max((end for _, end in ends), default=Decimal(0)) or Decimal(1)
    return tuple(
        Row(label, tuple(map(short, figures)), _part(low, longest), _part(high, longest), apart)
        for (label, figures, apart), (low, high) in zip(lines, ends, strict=True)
    )


def _part(value: Decimal, longest: Decimal) -> float:
    return round(float(value / longest), 4)


def _has_intervals(figures: Sequence[Figure]) -> bool:
    return any(figure.status == Status.ESTIMATED and figure.low != figure.high for figure in figures)


def _breakdown(key: str, kicker: str, breakdown: Breakdown, title: str) -> Table | None:
    if not breakdown.slices:
        return None
    parts = breakdown.slices
    jobs = [part.jobs for part in parts]
    lines: list[tuple[str, Sequence[Figure], bool]]
    if any(figure.is_known for figure in jobs):
        lines = [(part.label, (part.establishments, part.jobs), False) for part in parts]
        head: tuple[str, ...] = (kicker, PLACES, JOBS)
    else:
        lines = [(part.label, (part.establishments,), False) for part in parts]
        head = (kicker, PLACES)
    remark = INTERVAL if _has_intervals(jobs) else ""
    rows = _rows(lines, len(head) - 2)
    return Table(
        key,
        f"Par {kicker.lower()}",
        title,
        head,
        rows,
        len(head) - 2,
        source_of(breakdown.slices[0].establishments),
        remark,
    )


def families(breakdown: Breakdown) -> Table | None:
    """Establishments and jobs by family; None when nothing is known."""
    return _breakdown("families", "Famille", breakdown, findings.families(breakdown))


def sectors(breakdown: Breakdown) -> Table | None:
    """Establishments and jobs by sector; None when nothing is known."""
    return _breakdown("sectors", "Secteur", breakdown, findings.sectors(breakdown))


def sizes(breakdown: Breakdown) -> Table | None:
    """Establishments by number of employees; None when nothing is known."""
    if not breakdown.slices:
        return None
    lines = [(part.label, (part.establishments,), False) for part in breakdown.slices]
    return Table(
        "sizes",
        "Par taille",
        findings.sizes(breakdown),
        ("Taille", PLACES),
        _rows(lines, 0),
        0,
        source_of(breakdown.slices[0].establishments),
    )


def sides(both: tuple[Side, Side] | None) -> Table | None:
    """Urban and rural communes; None until the grid and a source tell both."""
    if both is None or not all(side.establishments.is_known for side in both):
        return None
    parts = [(side.territory, side.establishments, side.jobs) for side in both]
    with_jobs = all(jobs.is_known for _, _, jobs in parts)
    lines = [
        (f"{territory.name} ({len(territory.members)})", (places, jobs) if with_jobs else (places,), False)
        for territory, places, jobs in parts
    ]
    counts = [weight(places) or Decimal(0) for _, places, _ in parts]
    rural = round(counts[-1])
    title = guess(
        f"{counted(rural, 'établissement employeur', 'établissements employeurs')} sur {number(sum(counts), 0)} "
        f"{'sont' if is_plural(rural) else 'est'} dans une commune rurale",
        any(places.status == Status.ESTIMATED for _, places, _ in parts),
    )
    remark = "Grille de densité de l’Insee : urbain, niveaux 1 à 4 ; rural, niveaux 5 à 7."
    if with_jobs and _has_intervals([jobs for *_, jobs in parts]):
        remark = f"{remark} {INTERVAL}"
    head = ("Communes", PLACES, JOBS) if with_jobs else ("Communes", PLACES)
    source = " ; ".join(dict.fromkeys(source_of(places) for _, places, _ in parts))
    return Table("sides", "Ville et campagne", title, head, _rows(lines, 0), 0, source, remark)


def counts(both: SideBySide) -> Table | None:
    """The same count by two sources, with why they differ; None unless both are known."""
    if both.official is None or both.sirene is None:
        return None
    lines = [(_who(figure), (figure,), False) for figure in (both.official, both.sirene)]
    rows = _rows(lines, 0)
    # The whole paragraph stands on the methodology page; the note keeps what it says of the two numbers.
    return Table(
        "counts",
        "Deux comptes",
        f"{rows[0].values[0]} ou {rows[1].values[0]} établissements employeurs : deux sources, deux champs",
        ("Source", PLACES),
        rows,
        0,
        f"{source_of(both.official)} ; {source_of(both.sirene)}",
        WHY_TWO_COUNTS,
    )


def _who(figure: Figure) -> str:
    if figure.numerator is not None:
        return f"{figure.numerator.vintage.source.short}, {period_of(figure.numerator.vintage)}"
    return source_of(figure)


def history(profile: Profile) -> Table | None:
    """One line a year, oldest first, what counts another field apart; None under two years."""
    found: dict[tuple[int, str], dict[str, Figure]] = {}
    for key in SERIES:
        for figure in profile.history.get(key, ()):
            if figure.year is not None:
                found.setdefault((figure.year, figure.field or ""), {})[key] = figure
    years = sorted(found, key=lambda pair: (pair[1] == Field.NON_ANNEX_POSTS, pair[0]))[-MOST_YEARS:]
    if len(years) < 2:
        return None
    shown = [key for key in SERIES if all(key in found[year] for year in years)]
    if not shown:
        return None
    common = years[0][1]
    lines = [(str(year[0]), [found[year][key] for key in shown], year[1] != common) for year in years]
    heads = {"ess-employer-establishments": PLACES, "ess-jobs": JOBS, "ess-job-share": "Part des emplois"}
    fields = dict.fromkeys(year[1] for year in years if year[1] not in ("", common))
    remark = " ".join(break_text(Field(field)) for field in fields)
    return Table(
        "history",
        "D’une année à l’autre",
        _change([found[year] for year in years if year[1] == common]),
        ("Année", *(heads[key] for key in shown)),
        _rows(lines, len(shown) - 1),
        len(shown) - 1,
        _by_source([figure for _, figures, _ in lines for figure in figures]),
        remark,
    )


def _change(years: Sequence[dict[str, Figure]]) -> str:
    """What moved between the first and the last year of one field, in words."""
    if len(years) < 2:
        return "Les années se suivent sans se comparer"
    first, last = years[0], years[-1]
    said = []
    for key, nouns in ((SERIES[0], "établissement"), (SERIES[1], "emploi")):
        if key not in first or key not in last:
            continue
        before, after = first[key], last[key]
        if before.status not in SURE or after.status not in SURE or before.value is None or after.value is None:
            continue
        gap = int(round(after.value) - round(before.value))
        word = "de plus" if gap > 0 else "de moins"
        said.append(f"{counted(abs(gap), nouns)} {word}" if gap else f"autant d’{nouns}s")
    years_said = [figure.year for figure in (next(iter(first.values())), next(iter(last.values())))]
    if not said:
        return f"De {years_said[0]} à {years_said[1]}"
    return f"De {years_said[0]} à {years_said[1]} : {', '.join(said)}"


def _by_source(figures: Sequence[Figure]) -> str:
    """« Insee, Flores × ESS (2017, 2018) »: each source once with its years."""
    years: dict[str, dict[str, None]] = {}
    for figure in figures:
        who = figure.fact.source_title if figure.fact is not None else (
            figure.numerator.vintage.source.short if figure.numerator is not None else ""
        )  # fmt: skip
        if figure.fictitious:
            who = f"{who}, inventé"
        if who:
            years.setdefault(who, {})[figure.period] = None
    return " ; ".join(
        who if all(year in who for year in told) else f"{who} ({', '.join(told)})" for who, told in years.items()
    )
