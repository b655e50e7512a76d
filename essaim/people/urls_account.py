"""Addresses of one's own account, under `/compte/`, under the names that allauth looks for where it has some."""

from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.decorators.cache import never_cache

from essaim.people.views import account, data, factors

urlpatterns = [
    path("mes-donnees/", data.mine, name="my_data"),
    path("mes-donnees/tout/", data.everything, name="my_data_all"),
    path("mes-donnees/fichier/", data.download, name="my_data_file"),
    path("mes-donnees/contact/", data.consent, name="my_data_consent"),
    path("mes-donnees/supprimer/", data.erase, name="my_data_erase"),
    path("", account.home, name="account_home"),
    path("nom/", account.name, name="account_name"),
    path("adresse/", account.address, name="account_address"),
    path("adresse/confirmer/<str:token>/", account.ConfirmAddress.as_view(), name="address_confirm"),
    path("sessions/<int:pk>/fermer/", account.end_session, name="session_end"),
    path("sessions/autres/fermer/", account.end_other_sessions, name="sessions_end_others"),
    path("double-verification/", account.second_factor, name="second_factor"),
    path("double-verification/prouver/", factors.prove, name="prove_factor"),
    path("double-verification/liste/", factors.to_account, name="mfa_index"),
    path("double-verification/application/", factors.ActivateTOTP.as_view(), name="mfa_activate_totp"),
    path("double-verification/application/retirer/", never_cache(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("double-verification/codes/", factors.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "double-verification/codes/nouveaux/",
        never_cache(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("double-verification/codes/fichier/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("double-verification/cles/", factors.to_account, name="mfa_list_webauthn"),
    path("double-verification/cles/ajouter/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("double-verification/cles/<int:pk>/renommer/", never_cache(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("double-verification/cles/<int:pk>/retirer/", factors.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]
