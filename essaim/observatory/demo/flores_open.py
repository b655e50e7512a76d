"""Open Flores in its new long layout, for the communes and EPCI of the demonstration: every number is invented.

Like Insee's, the archive has a file of data and one of labels. Insee tells only the whole (`1T9X7`) by commune; private
and public apart are codes of ours, whose labels say so; a column of ours says of each row that it is invented.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from essaim.observatory.demo.employers import PUBLIC, Employer
from essaim.observatory.invented import COLUMN

COLUMNS = (
    "GEO", "GEO_OBJECT", "ACTIVITY", "NUMBER_EMPL", "LEGAL_FORM_WITH_PUBLIC", "FLORES_MEASURE", "OBS_STATUS",
    "TIME_PERIOD", "OBS_VALUE", COLUMN.upper(),
)  # fmt: skip
METADATA_COLUMNS = ("COD_VAR", "LIB_VAR", "COD_MOD", "LIB_MOD")
WHOLE = "_T"
ALL_FORMS, PRIVATE_FORMS, PUBLIC_FORMS = "1T9X7", "DEMO_PRIVE", "DEMO_PUBLIC"
LABELS = {
    ALL_FORMS: "Ensemble hors particuliers employeurs",
    PRIVATE_FORMS: "Secteur privé (code de la démonstration)",
    PUBLIC_FORMS: "Secteur public (code de la démonstration)",
}
INVENTED = "oui"
OBSERVED, CONFIDENTIAL = "A", "K"
PLACES, JOBS = "UNIT_LOC", "EMPL3112"
_WRITTEN_ON = (2026, 10, 1, 0, 0, 0)
"""Date of the files in the archive: always the same, so that the same numbers make the same bytes."""

Row = tuple[object, ...]


def write(path: Path, employers: Sequence[Employer], year: int, *, hidden: str, omitted: str) -> None:
    """Totals of each commune and EPCI, whole, private and public, in the ZIP of Insee.

    The commune `hidden` is under secrecy (status K, no value); the commune `omitted` has no line at all.
    """
    stem = path.stem.removesuffix("_CSV_FR")
    labels = (("LEGAL_FORM_WITH_PUBLIC", "Forme juridique", code, label) for code, label in LABELS.items())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, f"{stem}_data.csv", COLUMNS, _rows(employers, year, hidden, omitted))
        _add(archive, f"{stem}_metadata.csv", METADATA_COLUMNS, labels)


def _add(archive: zipfile.ZipFile, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    member = zipfile.ZipInfo(name, _WRITTEN_ON)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, text.getvalue().encode())


def _rows(employers: Sequence[Employer], year: int, hidden: str, omitted: str) -> Iterator[Row]:
    for kind, code_of in (("EPCI", _epci), ("COM", _commune)):
        places: dict[str, list[Employer]] = {}
        for employer in employers:
            places.setdefault(code_of(employer), []).append(employer)
        for code, some in sorted(places.items()):
            if code == omitted:
                continue
            for form, inside in _forms(some):
                for measure, value in ((PLACES, len(inside)), (JOBS, sum(one.jobs for one in inside))):
                    status, told = (CONFIDENTIAL, "") if code == hidden else (OBSERVED, value)
                    yield code, kind, WHOLE, WHOLE, form, measure, status, year, told, INVENTED


def small_communes(employers: Iterable[Employer], epci: str) -> tuple[str, str]:
    """The two communes of the EPCI with the fewest jobs, the smallest first."""
    jobs: dict[str, int] = {}
    for employer in employers:
        if employer.epci == epci:
            jobs[employer.commune] = jobs.get(employer.commune, 0) + employer.jobs
    first, second, *_ = sorted(jobs, key=lambda code: (jobs[code], code))
    return first, second


def _epci(employer: Employer) -> str:
    return employer.epci


def _commune(employer: Employer) -> str:
    return employer.commune


def _forms(some: Sequence[Employer]) -> tuple[tuple[str, list[Employer]], ...]:
    private = [one for one in some if one.family or one.side != PUBLIC]
    public = [one for one in some if not one.family and one.side == PUBLIC]
    return ((ALL_FORMS, list(some)), (PRIVATE_FORMS, private), (PUBLIC_FORMS, public))
