"""What answers a moment of the day, and which is the nearest: sceptic's cases on a small town."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from essaim.directory.actions.decisions import decide
from essaim.directory.enums import Decision
from essaim.directory.models import Establishment, Label
from essaim.directory.nearby import Matching, nearest, totals
from essaim.directory.nearby.rules import stems_of
from essaim.foundation.geo import EARTH_KM, Near
from tests.directory.search.factories import HOME, OTHER, long_ago, make_structure, make_town

HERE = Near(46.58, 0.34)
SCOPE = frozenset({HOME})
NURSERY = Matching(activities=("88.91",))


def north(km: float) -> dict:
    """A true point so many kilometres north of here."""
    return {"latitude": 46.58 + math.degrees(km / EARTH_KM), "longitude": 0.34, "position_quality": "exact"}


def names(*matchings: Matching, origin: Near = HERE, scope=SCOPE, **options) -> list[str]:
    [answer] = nearest([matchings], scope, origin, **options)
    return [one.name for one in answer.found]


@pytest.fixture
def town(db):
    make_town()


def test_the_nearest_come_first_with_their_distance(town):
    for km in (9, 3, 1, 6):
        make_structure(f"Crèche {km}", naf="88.91A", place=north(km))
    [answer] = nearest([[NURSERY]], SCOPE, HERE, limit=3)
    assert [one.name for one in answer.found] == ["Crèche 1", "Crèche 3", "Crèche 6"]
    assert [round(one.metres / 100) for one in answer.found] == [10, 30, 60]
    assert answer.total == 4
    first = answer.found[0]
    assert (first.exact, first.family, first.commune, first.why) == (
        True,
        "association",
        "Poitiers",
        "Crèches et garde de jeunes enfants",
    )
    assert first.url.startswith("/annuaire/creche-1-")


def test_beyond_the_radius_nothing_is_shown_but_it_is_counted(town):
    make_structure("Loin", naf="88.91A", place=north(31))
    [answer] = nearest([[NURSERY]], SCOPE, HERE)
    assert (answer.found, answer.total) == ((), 1)
    assert names(NURSERY, within_km=32) == ["Loin"]


def test_many_places_beside_and_few_structures(town):
    """The fast way looks at 64 places; they may all belong to one structure."""
    big = make_structure("La Grande", naf="88.91A", place=north(1))
    for number in range(90):
        Establishment.objects.create(
            structure=big,
            siret=f"9990001{number:07d}",
            commune_id="00101",
            official_commune_code="00101",
            naf="88.91A",
            **north(1.1 + number / 1000),
        )
    make_structure("La Petite", naf="88.91A", place=north(5))
    assert names(NURSERY) == ["La Grande", "La Petite"]


@pytest.mark.parametrize(
    "given_",
    [
        {"is_closed": True},
        {"last_processed_on": long_ago()},
        {"place": {"is_closed": True}},
        {"naf": "93.12Z"},
        {"commune": "00201"},
    ],
)
def test_what_does_not_answer(town, given_):
    make_structure("Crèche", **({"naf": "88.91A"} | given_))
    assert totals([[NURSERY]], SCOPE) == [0]


def test_asleep_but_employing_labelled_or_claimed_is_awake(town):
    old = {"naf": "88.91A", "last_processed_on": long_ago()}
    make_structure("Employeuse", is_employer=True, **old)
    make_structure("Labellisée", labels=("ACI",), **old)
    make_structure("Tenue à jour", card={"description": "Oui."}, **old)
    assert totals([[NURSERY]], SCOPE) == [3]


def test_a_structure_set_aside_is_not_shown(town, officer):
    structure = make_structure("Crèche", naf="88.91A", place=north(1))
    assert names(NURSERY) == ["Crèche"]
    decide(structure=structure, decision=Decision.EXCLUDE, by=officer, reason="Fausse association")
    assert names(NURSERY) == []


def test_other_territories_are_not_ours(town):
    make_structure("Ailleurs", naf="88.91A", commune="00201", place=north(1))
    assert names(NURSERY) == []
    assert names(NURSERY, scope=frozenset({OTHER})) == ["Ailleurs"]
    assert names(NURSERY, scope=frozenset()) == []


def test_partial_diffusion_is_measured_from_the_centre_and_said_so(town):
    make_structure("Cachée", naf="88.91A", diffusion="P", place={"diffusion": "P"}, commune="00102")
    [answer] = nearest([[NURSERY]], SCOPE, HERE)
    [one] = answer.found
    assert (one.exact, one.commune, one.commune_code) == (False, "Lusignan", "00102")
    assert one.metres == pytest.approx(16_679, abs=20)


def test_a_public_place_of_a_hidden_unit_is_not_pointed_at(town):
    make_structure("Cachée", naf="88.91A", diffusion="P", place=north(9))
    [answer] = nearest([[NURSERY]], SCOPE, HERE)
    assert answer.found[0].exact is False
    assert answer.found[0].metres == 0


def test_a_true_address_comes_before_somewhere_in_the_commune(town):
    make_structure("Quelque part", naf="88.91A")
    make_structure("Au coin", naf="88.91A", place=north(1.5))
    make_structure("À trois kilomètres", naf="88.91A", place=north(3))
    assert names(NURSERY) == ["Au coin", "Quelque part", "À trois kilomètres"]


def test_a_point_at_the_commune_is_no_address(town):
    make_structure("Vague", naf="88.91A", place=north(5) | {"position_quality": "commune"})
    [answer] = nearest([[NURSERY]], SCOPE, HERE)
    assert answer.found[0].exact is False


def test_a_commune_without_centre_places_nobody(town):
    make_structure("Perdue", naf="88.91A", commune="00103")
    make_structure("Repérée", naf="88.91A", commune="00103", place=north(2))
    [answer] = nearest([[NURSERY]], SCOPE, HERE)
    assert [one.name for one in answer.found] == ["Repérée"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("atelier vélo",), ["ATELIER DES VÉLOS DU CLAIN"]),
        (("velos",), ["ATELIER DES VÉLOS DU CLAIN"]),
        (("vélodrome",), []),
        (("clain vélo",), []),
        (("",), []),
        (("le la de",), []),
        (("\u202e",), []),
    ],
)
def test_words_are_looked_for_in_names(town, words, found):
    make_structure("ATELIER DES VÉLOS DU CLAIN", place=north(1))
    assert [name.upper() for name in names(Matching(words=words))] == found


def test_a_lone_word_is_not_looked_for_in_purposes_an_expression_is(town):
    make_structure("Les Amis", purpose="Vendre du pain, tenir une épicerie solidaire.", place=north(1))
    assert names(Matching(words=("épicerie",))) == []
    assert names(Matching(words=("épiceries solidaires",))) == ["Les Amis"]
    [answer] = nearest([[Matching(words=("épiceries solidaires",))]], SCOPE, HERE)
    assert answer.found[0].why == "son objet déclaré : « épiceries solidaires »"


def test_signs_usual_names_and_words_of_the_card_count(town):
    make_structure("A", usual_names=["La Recyclerie"], place=north(1))
    make_structure("B", place=north(2) | {"signs": ["RECYCLERIE DU BOURG"]})
    make_structure("C", card={"keywords": ["recyclerie", "dons"]}, place=north(3))
    assert names(Matching(words=("recyclerie",))) == ["A", "B", "C"]


def test_families_statuses_and_labels_narrow(town):
    here = north(1)
    make_structure("Resto", naf="56.10A", place=here)
    chosen = make_structure("Resto d’insertion", naf="56.10A", labels=("ACI",), place=north(2))
    make_structure("Coop", naf="56.10A", family="cooperative", sub_family="scop", place=north(3))
    eating = ("56.1",)
    assert names(Matching(activities=eating, labels=("ACI", "EI"))) == ["Resto d’insertion"]
    assert names(Matching(activities=eating, families=("cooperative",))) == ["Coop"]
    assert names(Matching(sub_families=("scop",))) == ["Coop"]
    assert names(Matching(labels=("ACI",))) == ["Resto d’insertion"]
    assert names(Matching()) == []
    assert names(Matching(activities=eating, labels=("ACI",)), Matching(sub_families=("scop",))) == [
        "Resto d’insertion",
        "Coop",
    ]
    [answer] = nearest([[Matching(activities=eating, labels=("ACI",))]], SCOPE, HERE)
    assert answer.found[0].why == "Restaurants · Atelier ou chantier d’insertion"
    Label.objects.filter(structure=chosen).update(valid_until=timezone.localdate() - timedelta(days=1))
    from essaim.foundation import kept

    kept.forget_all()
    assert names(Matching(activities=eating, labels=("ACI",))) == []


def test_a_label_of_one_place_is_not_that_of_the_others(town):
    structure = make_structure("Chantiers", naf="56.10A", place=north(1))
    other = Establishment.objects.create(
        structure=structure,
        siret="99900012300099",
        commune_id="00101",
        official_commune_code="00101",
        naf="56.10A",
        **north(8),
    )
    Label.objects.create(structure=structure, establishment=other, kind="ACI", source="essai")
    [answer] = nearest([[Matching(labels=("ACI",))]], SCOPE, HERE)
    assert [round(one.metres / 1000) for one in answer.found] == [8]


def test_the_queries_are_two_then_none_whatever_is_asked(town, django_assert_num_queries):
    for number in range(30):
        make_structure(f"Crèche {number}", naf="88.91A", labels=("ACI",), place=north(number / 10))
    wanted = [[NURSERY, Matching(words=(f"mot {number}",))] for number in range(24)]
    from essaim.geography.queries import served_communes

    served_communes(SCOPE)
    # Inside a test nothing is kept (an open transaction): the two reads, and the communes that others keep.
    with django_assert_num_queries(3) as captured:
        nearest(wanted, SCOPE, HERE)
    assert sum('FROM "geography_commune"' in query["sql"] for query in captured) == 1


@pytest.mark.django_db(transaction=True)
def test_warm_it_asks_the_journal_only_and_a_new_entry_makes_it_old(officer, django_assert_num_queries):
    make_town()
    structure = make_structure("Crèche", naf="88.91A", place=north(1))
    assert names(NURSERY) == ["Crèche"]
    with django_assert_num_queries(1):
        assert names(NURSERY, origin=Near(46.6, 0.3)) == ["Crèche"]
    decide(structure=structure, decision=Decision.EXCLUDE, by=officer, reason="Fausse association")
    assert names(NURSERY) == []


@given(st.text(max_size=200))
def test_any_text_has_stems(text):
    assert all(isinstance(word, str) and word for word in stems_of(text))


@given(st.text(max_size=60))
def test_a_text_holds_itself(text):
    assert stems_of(text) == stems_of(text + " ")
