"""Addresses of the officer's letters, under `/equipe/lettres/`."""

from django.urls import path

from essaim.editorial.views import officer_letters as views

app_name = "letters"

urlpatterns = [
    path("", views.home, name="home"),
    path("nouvelle/", views.edit, name="new"),
    path("abonnes.csv", views.subscribers, name="subscribers"),
    path("<int:pk>/", views.letter, name="letter"),
    path("<int:pk>/modifier/", views.edit, name="edit"),
    path("<int:pk>/apercu/", views.preview, name="preview"),
    path("<int:pk>/essai/", views.test, name="test"),
    path("<int:pk>/envoyer/", views.send, name="send"),
    path("<int:pk>/reprendre/", views.resume, name="resume"),
    path("<int:pk>/supprimer/", views.delete, name="delete"),
]
