"""`/documents/…`: what visitors download from the library."""

from django.urls import re_path

from essaim.editorial.views import cms

urlpatterns = [
    re_path(r"^(?P<document_id>\d{1,9})/(?P<document_filename>[^/]+)$", cms.document, name="wagtaildocs_serve"),
]
