"""Root addresses: each room brings its own."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("connexion/", include("allauth.urls")),
]
