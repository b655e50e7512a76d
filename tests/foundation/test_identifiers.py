import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.identifiers import (
    InvalidIdentifier,
    clean_rna,
    clean_siren,
    clean_siret,
    fictitious_siren,
    luhn_ok,
    siret_from_float,
)

POITIERS = "21860194600013"


@pytest.mark.parametrize(
    "text", ["200069854", "200 069 854", "200.069.854", "\u00a0200\u202f069\u00a0854 ", "\ufeff200069854"]
)
def test_a_siren_is_cleaned_of_what_people_type_between_digits(text):
    assert clean_siren(text) == "200069854"


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "vide"), ("  ", "vide"), ("20006985", "9 chiffres"), ("200069855", "clé"), ("20006985A", "chiffres"),
     ("²00069854", "chiffres"), ("٢00069854", "chiffres")],
)  # fmt: skip
def test_a_wrong_siren_is_refused_with_its_reason(text, word):
    with pytest.raises(InvalidIdentifier, match=word):
        clean_siren(text)


def test_siret_of_la_poste_follows_its_own_rule():
    assert luhn_ok("35600000000048")
    assert luhn_ok("35600000049837")
    assert clean_siret("356 000 000 49837") == "35600000049837"
    assert not luhn_ok("35600000049838")
    assert not luhn_ok("")


@pytest.mark.parametrize("text", ["21860194600013", "21860194600013.0", "21860194600013,00", " 21860194600013. "])
def test_a_siret_read_as_a_number_comes_back(text):
    assert siret_from_float(text) == POITIERS


def test_a_siret_as_float_keeps_a_wrong_key_for_who_flags_it():
    assert siret_from_float("21860194600000.0") == "21860194600000"


def test_lost_zeros_come_back_only_when_the_key_proves_them():
    assert siret_from_float("687312900032.0") == "00687312900032"
    with pytest.raises(InvalidIdentifier, match="14 chiffres"):
        siret_from_float("687312900033.0")


def test_scientific_notation_is_taken_only_when_no_digit_is_lost():
    assert siret_from_float("2.1860194600013E+13") == POITIERS
    with pytest.raises(InvalidIdentifier, match="arrondi"):
        siret_from_float("2.18602E+13")


@pytest.mark.parametrize("text", ["w863001234", "W 863 001 234", "W863001234"])
def test_rna(text):
    assert clean_rna(text) == "W863001234"


def test_rna_of_corsica_and_of_la_reunion():
    assert clean_rna("W2A1000123") == "W2A1000123"
    assert clean_rna("W9R1000123") == "W9R1000123"


@pytest.mark.parametrize("text", ["", "W86300123", "863001234", "W8630012345", "WW63001234"])
def test_wrong_rna(text):
    with pytest.raises(InvalidIdentifier):
        clean_rna(text)


@given(st.integers(0, 99_999))
def test_a_fictitious_siren_is_valid_and_recognisable(n):
    siren = fictitious_siren(n)
    assert clean_siren(siren) == siren
    assert siren[:3] == "999"
    assert int(siren[3:8]) == n


@pytest.mark.parametrize("n", [-1, 100_000])
def test_a_fictitious_siren_out_of_range(n):
    with pytest.raises(ValueError, match="compris entre"):
        fictitious_siren(n)


@given(st.text(max_size=40))
def test_any_text_is_cleaned_or_refused_never_else(text):
    for clean, length in ((clean_siren, 9), (clean_siret, 14), (siret_from_float, 14), (clean_rna, 10)):
        try:
            assert len(clean(text)) == length
        except InvalidIdentifier as error:
            assert str(error)


@given(st.from_regex(r"\A[0-9]{13}\Z"))
def test_one_digit_only_completes_a_key(head):
    valid = [d for d in "0123456789" if luhn_ok(head + d)]
    assert len(valid) == 1 or head.startswith("356000000")


@given(st.from_regex(r"\A[0-9]{13}\Z"), st.integers(0, 13), st.integers(1, 9))
def test_one_mistyped_digit_is_always_seen(head, place, shift):
    siret = next(head + d for d in "0123456789" if luhn_ok(head + d))
    wrong = siret[:place] + str((int(siret[place]) + shift) % 10) + siret[place + 1 :]
    if "356000000" not in (siret[:9], wrong[:9]):
        assert not luhn_ok(wrong)
