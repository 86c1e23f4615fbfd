"""Writes what lists and maps hold as JSON, for people to edit and for programs, and reads it back exactly.

JSON has numbers, texts, lists and objects; DynamoDB has binary values and three kinds of sets besides. Those are
objects with one name that says the type: ``{"$B": "AP8="}``, ``{"$SS": ["a", "b"]}``, ``{"$NS": [1, 2.5]}`` and
``{"$BS": ["AP8="]}``, binary values as base64. A map that has such a name by itself is written ``{"$M": {...}}``.
Where numbers are floats, as in most readers of JSON, one with more digits than a float has is ``{"$N": "0.1234…"}``.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, Final, NoReturn

DEPTH: Final = "it is nested too deeply; DynamoDB takes 32 levels"
"""What is said of a document that Python cannot follow."""

INDENT: Final = "  "
"""What each level is moved in by."""


def dump_typed(value: Any, indent: str = "") -> str:
    """Writes a value.

    Args:
        value: What a list or map can hold: None, bool, int, Decimal, text, binary values, sets, lists and maps.
        indent: What the lines behind the first begin with.

    Returns:
        JSON in lines; decimals are numbers with all their digits.
    """
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in READERS:
            return _block("{}", [f'"$M": {_members(value, indent + INDENT)}'], indent)
        return _members(value, indent)
    if isinstance(value, list | tuple):
        return _block("[]", [dump_typed(member, indent + INDENT) for member in value], indent)
    if isinstance(value, set | frozenset):
        return _set(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f'{{"$B": "{b64encode(value).decode()}"}}'
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def load_typed(text: str) -> Any:
    """Reads a value.

    Args:
        text: JSON, as ``dump_typed`` writes it.

    Returns:
        The value; numbers with a point or exponent are ``Decimal``.

    Raises:
        ValueError: Text that is no such JSON, with a name twice in one object, or a set or binary value that is none.
    """
    try:
        plain = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_object)
    except RecursionError as error:
        raise ValueError(DEPTH) from error
    return from_plain(plain)


def to_plain(value: Any) -> Any:
    """Makes a value of what any JSON writer takes.

    Args:
        value: What a list or map can hold.

    Returns:
        None, bool, int, float, text, lists and dictionaries alone.
    """
    if isinstance(value, dict):
        made = {name: to_plain(member) for name, member in value.items()}
        return {"$M": made} if len(made) == 1 and next(iter(made)) in READERS else made
    if isinstance(value, list | tuple):
        return [to_plain(member) for member in value]
    if isinstance(value, Decimal):
        number = plain_number(value)
        return {"$N": number} if isinstance(number, str) else number
    if isinstance(value, set | frozenset) and value and all(isinstance(member, int | Decimal) for member in value):
        return {"$NS": [to_plain(member) for member in sorted(value)]}
    if isinstance(value, set | frozenset | bytes | bytearray | memoryview):
        return json.loads(dump_typed(value))
    return value


def plain_number(number: int | Decimal) -> int | float | str:
    """A number as JSON's readers keep it.

    Args:
        number: As DynamoDB gives it.

    Returns:
        The number; its text where a float would lose digits.
    """
    if isinstance(number, int):
        return number
    return float(number) if Decimal(repr(float(number))) == number else str(number)


def from_plain(value: Any) -> Any:
    """Is the inverse of ``to_plain``.

    Args:
        value: What a JSON reader gives; a float stands for the decimal it is written as.

    Returns:
        The value; numbers with a point or exponent are ``Decimal``.

    Raises:
        ValueError: A set or binary value that is none, a number that is not finite, or too many levels.
    """
    try:
        return _typed(value)
    except RecursionError as error:
        raise ValueError(DEPTH) from error


def _members(value: dict[str, Any], indent: str) -> str:
    lines = [f"{json.dumps(name, ensure_ascii=False)}: {dump_typed(v, indent + INDENT)}" for name, v in value.items()]
    return _block("{}", lines, indent)


def _block(brackets: str, lines: Iterable[str], indent: str) -> str:
    inner = f",\n{indent}{INDENT}".join(lines)
    return f"{brackets[0]}\n{indent}{INDENT}{inner}\n{indent}{brackets[1]}" if inner else brackets


def _set(members: Iterable[Any]) -> str:
    """A set, in the order of its members; an empty one is a set of texts."""
    ordered = sorted(members)
    if ordered and isinstance(ordered[0], bytes):
        return json.dumps({"$BS": [b64encode(member).decode() for member in ordered]})
    if ordered and not isinstance(ordered[0], str):
        return f'{{"$NS": [{", ".join(map(str, ordered))}]}}'
    return json.dumps({"$SS": ordered}, ensure_ascii=False)


def _typed(value: Any) -> Any:
    """What plain JSON stands for."""
    if isinstance(value, list):
        return [_typed(member) for member in value]
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else _refuse(str(value))
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, content),) = value.items()
        if name in READERS:
            return READERS[name](content)
    return {name: _typed(member) for name, member in value.items()}


def _read_map(content: Any) -> Any:
    if not isinstance(content, dict):
        raise ValueError('"$M" takes an object')  # noqa: TRY004  # the text is wrong, not a type
    return {name: _typed(member) for name, member in content.items()}


def _read_digits(content: Any) -> Decimal:
    try:
        number = Decimal(content if isinstance(content, str) else "")
    except InvalidOperation as error:
        raise ValueError('"$N" takes a number as text') from error
    return number if number.is_finite() else _refuse(str(number))


def _read_binary(content: Any) -> bytes:
    if not isinstance(content, str):
        raise ValueError('"$B" takes base64 text')  # noqa: TRY004  # the text is wrong, not a type
    return b64decode(content, validate=True)


def _read_members(name: str, kind: str, read: Callable[[Any], Any], content: Any) -> set[Any]:
    if not isinstance(content, list) or not content:
        raise ValueError(f'"{name}" takes a list of {kind} with at least one')
    return {read(member) for member in content}


def _read_text(content: Any) -> str:
    if not isinstance(content, str):
        raise ValueError('"$SS" takes texts')  # noqa: TRY004  # the text is wrong, not a type
    return content


def _read_number(content: Any) -> int | Decimal:
    if isinstance(content, dict | float):
        content = _typed(content)
    if isinstance(content, bool) or not isinstance(content, int | Decimal):
        raise ValueError('"$NS" takes numbers')  # noqa: TRY004  # the text is wrong, not a type
    return content


READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "$M": _read_map,
    "$N": _read_digits,
    "$B": _read_binary,
    "$SS": lambda content: _read_members("$SS", "texts", _read_text, content),
    "$NS": lambda content: _read_members("$NS", "numbers", _read_number, content),
    "$BS": lambda content: _read_members("$BS", "base64 texts", _read_binary, content),
}
"""The name that says a type, and what reads its content."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))} is there twice in one object")
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number that DynamoDB stores")
