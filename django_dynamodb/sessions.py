"""Keeps sessions in a DynamoDB table: ``SESSION_ENGINE = "django_dynamodb.sessions"``.

A session that is over is gone at once, though the service deletes it later: it is not loaded, does not exist, and
cannot be saved. What the service refuses, or does not answer, raises; it never looks like a session that is not there.
"""

from __future__ import annotations

import logging
import math
import time
from functools import cache
from typing import Any, Final

from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, SessionBase, UpdateError
from django.utils.crypto import get_random_string

from django_dynamodb import conf
from django_dynamodb.connection import Connection
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ConditionFailedError, InvalidKeyError, ItemTooLargeError
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.limits import ITEM_BYTES
from django_dynamodb.tables.expiry import ExpiryLine
from django_dynamodb.tables.schema import KeyAttribute, TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item, Key

logger = logging.getLogger("django_dynamodb")

SESSION_KEY: Final = "session_key"
SESSION_DATA: Final = "session_data"
EXPIRES: Final = "expires"
"""The attributes of a session: its key, what Django makes of its content (signed, compressed), and its end."""

WITHOUT_DATA: Final = Projection((Path(SESSION_KEY), Path(EXPIRES)))
"""What it takes to say whether a session exists."""

NEW_KEY_LENGTH: Final = 32
"""Characters of a new key, as in Django: 165 bits, so one that is taken is not to be expected."""

SWEEPING: Final = (
    "Nothing to clear: DynamoDB itself deletes expired sessions from table {name!r}, within a few days and for "
    "nothing, by the expiry that manage.py dynamo_createtables enables on attribute {attribute!r}; until then they "
    "are hidden."
)
"""What there is to say about clearing."""


class SessionStore(SessionBase):
    """One session, as Django's session middleware wants it.

    ``create()`` writes only where there is no such session (``CreateError``), ``save()`` only where there still is one
    (``UpdateError``). Reads are strongly consistent: a login is seen by the next request, wherever it runs.
    """

    def load(self) -> dict[str, Any]:
        """Reads the session.

        Returns:
            Its content; an empty one, and ``session_key`` None, when there is no such session or it is over.

        Raises:
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        item = self._living(self.session_key)
        if item is None:
            self._session_key = None
            return {}
        return self.decode(item[SESSION_DATA]["S"])

    async def aload(self) -> dict[str, Any]:
        """As ``load``."""
        return await session_connection().run(self.load)

    def exists(self, session_key: str | None) -> bool:
        """Says whether there is a session under a key that is not over.

        Args:
            session_key: The key; under None there is none.

        Raises:
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        return self._living(session_key, WITHOUT_DATA) is not None

    async def aexists(self, session_key: str | None) -> bool:
        """As ``exists``."""
        return await session_connection().run(self.exists, session_key)

    def create(self) -> None:
        """Writes the session under a new key, by one call that finds out as well that nobody has it.

        Raises:
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        while True:
            self._session_key = get_random_string(NEW_KEY_LENGTH, VALID_KEY_CHARS)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    async def acreate(self) -> None:
        """As ``create``."""
        await session_connection().run(self.create)

    def save(self, must_create: bool = False) -> None:
        """Writes the session.

        Args:
            must_create: Whether there must be no such session yet; otherwise there must be one that is not over.

        Raises:
            CreateError: There is such a session.
            UpdateError: There is none any more: it was deleted, or is over.
            ItemTooLargeError: It is over 400 KB, compressed.
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # the stubs leave it out
        if self.session_key is None:  # loading it found out that there is none
            raise UpdateError("The session was deleted, or is over.")
        line = expiry_line()
        try:
            session_table().put(
                self._item(self.session_key, data),
                condition=line.vacant(SESSION_KEY) if must_create else line.living(SESSION_KEY),
            )
        except ItemTooLargeError as error:
            raise _too_large_error(error) from error
        except ConditionFailedError as error:
            if must_create:
                raise CreateError("There is such a session already.") from error
            raise UpdateError("The session was deleted, or is over.") from error

    async def asave(self, must_create: bool = False) -> None:
        """As ``save``."""
        await session_connection().run(self.save, must_create)

    def delete(self, session_key: str | None = None) -> None:
        """Deletes a session; nothing happens when there is none.

        Args:
            session_key: The key; None is this session's own.

        Raises:
            ServiceError: What the service answered otherwise, or that it did not answer.
        """
        session_key = self.session_key if session_key is None else session_key
        if session_key:
            try:
                session_table().delete(_key(session_key))
            except InvalidKeyError:
                return  # no session has such a key

    async def adelete(self, session_key: str | None = None) -> None:
        """As ``delete``."""
        await session_connection().run(self.delete, session_key)

    @classmethod
    def clear_expired(cls) -> None:
        """Does nothing, and logs why: the service deletes what has expired."""
        logger.info(sweeping())

    @classmethod
    async def aclear_expired(cls) -> None:
        """As ``clear_expired``."""
        cls.clear_expired()

    def _living(self, session_key: str | None, projection: Projection | None = None) -> Item | None:
        """The stored session, unless it is over; a key no session can have comes from a browser, and finds none."""
        if not session_key:
            return None
        try:
            item = session_table().get(_key(session_key), consistent=True, projection=projection)
        except InvalidKeyError:
            return None
        return None if item is None or expiry_line().check_passed(item) else item

    def _item(self, session_key: str, data: dict[str, Any]) -> Item:
        """What is stored; whole seconds, rounded up, so that nothing ends early."""
        expires = math.ceil(time.time() + self.get_expiry_age())
        return {**_key(session_key), SESSION_DATA: {"S": self.encode(data)}, EXPIRES: {"N": str(expires)}}


@cache
def session_schema(name: str) -> TableSchema:
    """What the table of sessions looks like.

    Args:
        name: Its name, without prefix.

    Returns:
        The same object for the same name.

    Raises:
        SchemaError: For a name no table can have.
    """
    return TableSchema(name=name, partition=KeyAttribute(SESSION_KEY, "S"), ttl=EXPIRES)


def session_connection() -> Connection:
    """The connection to where sessions are stored.

    Raises:
        ImproperlyConfigured: When the settings are wrong.
        ConnectionDoesNotExist: When they name an alias that does not exist.
    """
    return connections[conf.session_settings().using]


def session_table() -> Table:
    """The table sessions are stored in, as the settings say now.

    Raises:
        ImproperlyConfigured: When the settings are wrong.
        ConnectionDoesNotExist: When they name an alias that does not exist.
    """
    return session_connection().table(session_schema(conf.session_settings().table))


def sweeping() -> str:
    """Says that expired sessions go away by themselves, and how."""
    return SWEEPING.format(name=session_table().schema.name, attribute=EXPIRES)


def expiry_line() -> ExpiryLine:
    """The line between sessions that are over and those that live, now."""
    return ExpiryLine(attribute=EXPIRES, now=int(time.time()))


def _key(session_key: str) -> Key:
    return {SESSION_KEY: {"S": session_key}}


def _too_large_error(error: ItemTooLargeError) -> ItemTooLargeError:
    """Says it in the words of sessions, and without the session's key."""
    return ItemTooLargeError(
        f"The session has {error.size:,} bytes, compressed and signed; DynamoDB allows {ITEM_BYTES:,}. Store what is "
        "large elsewhere, and keep a reference to it in the session.",
        table=error.table,
        size=error.size,
        largest=error.largest,
    )
