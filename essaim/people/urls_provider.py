"""Addresses of the sign-in provider, under `/connexion/fournisseur/`. The two last are declared to the provider."""

from django.urls import path

from essaim.people.views import provider

urlpatterns = [
    path("", provider.start, name="provider_start"),
    path("relier/", provider.connect, name="provider_connect"),
    path("separer/", provider.disconnect, name="provider_disconnect"),
    path("fin/", provider.leave, name="provider_leave"),
    path("retour/", provider.back, name="provider_return"),
    path("parti/", provider.left, name="provider_left"),
]
