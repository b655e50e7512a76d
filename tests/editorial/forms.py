"""The editors' form, filled as a browser fills it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self._select, self._area = [], None, None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name = said.get("name")
        if tag == "input" and name and said.get("type") not in ("submit", "file", "button"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self.found.append((name, said.get("value") or ("on" if said.get("type") == "checkbox" else "")))
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and "selected" in said:
            self.found.append((self._select, said.get("value", "")))
        elif tag == "textarea" and name:
            self._area = (name, [])

    def handle_data(self, data):
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            self.found.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None


def page_form(client, page, path=None):
    """The fields of a page's form that are plain HTML (streams, which are drawn by a script, are empty)."""
    html = client.get(path or f"/cms/pages/{page.pk}/edit/").content.decode()
    html = html[html.index('id="page-edit-form"') :] if 'id="page-edit-form"' in html else html
    reader = _Fields()
    reader.feed(html)
    fields = {name: value for name, value in reader.found if not re.search(r"__prefix__|^(action-|q$)", name)}
    for stream in ("body", "easy_body"):
        fields.setdefault(f"{stream}-count", "0")
    return fields


def stream(name, blocks):
    """Fields of a stream: [(type, {sub-field: value}), …]; a value that is a dict is a nested structure."""
    fields = {f"{name}-count": str(len(blocks))}
    for rank, (kind, values) in enumerate(blocks):
        fields |= {
            f"{name}-{rank}-deleted": "",
            f"{name}-{rank}-order": str(rank),
            f"{name}-{rank}-type": kind,
            f"{name}-{rank}-id": "",
        }
        for key, value in values.items():
            fields[f"{name}-{rank}-value-{key}"] = value
    return fields


def typed(*paragraphs, links=()):
    """What Draftail sends: paragraphs of plain text; `links`: (offset, length, address) in the first one."""
    entities = {
        str(number): {"type": "LINK", "mutability": "MUTABLE", "data": {"url": url}}
        for number, (_, _, url) in enumerate(links)
    }
    ranges = [{"offset": start, "length": length, "key": key} for key, (start, length, _) in enumerate(links)]
    blocks = [
        {
            "key": f"b{rank}",
            "text": text,
            "type": "unstyled",
            "depth": 0,
            "inlineStyleRanges": [],
            "entityRanges": ranges if rank == 0 else [],
            "data": {},
        }
        for rank, text in enumerate(paragraphs)
    ]
    return json.dumps({"blocks": blocks, "entityMap": entities})
