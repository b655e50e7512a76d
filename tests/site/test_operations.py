"""What the guide of operations says exists: every setting is told, every command answers."""

import re

from django.core.management import get_commands

from tests.support import ROOT

GUIDE = (ROOT / "docs" / "operations.md").read_text()


def test_every_setting_is_told():
    sources = [ROOT / "essaim" / "site" / "settings.py", ROOT / "tools" / "serve"]
    known = {name for path in sources for name in re.findall(r"ESSAIM_[A-Z_]+", path.read_text())}
    told = set(re.findall(r"ESSAIM_[A-Z_]+", GUIDE))
    assert told == known


def test_every_command_exists():
    families = set(re.findall(r"\bessaim ([a-z_]+)(?= |`|$)", GUIDE, re.MULTILINE)) - {"stock"}
    assert {"officer", "directory", "db_worker"} <= families
    assert families <= set(get_commands())
