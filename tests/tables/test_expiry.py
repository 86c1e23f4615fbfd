"""Tests the line between what has expired and what lives."""

import pytest

from django_dynamodb.exceptions import ConditionFailedError
from django_dynamodb.tables.expiry import ExpiryLine

LINE = ExpiryLine(attribute="expires", now=100)

ENDS = [
    ({}, False),
    ({"expires": {"N": "99"}}, True),
    ({"expires": {"N": "100"}}, True),
    ({"expires": {"N": "100.5"}}, False),
    ({"expires": {"N": "101"}}, False),
]
"""Attributes of an item, and whether it has expired."""


@pytest.mark.parametrize(("attributes", "passed"), [*ENDS, ({"expires": {"S": "1"}}, False)])
def test_after_reading(attributes, passed):
    """The end belongs to what has passed; what is no number expires never, as for the service."""
    assert LINE.check_passed(attributes) is passed


@pytest.mark.parametrize(("attributes", "passed"), ENDS)
def test_the_service_draws_the_same_line(threads, thread, attributes, passed):
    """A living item is none whose place is vacant, and the other way round."""
    item = thread("a", **attributes)
    threads.put(item)
    holds, fails = (LINE.vacant, LINE.living) if passed else (LINE.living, LINE.vacant)
    threads.put(item, condition=holds("forum"))
    with pytest.raises(ConditionFailedError):
        threads.put(item, condition=fails("forum"))


def test_where_nothing_is(threads, thread):
    """A place without an item is vacant, and nothing lives there."""
    with pytest.raises(ConditionFailedError):
        threads.put(thread("a"), condition=LINE.living("forum"))
    threads.put(thread("a"), condition=LINE.vacant("forum"))
