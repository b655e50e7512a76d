"""The rule of `make test-postgres`: every test that meets the database, and no other, is run again."""

from __future__ import annotations

import pytest

from tests.support import meets_database

pytest_plugins = ["pytester"]

SOURCE = """
import pytest

@pytest.fixture
def of_a_room(db): ...

@pytest.fixture
def of_words(): ...

def test_nothing(of_words): ...
def test_fixture(db): ...
def test_through_another(of_a_room): ...
def test_transaction(transactional_db): ...
@pytest.mark.django_db
def test_mark(): ...
@pytest.mark.usefixtures("of_a_room")
def test_used(): ...
@pytest.mark.database
def test_process(): ...
@pytest.mark.parametrize("n", [1, 2])
def test_arithmetic(n): ...
"""


def test_what_meets_the_database_is_told_from_what_does_not(pytester):
    pytester.makeini("[pytest]\nmarkers = database: x\n")
    items = pytester.getitems(SOURCE)
    assert [item.name for item in items if not meets_database(item)] == [
        "test_nothing",
        "test_arithmetic[1]",
        "test_arithmetic[2]",
    ]


def test_this_one_does_not(request):
    assert not meets_database(request.node)


def test_this_one_does(request, territory):
    assert meets_database(request.node)


def test_without_asking_nobody_reaches_it():
    """What the rule rests on."""
    from essaim.foundation.models import Territory

    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Territory.objects.count()
