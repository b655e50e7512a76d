"""Invented identifiers are nobody's and have a right key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.demo.numbers import Numbers, siret
from essaim.foundation.identifiers import clean_rna, clean_siren, clean_siret, luhn_ok


@given(st.integers(0, 10**9))
def test_siren_begin_with_999_and_are_dealt_once(seed):
    numbers = Numbers(seed)
    dealt = [numbers.siren() for _ in range(300)]
    assert len(set(dealt)) == 300
    assert all(siren.startswith("999") and clean_siren(siren) == siren for siren in dealt)


def test_every_number_serves_before_one_comes_back():
    numbers = Numbers(86000)
    dealt = {numbers.siren() for _ in range(99_900)}
    assert len(dealt) == 99_900
    with pytest.raises(ValueError, match="épuisés"):
        numbers.siren()


@given(st.integers(0, 99_899), st.integers(1, 9_999))
def test_siret_have_a_right_key(seed, rank):
    siren = Numbers(seed).siren()
    number = siret(siren, rank)
    assert clean_siret(number) == number
    assert number[:9] == siren
    assert luhn_ok(number)


def test_rna_belong_to_a_departement_that_does_not_exist():
    numbers = Numbers(1)
    assert clean_rna(numbers.rna()) == "W000000001"
    assert numbers.rna() == "W000000002"
