"""Every one of the 732 activities has a plain name and the words of residents."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.nomenclature.naf import (
    activity_groups,
    all_naf,
    naf,
    normal_code,
)


def codes_of(word):
    return {item.code for item in all_naf() if word in item.words}


def test_exactly_732_sub_classes_in_88_divisions_and_21_sections():
    assert len({item.code for item in all_naf()}) == len(all_naf()) == 732
    assert len({item.division for item in all_naf()}) == 88
    assert {item.section for item in all_naf()} == set("ABCDEFGHIJKLMNOPQRSTU")


def test_plain_labels_are_short_unique_and_readable():
    for item in all_naf():
        assert 3 <= len(item.plain) <= 40, item
        assert "n.c.a" not in item.plain.lower(), item
        assert not item.plain.endswith(".") and item.plain == item.plain.strip(), item
        assert item.plain[0].isupper() and "'" not in item.plain and "&" not in item.plain, item
    doubles = [label for label, count in Counter(item.plain for item in all_naf()).items() if count > 1]
    assert doubles == []


def test_each_code_has_three_to_ten_lower_case_words():
    for item in all_naf():
        assert 3 <= len(item.words) <= 10, item
        assert len(set(item.words)) == len(item.words), item
        for word in item.words:
            assert word and word == word.strip().lower() and "'" not in word, item
            assert unicodedata.normalize("NFC", word) == word, item


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("nounou", "88.91A"),
        ("crèche", "88.91A"),
        ("auxiliaire de vie", "88.10A"),
        ("ehpad", "87.10A"),
        ("esat", "88.10C"),
        ("centre aéré", "88.99A"),
        ("épicerie solidaire", "47.11B"),
        ("seconde main", "47.79Z"),
        ("réparer un vélo", "95.29Z"),
        ("école de musique", "85.52Z"),
        ("soutien scolaire", "85.59B"),
        ("alphabétisation", "85.59A"),
        ("permis", "85.53Z"),
        ("mutuelle", "65.12Z"),
        ("maraîcher", "01.13Z"),
        ("cuma", "01.61Z"),
        ("régie de quartier", "81.10Z"),
        ("chrs", "87.90B"),
        ("colonie de vacances", "55.20Z"),
        ("café associatif", "56.30Z"),
        ("tondre la pelouse", "81.30Z"),
        ("radio associative", "60.10Z"),
        ("hlm", "68.20A"),
        ("dentiste", "86.23Z"),
    ],
)
def test_the_words_of_residents_lead_to_the_activity(word, code):
    assert code in codes_of(word)


def test_catch_all_codes_take_no_precise_word():
    """« judo » must not find every sports club, nor « jumelage » every association."""
    precise = {"judo", "football", "yoga", "jumelage", "amap", "cirque", "échecs", "ludothèque", "migrants", "bafa"}
    for code in ("94.99Z", "93.12Z", "93.29Z", "90.01Z", "88.99B", "85.51Z", "85.59B"):
        assert not precise & {part for word in naf(code).words for part in word.split()}


@pytest.mark.parametrize("text", ["88.91A", "8891A", " 88.91a ", "8891a"])
def test_codes_are_read_with_or_without_dot(text):
    assert naf(text).plain == "Crèches et garde de jeunes enfants"


@pytest.mark.parametrize("text", [None, "", "00.00Z", "804C", "[ND]", "88.9", "٨٨.٩١A"])
def test_unknown_codes_give_nothing(text):
    assert naf(text) is None


@given(st.text(max_size=20))
def test_any_text_is_taken_without_error(text):
    assert normal_code(normal_code(text)) == normal_code(text)


def test_groups_cover_every_code_with_plain_words():
    groups = activity_groups()
    assert 20 <= len(groups) <= 30
    keys = [group.key for group in groups]
    assert len(set(keys)) == len(keys) and len({group.label for group in groups}) == len(groups)
    used = Counter(item.group_key for item in all_naf())
    assert set(used) == set(keys)
    for group in groups:
        assert len(group.label) <= 40 and group.explanation.endswith(".") and len(group.explanation) <= 100
        for prefix in group.naf_prefixes:
            assert any(item.code.startswith(prefix) and item.group_key == group.key for item in all_naf()), prefix


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("88.91A", "petite-enfance"),
        ("88.10A", "aide-a-domicile"),
        ("93.12Z", "sport"),
        ("85.51Z", "sport"),
        ("85.52Z", "culture"),
        ("85.53Z", "mobilite"),
        ("85.59A", "formation"),
        ("47.79Z", "reemploi"),
        ("47.11B", "alimentation"),
        ("46.39B", "solidarite"),
        ("94.99Z", "vie-associative"),
        ("78.30Z", "emploi"),
        ("65.12Z", "banque-assurance"),
    ],
)
def test_groups_of_the_activities_of_associations(code, key):
    assert naf(code).group_key == key
