"""Loads fixtures that hold DynamoDB models, beside SQL ones or in a project without an SQL database."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.commands import loaddata
from django.core.management.utils import parse_apps_and_model_labels
from django.db import connections

from django_dynamodb.connections import connections as dynamodb
from django_dynamodb.models.base import Model
from django_dynamodb.tables import counters


class Command(loaddata.Command):
    """Django's ``loaddata``, which asks SQL for no constraints and sequences of models that have no table there.

    Items are written one by one, replacing those that exist; they are not rolled back when a later one fails. As the
    sequences of SQL tables are, counters are raised to the numbers that were loaded.
    """

    models: set[type[Any]]

    def loaddata(self, fixture_labels: Any) -> None:
        """Loads the fixtures, and raises the counters of the tables that number their items."""
        self._highest: Counter[type[Any]] = Counter()
        super().loaddata(fixture_labels)
        for model, number in self._highest.items():
            meta = model._meta
            counters.raise_to(dynamodb[meta.dynamodb.using].table(meta.table), number)

    def save_obj(self, obj: Any) -> bool:
        """Saves one object; a DynamoDB model is none of those whose SQL tables are checked afterwards."""
        saved: bool = super().save_obj(obj)
        if isinstance(obj.object, Model):
            self._note(obj.object)
        return saved

    def _note(self, loaded: Any) -> None:
        model = loaded._meta.concrete_model
        self.models.discard(type(loaded))
        if model._meta.table.counter:
            self._highest[model] = max(self._highest[model], loaded.pk)

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
