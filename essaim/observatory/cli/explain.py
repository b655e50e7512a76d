"""`essaim observatory explain INDICATOR`: how a figure was made, and the same figure worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from essaim.observatory import queries
from essaim.observatory.enums import Source
from essaim.observatory.explanation import explain
from essaim.observatory.indicators import indicator
from essaim.observatory.territory import Territory


class UnknownTerritory(ValueError):
    """No territory has this code; the message says which codes are understood."""


def declare(verbs: Any) -> Any:
    """Add the parser of the subcommand."""
    parser = verbs.add_parser("explain", help="dit comment un chiffre est fait, et le recalcule")
    parser.add_argument("indicator", metavar="INDICATEUR", help="par exemple ess-job-share, ou ess-jobs:family=mutual")
    parser.add_argument("--territory", metavar="CODE", help="Siren d’un EPCI, commune, département, R75, FR")
    parser.add_argument("--year", type=int, metavar="AAAA", help="année du chiffre ; sinon, celui qui est montré")
    parser.add_argument(
        "--source", choices=[Source.SIRENE.value], help="explique l’estimation de Sirene, même si un tableau existe"
    )
    return parser


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Explain; UnknownIndicator, UnknownTerritory and NoSuchYear list the choices."""
    wanted = indicator(options["indicator"])
    territory = _territory(options.get("territory"))
    source = Source(options["source"]) if options.get("source") else None
    told = explain(wanted, territory, queries.book_of([territory], every_year=True), options.get("year"), source)
    say("\n".join(told.lines()))
    return told.as_dict()


def _territory(code: str | None) -> Territory:
    home = queries.home_territory()
    if not code and not home.code:
        raise UnknownTerritory(
            "Aucun territoire n’est encore choisi ici. Dites-le avec --territory (200069854, 86194, 86, R75 ou FR), ou "
            "choisissez celui que cette installation sert : « essaim real --territory SIREN »."
        )
    if not code or code.strip() == home.code:
        return home
    found = queries.find_by_code(code.strip())
    if found is None:
        raise UnknownTerritory(
            f"Aucun territoire n’a le code « {code} ». Donnez les neuf chiffres d’un EPCI (200069854), les cinq "
            "signes d’une commune (86194), un département (86), une région (R75) ou FR."
        )
    return found
