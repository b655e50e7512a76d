"""« Ma structure est-elle de l'ESS ? »: the answer of the law to five questions. No Django here, no French sentence.

Loi n° 2014-856 du 31 juillet 2014. Article 1er, I: private legal persons with a purpose other than only sharing
profits, a democratic governance and a limited sharing. Article 1er, II, 1°: associations, cooperatives, mutuals and
foundations are counted by their form. Article 1er, II, 2°: commercial companies are counted when their statutes hold
the conditions of I, a social utility (article 2) and the rules of management; article 1er, III: they say so once
registered with it.

The order of the outcomes is the promise of `decide`: an answer that is better for one criterion never worsens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Question(StrEnum):
    """The five questions, in order; the value is the name of the parameter in the address."""

    FORM = "forme"
    PURPOSE = "but"
    GOVERNANCE = "gouvernance"
    PROFITS = "benefices"
    UTILITY = "utilite"


CRITERIA = (Question.PURPOSE, Question.GOVERNANCE, Question.PROFITS, Question.UTILITY)
PRINCIPLES = (Question.PURPOSE, Question.GOVERNANCE, Question.PROFITS)
"""Those of article 1er, I, which hold for every form; social utility is asked of commercial companies only."""


class Form(StrEnum):
    """Legal forms, as the law tells them apart."""

    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    MUTUAL = "mutuelle"
    FOUNDATION = "fondation"
    COMPANY = "societe"
    ENDOWMENT = "fonds-de-dotation"
    INDIVIDUAL = "entreprise-individuelle"
    CIVIL = "societe-civile"
    INFORMAL = "collectif"
    PUBLIC = "personne-publique"
    OTHER = "autre"
    UNKNOWN = "je-ne-sais-pas"


BY_RIGHT = frozenset({Form.ASSOCIATION, Form.COOPERATIVE, Form.MUTUAL, Form.FOUNDATION})
"""Article 1er, II, 1°."""
DEBATED = frozenset({Form.ENDOWMENT, Form.UNKNOWN})
"""The law does not name the « fonds de dotation », authors disagree; and nobody can say for an unknown form."""


class Answer(StrEnum):
    """Answers to the four criteria."""

    NO = "non"
    UNKNOWN = "je-ne-sais-pas"
    YES = "oui"
    REGISTERED = "oui-immatriculee"


_PLAIN = (Answer.YES, Answer.NO, Answer.UNKNOWN)
CHOICES: Mapping[Question, tuple[StrEnum, ...]] = {
    Question.FORM: tuple(Form),
    Question.PURPOSE: _PLAIN,
    Question.GOVERNANCE: _PLAIN,
    Question.PROFITS: _PLAIN,
    Question.UTILITY: (Answer.REGISTERED, *_PLAIN),
}
"""What each question may be answered, in the order of the screen."""


class Outcome(StrEnum):
    """What the check answers."""

    BY_RIGHT = "de-droit"
    DECLARED = "oui-immatriculee"
    BY_STATUTES = "oui-par-les-statuts"
    ASK = "a-verifier"
    NOT_TODAY = "pas-aujourd-hui"


class Remark(StrEnum):
    """What to tell besides: answers that do not go together, and answers that could not be read."""

    FORM_WITHOUT_RULES = "de-droit-mais-non"
    REGISTERED_WITHOUT_RULES = "immatriculee-mais-non"
    REGISTERED_OTHER_FORM = "immatriculee-autre-forme"
    NOT_UNDERSTOOD = "reponse-incomprise"
    TWO_ANSWERS = "deux-reponses"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; None: nothing yet."""

    form: Form | None = None
    purpose: Answer | None = None
    governance: Answer | None = None
    profits: Answer | None = None
    utility: Answer | None = None

    def of(self, question: Question) -> StrEnum | None:
        """The answer to one question."""
        return {
            Question.FORM: self.form,
            Question.PURPOSE: self.purpose,
            Question.GOVERNANCE: self.governance,
            Question.PROFITS: self.profits,
            Question.UTILITY: self.utility,
        }[question]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the law: `outcome` is None as long as `missing` questions decide it.

    `unmet` are the criteria answered « no », `unsure` those that the person could not tell, among those asked of that
    form; `optional` those that do not decide but may be looked at.
    """

    outcome: Outcome | None
    unmet: tuple[Question, ...] = ()
    unsure: tuple[Question, ...] = ()
    missing: tuple[Question, ...] = ()
    optional: tuple[Question, ...] = ()
    remarks: tuple[Remark, ...] = ()


def asked_of(form: Form | None) -> tuple[Question, ...]:
    """The criteria that decide for a form: all for a company, the three principles for a form by right, else none."""
    if form is Form.COMPANY:
        return CRITERIA
    return PRINCIPLES if form in BY_RIGHT else ()


def form_decides(form: Form | None) -> bool:
    """Whether the form alone gives the outcome, with no criterion to meet: what to do next depends on it then."""
    return form is not None and not asked_of(form)


def decide(answers: Answers) -> Verdict:
    """Return what the law says of these answers. Total: never raises, whatever is missing or contradictory."""
    form = answers.form
    if form is None:
        return Verdict(None, missing=(Question.FORM,))
    asked = asked_of(form)
    unmet = tuple(question for question in asked if answers.of(question) is Answer.NO)
    unsure = tuple(question for question in asked if answers.of(question) is Answer.UNKNOWN)
    if form is Form.COMPANY:
        return _company(answers, unmet, unsure)
    if form in BY_RIGHT:
        optional = tuple(question for question in PRINCIPLES if answers.of(question) is None)
        if unmet:
            return Verdict(Outcome.ASK, unmet, unsure, optional=optional, remarks=(Remark.FORM_WITHOUT_RULES,))
        return Verdict(Outcome.BY_RIGHT, unsure=unsure, optional=optional)
    remarks = (Remark.REGISTERED_OTHER_FORM,) if answers.utility is Answer.REGISTERED else ()
    return Verdict(Outcome.ASK if form in DEBATED else Outcome.NOT_TODAY, remarks=remarks)


def _company(answers: Answers, unmet: tuple[Question, ...], unsure: tuple[Question, ...]) -> Verdict:
    """Article 1er, II, 2°: every condition, in the statutes; the register says it to everyone."""
    missing = tuple(question for question in CRITERIA if answers.of(question) is None)
    if missing:
        return Verdict(None, unmet, unsure, missing)
    registered = answers.utility is Answer.REGISTERED
    if unmet:
        # The register and the answers contradict each other: somebody has to read the statutes again.
        return (
            Verdict(Outcome.ASK, unmet, unsure, remarks=(Remark.REGISTERED_WITHOUT_RULES,))
            if registered
            else Verdict(Outcome.NOT_TODAY, unmet, unsure)
        )
    if registered:
        return Verdict(Outcome.DECLARED, unsure=unsure)
    return Verdict(Outcome.ASK, unsure=unsure) if unsure else Verdict(Outcome.BY_STATUTES)
