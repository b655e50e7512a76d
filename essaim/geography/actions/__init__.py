"""The only door for writes about places."""

from essaim.geography.actions.cog import CogReport, CogUnavailable, load_cog, read_cog
from essaim.geography.actions.contours import ContourReport, UnknownContours, load_contours
from essaim.geography.actions.density import DensityReport, UnknownGrid, load_density
from essaim.geography.actions.places import (
    BadFictitiousPlace,
    FictitiousCommune,
    add_fictitious_territory,
    set_median_centres,
)

__all__ = [
    "BadFictitiousPlace",
    "CogReport",
    "CogUnavailable",
    "ContourReport",
    "DensityReport",
    "FictitiousCommune",
    "UnknownContours",
    "UnknownGrid",
    "add_fictitious_territory",
    "load_cog",
    "load_contours",
    "load_density",
    "read_cog",
    "set_median_centres",
]
