"""Nouns of the public face."""

from essaim.editorial.models.base import SitePage
from essaim.editorial.models.laureates import Laureate
from essaim.editorial.models.pages import ContentPage, HomePage
from essaim.editorial.models.pictures import Picture, Rendition

__all__ = ["ContentPage", "HomePage", "Laureate", "Picture", "Rendition", "SitePage"]
