"""The style guide, that only development routes, and what its page asks for."""

from django.urls import include, path

from essaim.ui import views

urlpatterns = [path("style/", views.style_guide), path("", include("essaim.ui.urls"))]
