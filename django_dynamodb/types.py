"""Names the shapes that travel between the floors.

An item travels as *DynamoDB JSON*, exactly as it stands on the wire: ``{"title": {"S": "x"}, "n": {"N": "1.5"}}``.
Numbers are decimal text, binary is base64 text, sets are lists. Stream records and S3 exports have the same form.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from django_dynamodb.records import record

T = TypeVar("T")

AttributeValue: TypeAlias = dict[str, Any]
"""One tagged value: ``{"S": "text"}``."""

Item: TypeAlias = dict[str, AttributeValue]
"""Attribute name to tagged value."""

Key: TypeAlias = dict[str, AttributeValue]
"""The key attributes of one item."""

Payload: TypeAlias = dict[str, Any]
"""A request or answer of the service as decoded JSON."""


@record(frozen=True, slots=True)
class ItemText:
    """A whole item as the JSON text it is sent as, which takes half the time of an item and its JSON.

    Args:
        text: The item.
        keys: Of the same item, the attributes that are keys of the table or of an index. Whoever writes the text has
            seen to it that the table's key is one an item can have.
    """

    text: str
    keys: Item

    def item(self) -> Item:
        """The item itself, for what is no matter of time: an error, or a request to be shown."""
        found: Item = json.loads(self.text)
        return found


Put: TypeAlias = Item | ItemText
"""A whole item to be written."""


def keys_in(put: Put) -> Item:
    """What holds the key attributes of an item: itself, or what stands beside its text."""
    return put.keys if isinstance(put, ItemText) else put


def item_in(put: Put) -> Item:
    """The item itself."""
    return put.item() if isinstance(put, ItemText) else put


@record(frozen=True, slots=True)
class ValuesBuild(Generic[T]):
    """A builder that takes the values of an item, for a reader that gets them out of its text without the item.

    Args:
        codec: The ``codec.attributes.TableCodec`` whose values they are.
        build: Makes what the caller wants out of slot to value, a dictionary it may keep, and the item's JSON text.
    """

    codec: Any
    build: Callable[[dict[str, Any], bytes], T]


@record(frozen=True, slots=True)
class TextBuild(Generic[T]):
    """A builder that also takes the text an item was read from, where there is one.

    Text is the smallest form an item can be kept in: the benchmarks' item is 0.9 KB as text and 5.9 KB as
    dictionaries, which the cyclic collector visits besides.

    Args:
        build: Makes what the caller wants out of an item and its JSON text; None when there is no text.
        values: Makes the same out of values; None where the item itself is needed.
    """

    build: Callable[[Item, str | bytes | None], T]
    values: ValuesBuild[T] | None = None

    def __call__(self, item: Item) -> T:
        """Builds from an item without text."""
        return self.build(item, None)


class Sender(Protocol):
    """The seam to the network: one call of the service."""

    def __call__(self, operation: str, body: bytes, /) -> bytes:
        """Sends one request and returns the answer's body.

        Args:
            operation: The service's name of the call, such as ``"GetItem"``.
            body: The request as JSON.

        Returns:
            The body of a successful answer, as JSON.

        Raises:
            ServiceError: What the service answered otherwise, after the wire's own retries.
        """


class Pause(Protocol):
    """Waits between attempts; time and randomness stay behind it."""

    def __call__(self, attempt: int, /) -> bool:
        """Waits before retry number ``attempt`` (from 1).

        Returns:
            False, at once, when the retries are spent.
        """
