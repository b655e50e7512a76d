"""« Ma structure est-elle de l'ESS ? »: the law's answer, over every combination; then its page."""

from __future__ import annotations

import itertools

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks import StreamBlockValidationError, StreamValue, StructBlockValidationError
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from essaim.editorial.forms.selfcheck import read_answers
from essaim.editorial.models import ContactPage, SelfCheckPage
from essaim.editorial.planting.reading import read_content
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
    Remark,
    decide,
)
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_page

BETTER = (Outcome.NOT_TODAY, Outcome.ASK, Outcome.BY_STATUTES, Outcome.DECLARED, Outcome.BY_RIGHT)
"""The outcomes, from the least good to the best."""
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
    if worse.outcome is not None:
        assert better.outcome is not None
        assert BETTER.index(better.outcome) >= BETTER.index(worse.outcome)
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
    assert set(BETTER) == set(Outcome)


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


# The page.

PATH = "/comprendre/verifier/"


@pytest.fixture
def page(home):
    """The page alone, with the words it is planted with."""
    seed = next(seed for seed in read_content("", {}).pages if seed.path == PATH)
    fields = {}
    for name, value in seed.fields.items():
        field = SelfCheckPage._meta.get_field(name)
        fields[name] = field.stream_block.to_python(value) if isinstance(field, StreamField) else value
    above = make_page(title="Comprendre", slug="comprendre")
    return make_page(above, model=SelfCheckPage, **{**fields, "slug": "verifier"})


def said(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_the_planted_page_has_every_text(page):
    for name in ("questions", "verdicts", "remarks"):
        field = SelfCheckPage._meta.get_field(name)
        field.stream_block.clean(getattr(page, name))
    for question in page.questions:
        if question.value["key"] != Question.FORM:
            assert question.value["todo"].source
            assert question.value["check"].source


def test_one_question_at_a_time(client, page):
    first = said(client.get(PATH))
    assert "Question 1 sur 5" in first
    assert first.count('type="radio"') == len(Form)
    second = said(client.get(PATH, {"forme": "societe"}))
    assert "Question 2 sur 5" in second
    assert '<input type="hidden" name="forme" value="societe">' in second
    assert second.count('type="radio"') == 3


def test_a_form_by_right_is_told_at_once_and_may_go_on(client, page):
    text = said(client.get(PATH, {"forme": "association"}))
    assert "Oui, de droit" in text
    assert "article 1er, II, 1°" in text
    assert "Regarder aussi les trois principes" in text
    further = said(client.get(PATH, {"forme": "association", "but": "non"}))
    assert "Oui, de droit" not in further
    assert "loi du 1er juillet 1901" in further


def test_a_company_hears_each_article_and_what_to_do(client, page):
    make_page(model=ContactPage, slug="contact", title="Contact")
    asked = {"forme": "societe", "but": "oui", "gouvernance": "non", "benefices": "je-ne-sais-pas", "utilite": "oui"}
    response = client.get(PATH, asked)
    text = said(response)
    assert "Pas aujourd’hui" in text
    assert "Ce qui manque" in text
    assert "Ce qu’il faut vérifier" in text
    assert "article 1er, I, 2°" in text
    assert "/contact/?objet=structure" in text
    assert 'action="/annuaire/"' in text
    assert 'type="radio"' not in text
    assert not response.cookies


def test_every_form_and_every_outcome_is_served(client, page):
    seen = set()
    for form in Form:
        text = said(client.get(PATH, {"forme": form.value}))
        assert text.count("<h1") == 1
        assert "None" not in text
    for answers in itertools.product(("oui", "non", "je-ne-sais-pas"), repeat=2):
        for last in ("oui-immatriculee", "oui"):
            asked = {"forme": "societe", "but": "oui", "gouvernance": answers[0], "benefices": answers[1]}
            text = said(client.get(PATH, {**asked, "utilite": last}))
            seen |= {child.value["key"] for child in page.verdicts if f">{child.value['title']}</h2>" in text}
    assert seen == {Outcome.DECLARED, Outcome.BY_STATUTES, Outcome.ASK, Outcome.NOT_TODAY}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?forme=licorne", "une réponse que nous n’avons pas comprise"),
        ("?forme=association&forme=societe", "deux réponses à la même question"),
        ("?forme=entreprise-individuelle&utilite=oui-immatriculee", "ne concerne que les sociétés"),
        (
            "?forme=societe&but=oui&gouvernance=non&benefices=oui&utilite=oui-immatriculee",
            "Deux de vos réponses ne vont pas ensemble",
        ),
    ],
)
def test_strange_answers_are_told_kindly(client, page, query, expected):
    response = client.get(PATH + query)
    assert response.status_code == 200
    assert expected in said(response)


def test_what_a_stranger_writes_in_the_address_is_never_repeated(client, page):
    text = said(client.get(PATH, {"forme": "<script>alert(1)</script>", "z": "bonjour-inconnu"}))
    assert "alert(1)" not in text
    assert "bonjour-inconnu" not in text


def test_changing_an_answer_keeps_the_others(client, page):
    text = said(client.get(PATH, {"forme": "societe", "but": "oui"}))
    assert f'href="{PATH}?forme=societe#suite"' in text
    assert f'href="{PATH}?but=oui#suite"' in text


def test_nothing_is_written(client, page, django_assert_max_num_queries):
    before = JournalEntry.objects.count()
    with django_assert_max_num_queries(30):
        client.get(PATH, {"forme": "mutuelle"})
    assert JournalEntry.objects.count() == before


def _without(stream, key):
    return [(child.block_type, child.value) for child in stream if child.value["key"] != key]


@pytest.mark.parametrize(
    ("name", "key", "label"),
    [
        ("questions", Question.PROFITS, "Bénéfices et réserves"),
        ("verdicts", Outcome.ASK, "On ne peut pas dire"),
        ("remarks", Remark.TWO_ANSWERS, "Deux réponses"),
    ],
)
def test_a_text_taken_away_is_refused_in_words(page, name, key, label):
    block = SelfCheckPage._meta.get_field(name).stream_block
    value = StreamValue(block, _without(getattr(page, name), key))
    with pytest.raises(StreamBlockValidationError) as refused:
        block.clean(value)
    assert label in str(refused.value.non_block_errors)


def test_an_answer_taken_away_or_said_twice_is_refused_in_words(page):
    block = SelfCheckPage._meta.get_field("questions").stream_block.child_blocks["question"]
    value = next(child.value for child in page.questions if child.value["key"] == Question.FORM)
    raw = block.get_prep_value(value)
    answers = raw["answers"]
    lacking = [answer for answer in answers if answer["value"]["key"] != Form.ENDOWMENT]
    foreign = {"type": "item", "id": "une-de-plus", "value": {**answers[0]["value"], "key": "oui"}}
    for wrong, told in (
        (lacking, "il manque « Fonds de dotation »"),
        ([*answers, answers[0]], "« Association » y est deux fois"),
        ([*answers, foreign], "« Oui » n’y répond pas"),
    ):
        raw["answers"] = wrong
        with pytest.raises(StructBlockValidationError) as refused:
            block.clean(block.to_python(raw))
        assert told in str(refused.value.non_block_errors), refused.value.block_errors


def test_every_sentence_may_be_said_otherwise(client, page):
    raw = page.verdicts.get_prep_value()
    for verdict in raw:
        verdict["value"]["title"] = f"Autrement {verdict['value']['key']}"
    page.verdicts = SelfCheckPage._meta.get_field("verdicts").stream_block.to_python(raw)
    page.save_revision().publish()
    assert "Autrement de-droit" in said(client.get(PATH, {"forme": "fondation"}))


@pytest.mark.parametrize(
    ("form", "said", "unsaid"),
    [
        ("personne-publique", "confier un service", "vote des associés"),
        ("autre", "cas particuliers", "vote des associés"),
        ("societe-civile", "les murs ou les terres", "vote des associés"),
        ("collectif", "Déclarez l’association", "vote des associés"),
        ("entreprise-individuelle", "coopératives d’activité", "vote des associés"),
        ("fonds-de-dotation", "Demandez l’avis d’un juriste", "points ci-dessus"),
        ("je-ne-sais-pas", "avis de situation", "points ci-dessus"),
    ],
)
def test_what_to_do_next_depends_on_a_form_that_decides_alone(client, planted, form, said, unsaid):
    text = client.get(f"/comprendre/verifier/?forme={form}").content.decode()
    now = text[text.index("Et maintenant") :]
    assert said in now
    assert unsaid not in now


def test_a_company_keeps_the_steps_of_the_outcome(client, planted):
    query = "forme=societe&but=oui&gouvernance=non&benefices=oui&utilite=oui"
    assert "vote des associés" in client.get(f"/comprendre/verifier/?{query}").content.decode()
    assert "Elle manque" in client.get("/comprendre/verifier/?forme=association").content.decode()


def test_a_form_without_steps_of_its_own_takes_those_of_the_outcome(client, planted):
    page = SelfCheckPage.objects.get()
    for answer in page.questions[0].value["answers"]:
        answer["next"] = RichText("")
    page.save_revision().publish()
    assert "vote des associés" in client.get("/comprendre/verifier/?forme=personne-publique").content.decode()
