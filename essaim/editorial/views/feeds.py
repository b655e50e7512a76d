"""Atom feeds of news and initiatives (RFC 4287): whole addresses, kept like any page, answered 304 when unchanged."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import conditional_page, require_safe

from essaim.editorial.models import InitiativeIndexPage, InitiativePage, NewsIndexPage, NewsPage
from essaim.editorial.newsletter.links import whole
from essaim.editorial.stories import published_initiatives, published_news
from essaim.editorial.tree import address_of, tree
from essaim.foundation.pagecache import cache_anonymous
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.foundation.territories import home

MOST = 30
"""Entries of a feed."""

Story = NewsPage | InitiativePage


def _noon(day: date) -> datetime:
    """A dated page has no hour: noon in France stays on its day everywhere in the country."""
    return timezone.make_aware(datetime.combine(day, time(12)))


class _StoryFeed(Feed[Story, NewsIndexPage | InitiativeIndexPage]):
    """What both feeds share. Addresses are whole from the start: the feed believes no host that a visitor sends."""

    feed_type = Atom1Feed
    index: ClassVar[type[NewsIndexPage] | type[InitiativeIndexPage]]
    route: ClassVar[str]

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NewsIndexPage | InitiativeIndexPage:
        """The list that the feed follows."""
        page = self.index.objects.filter(pk__in=[leaf.pk for leaf in tree().of_model(self.index.__name__)[:1]]).first()
        if page is None:
            raise Http404("Cette liste n’est pas publiée.")
        return page

    def title(self, obj: NewsIndexPage | InitiativeIndexPage) -> str:
        """The list's title, and whose it is."""
        return clean_line(f"{obj.title} · {home().site_name}, {home().short_name}")

    def subtitle(self, obj: NewsIndexPage | InitiativeIndexPage) -> str:
        """The list's introduction."""
        return clean_text(obj.intro)

    def link(self, obj: NewsIndexPage | InitiativeIndexPage) -> str:
        """The list."""
        return whole(address_of(obj.url_path))

    def feed_url(self, obj: NewsIndexPage | InitiativeIndexPage) -> str:
        """The feed itself."""
        return whole(reverse(self.route))

    def feed_guid(self, obj: NewsIndexPage | InitiativeIndexPage) -> str:
        """The feed's identity: its address."""
        return whole(reverse(self.route))

    def author_name(self, obj: NewsIndexPage | InitiativeIndexPage) -> str:
        """Atom asks for an author: the authority."""
        return clean_line(home().name)

    def item_title(self, item: Story) -> str:
        """The page's title, without the signs that XML 1.0 forbids: one would break the whole feed."""
        return clean_line(item.title)

    def item_description(self, item: Story) -> str:
        """Its summary, in plain text."""
        return clean_text(item.intro)

    def item_link(self, item: Story) -> str:
        """The page."""
        return whole(address_of(item.url_path))

    def item_guid(self, item: Story) -> str:
        """An identity that survives a change of address (RFC 4287, 4.2.6)."""
        return f"urn:uuid:{item.translation_key}"

    def item_pubdate(self, item: Story) -> datetime:
        """The day of its publication, never that of what it tells."""
        return _noon(item.day)

    def item_updateddate(self, item: Story) -> datetime:
        """When it was last published, never before its own day."""
        changed = item.last_published_at
        return max(changed, _noon(item.day)) if changed else _noon(item.day)


class _NewsFeed(_StoryFeed):
    """The newest articles."""

    index = NewsIndexPage
    route = "news_feed"

    def items(self, obj: NewsIndexPage | InitiativeIndexPage) -> list[Story]:
        """The newest first."""
        return list(published_news()[:MOST])


class _InitiativeFeed(_StoryFeed):
    """The newest initiatives."""

    index = InitiativeIndexPage
    route = "initiative_feed"

    def items(self, obj: NewsIndexPage | InitiativeIndexPage) -> list[Story]:
        """The newest first."""
        return list(published_initiatives()[:MOST])

    def item_categories(self, item: Story) -> list[str]:
        """The theme, when it has one."""
        return [str(item.get_theme_display())] if isinstance(item, InitiativePage) and item.theme else []


_news, _initiatives = _NewsFeed(), _InitiativeFeed()


@require_safe
@cache_anonymous(seconds=300, params=())
@conditional_page
def news_feed(request: HttpRequest) -> HttpResponseBase:
    """`/actualites/flux.xml`."""
    return _news(request)


@require_safe
@cache_anonymous(seconds=300, params=())
@conditional_page
def initiative_feed(request: HttpRequest) -> HttpResponseBase:
    """`/initiatives/flux.xml`."""
    return _initiatives(request)
