"""Addresses of the project."""

from django.urls import include, path
from django.views.generic import TemplateView

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    path("cities/", include("gazetteer.urls")),
    path("forum/", include("forum.urls")),
]
