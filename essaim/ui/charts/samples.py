"""The charts of the style guide: invented numbers, one chart for each thing that a chart must know how to show."""

from __future__ import annotations

from essaim.ui.charts.spec import (
    Bar,
    Bars,
    Cell,
    Chart,
    Column,
    Link,
    Moment,
    Point,
    Segment,
    Shares,
    State,
    TimeLine,
    points_of,
)
from essaim.ui.typography import number, percent

_SOURCE = "chiffres inventés pour le guide de style, 2026"
_SECRET = Point("secret statistique", state=State.UNKNOWN)


def sample_charts() -> list[Chart]:
    """Families in two series, sectors with a secret, estimates, a broken time line, two parts, nothing at all."""
    families = (
        ("Associations", "association", 78.4, 71.2),
        ("Coopératives", "cooperative", 11.3, 14.9),
        ("Mutuelles", "mutual", 5.1, 9.6),
        ("Fondations", "foundation", 2.2, 4.3),
        ("Sociétés commerciales de l’ESS", "company", 3, None),
    )
    sectors = (
        ("Action sociale", 3270), ("Enseignement", 1480), ("Santé humaine", 1102),
        ("Activités financières et d’assurance", 968), ("Arts, spectacles, sport et loisirs", 641),
        ("Non classés (autres organisations par adhésion volontaire)", 590), ("Services divers", 0),
        ("Agriculture, industrie, construction", None),
    )  # fmt: skip
    return [
        _chart(
            "familles",
            "Sept emplois de l’ESS sur dix sont dans une association",
            "Part de chaque famille, en % des établissements et des emplois de l’ESS, Val-Inventé, 2026",
            Bars(
                tuple(Bar(name, (_share(a), _share(b)), hue) for name, hue, a, b in families),
                ("des établissements", "des emplois"),
            ),
        ),
        _chart(
            "secteurs",
            "Le premier secteur est l’action sociale : 41 % des emplois de l’ESS",
            "Emplois salariés de l’ESS par secteur, Val-Inventé, 2026",
            Bars(
                tuple(
                    Bar(name, (_SECRET if n is None else Point(number(n), n),), "" if rank else "honey")
                    for rank, (name, n) in enumerate(sectors)
                )
            ),
        ),
        _chart(
            "estimations",
            "À Val-Inventé, l’ESS emploie entre 1\u202f850 et 4\u202f460 personnes (estimation)",
            "Emplois salariés de l’ESS, intervalle et valeur centrale, 2026",
            Bars(
                (
                    _guessed("Val-Inventé", "entre 1\u202f850 et 4\u202f460", 1850, 4460, 2900),
                    _guessed("Bois-Rêvé", "entre 620 et 1\u202f300", 620, 1300),
                    _guessed("Haute-Fable", "au moins 2\u202f400", 2400, None),
                    Bar("Le Songe", (Point("manquant", state=State.UNKNOWN),)),
                )
            ),
        ),
        _chart(
            "histoire",
            "De 2022 à 2023, Val-Inventé gagne 9 établissements (+0,9 %)",
            "Établissements employeurs de l’ESS, Val-Inventé, 2021 à 2025",
            TimeLine(
                (
                    Segment((_moment(2021, 968), _moment(2022, 991), _moment(2023, 1000))),
                    Segment((_moment(2024, 773), Moment(2025, "2025", Point("secret", state=State.UNKNOWN)))),
                )
            ),
        ),
        _chart(
            "femmes",
            "Sept emplois de l’ESS sur dix sont occupés par des femmes",
            "Part des femmes et des hommes, en % des emplois salariés de l’ESS, Val-Inventé, 2026",
            Shares((Bar("femmes", (_share(68.4),)), Bar("hommes", (_share(31.6),)))),
        ),
        Chart(
            "vide",
            "Aucun fichier publié ne dit encore la taille des établissements de Haute-Fable.",
            "",
            None,
            explanation="#g-graphiques",
        ),
    ]  # fmt: skip


def _guessed(name: str, text: str, low: int, high: int | None, centre: int | None = None) -> Bar:
    return Bar(name, (Point(text, centre, low, high, State.ESTIMATED, "(estimation)"),))


def _moment(year: int, value: int) -> Moment:
    return Moment(year, str(year), Point(number(value), value))


def _share(value: float | None) -> Point:
    return _SECRET if value is None else Point(percent(value), value)


def _chart(key: str, title: str, subtitle: str, drawing: Bars | TimeLine | Shares) -> Chart:
    files = tuple(Link(name, "#g-graphiques") for name in ("SVG", "PNG", "CSV", "XLSX"))
    rows = tuple((Cell(name), Cell(f"{point.text} {point.detail}".strip())) for name, point in points_of(drawing))
    columns = (Column("Quoi"), Column("Valeur", numeric=True))
    return Chart(
        f"guide-{key}", title, subtitle, drawing, _SOURCE, "", columns, rows, files, "#g-graphiques", invented=True
    )
