"""The door of the compared server: the site's own, with the bench's addresses."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

from essaim.site.wsgi import application

__all__ = ["application"]
