"""Checks ``settings.DYNAMODB`` and the aliases that models name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb import conf
from django_dynamodb.checks.messages import error, warning
from django_dynamodb.conf import AliasSettings
from django_dynamodb.connections import connections


def check_setting() -> list[CheckMessage]:
    """Checks the aliases of the setting one by one.

    Returns:
        E001, W002, W003.
    """
    try:
        aliases = conf.aliases()
    except ImproperlyConfigured as failure:
        return [_setting_error(failure)]
    return [message for alias in aliases for message in _check_alias_settings(alias)]


def check_secrets() -> list[CheckMessage]:
    """Looks for keys written into the settings file; those for an engine on this machine are no secret.

    Returns:
        W001.
    """
    return [
        warning(
            "W001",
            f"settings.DYNAMODB[{alias!r}][{name!r}] is no value of an environment variable: it seems to stand in "
            "the settings file.",
            "Leave the key out, so that the role of the machine or the shared AWS files give it, or read it from "
            "os.environ; if it comes from a store of secrets, silence this check.",
        )
        for alias, parsed in _readable().items()
        if not _is_local(alias, parsed)
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
        if (value := getattr(parsed, name.lower())) is not None and value not in os.environ.values()
    ]


def check_alias(model: Any) -> Iterator[CheckMessage]:
    """Checks that the alias a model names exists.

    Args:
        model: A DynamoDB model.

    Yields:
        E002.
    """
    try:
        known = conf.aliases()
    except ImproperlyConfigured:
        return  # E001 says it
    using = model._meta.dynamodb.using
    if using not in known:
        near = conf.closest(str(using), dict.fromkeys(known))
        yield error(
            "E002",
            f"Table.using is {using!r}, which is no alias of settings.DYNAMODB.",
            f"{near} Or add the alias to settings.DYNAMODB.",
            model,
        )


def _check_alias_settings(alias: str) -> Iterator[CheckMessage]:
    """One alias: whether it can be read, and what it allows."""
    try:
        parsed = conf.settings_for(alias)
    except ImproperlyConfigured as failure:
        yield _setting_error(failure)
        return
    if parsed.scan == "allow" and not settings.DEBUG:
        yield warning(
            "W002",
            f"settings.DYNAMODB[{alias!r}]['SCAN'] is 'allow': a filter() that no key serves reads the whole table, "
            "in production too.",
            "Write 'forbid', or 'warn' while you look for such filters, and call scan() where one is meant.",
        )
    if not parsed.test.table_prefix:
        yield warning(
            "W003",
            f"settings.DYNAMODB[{alias!r}]['TEST']['TABLE_PREFIX'] is empty: test runs refuse to use this alias, "
            "since nothing would tell their tables from yours.",
            "Give the tables of tests a prefix, such as 'test-', or leave the key out.",
        )


def _setting_error(failure: ImproperlyConfigured) -> CheckMessage:
    return error("E001", str(failure), "Correct settings.DYNAMODB; its keys are listed in ref/settings.")


def _readable() -> dict[str, AliasSettings]:
    """The aliases that can be read; E001 speaks of the others."""
    found = {}
    try:
        for alias in conf.aliases():
            found[alias] = conf.settings_for(alias)
    except ImproperlyConfigured:
        pass
    return found


def _is_local(alias: str, parsed: AliasSettings) -> bool:
    """Whether the settings themselves name an endpoint on this machine; no client is built to find out."""
    return parsed.endpoint_url is not None and connections[alias].is_local
