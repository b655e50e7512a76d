"""Reads the answers of the self-check in an address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from essaim.editorial.selfcheck import CHOICES, Answer, Answers, Form, Question, Remark


@dataclass(frozen=True)
class Reading:
    """The answers understood, and what to tell about those that were not (each told once)."""

    answers: Answers
    remarks: tuple[Remark, ...] = ()


def read_answers(data: QueryDict) -> Reading:
    """Understand the parameters of an address, which anybody may have written: what is strange is asked again."""
    found: dict[Question, str] = {}
    remarks: list[Remark] = []
    for question in Question:
        values = set(data.getlist(question.value))
        if not values:
            continue
        known = values & {choice.value for choice in CHOICES[question]}
        if values != known:
            remarks.append(Remark.NOT_UNDERSTOOD)
        elif len(known) > 1:
            remarks.append(Remark.TWO_ANSWERS)
        else:
            found[question] = known.pop()

    def answer(question: Question) -> Answer | None:
        return Answer(found[question]) if question in found else None

    answers = Answers(
        form=Form(found[Question.FORM]) if Question.FORM in found else None,
        purpose=answer(Question.PURPOSE),
        governance=answer(Question.GOVERNANCE),
        profits=answer(Question.PROFITS),
        utility=answer(Question.UTILITY),
    )
    return Reading(answers, tuple(dict.fromkeys(remarks)))
