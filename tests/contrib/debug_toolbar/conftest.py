"""Puts the toolbar around views of a test."""

import pytest
from django.test.utils import override_settings

pytest.importorskip("debug_toolbar")

PANEL = "django_dynamodb.contrib.debug_toolbar.DynamoDBPanel"


@pytest.fixture
def toolbar(dynamodb, settings):
    """Shows the panel, and no other, with every page."""
    apps = [*settings.INSTALLED_APPS, "django.contrib.staticfiles", "debug_toolbar"]
    shown = {"SHOW_TOOLBAR_CALLBACK": "tests.contrib.debug_toolbar.conftest.shown", "RENDER_PANELS": True}
    with override_settings(
        INSTALLED_APPS=apps,
        MIDDLEWARE=["debug_toolbar.middleware.DebugToolbarMiddleware"],
        DEBUG_TOOLBAR_PANELS=[PANEL],
        DEBUG_TOOLBAR_CONFIG=shown,
    ):
        from debug_toolbar.middleware import show_toolbar_func_or_path
        from debug_toolbar.toolbar import DebugToolbar

        show_toolbar_func_or_path.cache_clear()
        yield DebugToolbar
    show_toolbar_func_or_path.cache_clear()


def shown(request):
    """Says that the toolbar is to be shown."""
    return True
