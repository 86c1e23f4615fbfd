"""Lists the tables that settings declare beside those of models: one for sessions, one for each cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Final, cast

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import InvalidCacheBackendError
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from django_dynamodb import conf
from django_dynamodb.cache.backend import DynamoDBCache
from django_dynamodb.records import record
from django_dynamodb.sessions import SessionStore, session_schema
from django_dynamodb.tables.schema import TableSchema

SESSIONS: Final = "sessions"
"""The label of the table of sessions."""

CACHES: Final = "caches"
"""What the label of a cache's table begins with: ``caches.default``."""


@record(frozen=True, kw_only=True, slots=True)
class DeclaredTable:
    """A table that no model names.

    Args:
        label: Who declares it, as commands and checks show it.
        using: Its alias in ``settings.DYNAMODB``.
        schema: What it looks like, without prefix.
    """

    label: str
    using: str
    schema: TableSchema


def declared_tables(using: str | None = None) -> list[DeclaredTable]:
    """Lists the tables of sessions and caches that are kept in DynamoDB.

    Args:
        using: Only tables of this alias; None for all.

    Returns:
        The tables, in the order of the settings, sessions first.

    Raises:
        ImproperlyConfigured: When the settings of one are wrong.
    """
    found = (declaration() for declaration in declarations())
    return [table for table in found if table is not None and using in {None, table.using}]


def declarations() -> Iterator[Callable[[], DeclaredTable | None]]:
    """Goes through what the settings may declare, each to be read on its own.

    Yields:
        Functions that give a table, or None for sessions and caches that are kept elsewhere; each raises
        ``ImproperlyConfigured`` when its settings are wrong.
    """
    yield _sessions
    for alias in settings.CACHES:
        yield partial(_cache, alias)


def _sessions() -> DeclaredTable | None:
    """The table of sessions, where the engine is ours or derived from it."""
    try:
        engine = import_module(settings.SESSION_ENGINE)
    except ImportError as error:
        raise ImproperlyConfigured(f"SESSION_ENGINE {settings.SESSION_ENGINE!r} cannot be imported: {error}") from error
    if not issubclass(engine.SessionStore, SessionStore):
        return None
    where = conf.session_settings()
    return DeclaredTable(label=SESSIONS, using=where.using, schema=session_schema(where.table))


def _cache(alias: str) -> DeclaredTable | None:
    """The table of a cache, where its backend is ours or derived from it."""
    path = settings.CACHES[alias].get("BACKEND", "")
    try:
        backend = import_string(path)
    except ImportError as error:
        raise InvalidCacheBackendError(f"CACHES[{alias!r}]: BACKEND {path!r} cannot be imported: {error}") from error
    if not issubclass(backend, DynamoDBCache):
        return None
    try:
        options = cast("DynamoDBCache", caches.create_connection(alias)).options
    except InvalidCacheBackendError as error:
        raise InvalidCacheBackendError(f"CACHES[{alias!r}]: {error}") from error
    return DeclaredTable(label=f"{CACHES}.{alias}", using=options.using, schema=options.schema)
