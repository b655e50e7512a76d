"""The words of the self-check, each tied to a key of its rules: everything may be said otherwise, nothing may miss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from wagtail import blocks

from essaim.editorial.blocks.text import PLAIN
from essaim.editorial.selfcheck import CHOICES, Answer, Form, Outcome, Question, Remark

_LIST = [*PLAIN, "ul", "ol"]
QUESTIONS = {
    Question.FORM: "1. Forme juridique",
    Question.PURPOSE: "2. But",
    Question.GOVERNANCE: "3. Gouvernance",
    Question.PROFITS: "4. Bénéfices et réserves",
    Question.UTILITY: "5. Utilité sociale et registre",
}
ANSWERS: dict[StrEnum, str] = {
    Form.ASSOCIATION: "Association",
    Form.COOPERATIVE: "Coopérative",
    Form.MUTUAL: "Mutuelle",
    Form.FOUNDATION: "Fondation",
    Form.COMPANY: "Société commerciale",
    Form.ENDOWMENT: "Fonds de dotation",
    Form.INDIVIDUAL: "Entreprise individuelle",
    Form.CIVIL: "Société civile",
    Form.INFORMAL: "Groupe sans statuts",
    Form.PUBLIC: "Personne publique",
    Form.OTHER: "Autre forme privée",
    Answer.REGISTERED: "Oui, et c’est au registre",
    Answer.YES: "Oui",
    Answer.NO: "Non",
    Answer.UNKNOWN: "Je ne sais pas",
}
OUTCOMES = {
    Outcome.BY_RIGHT: "Oui, de droit",
    Outcome.DECLARED: "Oui, inscrite au registre",
    Outcome.BY_STATUTES: "Oui, si les statuts le disent",
    Outcome.ASK: "On ne peut pas dire",
    Outcome.NOT_TODAY: "Pas aujourd’hui",
}
REMARKS = {
    Remark.FORM_WITHOUT_RULES: "Une forme de l’ESS, mais une réponse « non »",
    Remark.REGISTERED_WITHOUT_RULES: "Au registre, mais une réponse « non »",
    Remark.REGISTERED_OTHER_FORM: "Au registre, mais pas une société commerciale",
    Remark.NOT_UNDERSTOOD: "Réponse incomprise",
    Remark.TWO_ANSWERS: "Deux réponses à la même question",
}


def _choices(names: Any) -> list[tuple[str, str]]:
    return [(key.value, label) for key, label in names.items()]


def _lacks(found: Iterable[str], wanted: Iterable[tuple[str, str]]) -> list[str]:
    """What to tell about keys that miss or come twice, in words."""
    counts = Counter(found)
    told = [f"il manque « {label} »" for key, label in wanted if not counts[key]]
    return told + [f"« {label} » y est deux fois" for key, label in wanted if counts[key] > 1]


class AnswerWords(blocks.StructBlock):
    """How one answer is said, and what it means."""

    key = blocks.ChoiceBlock(label="Réponse", choices=_choices(ANSWERS))
    label = blocks.CharBlock(label="Ce qu’on lit", max_length=160)
    hint = blocks.CharBlock(label="Précision", required=False, max_length=300)
    explanation = blocks.RichTextBlock(label="Ce que cela veut dire", features=_LIST)
    next = blocks.RichTextBlock(
        label="Et maintenant",
        features=_LIST,
        required=False,
        help_text="Pour une forme juridique qui décide à elle seule du résultat : ces conseils remplacent ceux du "
        "résultat. Vide : ceux du résultat.",
    )


class QuestionWords(blocks.StructBlock):
    """One question, its answers, and what to do when the answer is « no » or « I do not know »."""

    key = blocks.ChoiceBlock(label="Question", choices=_choices(QUESTIONS))
    title = blocks.CharBlock(label="La question", max_length=200)
    short = blocks.CharBlock(label="En deux mots", max_length=60)
    help = blocks.RichTextBlock(label="Aide", features=_LIST)
    article = blocks.CharBlock(label="Texte de loi", max_length=200)
    answers = blocks.ListBlock(AnswerWords(), label="Réponses")
    todo = blocks.RichTextBlock(label="Si c’est non, que faire", features=_LIST, required=False)
    check = blocks.RichTextBlock(label="Si on ne sait pas, où regarder", features=_LIST, required=False)

    class Meta:
        icon = "help"
        label = "Question"

    def clean(self, value: Any) -> Any:
        """Refuse a question that lacks one of the answers the rules know, and say which."""
        cleaned = super().clean(value)
        if cleaned["key"] not in set(Question):
            return cleaned  # a draft under way: publishing will ask for it
        question = Question(cleaned["key"])
        wanted = [(choice.value, ANSWERS[choice]) for choice in CHOICES[question]]
        known = {key for key, _ in wanted}
        found = [answer["key"] for answer in cleaned["answers"]]
        told = _lacks(found, wanted)
        told += [
            f"« {dict(_choices(ANSWERS))[key]} » n’y répond pas" for key in dict.fromkeys(found) if key not in known
        ]
        if told:
            raise blocks.StructBlockValidationError(
                non_block_errors=[ValidationError(f"Réponses à revoir : {', '.join(told)}.")]
            )
        return cleaned


class VerdictWords(blocks.StructBlock):
    """How one outcome is told, and what to do next."""

    key = blocks.ChoiceBlock(label="Résultat", choices=_choices(OUTCOMES))
    title = blocks.CharBlock(label="Titre", max_length=120)
    text = blocks.RichTextBlock(label="Ce que cela veut dire", features=_LIST)
    next = blocks.RichTextBlock(label="Et maintenant", features=_LIST)

    class Meta:
        icon = "tick"
        label = "Résultat"


class RemarkWords(blocks.StructBlock):
    """What is told besides."""

    key = blocks.ChoiceBlock(label="Cas", choices=_choices(REMARKS))
    text = blocks.RichTextBlock(label="Ce qu’on dit", features=PLAIN)

    class Meta:
        icon = "warning"
        label = "Remarque"


class KeyedStream(blocks.StreamBlock):
    """A stream where each key of a list comes once: saved otherwise, it says what is missing."""

    wanted: ClassVar[list[tuple[str, str]]] = []

    def clean(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse a list that lacks a key or says one twice."""
        cleaned = super().clean(value, *args, **kwargs)
        told = _lacks((child.value["key"] for child in cleaned), self.wanted)
        if told:
            raise blocks.StreamBlockValidationError(
                non_block_errors=[ValidationError(f"La vérification a besoin de tous ses textes : {', '.join(told)}.")]
            )
        return cleaned


class QuestionStream(KeyedStream):
    """The five questions."""

    question = QuestionWords()
    wanted = _choices(QUESTIONS)


class VerdictStream(KeyedStream):
    """The outcomes."""

    verdict = VerdictWords()
    wanted = _choices(OUTCOMES)


class RemarkStream(KeyedStream):
    """The remarks."""

    remark = RemarkWords()
    wanted = _choices(REMARKS)
