"""The site's addresses, and the trivial one."""

from django.http import HttpResponse
from django.urls import path

from essaim.site.urls import urlpatterns as site_urlpatterns


def trivial(_request):
    return HttpResponse("ok")


urlpatterns = [path("trivial/", trivial), *site_urlpatterns]
