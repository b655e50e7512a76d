"""Screens that set something of the territory served, before there is one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from essaim.foundation.territories import home

P = ParamSpec("P")


def with_territory(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answer in the view's place when no territory is served: a sentence that names the command (404)."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if home().pk is None:
            return render(request, "desk/no_territory.html", status=404)
        return view(request, *args, **kwargs)

    return wrapped
