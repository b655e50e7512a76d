"""Root addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("essaim.ui.urls")),
    path("", include("essaim.foundation.urls")),
    path("connexion/", include("essaim.people.urls")),
    path("compte/", include("essaim.people.urls_account")),
    path("espace/", include("essaim.directory.urls_space")),
    path("equipe/personnes/", include("essaim.people.urls_team")),
    path("equipe/annuaire/", include("essaim.directory.urls_officer")),
    path("equipe/observatoire/", include("essaim.observatory.urls_officer")),
    path("equipe/", include("essaim.desk.urls")),
    path("observatoire/", include("essaim.observatory.urls")),
    path("", include("essaim.directory.urls_claims")),
    path("", include("essaim.directory.urls_campaigns")),
    path("", include("essaim.directory.urls_proposals")),
    path("", include("essaim.directory.urls")),
    path("", include("essaim.opendata.urls")),
    path("cms/", include("essaim.editorial.urls_cms")),
    path("documents/", include("essaim.editorial.urls_documents")),
    # Last: whatever no room has taken is a page that the officer wrote. A room takes its address over by declaring it.
    path("", include("essaim.editorial.urls")),
]
