"""Addresses of one's own account, under `/compte/`, under the names that allauth looks for where it has some."""

from django.urls import path

from essaim.people.views import account

urlpatterns = [
    path("double-verification/", account.second_factor, name="second_factor"),
]
