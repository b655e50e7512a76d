"""Addresses of the team’s screens about people, under `/equipe/personnes/`."""

from django.urls import path

from essaim.people.views import register, team

app_name = "people"

urlpatterns = [
    path("registre/", register.register, name="register"),
    path("registre.csv", register.register_csv, name="register_csv"),
    path("", team.people, name="people"),
    path("export.csv", team.people_csv, name="people_csv"),
    path("nommer/", team.add, name="add"),
    path("<int:pk>/", team.person, name="person"),
    path("<int:pk>/charge/", team.name_office, name="name_office"),
    path("<int:pk>/acces/", team.access, name="access"),
    path("<int:pk>/fermer/", team.close, name="close"),
    path("<int:pk>/rouvrir/", team.reopen, name="reopen"),
    path("<int:pk>/double-verification/", team.factors, name="factors"),
    path("charges/<int:pk>/fin/", team.finish_office, name="finish_office"),
    path("charges/<int:pk>/annuler/", team.undo_office, name="undo_office"),
]
