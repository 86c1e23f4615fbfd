"""Builds check messages: fixed ids, a hint in each, and where the catalogue explains it."""

from __future__ import annotations

from typing import Any, Final

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004  # Django's name

APP: Final = "django_dynamodb"
"""What every id starts with."""

CATALOGUE: Final = "ref/checks"
"""The page of the documentation that explains each id, under an anchor of that name."""


def error(number: str, message: str, hint: str, obj: Any = None) -> CheckMessage:
    """Says that something cannot work.

    Args:
        number: The id without the app, such as ``"E004"``.
        message: What is wrong.
        hint: What to write instead.
        obj: The model or field concerned.

    Returns:
        An error; ``manage.py`` stops at it.
    """
    return Error(message, hint=_explained(number, hint), obj=obj, id=f"{APP}.{number}")


def warning(number: str, message: str, hint: str, obj: Any = None) -> CheckMessage:
    """Says that something works otherwise than it looks.

    Args:
        number: The id without the app, such as ``"W002"``.
        message: What is doubtful.
        hint: What to write instead, or when to silence it.
        obj: The model or field concerned.

    Returns:
        A warning.
    """
    return Warning(message, hint=_explained(number, hint), obj=obj, id=f"{APP}.{number}")


def _explained(number: str, hint: str) -> str:
    """The hint, and its place in the catalogue."""
    return f"{hint} (Documentation: {CATALOGUE}#{number.lower()})"
