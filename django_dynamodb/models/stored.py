"""Shows an item as plain Python values, to be looked at and changed; what is not touched stays as it is stored."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from django_dynamodb.codec.values import decode_value, encode_value, same_value
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import Item


class StoredItem(MutableMapping[str, Any]):
    """One item by the names of its attributes, as a migration sees it.

    Values are those DynamoDB has: str, int, Decimal, bool, None, bytes, and lists, dicts and sets of them; not those
    of the model's fields, which know one version only. A date is the text or number it is stored as.
    Lists, dicts and sets may be changed in place. ``None`` and an empty set leave the attribute out.

    Args:
        item: The item as it stands in the table; it is not changed.
    """

    def __init__(self, item: Item) -> None:
        self._stored = item
        self._values: dict[str, Any] = {}
        self._names = dict.fromkeys(item)

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._values:
            self._values[name] = decode_value(self._stored[name])
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._names[name] = None
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        self._values.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    def as_item(self) -> Item:
        """The item as it is to be stored.

        Raises:
            InvalidValueError: A value that DynamoDB does not store; the message names the attribute.
        """
        item: Item = {}
        for name in self._names:
            stored = self._stored.get(name)
            if name not in self._values:
                item[name] = self._stored[name]
                continue
            value = self._values[name]
            if value is None and stored != {"NULL": True}:
                continue
            if isinstance(value, set | frozenset) and not value:
                continue
            encoded = _encoded(name, value)
            item[name] = stored if stored is not None and same_value(stored, encoded) else encoded
        return item


def _encoded(name: str, value: Any) -> dict[str, Any]:
    try:
        return encode_value(value)
    except InvalidValueError as error:
        raise type(error)(f"{name}: {error}", attribute=name) from error
