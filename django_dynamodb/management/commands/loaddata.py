"""Loads fixtures that hold DynamoDB models, beside SQL ones or in a project without an SQL database."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import loaddata
from django.core.management.utils import parse_apps_and_model_labels
from django.db import connections

from django_dynamodb.models.base import Model


class Command(loaddata.Command):
    """Django's ``loaddata``, which asks SQL for no constraints and sequences of models that have no table there.

    Items are written one by one, replacing those that exist; they are not rolled back when a later one fails.
    """

    models: set[type[Any]]

    def save_obj(self, obj: Any) -> bool:
        """Saves one object; a DynamoDB model is none of those whose SQL tables are checked afterwards."""
        saved: bool = super().save_obj(obj)
        if isinstance(obj.object, Model):
            self.models.discard(type(obj.object))
        return saved

    def handle(self, *fixture_labels: Any, **options: Any) -> None:
        """Loads the fixtures; without an SQL database there is no transaction to do it in."""
        if connections.settings[options["database"]]["ENGINE"] != "django.db.backends.dummy":
            super().handle(*fixture_labels, **options)
            return
        self.ignore = options["ignore"]
        self.using = options["database"]
        self.app_label = options["app_label"]
        self.verbosity = options["verbosity"]
        self.excluded_models, self.excluded_apps = parse_apps_and_model_labels(options["exclude"])
        self.format = options["format"]
        self.loaddata(fixture_labels)
