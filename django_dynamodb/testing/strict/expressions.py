"""Refuses expressions that the service refuses: their size, words, parentheses, placeholders and operators.

Expressions are read as tokens, not as a tree: what an engine checks well, such as the order of clauses, is left to it.
Source of the rules: developer guide, "Constraints in Amazon DynamoDB" and "Expression attribute names (aliases)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from django_dynamodb import limits
from django_dynamodb.exceptions import InvalidValueError

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_]\w*)|(?P<name>#\w+)|(?P<value>:\w+)|(?P<number>\d+)|(?P<symbol><>|<=|>=|[=<>+\-()\[\],.]))",
    re.ASCII,
)

FUNCTIONS: Final = frozenset({
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "if_not_exists",
    "list_append", "size",
})  # fmt: skip

CONDITION_WORDS: Final = frozenset({"AND", "BETWEEN", "IN", "NOT", "OR"})
KEYWORDS: Final[Mapping[str, frozenset[str]]] = {
    "ConditionExpression": CONDITION_WORDS,
    "FilterExpression": CONDITION_WORDS,
    "KeyConditionExpression": CONDITION_WORDS,
    "ProjectionExpression": frozenset(),
    "UpdateExpression": frozenset({"ADD", "DELETE", "REMOVE", "SET"}),
}
"""The members of a request that are expressions, and the words of the language in each."""

COMPARATORS: Final = frozenset({"<", "<=", "<>", "=", ">", ">="})
OPERATORS: Final = COMPARATORS | {"+", "-"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``kind`` is word, name, value, number, symbol, keyword or function."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of a request.

    Args:
        member: The member of the request, such as ``"FilterExpression"``.
        tokens: What it is made of.
    """

    member: str
    tokens: tuple[Token, ...]

    def texts(self, kind: str) -> set[str]:
        """The texts of all tokens of a kind."""
        return {token.text for token in self.tokens if token.kind == kind}

    def attributes(self, names: Mapping[str, str]) -> Iterator[str]:
        """The attributes its paths begin with, placeholders resolved.

        Args:
            names: The placeholders of the request.
        """
        for before, token in pairwise((Token("symbol", ""), *self.tokens)):
            if before.text != "." and token.kind in {"name", "word"}:
                yield names.get(token.text, token.text)


def read_expressions(part: Mapping[str, Any]) -> list[Expression]:
    """Reads the expressions of a request, or of a part of one, and refuses what the service refuses.

    Args:
        part: What holds the expressions, and their names and values beside them.

    Returns:
        The expressions.

    Raises:
        InvalidValueError: The service would answer with a ValidationException.
    """
    found = [Expression(member, _tokens(member, part[member])) for member in KEYWORDS if part.get(member) is not None]
    for expression in found:
        for validate in RULES:
            validate(expression)
    for member, kind in (("ExpressionAttributeNames", "name"), ("ExpressionAttributeValues", "value")):
        _validate_placeholders(found, member, kind, part.get(member))
    return found


def _tokens(member: str, text: str) -> tuple[Token, ...]:
    """Takes an expression apart."""
    if not text.strip():
        raise InvalidValueError(f"Invalid {member}: The expression can not be empty;")
    if (size := len(text.encode())) > limits.EXPRESSION_BYTES:
        raise InvalidValueError(
            f"Invalid {member}: Expression size has exceeded the maximum allowed size; "
            f"expression size: {size}, allowed: {limits.EXPRESSION_BYTES}"
        )
    raw, end, rest = [], 0, len(text.rstrip())
    while end < rest:
        match = _TOKEN.match(text, end)
        if match is None:
            raise InvalidValueError(f'Invalid {member}: Syntax error; near: "{text[end : end + 20].strip()}"')
        raw.append(Token(str(match.lastgroup), match[str(match.lastgroup)]))
        end = match.end()
    return tuple(_classified(member, raw))


def _classified(member: str, raw: Sequence[Token]) -> Iterator[Token]:
    """Tells words of the language from names of attributes."""
    for before, token, after in zip((Token("", ""), *raw), raw, (*raw[1:], Token("", "")), strict=False):
        if token.kind == "word" and before.text != ".":
            if token.text.upper() in KEYWORDS[member]:
                yield Token("keyword", token.text.upper())
                continue
            if after.text == "(":
                yield Token("function", token.text)
                continue
        yield token


def _validate_functions(expression: Expression) -> None:
    for name in sorted(expression.texts("function") - FUNCTIONS):
        raise InvalidValueError(f"Invalid {expression.member}: Invalid function name; function: {name}")


def _validate_reserved(expression: Expression) -> None:
    for word in sorted(expression.texts("word")):
        if word.upper() in reserved_words():
            raise InvalidValueError(
                f"Invalid {expression.member}: Attribute name is a reserved keyword; reserved keyword: {word}"
            )


def _validate_parentheses(expression: Expression) -> None:
    opened: list[int] = []
    last: tuple[int, int] | None = None
    for place, token in enumerate(expression.tokens):
        if token.text == "(":
            opened.append(place)
        elif token.text == ")":
            if not opened:
                raise InvalidValueError(f'Invalid {expression.member}: Syntax error; token: ")"')
            pair = opened.pop(), place
            grouping = pair[0] == 0 or expression.tokens[pair[0] - 1].kind != "function"
            if grouping and last == (pair[0] + 1, pair[1] - 1) and "," not in _between(expression, pair):
                raise InvalidValueError(f"Invalid {expression.member}: The expression has redundant parentheses;")
            last = pair
    if opened:
        raise InvalidValueError(f'Invalid {expression.member}: Syntax error; token: "<EOF>"')


def _between(expression: Expression, pair: tuple[int, int]) -> set[str]:
    return {token.text for token in expression.tokens[pair[0] + 1 : pair[1]]} if _is_list(expression, pair) else set()


def _is_list(expression: Expression, pair: tuple[int, int]) -> bool:
    """Whether parentheses hold the operands of ``IN``."""
    return pair[0] > 0 and expression.tokens[pair[0] - 1] == Token("keyword", "IN")


def _validate_operators(expression: Expression) -> None:
    count = sum(
        token.kind == "function"
        or token.text in OPERATORS
        or (token.kind == "keyword" and token.text in CONDITION_WORDS)
        for token in expression.tokens
    )
    count -= _ranges(expression)
    if count > limits.EXPRESSION_OPERATORS:
        raise InvalidValueError(
            f"Invalid {expression.member}: The expression contains too many operators; "
            f"count: {count}, allowed: {limits.EXPRESSION_OPERATORS}"
        )


def _ranges(expression: Expression) -> int:
    """How many ``AND`` belong to a ``BETWEEN``, one each."""
    return sum(token == Token("keyword", "BETWEEN") for token in expression.tokens)


def _validate_choices(expression: Expression) -> None:
    """Counts the operands of each ``IN``."""
    tokens = expression.tokens
    for place, token in enumerate(tokens):
        if token != Token("keyword", "IN"):
            continue
        count, depth = 1, 0
        for inner in tokens[place + 1 :]:
            depth += (inner.text == "(") - (inner.text == ")")
            count += inner.text == "," and depth == 1
            if not depth:
                break
        if count > limits.IN_OPERANDS:
            raise InvalidValueError(
                f"Invalid {expression.member}: The IN operator is provided with too many operands; "
                f"number of operands: {count}, allowed: {limits.IN_OPERANDS}"
            )


RULES: Final = (
    _validate_functions,
    _validate_reserved,
    _validate_parentheses,
    _validate_operators,
    _validate_choices,
)


def _validate_placeholders(
    expressions: Sequence[Expression], member: str, kind: str, given: Mapping[str, Any] | None
) -> None:
    """Refuses placeholders without a meaning, and meanings without a placeholder."""
    if given is not None and not expressions:
        raise InvalidValueError(f"{member} can only be specified when using expressions")
    if given is not None and not given:
        raise InvalidValueError(f"{member} must not be empty")
    known = given or {}
    for expression in expressions:
        for text in sorted(expression.texts(kind) - known.keys()):
            raise InvalidValueError(
                f"Invalid {expression.member}: An expression attribute {kind} used in expression is not defined; "
                f"attribute {kind}: {text}"
            )
    used = {text for expression in expressions for text in expression.texts(kind)}
    if unused := sorted(known.keys() - used):
        raise InvalidValueError(f"Value provided in {member} unused in expressions: keys: {{{', '.join(unused)}}}")


@cache
def reserved_words() -> frozenset[str]:
    """The words no expression may name an attribute by, in capitals, as moto lists them."""
    from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords  # noqa: PLC0415 - an optional package

    return frozenset(ReservedKeywords.get_reserved_keywords())
