"""The admin of the suite's models, with the files that its pages ask for."""

from pathlib import Path

import django.contrib.admin
from django.http import Http404
from django.urls import path
from django.views.i18n import JavaScriptCatalog
from django.views.static import serve

import django_dynamodb
from tests.admin.sites import urlpatterns as admin_patterns

ROOTS = [Path(module.__file__).parent / "static" for module in (django.contrib.admin, django_dynamodb)]


def asset(request, name):
    """A file of Django's admin or of ours."""
    for root in ROOTS:
        if (root / name).exists():
            return serve(request, name, document_root=root)
    raise Http404(name)


urlpatterns = [*admin_patterns, path("assets/<path:name>", asset), path("jsi18n/", JavaScriptCatalog.as_view())]
