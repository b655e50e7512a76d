"""Reads the files of first content."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any


class BadContent(ValueError):
    """A file of first content cannot be planted; the message names it."""


@dataclass(frozen=True)
class PageSeed:
    """One page: its address, the name of its model, and its fields (texts, numbers, lists of blocks)."""

    path: str
    model: str
    order: int
    fields: Mapping[str, Any]

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return self.path.strip("/").rpartition("/")[2]

    @property
    def parent(self) -> str:
        """The address of the page above."""
        above = self.path.strip("/").rpartition("/")[0]
        return f"/{above}/" if above else "/"


@dataclass(frozen=True)
class RowSeeds:
    """Rows of one snippet model; `key` names the fields that tell one row from another."""

    model: str
    key: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Content:
    """Everything to plant for one territory: pages from the door down, then rows."""

    pages: tuple[PageSeed, ...] = ()
    rows: tuple[RowSeeds, ...] = field(default=())


TERRITORY = "territory.toml"


def read_facts(siren: str) -> Mapping[str, Any]:
    """The public facts of a known authority (address, phone, hours…); none for any other. Raises BadContent."""
    file = resources.files("essaim.editorial.planting") / "content" / siren / TERRITORY
    if not siren or not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadContent(f"Le contenu de départ « {siren}/{TERRITORY} » ne se lit pas : {error}") from error


def read_content(siren: str, names: Mapping[str, str]) -> Content:
    """Return the content of a territory; `names` replaces `{{name}}` and the like in every text.

    Raises BadContent when a file cannot be read.
    """
    folder = resources.files("essaim.editorial.planting") / "content"
    pages: dict[str, PageSeed] = {}
    rows: list[RowSeeds] = []
    for name in ("common", siren):
        place = folder / name
        if not name or not place.is_dir():
            continue
        for file in sorted(place.iterdir(), key=lambda item: item.name):
            if file.name.endswith(".toml") and file.name != TERRITORY:
                _read_file(file, names, pages, rows)
    ordered = sorted(pages.values(), key=lambda page: (page.path.count("/"), page.order, page.path))
    return Content(tuple(ordered), tuple(rows))


def _read_file(file: Traversable, names: Mapping[str, str], pages: dict[str, PageSeed], rows: list[RowSeeds]) -> None:
    text = file.read_text(encoding="utf-8")
    for key, value in names.items():
        text = text.replace("{{" + key + "}}", value)
    try:
        raw = tomllib.loads(text)
        if file.name.startswith("rows-"):
            rows.append(RowSeeds(raw["model"], tuple(raw["key"]), tuple(raw["rows"])))
        elif "changes" in raw:
            pages[raw["path"]] = _changed(pages[raw["path"]], raw["changes"])
        else:
            path = raw.pop("path")
            pages[path] = PageSeed(path, raw.pop("model"), raw.pop("order", 50), raw)
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BadContent(f"Le contenu de départ « {file.name} » ne se lit pas : {error}") from error


def _changed(seed: PageSeed, changes: Sequence[Mapping[str, Any]]) -> PageSeed:
    """The page of any territory with a few blocks completed: in the list `field`, the block whose `key` is `value`.

    Raises KeyError when there is no such block.
    """
    fields = dict(seed.fields)
    for change in changes:
        name, key, value = change["field"], change["key"], change["value"]
        if not any(block["value"].get(key) == value for block in fields[name]):
            raise KeyError(f"{name}, {key} = {value}")
        fields[name] = [
            {**block, "value": {**block["value"], **change["set"]}} if block["value"].get(key) == value else block
            for block in fields[name]
        ]
    return replace(seed, fields=fields)


def fingerprint() -> str:
    """Changes with any file of first content, so that the demonstration plants what is new."""
    folder = resources.files("essaim.editorial.planting") / "content"
    digest = hashlib.sha256()
    for place in sorted(folder.iterdir(), key=lambda item: item.name):
        if place.is_dir():
            for file in sorted(place.iterdir(), key=lambda item: item.name):
                digest.update(f"{place.name}/{file.name}".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
