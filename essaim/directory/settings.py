"""How the team runs the directory: read once, kept until the journal moves."""

from __future__ import annotations

from essaim.directory.models import DirectorySettings
from essaim.foundation.kept import Kept

_settings: Kept[None, DirectorySettings] = Kept(lambda _: DirectorySettings.objects.first() or DirectorySettings())


def directory_settings() -> DirectorySettings:
    """The settings in force; those by default while nobody has written any."""
    return _settings.of(None)
