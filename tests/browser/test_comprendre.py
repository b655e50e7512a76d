"""« Comprendre » in a real browser: read, checked by keyboard, without script, at every width."""

from __future__ import annotations

import pytest

from tests.foundation.factories import TerritoryFactory
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/comprendre/",
    "/comprendre/familles/",
    "/comprendre/principes/",
    "/comprendre/esus-et-insertion/",
    "/comprendre/ce-qui-n-est-pas-l-ess/",
    "/comprendre/facile/",
    "/entreprendre-autrement/",
    "/comprendre/verifier/",
    "/comprendre/verifier/?forme=association",
    "/comprendre/verifier/?forme=societe&but=oui&gouvernance=non&benefices=je-ne-sais-pas&utilite=oui",
)


@pytest.fixture
def planted():
    from essaim.editorial.actions.planting import plant

    remembered("planted in its territory", lambda: plant(by="test", territory=TerritoryFactory()))


def test_every_page_fits_and_is_accessible(planted, page_at, axe, sideways):
    for width, theme in ((320, "light"), (1280, "dark")):
        page = page_at(width, theme)
        for path in PAGES:
            page.goto(path)
            assert axe(page) == [], path
            assert sideways(page) == [], path
        assert page.trouble == []


@pytest.mark.parametrize("script", [True, False])
def test_the_check_is_answered_with_the_keyboard_alone(planted, page_at, script):
    page = page_at(360, java_script_enabled=script)
    page.goto("/comprendre/verifier/")
    page.locator("#forme-societe").focus()
    for answer in ("#but-oui", "#gouvernance-oui", "#benefices-oui", "#utilite-oui"):
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.locator(answer).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Oui, si vos statuts disent bien tout cela").wait_for()
    assert page.url.endswith("?forme=societe&but=oui&gouvernance=oui&benefices=oui&utilite=oui#suite")
    assert page.trouble == []
