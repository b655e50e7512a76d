"""Addresses of the newsletter, under `/lettre/`; the page at `/lettre/` itself is the officer's."""

from django.urls import path

from essaim.editorial.views import newsletter

app_name = "letter"

urlpatterns = [
    path("abonnement/", newsletter.subscribe_view, name="subscribe"),
    path("merci/", newsletter.thanks, name="thanks"),
    path("confirmer/<str:token>/", newsletter.Confirm.as_view(), name="confirm"),
    path("desabonner/<str:key>/", newsletter.Unsubscribe.as_view(), name="unsubscribe"),
    path("<int:number>/", newsletter.letter, name="letter"),
]
