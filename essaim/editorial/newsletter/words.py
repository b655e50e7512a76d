"""What the newsletter's screens say: the words of its page, which the team may change, else those of the start."""

from __future__ import annotations

from essaim.editorial.models import NewsletterPage


def newsletter_words() -> NewsletterPage:
    """The page published, or one that nobody has written, whose words are those of the start."""
    return NewsletterPage.objects.live().first() or NewsletterPage()


def consent() -> str:
    """The sentence above the button, as it is now."""
    return newsletter_words().consent
