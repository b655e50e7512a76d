"""Addresses of the observatory, under `/observatoire/`."""

from django.urls import path, re_path

from essaim.directory.exporting import export_limit
from essaim.foundation.ratelimit import limited
from essaim.observatory.limits import comparison_limit, drawing_limit, explanation_limit
from essaim.observatory.views import charts, communes, compare, figure, home, method, note

app_name = "observatory"

urlpatterns = [
    path("", home.home, name="home"),
    path("export/<slug:extension>/", limited(export_limit)(home.export), name="export"),
    path("communes/", communes.communes, name="communes"),
    path("communes/export/<slug:extension>/", limited(export_limit)(communes.export), name="communes_export"),
    re_path(r"^communes/(?P<slug>[a-z0-9-]+)-(?P<code>[0-9][0-9AB][0-9]{3})/$", communes.commune, name="commune"),
    path("chiffres/", figure.catalogue, name="figures"),
    path("chiffres/<str:key>.json", limited(explanation_limit)(figure.figure_json), name="figure_json"),
    path("chiffres/<str:key>/", limited(explanation_limit)(figure.figure), name="figure"),
    re_path(
        r"^graphiques/(?P<key>[a-z-]{1,60})\.(?P<extension>[a-z]{3,4})$",
        limited(drawing_limit)(charts.chart_file),
        name="chart",
    ),
    path("comparer/", limited(comparison_limit)(compare.compare_page), name="compare"),
    path("comparer/export/<slug:extension>/", compare.compare_export, name="compare_export"),
    path("methode/", method.method, name="method"),
    path("glossaire/", method.glossary, name="glossary"),
    path("note/", note.latest, name="note_latest"),
    path("note/<int:year>/", note.yearly, name="note"),
    path("note/<int:year>.pdf", note.pdf, name="note_pdf"),
]
