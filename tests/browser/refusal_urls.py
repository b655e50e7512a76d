"""Addresses that answer each page of refusal, as the site answers them, beside the whole site."""

from django.shortcuts import render
from django.urls import include, path


def broken(request):
    raise ValueError("une panne")


def page(template, status, **context):
    return lambda request: render(request, template, context, status=status)


urlpatterns = [
    path("essai/400/", page("400.html", 400)),
    path("essai/csrf/", page("403_csrf.html", 403)),
    path("essai/413/", page("foundation/too_large.html", 413)),
    path("essai/429/", page("foundation/too_many.html", 429, minutes=3)),
    path("essai/500/", broken),
    path("essai/503/", page("foundation/busy.html", 503)),
    path("", include("essaim.site.urls")),
]
