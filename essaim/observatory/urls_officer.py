"""Addresses of the officer's tools of the observatory, under `/equipe/observatoire/`."""

from django.urls import path

from essaim.observatory.enums import FactRole
from essaim.observatory.views import officer, officer_note, officer_sources, officer_words

app_name = "observatory_officer"

urlpatterns = [
    path("", officer.home, name="home"),
    path("envoyer/", officer_sources.send, name="send"),
    path("envoyer/<str:token>/", officer_sources.preview, name="preview"),
    path("envoyer/<str:token>/oublier/", officer_sources.abandon, name="abandon"),
    path("millesimes/<int:pk>/", officer.vintage, name="vintage"),
    path("millesimes/<int:pk>/publier/", officer.publish, name="publish"),
    path("millesimes/<int:pk>/retirer/", officer.withdraw, name="withdraw"),
    path("commentaires/nouveau/", officer_words.comment, name="comment_new"),
    path("commentaires/<int:pk>/", officer_words.comment, name="comment"),
    path("commentaires/<int:pk>/supprimer/", officer_words.comment_delete, name="comment_delete"),
    path("chiffres/annoncer/", officer_words.fact, {"role": FactRole.ANNOUNCED.value}, name="announce"),
    path("chiffres/citer/", officer_words.fact, {"role": FactRole.CITED.value}, name="cite"),
    path("chiffres/<int:pk>/", officer_words.fact, name="fact"),
    path("chiffres/<int:pk>/supprimer/", officer_words.fact_delete, name="fact_delete"),
    path("note/", officer_note.note, name="note"),
]
