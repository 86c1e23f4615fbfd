"""What peers return is compared in one form, and what differs ends the run."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are not part of the wheel")

from benchmarks.dataset import canonical, from_item, make_item, to_attribute_value
from benchmarks.operations import WrongAnswerError, validate_answer, validate_request
from benchmarks.shapes import KINDS, MIXED, SHAPES


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_round_trip(shape):
    """An item written as DynamoDB JSON and read back is the item."""
    values = shape.values(3)
    assert canonical(from_item(make_item(3, shape)), shape) == canonical(values, shape)
    assert set(shape.kinds.values()) <= set(KINDS)


def test_one_form():
    """Floats, decimals and whole numbers of the same digits are one, and so are texts and objects of a moment."""
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    one = canonical({"total": 1.5, "placed": moment.isoformat(), "labels": {"a"}}, MIXED)
    assert one == canonical({"total": Decimal("1.50"), "placed": moment, "labels": frozenset("a")}, MIXED)
    assert one != canonical({"total": 1.5, "placed": moment, "labels": ["a"]}, MIXED)


def test_no_other_types():
    """The dataset writes nothing that it could not read."""
    with pytest.raises(TypeError, match="float"):
        to_attribute_value(1.5)


def test_right_answers():
    """What the dataset holds passes."""
    validate_answer("one", "GetItem", MIXED, [MIXED.values(0)])


@pytest.mark.parametrize("found", [[], [MIXED.values(0)] * 2, [MIXED.values(1)], [{**MIXED.values(0), "more": 1}]])
def test_wrong_answers(found):
    """A wrong count or a wrong value ends the run."""
    with pytest.raises(WrongAnswerError, match="GetItem: read"):
        validate_answer("one", "GetItem", MIXED, found)


@pytest.mark.parametrize(
    ("operation", "verb", "body"),
    [
        ("PutItem", "UpdateItem", "{}"),
        ("PutItem", "PutItem", '{"Item": {}}'),
        ("BatchWrite 25", "BatchWriteItem", '{"RequestItems": {"bench-mixed": []}}'),
        ("TransactWrite 10", "TransactWriteItems", '{"TransactItems": [{"Put": {"Item": {"number": {"S": "1"}}}}]}'),
        ("Conditional save", "UpdateItem", "{}"),
    ],
)
def test_wrong_requests(operation, verb, body):
    """A peer that writes less than the others, or asks no condition, ends the run."""
    with pytest.raises(WrongAnswerError, match=operation):
        validate_request("one", operation, MIXED, (verb, body))
