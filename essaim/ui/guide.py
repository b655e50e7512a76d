"""What the style guide shows: invented samples, one per component."""

from __future__ import annotations


def samples() -> dict[str, object]:
    """Return the context of the style guide."""
    return {}
