"""Addresses of claims and invitations: the claimant’s, and the officer’s."""

from __future__ import annotations

from django.urls import path, re_path

from essaim.directory.urls import STRUCTURE
from essaim.directory.views import claims, claims_officer, invitations

app_name = "claims"

urlpatterns = [
    re_path(rf"{STRUCTURE}representer/$", claims.represent, name="represent"),
    re_path(rf"{STRUCTURE}representer/demander/$", claims.ask, name="ask"),
    path("espace/demandes/", claims.mine, name="list"),
    path("espace/demandes/<int:pk>/", claims.claim, name="claim"),
    path("espace/demandes/<int:pk>/code/", claims.code, name="code"),
    path("espace/demandes/<int:pk>/preuve/", claims.proof, name="proof"),
    path("espace/demandes/<int:pk>/retirer/", claims.withdraw, name="withdraw"),
    path("espace/demandes/<int:pk>/recours/", claims.contest, name="appeal"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/accepter/", invitations.accept, name="invitation_accept"),
    path("invitations/<str:token>/decliner/", invitations.decline, name="invitation_decline"),
    path("equipe/annuaire/demandes/lettres/", claims_officer.letters, name="letters"),
    path("equipe/annuaire/demandes/documents/<int:pk>/", claims_officer.document, name="document"),
    path("equipe/annuaire/invitations/", invitations.follow_up, name="invitations"),
    path("equipe/annuaire/invitations/export.<str:extension>", invitations.export, name="invitations_export"),
    path("equipe/annuaire/invitations/nouvelles/", invitations.many, name="invite_many"),
    path("equipe/annuaire/invitations/<int:pk>/renvoyer/", invitations.resend, name="invitation_resend"),
    path("equipe/annuaire/invitations/<int:pk>/annuler/", invitations.cancel, name="invitation_cancel"),
]
