"""Addresses of the observatory, under `/observatoire/`."""

from django.urls import URLPattern

app_name = "observatory"

urlpatterns: list[URLPattern] = []
