"""Builds boto3 sessions and clients from the settings of one alias; the one importer of boto3."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from difflib import get_close_matches
from threading import Lock
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, UnknownRegionError
from botocore.exceptions import InvalidRegionError as MalformedRegionError
from botocore.session import Session as CoreSession
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from django_dynamodb import __version__
from django_dynamodb.conf import AliasSettings, closest
from django_dynamodb.exceptions import InvalidRegionError
from django_dynamodb.types import Pause
from django_dynamodb.wire.addresses import check_loopback
from django_dynamodb.wire.botocore import BotocoreWire
from django_dynamodb.wire.credentials import SessionKeys
from django_dynamodb.wire.hooks import Audience, CountedEmitter
from django_dynamodb.wire.lean import LeanWire
from django_dynamodb.wire.obstacles import obstacle

logger = logging.getLogger("django_dynamodb")

DEFAULT_REGION: Final = "us-east-1"
"""The region when neither the settings nor botocore's chain name one (SEED row 16)."""

LOCAL_CREDENTIALS: Final = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
"""What requests to a local engine are signed with when there are no credentials: it wants a signature, not a secret."""

RESERVED: Final[Mapping[str, str]] = {"region_name": "REGION"}
"""Arguments of ``Config`` that have a setting of their own."""


class AliasClients:
    """The session and the clients of one alias, each built on first use, for all threads.

    Args:
        alias: The alias, for messages.
        settings: Its settings.
        pause: Waits between the wire's attempts.

    Raises:
        ImproperlyConfigured: For an unknown profile, or a ``SESSION`` that gives no session.
    """

    NATIVE_ASYNC: Final = LeanWire
    """The wires that can wait for an event loop."""

    def __init__(self, alias: str, settings: AliasSettings, pause: Pause) -> None:
        self._alias = alias
        self._settings = settings
        self._pause = pause
        self._audience = Audience(there=False)
        self._session = build_session(alias, settings, self._audience)
        self._lock = Lock()
        self._client: Any = None
        self._wire: Wire | None = None

    @property
    def client(self) -> Any:
        """A plain boto3 client, for users."""
        return self._client or self._open_client()

    @property
    def wire(self) -> Wire:
        """The wire, on a client of its own."""
        return self._wire or self._open_wire()

    def close(self) -> None:
        """Closes the pooled sockets of both."""
        for opened in (self._client, self._wire):
            if opened is not None:
                opened.close()

    def _open_client(self) -> Any:
        """Builds the plain client, once."""
        with self._lock:
            if self._client is None:
                self._client = build_client(self._alias, self._settings, self._session)
            return self._client

    def _open_wire(self) -> Wire:
        """Builds the wire, once."""
        with self._lock:
            if self._wire is None:
                client = build_client(self._alias, self._settings, self._session, wire=True)
                self._wire = self._wire_on(client)
            return self._wire

    def _wire_on(self, client: Any) -> Wire:
        """Builds the wire the settings ask for, or the one that can do what they ask for."""
        if self._settings.transport == "botocore":
            return BotocoreWire(client, pause=self._pause)
        reason = obstacle(client)
        if reason is not None:
            logger.info("DYNAMODB[%r]: calls travel by the botocore transport, because %s.", self._alias, reason)
            return BotocoreWire(client, pause=self._pause)
        keys = SessionKeys(_credentials(self._settings, self._session))
        return LeanWire(client, keys, verify=_verify(self._session), pause=self._pause, audience=self._audience)


Wire: TypeAlias = BotocoreWire | LeanWire
"""What carries the calls of an alias."""


def build_session(alias: str, settings: AliasSettings, audience: Audience) -> boto3.Session:
    """Builds the boto3 session of an alias: it holds region and credentials.

    Args:
        alias: The alias, for messages.
        settings: Its settings.
        audience: Is told when somebody listens to the requests of the session's clients.

    Returns:
        What ``SESSION`` returns, or a session of the profile or keys given, or botocore's own chain.

    Raises:
        ImproperlyConfigured: For an unknown profile, or a ``SESSION`` that gives no session.
    """
    if settings.session is not None:
        audience.there = True  # who listens to a session of the project's, only the project knows
        return _custom_session(alias, settings)
    try:
        return boto3.Session(
            botocore_session=CoreSession(event_hooks=CountedEmitter(audience)),
            aws_access_key_id=settings.access_key_id,
            aws_secret_access_key=settings.secret_access_key,
            aws_session_token=settings.session_token,
            region_name=settings.region,
            profile_name=settings.profile,
        )
    except BotoCoreError as error:
        raise ImproperlyConfigured(f"DYNAMODB[{alias!r}]: {error}") from error


def build_client(alias: str, settings: AliasSettings, session: boto3.Session, *, wire: bool = False) -> Any:
    """Builds a botocore client of an alias.

    Args:
        alias: The alias, for messages.
        settings: Its settings.
        session: Its boto3 session.
        wire: Whether the client is for a wire, which validates nothing by botocore.

    Returns:
        The client; no request has been made.

    Raises:
        ImproperlyConfigured: For ``OPTIONS`` botocore refuses.
        InvalidRegionError: When the endpoint would be derived from a region that does not exist.
    """
    region = settings.region or session.region_name or _default_region(alias, settings)
    config = _config(alias, settings.options, **({"parameter_validation": False} if wire else {}))
    credentials: dict[str, Any] = _local_credentials(settings, session)
    try:
        client: Any = session.client(
            "dynamodb", region_name=region, endpoint_url=settings.endpoint_url, config=config, **credentials
        )
    except MalformedRegionError as error:
        raise _region_error(alias, region, session) from error
    except (BotoCoreError, ValueError) as error:
        raise ImproperlyConfigured(f"DYNAMODB[{alias!r}]: no client can be built from it: {error}") from error
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    if region.lower() in host.split(".") and not _check_region(region, session):
        raise _region_error(alias, region, session)
    return client


def _custom_session(alias: str, settings: AliasSettings) -> boto3.Session:
    """Asks the project's own callable for a session."""
    build = _imported(alias, settings.session) if isinstance(settings.session, str) else settings.session
    session = build() if callable(build) else build
    if not isinstance(session, boto3.Session):
        raise ImproperlyConfigured(
            f"DYNAMODB[{alias!r}]['SESSION'] must return a boto3.Session, not a {type(session).__name__}."
        )
    return session


def _imported(alias: str, path: str) -> Any:
    """Imports what a dotted path names."""
    try:
        return import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"DYNAMODB[{alias!r}]['SESSION'] cannot be imported: {path!r}: {error}") from error


def _default_region(alias: str, settings: AliasSettings) -> str:
    """Falls back to one region; said aloud when it decides where data goes."""
    if settings.endpoint_url is None:
        logger.warning("DYNAMODB[%r]: no region is configured anywhere; using %s.", alias, DEFAULT_REGION)
    return DEFAULT_REGION


def _local_credentials(settings: AliasSettings, session: boto3.Session) -> dict[str, Any]:
    """Gives the credentials of last resort, for an endpoint on this machine alone."""
    local = settings.endpoint_url is not None and check_loopback(settings.endpoint_url)
    return {**LOCAL_CREDENTIALS} if local and session.get_credentials() is None else {}


def _credentials(settings: AliasSettings, session: boto3.Session) -> Credentials | None:
    """Gives the credentials the client of an alias signs with."""
    local = _local_credentials(settings, session)
    return Credentials(*local.values()) if local else session.get_credentials()


def _verify(session: boto3.Session) -> bool | str:
    """Says whom to trust, as botocore does: AWS_CA_BUNDLE or the profile's ``ca_bundle``, then REQUESTS_CA_BUNDLE."""
    name = session.profile_name  # "default" even where there is no such profile
    core = CoreSession(profile=name if name in session.available_profiles else None)
    bundle = core.get_config_variable("ca_bundle")
    return bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True


def _config(alias: str, options: Mapping[str, Any], **fixed: Any) -> Config:
    """Builds botocore's Config: OPTIONS over our defaults, what a wire needs over OPTIONS."""
    where = f"DYNAMODB[{alias!r}]['OPTIONS']"
    for name in options:
        if name in RESERVED:
            raise ImproperlyConfigured(f"{where}: {name!r} has a setting of its own, {RESERVED[name]!r}.")
        if name not in Config.OPTION_DEFAULTS:
            raise ImproperlyConfigured(
                f"{where} has an unknown option {name!r}. {closest(name, Config.OPTION_DEFAULTS)}"
            )
    retries = options.get("retries") or {}
    if not isinstance(retries, Mapping):
        raise ImproperlyConfigured(f"{where}: 'retries' must be a dictionary, not {retries!r}.")
    agent = " ".join(filter(None, (f"django-dynamodb/{__version__}", options.get("user_agent_extra"))))
    ours = {"user_agent_extra": agent, "retries": {"mode": "standard", **retries}}
    try:
        return Config(**{**options, **ours, **fixed})
    except (BotoCoreError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"{where}: {error}") from error


def _regions(session: boto3.Session) -> list[str]:
    """Lists the regions of DynamoDB this botocore knows, in all partitions."""
    partitions = session.get_available_partitions()
    return [region for name in partitions for region in session.get_available_regions("dynamodb", name)]


def _check_region(region: str, session: boto3.Session) -> bool:
    """Says whether a region exists, or is newer than this botocore.

    A new region fits the pattern of a partition and points where others point (``west``, ``central``): so
    ``eu-west-9`` passes, and ``eu-wset-1``, which fits botocore's pattern as well, does not.
    """
    known = _regions(session)
    if region in known:
        return True
    try:
        session.get_partition_for_region(region)
    except UnknownRegionError:
        return False
    return region.split("-")[-2] in {name.split("-")[-2] for name in known}


def _region_error(alias: str, region: str, session: boto3.Session) -> InvalidRegionError:
    """Builds the message about a region that does not exist."""
    known = _regions(session)
    near = get_close_matches(region.lower(), known, n=3)
    hint = f"Near are {', '.join(map(repr, near))}" if near else f"Known are {', '.join(map(repr, known))}"
    return InvalidRegionError(
        f"DYNAMODB[{alias!r}]: {region!r} is no region of DynamoDB. {hint}. "
        "Set REGION (or AWS_DEFAULT_REGION); for a region newer than this botocore, upgrade it or set ENDPOINT_URL."
    )
