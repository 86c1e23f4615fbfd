"""Maps each kind of Django field to the way its values are stored, and back.

Two tables say everything: ``NATIVE`` for this package's own encodings, ``MAPPER1_KINDS`` for those of dynamodb-mapper
(SEED rows 8-13). Fields that bring their own conversion (``get_prep_value``, ``from_db_value`` …) keep it: their
prepared value is stored by its internal type, or by its Python type when that is unknown.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Context, Decimal
from functools import partial
from operator import not_
from reprlib import repr as short
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Field
from django.utils.functional import Promise

from django_dynamodb.codec import mapper1, scalars
from django_dynamodb.codec.codecs import ValueCodec
from django_dynamodb.codec.numbers import padded_reader
from django_dynamodb.codec.values import decode_value, encode_value
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.limits import NUMBER_DIGITS
from django_dynamodb.models.connection_stub import CONNECTION
from django_dynamodb.models.fields.version import VersionField
from django_dynamodb.models.zones import datetime_codec
from django_dynamodb.types import AttributeValue

TEXT_TYPES: Final = frozenset(
    {"CharField", "FileField", "FilePathField", "GenericIPAddressField", "SlugField", "TextField"}
)
INTEGER_TYPES: Final = frozenset(
    {
        "BigIntegerField", "IntegerField", "PositiveBigIntegerField", "PositiveIntegerField",
        "PositiveSmallIntegerField", "SmallIntegerField",
        # keys of SQL models, which foreign keys hold
        "AutoField", "BigAutoField", "SmallAutoField",
    }
)  # fmt: skip
SET_TYPES: Final = frozenset({"BinarySetField", "NumberSetField", "StringSetField"})

UNTYPED: Final = ValueCodec(tag=None, encode=encode_value, decode=decode_value)
"""For prepared values of a type this module has no row for."""

NATIVE: Final[Mapping[str, ValueCodec]] = {
    **dict.fromkeys(TEXT_TYPES, scalars.TEXT),
    **dict.fromkeys(INTEGER_TYPES, scalars.INTEGER),
    "BinaryField": scalars.BINARY,
    "BinarySetField": scalars.BINARY_SET,
    "BooleanField": scalars.BOOLEAN,
    "DateField": scalars.DATE,
    "DateTimeField": scalars.DATETIME,
    "DecimalField": scalars.DECIMAL,
    "DurationField": scalars.DURATION,
    "FloatField": scalars.FLOAT,
    "JSONField": scalars.DOCUMENT,
    "ListField": scalars.LIST,
    "MapField": scalars.MAP,
    "NumberSetField": scalars.NUMBER_SET,
    "StringSetField": scalars.STRING_SET,
    "TTLField": scalars.EPOCH,
    "TimeField": scalars.TIME,
    "UUIDField": scalars.UUID,
}
"""Django's ``get_internal_type()`` → codec."""

MAPPER1_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(TEXT_TYPES, "text"),
    **dict.fromkeys(INTEGER_TYPES, "integer"),
    "BinaryField": "binary",
    "BinarySetField": "binary_set",
    "BooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "decimal",
    "DurationField": "duration",
    "FloatField": "float",
    "JSONField": "document",
    "ListField": "list",
    "MapField": "map",
    "NumberSetField": "number_set",
    "StringSetField": "string_set",
    "TimeField": "time",
    "UUIDField": "uuid",
}
"""Django's ``get_internal_type()`` → kind of value in ``codec.mapper1.ENCODINGS``."""

EXACT_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(TEXT_TYPES - {"FileField", "GenericIPAddressField"}, str),
    **dict.fromkeys(INTEGER_TYPES, int),
    "BinaryField": bytes,
    "BooleanField": bool,
    "DateField": dt.date,
    "DecimalField": Decimal,
    "DurationField": dt.timedelta,
    "FloatField": float,
    "TimeField": dt.time,
    "UUIDField": uuid.UUID,
    "StringSetField": set,
    "NumberSetField": set,
    "BinarySetField": set,
    "ListField": list,
    "MapField": dict,
}
"""Values of exactly this type need no preparation by the field."""

_HOOKS: Final = ("to_python", "get_prep_value", "get_db_prep_value", "get_db_prep_save", "from_db_value")
_OWN_MODULES: Final = ("django.", "django_dynamodb.")
_EXACT: Final = Context(prec=NUMBER_DIGITS * 4)


def stored_field(field: Field[Any, Any]) -> Field[Any, Any]:
    """The field whose values are stored: for a foreign key, the field it points to."""
    while field.remote_field is not None and hasattr(field, "target_field"):
        field = field.target_field
    return field


def internal_type(field: Field[Any, Any]) -> str:
    """Django's name for the kind of the stored value; field classes outside the tables are "" ."""
    return stored_field(field).get_internal_type() or ""


def value_codec(field: Field[Any, Any], storage: str) -> ValueCodec:
    """The codec of one field.

    Args:
        field: Any concrete field, Django's, ours or a third party's.
        storage: ``"native"`` or ``"mapper1"``.
    """
    stored = stored_field(field)
    kind = internal_type(field)
    codec = base_codec(kind, storage)
    if _brings_conversion(stored):
        return _converted(stored, kind, _INNER[kind](stored, codec) if kind in _INNER else codec)
    special = _SPECIAL.get(kind)
    return special(stored, codec) if special else _prepared(stored, codec, EXACT_TYPES.get(kind))


def base_codec(kind: str, storage: str) -> ValueCodec:
    """The encoding of an internal type, before the field's own conversion."""
    if storage == "mapper1" and kind in MAPPER1_KINDS:
        return mapper1.ENCODINGS[MAPPER1_KINDS[kind]].codec
    return NATIVE.get(kind, UNTYPED)


def part_codec(field: Field[Any, Any]) -> ValueCodec:
    """The codec of what stands inside a document, which knows nothing of the field's own conversion of the whole.

    Args:
        field: A field that holds documents.
    """
    stored = stored_field(field)
    return _json(stored, scalars.DOCUMENT) if internal_type(field) == "JSONField" else UNTYPED


def exact_type(field: Field[Any, Any]) -> type | None:
    """The type whose values a field stores as they are; None where it converts values, or points to another model.

    Args:
        field: Any concrete field.
    """
    if field.remote_field is not None or _brings_conversion(field):
        return None
    return EXACT_TYPES.get(internal_type(field))


def absence(
    field: Field[Any, Any], storage: str, *, index_key: bool
) -> tuple[Callable[[], Any], Callable[[Any], bool] | None]:
    """What an absent attribute loads as, and which values beside None make it absent (SEED rows 11 and 12).

    Args:
        field: The model field.
        storage: ``"native"`` or ``"mapper1"``.
        index_key: Whether the attribute is a key of an index; those cannot be empty.
    """
    if isinstance(field, VersionField):
        return int, None
    kind = internal_type(field)
    missing, is_empty = _absence_of_kind(field, kind, storage, index_key=index_key)
    stored = stored_field(field)
    if _brings_conversion(stored):
        return missing, partial(_is_stored_as_none, stored, is_empty)
    return missing, is_empty


def _absence_of_kind(
    field: Field[Any, Any], kind: str, storage: str, *, index_key: bool
) -> tuple[Callable[[], Any], Callable[[Any], bool] | None]:
    if storage == "mapper1" and kind in MAPPER1_KINDS:
        encoding = mapper1.ENCODINGS[MAPPER1_KINDS[kind]]
        missing = _document_missing(field) if kind == "JSONField" else encoding.missing
        return (_none if field.null else missing), encoding.is_empty
    if kind in SET_TYPES:
        return set, not_
    if kind in TEXT_TYPES:
        return (_none if field.null else str), (not_ if index_key else None)
    return _none, None


def _document_missing(field: Field[Any, Any]) -> Callable[[], Any]:
    """The empty value of the type that a document's default has."""
    kind = type(stored_field(field).get_default())
    return kind if kind in {dict, list} else _none


def _none() -> None:
    return None


def _is_stored_as_none(field: Field[Any, Any], is_empty: Callable[[Any], bool] | None, value: Any) -> bool:
    """Whether a third-party field hands None to a database, or an empty value."""
    return (is_empty is not None and is_empty(value)) or _database_value(field, value) is None


def _brings_conversion(field: Field[Any, Any]) -> bool:
    """Whether a class outside Django and this package defines one of the conversion hooks."""
    return any(_is_foreign(field, hook) for hook in _HOOKS)


def _is_foreign(field: Field[Any, Any], hook: str) -> bool:
    owner = next((base for base in type(field).__mro__ if hook in vars(base)), None)
    return owner is not None and not f"{owner.__module__}.".startswith(_OWN_MODULES)


def _converted(field: Field[Any, Any], kind: str, codec: ValueCodec) -> ValueCodec:
    """A third-party field: its own hooks around the codec."""
    from_db_value = field.from_db_value if _is_foreign(field, "from_db_value") else None  # type: ignore[attr-defined]
    as_read = json.dumps if kind == "JSONField" else _same  # databases hand JSON over as text

    def encode(value: Any) -> AttributeValue:
        return codec.encode(_database_value(field, value))

    def decode(av: AttributeValue) -> Any:
        value = codec.decode(av)
        try:
            return field.to_python(value) if from_db_value is None else from_db_value(as_read(value), None, CONNECTION)
        except (TypeError, ValueError, ValidationError) as error:
            raise InvalidValueError(f"{short(value)} is stored, which {type(field).__name__} cannot read") from error

    return ValueCodec(tag=codec.tag, encode=encode, decode=decode)


def _database_value(field: Field[Any, Any], value: Any) -> Any:
    """What a third-party field hands to a database."""
    try:
        return field.get_db_prep_save(value, connection=CONNECTION)  # type: ignore[arg-type]  # the stand-in
    except InvalidValueError:
        raise
    except (TypeError, ValueError, ValidationError) as error:
        raise _conversion_error(field, value) from error


def _conversion_error(field: Field[Any, Any], value: Any) -> InvalidTypeError:
    return InvalidTypeError(
        f"{short(value)} ({type(value).__name__}) is no value of {type(field).__name__}; convert it first"
    )


def _same(value: Any) -> Any:
    return value


def _prepared(field: Field[Any, Any], codec: ValueCodec, exact: type | None) -> ValueCodec:
    """Django's own conversion first, unless the value has exactly the type that is stored."""

    def encode(value: Any) -> AttributeValue:
        return codec.encode(value if type(value) is exact else prepare(field, value))

    text = codec.text if codec.text is not None and codec.text.of is exact else None
    same = codec.same if codec.same is not None and codec.same.of is exact else None
    return replace(codec, encode=encode, text=text, same=same)


def prepare(field: Field[Any, Any], value: Any) -> Any:
    """What Django's field makes of a value, refused where that would lose something.

    Raises:
        InvalidTypeError: A value the field cannot take, or would cut short, as ``3.7`` for an IntegerField.
    """
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, dt.datetime) and field.get_internal_type() == "DateField":
        raise InvalidTypeError(f"{value!r} is a datetime; use its .date(), a DateField keeps no time of day")
    try:
        prepared = field.get_prep_value(value)
    except (TypeError, ValueError, ValidationError) as error:
        raise _conversion_error(field, value) from error
    if type(prepared) is int and isinstance(value, float | Decimal) and prepared != value:
        raise InvalidTypeError(f"{value!r} has a fraction that {type(field).__name__} would lose; round it first")
    return _plain_text(prepared) if isinstance(prepared, str) else prepared


def _plain_text(text: str) -> str:
    """A str of no subclass; ``str()`` of an Enum member would be its name, and a lazy object only says it is one."""
    return str.__str__(text) if issubclass(type(text), str) else str(text)


def _decimal(field: Field[Any, Any], codec: ValueCodec) -> ValueCodec:
    """A float stands for the decimal it is written as, not for its 50 binary digits."""
    prepared = _prepared(field, codec, Decimal)

    def encode(value: Any) -> AttributeValue:
        return prepared.encode(Decimal(repr(value)) if type(value) is float else value)

    return replace(_padded(field, codec), encode=encode)


def _padded(field: Field[Any, Any], codec: ValueCodec) -> ValueCodec:
    """DynamoDB trims trailing zeros; the field's ``decimal_places`` bring them back."""
    places = field.decimal_places if isinstance(field, DecimalField) else None
    if places is None:
        return codec
    quantum = Decimal(1).scaleb(-places)

    def padded(stored: Decimal) -> Decimal:
        quantised = stored.quantize(quantum, context=_EXACT)
        return quantised if quantised == stored else stored

    slow = codec.followed_by(padded)
    return replace(slow, read=None if slow.read is None else padded_reader(places, slow.read), same=codec.same)


def _json(field: Field[Any, Any], codec: ValueCodec) -> ValueCodec:
    """A JSON document; the field's own encoder and decoder classes keep their say."""
    encoder, decoder = getattr(field, "encoder", None), getattr(field, "decoder", None)

    def encode(value: Any) -> AttributeValue:
        return codec.encode(json.loads(json.dumps(value, cls=encoder)) if encoder else value)

    encoding = replace(codec, encode=encode, text=None, same=None if encoder else codec.same)
    return (
        encoding if decoder is None else encoding.followed_by(lambda value: json.loads(json.dumps(value), cls=decoder))
    )


def _file(field: Field[Any, Any], codec: ValueCodec) -> ValueCodec:
    """A file is stored by its name; an empty name is an absent attribute's value."""
    return replace(codec, encode=lambda value: codec.encode(str(value)), text=None, same=None)


_SPECIAL: Final[Mapping[str, Callable[[Field[Any, Any], ValueCodec], ValueCodec]]] = {
    "DateTimeField": datetime_codec,
    "DecimalField": _decimal,
    "FileField": _file,
    "JSONField": _json,
    "TTLField": datetime_codec,
}

_INNER: Final[Mapping[str, Callable[[Field[Any, Any], ValueCodec], ValueCodec]]] = {
    "DateTimeField": datetime_codec,
    "DecimalField": _padded,
    "JSONField": _json,
    "TTLField": datetime_codec,
}
"""What fields of these kinds need besides their own conversion."""
