"""Notes in a form which item its editor was shown, without telling the item, and finds what was changed since.

A note holds a digest of each attribute, made with the ``SECRET_KEY``: whoever reads it learns neither names nor
values, and it is signed, so that it cannot be another item's.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.state import state_of

SALT: Final = "django_dynamodb.forms"
"""Keeps what is signed for other purposes from being taken for a note."""

NAME_BYTES: Final = 6
"""Bytes of the digest of a name: two of an item's attributes share one once in 10**11 items."""

VALUE_BYTES: Final = 12
"""Bytes of the digest of a value; nobody can try values without the ``SECRET_KEY``."""


class InvalidNote(ValueError):
    """What came back from the browser is no note, or that of another item."""


def note_of(instance: Any) -> str:
    """Notes the item an object was loaded from.

    Args:
        instance: A loaded object.

    Returns:
        Text for a hidden input: signed, and readable to nobody.
    """
    digests = _Digests(settings.SECRET_KEY, instance)
    content = {"key": digests.key, "item": digests.of(state_of(instance).item or {})}
    return Signer(salt=SALT).sign_object(content, compress=True)


def changed_since(note: str, instance: Any, ignored: Collection[str] = ()) -> list[str]:
    """Compares the item an object was loaded from with the one that was noted.

    Args:
        note: What ``note_of`` gave.
        instance: The same object, as it is stored now.
        ignored: Names of fields that do not count.

    Returns:
        The names of the fields that differ, in the order of the model, then of attributes no field is stored in;
        ``"?"`` stands for such an attribute that is gone.

    Raises:
        InvalidNote: Another text, or the note of another object.
    """
    try:
        content = Signer(salt=SALT).unsign_object(note)
    except (BadSignature, UnicodeEncodeError, ValueError) as error:
        raise InvalidNote("the note was changed on its way") from error
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digests = _Digests(secret, instance)
        if digests.key == content["key"]:
            return list(_differing(content["item"], digests, instance, ignored))
    raise InvalidNote("the note is that of another object")


class _Digests:
    """Digests of the parts of one item, which tell nothing about those of another."""

    def __init__(self, secret: Any, instance: Any) -> None:
        self.secret = secret
        self.label = f"{instance._meta.concrete_model._meta.label} {instance.pk}"
        self.key = self._digest("", VALUE_BYTES)

    def name(self, name: str) -> str:
        """The digest of the name of an attribute."""
        return self._digest(name, NAME_BYTES)

    def of(self, item: Mapping[str, Any]) -> dict[str, str]:
        """Digest of name → digest of value, in one order for one item."""
        return {
            self.name(name): self._digest(json.dumps([name, _canonical(item[name])]), VALUE_BYTES)
            for name in sorted(item)
        }

    def _digest(self, text: str, size: int) -> str:
        made = salted_hmac(SALT, f"{self.label} {text}", secret=self.secret, algorithm="sha256").digest()
        return urlsafe_b64encode(made[:size]).decode()


def _differing(noted: Mapping[str, str], digests: _Digests, instance: Any, ignored: Collection[str]) -> Iterator[str]:
    """The names that differ."""
    mapper: Mapper = instance._meta.mapper
    state = state_of(instance)
    item = state.item or {}
    now = digests.of(item)
    names = {column(field): field.name for field in mapper.fields} | {
        name: name for name in item if not mapper.check_stores(name)
    }
    for name, shown in names.items():
        digest = digests.name(name)
        if shown not in ignored and name not in state.unread and noted.get(digest) != now.get(digest):
            yield shown
    if noted.keys() - {digests.name(name) for name in names}:
        yield "?"


def _canonical(value: Any) -> Any:
    """An attribute value in one form, whatever the order of its sets and maps."""
    if isinstance(value, dict):
        return {name: _ordered(name, value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_canonical(member) for member in value]
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _ordered(tag: str, value: Any) -> Any:
    """The members of a set in order; a list under another name stays as it is."""
    made = _canonical(value)
    flat = isinstance(made, list) and all(isinstance(member, str) for member in made)
    return sorted(made) if tag in {"SS", "NS", "BS"} and flat else made
