"""Addresses of the public face; the last one serves whatever page the officer has written."""

from django.urls import re_path
from wagtail.urls import serve_pattern

from essaim.editorial import views

urlpatterns = [
    re_path(serve_pattern, views.page, name="wagtail_serve"),
]
