"""Addresses of the project."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from health_check.views import HealthCheckView

from django_dynamodb.contrib.health import every_alias

CHECKS = ["health_check.checks.Cache", *every_alias()]

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    path("cities/", include("gazetteer.urls")),
    path("forum/", include("forum.urls")),
    path("api/", include("example.api")),
    path("admin/", admin.site.urls),
    path("health/", HealthCheckView.as_view(checks=CHECKS), name="health"),
]

if apps.is_installed("debug_toolbar"):
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
