"""Chooses the tables a command works on, by app, model and alias."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError

from django_dynamodb import conf
from django_dynamodb.connections import Connection, connections
from django_dynamodb.models.registry import table_models
from django_dynamodb.tables.table import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One table, at one alias.

    Args:
        connection: The way to the service.
        table: The table there, as the first of its models describes it.
        models: The models it belongs to, those included that were not asked for.
    """

    connection: Connection
    table: Table
    models: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The table's full name, prefix included."""
        return self.table.schema.name

    @property
    def labels(self) -> list[str]:
        """The names of its models, such as ``forum.Thread``."""
        return [model._meta.label for model in self.models]

    @property
    def rivals(self) -> list[str]:
        """The names of the models that describe the table otherwise than the first does."""
        wanted = self.models[0]._meta.table
        return [model._meta.label for model in self.models if model._meta.table != wanted]


def choose(labels: Sequence[str], using: str | None) -> list[Target]:
    """Lists the tables a command was asked to work on.

    Args:
        labels: Apps (``forum``) and models (``forum.Thread``); none for all.
        using: An alias; None for all.

    Returns:
        The tables, those of one alias together, in the order of the setting.

    Raises:
        CommandError: For an app, model or alias that does not exist, or has no table here.
        SchemaError: When a model's table cannot be built.
    """
    aliases = conf.aliases()
    if using is not None and using not in aliases:
        raise CommandError(
            f"--using {using!r} is no alias of settings.DYNAMODB. {conf.closest(using, dict.fromkeys(aliases))}"
        )
    models = table_models(using=using)
    chosen = _labelled(labels, models) if labels else models
    return [
        target
        for alias in aliases
        for target in _targets(connections[alias], [m for m in models if m._meta.dynamodb.using == alias])
        if not set(target.models).isdisjoint(chosen)
    ]


def _targets(connection: Connection, models: Iterable[Any]) -> list[Target]:
    """The tables of one alias; models with one name for their tables share one."""
    sharing: dict[str, list[Any]] = {}
    for model in models:
        sharing.setdefault(model._meta.table.name, []).append(model)
    return [
        Target(connection=connection, table=connection.table(sharers[0]._meta.table), models=tuple(sharers))
        for sharers in sharing.values()
    ]


def _labelled(labels: Sequence[str], models: Sequence[Any]) -> list[Any]:
    """The models that are named, each label naming one at least."""
    chosen = []
    for label in labels:
        found = [model for model in models if model in _models_of(label)]
        if not found:
            raise CommandError(f"{label!r} names no model with a table in DynamoDB at the alias asked for.")
        chosen += found
    return chosen


def _models_of(label: str) -> list[Any]:
    """All models of an app, or the one model; a proxy stands for the model it shows."""
    try:
        if "." not in label:
            return list(apps.get_app_config(label).get_models())
        model: Any = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise CommandError(str(error)) from error
    return [model._meta.concrete_model]
