"""Builds the text of a key from other fields, and reads it back: ``ORDER#{placed}#{number:08d}``.

The text is reversible and no two sets of values share one: between two fields stands a separator, and a value that
contains the first character of the one behind it is refused. It sorts as the values do where these have one width:
dates, datetimes, UUIDs and numbers padded with zeros; text sorts in the last place, where no separator follows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from string import Formatter
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Field

from django_dynamodb.codec.codecs import ValueCodec
from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError, SchemaError
from django_dynamodb.models.storage import INTEGER_TYPES, TEXT_TYPES, internal_type
from django_dynamodb.records import record

PADDING: Final = re.compile(r"0([1-9][0-9]?)d")
"""How a number is padded: ``08d`` is eight digits; DynamoDB's numbers have 38."""

TEXTS: Final = TEXT_TYPES - {"FileField"}
FIXED: Final = frozenset({"DateField", "DateTimeField", "UUIDField"})
"""Kinds whose texts have one width, so that they sort as the values do."""

ALPHABETS: Final[Mapping[str, str]] = {
    "DateField": "0123456789-",
    "DateTimeField": "0123456789-:.TZ+",
    "UUIDField": "0123456789abcdef-",
    **dict.fromkeys(INTEGER_TYPES, "0123456789-"),
}
"""Kind → what its texts are written with; no separator behind one can begin with that."""


@record(frozen=True, slots=True)
class Place:
    """Where a template takes a field: its name, the digits a number is padded to, and the text behind it."""

    name: str
    width: int | None
    behind: str


def read_template(text: str) -> tuple[str, tuple[Place, ...]]:
    """Reads the text of a template.

    Args:
        text: Printable ASCII with fields in braces; ``{{`` and ``}}`` are braces.

    Returns:
        What stands before the first field, and the fields.

    Raises:
        SchemaError: Nothing, text that is no template, or two fields with nothing between them.
    """
    try:
        found = list(Formatter().parse(text))
    except ValueError as error:
        raise _error(text, f"{error}") from error
    pieces: list[list[Any]] = [["", None, ""]]
    for literal, name, spec, conversion in found:
        pieces[-1][2] += literal
        if name is None:
            continue
        if not name.isidentifier() or conversion:
            raise _error(text, f"{{{name}}} is no name of a field")
        pieces.append([name, _width(text, spec or ""), ""])
    head, *rest = pieces
    places = tuple(Place(*piece) for piece in rest)
    literals = (head[2], *(place.behind for place in places))
    if not text or not all(literal.isascii() and literal.isprintable() for literal in literals):
        raise _error(text, "its own text is printable ASCII, and not empty")
    if not all(place.behind for place in places[:-1]):
        raise _error(text, "between two fields there must be a separator, such as '#'")
    return head[2], places


@record(frozen=True, kw_only=True, slots=True)
class Part:
    """A field in its place.

    Args:
        field: The field.
        codec: How it is stored.
        width: The digits a number is padded to; None for the others.
        behind: The separator that follows; empty in the last place.
    """

    field: Field[Any, Any]
    codec: ValueCodec
    width: int | None
    behind: str

    @property
    def fixed(self) -> bool:
        """Whether all its texts have one width, and sort as the values do."""
        return self.width is not None or internal_type(self.field) in FIXED

    @property
    def textual(self) -> bool:
        """Whether its text is the value itself."""
        return internal_type(self.field) in TEXTS

    def text(self, value: Any) -> str:
        """A value as the key holds it; empty for what is missing.

        Raises:
            InvalidKeyError: It cannot be held.
        """
        if value is None:
            return ""
        try:
            ((_tag, content),) = self.codec.encode(value).items()
        except InvalidValueError as error:
            raise self._error(value, str(error)) from error
        if self.width is not None:
            if not content.isdigit() or len(content) > self.width:
                raise self._error(value, f"its key holds 0 to {'9' * self.width}, so that it sorts as a number does")
            return str(content).zfill(self.width)
        if self.behind and self.behind[0] in content:
            raise self._error(value, f"the {self.behind[0]!r} in it separates it from what follows in the key")
        return str(content)

    def value(self, text: str) -> Any:
        """The value a text stands for."""
        tag = self.codec.tag or "S"
        return self.codec.decode({tag: str(int(text)) if self.width is not None else text})

    def _error(self, value: Any, reason: str) -> InvalidKeyError:
        label = f"{self.field.model._meta.label}.{self.field.name}"
        return InvalidKeyError(
            f"{label} is {value!r}, which is part of a key: {reason}.", attribute=self.field.name, fault=reason
        )


@record(frozen=True, kw_only=True, slots=True)
class Template:
    """The template of one field of one model.

    Args:
        field: The field that holds the text.
        head: What stands before the first part.
        parts: The fields it is made of.
    """

    field: Field[Any, Any]
    head: str
    parts: tuple[Part, ...]

    def text(self, values: Mapping[str, Any]) -> str | None:
        """The text of some values; None where one is missing.

        Args:
            values: Attname → value.

        Raises:
            InvalidKeyError: A value that cannot be part of the key.
        """
        pieces = [self.head]
        for part in self.parts:
            piece = part.text(values.get(part.field.attname))
            if not piece:
                return None
            pieces += (piece, part.behind)
        return "".join(pieces)

    def values(self, text: str) -> dict[str, Any]:
        """The values a text was made of: the inverse of ``text``.

        Raises:
            InvalidKeyError: A text this template never makes.
        """
        rest, found = text.removeprefix(self.head), {}
        for part in self.parts:
            piece, separator, rest = rest.partition(part.behind) if part.behind else (rest, "", "")
            if piece and separator == part.behind:
                found[part.field.attname] = _read(part, piece)
        if rest or self.text(found) != text:
            raise InvalidKeyError(
                f"{self.field.model._meta.label}.{self.field.name}: {text!r} was not made by its template."
            )
        return found

    def missing(self, given: Iterable[str]) -> list[str]:
        """The names of the parts that are not among the attnames given."""
        known = set(given)
        return [part.field.name for part in self.parts if part.field.attname not in known]


def compile_template(
    field: Any, fields: Mapping[str, Field[Any, Any]], codecs: Mapping[str, ValueCodec], label: str
) -> Template:
    """Puts a template together with the fields it names.

    Args:
        field: The ``TemplateField``.
        fields: Name and attname → field of the model.
        codecs: Attname → codec.
        label: The model, for messages.

    Raises:
        SchemaError: A part that is no field, or a field whose values cannot be part of a key.
    """
    parts = []
    for place in field.places:
        part = fields.get(place.name)
        if part is None or hasattr(part, "places"):
            raise SchemaError(
                f"{label}.{field.name}: {field.template!r} names {place.name!r}, which is no field of the model, or is "
                "built from fields itself."
            )
        _validate_part(f"{label}.{field.name}", place, internal_type(part))
        parts.append(Part(field=part, codec=codecs[part.attname], width=place.width, behind=place.behind))
    return Template(field=field, head=field.head, parts=tuple(parts))


def check_sorts(part: Part) -> bool:
    """Whether keys sort by this part as its values do, when the parts before it are the same."""
    return part.fixed or (part.textual and not part.behind)


def _validate_part(label: str, place: Place, kind: str) -> None:
    if kind not in TEXTS | FIXED | INTEGER_TYPES:
        raise SchemaError(
            f"{label}: {place.name!r} ({kind}) cannot be part of a key template; text, whole numbers, dates, datetimes "
            "and UUIDs can."
        )
    if place.width is not None and kind not in INTEGER_TYPES:
        raise SchemaError(f"{label}: {{{place.name}:0{place.width}d}} pads a number, and {place.name!r} is a {kind}.")
    if place.behind and place.behind[0] in ALPHABETS.get(kind, ""):
        raise SchemaError(
            f"{label}: {place.behind!r} separates nothing behind {place.name!r}, whose values ({kind}) may contain it; "
            "use a separator such as '#'."
        )


def _read(part: Part, text: str) -> Any:
    """A part of a text; None for what it cannot be, which no comparison will match."""
    try:
        return part.value(text)
    except ValueError:
        return None


def _width(template: str, spec: str) -> int | None:
    if not spec:
        return None
    found = PADDING.fullmatch(spec)
    if found is None or int(found[1]) > 38:  # noqa: PLR2004 -- the digits of DynamoDB's numbers
        raise _error(template, f"{spec!r} is no padding; write 08d for eight digits, 38 at most")
    return int(found[1])


def _error(text: str, reason: str) -> SchemaError:
    return SchemaError(f"{text!r} is no template of a key: {reason}.")


def validate_parts(mapper: Any, instance: Any, exclude: Collection[str]) -> None:
    """Says at its field, for forms, that a value cannot be part of a key.

    Args:
        mapper: The model's templates.
        instance: An object.
        exclude: Names of fields that are not to be validated.

    Raises:
        ValidationError: There are such values.
    """
    faults = {}
    for template in mapper.templates.values():
        for part in template.parts:
            value = vars(instance).get(part.field.attname)
            if part.field.name not in exclude and not hasattr(value, "resolve_expression"):
                try:
                    part.text(value)
                except InvalidKeyError as error:
                    faults[part.field.name] = str(error.fault)
    if faults:
        raise ValidationError(faults)
