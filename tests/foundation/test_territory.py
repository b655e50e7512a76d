"""The one door of the territories served."""

from __future__ import annotations

import pytest

from essaim.foundation.actions import put_last, remove_territory, set_territory
from essaim.foundation.models import JournalEntry, Territory

pytestmark = pytest.mark.django_db


def test_a_rank_is_never_given_twice():
    first, second, third = (set_territory(by="x", siren=f"20000000{n}", name=f"EPCI {n}") for n in range(3))
    remove_territory(by="x", territory=first, reason="r")
    set_territory(by="x", siren="200000009", name="EPCI 9")
    assert list(Territory.objects.values_list("siren", "rank")) == [
        (second.siren, 1),
        (third.siren, 2),
        ("200000009", 3),
    ]
    put_last(by="x", territory=second, reason="r")
    assert [territory.siren for territory in Territory.objects.all()] == [third.siren, "200000009", second.siren]
    told = JournalEntry.objects.exclude(verb="territoire servi").order_by("id")
    assert [(entry.verb, entry.before, entry.after) for entry in told] == [
        ("territoire retiré", {"siren": first.siren, "name": "EPCI 0", "rank": 0}, None),
        ("territoire passé derrière", {"rank": 1}, {"rank": 4}),
    ]
