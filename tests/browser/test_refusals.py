"""The pages that nobody wishes to see are legible too."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.urls("tests.browser.refusal_urls"), pytest.mark.django_db(transaction=True)]


def test_every_refusal_is_accessible_at_every_look_and_has_a_way_out(page_at, tour, territory):
    page = page_at()
    pages = [f"/essai/{what}/" for what in ("400", "csrf", "413", "429", "500", "503")]
    assert tour(page, pages) == {}
    for address in pages:
        page.goto(address)
        assert page.locator("main a[href], main ol").count(), f"{address} : aucune issue"
    assert [line for line in page.trouble if "status of" not in line] == []
