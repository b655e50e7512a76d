"""Open Flores until 2021: one line a commune, one column an activity, one measure a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from essaim.observatory.enums import Measure, Population
from essaim.observatory.layouts.flores_open.base import COMMUNE, Layout, Rows, short
from essaim.observatory.layouts.flores_open.package import WIDE
from essaim.observatory.members import Members
from essaim.observatory.reading import TableReading, WrongFile, YearNeeded, quoted
from essaim.observatory.spreading import Told
from essaim.stock.engine import quote

_TOTALS = {
    "ET_TOT": Measure.ESTABLISHMENTS,
    "ETAB_TOT": Measure.ESTABLISHMENTS,
    "EFF_TOT": Measure.JOBS,
}
_ACTIVITY = re.compile(r"(ET|ETAB|EFF)_([A-Z0-9]{2})")
_PREFIXES = {"ET": Measure.ESTABLISHMENTS, "ETAB": Measure.ESTABLISHMENTS, "EFF": Measure.JOBS}
_YEAR_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


class Wide(Layout):
    """One line a commune; the file lists every commune."""

    layout = WIDE

    def _year(self, asked: int | None) -> int:
        named = {int(found) for found in _YEAR_IN_NAME.findall(f"{self.name} {self.package.member}")}
        if asked is None and len(named) != 1:
            raise YearNeeded(
                f"« {self.name} » ne dit pas son année : gardez le nom de l’Insee (« TD_FLORES2021_… ») ou précisez-la "
                "avec --year."
            )
        if asked is not None and named and asked not in named:
            raise WrongFile(f"« {self.name} » est de {min(named)}, pas de {asked} : son nom le dit.")
        return asked if asked is not None else named.pop()

    def tables(self, members: Members) -> Iterator[TableReading]:
        """One table for each measure that the columns tell (one, in the files of Insee)."""
        totals = {measure: column for column, measure in _TOTALS.items() if column in self.columns}
        parts: dict[Measure, list[str]] = {}
        for column in self.columns:
            if found := _ACTIVITY.fullmatch(column):
                parts.setdefault(_PREFIXES[found[1]], []).append(column)
        for measure in dict.fromkeys([*totals, *parts]):
            rows = self._rows(totals.get(measure), parts.get(measure, []))
            yield self.make(members, measure, {Population.ALL: Rows(rows, {})}, lists_every=True)

    def _rows(self, total: str | None, parts: list[str]) -> dict[str, Told]:
        columns = [self.column(part) for part in parts]
        summed = " + ".join(f"coalesce(number({column}), 0)" for column in columns) or "NULL"
        if total is not None:
            value, hidden, blank, text = (f"{how}({self.column(total)})" for how in ("number", "hidden", "nothing", ""))
        else:
            self.general.append(f"Pas de colonne de total : somme des {len(parts)} colonnes d’activité.")
            whole = " AND ".join(f"number({column}) IS NOT NULL" for column in columns)
            value = f"CASE WHEN {whole} THEN {summed} END"
            hidden = " OR ".join(f"hidden({column})" for column in columns)
            blank, text = "false", quote("une activité n’a pas de nombre")
        found: dict[str, Told] = {}
        # The same line written again is fetched once: a small archive may hold millions of them.
        self.engine.run(
            f"CREATE OR REPLACE TEMP TABLE said AS SELECT min(line) AS line, {short('code')}, number, secret, empty, "
            f"{short('arg_min(said, line)')}, parts, count(*) AS times FROM (SELECT {self.line} AS line, "
            f"upper(trim({self.column('CODGEO')})) AS code, {value} AS number, {hidden} AS secret, {blank} AS empty, "
            f"{text} AS said, {summed} AS parts FROM {self.relation}) GROUP BY code, number, secret, empty, parts"
        )
        self.check_size("said")
        for line, code, number, secret, empty, said, parts_sum, times in self.engine.rows(
            "SELECT * FROM said ORDER BY 1"
        ):
            told = Told(None if secret else number, line)
            place = code if len(code or "") != 4 or not code.isdigit() else f"0{code}"  # a spreadsheet took its zero
            if not re.fullmatch(COMMUNE, place or ""):
                self.refuse(line, f"{quoted(code)} n’est pas le code d’une commune", times)
            elif empty:
                continue
            elif not secret and number is None:
                self.refuse(line, f"{quoted(said)} n’est pas un nombre" if total else str(said), times)
            elif number is not None and parts_sum is not None and number + 1 < parts_sum:
                self.refuse(
                    line, f"le total ({number:f}) est plus petit que la somme des activités ({parts_sum:f})", times
                )
            elif place in found and found[place].value != told.value:
                raise self.wrong(line, f"la commune {place} est déjà, avec un autre nombre, ligne {found[place].line}")
            else:
                found.setdefault(place, told)
        return found
