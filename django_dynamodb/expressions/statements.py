"""Reads a PartiQL SELECT as far as it must be known: its table, what it brings back, and what its WHERE asks of a key.

Words are told apart by a small tokenizer of its own; nothing is judged by searching the text. What the grammar below
does not know is never taken for a condition on a key::

    SELECT (* | attribute [, attribute]...) FROM table[.index] [WHERE ...] [ORDER BY ...]

Source: developer guide, "PartiQL select statements for DynamoDB".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

from django_dynamodb.exceptions import InvalidValueError, UnsupportedError
from django_dynamodb.records import record

Kind: TypeAlias = Literal["space", "comment", "quoted", "string", "number", "parameter", "word", "symbol"]

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<string>'(?:[^']|'')*')
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<parameter>\?)
  | (?P<word>[^\W\d]\w*)
  | (?P<symbol><>|!=|<=|>=|\|\||<<|>>|[-+*/%=<>()\[\]{},.:;@])
    """,
    re.VERBOSE,
)
_OPENING: Final = {"(": ")", "[": "]", "{": "}", "<<": ">>"}
_COMPARISONS: Final = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})
_LITERALS: Final = frozenset({"string", "number", "parameter"})
_KEYWORDS: Final = frozenset(
    {
        "AND", "AS", "BETWEEN", "BY", "CASE", "END", "FALSE", "FROM", "GROUP", "HAVING", "IN", "IS", "JOIN", "LIMIT",
        "MISSING", "NOT", "NULL", "OR", "ORDER", "SELECT", "THEN", "TRUE", "UNION", "WHEN", "WHERE",
    }
)  # fmt: skip
_OPAQUE: Final = frozenset({"CASE", "GROUP", "HAVING", "JOIN", "LIMIT", "OR", "SELECT", "UNION", "WHEN"})
"""Words that make of AND something else than a list of conditions that must all hold."""

_KEY_TEST: Final = 3
"""The words of ``key = value``, and the first ones of ``key IN [...]``."""

WRITES: Final = {
    "INSERT": "create() or save()",
    "UPDATE": "filter(...).update(...)",
    "DELETE": "filter(...).delete()",
    "REPLACE": "save()",
    "UPSERT": "save()",
    "REMOVE": "filter(...).update(...)",
    "SET": "filter(...).update(...)",
    "EXISTS": "transaction.write() with check()",
}
"""What writes, or only stands in a transaction, and what to do instead."""


@record(frozen=True, slots=True)
class Token:
    """One word of a statement.

    Args:
        kind: What it is.
        text: As it stands there.
        start: Where it stands.
    """

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals; empty for what cannot be a keyword, such as a quoted name."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str | None:
        """The attribute, table or index it names; None for what names nothing."""
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"')
        return self.text if self.kind == "word" and self.keyword not in _KEYWORDS else None


@record(frozen=True, kw_only=True, slots=True)
class Select:
    """A statement that reads.

    Args:
        columns: The attributes to bring back; None for all.
        table: The table it names.
        index: The index it names, if any.
        rest: The text behind the table and index, as it was written.
        keyed: The attributes that the condition holds to given values, by ``=`` or ``IN``, whatever else it asks.
        conditions: How many conditions are joined by AND.
        compared: For each ``?`` of the condition the attribute it is compared with; None where there is none.
    """

    columns: tuple[str, ...] | None
    table: str
    index: str | None
    rest: str
    keyed: frozenset[str]
    conditions: int
    compared: tuple[str | None, ...]

    def text(self, table: str, columns: Sequence[str] | None) -> str:
        """Writes the statement for a table and attributes.

        Args:
            table: The table's name as the service knows it.
            columns: The attributes to bring back; None for all.
        """
        wanted = "*" if columns is None else ", ".join(map(quoted, columns))
        of = quoted(table) if self.index is None else f"{quoted(table)}.{quoted(self.index)}"
        return f"SELECT {wanted} FROM {of}{self.rest}"  # noqa: S608 -- names are quoted, the rest is the caller's


def quoted(name: str) -> str:
    """Writes a name so that no word is a keyword and every character stands for itself.

    Args:
        name: The name.
    """
    return '"' + name.replace('"', '""') + '"'


def tokens(text: str) -> Iterator[Token]:
    """Takes a statement apart; white space and comments are left out.

    Args:
        text: The statement.

    Yields:
        Its tokens.

    Raises:
        InvalidValueError: A string, name or comment without end, or a character no statement has.
    """
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InvalidValueError(f"The statement cannot be read from character {at + 1} on: {text[at : at + 20]!r}.")
        if found.lastgroup not in {"space", "comment"}:
            yield Token(found.lastgroup, found[0], at)  # type: ignore[arg-type]  # the groups are the kinds
        at = found.end()


def parse_select(text: str) -> Select:
    """Reads a SELECT.

    Args:
        text: The statement.

    Returns:
        What is known of it.

    Raises:
        InvalidValueError: It is no SELECT that can be read.
        UnsupportedError: It writes, or brings back something else than whole attributes of one table.
    """
    words = list(tokens(text))
    if not words or words[0].keyword != "SELECT":
        raise _no_select(words)
    split = next((n for n, word in enumerate(words) if word.keyword == "FROM"), None)
    if split is None:
        raise InvalidValueError("The statement has no FROM; write SELECT * FROM <model> WHERE <partition key> = ?.")
    if words[-1].text == ";":
        text, words = text[: words[-1].start], words[:-1]
    if any(word.text == ";" for word in words):
        raise InvalidValueError("partiql() takes one statement; there is something behind the semicolon.")
    table, index, length = _source(words[split + 1 :])
    parts = _conjuncts(_where(words[split + 1 + length :]))
    return Select(
        columns=_columns(words[1:split]),
        table=table,
        index=index,
        rest=text[words[split + length].end :],
        keyed=frozenset(name for part in parts if (name := _keyed(part)) is not None),
        conditions=len(parts),
        compared=tuple(_compared(words)),
    )


def _no_select(words: Sequence[Token]) -> Exception:
    """What to say of a statement that reads nothing."""
    first = words[0].keyword if words else ""
    if first in WRITES:
        return UnsupportedError(
            f"partiql() reads, and {first} does not: nothing would know of versions, stamps and signals. "
            f"Use {WRITES[first]}."
        )
    return InvalidValueError("partiql() takes one SELECT statement: SELECT * FROM <model> WHERE <partition key> = ?.")


def _columns(words: Sequence[Token]) -> tuple[str, ...] | None:
    """The attributes between SELECT and FROM."""
    if [word.text for word in words] == ["*"]:
        return None
    names = [word.name for word in words[::2]]
    commas = [word.text for word in words[1::2]]
    if None in names or len(names) != len(commas) + 1 or set(commas) - {","}:
        asked = " ".join(word.text for word in words)
        raise UnsupportedError(
            f"SELECT {asked}: objects are made of whole attributes. Write * or names of attributes, and take parts and "
            "sums of them in Python."
        )
    return tuple(name for name in names if name is not None)


def _source(words: Sequence[Token]) -> tuple[str, str | None, int]:
    """Table, index, and how many words they take."""
    table = words[0].name if words else None
    index = words[2].name if len(words) > 2 and words[1].text == "." else None  # noqa: PLR2004 -- table . index
    length = 1 if index is None else 3
    follows = words[length] if len(words) > length else None
    if table is None or (follows is not None and follows.keyword not in {"WHERE", "ORDER"}):
        raise UnsupportedError(
            'FROM takes one model, by the name of its class or table, and an index, such as "Thread"."by_date"; WHERE '
            "or ORDER BY may follow. DynamoDB joins and renames nothing."
        )
    return table, index, length


def _where(words: Sequence[Token]) -> Sequence[Token]:
    """The words of the condition: from WHERE to ORDER BY or the end."""
    if not words or words[0].keyword != "WHERE":
        return ()
    end = next((n for n, word in _outside(words) if word.keyword == "ORDER"), len(words))
    return words[1:end]


def _outside(words: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """The words outside of all brackets; the brackets themselves included."""
    depth = 0
    for number, word in enumerate(words):
        closing = word.kind == "symbol" and word.text in _OPENING.values()
        depth -= closing
        if depth <= 0:
            yield number, word
        depth += word.kind == "symbol" and word.text in _OPENING


def _conjuncts(words: Sequence[Token]) -> list[Sequence[Token]]:
    """The conditions that must all hold; one condition where the words are joined in any other way."""
    inner = _unwrapped(words)
    if not inner:
        return []
    outside = list(_outside(inner))
    if any(word.keyword in _OPAQUE for _, word in outside):
        return [inner]
    cuts, between = [], False
    for number, word in outside:
        if word.keyword == "BETWEEN":
            between = True
        elif word.keyword == "AND":
            if not between:
                cuts.append(number)
            between = False
    if not cuts:
        return [inner]
    starts, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(inner)]
    return [part for start, end in zip(starts, ends, strict=True) for part in _conjuncts(inner[start:end])]


def _unwrapped(words: Sequence[Token]) -> Sequence[Token]:
    """The words without brackets around them all."""
    while len(words) > 1 and words[0].text == "(" and words[0].kind == "symbol" and _closes(words) == len(words) - 1:
        words = words[1:-1]
    return words


def _closes(words: Sequence[Token]) -> int | None:
    """Where the bracket that opens with the first word is closed by its own kind."""
    open_ones: list[str] = []
    for number, word in enumerate(words):
        if word.kind != "symbol":
            continue
        if word.text in _OPENING:
            open_ones.append(_OPENING[word.text])
        elif word.text in _OPENING.values():
            if not open_ones or open_ones.pop() != word.text:
                return None
            if not open_ones:
                return number
    return None


def _keyed(words: Sequence[Token]) -> str | None:
    """The attribute that a condition holds to given values; None for any other condition."""
    first, *rest = words
    if len(words) == _KEY_TEST and words[1].text == "=":
        attribute, value = (words[2], first) if first.kind in _LITERALS else (first, words[2])
        return attribute.name if value.kind in _LITERALS else None
    if len(words) <= _KEY_TEST or words[1].keyword != "IN" or words[2].text not in {"[", "("}:
        return None
    values, commas = words[3:-1:2], words[4:-1:2]
    listed = (
        bool(values) and all(value.kind in _LITERALS for value in values) and all(comma.text == "," for comma in commas)
    )
    return first.name if listed and _closes(rest[1:]) == len(words) - _KEY_TEST else None


def _compared(words: Sequence[Token]) -> Iterator[str | None]:
    """For each parameter the whole attribute it is compared with, where that is plain to see."""
    for number, word in enumerate(words):
        if word.kind == "parameter":
            yield _before(words[:number]) or _behind(words[number + 1 :])


def _before(words: Sequence[Token]) -> str | None:
    """The attribute in ``attribute = ?``, ``attribute BETWEEN ? AND ?`` and ``attribute IN [?, ?``."""
    words = list(words)
    if len(words) > 2 and words[-1].keyword == "AND" and words[-3].keyword == "BETWEEN":  # noqa: PLR2004
        words = words[:-2]
    elif words and words[-1].text in {",", "[", "("}:
        while len(words) > 1 and words[-1].text == "," and words[-2].kind in _LITERALS:
            words = words[:-2]
        words = words[:-1] if words[-1].text in {"[", "("} else []
        return _whole(words[:-1]) if words and words[-1].keyword == "IN" else None
    compares = words and (words[-1].text in _COMPARISONS or words[-1].keyword == "BETWEEN")
    return _whole(words[:-1]) if compares else None


def _whole(words: Sequence[Token]) -> str | None:
    """The attribute at the end of some words, unless it is a part of another one or of a sum."""
    if not words or (len(words) > 1 and words[-2].kind == "symbol" and words[-2].text != "("):
        return None
    return words[-1].name


def _behind(words: Sequence[Token]) -> str | None:
    """The attribute in ``? = attribute``."""
    if len(words) < 2 or words[0].text not in _COMPARISONS:  # noqa: PLR2004 -- = attribute
        return None
    follows = words[2] if len(words) > 2 else None  # noqa: PLR2004
    part = follows is not None and follows.kind == "symbol" and follows.text not in {")", ";"}
    return None if part else words[1].name
