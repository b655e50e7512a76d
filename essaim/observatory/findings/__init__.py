"""What figures say, in one French sentence, worked out from them: still true after any reload. Pure functions.

No sentence ranks what is not known: a part that is secret is said to be so beside the first of those that are known.
Two fields, or an estimate and a count, are never compared. Sentences have no full stop: they are titles.
"""

from essaim.observatory.findings.figures import count, headline, history, share, women
from essaim.observatory.findings.parts import Ranking, families, rank, sectors, sizes
from essaim.observatory.findings.territories import communes, compared, side_by_side, urban_rural

__all__ = [
    "Ranking",
    "communes",
    "compared",
    "count",
    "families",
    "headline",
    "history",
    "rank",
    "sectors",
    "share",
    "side_by_side",
    "sizes",
    "urban_rural",
    "women",
]
