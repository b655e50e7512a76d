import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.naming import readable


@pytest.mark.parametrize(
    ("official", "shown"),
    [
        ("LES PANIERS DE LA BOIVRE", "Les Paniers de la Boivre"),
        (
            "ASSOCIATION SPORTIVE DE SAINT-GEORGES-LES-BAILLARGEAUX",
            "Association Sportive de Saint-Georges-les-Baillargeaux",
        ),
        ("CUMA DE L'AUXANCE", "CUMA de l’Auxance"),
        ("L'EPI COMMUN", "L’Epi Commun"),
        ("AMICALE (SECTION BRIDGE)", "Amicale (Section Bridge)"),
        ("Roue libre du Clain", "Roue libre du Clain"),
        ("", ""),
        ("123", "123"),
        ("RONDE 86", "Ronde 86"),
        ("TGV JAZZ", "TGV Jazz"),
    ],
)
def test_official_capitals_become_readable(official, shown):
    assert readable(official) == shown


@given(st.text(max_size=200))
def test_no_letter_is_lost(text):
    def letters(value):
        return [c for c in value.casefold().replace("’", "'") if not c.isspace()]

    shown = readable(text)
    if text.isupper() and text.isascii():
        assert letters(shown) == letters(text)
    elif not text.isupper():
        assert shown == text
