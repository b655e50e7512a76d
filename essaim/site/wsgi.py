"""The door of the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
application = get_wsgi_application()


def _warm_up() -> None:
    """Import what the first visitor would wait for, before the workers are forked: they share its memory."""
    from django.urls import get_resolver
    from django.utils import timezone

    from essaim.foundation.hours import public_holidays

    _ = get_resolver().url_patterns
    public_holidays(timezone.localdate().year)
    # A page makes thousands of objects: at its default of 700, the collector would walk all that is loaded at each.
    gc.collect()
    gc.set_threshold(20_000, 20, 20)


_warm_up()
