"""Hostile settings: what production forgives, tests refuse. An undefined variable in a template fails the test."""

from __future__ import annotations

import sys


class UndefinedTemplateVariableError(AssertionError):
    """A template printed a variable that nobody gave it (`{% if x %}` and `{% firstof %}` remain free to ask)."""


class _Undefined(str):
    """What Django prints in place of an undefined variable: printing it raises."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: object) -> str:
        if _is_of_a_library():
            return ""
        raise UndefinedTemplateVariableError(f"Variable inconnue dans un gabarit : « {variable} ».")


def _is_of_a_library() -> bool:
    """The template being printed is not ours (Wagtail's own lean on variables that are not there)."""
    frame = sys._getframe(2)
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None:
            return "/site-packages/" in str(origin)
        frame = frame.f_back
    return False


def make_settings_hostile() -> None:
    """Change the settings before the template engine is built: call it from `pytest_configure`."""
    from django.conf import settings

    for engine in settings.TEMPLATES:
        engine["OPTIONS"]["string_if_invalid"] = _Undefined("indéfini")
