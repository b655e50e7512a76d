"""JSON inside a script element."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from essaim.ui.markup import script_json


@given(st.dictionaries(st.text(), st.text()))
def test_nothing_leaves_the_script_element(document):
    text = script_json(document)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == document


def test_the_end_of_a_script_is_only_text():
    assert script_json({"name": "</script><!--"}) == '{"name":"\\u003c/script\\u003e\\u003c!--"}'
