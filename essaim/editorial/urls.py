"""Addresses of the public face; the last one serves whatever page the officer has written."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.urls import serve_pattern

from essaim.editorial import views
from essaim.editorial.views import feeds, sitemap

urlpatterns = [
    path("plan-du-site/", sitemap.for_people, name="sitemap"),
    path("sitemap.xml", sitemap.index, name="sitemap-index"),
    path("sitemap-structures-<int:number>.xml", sitemap.structures, name="sitemap-structures"),
    path("sitemap-<slug:name>.xml", sitemap.part, name="sitemap-part"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("actualites/flux.xml", feeds.news_feed, name="news_feed"),
    path("initiatives/flux.xml", feeds.initiative_feed, name="initiative_feed"),
    path("lettre/", include("essaim.editorial.urls_newsletter")),
    path("equipe/lettres/", include("essaim.editorial.urls_letters")),
    # Where Wagtail sends whoever asks for a page that is not for everybody.
    path("pages/connexion/", RedirectView.as_view(url="/connexion/", query_string=True), name="wagtailcore_login"),
    re_path(serve_pattern, views.page, name="wagtail_serve"),
]
