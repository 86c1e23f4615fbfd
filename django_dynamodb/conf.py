"""Reads ``settings.DYNAMODB``, once per alias, and ``settings.DYNAMODB_SESSIONS``, strictly: the only place that does.

Nothing is read when this module is imported, and what was read is forgotten when the setting changes in a test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb.records import record
from django_dynamodb.wire.addresses import without_user

DEFAULT_ALIAS: Final = "default"
"""The alias every project has."""

SETTING: Final = "DYNAMODB"
"""The name of the setting."""

SESSIONS_SETTING: Final = "DYNAMODB_SESSIONS"
"""The name of the setting that says where sessions are stored."""

LOCAL_ENDPOINT: Final = "DYNAMODB_LOCAL_ENDPOINT"
"""The environment variable by which ``manage.py dynamo_local`` points this process and its children at its engine."""

LOCAL_REGION: Final = "us-east-1"
"""The region of an alias that names none, on the local engine."""


@record(frozen=True, kw_only=True, slots=True)
class AliasTestSettings:
    """``DYNAMODB[alias]["TEST"]``: what differs in a test run.

    Args:
        table_prefix: Stands before the name of every table in a test run.
    """

    table_prefix: str = "test-"


@record(frozen=True, kw_only=True, slots=True)
class AliasSettings:
    """``DYNAMODB[alias]``, complete and checked; fields have the names of the keys in lower case.

    Args:
        region: The AWS region; None is botocore's own chain, then us-east-1.
        endpoint_url: Where the service is; None is botocore's own chain, then Amazon's endpoint of the region.
        access_key_id: The access key; None is botocore's own chain of credentials.
        secret_access_key: The secret of that key.
        session_token: The token of temporary credentials.
        profile: A profile of the shared AWS files.
        session: A callable that returns a ``boto3.Session``, or the dotted path of one.
        table_prefix: Stands before the name of every table.
        scan: What ``filter()`` does when only a scan could answer: ``"forbid"``, ``"warn"`` or ``"allow"``.
        transport: ``"lean"`` or ``"botocore"``.
        options: Arguments of ``botocore.config.Config``.
        test: What differs in a test run.
    """

    region: str | None = None
    endpoint_url: str | None = None
    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    profile: str | None = None
    session: str | Callable[[], Any] | None = None
    table_prefix: str = ""
    scan: str = "forbid"
    transport: str = "lean"
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    test: AliasTestSettings = field(default_factory=AliasTestSettings)


@record(frozen=True, kw_only=True, slots=True)
class SessionSettings:
    """``DYNAMODB_SESSIONS``: where ``SESSION_ENGINE = "django_dynamodb.sessions"`` keeps its sessions.

    Args:
        using: A key of ``settings.DYNAMODB``.
        table: The table's name, without prefix.
    """

    using: str = DEFAULT_ALIAS
    table: str = "django_session"


@cache
def settings_for(alias: str) -> AliasSettings:
    """Reads the settings of one alias; where the environment names a local engine, they point there.

    Args:
        alias: A key of ``settings.DYNAMODB``.

    Returns:
        Its settings, complete and checked.

    Raises:
        ImproperlyConfigured: For an unknown key, a wrong value, or settings that contradict each other.
        ConnectionDoesNotExist: When there is no such alias.
    """
    known = _setting()
    if alias not in known:
        names = ", ".join(map(repr, known))
        raise ConnectionDoesNotExist(f"The connection {alias!r} doesn't exist in settings.{SETTING}: it has {names}.")
    parsed = _parsed(f"{SETTING}[{alias!r}]", known[alias])
    url = os.environ.get(LOCAL_ENDPOINT)
    return _pointed(parsed, url) if url else parsed


@cache
def session_settings() -> SessionSettings:
    """Reads where sessions are stored.

    Returns:
        The setting, complete; whether the alias exists is found out by its use.

    Raises:
        ImproperlyConfigured: For an unknown key or a wrong value.
    """
    given = getattr(settings, SESSIONS_SETTING, {})
    if not isinstance(given, Mapping):
        raise ImproperlyConfigured(f"{SESSIONS_SETTING} must be a dictionary, not {given!r}.")
    return SessionSettings(**_values(SESSIONS_SETTING, given, {"USING": _name, "TABLE": _name}))


def forget() -> None:
    """Forgets what was read, so that changed settings or environment count from the next use on."""
    settings_for.cache_clear()
    session_settings.cache_clear()


def aliases() -> tuple[str, ...]:
    """Names the aliases of ``settings.DYNAMODB``, in its order.

    Returns:
        The aliases; ``("default",)`` when the setting is missing.

    Raises:
        ImproperlyConfigured: When the setting is no dictionary, or has no "default".
    """
    return tuple(_setting())


def validate() -> None:
    """Reads the settings of every alias.

    Raises:
        ImproperlyConfigured: For the first thing wrong with them.
    """
    for alias in aliases():
        settings_for(alias)


def closest(name: str, known: Mapping[str, Any]) -> str:
    """Ends a message about an unknown name with the nearest known one, or with all of them.

    Args:
        name: The unknown name.
        known: The known names.

    Returns:
        A sentence.
    """
    near = get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(map(repr, known))}."


def _setting() -> Mapping[str, Any]:
    """Reads the whole setting; a project without it uses botocore's own chain for everything."""
    value = getattr(settings, SETTING, {DEFAULT_ALIAS: {}})
    if not isinstance(value, Mapping):
        raise ImproperlyConfigured(f"settings.{SETTING} must be a dictionary of aliases, not {value!r}.")
    if DEFAULT_ALIAS not in value:
        raise ImproperlyConfigured(f"settings.{SETTING} must define the alias {DEFAULT_ALIAS!r}.")
    return value


def _parsed(where: str, given: Any) -> AliasSettings:
    """Turns the dictionary of one alias into settings."""
    if not isinstance(given, Mapping):
        raise ImproperlyConfigured(f"{where} must be a dictionary, not {given!r}.")
    parsed = AliasSettings(**_values(where, given, _READERS))
    for validate_rule in _RULES:
        validate_rule(where, parsed)
    return parsed


def _pointed(parsed: AliasSettings, url: str) -> AliasSettings:
    """The same settings at a local engine, with credentials that open nothing; prefix, scan and options stay."""
    return replace(
        parsed,
        endpoint_url=_url(f"environment variable {LOCAL_ENDPOINT}", url),
        region=parsed.region or LOCAL_REGION,
        access_key_id="local",
        secret_access_key="local",  # noqa: S106 - opens nothing
        session_token=None,
        profile=None,
        session=None,
    )


def _values(where: str, given: Mapping[str, Any], readers: Mapping[str, _Reader]) -> dict[str, Any]:
    """Reads each key of a dictionary by the reader of that key."""
    for name in given:
        if name not in readers:
            raise ImproperlyConfigured(f"{where} has an unknown key {name!r}. {closest(str(name), readers)}")
    return {name.lower(): readers[name](f"{where}[{name!r}]", value) for name, value in given.items()}


_Reader = Callable[[str, Any], Any]


def _text(where: str, value: Any) -> str | None:
    """Reads an optional text; an empty one is a variable of the environment that was not set."""
    if value is None or (isinstance(value, str) and value):
        return value
    raise ImproperlyConfigured(f"{where} must be text that is not empty, or None; it is {_shown(value)}.")


def _name(where: str, value: Any) -> str:
    """Reads a name that must be there."""
    if isinstance(value, str) and value:
        return value
    raise ImproperlyConfigured(f"{where} must be text that is not empty; it is {_shown(value)}.")


def _shown(value: Any) -> str:
    """Shows what is wrong about a value without its content, which may be a secret."""
    return "empty" if value == "" else f"of type {type(value).__name__}"


def _url(where: str, value: Any) -> str | None:
    """Reads an optional endpoint."""
    url = _text(where, value)
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{where} must be a URL such as 'http://127.0.0.1:8000', not {without_user(url)!r}.")
    return url


def _prefix(where: str, value: Any) -> str:
    """Reads a table prefix: the characters table names may have."""
    if isinstance(value, str) and re.fullmatch(r"[a-zA-Z0-9_.-]*", value):
        return value
    raise ImproperlyConfigured(f"{where} may have letters, digits, '_', '.' and '-' only; it is {value!r}.")


def _one_of(*allowed: str) -> _Reader:
    """Makes a reader for a choice."""

    def choice(where: str, value: Any) -> str:
        if value in allowed:
            return str(value)
        raise ImproperlyConfigured(f"{where} must be one of {', '.join(map(repr, allowed))}; it is {value!r}.")

    return choice


def _session(where: str, value: Any) -> Any:
    """Reads an optional callable or the dotted path of one."""
    return value if callable(value) else _text(where, value)


def _options(where: str, value: Any) -> dict[str, Any]:
    """Reads the arguments of botocore's Config; their names are checked where the client is built."""
    if isinstance(value, Mapping):
        return dict(value)
    raise ImproperlyConfigured(f"{where} must be a dictionary, not {value!r}.")


def _test(where: str, value: Any) -> AliasTestSettings:
    """Reads the settings of a test run."""
    return AliasTestSettings(**_values(where, _options(where, value), {"TABLE_PREFIX": _prefix}))


_READERS: Final[Mapping[str, _Reader]] = {
    "REGION": _text,
    "ENDPOINT_URL": _url,
    "ACCESS_KEY_ID": _text,
    "SECRET_ACCESS_KEY": _text,
    "SESSION_TOKEN": _text,
    "PROFILE": _text,
    "SESSION": _session,
    "TABLE_PREFIX": _prefix,
    "SCAN": _one_of("forbid", "warn", "allow"),
    "TRANSPORT": _one_of("lean", "botocore"),
    "OPTIONS": _options,
    "TEST": _test,
}
"""Key to reader."""


def _validate_key_pair(where: str, parsed: AliasSettings) -> None:
    """Refuses half a key pair, which botocore would complete from elsewhere or refuse much later."""
    pair = {"ACCESS_KEY_ID": parsed.access_key_id, "SECRET_ACCESS_KEY": parsed.secret_access_key}
    missing = [name for name, value in pair.items() if value is None]
    given = len(missing) < len(pair) or parsed.session_token is not None
    if given and missing:
        names = " and ".join(map(repr, missing))
        raise ImproperlyConfigured(f"{where} gives only a part of the credentials: {names} missing.")


def _validate_one_source(where: str, parsed: AliasSettings) -> None:
    """Refuses two sources of credentials, of which one would be ignored in silence."""
    sources = {"ACCESS_KEY_ID": parsed.access_key_id, "PROFILE": parsed.profile, "SESSION": parsed.session}
    given = [name for name, value in sources.items() if value is not None]
    if len(given) > 1:
        raise ImproperlyConfigured(f"{where} gives credentials by {' and '.join(map(repr, given))}: keep one.")


_RULES: Final = (_validate_key_pair, _validate_one_source)
"""What must hold between settings."""


def _forget(*, setting: str, **signal: Any) -> None:
    """Forgets what was read when a test changes a setting."""
    if setting in {SETTING, SESSIONS_SETTING}:
        forget()


setting_changed.connect(_forget, dispatch_uid="django_dynamodb.conf")
