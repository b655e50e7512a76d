"""How complete a card is, and what to add next: what helps a visitor most comes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from essaim.directory.models import Card


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a card still lacks: what, what it brings, where it is written (a name of `urls_space`)."""

    title: str
    advice: str
    url_name: str = "space:card"
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the things that help are there, and those that are not, the most useful first."""

    done: int
    total: int
    missing: tuple[Missing, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing is missing."""
        return not self.missing


_STEPS: tuple[tuple[Callable[[Card, int], object], Missing], ...] = (
    (
        lambda card, _: card.description,
        Missing("Ce que vous faites", "Deux phrases simples suffisent.", anchor="id_description"),
    ),
    (
        lambda card, _: card.phone or card.email,
        Missing("Un téléphone ou un courriel", "Pour que l’on vous joigne.", anchor="id_phone"),
    ),
    (
        lambda card, _: card.hours or any(place.get("hours") for place in card.places),
        Missing("Vos horaires", "Le site dira « ouvert maintenant ».", anchor="id_hours_mon"),
    ),
    (
        lambda card, _: card.services,
        Missing("Ce que vous proposez", "Une chose par ligne : on vous trouvera par elle.", anchor="id_services"),
    ),
    (
        lambda card, _: card.audiences,
        Missing("Pour qui", "Les gens sauront qu’ils sont les bienvenus.", anchor="id_audiences"),
    ),
    (
        lambda _, photos: photos,
        Missing(
            "Une photo",
            "La porte, l’équipe au travail : on vous reconnaîtra.",
            url_name="space:photos",
            anchor="ajouter",
        ),
    ),
    (
        lambda card, _: card.website or card.links,
        Missing("Votre site ou un lien", "Pour aller plus loin.", anchor="id_website"),
    ),
    (
        lambda card, _: card.easy_summary,
        Missing("Un résumé facile à lire", "Pour les personnes qui lisent avec difficulté.", anchor="id_easy_summary"),
    ),
)


def completeness_of(card: Card, photos: int) -> Completeness:
    """What a card holds of what helps; `photos`: how many it keeps. No query."""
    missing = tuple(step for has, step in _STEPS if not has(card, photos))
    return Completeness(len(_STEPS) - len(missing), len(_STEPS), missing)
