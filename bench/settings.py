"""The site's own settings, plus one trivial page to compare with: same middleware, same server."""

from essaim.site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
