"""What an object holds unchanged is passed over, which changes nothing of what a save writes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb.exceptions import InvalidKeyError
from django_dynamodb.models.persistence import PLAINLY, Writer
from django_dynamodb.models.state import state_of
from django_dynamodb.types import item_in
from tests.models.factories import everything
from tests.testapp.models import Everything, Legacy, Thread, Ticket

EAST = dt.timezone(dt.timedelta(hours=1))

CHANGES = {
    "text": ["", "x", "some\ntext"], "maybe": [None, "", "x"], "number": [None, 0, 2**62, True],
    "ratio": [None, 0.1, 0.0, -0.0, 1], "price": [None, Decimal("12.5"), Decimal("12.50001"), 12],
    "flag": [True, False],
    "blob": [None, b"\x00\xff"], "moment": [dt.datetime(2024, 1, 2, 4, 4, 5, 678000, EAST)],
    "day": [dt.date(2024, 1, 2), None], "token": [None], "address": ["127.0.0.1", "::1"], "upload": ["a/b.txt", ""],
    "document": [None, {"a": [1, "x", None, True]}, {"a": [1, "x", None, 1]}, [1.5]],
    "strings": [set(), {"a"}, {"a", "b"}],
    "numbers": [set(), {1, Decimal("2.50")}], "items": [["x", 1], ["x", True], [], None], "owner_id": [None, 3],
    "mapping": [{}, {"n": Decimal("1.50")}, {"n": 2}],
}  # fmt: skip
"""Values to give the fields: some are stored already, in the same form or another."""

STORED = {
    "number": [{"N": "0"}, {"NULL": True}, None], "text": [{"S": ""}, None], "ratio": [{"N": "0.10000000000000001"}],
    "moment": [{"S": "2024-01-02T03:04:05.678Z"}], "flag": [None], "strings": [None], "other": [{"S": "unknown"}],
}  # fmt: skip
"""Other ways the attributes may be stored."""


def written(instance, stored):
    """What a save of the object would do, passing over what surely is in ``stored`` already."""
    writer = Writer(instance, type(instance), type(instance)._meta.open_table())
    writer._whole_snapshot = lambda: stored
    write = writer.prepare(PLAINLY)
    return write and (write.change, write.snapshot, write.key, write.condition, write.unread)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_nothing_is_lost(sent, data):
    """A save writes the same whether unchanged values are passed over or encoded and compared."""
    item = everything().to_item() | {name: data.draw(st.sampled_from(ways)) for name, ways in STORED.items()}
    instance = Everything.from_item({name: av for name, av in item.items() if av is not None})
    for name in data.draw(st.sets(st.sampled_from(sorted(CHANGES)))):
        setattr(instance, name, data.draw(st.sampled_from(CHANGES[name])))
    assert written(instance, state_of(instance).item) == written(instance, None)


def test_old_encodings(sent):
    """So does one of a table in the encodings of dynamodb-mapper."""
    legacy = Legacy.from_item(Legacy(id=1, name="x", roles=["a"], options={"b": 1}, labels={"c"}).to_item())
    assert written(legacy, state_of(legacy).item) is None
    legacy.active, legacy.labels = True, set()
    assert written(legacy, state_of(legacy).item) == written(legacy, None) != None  # noqa: E711 - all three


def test_changed_key(sent):
    """A key that was changed is encoded, and so seen."""
    ticket = Ticket.from_item(Ticket(id=1).to_item())
    ticket.id = 2
    with pytest.raises(InvalidKeyError, match="is a key and was changed"):
        written(ticket, state_of(ticket).item)


def test_expression_beside_the_fields(sent):
    """An expression that is no field's value is nobody's to refuse, nor is it written."""
    thread = Thread(forum="AWS", subject="S3")
    thread.extra = F("views")
    assert "extra" not in item_in(Writer(thread, Thread, Thread._meta.open_table()).prepare(PLAINLY).item)
