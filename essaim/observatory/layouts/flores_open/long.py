"""Open Flores since 2022: one line a territory × activity × measure; what is not told may be left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from essaim.observatory.enums import Level, Measure, Population
from essaim.observatory.layouts.flores_open import legal_forms
from essaim.observatory.layouts.flores_open.base import COMMUNE, Layout, Rows, short
from essaim.observatory.layouts.flores_open.package import LONG, MOST_FORMS
from essaim.observatory.members import Key, Members
from essaim.observatory.reading import TableReading, WrongFile, quoted
from essaim.observatory.spreading import Told
from essaim.observatory.territory import COUNTRY_CODE
from essaim.stock.engine import quote

MEASURES = {"UNIT_LOC": Measure.ESTABLISHMENTS, "EMPL3112": Measure.JOBS}

_NEEDED = (
    "GEO", "GEO_OBJECT", "ACTIVITY", "LEGAL_FORM_WITH_PUBLIC", "FLORES_MEASURE", "OBS_STATUS", "TIME_PERIOD",
    "OBS_VALUE",
)  # fmt: skip
_OBJECTS = {
    "COM": Level.COMMUNE, "ARM": Level.COMMUNE, "EPCI": Level.EPCI, "DEP": Level.DEPARTMENT, "REG": Level.REGION,
    "FRANCE": Level.COUNTRY,
}  # fmt: skip
_KNOWN = "(status IN ('A', 'W') AND value IS NOT NULL)"
_FRANCE = ("F", "FR", "FRANCE")
"""France with its overseas départements; « FM », the mainland alone, is another territory."""
_SHAPES = {
    Level.COMMUNE: COMMUNE,
    Level.EPCI: r"[0-9]{9}",
    Level.DEPARTMENT: r"[0-9]{2,3}|2[AB]",
    Level.REGION: r"[0-9]{2}",
}


class Long(Layout):
    """One line a territory × activity × measure; what is not told may be left out."""

    layout = LONG
    has_total = False

    def _year(self, asked: int | None) -> int:
        missing = [column for column in _NEEDED if column not in self.columns]
        if missing:
            raise WrongFile(
                f"« {self.name} » n’a pas la colonne « {missing[0]} ». Chargez un fichier DS_FLORES_A5, A17, A38 ou "
                "A88 de l’Insee."
            )
        period = self.column("TIME_PERIOD")
        told = self.engine.rows(
            f"SELECT DISTINCT trim({period}) FROM {self.relation} "
            f"WHERE regexp_full_match(trim({period}), '20[0-9]{{2}}')"
        )
        years = sorted(int(text) for (text,) in told)
        if not years or (asked is not None and asked not in years):
            said = ", ".join(map(str, years)) or "aucune"
            wanted = "aucune année" if asked is None else f"pas l’année {asked}"
            raise WrongFile(f"« {self.name} » ne contient {wanted}. Années du fichier : {said}.")
        chosen = asked or years[-1]
        if len(years) > 1:
            self.general.append(
                f"Le fichier contient {', '.join(map(str, years))} : seule l’année {chosen} est lue. Pour une autre, "
                "chargez-le de nouveau en disant laquelle."
            )
        return chosen

    def tables(self, members: Members) -> Iterator[TableReading]:
        """One table for each of the two measures that the file tells."""
        self._select()
        codes = self.engine.rows(
            "SELECT DISTINCT form FROM kept WHERE strlen(form) <= 40 ORDER BY 1 LIMIT ?", [MOST_FORMS + 1]
        )
        if len(codes) > MOST_FORMS:
            raise WrongFile(f"« {self.name} » distingue plus de {MOST_FORMS} formes juridiques.")
        forms = legal_forms.choose([code for (code,) in codes], self.package.labels)
        self.general += forms.said
        if not forms.populations:
            raise WrongFile(f"« {self.name} » : {' '.join(forms.said)}")
        self._sum_activities()
        found = self._rows(forms.populations)
        for measure in (Measure.ESTABLISHMENTS, Measure.JOBS):
            if measure in found:
                yield self.make(members, measure, found[measure], lists_every=False)

    def _select(self) -> None:
        """Keep the rows of the year, of our levels and measures, all sizes together; the same one written again, once.

        A small archive may hold millions of times the same line: they are never fetched, nor added up.
        """
        sizes = ""
        if "NUMBER_EMPL" in self.columns:
            size = self.column("NUMBER_EMPL")
            if not self.engine.value(f"SELECT count(*) FROM {self.relation} WHERE {size} = '_T'"):
                raise WrongFile(f"« {self.name} » : le total de toutes les tailles (NUMBER_EMPL « _T ») manque.")
            sizes = f" AND {size} = '_T'"
        objects = ", ".join(quote(known) for known in _OBJECTS)
        measures = ", ".join(quote(known) for known in MEASURES)
        self.engine.run(
            f"""
            CREATE TEMP TABLE kept AS
            SELECT min({self.line}) AS line, count(*) AS times, trim({self.column("GEO_OBJECT")}) AS kind,
                -- « 2024-COM-86194 », as the interface of Insee writes it, is « 86194 »
                upper(regexp_extract(trim({self.column("GEO")}), '[^-]*$')) AS code,
                trim({self.column("ACTIVITY")}) AS activity, trim({self.column("LEGAL_FORM_WITH_PUBLIC")}) AS form,
                trim({self.column("FLORES_MEASURE")}) AS measure, upper(trim({self.column("OBS_STATUS")})) AS status,
                number({self.column("OBS_VALUE")}) AS value,
                arg_min({short(self.column("OBS_VALUE"))}, {self.line}) AS said
            FROM {self.relation}
            WHERE trim({self.column("TIME_PERIOD")}) = {quote(self.year)} AND trim({self.column("GEO_OBJECT")}) IN
                ({objects}) AND trim({self.column("FLORES_MEASURE")}) IN ({measures}){sizes}
            GROUP BY kind, code, activity, form, measure, status, value
            """
        )
        if not self.engine.value("SELECT count(*) FROM kept"):
            raise WrongFile(
                f"« {self.name} » ne contient aucune ligne de commune, d’EPCI, de département ou de région pour "
                f"{self.year} (établissements ou postes au 31 décembre)."
            )

    def _sum_activities(self) -> None:
        """Table `totals`: one row a place, form and measure, with the sum of its activities to compare with."""
        lengths = self.engine.value("SELECT count(DISTINCT strlen(activity)) FROM kept WHERE activity <> '_T'")
        parts = (
            f"SELECT kind, code, form, measure, sum(value) FILTER ({_KNOWN}) AS parts, "
            f"bool_or(status = 'K') AS hidden, bool_or(NOT (status = 'K' OR {_KNOWN})) AS wrong, min(line) AS line, "
            "sum(times) AS times "
            "FROM kept WHERE activity <> '_T' GROUP BY ALL"
        )
        self.has_total = bool(self.engine.value("SELECT count(*) FROM kept WHERE activity = '_T'"))
        if not self.has_total and lengths != 1:
            raise WrongFile(
                f"« {self.name} » : le total des activités (ACTIVITY « _T ») manque, et les activités sont de "
                "plusieurs niveaux : on ne peut pas les additionner."
            )
        if self.has_total:
            # Activities of several levels would be counted twice: nothing to compare with.
            compared = f"({parts})" if lengths == 1 else f"(SELECT * FROM ({parts}) WHERE false)"
            self.engine.run(
                "CREATE TEMP TABLE totals AS SELECT k.line, k.kind, k.code, k.form, k.measure, k.status, k.value, "
                f"k.said, p.parts, k.times FROM kept k LEFT JOIN {compared} p "
                "ON (p.kind, p.code, p.form, p.measure) = (k.kind, k.code, k.form, k.measure) WHERE k.activity = '_T'"
            )
            return
        self.general.append(
            "Pas de total des activités (ACTIVITY « _T ») : somme des activités, quand toutes sont dites."
        )
        self.engine.run(
            "CREATE TEMP TABLE totals AS SELECT line, kind, code, form, measure, "
            "CASE WHEN wrong THEN '?' WHEN hidden THEN 'K' ELSE 'A' END AS status, parts AS value, "
            f"'une activité sans nombre' AS said, parts, times FROM ({parts})"
        )

    def _check_told_once(self, forms: str) -> None:
        """Refuse a figure that two lines give otherwise: the total when there is one, else each activity."""
        used = "activity = '_T'" if self.has_total else "true"
        twice = self.engine.rows(
            f"""
            SELECT min(line), max(line) FROM (
                SELECT kind, code, form, measure, activity, min(line) AS line FROM kept
                WHERE form IN ({forms}) AND {used} AND (status = 'K' OR {_KNOWN})
                GROUP BY kind, code, form, measure, activity, CASE WHEN status <> 'K' THEN value END
            ) GROUP BY kind, code, form, measure, activity HAVING count(*) > 1 ORDER BY 2 LIMIT 1
            """
        )
        for first, line in twice:
            raise self.wrong(line, f"le même chiffre est donné, autrement, ligne {first}")

    def _rows(self, populations: dict[str, Population]) -> dict[Measure, dict[Population, Rows]]:
        wanted = ", ".join(quote(form) for form in populations)
        self._check_told_once(wanted)
        found: dict[Measure, dict[Population, Rows]] = {}
        lines: dict[tuple[object, ...], Told] = {}
        self.engine.run(
            f"CREATE TEMP TABLE fetched AS SELECT line, kind, {short('code')}, form, measure, {short('status')}, "
            f"value, said, parts, times FROM totals WHERE form IN ({wanted})"
        )
        self.check_size("fetched")
        for line, kind, code, form, measure, status, value, said, parts, times in self.engine.rows(
            "SELECT * FROM fetched ORDER BY 1"
        ):
            key = _place(_OBJECTS[kind], code or "")
            if key is None:
                if _OBJECTS[kind] != Level.COUNTRY:
                    self.refuse(line, f"{quoted(code)} n’est pas le code d’un territoire ({kind})", times)
                continue
            if status == "K":
                told = Told(None, line)
            elif status not in ("A", "W"):
                self.refuse(line, f"statut {quoted(status)} inconnu (A, K ou W attendus)", times)
                continue
            elif value is None:
                self.refuse(line, f"{quoted(said)} n’est pas un nombre" if said else "la valeur manque", times)
                continue
            elif parts is not None and value + 1 < parts:
                self.refuse(line, f"le total ({value:f}) est plus petit que la somme des activités ({parts:f})", times)
                continue
            else:
                told = Told(value, line)
            before = lines.setdefault((key, form, measure), told)
            if before.value != told.value:
                raise self.wrong(line, f"le même chiffre est donné, autrement, ligne {before.line}")
            rows = found.setdefault(MEASURES[measure], {}).setdefault(populations[form], Rows({}, {}))
            if key[0] == Level.COMMUNE:
                rows.communes.setdefault(key[1], told)
            else:
                rows.own.setdefault(key, told)
        return found


def _place(level: Level, code: str) -> Key | None:
    """The territory of a row; None for a code that is none, and for France without its overseas départements."""
    if level == Level.COUNTRY:
        return (level.value, COUNTRY_CODE) if code in _FRANCE else None
    return (level.value, code) if re.fullmatch(_SHAPES[level], code) else None
