"""Where a public form was sent from."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from essaim.foundation.origin import sent_from_here


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, True),
        ({"origin": "http://testserver"}, True),
        ({"origin": "https://TESTSERVER"}, True),
        ({"origin": "http://127.0.0.1:8000"}, True),  # SITE_URL
        ({"referer": "http://testserver/contact/"}, True),
        ({"origin": "http://testserver", "referer": "https://ailleurs.exemple/"}, True),
        ({"origin": "null"}, False),
        ({"origin": "https://ailleurs.exemple"}, False),
        ({"origin": "https://testserver.ailleurs.exemple"}, False),
        ({"origin": "https://testserver@ailleurs.exemple"}, False),
        ({"referer": "https://ailleurs.exemple/?http://testserver"}, False),
        ({"referer": "http://[::1"}, False),
        ({"origin": "testserver"}, False),
    ],
)
def test_only_this_site_or_silence(headers, expected):
    assert sent_from_here(RequestFactory().post("/contact/", headers=headers)) is expected
