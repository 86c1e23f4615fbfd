"""Makes the objects that several tests of the models need."""

import datetime as dt
import uuid
from decimal import Decimal

from tests.testapp.models import Everything


def everything(**values):
    """One object with a value in every field; not stored yet."""
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=dt.UTC)
    return Everything(
        **{
            "code": "x", "text": "some\ntext", "maybe": "", "number": 2**62, "ratio": 0.1, "price": Decimal("12.5000"),
            "flag": True, "blob": b"\x00\xff", "moment": moment, "day": moment.date(), "hour": dt.time(3, 4, 5),
            "span": dt.timedelta(days=1, milliseconds=5), "token": uuid.UUID(int=7), "address": "127.0.0.1",
            "slug": "a-slug", "upload": "a/b.txt", "document": {"a": [1, "x", None, True]}, "strings": {"b", "a"},
            "numbers": {1, Decimal("2.5")}, "blobs": {b"\x01"}, "items": ["x", 1], "mapping": {"n": Decimal("1.5")},
            **values,
        },
    )  # fmt: skip
