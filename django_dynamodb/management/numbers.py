"""Reads the numbers that commands take as options."""

from __future__ import annotations

from argparse import ArgumentTypeError


def number(text: str) -> int:
    """A count from 1 on.

    Args:
        text: What was typed.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def rate(text: str) -> float:
    """A rate in units a second.

    Args:
        text: What was typed.

    Raises:
        ArgumentTypeError: It is none.
    """
    try:
        units = float(text)
    except ValueError:
        units = 0.0
    if not 0 < units < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number of units above 0")
    return units
