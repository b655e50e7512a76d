"""Which structure a line means: by SIRET, SIREN, RNA number, else by name and commune; what stays to be chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz, process

from essaim.directory.contacts_import.lines import Line
from essaim.directory.enums import Decision
from essaim.foundation.search.text import plain_words
from essaim.geography.text import fold_place

SURE = 92.0
"""Likeness (0–100) from which a name in the same commune is the same structure, when no other comes near."""
POSSIBLE = 78.0
MARGIN = 6.0
CANDIDATES = 4
LONG_WORD = 6
"""Letters from which one word in common says something by itself."""


class Verdict(StrEnum):
    """What becomes of a line."""

    MATCHED = "matched"
    ADMIT = "admit"
    REVIEW = "review"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """French word."""
        return {
            Verdict.MATCHED: "rapprochée",
            Verdict.ADMIT: "nouvelle structure à admettre",
            Verdict.REVIEW: "à revoir",
            Verdict.REFUSED: "refusée",
        }[self]


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """One structure of the directory as matching sees it, once per commune where it stands."""

    structure_id: int
    key: str
    name: str
    names: tuple[str, ...]
    commune: str
    commune_name: str
    is_closed: bool = False

    @property
    def told(self) -> str:
        """« Les Amis du jardin, Poitiers (123456789) »."""
        closed = ", fermée" if self.is_closed else ""
        return f"{self.name}, {self.commune_name}{closed} ({self.key})"


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its verdict. `candidates` are the structures it may mean when a person must choose."""

    line: Line
    verdict: Verdict
    why: str
    structure_id: int | None = None
    candidates: tuple[KnownPlace, ...] = ()
    commune: str = ""


_EMPTY_WORDS = frozenset(
    "association associations assoc asso les le la l des du de d et en a au aux un une pour "
    "scop scic sarl sas sasu sa eurl snc sci gie".split()
)


def telling_words(name: str) -> list[str]:
    """The words of a name that tell something (neither « la » nor « SARL »), sorted; all of them when none does."""
    words = plain_words(name).split()
    return sorted(word for word in words if word not in _EMPTY_WORDS) or sorted(words)


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 100, whichever comes first: case, accents and legal words say nothing."""
    ours, theirs = telling_words(one), telling_words(other)
    if not ours or not theirs:
        return 0.0
    score = fuzz.ratio(" ".join(ours), " ".join(theirs))
    few, many = sorted((set(ours), set(theirs)), key=len)
    inside = few <= many and (len(few) > 1 or len(next(iter(few))) >= LONG_WORD)
    return max(score, SURE - 1) if inside else score


class NamePool:
    """Names that a line may mean, made ready once: compared in bulk by likeness, and by the words they share."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.words: list[frozenset[str]] = []
        self.places: list[KnownPlace] = []
        self.by_word: dict[str, list[int]] = defaultdict(list)

    def add(self, name: str, place: KnownPlace) -> None:
        """Put one name of a place in."""
        words = telling_words(name)
        if not words:
            return
        for word in set(words):
            self.by_word[word].append(len(self.keys))
        self.keys.append(" ".join(words))
        self.words.append(frozenset(words))
        self.places.append(place)

    def like(self, name: str) -> dict[int, tuple[float, KnownPlace]]:
        """Structures with a like name: structure id → (likeness from 0 to 100, place). Words count in any order."""
        wanted = telling_words(name)
        if not wanted:
            return {}
        scores = {
            index: score
            for _key, score, index in process.extract(
                " ".join(wanted), self.keys, scorer=fuzz.ratio, limit=30, score_cutoff=POSSIBLE
            )
        }
        for index in self._inside(frozenset(wanted)):
            # One name inside the other (« Le Toit » in « Le Toit du monde ») is a candidate, never a certainty.
            scores[index] = max(scores.get(index, 0.0), SURE - 1)
        best: dict[int, tuple[float, KnownPlace]] = {}
        for index, score in scores.items():
            place = self.places[index]
            if score > best.get(place.structure_id, (0.0, place))[0]:
                best[place.structure_id] = (score, place)
        return best

    def ranked(self, name: str) -> list[tuple[float, KnownPlace]]:
        """The structures of `like`, the likeliest first, open ones before closed ones."""
        return sorted(
            self.like(name).values(),
            key=lambda item: (-item[0], item[1].is_closed, item[1].name, item[1].structure_id),
        )

    def _inside(self, wanted: frozenset[str]) -> list[int]:
        """Names whose words hold all of the wanted ones, or are all held by them, when that says enough."""
        shared = Counter(index for word in wanted for index in self.by_word.get(word, ()))
        return [
            index
            for index, number in shared.items()
            if number == min(len(wanted), len(self.words[index]))
            and (number > 1 or len(next(iter(wanted & self.words[index]))) >= LONG_WORD)
        ]


class Matcher:
    """Finds the structure that a line means, among those of the directory."""

    def __init__(
        self,
        places: Iterable[KnownPlace],
        *,
        sirets: Mapping[str, int],
        sirens: Mapping[str, int],
        rnas: Mapping[str, int],
        communes: Mapping[str, str],
        postcodes: Mapping[str, tuple[str, ...]],
    ) -> None:
        """`communes`: folded name (old or of today) → code of today; `postcodes`: postcode → codes of communes."""
        self.sirets, self.sirens, self.rnas = sirets, sirens, rnas
        self.communes, self.postcodes = communes, postcodes
        self.by_commune: dict[str, NamePool] = defaultdict(NamePool)
        self.by_id: dict[int, KnownPlace] = {}
        self.everywhere = NamePool()
        for place in places:
            self.by_id.setdefault(place.structure_id, place)
            for name in place.names:
                self.by_commune[place.commune].add(name, place)
                self.everywhere.add(name, place)

    def judge(self, line: Line, choice: int | None = None) -> Judged:
        """The verdict of one line; `choice` is the structure that a person chose among the candidates."""
        if line.refusals:
            return Judged(line, Verdict.REFUSED, " ; ".join(line.refusals))
        for number, known, word in (
            (line.siret, self.sirets, "SIRET"),
            (line.siren, self.sirens, "SIREN"),
            (line.rna, self.rnas, "numéro RNA"),
        ):
            if number and number in known:
                return self._matched(line, known[number], f"par son {word}")
        commune = self._commune(line)
        candidates, found = self._by_name(line, commune)
        if choice is not None and choice in {place.structure_id for place in candidates}:
            return self._matched(line, choice, "choisie par vous")
        if found is not None:
            return self._matched(line, found.structure_id, "par son nom et sa commune")
        if line.decision == Decision.ADMIT and line.name and commune:
            if candidates:
                return Judged(
                    line, Verdict.REVIEW, "nouvelle, ou l’une de celles-ci ?", None, tuple(candidates), commune
                )
            return Judged(line, Verdict.ADMIT, "inconnue des fichiers : elle sera créée", commune=commune)
        return Judged(line, Verdict.REVIEW, self._unknown(line, commune, candidates), None, tuple(candidates), commune)

    def _matched(self, line: Line, structure_id: int, why: str) -> Judged:
        if not line.brings:
            return Judged(
                line, Verdict.REFUSED, "la ligne n’apporte ni contact, ni étiquette, ni décision", structure_id
            )
        return Judged(line, Verdict.MATCHED, why, structure_id)

    def _commune(self, line: Line) -> str:
        """Code of the commune the line names, when there is only one answer."""
        folded, _, _ = fold_place(line.commune).partition(" cedex")
        code = self.communes.get(folded)
        if code:
            return code
        near = self.postcodes.get(line.postcode, ())
        return near[0] if len(near) == 1 and not folded else ""

    def _by_name(self, line: Line, commune: str) -> tuple[list[KnownPlace], KnownPlace | None]:
        """Candidates, best first, and the one that is sure enough."""
        if not line.name:
            return [], None
        pool = self.by_commune.get(commune, NamePool()) if commune else self.everywhere
        ranked = pool.ranked(line.name)
        candidates = [place for _score, place in ranked[:CANDIDATES]]
        sure = bool(commune) and bool(ranked) and ranked[0][0] >= SURE
        rival = len(ranked) > 1 and ranked[1][0] > ranked[0][0] - MARGIN and not ranked[1][1].is_closed
        return candidates, ranked[0][1] if sure and not rival else None

    def _unknown(self, line: Line, commune: str, candidates: list[KnownPlace]) -> str:
        if candidates and commune:
            return "plusieurs structures ont un nom proche : choisissez" if len(candidates) > 1 else (
                "une structure a un nom proche : est-ce elle ?"
            )  # fmt: skip
        if candidates:
            return "la commune manque ou n’est pas du territoire : est-ce l’une de celles-ci ?"
        if line.siret or line.siren:
            return "ce numéro n’est pas dans l’annuaire du territoire"
        if line.decision == Decision.ADMIT and not commune:
            return "pour admettre cette structure, il faut sa commune, dans le territoire"
        if line.decision != Decision.ADMIT:
            return "inconnue de l’annuaire : pour l’y ajouter, mettez « inclure » et la raison"
        return "inconnue de l’annuaire"


def judge_all(lines: Sequence[Line], matcher: Matcher, choices: Mapping[int, int] | None = None) -> list[Judged]:
    """Verdict of every line. The same contact of the same structure twice in the file: the second is refused."""
    verdicts: list[Judged] = []
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        judged = matcher.judge(line, (choices or {}).get(line.number))
        if judged.verdict in {Verdict.MATCHED, Verdict.ADMIT}:
            target = judged.structure_id or (plain_words(line.name), judged.commune)
            content = (
                target, line.email or line.phone, plain_words(line.contact), line.tags,
                line.decision, line.reason, line.note,
            )  # fmt: skip
            if content in seen:
                judged = Judged(line, Verdict.REFUSED, f"déjà dite à la ligne {seen[content]}", judged.structure_id)
            else:
                seen[content] = line.number
        verdicts.append(judged)
    return verdicts


def counts(verdicts: Sequence[Judged]) -> dict[str, int]:
    """How many lines of each verdict, every verdict named."""
    found = Counter(judged.verdict.value for judged in verdicts)
    return {"read": len(verdicts)} | {verdict.value: found.get(verdict.value, 0) for verdict in Verdict}
