"""Packs partition key and sort key into the one reversible, URL-safe text that Django calls ``pk``.

The parts stand in order, joined by ``~``; every byte that is unsafe in a URL path, and ``~`` and ``!`` themselves, is
written ``!XX`` (two hexadecimal digits of its UTF-8). ``("dr/f", 1)`` is ``dr!2Ff~1``. Both marks survive ``reverse()``
and the admin's own quoting. A part is the text that is stored, so what is one key to DynamoDB (``1.5`` and ``1.50``, a
moment in two time zones) is one text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db.models import CharField, Field, Model
from django.utils.translation import gettext_lazy as _

from django_dynamodb.types import AttributeValue

SEPARATOR: Final = "~"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_\-.:@+=,$']")
_ESCAPED: Final = re.compile(r"(?:![0-9A-F]{2})+")
_TEXT: Final = re.compile(r"(?:[A-Za-z0-9_\-.:@+=,$']|![0-9A-F]{2})+")


def escape(text: str) -> str:
    """One part in its URL-safe form."""
    return _UNSAFE.sub(lambda match: "".join(f"!{byte:02X}" for byte in match[0].encode()), text)


def unescape(text: str) -> str:
    """The inverse of ``escape``.

    Raises:
        ValueError: Text that ``escape`` never makes.
    """
    if not _TEXT.fullmatch(text):
        raise ValueError(f"{text!r} is no part of a packed key")
    plain = _ESCAPED.sub(lambda match: bytes.fromhex(match[0].replace("!", "")).decode(), text)
    if escape(plain) != text:
        raise ValueError(f"{text!r} is not the canonical form of {plain!r}")
    return plain


class PackedKey:
    """The ``pk`` attribute of a model with a sort key: reading packs the parts, assigning sets them."""

    def __init__(self, field: CompositeKey) -> None:
        self.field = field

    def __get__(self, instance: Model | None, owner: type[Model] | None = None) -> Any:
        return self if instance is None else self.field.pack_instance(instance)

    def __set__(self, instance: Model, value: Any) -> None:
        values = (None,) * len(self.field.parts) if value is None else self.field.unpack(value)
        for part, part_value in zip(self.field.parts, values, strict=True):
            setattr(instance, part.attname, part_value)


if TYPE_CHECKING:
    PackedField = CharField[Any, str]
else:
    PackedField = CharField


class CompositeKey(PackedField):
    """The virtual primary key of a model with a partition key and a sort key; it has no attribute of its own."""

    description = _("Partition key and sort key")

    def __init__(self, *part_names: str, **kwargs: Any) -> None:
        self.part_names = part_names
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Gives the names of the parts back as positional arguments."""
        name, path, _args, kwargs = super().deconstruct()
        return name, path, list(self.part_names), kwargs

    @property
    def parts(self) -> tuple[Field[Any, Any], ...]:
        """The partition key field and the sort key field."""
        meta = self.model._meta
        return tuple(meta.get_field(name) for name in self.part_names)  # type: ignore[misc]  # always stored fields

    def get_attname_column(self) -> Any:
        """An attname, but no column: the field is virtual."""
        return self.get_attname(), None

    def contribute_to_class(self, cls: type[Model], name: str, private_only: bool = False) -> None:
        """Puts the packing descriptor on the class."""
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, PackedKey(self))

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to check: the name ``pk`` and the missing column are as they should be."""
        return []

    def db_type(self, connection: Any) -> None:
        """No SQL column."""

    def pack(self, values: Sequence[Any]) -> str:
        """The packed text of the parts' values."""
        mapper = self.model._meta.mapper  # type: ignore[attr-defined]  # only our models have this field
        pairs = zip(mapper.key_fields, values, strict=True)
        return SEPARATOR.join(escape(_stored_text(mapper.encode(part, value))) for part, value in pairs)

    def pack_instance(self, instance: Model) -> str | None:
        """The packed key of an instance; None while a part is unset."""
        values = [getattr(instance, part.attname) for part in self.parts]
        return None if any(value is None or value == "" for value in values) else self.pack(values)

    def unpack(self, value: Any) -> tuple[Any, ...]:
        """The values of the parts, from the packed text or a tuple of them.

        Raises:
            ValidationError: Text that is no packed key of this model.
        """
        try:
            return self._converted(value) if isinstance(value, tuple | list) else self._decoded(value)
        except (AttributeError, TypeError, ValueError, ValidationError) as error:
            raise ValidationError(
                _("“%(value)s” is no key of %(model)s: it has the form %(form)s."),
                code="invalid",
                params={
                    "value": value,
                    "model": self.model._meta.label,
                    "form": SEPARATOR.join(f"<{name}>" for name in self.part_names),
                },
            ) from error

    def _converted(self, values: Sequence[Any]) -> tuple[Any, ...]:
        parts = tuple(part.to_python(value) for part, value in zip(self.parts, values, strict=True))
        if None in parts:
            raise ValueError("a part of the key is None")
        return parts

    def _decoded(self, text: str) -> tuple[Any, ...]:
        mapper = self.model._meta.mapper  # type: ignore[attr-defined]  # only our models have this field
        triples = zip(mapper.schema.keys, mapper.key_fields, text.split(SEPARATOR), strict=True)
        return tuple(mapper.codecs[part.attname].decode({key.type: unescape(t)}) for key, part, t in triples)

    def to_python(self, value: Any) -> str | None:
        """The canonical packed text."""
        return None if value is None or value == "" else self.pack(self.unpack(value))

    def get_prep_value(self, value: Any) -> Any:
        """The packed text stands for itself."""
        return value

    def get_pk_value_on_save(self, instance: Model) -> Any:
        """The packed key of the instance."""
        return self.pack_instance(instance)

    def value_to_string(self, obj: Model) -> str:
        """The packed key, for serializers."""
        return self.pack_instance(obj) or ""


def _stored_text(av: AttributeValue) -> str:
    """The content of a text, number or binary attribute, which is text in each case."""
    ((_tag, content),) = av.items()
    return content  # type: ignore[no-any-return]  # binary values are base64 text
