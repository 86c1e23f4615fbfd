"""Holds the line on a terminal."""

import io

from django_dynamodb.management.meter import Meter
from tests.management.conftest import Terminal


def drawn(out, total, *steps):
    """What a meter writes at these times and counts."""
    times = iter([0.0, *(time for time, _ in steps)])
    meter = Meter(out, "t", total, clock=lambda: next(times))
    for _, done in steps:
        meter.show(done)
    meter.end()
    return out.getvalue()


def test_a_terminal_sees_one_line():
    """It is written over, not too often, and taken away at the end."""
    lines = drawn(Terminal(), 200, (0.1, 0), (0.15, 10), (1.0, 100)).split("\r")
    assert lines[1] == "t [                        ]   0% 0 of about 200 items, 0/s\x1b[K"
    assert lines[2] == "t [############            ]  50% 100 of about 200 items, 100/s\x1b[K"
    assert lines[3:] == ["\x1b[K"]


def test_without_a_total():
    """Where nobody knows how many there are, no part is shown."""
    assert "t: 5 items, 0/s" in drawn(Terminal(), None, (1.0, 5))


def test_elsewhere_nothing():
    """A file or a pipe is left alone."""
    assert drawn(io.StringIO(), 200, (1.0, 5)) == ""
