import pytest

from essaim.directory.presentation import headcount_text, spaced
from essaim.ui import typography


@pytest.mark.parametrize(
    ("code", "year", "text"),
    [
        ("02", "2024", "3 à 5 salariés (2024)"),
        ("02", "", "3 à 5 salariés"),
        ("NN", "2024", ""),
        ("", "", ""),
        ("ZZ", "2024", ""),
    ],
)
def test_headcount_never_turns_unknown_into_zero(code, year, text):
    assert headcount_text(code, year) == text


@pytest.mark.parametrize(
    ("vintage", "text"),
    [
        ("2026-11", "novembre 2026"),
        ("2026-13", "2026-13"),
        ("2026-11-01", "1er novembre 2026"),
        ("2026-02-30", "2026-02-30"),
        ("", ""),
        ("bientôt", "bientôt"),
    ],
)
def test_vintage_in_words(vintage, text):
    assert typography.vintage(vintage).replace("\u00a0", " ") == text


def test_identifiers_keep_every_digit():
    assert spaced("99912345600012").replace("\u00a0", "") == "99912345600012"
    assert spaced("999123456") == "999\u00a0123\u00a0456"
    assert spaced("") == ""
