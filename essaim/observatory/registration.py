"""What the observatory tells the rooms below."""

from __future__ import annotations


def register() -> None:
    """Called once, when Django is ready."""
