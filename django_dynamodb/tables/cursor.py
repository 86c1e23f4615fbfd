"""Says what a position in a search is: the key to read on behind, in which direction, and of which search."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Final, TypeAlias

from django_dynamodb.exceptions import InvalidCursorError
from django_dynamodb.operations.json import dumps
from django_dynamodb.operations.searches import Query, Scan
from django_dynamodb.records import record
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.types import Key

Search: TypeAlias = Query | Scan
"""The request of a search, whatever part of it is read."""

FINGERPRINT_BYTES: Final = 12
"""Enough that no two queries of a project share a fingerprint by chance; it keeps no secret, a signature does."""


@record(frozen=True, kw_only=True, slots=True)
class Position:
    """A place between two items of a search.

    Args:
        key: The key attributes, those of the table and those of the index, of the item to read on behind; None is
            before the first item.
        backwards: Whether to read against the order of the search, in which case None is behind its last item.
    """

    key: Key | None = None
    backwards: bool = False


START: Final = Position()
"""Before the first item."""

END: Final = Position(backwards=True)
"""Behind the last item, looking back."""


def start_names(schema: TableSchema, index: str | None) -> tuple[str, ...]:
    """Names the attributes of a key to start from.

    Args:
        schema: The table.
        index: The index that is read; None is the table itself.

    Returns:
        The key attributes of the table, then those of the index, each once.
    """
    keys = schema.keys if index is None else (*schema.keys, *schema.index(index).keys)
    return tuple(dict.fromkeys(attribute.name for attribute in keys))


def started(search: Search, position: Position) -> Search:
    """Lets a search begin at a position.

    Args:
        search: The search, in its own order.
        position: Where to begin, and in which direction.

    Returns:
        The search to send.

    Raises:
        InvalidCursorError: A scan that should go backwards.
    """
    if not position.backwards:
        return replace(search, start=position.key)
    if isinstance(search, Scan):
        raise InvalidCursorError(
            f"Table {search.table!r}: a Scan reads in one direction and has no last page; start at its beginning.",
            table=search.table,
        )
    return replace(search, start=position.key, forward=not search.forward)


def fingerprint(schema: TableSchema, search: Search, owner: str) -> str:
    """Tells a search from every other one, so that a position in one is not taken for a position in another.

    Args:
        schema: The table.
        search: The search; table, index, key condition, filter and order count, how its items are brought back does
            not.
        owner: Who searches, such as the name of a model.

    Returns:
        16 characters that are safe in a URL.
    """
    bare = replace(search, projection=None, consistent=False, limit=None, start=None, capacity=None)
    keys = schema.keys if search.index is None else (*schema.keys, *schema.index(search.index).keys)
    text = dumps(
        {
            "owner": owner,
            "operation": search.name,
            "search": bare.payload(),
            "keys": [[attribute.name, attribute.type] for attribute in keys],
        }
    )
    return urlsafe_b64encode(sha256(text).digest()[:FINGERPRINT_BYTES]).decode()
