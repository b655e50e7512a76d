"""A territory in a sentence: « de Grand Poitiers », « d’Amiens », « du Havre », « dans la CC du Haut-Poitou »."""

from __future__ import annotations

from essaim.observatory.enums import Level
from essaim.observatory.territory import Territory
from essaim.ui.placenames import elided

# How names of intercommunalités begin when they begin with a common noun, which takes its article.
_FEMININE = ("CC ", "CA ", "CU ", "Communauté ", "Métropole ", "Agglomération ", "Eurométropole ")
_MASCULINE = ("Territoire ", "Syndicat ")


def subject(territory: Territory) -> str:
    """The territory inside a sentence: « Grand Poitiers », « la région Bretagne », « Le Havre »."""
    article, name = _parts(territory)
    return territory.name if territory.name.endswith(f" {name}") and territory.name != name else article + name


def named(territory: Territory) -> str:
    """The same at the beginning of a sentence."""
    said = subject(territory)
    return said[:1].upper() + said[1:]


def of_place(territory: Territory) -> str:
    """« de Grand Poitiers », « du département Vienne », « des communes rurales »."""
    article, name = _parts(territory)
    if not article:
        return elided("de", name)
    return {"le ": f"du {name}", "les ": f"des {name}"}.get(article, f"de {article}{name}")


def at_place(territory: Territory) -> str:
    """« à Grand Poitiers », « au Havre », « dans la région Bretagne », « en France »."""
    article, name = _parts(territory)
    if territory.level == Level.COUNTRY:
        return f"en {name}"
    if not article:
        return f"à {name}"
    if territory.level == Level.COMMUNE:
        return {"le ": f"au {name}", "les ": f"aux {name}"}.get(article, f"à {article}{name}")
    return f"dans {article}{name}"


def _parts(territory: Territory) -> tuple[str, str]:
    """Article with its space (« la », « l’ », none) and what follows it."""
    name = territory.name
    match territory.level:
        case Level.COUNTRY:
            return "la ", name
        case Level.REGION:
            return "la ", f"région {name}"
        case Level.DEPARTMENT:
            return "le ", f"département {name}"
    if territory.members and name.startswith("Communes "):
        return "les ", name[:1].lower() + name[1:]
    if territory.level == Level.EPCI and name.startswith(_FEMININE):
        # « la CC », « la Métropole », « l’Agglomération ».
        return ("l’" if name[0] in "AE" else "la "), name
    if territory.level == Level.EPCI and name.startswith(_MASCULINE):
        return "le ", name
    for article in ("Le ", "Les "):
        if name.startswith(article):
            return article.lower(), name.removeprefix(article)
    return "", name
