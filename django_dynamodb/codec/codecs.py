"""Makes the codec of one kind of value: both directions, and the words for what is refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from reprlib import repr as short
from typing import Any, Final

from django_dynamodb.codec.sameness import Sameness
from django_dynamodb.codec.text import TextWriter
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.records import record
from django_dynamodb.types import AttributeValue

UNREADABLE: Final = (ValueError, TypeError, OverflowError, AttributeError, KeyError)
"""What readers raise for a content they cannot read."""


@record(frozen=True, kw_only=True, slots=True)
class ValueCodec:
    """Both directions of one kind of value.

    Args:
        tag: The tag the value is stored under; None when any tag may hold it.
        encode: Writes a Python value; raises InvalidTypeError for another type, else InvalidValueError.
        decode: Reads an attribute value; raises InvalidValueError.
        read: Reads the content of ``tag`` alone, as ``decode`` would. It may raise anything of ``UNREADABLE``, and
            ``decode`` then has the word. None where only ``decode`` can tell.
        text: Writes values of one type as text at once, to the letter as ``encode`` and the JSON encoder would; None
            where there is no such short cut. Whoever replaces ``encode`` says whether it still holds.
        same: Tells values that are stored already without encoding them, as ``encode`` and a comparison would; None
            where only they can. Likewise.
    """

    tag: str | None
    encode: Callable[[Any], AttributeValue]
    decode: Callable[[AttributeValue], Any]
    read: Callable[[Any], Any] | None = None
    text: TextWriter | None = None
    same: Sameness | None = None

    def encoder(self) -> Callable[[Any], AttributeValue]:
        """``encode``, which takes fewer calls for values of the very type the codec is for."""
        if self.tag is None or self.text is None or self.text.content is None or self.text.only is not None:
            return self.encode
        tag, encode, of, content = self.tag, self.encode, self.text.of, self.text.content
        return lambda value: {tag: content(value)} if type(value) is of else encode(value)

    def followed_by(self, convert: Callable[[Any], Any]) -> ValueCodec:
        """Adds a step on the way up.

        Args:
            convert: Called with each value that was read.

        Returns:
            The codec with this step.
        """
        decode, read = self.decode, self.read
        return replace(
            self,
            decode=lambda av: convert(decode(av)),
            read=None if read is None else lambda content: convert(read(content)),
            same=None if self.same is None else replace(self.same, settled=False),
        )


def codec_of(
    tag: str,
    *,
    expected: str,
    types: tuple[type, ...],
    write: Callable[[Any], Any],
    read: Callable[[Any], Any],
    refused: tuple[type, ...] = (),
    text: Callable[[Any], str] | None = None,
    source: str | None = None,
    around: tuple[str, str] = ("", ""),
    only: str | None = None,
    same: Sameness | None = None,
) -> ValueCodec:
    """Builds the codec of one Python type stored under one tag.

    Args:
        tag: The tag, such as ``"S"``.
        expected: What may be stored, in words for the error message: ``"a str"``.
        types: Types that are taken.
        write: Makes the content of the tag from a value of these types.
        read: Makes the value from the content of the tag.
        refused: Subclasses of ``types`` that are not taken.
        text: Makes the JSON of the attribute value from a value of the first of these types.
        source: What ``text`` does, as ``TextWriter.source``.
        around: As ``TextWriter.around``.
        only: As ``TextWriter.only``.
        same: As ``ValueCodec.same``.

    Returns:
        The codec; it refuses other types on the way down and other tags on the way up.
    """
    plain = frozenset(types)

    def encode(value: Any) -> AttributeValue:
        if type(value) not in plain and (not isinstance(value, types) or isinstance(value, refused)):
            raise type_error(value, expected)
        return {tag: write(value)}

    def decode(av: AttributeValue) -> Any:
        try:
            content = av[tag]
        except KeyError:
            raise tag_error(av, tag) from None
        try:
            return read(content)
        except InvalidValueError:
            raise
        except UNREADABLE as error:
            raise content_error(av, expected) from error

    writer = None
    if text is not None:
        writer = TextWriter(of=types[0], write=text, content=write, source=source, around=around, only=only)
    return ValueCodec(tag=tag, encode=encode, decode=decode, read=read, text=writer, same=same)


def type_error(value: Any, expected: str) -> InvalidTypeError:
    """Words the refusal of a value of the wrong type.

    Args:
        value: The value.
        expected: What is taken, in words.

    Returns:
        The error, to be raised.
    """
    return InvalidTypeError(f"{short(value)} is of type {type(value).__name__}: expected {expected}. Convert it first.")


def tag_error(av: AttributeValue, tag: str) -> InvalidValueError:
    """Words the refusal of a stored value under another tag.

    Args:
        av: What is stored.
        tag: The tag that was expected.

    Returns:
        The error, to be raised.
    """
    found = ", ".join(av) or "none"
    return InvalidValueError(
        f"Stored under tag {found}, expected {tag}: {short(av)}. Declare the attribute with the type it is stored as, "
        "or rewrite the item."
    )


def content_error(av: AttributeValue, expected: str) -> InvalidValueError:
    """Words the refusal of a stored value whose tag is right and whose content is not.

    Args:
        av: What is stored.
        expected: What was expected, in words.

    Returns:
        The error, to be raised.
    """
    return InvalidValueError(
        f"Stored {short(av)} cannot be read as {expected}. Declare the attribute with the type it is stored as, "
        "or rewrite the item."
    )


def as_it_is(content: Any) -> Any:
    """Reads and writes what needs no change; whoever reads in a loop may leave this call out.

    Args:
        content: The content of a tag.

    Returns:
        The same.
    """
    return content
