"""What the words say exists: every setting is told, every command named anywhere answers, verbs included."""

import argparse
import re

import pytest
from django.core.management import get_commands, load_command_class

from essaim.site.cli import HELP
from essaim.stock.cli import parser as stock_parser
from tests.support import ROOT

GUIDE = (ROOT / "docs" / "operations.md").read_text()

# Words quoted, after a path, after a colon, or alone on their line: « essaim » is also a word of French.
OPENING = r"(?:`|«[ \u00a0\u202f]|bin/|: |^ {0,4}(?:\S[^`\n]*&& )?)"
WITH_NAME = re.compile(OPENING + r"essaim ([a-z_]+)(?: ([a-z-]+(?:\|[a-z-]+)*))?", re.MULTILINE)
WITHOUT_NAME = re.compile(r"(?:`|«[ \u00a0\u202f])(stock|directory|geography|officer|mails) ([a-z-]+)")
TARGET = re.compile(OPENING + r"make ([a-z-]+)", re.MULTILINE)


def texts():
    """Everything that may tell somebody what to type, by its path."""
    patterns = ("README.md", "docs/**/*.md", "essaim/**/*.py", "essaim/**/*.html", "essaim/**/*.txt", "bench/*.py")
    paths = [path for pattern in patterns for path in ROOT.glob(pattern)] + [ROOT / "Makefile"]
    tools = [path for path in (ROOT / "tools").iterdir() if path.is_file()]
    return {path.relative_to(ROOT): path.read_text() for path in [*paths, *tools]}


def verbs_of(parser):
    """The verbs that a command takes; none when it has no verb."""
    choices = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return set(next(choices, ()))


def our_commands():
    """The management commands of our rooms: name, and the room."""
    return {name: app for name, app in get_commands().items() if str(app).startswith("essaim.")}


@pytest.fixture(scope="module")
def families():
    """Every family of `essaim`, with its verbs; Django's own have none."""
    known = {name: set() for name in get_commands()} | {"stock": verbs_of(stock_parser())}
    for name, app in our_commands().items():
        known[name] = verbs_of(load_command_class(app, name).create_parser("essaim", name))
    return known


def test_every_setting_is_told():
    sources = [ROOT / "essaim" / "site" / "settings.py", ROOT / "tools" / "serve"]
    known = {name for path in sources for name in re.findall(r"ESSAIM_[A-Z_]+", path.read_text())}
    told = set(re.findall(r"ESSAIM_[A-Z_]+", GUIDE))
    assert told == known


def unknown(text, families):
    """The commands that a text names and that nothing answers."""
    named = [(family, verb) for found in (WITH_NAME, WITHOUT_NAME) for family, verb in found.findall(text)]
    return [
        f"{family} {verb}".strip()
        for family, verbs in named
        for verb in verbs.split("|")
        if family not in families or (verb and families[family] and verb not in families[family])
    ]


def test_every_command_named_anywhere_exists(families):
    named = texts()
    assert {str(path): found for path, text in named.items() if (found := unknown(text, families))} == {}
    everywhere = "\n".join(named.values())
    assert {"stock", *our_commands()} <= {family for family, _verb in WITH_NAME.findall(everywhere)}


def test_the_help_lists_every_family_of_ours():
    assert {"stock", *our_commands()} <= set(re.findall(r"^  essaim ([a-z]+)", HELP, re.MULTILINE))


@pytest.mark.parametrize(
    "text",
    [
        "`essaim geography cog`",
        "« geography cog »",
        "« essaim persons … »",
        "make migrate && essaim directory fly --apply",
        ".venv/bin/essaim officer add|dismiss",
        "lancez : essaim absent",
    ],
)
def test_a_command_that_does_not_exist_is_seen(families, text):
    assert unknown(text, families)


def test_every_target_of_make_named_anywhere_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for text in texts().values() for target in TARGET.findall(text)}
    assert {"run", "test", "real", "migrate", "bench"} <= named
    assert named <= targets
