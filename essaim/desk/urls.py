"""Addresses of the officer's desk."""

app_name = "desk"

urlpatterns: list[object] = []
