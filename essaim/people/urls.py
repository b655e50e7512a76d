"""Addresses of the door, and of the account pages of allauth: only those that this site offers, under its names."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache

from essaim.people.views import entering, provider, proving

urlpatterns = [
    path("", entering.door, name="account_login"),
    path("message/", entering.ask, name="entry_ask"),
    path("code/", entering.code, name="entry_code"),
    path("lien/<str:token>/", entering.EntryLink.as_view(), name="entry_link"),
    path("mon-espace/", entering.own_space, name="own_space"),
    path("demonstration/", entering.demonstration, name="demonstration"),
    path("double-verification/", never_cache(mfa.authenticate), name="mfa_authenticate"),
    path("cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("fournisseur/", include("essaim.people.urls_provider")),
    path("fin/", provider.sign_out, name="account_logout"),
    path("compte-ferme/", views.account_inactive, name="account_inactive"),
    path("inscription/", entering.signup, name="account_signup"),
    path("confirmer/", proving.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("confirmer/code/", never_cache(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("confirmer/cle/", never_cache(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("mot-de-passe/", never_cache(views.password_change), name="account_change_password"),
    path("mot-de-passe/choisir/", never_cache(views.password_set), name="account_set_password"),
    path("mot-de-passe/oublie/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", views.password_reset_done, name="account_reset_password_done"),
    path("mot-de-passe/nouveau/fait/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
