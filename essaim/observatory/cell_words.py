"""What a cell, a count or a perimeter says, in words: for whoever asks how a figure was made."""

from __future__ import annotations

from dataclasses import dataclass

from essaim.nomenclature.headcount import band
from essaim.nomenclature.perimeter import VERSIONS, Family, load_perimeter
from essaim.nomenclature.sectors import sectors
from essaim.observatory.book import ADDITIVE, CellRow
from essaim.observatory.enums import FamilyGroup, Level, Measure, Population, Source, Workers
from essaim.observatory.indicators import Count


def sector_words(key: str) -> str:
    """The label of a sector; an unknown key comes back as it is, so that nothing is hidden."""
    known = sectors().get(key)
    return known.label if known is not None else key


def size_words(code: str) -> str:
    """The label of a headcount band; an unknown code comes back as it is."""
    known = band(code)
    return known.label if known is not None else f"tranche {code}"


def cell_axes(cell: CellRow) -> tuple[tuple[str, str], ...]:
    """The axes of a cell as (name, words); an axis that the cell does not cut is left out."""
    said = [
        ("territoire", f"{Level(cell.level).label} {cell.code}"),
        ("population", Population(cell.population).label),
        ("famille", FamilyGroup(cell.family).label if cell.family else ""),
        ("secteur", sector_words(cell.sector) if cell.sector else ""),
        ("tranche d’effectif", size_words(cell.size) if cell.size else ""),
        ("salariés", Workers(cell.workers).label if cell.workers else ""),
        ("mesure", Measure(cell.measure).label),
    ]
    return tuple((name, words) for name, words in said if words)


def filters(count: Count, source: Source, parts: int) -> tuple[str, ...]:
    """What was kept of a table to make a count, one sentence a filter."""
    said = [
        f"Mesure : {Measure(count.measure).label}." if source not in ADDITIVE else
        "Mesure : établissements actifs, rangés par tranche d’effectif.",
        f"Population : {' + '.join(Population(population).label for population in count.populations)}.",
    ]  # fmt: skip
    if count.family:
        said.append(f"Famille : {FamilyGroup(count.family).label}.")
    if count.sector:
        said.append(f"Secteur : {sector_words(count.sector)}.")
    if count.size:
        said.append(f"Tranche d’effectif : {size_words(count.size)}.")
    if count.workers:
        said.append(f"Salariés : {Workers(count.workers).label}.")
    if source in ADDITIVE:
        said.append("Seules les tranches qui emploient : ni « NN », qui mêle « aucun » et « inconnu », ni l’absence.")
    if parts > 1:
        said.append(f"Territoire fait de {parts} communes additionnées.")
    return tuple(said)


@dataclass(frozen=True, slots=True)
class PerimeterNote:
    """Which legal units a version of the perimeter takes in and leaves out. Empty lists: the lists are not here."""

    version: str
    families: tuple[tuple[str, int], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    source: str = ""

    @property
    def summary(self) -> str:
        """The version in one sentence."""
        if not self.families:
            return f"{self.version} : liste tenue par la source, que nous n’avons pas."
        families = ", ".join(f"{name.lower()} {count}" for name, count in self.families)
        out = ", ".join(code for code, _ in self.excluded)
        return (
            f"{self.version} : {sum(count for _, count in self.families)} catégories juridiques ({families}), moins "
            f"les activités {out}, plus {len(self.added)} banques ajoutées par leur numéro Siren."
        )


def perimeter_note(version: str) -> PerimeterNote | None:
    """The note of a version; None when the source has no version (a table that does not tell the ESS)."""
    if not version:
        return None
    if version not in VERSIONS:
        return PerimeterNote(version)
    known = load_perimeter(version)
    counts = [
        (family.plural, sum(rule.family == family for rule in known.legal_categories.values())) for family in Family
    ]
    return PerimeterNote(
        version,
        tuple((label, count) for label, count in counts if count),
        tuple((naf.prefix, naf.label) for naf in known.excluded_naf),
        tuple((unit.siren, unit.name) for unit in known.named_sirens.values()),
        known.source,
    )
