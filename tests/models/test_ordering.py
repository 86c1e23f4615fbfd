"""Tests where the order of the key is waived."""

import pytest

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.ordering import any_order, check_waived
from tests.testapp.models import Thread, Ticket


def test_key_alone_is_waived():
    """Only the primary key, alone and ascending, and only within the block."""
    with any_order():
        asked = [("pk",), ("-pk",), ("pk", "views"), ("views",), ()]
        assert [check_waived(ordering, "pk") for ordering in asked] == [True, False, False, False, False]
    assert not check_waived(("pk",), "pk")


def test_whole_table_within_the_block(dynamodb):
    """Within the block a table is read although the order of its key is asked for; other orders are refused."""
    Ticket(title="x").save()
    with any_order():
        assert [row.title for row in Ticket.objects.order_by("id")] == ["x"]
        with pytest.raises(UnsupportedError, match=r"order_by\('views'\) cannot be served"):
            list(Thread.objects.order_by("views"))


def test_block_that_fails(dynamodb):
    """After the block orders are refused as before, however it ended."""
    with pytest.raises(ValueError, match="stop"), any_order():
        raise ValueError("stop")
    with pytest.raises(UnsupportedError, match=r"order_by\('id'\) cannot be served"):
        list(Ticket.objects.order_by("id"))
