"""« Ma structure est-elle de l'ESS ? »: the law's answer, over every combination; then its page."""

from __future__ import annotations

import itertools

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from essaim.editorial.forms.selfcheck import read_answers
from essaim.editorial.selfcheck import (
    BY_RIGHT,
    CHOICES,
    CRITERIA,
    PRINCIPLES,
    Answer,
    Answers,
    Form,
    Outcome,
    Question,
    Rank,
    Remark,
    decide,
)

ORDER = (Answer.NO, Answer.UNKNOWN, Answer.YES, Answer.REGISTERED)
FIELDS = {
    Question.PURPOSE: "purpose",
    Question.GOVERNANCE: "governance",
    Question.PROFITS: "profits",
    Question.UTILITY: "utility",
}
forms = st.none() | st.sampled_from(Form)
answer = st.none() | st.sampled_from(Answer)
everything = st.builds(Answers, form=forms, purpose=answer, governance=answer, profits=answer, utility=answer)

YES = {"purpose": Answer.YES, "governance": Answer.YES, "profits": Answer.YES}
COMPANY = {**YES, "utility": Answer.YES}
NO = Answer.NO
IDK = Answer.UNKNOWN


@pytest.mark.parametrize(
    ("case", "form", "answers", "expected"),
    [
        ("association de quartier", Form.ASSOCIATION, {}, Outcome.BY_RIGHT),
        ("comité des fêtes, sans utilité sociale", Form.ASSOCIATION, {"utility": NO}, Outcome.BY_RIGHT),
        ("association paravent qui partage ses bénéfices", Form.ASSOCIATION, {"purpose": NO}, Outcome.ASK),
        ("association dont un fondateur décide seul", Form.ASSOCIATION, {"governance": NO}, Outcome.ASK),
        ("association qui ne connaît pas ses statuts", Form.ASSOCIATION, {"governance": IDK}, Outcome.BY_RIGHT),
        ("Scop en SAS", Form.COOPERATIVE, {}, Outcome.BY_RIGHT),
        ("Scic immatriculée", Form.COOPERATIVE, {"utility": Answer.REGISTERED}, Outcome.BY_RIGHT),
        ("coopérative d’activité et d’emploi", Form.COOPERATIVE, YES, Outcome.BY_RIGHT),
        ("coopérative de commerçants, sans utilité sociale", Form.COOPERATIVE, {"utility": NO}, Outcome.BY_RIGHT),
        ("mutuelle 45 (code de la mutualité)", Form.MUTUAL, {}, Outcome.BY_RIGHT),
        ("société d’assurance mutuelle", Form.MUTUAL, {}, Outcome.BY_RIGHT),
        ("fondation reconnue d’utilité publique", Form.FOUNDATION, {}, Outcome.BY_RIGHT),
        ("fonds de dotation", Form.ENDOWMENT, YES, Outcome.ASK),
        ("SAS aux statuts ESS, sans mention", Form.COMPANY, COMPANY, Outcome.BY_STATUTES),
        ("SAS de l’ESS au registre", Form.COMPANY, {**COMPANY, "utility": Answer.REGISTERED}, Outcome.DECLARED),
        ("jeune pousse « à impact »", Form.COMPANY, {**COMPANY, "governance": NO, "profits": NO}, Outcome.NOT_TODAY),
        ("société à mission ordinaire", Form.COMPANY, {**COMPANY, "governance": NO}, Outcome.NOT_TODAY),
        ("SEM, votes selon le capital", Form.COMPANY, {**COMPANY, "governance": NO}, Outcome.NOT_TODAY),
        ("SARL sans utilité sociale", Form.COMPANY, {**YES, "utility": NO}, Outcome.NOT_TODAY),
        ("SARL qui ne sait pas", Form.COMPANY, {**COMPANY, "profits": IDK}, Outcome.ASK),
        (
            "au registre, un non",
            Form.COMPANY,
            {**YES, "profits": NO, "utility": Answer.REGISTERED},
            Outcome.ASK,
        ),
        (
            "au registre, un doute",
            Form.COMPANY,
            {**YES, "profits": IDK, "utility": Answer.REGISTERED},
            Outcome.DECLARED,
        ),
        ("société, rien encore", Form.COMPANY, {}, None),
        ("micro-entreprise", Form.INDIVIDUAL, COMPANY, Outcome.NOT_TODAY),
        ("syndicat", Form.OTHER, YES, Outcome.NOT_TODAY),
        ("comité social et économique", Form.OTHER, {}, Outcome.NOT_TODAY),
        ("SCI", Form.CIVIL, COMPANY, Outcome.NOT_TODAY),
        ("CCAS", Form.PUBLIC, COMPANY, Outcome.NOT_TODAY),
        ("collectif d’habitants", Form.INFORMAL, YES, Outcome.NOT_TODAY),
        ("forme inconnue", Form.UNKNOWN, COMPANY, Outcome.ASK),
        ("rien", None, {}, None),
    ],
)
def test_odd_cases(case, form, answers, expected):
    assert decide(Answers(form=form, **answers)).outcome == expected, case


def test_every_combination_has_a_verdict():
    counted = 0
    for form, *rest in itertools.product((*Form, None), *[(*Answer, None)] * 4):
        verdict = decide(Answers(form, *rest))
        counted += 1
        assert (verdict.outcome is None) == bool(verdict.missing)
        assert not set(verdict.unmet) & set(verdict.unsure)
        if verdict.outcome is Outcome.BY_RIGHT:
            assert form in BY_RIGHT
        if verdict.outcome in (Outcome.BY_STATUTES, Outcome.DECLARED):
            assert form is Form.COMPANY
            assert not verdict.unmet
    assert counted == 13 * 5**4


@given(everything, st.sampled_from(CRITERIA), st.integers(0, 2))
def test_a_better_answer_never_worsens(answers, question, level):
    fields = {name: getattr(answers, name) for name in ("form", *FIELDS.values())}
    worse = decide(Answers(**{**fields, FIELDS[question]: ORDER[level]}))
    better = decide(Answers(**{**fields, FIELDS[question]: ORDER[level + 1]}))
    if worse.rank is not None:
        assert better.rank is not None
        assert better.rank >= worse.rank
        assert set(better.unmet) <= set(worse.unmet)


@given(everything)
def test_what_is_missing_once_answered_decides(answers):
    verdict = decide(answers)
    fields = {name: getattr(answers, name) for name in ("form", *FIELDS.values())}
    fields["form"] = fields["form"] or Form.COMPANY
    filled = {name: value if value is not None else Answer.YES for name, value in fields.items()}
    assert decide(Answers(**filled)).outcome is not None
    assert set(verdict.optional) <= set(PRINCIPLES)


def test_ranks_name_every_outcome():
    assert {rank.name for rank in Rank} == {outcome.name for outcome in Outcome}


@given(st.lists(st.tuples(st.sampled_from([*Question, "z", ""]), st.text(max_size=30)), max_size=12))
def test_any_address_is_read(pairs):
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(str(name), value)
    reading = read_answers(data)
    decide(reading.answers)
    assert len(set(reading.remarks)) == len(reading.remarks)


@pytest.mark.parametrize(
    ("query", "form", "remarks"),
    [
        ("forme=association", Form.ASSOCIATION, ()),
        ("forme=licorne", None, (Remark.NOT_UNDERSTOOD,)),
        ("forme=", None, (Remark.NOT_UNDERSTOOD,)),
        ("forme=association&forme=association", Form.ASSOCIATION, ()),
        ("forme=association&forme=societe", None, (Remark.TWO_ANSWERS,)),
        ("forme=association&forme=licorne", None, (Remark.NOT_UNDERSTOOD,)),
        ("but=oui-immatriculee", None, (Remark.NOT_UNDERSTOOD,)),
        ("forme=ASSOCIATION&but=x", None, (Remark.NOT_UNDERSTOOD,)),
        ("forme=%00<script>", None, (Remark.NOT_UNDERSTOOD,)),
    ],
)
def test_strange_addresses(query, form, remarks):
    reading = read_answers(QueryDict(query))
    assert reading.answers.form == form
    assert reading.remarks == remarks


def test_each_question_knows_its_answers():
    assert set(CHOICES) == set(Question)
    assert Answer.REGISTERED not in CHOICES[Question.PURPOSE]
