"""The ESS perimeter: exact counts of the official lists, and what each criterion says."""

import itertools
from collections import Counter
from importlib.resources import files

import pytest

from essaim.nomenclature.headcount import all_bands, band, is_employer_band
from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.perimeter import CriterionCode, Family, SubFamily, UnknownPerimeter, load_perimeter
from essaim.nomenclature.siae import all_siae_kinds, siae_kind
from essaim.nomenclature.tables import BrokenTable, read_rows


def test_the_67_legal_categories_split_as_insee_does():
    rules = load_perimeter().legal_categories
    assert Counter(rule.family for rule in rules.values()) == {
        Family.COOPERATIVE: 54,
        Family.MUTUAL: 5,
        Family.ASSOCIATION: 7,
        Family.FOUNDATION: 1,
    }
    assert all(rule.sub_family.family is rule.family for rule in rules.values())


def test_exclusions_and_the_five_banks():
    perimeter = load_perimeter()
    assert [rule.prefix for rule in perimeter.excluded_naf] == ["84", "94.11Z", "94.20Z", "94.91Z", "94.92Z"]
    assert len(perimeter.named_sirens) == 5
    assert all(len(siren) == 9 and siren.isdigit() for siren in perimeter.named_sirens)
    assert {addition.family for addition in perimeter.named_sirens.values()} == {Family.COOPERATIVE}


def test_family_of_a_unit_admitted_by_another_criterion():
    perimeter = load_perimeter()
    assert perimeter.family_of("5710") is Family.COMPANY
    assert perimeter.family_of("9240") is Family.ASSOCIATION
    assert perimeter.family_of(None) is Family.COMPANY
    assert perimeter.family_of("9300") is Family.FOUNDATION


def test_the_perimeter_cannot_be_changed_by_a_caller():
    perimeter = load_perimeter()
    with pytest.raises(TypeError):
        perimeter.legal_categories["0000"] = None
    with pytest.raises(AttributeError):
        perimeter.version = "autre"


def test_an_unknown_version_is_refused_with_the_known_ones():
    with pytest.raises(UnknownPerimeter, match="insee-champ-es-2017"):
        load_perimeter("insee-2099")


def test_every_word_is_in_plain_french():
    for code in CriterionCode:
        assert 10 <= len(code.label) <= 60
        assert code.explanation.count(".") >= 2 and code.explanation.endswith(".")
        assert "'" not in code.explanation
    assert {family.plural for family in Family} >= {"Associations", "Fondations"}
    labels = [sub.label for sub in SubFamily]
    assert len(set(labels)) == len(labels) and max(map(len, labels)) <= 40


def test_legal_labels():
    assert legal_label("9230") == "Association déclarée, reconnue d’utilité publique"
    assert legal_label("1234") == "Forme juridique inconnue (code 1234)"
    assert legal_label("5400") == "Société à responsabilité limitée (SARL)"
    assert legal_label("5720") == "SAS à associé unique (SASU)"
    assert legal_label(None) == "Forme juridique non renseignée"
    rows = read_rows("legal_categories_2022-09.csv", ("code", "label"))
    assert len(rows) == 260
    assert not [row for row in rows if "'" in row["label"] or "  " in row["label"]]


def test_headcount_bands_follow_each_other():
    bands = [item for item in all_bands() if item.low is not None]
    assert len(all_bands()) == 16
    for lower, higher in itertools.pairwise(bands):
        assert higher.low == lower.high + 1
        assert lower.low <= lower.geometric_mean <= lower.high
    assert band("53").high is None and band("NN").low is None
    assert is_employer_band("00") and is_employer_band("01")
    assert not is_employer_band("NN") and not is_employer_band(None) and not is_employer_band("99")


def test_siae_kinds_keep_to_the_law():
    assert {kind.code for kind in all_siae_kinds() if kind.is_siae} == {"EI", "AI", "ACI", "ETTI"}
    assert siae_kind("esat").esus_by_right and not siae_kind("ESAT").is_siae
    assert siae_kind("XX") is None and siae_kind(None) is None


def test_a_damaged_installation_says_so():
    with pytest.raises(BrokenTable, match="introuvable"):
        read_rows("absent.csv", ("code",))
    with pytest.raises(BrokenTable, match="couleur"):
        read_rows("siae_kinds.csv", ("code", "couleur"))


def test_every_data_row_names_its_source():
    names = [
        item.name for item in files("essaim.nomenclature").joinpath("data").iterdir() if item.name.endswith(".csv")
    ]
    assert len(names) >= 11
    for name in names:
        assert all(row["source"].strip() for row in read_rows(name, ("source",))), name
