"""Every address × role × ownership × GET and POST, against the table kept beside this file.

The table (`access.csv`) says what each role meets: the code of the answer, « door » for the sign-in page, « second »
for the set-up of a second factor. An address that it lacks fails, as does a line of an address that is no more. The
rules under it are read from the table itself: whoever copies a wrong answer into it still meets them.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from essaim.people import access
from tests.site.addresses import Address, editors_addresses, every_address
from tests.site.world import ROLES, World, make_world

TABLE = Path(__file__).with_name("access.csv")
METHODS = ("GET", "POST")
PUBLIC_NAMESPACES = {"directory", "observatory", "api-1", "letter", "ui", "foundation"}

Row = dict[str, str]


def read_table() -> dict[tuple[str, str], Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["address"], row["method"]): row for row in csv.DictReader(file)}


def told(answer) -> str:
    """What the visitor meets, in a word."""
    if answer.status_code in (301, 302):
        place = answer["Location"]
        if place.startswith((reverse("account_login"), "/connexion/?")):
            return "door"
        if place.startswith(reverse("second_factor")):
            return "second"
        return "moves"
    return str(answer.status_code)


def ask(client: Client, address: Address, world: World, method: str) -> str:
    """One request, whose writes are taken back."""
    try:
        path = address.path(world.arguments(address.name))
    except NoReverseMatch as error:
        pytest.fail(f"{address.name} ({address.route}) : dites ses arguments dans tests/site/world.py ({error})")
    cache.clear()  # each request is the first of its hour: limits have tests of their own
    with transaction.atomic():
        answer = client.get(path) if method == "GET" else client.post(path, {})
        if getattr(answer, "streaming", False):
            for _ in answer:
                pass
        transaction.set_rollback(True)
    return told(answer)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_role_meets_what_the_table_says(db, role, monkeypatch):
    monkeypatch.setattr(access, "_keep", lambda request: None)
    world = make_world()
    table = read_table()
    wrong = []
    for address in every_address():
        for method in METHODS:
            client = Client(raise_request_exception=False)
            if world.people[role] is not None:
                client.force_login(world.people[role])
            met = ask(client, address, world, method)
            row = table.get((address.name, method))
            if row is None:
                wrong.append(f"{address.name},{method},{role}: {met} (la table n’a pas cette adresse)")
            elif row[role] != met:
                wrong.append(f"{address.name},{method},{role}: {met} au lieu de {row[role]}")
    assert wrong == []


def test_the_table_has_no_address_that_is_no_more():
    known = {(address.name, method) for address in every_address() for method in METHODS}
    assert set(read_table()) - known == set()


def rows(prefix: str) -> list[Row]:
    return [row for row in read_table().values() if row["route"].startswith(prefix)]


REFUSED = {"door", "403", "404", "405"}


@pytest.mark.parametrize("role", ROLES[:7])
def test_nobody_but_the_team_enters_its_space(role):
    assert rows("equipe/")
    assert [row["address"] for row in rows("equipe/") if row[role] not in REFUSED] == []


def test_a_visitor_is_led_to_the_door_of_every_kept_place():
    kept = [row for row in (*rows("equipe/"), *rows("espace/"), *rows("compte/")) if "token" not in row["route"]]
    kept = [row for row in kept if row["address"] not in {"mfa_index", "mfa_list_webauthn"}]  # lead to another address
    assert [row["address"] for row in kept if row["visitor"] not in {"door", "404", "405"}] == []


@pytest.mark.parametrize("role", ["other", "ended", "juror", "elected"])
def test_in_somebody_else_s_space_one_is_nobody(role):
    """What names a structure answers another's representative, or yesterday's, as anybody with an account."""
    inside = [row for row in rows("espace/") if "key" in row["route"]]
    assert inside
    assert [row["address"] for row in inside if row[role] != row["resident"]] == []
    assert [row["address"] for row in inside if row[role] not in REFUSED] == []


def test_its_own_representative_enters():
    inside = [row for row in rows("espace/") if "key" in row["route"] and row["method"] == "GET"]
    assert any(row["own"] == "200" for row in inside)


def test_nothing_fails():
    """`/sante/` is ill in a world that no synchronisation has made."""
    failing = [row["address"] for row in read_table().values() if any(row[role].startswith("5") for role in ROLES)]
    assert set(failing) <= {"foundation:health"}


NOTHING_THERE = {
    "foundation:media", "foundation:outbox", "foundation:outbox_message", "foundation:outbox_html",
    "account_reset_password_from_key", "entry_link", "address_confirm", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "provider_start", "provider_connect", "provider_disconnect", "provider_leave", "provider_return", "provider_left",
    "officer:import_preview", "officer:import_abandon", "officer:siren", "observatory_officer:preview",
    "observatory_officer:abandon", "observatory_officer:vintage", "observatory_officer:publish",
    "observatory_officer:withdraw", "observatory_officer:comment", "observatory_officer:comment_delete",
    "observatory_officer:fact", "observatory_officer:fact_delete", "observatory:commune", "observatory:figure",
    "observatory:figure_json", "observatory:chart", "observatory:note", "observatory:note_pdf",
    "observatory:note_latest", "desk:hours_remove", "desk:hours_school_back", "directory:map_base",
    "wagtaildocs_serve", "letter:confirm", "letter:letter", "letter:unsubscribe", "letter:thanks", "sitemap-part",
    "sitemap-structures", "sitemap", "news_feed", "initiative_feed", "wagtailcore_login", "wagtail_serve",
    "mfa_authenticate", "session_end", "demonstration", "claims:appeal", "letter:subscribe", "directory:map_point",
    "api-1:api-root",
}  # fmt: skip
"""What speaks of something that this small world lacks: their own rooms' tests let each role in or out."""


def test_whoever_is_refused_is_refused_where_somebody_enters():
    """A line of 404 alone proves nothing: apart from those named above, each address lets some role in."""
    met: dict[str, set[str]] = {}
    for row in read_table().values():
        met.setdefault(row["address"], set()).update(row[role] for role in ROLES)
    mute = {address for address, answers in met.items() if answers <= {"404", "405"}}
    assert mute <= NOTHING_THERE


@pytest.mark.parametrize("role", ["visitor", "resident", "own"])
def test_the_editors_pages_have_one_door(db, role):
    """Their two hundred addresses share it: no role of ours but the team's and the contributors' passes."""
    world = make_world()
    client = Client()
    if world.people[role] is not None:
        client.force_login(world.people[role])
    met = set()
    for address in editors_addresses():
        path = "/" + address.route.replace("^", "").replace("$", "").replace("\\Z", "")
        if "(" in path or "<" in path:
            continue
        met |= {told(client.get(path)), told(client.post(path))}
    assert met <= ({"door", "404", "405", "moves"} if role == "visitor" else {"403", "404", "405", "moves"})
