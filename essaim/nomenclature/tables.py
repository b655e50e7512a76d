"""Read the versioned CSV files of ``essaim/nomenclature/data``."""

import csv
import io
from importlib.resources import files


class BrokenTable(ValueError):
    """A data file of the project itself is missing or lacks a column: the installation is damaged."""


def read_rows(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of one data file as text, in file order.

    Raises BrokenTable when the file is absent, empty, or lacks one of ``columns``.
    """
    resource = files(__package__).joinpath("data", name)
    if not resource.is_file():
        raise BrokenTable(f"Le fichier de nomenclature « {name} » est introuvable : réinstallez l’application.")
    with io.StringIO(resource.read_text(encoding="utf-8"), newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [column for column in columns if column not in (reader.fieldnames or [])]
        if missing:
            raise BrokenTable(f"Il manque la colonne « {missing[0]} » dans le fichier de nomenclature « {name} ».")
        rows = list(reader)
    if not rows:
        raise BrokenTable(f"Le fichier de nomenclature « {name} » est vide.")
    return rows
