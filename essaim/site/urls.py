"""Root addresses: each room brings its own."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("essaim.ui.urls")),
    path("connexion/", include("allauth.urls")),
]
