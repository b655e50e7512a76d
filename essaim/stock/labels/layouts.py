"""Which list is this file? Answered by its column names alone."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from essaim.stock.errors import WrongFile
from essaim.stock.source import Source


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of list. ``needed``: column names that prove it. ``hints``: words of which one must appear somewhere.

    ``source`` is what a traced criterion cites (at most 160 characters).
    """

    kind: str
    title: str
    source: str
    needed: tuple[str, ...]
    hints: tuple[str, ...] = ()


SIAE = Layout(
    "siae",
    "Structures d’insertion et du handicap",
    "Liste des structures d’insertion (marché de l’inclusion, ASP)",
    ("siret", "kind"),
)
ESUS = Layout(
    "esus",
    "Agréments ESUS",
    "Liste nationale des agréments ESUS (direction générale du Trésor)",
    ("SIREN",),
    ("esus", "agrement", "solidaireutilitesociale", "solidairedutilitesociale"),
)
ESS_FRANCE = Layout(
    "ess_france",
    "Liste d’ESS France",
    "Liste nationale des entreprises de l’ESS (ESS France, Cress)",
    ("SIREN", "Famille juridique de l’entreprise"),
)
RNA = Layout(
    "rna",
    "Répertoire national des associations",
    "Répertoire national des associations (ministère de l’Intérieur)",
    ("id", "titre", "objet", "position", "date_creat", "adrs_codeinsee"),
)
SUCCESSION = Layout(
    "succession",
    "Liens de succession",
    "SIRENE, liens de succession (Insee)",
    ("siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession"),
)
GEOLOCATION = Layout(
    "geolocation",
    "Géolocalisation des établissements",
    "Géolocalisation des établissements de SIRENE (Insee)",
    ("siret", "x", "y", "epsg"),
)

# The most telling first: ESUS, known by little, comes last.
LAYOUTS = (GEOLOCATION, SUCCESSION, RNA, ESS_FRANCE, SIAE, ESUS)
BY_KIND = {layout.kind: layout for layout in LAYOUTS}


def normal(text: str) -> str:
    """A column name without accents, case, spaces or punctuation."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]", "", "".join(char for char in bare if not unicodedata.combining(char)))


# « N° SIREN », « Numéro de SIRET »… as administrations write them.
_SPELLINGS = {
    number: tuple(f"{prefix}{number}" for prefix in ("n", "no", "num", "numero", "numerode", "code"))
    for number in ("siren", "siret")
}


class Columns:
    """The columns of a source, found whatever their accents, case and punctuation."""

    def __init__(self, source: Source) -> None:
        self._names: Mapping[str, str] = {normal(column): column for column in reversed(source.columns)}

    def get(self, *wanted: str) -> str | None:
        """The true name of the first wanted (normalised) column that exists, under any of its spellings."""
        spellings = [spelling for column in wanted for spelling in (column, *_SPELLINGS.get(column, ()))]
        return next((self._names[column] for column in spellings if column in self._names), None)

    def saying(self, *words: str) -> str | None:
        """The true name of the first column whose normalised name holds one of the words, in the order of the words."""
        return next((true for word in words for key, true in self._names.items() if word in key), None)

    def __contains__(self, wanted: str) -> bool:
        return self.get(wanted) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


def recognise(source: Source, forced: str | None = None) -> Layout:
    """Return the layout of a list. Raises WrongFile when none fits, saying what is known and what was found.

    ``forced`` names a layout when the columns are right but nothing says which list it is (an ESUS table renamed).
    """
    columns = Columns(source)
    if forced is not None:
        layout = BY_KIND[forced]
        missing = [column for column in layout.needed if normal(column) not in columns]
        if missing:
            raise WrongFile(f"« {source.origin.name} » n’a pas la colonne {missing[0]}, qu’attend « {layout.title} ».")
        return layout
    said = normal(source.origin.name + source.title + "".join(columns))
    for layout in LAYOUTS:
        proved = all(normal(column) in columns for column in layout.needed)
        if proved and (not layout.hints or any(hint in said for hint in layout.hints)):
            return layout
    found = ", ".join(list(source.columns)[:12])
    known = ", ".join(f"{layout.title} ({', '.join(layout.needed)})" for layout in LAYOUTS)
    raise WrongFile(
        f"« {source.origin.name} » n’est aucune des listes connues. Colonnes trouvées : {found}. "
        f"Listes connues et colonnes attendues : {known}. Si c’en est une, précisez-la avec --as."
    )
