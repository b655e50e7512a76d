"""Somebody's own session in a browser, without walking through the door (which has its own tests)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client

from essaim.people.models import Person


def origin(page):
    """The root of the site that a page shows: a cookie given for a deeper address would stay under it."""
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}/"


def enter(page, wanted="/equipe/", email="agent@exemple.fr"):
    """Give the browser the session of that account, then open the page wanted."""
    client = Client()
    client.force_login(Person.objects.get(email=email))
    page.goto("/annuaire/criteres/")
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": origin(page)}])
    page.goto(wanted)
    page.wait_for_url(f"**{wanted}")
