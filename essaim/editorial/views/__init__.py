"""Screens of the public face."""

from essaim.editorial.views.page import page

__all__ = ["page"]
