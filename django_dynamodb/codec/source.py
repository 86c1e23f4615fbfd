"""Writes the functions that load and dump the items of one table as Python source, and compiles them.

A loop over the attributes spends most of its time on the loop. Written out, an item of twelve attributes loads in half
the time. Names of attributes and slots go into the source as ``repr`` writes them, or escaped in the same way, and
everything else by reference, so that nothing stored and nothing declared is ever run; what is done with a value is
source of ``codec.text``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from django_dynamodb.codec.codecs import UNREADABLE, ValueCodec, as_it_is
from django_dynamodb.codec.numbers import PLAIN_BOUND
from django_dynamodb.codec.sameness import SAMENESS_NAMES
from django_dynamodb.codec.text import SOURCE_NAMES, SOURCE_OF_INT, SOURCE_OF_STR, TextWriter, json_text
from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.types import AttributeValue, Item, Key


class Attribute(Protocol):
    """What has to be known of an attribute; ``attributes.AttributeCodec`` says what each means."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def slot(self) -> str: ...  # noqa: D102
    @property
    def codec(self) -> ValueCodec: ...  # noqa: D102
    @property
    def missing(self) -> Callable[[], Any]: ...  # noqa: D102
    @property
    def is_empty(self) -> Callable[[Any], bool] | None: ...  # noqa: D102


_ABSENT: Final = object()
"""Stands for a slot without a value."""

KeyPart: TypeAlias = tuple[str, ValueCodec, int]
"""An attribute of a key, its codec, and the most bytes it may have."""

_KEY_SOURCES: Final[Mapping[str | None, tuple[str, str]]] = {
    SOURCE_OF_STR: ("type({value}) is str and 0 < len({value}) <= {most} and {value}.isascii()", "{value}"),
    SOURCE_OF_INT: ("type({value}) is int and -plain < {value} < plain", "str({value})"),
}
"""Source of ``TextWriter`` → whether a value is surely in order as a key, and the content of its tag."""

Located = Callable[[InvalidValueError, str], InvalidValueError]
"""Names an error after the slot it happened at."""


def loader(
    attributes: Sequence[Attribute], otherwise: Callable[[Item], dict[str, Any]]
) -> Callable[[Item], dict[str, Any]]:
    """Compiles the function that reads an item.

    Args:
        attributes: The attributes of the table.
        otherwise: Reads the items in which a value is not what it should be.

    Returns:
        Item → slot to value.
    """
    names: dict[str, Any] = {"unreadable": UNREADABLE, "otherwise": otherwise}
    entries = [f"            {a.slot!r}: {_loaded(number, a, names)}," for number, a in enumerate(attributes)]
    head = ["def load(item):", "    get = item.get", "    try:", "        return {"]
    tail = ["        }", "    except unreadable:", "        return otherwise(item)"]
    return _compiled("load", [*head, *entries, *tail], names)  # type: ignore[no-any-return]


def member_loader(
    attributes: Sequence[Attribute], absent: object, decode: Callable[[Any], Any]
) -> Callable[[Any], dict[str, Any]]:
    """Compiles the function that reads an item out of an object that is made for these attributes alone.

    Args:
        attributes: The attributes of the table.
        absent: What stands in the object for an attribute that is not there.
        decode: Makes the object.

    Returns:
        What ``decode`` takes → slot to value. The object has a member for each attribute, named by ``member``. Where
        the codec reads contents, a member has the content in turn, under the name of the tag; else it is the attribute
        value. What cannot be read raises something of ``UNREADABLE``.
    """
    names: dict[str, Any] = {"absent": absent, "decode": decode}
    lines = ["def load(text):", "    item = decode(text)", "    return {"]
    for number, a in enumerate(attributes):
        content = _content(number, a.codec, names, f"av.{a.codec.tag}")
        given = f"(av := item.{member(number)}) is not absent"
        lines.append(f"        {a.slot!r}: {content} if {given} else {_absent(number, a, names)},")
    return _compiled("load", [*lines, "    }"], names)  # type: ignore[no-any-return]


def member(number: int) -> str:
    """Names a member of what ``member_loader`` reads.

    Args:
        number: The place of its attribute among the attributes, from 0.
    """
    return f"a{number}"


def dumper(attributes: Sequence[Attribute], located: Located) -> Callable[[Mapping[str, Any]], Item]:
    """Compiles the function that writes an item.

    Args:
        attributes: The attributes of the table.
        located: Names an error after its slot.

    Returns:
        Slot to value → item.
    """
    names: dict[str, Any] = {**SOURCE_NAMES}
    lines: list[str] = []
    for number, a in enumerate(attributes):
        lines += [*_given(number, a, names), f"            item[{a.name!r}] = {_encoding(number, a.codec, names)}"]
    return _dumping(["    item = {}"], lines, "    return item", names, located)  # type: ignore[no-any-return]


def text_dumper(attributes: Sequence[Attribute], located: Located) -> Callable[[Mapping[str, Any]], str]:
    """Compiles the function that writes the text of an item.

    Where each value is there and of the very type its codec is for, as in most items, the whole text is one
    f-string. Everything else is written one by one, which also says where a value cannot be.

    Args:
        attributes: The attributes of the table.
        located: Names an error after its slot.

    Returns:
        Slot to value → JSON.
    """
    names: dict[str, Any] = {"join": ",".join, **SOURCE_NAMES}
    lines: list[str] = []
    for number, a in enumerate(attributes):
        lines += [*_given(number, a, names), f"            add({_written(number, a, names)})"]
    head = ["    parts = []", "    add = parts.append"]
    one_by_one = _dumping(head, lines, "    return '{' + join(parts) + '}'", names, located)
    names = {**names, "otherwise": one_by_one, "other": (KeyError, InvalidValueError)}
    taken = [f"        value{number} = values[{a.slot!r}]" for number, a in enumerate(attributes)]
    tests = " and ".join([_at_once(number, a) for number, a in enumerate(attributes)]) or "True"
    text = ",".join([_fragment(number, a, f"value{number}") for number, a in enumerate(attributes)])
    lines = ["    try:", *taken, f"        if {tests}:", f"            return f'''{{{{{text}}}}}'''"]
    caught = ["    except other:", "        pass", "    return otherwise(values)"]
    return _compiled("dump", ["def dump(values):", *lines, *caught], names)  # type: ignore[no-any-return]


def sieve(attributes: Sequence[Attribute]) -> Callable[[Mapping[str, Any], Item], dict[str, Any]]:
    """Compiles the function that passes over the values that are stored already.

    Args:
        attributes: The attributes of the table.

    Returns:
        Slot to value, and the item as stored → the slots that may be changed, with their values.
    """
    names: dict[str, Any] = {"absent": _ABSENT, **SAMENESS_NAMES}
    lines = ["def sift(values, item):", "    found = {}", "    get = values.get", "    stored = item.get"]
    for number, a in enumerate(attributes):
        lines += [
            f"    if (value := get({a.slot!r}, absent)) is not absent:",
            f"        if (av := stored({a.name!r})) is None:",
            "            if value is not None:",
            f"                found[{a.slot!r}] = value",
            f"        elif not ({_same(number, a.codec, names)}):",
            f"            found[{a.slot!r}] = value",
        ]
    return _compiled("sift", [*lines, "    return found"], names)  # type: ignore[no-any-return]


def key_dumper(parts: Sequence[KeyPart], otherwise: Callable[[Sequence[Any]], Key]) -> Callable[[Sequence[Any]], Key]:
    """Compiles the function that writes a key.

    Args:
        parts: What the key consists of, partition key first.
        otherwise: Writes the keys that are not surely in order, or says what is wrong with them.

    Returns:
        Values of the parts → key. Short ASCII texts and small integers are written at once; where a part is of another
        kind, it is ``otherwise``.
    """
    names: dict[str, Any] = {"otherwise": otherwise, "plain": PLAIN_BOUND}
    tests: list[str] = []
    entries: list[str] = []
    for number, (name, codec, most) in enumerate(parts):
        source = None if codec.text is None else codec.text.source
        if source not in _KEY_SOURCES:
            return otherwise
        test, content = _KEY_SOURCES[source]
        tests.append(test.format(value=f"value{number}", most=most))
        entries.append(f"{name!r}: {{{codec.tag!r}: {content.format(value=f'value{number}')}}}, ")
    taken = "".join(f"value{number}, " for number in range(len(parts)))
    head = ["def dump(values):", f"    {taken}= values", f"    if {' and '.join(tests)}:"]
    return _compiled("dump", [*head, f"        return {{{''.join(entries)}}}", "    return otherwise(values)"], names)  # type: ignore[no-any-return]


def _loaded(number: int, attribute: Attribute, names: dict[str, Any]) -> str:
    """The expression that reads one attribute out of ``item``."""
    content = _content(number, attribute.codec, names, f"av[{attribute.codec.tag!r}]")
    return f"{content} if (av := get({attribute.name!r})) is not None else {_absent(number, attribute, names)}"


def _content(number: int, codec: ValueCodec, names: dict[str, Any], content: str) -> str:
    """The expression that reads the content of a value, or the value where only that can be read."""
    if codec.read is None:
        names[f"read{number}"] = codec.decode
        return f"read{number}(av)"
    if codec.read is as_it_is:
        return content
    names[f"read{number}"] = codec.read
    return f"read{number}({content})"


def _absent(number: int, attribute: Attribute, names: dict[str, Any]) -> str:
    """The expression for the value of an absent attribute: what cannot be changed is written out."""
    value = attribute.missing()
    if value is None or type(value) in {str, int, bool}:
        return repr(value)
    names[f"missing{number}"] = attribute.missing
    return f"missing{number}()"


def _given(number: int, attribute: Attribute, names: dict[str, Any]) -> Iterator[str]:
    """The lines that take one value out of ``values``, and ask whether it is written at all."""
    yield f"        slot = {attribute.slot!r}"
    condition = f"(value := get({attribute.slot!r})) is not None"
    if attribute.is_empty is not None:
        names[f"is_empty{number}"] = attribute.is_empty
        condition += f" and not is_empty{number}(value)"
    yield f"        if {condition}:"


def _encoding(number: int, codec: ValueCodec, names: dict[str, Any]) -> str:
    """The expression that encodes ``value``: at once if it has the very type the codec is for."""
    names[f"encode{number}"] = codec.encode
    if codec.text is None or codec.text.content is None:
        return f"encode{number}(value)"
    names[f"content{number}"], names[f"type{number}"] = codec.text.content, codec.text.of
    of = f"type(value) is type{number}{_only(codec.text)}"
    return f"{{{codec.tag!r}: content{number}(value)}} if {of} else encode{number}(value)"


def _written(number: int, attribute: Attribute, names: dict[str, Any]) -> str:
    """The expression that writes ``value`` with its name: at once if it has the very type the codec is for."""
    codec, label = attribute.codec, json_text(attribute.name) + ":"
    names[f"encoded{number}"] = _encoded(codec.encode)
    names[f"name{number}"] = label
    if codec.text is None:
        return f"name{number} + encoded{number}(value)"
    names[f"text{number}"], names[f"type{number}"] = codec.text.write, codec.text.of
    at_once = f"f'''{_fragment(number, attribute, 'value')}'''"
    return f"{at_once} if type(value) is type{number}{_only(codec.text)} else name{number} + encoded{number}(value)"


def _fragment(number: int, attribute: Attribute, variable: str) -> str:
    """The part of an f-string that writes a value with its name."""
    writer, label = attribute.codec.text, _literal(json_text(attribute.name) + ":")
    if writer is None:
        return f"{label}{{encoded{number}({variable})}}"
    before, behind = map(_literal, writer.around)
    written = f"text{number}({variable})" if writer.source is None else writer.source.replace("value", variable)
    return f"{label}{before}{{{written}}}{behind}"


def _literal(text: str) -> str:
    """A text as it stands in an f-string between three quotes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").encode("ascii", "backslashreplace").decode()
    return escaped.replace("{", "{{").replace("}", "}}")


def _at_once(number: int, attribute: Attribute) -> str:
    """The condition under which an attribute is written by its part of the f-string."""
    writer, value = attribute.codec.text, f"value{number}"
    test = f"{value} is not None"
    if writer is not None:
        test = f"type({value}) is type{number}{_only(writer).replace('value', value)}"
    return test if attribute.is_empty is None else f"{test} and not is_empty{number}({value})"


def _only(writer: TextWriter) -> str:
    """The rest of the condition under which a value is written at once."""
    return "" if writer.only is None else f" and {writer.only}"


def _same(number: int, codec: ValueCodec, names: dict[str, Any]) -> str:
    """The condition under which ``value`` surely is what ``av`` holds."""
    same = codec.same
    if same is None:
        return "False"
    if same.of is None:
        return same.source
    names[f"type{number}"] = same.of
    return f"type(value) is type{number} and {same.source.replace('held', f'av.get({codec.tag!r})')}"


def _encoded(encode: Callable[[Any], AttributeValue]) -> Callable[[Any], str]:
    """Writes a value by way of the attribute value."""
    return lambda value: json_text(encode(value))


def _dumping(head: list[str], lines: list[str], result: str, names: dict[str, Any], located: Located) -> Any:
    """The frame around what is done for each attribute."""
    names.update(invalid=InvalidValueError, located=located)
    start = ["def dump(values):", *head, "    get = values.get", "    slot = ''", "    try:"]
    caught = ["    except invalid as error:", "        raise located(error, slot) from error", result]
    return _compiled("dump", [*start, *(lines or ["        pass"]), *caught], names)


def _compiled(name: str, lines: list[str], names: dict[str, Any]) -> Any:
    """Runs the source, which only defines one function."""
    exec("\n".join(lines), names)  # noqa: S102 - the source is written above; see the head of this module
    return names[name]
