"""The card of a structure, made in Python: twenty of them by a template's loop cost four times as much.

Everything that comes from outside goes through `escape`; icons and families come from `ui.markup`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.safestring import SafeString, mark_safe

from essaim.directory.cards import CardView
from essaim.directory.wording import TagView
from essaim.ui import typography
from essaim.ui.markup import escape, family, icon


def card(shown: CardView) -> SafeString:
    """One structure in a list: name and address, what and where, how to reach it, marks, and why it is there."""
    facts = shown.facts
    closed = " card--closed" if facts.closed else ""
    html = (
        f'<article class="card card--link{closed}">'
        f'<h3 class="card__title"><a href="{escape(facts.url)}">{escape(facts.name)}</a></h3>'
        f'<p class="card__meta">{escape(shown.summary)}</p>'
        f'<div class="card__facts">{family(facts.family)}{"".join(_facts(shown))}</div>'
        f"{_tags(shown.tags)}{_why(shown)}</article>"
    )
    return mark_safe(html)  # noqa: S308 -- every value was escaped where it was put in


def _facts(shown: CardView) -> Iterator[str]:
    if shown.distance is not None:
        yield f"<span>{icon('pin')}{escape(typography.distance(shown.distance))}</span>"
    if shown.facts.phone:
        number = shown.facts.phone
        link = typography.phone_link(number)
        said = f"{icon('phone')}{escape(typography.phone(number))}"
        yield f'<a href="{escape(link)}">{said}</a>' if link else f"<span>{said}</span>"
    if shown.hours_now:
        yield f"<span>{icon('clock')}{escape(shown.hours_now)}</span>"


def _tags(tags: list[TagView]) -> str:
    if not tags:
        return ""
    items = "".join(f'<li class="tag{f" tag--{tag.tone}" if tag.tone else ""}">{escape(tag.text)}</li>' for tag in tags)
    return f'<ul class="tags card__foot">{items}</ul>'


def _why(shown: CardView) -> str:
    why = shown.why
    return f'<p class="why mt-2"><b>{escape(why.title)}</b> {escape(why.text)}</p>' if why else ""
