"""« Ma structure est-elle de l'ESS ? »: the rules are in `selfcheck`, this page holds their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Page

from essaim.editorial.blocks import BODY
from essaim.editorial.blocks.selfcheck import QuestionStream, RemarkStream, VerdictStream
from essaim.editorial.forms.selfcheck import read_answers
from essaim.editorial.models.base import SitePage
from essaim.editorial.models.pages import tabs
from essaim.editorial.selfcheck import CHOICES, Answers, Question, Verdict, decide, form_decides


@dataclass(frozen=True)
class Told:
    """One answer given, with its words and the address that asks the question again."""

    question: Any
    answer: Any
    change: str


@dataclass(frozen=True)
class Step:
    """The question asked now: its words, its rank, its answers in order, and the answers to carry along."""

    question: Any
    number: int
    choices: list[Any]
    carried: list[tuple[str, str]]


class SelfCheckPage(SitePage):
    """Five questions, one at a time, in the address: nothing is stored, the result can be shared."""

    intro = models.TextField("introduction", max_length=600, blank=True)
    questions = StreamField(QuestionStream(), verbose_name="questions")
    verdicts = StreamField(VerdictStream(), verbose_name="résultats")
    remarks = StreamField(RemarkStream(), verbose_name="remarques")
    body = StreamField(BODY, verbose_name="sous les questions", blank=True)

    params: ClassVar[tuple[str, ...]] = tuple(question.value for question in Question)
    template = "editorial/selfcheck.html"
    max_count = 1
    subpage_types: ClassVar[list[str]] = []

    content_panels: ClassVar[list[Panel]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("questions"),
        FieldPanel("verdicts"),
        FieldPanel("remarks"),
        FieldPanel("body"),
    ]
    edit_handler = tabs(content_panels, SitePage)

    class Meta:
        verbose_name = "vérification « de l’ESS ? »"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what was answered, the question to ask now, or the verdict with its words."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        reading = read_answers(request.GET)
        verdict = decide(reading.answers)
        words = {child.value["key"]: child.value for child in self.questions}
        remarks = {child.value["key"]: child.value for child in self.remarks}
        verdicts = {child.value["key"]: child.value for child in self.verdicts}
        missing = [question for question in verdict.missing if question.value in words]
        return context | {
            "told": self._told(reading.answers, words),
            "step": self._step(missing[0], reading.answers, words) if missing else None,
            "total": len(Question),
            "verdict": verdicts.get(verdict.outcome.value) if verdict.outcome else None,
            "next_steps": _next_steps(reading.answers, verdicts.get(verdict.outcome.value), words)
            if verdict.outcome
            else "",
            "outcome": verdict.outcome.value if verdict.outcome else "",
            "unmet": [words[question.value] for question in _known(verdict.unmet, words)],
            "unsure": [words[question.value] for question in _known(verdict.unsure, words)],
            "remarks": [remarks[key.value] for key in (*reading.remarks, *verdict.remarks) if key.value in remarks],
            "go_on": self._go_on(verdict, reading.answers, words),
        }

    def _told(self, answers: Answers, words: dict[str, Any]) -> list[Told]:
        """The answers given, in the order of the questions."""
        told = []
        for question in _known(Question, words):
            given = answers.of(question)
            answer = _answer(words[question.value], given.value) if given else None
            if answer is not None:
                carried = urlencode([pair for pair in _pairs(answers) if pair[0] != question.value])
                told.append(Told(words[question.value], answer, f"{self.url}?{carried}" if carried else self.url))
        return told

    def _step(self, question: Question, answers: Answers, words: dict[str, Any]) -> Step:
        """The question to ask, its answers in the order of the rules."""
        asked = words[question.value]
        choices = [_answer(asked, choice.value) for choice in CHOICES[question]]
        number = list(Question).index(question) + 1
        return Step(asked, number, [choice for choice in choices if choice is not None], _pairs(answers))

    def _go_on(self, verdict: Verdict, answers: Answers, words: dict[str, Any]) -> list[Step]:
        """For a form by right: the three principles not answered yet, for whoever wants to check them all the same."""
        return [
            self._step(question, answers, words)
            for question in _known(verdict.optional, words)
            if answers.of(question) is None
        ][:1]


def _next_steps(answers: Answers, verdict: Any, words: dict[str, Any]) -> Any:
    """What to do next: as the outcome says it, or as the form does when it decides alone (a town is no company)."""
    told = verdict["next"] if verdict else ""
    if answers.form is None or not form_decides(answers.form) or Question.FORM.value not in words:
        return told
    answer = _answer(words[Question.FORM.value], answers.form.value)
    # An empty rich text is true in Wagtail: its source is what counts.
    return answer["next"] if answer is not None and answer["next"] and answer["next"].source else told


def _known(questions: Any, words: dict[str, Any]) -> list[Question]:
    """The questions that the page has words for."""
    return [question for question in questions if question.value in words]


def _pairs(answers: Answers) -> list[tuple[str, str]]:
    """The answers as parameters of an address."""
    given = [(question.value, answers.of(question)) for question in Question]
    return [(name, answer.value) for name, answer in given if answer is not None]


def _answer(question: Any, key: str) -> Any:
    """The words of one answer, or None when the page lacks them."""
    return next((answer for answer in question["answers"] if answer["key"] == key), None)
