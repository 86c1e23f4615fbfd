"""Chooses the tables a command works on, by app, model, setting and alias."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError

from django_dynamodb import conf
from django_dynamodb.connection import Connection
from django_dynamodb.connections import connections
from django_dynamodb.declared import declared_tables
from django_dynamodb.models.registry import table_models
from django_dynamodb.models.sharing import rivals, shared_schema
from django_dynamodb.records import record
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.table import Table


@record(frozen=True, kw_only=True, slots=True)
class Owner:
    """Whoever needs a table: a model, or a setting.

    Args:
        label: Its name, such as ``forum.Thread`` or ``caches.default``.
        using: The alias of the table.
        schema: The table as this owner describes it, without prefix.
        model: The model; None for a setting.
    """

    label: str
    using: str
    schema: TableSchema
    model: Any = None


@record(frozen=True, kw_only=True, slots=True)
class Target:
    """One table, at one alias.

    Args:
        connection: The way to the service.
        table: The table there, as the first of its owners describes it.
        owners: Those it belongs to, those included that were not asked for.
    """

    connection: Connection
    table: Table
    owners: tuple[Owner, ...]

    @property
    def name(self) -> str:
        """The table's full name, prefix included."""
        return self.table.schema.name

    @property
    def models(self) -> list[Any]:
        """Its models; a table of sessions or of a cache has none."""
        return [owner.model for owner in self.owners if owner.model is not None]

    @property
    def labels(self) -> list[str]:
        """The names of its owners, such as ``forum.Thread``."""
        return [owner.label for owner in self.owners]

    @property
    def rivals(self) -> list[str]:
        """The names of the owners that describe the table otherwise than the first does."""
        models = [owner.model for owner in self.owners]
        if None not in models:
            return [model._meta.label for model in rivals(models)]
        return [owner.label for owner in self.owners if owner.schema != self.owners[0].schema]


def choose(labels: Sequence[str], using: str | None) -> list[Target]:
    """Lists the tables a command was asked to work on.

    Args:
        labels: Apps (``forum``), models (``forum.Thread``), and settings (``sessions``, ``caches``,
            ``caches.default``); none for all.
        using: An alias; None for all.

    Returns:
        The tables, those of one alias together, in the order of the setting.

    Raises:
        CommandError: For an app, model or alias that does not exist, or has no table here.
        ImproperlyConfigured: When the settings of sessions or of a cache are wrong.
        SchemaError: When a model's table cannot be built.
    """
    aliases = conf.aliases()
    if using is not None and using not in aliases:
        raise CommandError(
            f"--using {using!r} is no alias of settings.DYNAMODB. {conf.closest(using, dict.fromkeys(aliases))}"
        )
    owners = [*map(_owner, table_models(using=using)), *_declared(using)]
    chosen = _labelled(labels, owners) if labels else owners
    return [
        target
        for alias in aliases
        for target in _targets(connections[alias], [owner for owner in owners if owner.using == alias])
        if not {owner.label for owner in target.owners}.isdisjoint(owner.label for owner in chosen)
    ]


def _owner(model: Any) -> Owner:
    meta = model._meta
    return Owner(label=meta.label, using=meta.dynamodb.using, schema=meta.table, model=model)


def _declared(using: str | None) -> Iterator[Owner]:
    """The settings that need a table, sessions and caches."""
    for table in declared_tables(using):
        yield Owner(label=table.label, using=table.using, schema=table.schema)


def _whole(sharers: Sequence[Owner]) -> TableSchema:
    """The table as its owners describe it; entities put their indexes together."""
    models = [owner.model for owner in sharers]
    return sharers[0].schema if None in models else shared_schema(models)


def _targets(connection: Connection, owners: Iterable[Owner]) -> list[Target]:
    """The tables of one alias; owners with one name for their tables share one."""
    sharing: dict[str, list[Owner]] = {}
    for owner in owners:
        sharing.setdefault(owner.schema.name, []).append(owner)
    return [
        Target(connection=connection, table=connection.table(_whole(sharers)), owners=tuple(sharers))
        for sharers in sharing.values()
    ]


def _labelled(labels: Sequence[str], owners: Sequence[Owner]) -> list[Owner]:
    """The owners that are named, each label naming one at least."""
    chosen = []
    for label in labels:
        found = [owner for owner in owners if owner.model is None and label in {owner.label, _kind(owner)}]
        if not found or label in apps.app_configs:  # an app may be named like a setting
            models = _models_of(label)
            found += [owner for owner in owners if owner.model in models]
        if not found:
            raise CommandError(
                f"{label!r} names no model, session engine or cache with a table in DynamoDB at the alias asked for."
            )
        chosen += found
    return chosen


def _kind(owner: Owner) -> str:
    """``caches`` of ``caches.default``."""
    return owner.label.partition(".")[0]


def _models_of(label: str) -> list[Any]:
    """All models of an app, or the one model; a proxy stands for the model it shows."""
    try:
        if "." not in label:
            return list(apps.get_app_config(label).get_models())
        model: Any = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise CommandError(str(error)) from error
    return [model._meta.concrete_model]
