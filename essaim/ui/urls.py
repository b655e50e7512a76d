"""Addresses of the room: the territory's colours, and in development the style guide."""

from django.conf import settings
from django.urls import path, re_path

from essaim.ui import views

app_name = "ui"

urlpatterns = [re_path(r"^theme\.(?P<digest>[0-9a-f]{12})\.css$", views.theme_css, name="theme")]

if settings.DEBUG:
    urlpatterns.append(path("style/", views.style_guide, name="style-guide"))
