"""Points the aliases of ``settings.DYNAMODB`` at a local engine, in this process and in those it starts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from django_dynamodb import conf

VARIABLE = "DYNAMODB_LOCAL_ENDPOINT"
"""The environment variable that carries the endpoint to the processes started from here."""

LOCAL = {
    "ACCESS_KEY_ID": "local",
    "SECRET_ACCESS_KEY": "local",
    "SESSION_TOKEN": None,
    "PROFILE": None,
    "SESSION": None,
}
"""Credentials that open nothing, in place of whatever the alias would have used."""

REGION = "us-east-1"
"""The region of an alias that names none."""


honoured = False
"""Whether this process asked its environment when it started; those it starts will do so as well."""


def honour_environment() -> str | None:
    """Points the aliases at the engine a parent process has started; for ``AppConfig.ready``.

    Returns:
        Its endpoint, None where the environment names none.

    Raises:
        ImproperlyConfigured: The setting is wrong as it stands.
    """
    global honoured  # noqa: PLW0603 - a fact about the process
    honoured = True
    url = os.environ.get(VARIABLE)
    if url:
        _point(url)
    return url


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Points the aliases at an engine, for this process and those it starts, until the block ends.

    Args:
        url: The endpoint.
    """
    before = getattr(settings, "DYNAMODB", None)
    variable = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = url
    _point(url)
    try:
        yield
    finally:
        if variable is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = variable
        _override(before)


def _point(url: str) -> None:
    """Overrides the setting; one that is wrong as it stands is told first."""
    conf.validate()
    _override(_pointed(getattr(settings, "DYNAMODB", None) or {"default": {}}, url))


def _pointed(aliases: Mapping[str, Mapping[str, Any]], url: str) -> dict[str, dict[str, Any]]:
    """The setting with every alias at the engine; prefixes and options stay."""
    return {
        alias: {**options, **LOCAL, "ENDPOINT_URL": url, "REGION": options.get("REGION") or REGION}
        for alias, options in aliases.items()
    }


def _override(value: Any) -> None:
    """Changes the setting, or takes it away, and tells those who keep connections."""
    if value is None:
        del settings.DYNAMODB
    else:
        settings.DYNAMODB = value
    setting_changed.send(sender=honour_environment, setting="DYNAMODB", value=value, enter=True)
