"""The officer's spreadsheet, before any database: columns, lines, likeness of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.contacts_import import (
    KnownPlace,
    Matcher,
    NotContacts,
    Role,
    Verdict,
    counts,
    judge_all,
    read_lines,
    recognise,
)
from essaim.foundation.spreadsheets import Table
from tests.directory.factories import siren, siret

ONE, TWO = siren(1), siren(2)


def table(*rows: dict[str, str]) -> Table:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    return Table(headers, [[row.get(header, "") for header in headers] for row in rows], "utf-8", "")


def lines_of(*rows):
    found = table(*rows)
    return read_lines(found, recognise(found.columns))


def line_of(**row):
    return lines_of({header.replace("_", " "): value for header, value in row.items()})[0]


PLACES = [
    KnownPlace(1, ONE, "LES AMIS DU JARDIN", ("LES AMIS DU JARDIN", "LAJ"), "86194", "Poitiers"),
    KnownPlace(2, TWO, "CORD'AGES", ("CORD'AGES",), "86194", "Poitiers"),
    KnownPlace(3, "W862000001", "LE RUCHER DES VOISINS", ("LE RUCHER DES VOISINS",), "86194", "Poitiers"),
    KnownPlace(4, "E4", "COMITE DES FETES", ("COMITE DES FETES",), "86019", "Beaumont Saint-Cyr"),
    KnownPlace(5, "E5", "COMITE DES FETES DE ST CYR", ("COMITE DES FETES DE ST CYR",), "86019", "Beaumont Saint-Cyr"),
]
COMMUNES = {"poitiers": "86194", "beaumont saint cyr": "86019", "saint cyr": "86019", "saint julien l ars": "86226"}


@pytest.fixture
def matcher():
    return Matcher(
        PLACES,
        sirets={siret(ONE): 1},
        sirens={ONE: 1, TWO: 2},
        rnas={"W862000001": 3},
        communes=COMMUNES,
        postcodes={"86000": ("86194",), "86130": ("86019",)},
    )


# --- columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Raison sociale", Role.NAME),
        ("DÉNOMINATION", Role.NAME),
        ("N° SIRET", Role.SIRET),
        ("Siren", Role.SIREN),
        ("N° RNA", Role.RNA),
        ("Ville", Role.COMMUNE),
        ("CP", Role.POSTCODE),
        ("Interlocutrice", Role.CONTACT),
        ("Courriel", Role.EMAIL),
        ("E-mail", Role.EMAIL),
        ("Adresse électronique", Role.EMAIL),
        ("Tél.", Role.PHONE),
        ("Téléphone portable", Role.PHONE),
        ("Étiquettes", Role.TAGS),
        ("Mots-clés", Role.TAGS),
        ("Inclure / exclure", Role.DECISION),
        ("Motif", Role.REASON),
        ("Fonction", Role.FUNCTION),
        ("Remarques", Role.NOTE),
    ],
)
def test_french_headers_are_recognised(header, role):
    columns = recognise(["Structure", header] if role != Role.NAME else [header])
    assert role in columns.by_role
    assert columns.ignored == ()


def test_name_alone_is_the_structure_unless_another_column_is():
    assert recognise(["Nom", "Mail"]).by_role[Role.NAME] == 0
    columns = recognise(["Structure", "Nom", "Prénom"])
    assert (columns.by_role[Role.NAME], columns.by_role[Role.LAST_NAME], columns.by_role[Role.FIRST_NAME]) == (0, 1, 2)
    columns = recognise(["SIRET", "Nom", "Prénom"])
    assert columns.by_role[Role.LAST_NAME] == 1


def test_two_columns_that_say_the_same_are_told():
    columns = recognise(["Structure", "Mail", "Courriel", "Couleur préférée"])
    assert columns.by_role[Role.EMAIL] == 1
    assert "Courriel" in columns.ambiguous
    assert columns.ignored == ("Couleur préférée",)


def test_a_table_about_something_else_is_refused():
    with pytest.raises(NotContacts, match="« Couleur »"):
        recognise(["Couleur", "Taille"])
    with pytest.raises(NotContacts, match="aucune ligne"):
        read_lines(Table(["Structure"], [["  "]], "utf-8", ""), recognise(["Structure"]))


# --- lines -----------------------------------------------------------------------------------------------------------


def test_siret_as_a_number_is_repaired_and_told():
    line = line_of(structure="X", siret=f"{siret(ONE)}.0")
    assert (line.siret, line.siren) == (siret(ONE), ONE)
    assert "réparé" in line.remarks[0]


def test_siret_with_a_wrong_key_is_flagged_and_the_name_still_serves(matcher):
    wrong = siret(ONE)[:-1] + str((int(siret(ONE)[-1]) + 1) % 10)
    line = line_of(structure="Les amis du jardin", siret=wrong, commune="Poitiers", mail="a@exemple.fr")
    assert line.siret == ""
    assert "faute" in line.remarks[0] or "erreur" in line.remarks[0]
    assert matcher.judge(line).structure_id == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("05 49 00 00 00", "+33549000000"),
        ("05.49.00.00.00", "+33549000000"),
        ("549000000", "+33549000000"),
        ("549000000.0", "+33549000000"),
        ("+33 5 49 00 00 00", "+33549000000"),
        ("05 49 00 00 00 / 06 12 34 56 78", "+33549000000"),
        ("12", ""),
        ("demander à Ana", ""),
    ],
)
def test_phones(typed, kept):
    line = line_of(structure="X", tel=typed)
    assert line.phone == kept
    assert bool(line.remarks) == (kept == "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana@Exemple.fr", "ana@exemple.fr"),
        ("mailto:ana@exemple.fr", "ana@exemple.fr"),
        ("ana@exemple.fr ; luc@exemple.fr", "ana@exemple.fr"),
        ("ana at exemple", ""),
        ("ana@", ""),
    ],
)
def test_addresses(typed, kept):
    line = line_of(structure="X", mail=typed)
    assert line.email == kept
    if not kept:
        assert "refusé" in line.remarks[0]


@pytest.mark.parametrize(
    ("header", "said", "decision"),
    [
        ("inclure", "oui", "admit"),
        ("inclure", "non", ""),
        ("exclure", "x", "exclude"),
        ("exclure", "non", ""),
        ("décision", "écarter", "exclude"),
        ("décision", "Admise", "admit"),
        ("ESS", "oui", "admit"),
        ("ESS", "non", "exclude"),
        ("décision", "", ""),
    ],
)
def test_decisions(header, said, decision):
    assert line_of(structure="X", **{header: said}, raison="parce que", mail="a@exemple.fr").decision == decision


def test_a_decision_without_its_reason_is_not_taken():
    kept = line_of(structure="X", décision="exclure", mail="a@exemple.fr")
    assert (kept.decision, kept.refusals) == ("", [])
    assert "raison" in kept.remarks[0]
    assert line_of(structure="X", décision="exclure").refusals


def test_an_odd_decision_is_told():
    line = line_of(structure="X", décision="peut-être", mail="a@exemple.fr")
    assert (line.decision, len(line.remarks)) == ("", 1)


def test_names_of_persons():
    assert line_of(structure="X", prénom="Ana", nom="Petit").contact == "Ana Petit"
    assert line_of(structure="X", contact="Ana Petit").contact == "Ana Petit"
    assert line_of(structure="X", prénom="Ana", contact="Petit").contact == "Ana Petit"


def test_tags_are_split_and_never_doubled():
    assert line_of(structure="X", étiquettes="Épiceries; club, épiceries").tags == ("Épiceries", "club")


# --- matching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "structure", "why"),
    [
        ({"siret": siret(ONE)}, 1, "SIRET"),
        ({"siret": siret(TWO, 7)}, 2, "SIREN"),
        ({"siren": TWO}, 2, "SIREN"),
        ({"rna": "w86 2000 001"}, 3, "RNA"),
        ({"structure": "les Amis du Jardin", "commune": "POITIERS"}, 1, "nom"),
        ({"structure": "Association Les Amis du jardin", "ville": "Poitiers Cedex"}, 1, "nom"),
        ({"structure": "Amis du jardins", "ville": "Poitiers"}, 1, "nom"),
        ({"structure": "Cord’âges", "cp": "86000"}, 2, "nom"),
    ],
)
def test_matching(matcher, row, structure, why):
    judged = matcher.judge(lines_of(row | {"mail": "a@exemple.fr"})[0])
    assert (judged.verdict, judged.structure_id) == (Verdict.MATCHED, structure)
    assert why in judged.why


def test_near_names_are_listed_not_guessed(matcher):
    judged = matcher.judge(line_of(structure="Comité des fêtes de Saint Cyr", commune="Saint-Cyr", mail="a@exemple.fr"))
    assert judged.verdict == Verdict.REVIEW
    assert {place.structure_id for place in judged.candidates} == {4, 5}
    chosen = matcher.judge(
        line_of(structure="Comité des fêtes de Saint Cyr", commune="Saint-Cyr", mail="a@exemple.fr"), choice=5
    )
    assert (chosen.verdict, chosen.structure_id) == (Verdict.MATCHED, 5)
    elsewhere = matcher.judge(line_of(structure="Inconnue au bataillon", commune="Saint-Cyr", mail="a@a.fr"), choice=5)
    assert elsewhere.verdict == Verdict.REVIEW


def test_a_name_without_commune_is_never_sure(matcher):
    judged = matcher.judge(line_of(structure="Les amis du jardin", mail="a@exemple.fr"))
    assert judged.verdict == Verdict.REVIEW
    assert [place.structure_id for place in judged.candidates] == [1]


def test_an_unknown_structure_is_admitted_only_when_asked_with_commune_and_reason(matcher):
    asked = line_of(structure="La Petite Fabrique", commune="Poitiers", décision="inclure", raison="utile")
    assert matcher.judge(asked).verdict == Verdict.ADMIT
    assert matcher.judge(asked).commune == "86194"
    silent = line_of(structure="La Petite Fabrique", commune="Poitiers", mail="a@exemple.fr")
    assert matcher.judge(silent).verdict == Verdict.REVIEW
    nowhere = line_of(structure="La Petite Fabrique", commune="Paris", décision="inclure", raison="utile")
    assert matcher.judge(nowhere).verdict == Verdict.REVIEW
    assert "commune" in matcher.judge(nowhere).why


def test_doubles_in_the_file_are_refused_with_the_first_line(matcher):
    row = {"siren": ONE, "mail": "a@exemple.fr"}
    verdicts = judge_all(lines_of(row, row, row | {"mail": "b@exemple.fr"}), matcher)
    assert [judged.verdict for judged in verdicts] == [Verdict.MATCHED, Verdict.REFUSED, Verdict.MATCHED]
    assert "ligne 2" in verdicts[1].why


def test_every_line_read_has_one_verdict(matcher):
    rows = [{"structure": "Les amis du jardin", "commune": "Poitiers", "mail": f"a{n}@exemple.fr"} for n in range(104)]
    rows += [{"structure": f"Inconnue {n}", "commune": "Poitiers", "mail": "x@exemple.fr"} for n in range(11)]
    verdicts = judge_all(lines_of(*rows), matcher)
    told = counts(verdicts)
    assert told == {"read": 115, "matched": 104, "admit": 0, "review": 11, "refused": 0}
    assert [judged.line.number for judged in verdicts if judged.verdict == Verdict.REVIEW] == list(range(106, 117))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "structure": st.text(max_size=40),
                "siret": st.text(max_size=20),
                "mail": st.text(max_size=30),
                "tel": st.text(max_size=20),
                "décision": st.text(max_size=10),
                "étiquettes": st.text(max_size=30),
                "cp": st.text(max_size=8),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_cell_gets_a_verdict_and_never_an_error(rows):
    matcher = Matcher(PLACES, sirets={}, sirens={}, rnas={}, communes=COMMUNES, postcodes={})
    try:
        lines = lines_of(*rows)
    except NotContacts:
        return
    assert sum(counts(judge_all(lines, matcher)).values()) == 2 * len(lines)


def test_a_sheet_of_a_thousand_columns_is_refused_in_one_short_sentence():
    headers = [f"colonne numéro {number}" for number in range(1000)]
    with pytest.raises(NotContacts) as refused:
        recognise(headers)
    assert len(str(refused.value)) < 900
    assert "988 autres" in str(refused.value)
