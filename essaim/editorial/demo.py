"""The step that `essaim demo` runs: the first content of the territory, by the same door as a real installation."""

from __future__ import annotations

from collections.abc import Callable

from essaim.foundation.registries import DemoStep


def _run(report: Callable[[str], None]) -> None:
    from essaim.editorial.actions.planting import plant  # noqa: PLC0415 -- not at every start
    from essaim.editorial.search import index  # noqa: PLC0415
    from essaim.foundation.territories import home  # noqa: PLC0415

    plant(by="commande demo", territory=home(), report=report)
    if not index.version():
        index.refresh()  # the pages were there, their index was not: another data folder


def _version() -> str:
    from essaim.editorial.planting.reading import fingerprint  # noqa: PLC0415 -- not at every start

    return fingerprint()


STEP = DemoStep("pages", 97, "Pages : contenu de départ", _run, _version)
