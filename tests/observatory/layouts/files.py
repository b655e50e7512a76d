"""Source files in the three forms of the Flores × ESS tables, with figures of ours, that tests then spoil."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

import openpyxl

HOME, OTHER = "200069854", "200069763"
NAMES = {HOME: "CU du Grand Poitiers", OTHER: "CC du Haut-Poitou"}

Row = list[object]
Rows = list[Row]

C2017 = ["", "EPCI", "jurid1", "nb_etab", "eff_31", "eff_EQTP", "rem_brut", "non_annexe", "dep_epci", "nom_complet"]
C2018 = ["EPCI", "LIBGEO", "DEP", "jurid2", "NB_ETAB", "NON_ANNEXE", "ENSEMBLE", "EFFEQTP", "REMBRUTE"]
C2019 = [
    "EPCIT21_", "Nom_Juridique_1_Agregee", "Nom_Juridique_1_Detaillee", "Tranche_Age_1", "Sexe_", "Nombre_etab",
    "Nombre_Poste_3112", "Nombre_EQTP", "Masse_Salariale_Brute",
]  # fmt: skip

# establishments, non-annex jobs, jobs, full-time equivalents, gross pay
FAMILIES: dict[str, tuple[object, ...]] = {
    "1-ASSO+FOND": (400, 2700, 3000, "2500.25", 75000000),
    "1A-ASSOCIATIONS": (398, "s", "s", "s", "s"),
    "1B-FONDATIONS": (2, "s", "s", "s", "s"),
    "2-COOPERATIVES": (60, 780, 800, "750.5", 31000000),
    "3-MUTUELLES": (40, 190, 200, "180", 6000000),
    "4-ESS": (500, 3670, 4000, "3430.75", 112000000),
    "5-HORS ESS": (4500, 33000, 36000, "31000", 1000000000),
    "5A-PUBLIC": (300, 15000, 16000, "14000", 450000000),
    "5B-PRIVE": (4200, 18000, 20000, "17000", 550000000),
    "6-TOTAL": (5000, 36670, 40000, "34430.75", 1112000000),
}
SECTORS_1: dict[str, tuple[object, ...]] = {
    "1-ACTIVITES FINANCIERES ET D ASSURANCE": (50, 480, 500, "470", 20000000),
    "2-ENSEIGNEMENT": (60, 700, 800, "650", 19000000),
    "3-SANTÉ HUMAINE": (5, 90, 100, "80", 3000000),
    "4-ACTION SOCIALE": (80, 1300, 1400, "1200", 33000000),
    "5-ARTS SPECTACLES SPORT ET LOISIRS": (150, 300, 350, "290", 8000000),
    "6-NON-CLASSES": (100, 400, 450, "370", 12000000),
    "7-AGRICULTURE, INDUSTRIE, CONSTRUCTION": (10, 100, 100, "95", 3000000),
    "8-SERVICES DIVERS": (45, 300, 300, "275.75", 14000000),
    "TOUS SECTEURS": FAMILIES["4-ESS"],
}
SECTORS_2: dict[str, tuple[object, ...]] = {
    "1-AGRICULTURE, INDUSTRIE, CONSTRUCTION": SECTORS_1["7-AGRICULTURE, INDUSTRIE, CONSTRUCTION"],
    "2-ACTIVITÉS FINANCIÈRES ET D'ASSURANCE": SECTORS_1["1-ACTIVITES FINANCIERES ET D ASSURANCE"],
    "3-ENSEIGNEMENT": SECTORS_1["2-ENSEIGNEMENT"],
    "4-SANTÉ HUMAINE": SECTORS_1["3-SANTÉ HUMAINE"],
    "5-ACTION SOCIALE": SECTORS_1["4-ACTION SOCIALE"],
    "5A-HEBERGEMENT MEDICO-SOCIAL ET SOCIAL": (30, 600, 640, "560", 16000000),
    "5B-AIDE A DOMICILE": (10, 200, 220, "170", 4000000),
    "5C-AIDE PAR LE TRAVAIL": (1, "s", "s", "s", "s"),
    "5D-ACCUEIL DE JEUNES ENFANTS": (9, 100, 110, "90", 2000000),
    "5E-AUTRES ACTIONS SOCIALES": (30, 300, 320, "280", 8000000),
    "6-ARTS, SPECTACLES": (70, 120, 140, "120", 4000000),
    "7-SPORT ET LOISIRS": (80, 180, 210, "170", 4000000),
    "8-NON-CLASSES": SECTORS_1["6-NON-CLASSES"],
    "9-SERVICES DIVERS": SECTORS_1["8-SERVICES DIVERS"],
    "TOUS SECTEURS": FAMILIES["4-ESS"],
}


def rows_2017(families: dict[str, tuple[object, ...]] = FAMILIES, code: str = HOME) -> Rows:
    """T1 of 2017: header, then a row a family."""
    return [
        list(C2017),
        *(
            [at, code, label, places, jobs, fte, pay, steady, "86", NAMES.get(code, "Ailleurs")]
            for at, (label, (places, steady, jobs, fte, pay)) in enumerate(families.items(), 9730)
        ),
    ]


def sector_rows_2017(sectors: dict[str, tuple[object, ...]], typology: str, code: str = HOME) -> Rows:
    """T2 or T3 of 2017, for the whole of the ESS."""
    header = [*C2017[:2], "jurid2", typology, *C2017[3:]]
    body = rows_2017(sectors, code)[1:]
    return [header, *([*row[:2], "1-TOTAL-ESS", *row[2:]] for row in body)]


def rows_2018(families: dict[str, tuple[object, ...]] = FAMILIES, code: str = HOME) -> Rows:
    """T3 of 2018: codes are numbers with decimals, full-time equivalents are texts."""
    return [
        list(C2018),
        *(
            [float(code), NAMES.get(code, "Ailleurs"), 86.0, label, *map(_floating, values)]
            for label, values in families.items()
        ),
    ]


def sector_rows_2018(
    sectors: dict[str, tuple[object, ...]] = SECTORS_2, family: str = "1-TOTAL-ESS", code: str = HOME
) -> Rows:
    """T4 of 2018."""
    header = [*C2018[:3], "juridr", "typo2", *C2018[4:]]
    return [
        header,
        *(
            [float(code), NAMES.get(code, "Ailleurs"), 86.0, family, label, *map(_floating, values)]
            for label, values in sectors.items()
        ),
    ]


def _floating(value: object) -> object:
    return float(value) if isinstance(value, int) else value


T, TT, AGES, SEXES = (
    "T - Toutes catégories confondues",
    "TT - Toutes catégories confondues",
    "T - Toutes tranches d'âges confondues",
    "T - Tous sexes confondus",
)
FIELD = "Champ : Ensemble des postes non annexes, hors intérimaires, présents au cours de l’année"
SOURCE = " Source INSEE DADS 2019"
CITIES = "Zone géographique : CA, CU, Métropole de France entière (hors Mayotte)"
FRANCE = "Zone géographique : France entière (hors Mayotte)"
EVERYWHERE = "TTTTTTTTT - Tous EPCI 2021, tous EPT et Ville de Paris confondus"


def rows_2019(*, source: str = SOURCE, field: str = FIELD, zone: str = CITIES, code: str = HOME) -> Rows:
    """Tab_1_2019: titles, the header, France, then one EPCI with its families, one sex, one age, and both crossed."""
    place = f"{code} - {NAMES.get(code, 'Ailleurs')}"
    return [
        [source],
        [],
        [zone],
        [field],
        ["s : secret statistique"],
        [],
        list(C2019),
        [EVERYWHERE, T, TT, AGES, SEXES, "90000.0", "1000000.0", "900000.1", "30000000000.0"],
        [place, T, TT, AGES, SEXES, "4600.0", "37000.0", "34000.0", "1100000000.0"],
        [place, "1 - ESS", TT, AGES, SEXES, "450.0", "3700.0", "3400.1", "110000000.0"],
        [place, "2 - Hors ESS", TT, AGES, SEXES, "4150.0", "33300.0", "30600.0", "990000000.0"],
        [place, "1 - ESS", "11 - Associations", AGES, SEXES, "360.0", "2700.0", "2450.0", "73000000.0"],
        [place, "1 - ESS", "12 - Coopératives", AGES, SEXES, "50.0", "s", "s", "s"],
        [place, "1 - ESS", "13 - Mutuelles", AGES, SEXES, "40.0", "200.0", "180.0", "6000000.0"],
        [place, "1 - ESS", "14 - Fondations", AGES, SEXES, "s", "s", "s", "s"],
        [place, "2 - Hors ESS", "21 - Privé hors ESS", AGES, SEXES, "3900.0", "18300.0", "17000.0", "550000000.0"],
        [place, "2 - Hors ESS", "22 - Public hors ESS", AGES, SEXES, "250.0", "15000.0", "13600.0", "440000000.0"],
        [place, "1 - ESS", TT, AGES, "1 - Hommes", "300.0", "1300.0", "1200.0", "44000000.0"],
        [place, "1 - ESS", TT, AGES, "2 - Femmes", "400.0", "2400.0", "2200.1", "66000000.0"],
        [place, "1 - ESS", TT, "1 - Moins de 30 ans", SEXES, "250.0", "700.0", "600.0", "15000000.0"],
        [place, "1 - ESS", TT, "1 - Moins de 30 ans", "2 - Femmes", "180.0", "450.0", "400.0", "9000000.0"],
    ]


# --- how they are written -------------------------------------------------------------------------------------------


def as_csv(rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "latin-1") -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(**sheets: Sequence[Row]) -> bytes:
    """The rows of each sheet as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_ods(rows: Sequence[Row], sheet: str = "Tab_1_2019") -> bytes:
    """The rows as an ODS workbook of one sheet, every cell a text."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="{sheet}">{"".join(map(_ods_row, rows))}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def _ods_row(row: Iterable[object]) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
        for cell in row
    )
    return f"<table:table-row>{cells or '<table:table-cell/>'}</table:table-row>"


def changed(rows: Rows, line: int, column: str, value: object) -> Rows:
    """A copy of the rows with one cell changed; `line` as in the file, `column` by its name in the header."""
    header = next(row for row in rows if len(row) > 4)
    copy = [list(row) for row in rows]
    copy[line - 1][header.index(column)] = value
    return copy


def without(rows: Rows, column: str) -> Rows:
    """A copy of the rows without a column."""
    at = next(row for row in rows if len(row) > 4).index(column)
    return [row if len(row) <= 4 else [*row[:at], *row[at + 1 :]] for row in rows]
