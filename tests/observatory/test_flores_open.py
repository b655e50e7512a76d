"""Open Flores, wide and long: numbers, secrets and holes stay what they are; territories are never invented."""

import csv
import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.observatory import layouts
from essaim.observatory.enums import Field, Level, Measure, Population, Source
from essaim.observatory.layouts import flores_open
from essaim.observatory.layouts.flores_open import legal_forms
from essaim.observatory.reading import WrongFile, YearNeeded
from tests.geography.factories import CITY, HOME, OTHER, load_small_cog

WIDE = {"86019": "12", "86194": "5300", "86226": "40", "86281": "75", "69123": "9000", "22016": "3"}
COLUMNS = (
    "GEO", "GEO_OBJECT", "ACTIVITY", "NUMBER_EMPL", "LEGAL_FORM_WITH_PUBLIC", "FLORES_MEASURE", "OBS_STATUS",
    "TIME_PERIOD", "OBS_VALUE",
)  # fmt: skip
ALL_LABEL = "Ensemble hors particuliers employeurs"


@pytest.fixture
def geography(territory):
    load_small_cog()
    assert territory.siren == HOME


@pytest.fixture
def load(tmp_path, geography):
    """Write a text and read it."""

    def go(text, name="TD_FLORES2021_NA17_NBSAL.csv", *, year=None, encoding="utf-8"):
        path = tmp_path / "upload.bin"
        path.write_bytes(text.encode(encoding))
        return flores_open.read(path, name=name, year=year)

    return go


def table_text(columns, rows, delimiter=";"):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([columns, *rows])
    return out.getvalue()


def wide(values, columns=("CODGEO", "LIBGEO", "EFF_TOT")):
    return table_text(columns, [(code, "Nom", value) for code, value in values.items()])


def observation(geo, value, **more):
    return {
        "GEO": geo, "GEO_OBJECT": "COM", "ACTIVITY": "_T", "NUMBER_EMPL": "_T", "LEGAL_FORM_WITH_PUBLIC": "1T9X7",
        "FLORES_MEASURE": "EMPL3112", "OBS_STATUS": "A", "TIME_PERIOD": "2024", "OBS_VALUE": value,
    } | more  # fmt: skip


def long(rows, columns=COLUMNS, delimiter=";"):
    return table_text(columns, [[row.get(column, "") for column in columns] for row in rows], delimiter)


def every_commune(**more):
    return [observation(code, value, **more) for code, value in WIDE.items()]


def values(reading, measure=Measure.JOBS, population=Population.ALL):
    return {
        (cell.level, cell.code): cell.value
        for table in reading.tables
        for cell in table.cells
        if cell.measure == measure and cell.population == population
    }


def said(reading):
    return " ".join(remark.text for table in reading.tables for remark in table.remarks)


def zipped(tmp_path, members, name="DS_FLORES_A17_2024_CSV_FR.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def metadata(labels):
    rows = [("ACTIVITY", "Activité", "_T", "Total")]
    rows += [("LEGAL_FORM_WITH_PUBLIC", "Forme juridique", code, label) for code, label in labels.items()]
    return table_text(("COD_VAR", "LIB_VAR", "COD_MOD", "LIB_MOD"), rows)


# --- wide ------------------------------------------------------------------------------------------------------------


def test_a_wide_file_tells_every_level(load):
    reading = load(wide(WIDE))
    assert (reading.source, reading.field, reading.period) == (Source.FLORES_OPEN, Field.OPEN_POSTS, "2021")
    assert reading.perimeter_version == ""
    assert not reading.fictitious
    assert len(reading.sha256) == 64
    found = values(reading)
    assert found[Level.COMMUNE, "86194"] == 5300
    assert found[Level.EPCI, HOME] == 12 + 5300 + 40
    assert found[Level.EPCI, OTHER] == 75
    assert found[Level.DEPARTMENT, "86"] == 12 + 5300 + 40 + 75
    assert found[Level.DEPARTMENT, "22"] == 3
    assert found[Level.COUNTRY, "FR"] == sum(map(int, WIDE.values()))
    assert (Level.COMMUNE, "86281") not in found  # not served
    assert (Level.DEPARTMENT, "2A") not in found  # no commune of the COG is there
    (table,) = reading.tables
    assert (table.table, table.layout) == ("open_jobs", "flores_open_wide")
    assert table.counts["rows_read"] == table.counts["rows_kept"] == 6
    assert table.totals == {"emplois salariés au 31 décembre, France, ensemble, public et privé": "14430.00"}


def test_cells_keep_the_line_that_a_spreadsheet_shows(load):
    text = "Flores 2021 ; emploi salarié\nInsee\n" + wide(WIDE)
    cells = load(text).tables[0].cells
    lines = {cell.code: cell.line for cell in cells}
    assert lines["86194"] == 5  # two lines of title, one of names, 86019, then this one
    assert lines[HOME] is None
    assert lines[OTHER] == 7  # one commune alone is its EPCI


@pytest.mark.parametrize(
    ("column", "measure"),
    [("ET_TOT", "establishments"), ("ETAB_TOT", "establishments"), ("EFF_TOT", "jobs"), ("eff_tot", "jobs")],
)
def test_the_prefix_tells_the_measure(load, column, measure):
    reading = load(wide(WIDE, ("codgeo", "LIBGEO", column)))
    assert values(reading, measure)[Level.EPCI, HOME] == 5352
    assert reading.tables[0].table == f"open_{measure}"


def test_a_missing_total_is_the_sum_of_the_activities(load):
    columns = ("CODGEO", "EFF_AZ", "EFF_C1", "EFF_OQ")
    reading = load(table_text(columns, [(code, value, "1", "0") for code, value in WIDE.items()]))
    assert values(reading)[Level.EPCI, HOME] == 5352 + 3
    assert "somme des 3 colonnes d’activité" in said(reading)


def test_a_missing_total_is_not_made_of_activities_that_are_not_all_told(load):
    rows = [("86194", "1", "s"), ("86226", "1", ""), ("86019", "1", "2"), ("86281", "4", "x")]
    reading = load(table_text(("CODGEO", "EFF_AZ", "EFF_BE"), rows))
    found = values(reading)
    assert found[Level.COMMUNE, "86194"] is None
    assert (Level.COMMUNE, "86226") not in found
    assert found[Level.COMMUNE, "86019"] == 3
    assert [remark.line for remark in reading.tables[0].remarks if remark.line] == [3, 5]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("1'234", 1234),
        ("1234,0", 1234),
        ("1234.5", Decimal("1234.5")),
        ("0", 0),
    ],
)
def test_numbers_as_people_write_them(load, text, value):
    assert values(load(wide(WIDE | {"86194": text})))[Level.COMMUNE, "86194"] == value


@pytest.mark.parametrize("text", ["s", "S", " s "])
def test_a_secret_is_never_zero_and_hides_its_sums(load, text):
    reading = load(wide(WIDE | {"86226": text}))
    found = values(reading)
    assert found[Level.COMMUNE, "86226"] is None
    assert found[Level.EPCI, HOME] is None
    assert found[Level.COUNTRY, "FR"] is None
    assert found[Level.EPCI, OTHER] == 75
    assert "Territoires gardés secrets, intercommunalité (ensemble, public et privé) : 1." in said(reading)


@pytest.mark.parametrize("text", ["", "-", "nd", "ND", "N.D."])
def test_nothing_is_never_zero_and_leaves_its_sums_unknown(load, text):
    reading = load(wide(WIDE | {"86226": text}))
    found = values(reading)
    assert (Level.COMMUNE, "86226") not in found
    assert (Level.EPCI, HOME) not in found
    assert found[Level.EPCI, OTHER] == 75
    assert "Territoires inconnus, laissés manquants, intercommunalité (ensemble, public et privé) : 1." in said(reading)
    assert reading.tables[0].counts["missing"] == 5  # commune, EPCI, département, region, France


@pytest.mark.parametrize("text", ["abc", "-4", "12 %", "1 2", "1e9", "=1+1", "9" * 40])
def test_what_is_no_number_is_refused_with_its_line(load, text):
    reading = load(wide(WIDE | {"86226": text}))
    assert (Level.COMMUNE, "86226") not in values(reading)
    (refused,) = [remark for remark in reading.tables[0].remarks if remark.line]
    assert (refused.line, refused.text) == (4, f"« {text} » n’est pas un nombre : ligne laissée de côté.")
    assert reading.tables[0].counts["refused"] == 1


def test_a_total_smaller_than_its_activities_is_refused_with_its_line(load):
    rows = [
        ("86194", "100", "90", "20"),
        ("86226", "40", "30", "s"),
        ("86019", "12", "2", "10"),
        ("86281", "1", "1", "0"),
    ]
    reading = load(table_text(("CODGEO", "EFF_TOT", "EFF_AZ", "EFF_BE"), rows))
    assert (Level.COMMUNE, "86194") not in values(reading)
    assert values(reading)[Level.COMMUNE, "86226"] == 40
    (refused,) = [remark for remark in reading.tables[0].remarks if remark.line]
    assert refused.line == 2
    assert "plus petit que la somme des activités (110.00)" in refused.text


def test_too_many_wrong_lines_refuse_the_file(load):
    with pytest.raises(WrongFile, match="trop de lignes fausses ; la première est la ligne 2"):
        load(wide({f"860{number:02d}": "douze" for number in range(10)}))


def test_former_communes_add_up_and_lost_zeros_come_back(load):
    found = values(load(wide(WIDE | {"86219": "8", "86038": "700", "1001": "5"})))
    assert found[Level.COMMUNE, "86019"] == 12 + 8
    assert found[Level.COMMUNE, "86194"] == 5300 + 700


def test_a_commune_unknown_to_the_cog_is_told_and_counted_nowhere(load):
    reading = load(wide(WIDE | {"01001": "5"}))
    assert values(reading)[Level.COUNTRY, "FR"] == 14430
    (remark,) = [remark for remark in reading.tables[0].remarks if remark.line]
    assert (remark.line, remark.text) == (8, "« 01001 » n’est pas dans le code géographique chargé : non compté.")


def test_a_city_and_its_districts_are_never_counted_twice(load):
    both = load(wide(WIDE | {"69383": "4000"}))
    assert values(both)[Level.EPCI, CITY] == 9000
    assert "Arrondissements laissés de côté, leur ville étant donnée (ensemble, public et privé) : 1." in said(both)
    alone = {code: value for code, value in WIDE.items() if code != "69123"} | {"69383": "4000"}
    assert values(load(wide(alone)))[Level.EPCI, CITY] == 4000


def test_the_same_commune_twice(load):
    same = wide(WIDE).replace('"86019";"Nom";"12"', '"86019";"Nom";"12"\r\n"86019";"Nom";"12"')
    assert values(load(same))[Level.EPCI, HOME] == 5352
    other = wide(WIDE).replace('"86019";"Nom";"12"', '"86019";"Nom";"12"\r\n"86019";"Nom";"13"')
    with pytest.raises(WrongFile, match="ligne 3 : la commune 86019 est déjà, avec un autre nombre, ligne 2"):
        load(other)


@pytest.mark.parametrize("name", ["flores.csv", "NBSAL 2020 et 2021.csv"])
def test_a_wide_file_without_its_year_asks_for_it(load, name):
    with pytest.raises(YearNeeded, match="--year"):
        load(wide(WIDE), name)
    assert load(wide(WIDE), "flores.csv", year=2019).period == "2019"


def test_a_year_that_the_name_denies_is_refused(load):
    with pytest.raises(WrongFile, match="est de 2021, pas de 2018"):
        load(wide(WIDE), year=2018)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings(load, encoding):
    text = table_text(("CODGEO", "LIBGEO", "EFF_TOT"), [(code, "Évrémont", value) for code, value in WIDE.items()])
    assert values(load(text, encoding=encoding))[Level.EPCI, HOME] == 5352


def test_a_commune_left_out_of_a_nearly_whole_list_has_no_employer(load, monkeypatch):
    left_out = {code: value for code, value in WIDE.items() if code != "86226"}
    assert (Level.EPCI, HOME) not in values(load(wide(left_out)))  # 5 communes of 6 are not a whole list
    monkeypatch.setattr("essaim.observatory.spreading.COVERED", Decimal("0.8"))
    reading = load(wide(left_out))
    assert values(reading)[Level.COMMUNE, "86226"] == 0
    assert values(reading)[Level.EPCI, HOME] == 5312
    assert "Communes absentes du fichier, comptées sans employeur (ensemble, public et privé) : 1." in said(reading)


# --- long ------------------------------------------------------------------------------------------------------------


def test_a_long_file_tells_both_measures_of_its_totals_alone(load):
    rows = [
        *every_commune(),
        *every_commune(FLORES_MEASURE="UNIT_LOC"),
        observation("86194", "2000", ACTIVITY="OQ"),
        observation("86194", "100", ACTIVITY="OQ", NUMBER_EMPL="E1T4"),
        observation("86194", "900", NUMBER_EMPL="E1T4"),
        observation("54", "1", GEO_OBJECT="ZE2020"),
        observation("86194", "7", FLORES_MEASURE="GROSS_PAY"),
    ]
    reading = load(long(rows), "DS_FLORES_A17_2024_data.csv")
    assert reading.period == "2024"
    assert [table.table for table in reading.tables] == ["open_establishments", "open_jobs"]
    assert values(reading)[Level.EPCI, HOME] == 5352
    assert values(reading, Measure.ESTABLISHMENTS)[Level.COUNTRY, "FR"] == 14430


def test_columns_come_by_name_whatever_their_order_and_company(load):
    columns = ("CONF", *reversed([column for column in COLUMNS if column != "NUMBER_EMPL"]), "EXTRA")
    assert values(load(long(every_commune(), columns, ",")))[Level.EPCI, HOME] == 5352


def test_the_codes_of_the_interface_are_those_of_the_files(load):
    rows = [row | {"GEO": f"2024-COM-{row['GEO']}"} for row in every_commune()]
    assert values(load(long(rows)))[Level.EPCI, HOME] == 5352


@pytest.mark.parametrize("column", [column for column in COLUMNS if column not in ("NUMBER_EMPL",)])
def test_a_column_missing_is_named(load, column):
    columns = tuple(known for known in COLUMNS if known != column)
    with pytest.raises(WrongFile, match=column):
        load(long(every_commune(), columns))


def test_status_k_is_secret_and_a_true_zero_is_zero(load):
    rows = [observation(code, value) for code, value in (WIDE | {"86226": "0"}).items() if code != "86281"]
    rows.append(observation("86281", "", OBS_STATUS="K"))
    found = values(load(long(rows)))
    assert found[Level.COMMUNE, "86226"] == 0
    assert found[Level.EPCI, HOME] == 5312
    assert found[Level.EPCI, OTHER] is None
    assert found[Level.DEPARTMENT, "86"] is None


def test_status_w_is_kept_and_any_other_refused_with_its_line(load):
    rows = [
        observation("86281", "75", OBS_STATUS="W"),
        observation("86194", "1", OBS_STATUS="M"),
        observation("86226", ""),
    ]
    reading = load(long(rows))
    assert values(reading)[Level.EPCI, OTHER] == 75
    assert (Level.COMMUNE, "86194") not in values(reading)
    refused = {remark.line: remark.text for remark in reading.tables[0].remarks if remark.line}
    assert refused == {
        3: "statut « M » inconnu (A, K ou W attendus) : ligne laissée de côté.",
        4: "la valeur manque : ligne laissée de côté.",
    }


def test_the_row_of_a_territory_is_preferred_to_the_sum_of_its_communes(load):
    rows = [
        *every_commune(),
        observation(HOME, "5400", GEO_OBJECT="EPCI"),
        observation("86", "6000", GEO_OBJECT="DEP"),
        observation("75", "6001", GEO_OBJECT="REG"),
        observation("F", "20000", GEO_OBJECT="FRANCE"),
        observation("FM", "19000", GEO_OBJECT="FRANCE"),
        observation("999999999", "1", GEO_OBJECT="EPCI"),
    ]
    reading = load(long(rows))
    found = values(reading)
    assert found[Level.EPCI, HOME] == 5400
    assert found[Level.EPCI, OTHER] == 75
    assert found[Level.DEPARTMENT, "86"] == 6000
    assert found[Level.REGION, "75"] == 6001
    assert found[Level.COUNTRY, "FR"] == 20000
    assert "dont la ligne diffère de la somme de leurs communes d’aujourd’hui" in said(reading)
    assert "« 999999999 » n’est pas dans le code géographique chargé" in said(reading)


def test_the_own_row_tells_what_a_secret_commune_hides(load):
    rows = [row for row in every_commune() if row["GEO"] != "86226"]
    rows += [observation("86226", "", OBS_STATUS="K"), observation(HOME, "5352", GEO_OBJECT="EPCI")]
    found = values(load(long(rows)))
    assert found[Level.COMMUNE, "86226"] is None
    assert found[Level.EPCI, HOME] == 5352


def test_a_total_smaller_than_its_communes_refuses_the_file(load):
    rows = [*every_commune(), observation("86", "5000", GEO_OBJECT="DEP")]
    with pytest.raises(WrongFile, match=r"ligne 8 : le total de département 86 .5000.00. est plus petit"):
        load(long(rows))


def test_a_total_smaller_than_its_activities_is_refused_with_the_line_too(load):
    rows = [*every_commune(), observation("86226", "30", ACTIVITY="AZ"), observation("86226", "20", ACTIVITY="BE")]
    reading = load(long(rows))
    assert (Level.COMMUNE, "86226") not in values(reading)
    assert "le total (40.00) est plus petit que la somme des activités (50.00)" in said(reading)


@pytest.mark.parametrize("own", [("86", "DEP"), ("F", "FRANCE")])
def test_an_omitted_commune_has_no_employer_only_when_a_total_proves_it(load, monkeypatch, own):
    monkeypatch.setattr("essaim.observatory.spreading.COVERED", Decimal("0.8"))
    rows = [row for row in every_commune() if row["GEO"] != "86226"]
    assert (Level.EPCI, HOME) not in values(load(long(rows)))
    total = sum(int(row["OBS_VALUE"]) for row in rows if own[1] == "FRANCE" or row["GEO"].startswith("86"))
    proved = values(load(long([*rows, observation(own[0], str(total), GEO_OBJECT=own[1])])))
    assert (proved[Level.COMMUNE, "86226"], proved[Level.EPCI, HOME]) == (0, 5312)
    short = values(load(long([*rows, observation(own[0], str(total + 40), GEO_OBJECT=own[1])])))
    assert (Level.COMMUNE, "86226") not in short
    assert (Level.EPCI, HOME) not in short


def test_several_years_one_is_read(load):
    rows = [*every_commune(), *every_commune(TIME_PERIOD="2023", OBS_VALUE="1")]
    newest = load(long(rows))
    assert newest.period == "2024"
    assert "Le fichier contient 2023, 2024 : seule l’année 2024 est lue." in said(newest)
    assert "--" not in said(newest)  # the same words on screen, where there is no option to give
    older = load(long(rows), year=2023)
    assert (older.period, values(older)[Level.EPCI, HOME]) == ("2023", 3)
    with pytest.raises(WrongFile, match=r"pas l’année 2020\. Années du fichier : 2023, 2024"):
        load(long(rows), year=2020)


def test_without_total_activities_add_up_when_all_are_told(load):
    rows = [row | {"ACTIVITY": "AZ"} for row in every_commune()] + [row | {"ACTIVITY": "BE"} for row in every_commune()]
    assert values(load(long(rows)))[Level.EPCI, HOME] == 2 * 5352
    rows[-1] |= {"OBS_STATUS": "K", "OBS_VALUE": ""}
    assert values(load(long(rows)))[Level.DEPARTMENT, "22"] is None
    with pytest.raises(WrongFile, match="de plusieurs niveaux"):
        load(long([*rows, observation("86194", "1", ACTIVITY="A")]))


def test_without_total_of_sizes_the_file_is_refused(load):
    with pytest.raises(WrongFile, match="NUMBER_EMPL"):
        load(long(every_commune(NUMBER_EMPL="E1T4")))


def test_the_same_observation_told_twice_otherwise_is_refused(load):
    with pytest.raises(WrongFile, match="ligne 8 : le même chiffre est donné, autrement, ligne 2"):
        load(long([*every_commune(), observation("86019", "13")]))


# --- public and private ----------------------------------------------------------------------------------------------


def test_the_labels_of_the_archive_decide(tmp_path, geography):
    rows = [*every_commune(), *every_commune(LEGAL_FORM_WITH_PUBLIC="FP", OBS_VALUE="2")]
    data = {"DS_FLORES_A17_2024_data.csv": long(rows)}

    def read(labels):
        path = zipped(tmp_path, data | {"DS_FLORES_A17_2024_metadata.csv": metadata(labels)})
        return flores_open.read(path, name=path.name)

    whole = read({"1T9X7": ALL_LABEL, "FP": "Fonction publique"})
    assert values(whole)[Level.EPCI, HOME] == 5352
    assert values(whole, population=Population.PUBLIC)[Level.EPCI, HOME] == 6
    assert (
        "« 1T9X7 » = ensemble, public et privé : « Ensemble hors particuliers employeurs », selon les métadonnées"
        in said(whole)
    )
    private = read({"1T9X7": "Secteur privé"})
    assert values(private) == {}
    assert values(private, population=Population.PRIVATE)[Level.EPCI, HOME] == 5352
    assert "les parts dans tous les emplois resteront manquantes" in said(private)
    with pytest.raises(WrongFile, match="Aucune forme juridique"):
        read({"1T9X7": "Sociétés", "FP": "Autre"})


def test_a_csv_alone_is_read_with_the_label_that_insee_published(load):
    reading = load(long(every_commune()))
    assert values(reading)[Level.EPCI, HOME] == 5352
    assert "libellé publié par l’Insee en 2024" in said(reading)
    assert "les parts dans l’emploi privé resteront manquantes" in said(reading)
    with pytest.raises(WrongFile, match="Chargez l’archive ZIP"):
        load(long(every_commune(LEGAL_FORM_WITH_PUBLIC="2AAAA")))


@pytest.mark.parametrize(
    ("label", "population"),
    [
        (ALL_LABEL, Population.ALL),
        ("Total", Population.ALL),
        ("Ensemble des établissements publics et privés", Population.ALL),
        ("Ensemble hors fonction publique", Population.PRIVATE),
        ("Ensemble du secteur privé", Population.PRIVATE),
        ("Fonction publique", Population.PUBLIC),
        ("Secteur public", Population.PUBLIC),
        ("Particuliers employeurs", None),
        ("Sociétés anonymes", None),
        ("", None),
    ],
)
def test_what_a_label_counts(label, population):
    assert legal_forms.meaning(label) == population


def test_the_whole_without_households_comes_first():
    forms = legal_forms.choose(["1", "2"], {"1": "Total", "2": ALL_LABEL})
    assert forms.populations == {"2": Population.ALL}
    assert "« 1 » (« Total ») : laissée de côté" in " ".join(forms.said)


# --- files -----------------------------------------------------------------------------------------------------------


def test_both_layouts_are_recognised_alone_and_zipped(tmp_path):
    for name, text in (("w.csv", wide(WIDE)), ("l.csv", long(every_commune()))):
        path = tmp_path / name
        path.write_text(text)
        assert flores_open.recognises(path)
        assert flores_open.recognises(zipped(tmp_path, {"meta_x.csv": "a;b", name: text}))


@pytest.mark.parametrize(
    "text", ["", "a;b\n1;2\n", "CODGEO;POP\n86194;3\n", "GEO;OBS_VALUE\n1;2\n", "PK\x03\x04 abîmé"]
)
def test_anything_else_is_not(tmp_path, text, geography):
    path = tmp_path / "x.csv"
    path.write_text(text)
    assert not flores_open.recognises(path)
    assert not flores_open.recognises(tmp_path / "absent")
    with pytest.raises(WrongFile):
        flores_open.read(path, name="x.csv", year=2021)


def test_an_archive_of_archives_says_what_to_do(tmp_path, geography):
    path = zipped(tmp_path, {"DS_FLORES_A17_2022_CSV_FR.zip": "x", "DS_FLORES_A5_2022_CSV_FR.zip": "y"})
    with pytest.raises(WrongFile, match=r"contient d’autres archives : décompressez-la .*A17_2022"):
        flores_open.read(path, name=path.name)


def test_an_archive_with_two_tables_says_which(tmp_path, geography):
    path = zipped(tmp_path, {"a.csv": wide(WIDE), "b.csv": wide(WIDE)})
    with pytest.raises(WrongFile, match=r"2 fichiers de données .*a\.csv, b\.csv"):
        flores_open.read(path, name=path.name)


def test_an_archive_cut_short_is_refused(tmp_path, geography):
    whole = zipped(tmp_path, {"TD_FLORES2021_NBSAL.csv": wide(WIDE) * 200}).read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WrongFile, match="incomplète ou abîmée"):
        flores_open.read(path, name="cut.zip")


def test_an_archive_damaged_inside_is_refused(tmp_path, geography):
    path = zipped(tmp_path, {"TD_FLORES2021_NBSAL.csv": wide(WIDE) * 200})
    raw = bytearray(path.read_bytes())
    raw[60:90] = b"\xff" * 30
    path.write_bytes(raw)
    flores_open.recognises(path)  # says yes or no, and never fails
    with pytest.raises(WrongFile, match="incomplète ou abîmée"):
        flores_open.read(path, name="x.zip")


def test_a_name_from_a_browser_goes_nowhere(load):
    assert load(wide(WIDE), "../../etc/TD_FLORES2021_NBSAL.csv").period == "2021"


def test_a_file_of_nowhere_is_refused(load):
    with pytest.raises(WrongFile, match="ne dit rien d’aucun territoire"):
        load(wide({"01001": "4", "01002": "5"}))


def test_a_side_note_says_that_a_file_is_invented(tmp_path, geography):
    path = tmp_path / "TD_FLORES2021_NA17_NBSAL.csv"
    path.write_text(wide(WIDE))
    path.with_name(path.name + ".fictif").touch()
    assert layouts.read(path).fictitious


@pytest.mark.slow
def test_a_large_file_never_stands_whole_in_memory(tmp_path, geography):
    """Half a million lines, some 25 MB: what Python itself holds stays a small part of the file."""
    import tracemalloc

    path = tmp_path / "DS_FLORES_A38_2024_data.csv"
    with path.open("w") as out:
        out.write(";".join(COLUMNS) + "\n")
        for row in every_commune():
            out.write(";".join(row.values()) + "\n")
        detail = [
            ";".join(observation("54", "3", GEO_OBJECT="ZE2020", ACTIVITY=f"{a:02d}").values()) for a in range(50)
        ]
        for _ in range(10_000):
            out.write("\n".join(detail) + "\n")
    tracemalloc.start()
    try:
        reading = flores_open.read(path, name=path.name)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert values(reading)[Level.EPCI, HOME] == 5352
    assert reading.size > 20_000_000
    assert peak < 12_000_000  # two chunks of the copy


TEXTS = st.sampled_from(["0", "3", "12", "s", "", "nd", "x"])


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries(dict.fromkeys(WIDE, TEXTS)))
def test_a_sum_is_known_when_every_part_is(load, told):
    try:
        found = values(load(wide(told)))
    except WrongFile:  # nothing at all, or nothing but wrong lines
        assert not any(text.isdigit() or text == "s" for text in told.values())
        return
    for level, code, parts in (
        (Level.EPCI, HOME, ("86019", "86194", "86226")),
        (Level.DEPARTMENT, "86", ("86019", "86194", "86226", "86281")),
        (Level.COUNTRY, "FR", tuple(WIDE)),
    ):
        texts = [told[part] for part in parts]
        if all(text.isdigit() for text in texts):
            assert found[level, code] == sum(map(int, texts))
        elif "s" in texts:
            assert found[level, code] is None
        else:
            assert (level, code) not in found
