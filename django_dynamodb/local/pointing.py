"""Points every alias at a local engine, here and in child processes, by the environment that ``conf`` reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django_dynamodb import conf
from django_dynamodb.connections import connections


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Points the aliases at an engine until the block ends.

    Args:
        url: The endpoint.

    Raises:
        ImproperlyConfigured: The settings are wrong as they stand.
    """
    conf.validate()
    before = os.environ.get(conf.LOCAL_ENDPOINT)
    _point(url)
    try:
        yield
    finally:
        _point(before)


def _point(url: str | None) -> None:
    """Changes the environment, and tells those who keep what they read of it."""
    if url is None:
        os.environ.pop(conf.LOCAL_ENDPOINT, None)
    else:
        os.environ[conf.LOCAL_ENDPOINT] = url
    conf.forget()
    connections.reset()
