"""The tables of the ESS as the CRESS network has them from Insee, in their three layouts, for the invented EPCI."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import xlsxwriter

from essaim.nomenclature.perimeter import Family
from essaim.nomenclature.sectors import leaves_of, main_sectors
from essaim.observatory.demo.employers import AGES, MEN, PUBLIC, WOMEN, Payroll
from essaim.observatory.demo.tally import Tally, hide, tally

HIDDEN = "s"
Line = tuple[object, ...]
Names = dict[str, str]

T1_COLUMNS = (
    "", "EPCI", "jurid1", "nb_etab", "eff_31", "eff_EQTP", "rem_brut", "non_annexe", "dep_epci", "nom_complet",
)  # fmt: skip
T3_COLUMNS = ("EPCI", "LIBGEO", "DEP", "jurid2", "NB_ETAB", "NON_ANNEXE", "ENSEMBLE", "EFFEQTP", "REMBRUTE")
T4_COLUMNS = ("EPCI", "LIBGEO", "DEP", "juridr", "typo2", "NB_ETAB", "NON_ANNEXE", "ENSEMBLE", "EFFEQTP", "REMBRUTE")
TAB1_COLUMNS = (
    "EPCIT21_", "Nom_Juridique_1_Agregee", "Nom_Juridique_1_Detaillee", "Tranche_Age_1", "Sexe_", "Nombre_etab",
    "Nombre_Poste_3112", "Nombre_EQTP", "Masse_Salariale_Brute",
)  # fmt: skip
TAB1_HEAD = (
    " Source : aucune, chiffres inventés pour la démonstration d’Essaim, dans la forme du tableau « Insee DADS 2019 »",
    "",
    "Zone géographique : intercommunalités inventées",
    "Champ : Ensemble des postes non annexes, hors intérimaires, présents au cours de l’année",
    "Indicateur : nombre d’établissements, effectifs présents au 31/12, EQTP, masse salariale brute annuelle",
    "Croisé par : EPCI 1 * Nomenclature juridique 1 * Tranche d’âge 1 * Sexe",
    "",
    "s : secret statistique",
    "",
)

_DEPARTMENT = "00"
_ASSOCIATION, _FOUNDATION = Family.ASSOCIATION.value, Family.FOUNDATION.value
_COOPERATIVE, _MUTUAL = Family.COOPERATIVE.value, Family.MUTUAL.value
_TYPOLOGY = {
    "industry": "1-AGRICULTURE, INDUSTRIE, CONSTRUCTION",
    "finance": "2-ACTIVITÉS FINANCIÈRES ET D'ASSURANCE",
    "education": "3-ENSEIGNEMENT",
    "health": "4-SANTÉ HUMAINE",
    "social": "5-ACTION SOCIALE",
    "social_lodging": "5A-HEBERGEMENT MEDICO-SOCIAL ET SOCIAL",
    "home_care": "5B-AIDE A DOMICILE",
    "work_aid": "5C-AIDE PAR LE TRAVAIL",
    "childcare": "5D-ACCUEIL DE JEUNES ENFANTS",
    "other_social": "5E-AUTRES ACTIONS SOCIALES",
    "arts": "6-ARTS, SPECTACLES",
    "sport": "7-SPORT ET LOISIRS",
    "unclassified": "8-NON-CLASSES",
    "services": "9-SERVICES DIVERS",
}
_EVERY_SECTOR = "TOUS SECTEURS"
_WHOLE, _WHOLE_DETAIL = "T - Toutes catégories confondues", "TT - Toutes catégories confondues"
_EVERY_AGE, _EVERY_SEX = "T - Toutes tranches d'âges confondues", "T - Tous sexes confondus"
_AGE_WORDS = dict(
    zip(
        (key for key, _ in AGES),
        ("1 - Moins de 30 ans", "2 - De 30 à 39 ans", "3 - De 40 à 49 ans", "4 - 50 ans et plus"),
        strict=True,
    )
)
_SEX_WORDS = {MEN: "1 - Hommes", WOMEN: "2 - Femmes"}


def _is_ess(one: Payroll) -> bool:
    return bool(one.employer.family)


def _is_public(one: Payroll) -> bool:
    return one.employer.side == PUBLIC and not one.employer.family


def _by_epci(payrolls: Sequence[Payroll], names: Names) -> Iterator[tuple[str, str, list[Payroll]]]:
    for siren, name in names.items():
        yield siren, name, [one for one in payrolls if one.employer.epci == siren]


def _shown(value: object, row: Tally) -> object:
    return HIDDEN if row.secret else value


def _legal_lines(some: Sequence[Payroll]) -> list[tuple[str, Tally]]:
    """The ten lines by legal family of T1 and T3; those without establishment are left out."""
    by_family = {key: [one for one in some if one.employer.family == key] for key in Family}
    apart = hide({key: tally(by_family[Family(key)]) for key in (_ASSOCIATION, _FOUNDATION)})
    together = tally([*by_family[Family.ASSOCIATION], *by_family[Family.FOUNDATION]])
    groups = hide({"both": together, **{key: tally(by_family[Family(key)]) for key in (_COOPERATIVE, _MUTUAL)}})
    if "both" in groups and groups["both"].secret:
        apart = {key: _secret(part) for key, part in apart.items()}
    lines = {
        "1-ASSO+FOND": groups.get("both"),
        "1A-ASSOCIATIONS": apart.get(_ASSOCIATION),
        "1B-FONDATIONS": apart.get(_FOUNDATION),
        "2-COOPERATIVES": groups.get(_COOPERATIVE),
        "3-MUTUELLES": groups.get(_MUTUAL),
        "4-ESS": tally(filter(_is_ess, some)),
        "5-HORS ESS": tally(one for one in some if not _is_ess(one)),
        "5A-PUBLIC": tally(filter(_is_public, some)),
        "5B-PRIVE": tally(one for one in some if not _is_ess(one) and not _is_public(one)),
        "6-TOTAL": tally(some),
    }
    return [(label, row) for label, row in lines.items() if row is not None]


def _secret(row: Tally) -> Tally:
    return Tally(row.establishments, row.posts, row.non_annex, row.fte, row.pay, secret=True)


def write_2017(path: Path, payrolls: Sequence[Payroll], names: Names) -> None:
    """`EPCI_T1.csv`, as R wrote it: a column of row numbers without name, text quoted, Latin-1."""
    with path.open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow(T1_COLUMNS)
        number = 0
        for siren, name, some in _by_epci(payrolls, names):
            for label, row in _legal_lines(some):
                number += 1
                told = [str(_shown(value, row)) for value in (row.posts, f"{row.fte:.2f}", row.pay, row.non_annex)]
                writer.writerow([str(number), int(siren), label, row.establishments, *told, _DEPARTMENT, name])


def write_2018(path: Path, payrolls: Sequence[Payroll], names: Names) -> None:
    """`EPCI2_OK.xlsx`: sheets T3 (legal families) and T4 (families × sectors)."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        # Without a fixed date the workbook would change at every second.
        book.set_properties({"title": "Tableaux inventés", "created": dt.datetime(2021, 3, 1)})
        families, sectors = book.add_worksheet("T3"), book.add_worksheet("T4")
        families.write_row(0, 0, T3_COLUMNS)
        sectors.write_row(0, 0, T4_COLUMNS)
        line = {families: 0, sectors: 0}

        def add(sheet: xlsxwriter.worksheet.Worksheet, siren: str, name: str, labels: Line, row: Tally) -> None:
            line[sheet] += 1
            told = (row.non_annex, row.posts, f"{row.fte:.2f}", row.pay)
            numbers = (row.establishments, *(_shown(value, row) for value in told))
            sheet.write_row(line[sheet], 0, (int(siren), name, _DEPARTMENT, *labels, *numbers))

        for siren, name, some in _by_epci(payrolls, names):
            for label, row in _legal_lines(some):
                add(families, siren, name, (label,), row)
            for group, wanted in _SECTOR_GROUPS:
                for sector, row in _sector_lines([one for one in some if wanted(one)]):
                    add(sectors, siren, name, (group, sector), row)


_SECTOR_GROUPS: tuple[tuple[str, Callable[[Payroll], bool]], ...] = (
    ("1-TOTAL-ESS", _is_ess),
    ("2-TOTAL-ASSOCIATIONS", lambda one: one.employer.family == _ASSOCIATION),
    ("3-TOTAL-HORS ESS", lambda one: not _is_ess(one)),
)


def _sector_lines(some: Sequence[Payroll]) -> Iterator[tuple[str, Tally]]:
    """The lines of typology 2: social action whole and in five, arts apart from sport, then every sector."""

    def of(key: str) -> Tally:
        inside = leaves_of(key)
        return tally(one for one in some if one.employer.sector in inside)

    tops = [key for sector in main_sectors() for key in _split(sector.key)]
    parts = hide({key: of(key) for key in tops})
    children = hide({key: of(key) for key in leaves_of("social")})
    if "social" in parts and parts["social"].secret:
        children = {key: _secret(row) for key, row in children.items()}
    for key, label in _TYPOLOGY.items():
        found = (parts | children).get(key)
        if found is not None:
            yield label, found
    yield _EVERY_SECTOR, tally(some)


def _split(key: str) -> tuple[str, ...]:
    return leaves_of(key) if key == "arts_sport" else (key,)


def write_2019(path: Path, payrolls: Sequence[Payroll], names: Names) -> None:
    """`Tab_1_2019`: title lines, then EPCI × legal nomenclature × age × sex; `payrolls` without annex posts."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        for text in TAB1_HEAD:
            writer.writerow([text, *[""] * (len(TAB1_COLUMNS) - 1)])
        writer.writerow(TAB1_COLUMNS)
        for siren, name, some in _by_epci(payrolls, names):
            for age in (None, *_AGE_WORDS):
                for sex in (None, *_SEX_WORDS):
                    for labels, row in _slice_lines(some, age, sex):
                        numbers = (row.establishments, row.posts, row.fte, row.pay)
                        told = [HIDDEN if row.secret else f"{value:.1f}" for value in numbers]
                        said = (_AGE_WORDS.get(age or "", _EVERY_AGE), _SEX_WORDS.get(sex or "", _EVERY_SEX))
                        writer.writerow([f"{siren} - {name}", *labels, *said, *told])


def _slice_lines(some: Sequence[Payroll], age: str | None, sex: str | None) -> Iterator[tuple[tuple[str, str], Tally]]:
    """The lines of one age and sex. An establishment counts where it has such a worker."""
    cut = [part for one in some if (part := _only(one, age, sex)) is not None]
    ess = [one for one in cut if _is_ess(one)]
    others = [one for one in cut if not _is_ess(one)]
    families = (
        ("11 - Associations", _ASSOCIATION),
        ("12 - Coopératives", _COOPERATIVE),
        ("13 - Mutuelles", _MUTUAL),
        ("14 - Fondations", _FOUNDATION),
    )
    yield (_WHOLE, _WHOLE_DETAIL), tally(cut)
    yield ("1 - ESS", _WHOLE_DETAIL), tally(ess)
    yield ("2 - Hors ESS", _WHOLE_DETAIL), tally(others)
    parts = hide({label: tally(one for one in ess if one.employer.family == key) for label, key in families})
    for label, row in parts.items():
        yield ("1 - ESS", label), row
    yield ("2 - Hors ESS", "21 - Privé hors ESS"), tally(one for one in others if not _is_public(one))
    yield ("2 - Hors ESS", "22 - Public hors ESS"), tally(filter(_is_public, others))


def _only(one: Payroll, age: str | None, sex: str | None) -> Payroll | None:
    if age is None and sex is None:
        return one
    posts = tuple(post for post in one.posts if sex in (None, post[0]) and age in (None, post[1]))
    return one.only(posts, len(posts)) if posts else None
