"""The plain words that residents type, and where they lead."""

import unicodedata
from collections import Counter

import pytest

from essaim.foundation.search.text import stem, tokenize
from essaim.nomenclature.naf import naf
from essaim.nomenclature.synonyms import base_synonyms


def fold(text):
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def entry(phrase):
    found = [item for item in base_synonyms() if fold(phrase) in {fold(word) for word in item.words}]
    assert len(found) == 1, (phrase, found)
    return found[0]


def test_at_least_150_entries_with_unique_keys_and_a_source():
    entries = base_synonyms()
    assert len(entries) >= 150
    assert len({item.key for item in entries}) == len(entries)
    assert all(item.source for item in entries)


def test_every_code_exists_and_no_expansion_is_empty():
    for item in base_synonyms():
        assert item.words and all(word == word.strip() and word for word in item.words), item
        assert item.expands_to and all(word == word.strip() and word for word in item.expands_to), item
        assert all(naf(code) and naf(code).code == code for code in item.naf), item
        assert len(set(item.words)) == len(item.words) and len(set(item.naf)) == len(item.naf), item
        assert all(word == word.lower() and "'" not in word for word in item.words + item.expands_to), item


def test_one_phrase_is_in_one_entry_only():
    """Once folded: « marche » and « marché » are the same word for the search."""
    count = Counter(fold(word) for item in base_synonyms() for word in set(map(fold, item.words)))
    assert [phrase for phrase, times in count.items() if times > 1] == []


def test_entries_stay_apart_once_the_engine_has_reduced_them():
    """« à la rue » would be « rue », and « guides » is « guide »: phrases that shrink or meet lead astray."""
    keys = {}
    for item in base_synonyms():
        for phrase in item.words:
            tokens = [token for token in tokenize(phrase) if not token.is_stop]
            key = tuple(stem(part) for token in tokens for part in token.parts)
            assert 1 <= len(key) <= 6, phrase
            assert len(key) > 1 or len(key[0]) > 2 or " " not in phrase, phrase
            keys.setdefault(key, set()).add(item.key)
    shared = {key: entries for key, entries in keys.items() if len(entries) > 1}
    assert shared == {("travail",): {"emploi", "travaux"}}  # French has one singular for both


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        ("94.99Z", set()),
        ("93.12Z", {"sport"}),
        ("88.99B", {"colis-alimentaire", "coup-de-main", "centre-social"}),
    ],
)
def test_catch_all_activities_only_answer_general_words(code, entries):
    assert {item.key for item in base_synonyms() if code in item.naf} == entries


def test_no_expansion_is_so_broad_that_it_finds_everything():
    broad = {"association", "services", "service", "solidaire", "solidarité", "club", "centre", "espace", "maison"}
    assert [item.key for item in base_synonyms() if broad & set(item.expands_to)] == []


@pytest.mark.parametrize(
    ("phrase", "code", "word"),
    [
        ("epicerie", "47.11B", "épicerie"),
        ("fringues", "47.79Z", "vêtements"),
        ("nounou", "88.91A", "crèche"),
        ("réparer un vélo", "95.29Z", "atelier vélo"),
        ("courses pas cheres", "47.11B", "épicerie solidaire"),
        ("frigo", "95.22Z", "électroménager"),
        ("meubles d’occasion", "47.79Z", "ressourcerie"),
        ("colis alimentaire", "46.39B", "banque alimentaire"),
        ("mamie", "88.10A", "personnes âgées"),
        ("aide aux devoirs", "85.59B", "soutien scolaire"),
        ("papiers", "82.19Z", "écrivain public"),
        ("apprendre le français", "85.59A", "alphabétisation"),
        ("jardin partagé", "01.13Z", "jardins familiaux"),
        ("covoiturage", "52.29B", "covoiturage"),
        ("dormir ce soir", "87.90B", "hébergement"),
        ("prêt d’argent", "64.92Z", "microcrédit"),
        ("mutuelle santé", "65.12Z", "mutuelle"),
        ("dentiste pas cher", "86.23Z", "dentaire"),
        ("ordinateur", "95.11Z", "informatique"),
        ("coup de main", "78.30Z", "entraide"),
        ("bricolage", "43.39Z", "petits travaux"),
        ("garage solidaire", "45.20A", "mécanique"),
        ("permis", "85.53Z", "auto-école"),
        ("handicap", "88.10B", "handicap"),
        ("emploi", "78.30Z", "insertion"),
        ("colo", "55.20Z", "colonie"),
        ("centre aéré", "88.99A", "centre de loisirs"),
        ("concert", "90.01Z", "musique"),
        ("salle à louer", "68.20B", "foyer rural"),
        ("amap", "01.13Z", "amap"),
        ("bio", "47.11B", "paysan"),
        ("vrac", "47.11B", "vrac"),
        ("compost", "38.21Z", "compost"),
    ],
)
def test_what_residents_type(phrase, code, word):
    found = entry(phrase)
    assert code in found.naf
    assert word in found.expands_to
