"""Addresses of the directory."""

from django.urls import path, re_path

from essaim.directory.exporting import export_limit
from essaim.directory.models.structure import KEY_SHAPE
from essaim.directory.views.criteria import criteria
from essaim.directory.views.listing import export, listing, swarm
from essaim.directory.views.map import base, point, points
from essaim.directory.views.report import report_page, report_thanks
from essaim.directory.views.structure import structure_page
from essaim.foundation.ratelimit import limited

app_name = "directory"

STRUCTURE = rf"^annuaire/(?P<slug>[a-z0-9-]+)-(?P<key>{KEY_SHAPE})/"

urlpatterns = [
    path("annuaire/", listing, name="listing"),
    path("annuaire/criteres/", criteria, name="criteria"),
    path("annuaire/essaim/", swarm, name="swarm"),
    path("annuaire/export/<slug:extension>/", limited(export_limit)(export), name="export"),
    path("annuaire/carte/points/", points, name="map_points"),
    path("annuaire/carte/point/", point, name="map_point"),
    path("annuaire/carte/fond/<slug:version>.json", base, name="map_base"),
    re_path(rf"{STRUCTURE}$", structure_page, name="structure"),
    re_path(rf"{STRUCTURE}signaler/$", report_page, name="report"),
    re_path(rf"{STRUCTURE}signaler/merci/$", report_thanks, name="report_thanks"),
]
