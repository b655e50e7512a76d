"""Addresses of the foundation: state of the service, uploaded images, suggestions, the outbox where nothing leaves."""

from django.conf import settings
from django.urls import path

from essaim.foundation import health, media, outbox, sitesearch, suggestions

app_name = "foundation"

urlpatterns = [
    path("sante/", health.health, name="health"),
    path("media/<path:name>", media.media, name="media"),
    path("recherche/", sitesearch.results, name="site_search"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/<slug:noun>/", suggestions.suggestions, name="suggestions_of"),
]

outbox_urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<str:name>/<int:rank>/", outbox.outbox_message, name="outbox_message"),
    path("outbox/<str:name>/<int:rank>/html/", outbox.outbox_html, name="outbox_html"),
]

if settings.DEBUG or settings.DEMO_DOORS:
    urlpatterns += outbox_urlpatterns
