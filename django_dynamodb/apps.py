"""Starts the app: the migration guard, the checks and the migrations of items; nothing here reaches the network."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DynamoDBConfig(AppConfig):
    """``INSTALLED_APPS = [..., "django_dynamodb"]``."""

    name = "django_dynamodb"
    verbose_name = _("Amazon DynamoDB")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Installs the guard and the checks once the models are loaded, and imports ``item_migrations`` of each app."""
        from django_dynamodb import migrations_guard  # noqa: PLC0415  # models can be imported from here on
        from django_dynamodb.checks import registration  # noqa: PLC0415  # as above

        migrations_guard.install()
        registration.install()
        autodiscover_modules("item_migrations")
