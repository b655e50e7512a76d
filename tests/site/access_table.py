"""Write tests/site/access.csv anew, from what the site answers: read the difference before it is kept.

    .venv/bin/python -m pytest tests/site/access_table.py -q -p no:cacheprovider

Lines that were there keep their order; new addresses come in the order of the site.
"""

from __future__ import annotations

import csv

from django.test import Client

from essaim.people import access
from tests.site.addresses import every_address
from tests.site.test_access_table import METHODS, TABLE, ask
from tests.site.world import ROLES, make_world


def test_write_the_table(db, monkeypatch):
    """One request an address, a method and a role."""
    monkeypatch.setattr(access, "_keep", lambda request: None)
    world = make_world()
    met = {}
    for role in ROLES:
        for address in every_address():
            for method in METHODS:
                client = Client(raise_request_exception=False)
                if world.people[role] is not None:
                    client.force_login(world.people[role])
                met[address.name, method, role] = ask(client, address, world, method)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", "method", "route", *ROLES])
        for address in every_address():
            for method in METHODS:
                answers = [met[address.name, method, role] for role in ROLES]
                writer.writerow([address.name, method, address.route, *answers])
