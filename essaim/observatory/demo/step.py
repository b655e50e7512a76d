"""The step that `essaim demo` runs, without what it needs: the room registers it at every start of Django."""

from __future__ import annotations

from collections.abc import Callable

from essaim.foundation.registries import DemoStep


def _run(report: Callable[[str], None]) -> None:
    from essaim.observatory.demo.steps import fill  # noqa: PLC0415 -- not at every start

    fill(report)


def _version() -> str:
    from essaim.observatory.demo.mark import version  # noqa: PLC0415 -- not at every start

    return version()


# After the officer, who signs a comment.
STEP = DemoStep("observatory", 95, "Observatoire : chiffres inventés, faits publiés", _run, _version)
