"""Addresses of the open data."""

from django.urls import path

from essaim.opendata.api import open_urls
from essaim.opendata.views import documentation

urlpatterns = [
    path("api/", documentation, name="api-documentation"),
    path("api/v1/", open_urls()),
]
