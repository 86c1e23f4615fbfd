"""Holds the assembling of requests to what was asked, and no more."""

from django_dynamodb.expressions.conditions import Compare, Exists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Update
from django_dynamodb.operations.operation import add_clauses, add_present


def test_add_present():
    """None and False leave a member out; 0 and an empty list are something to say."""
    payload = {"a": 1}
    add_present(payload, {"b": None, "c": False, "d": 0, "e": [], "f": True})
    assert payload == {"a": 1, "d": 0, "e": [], "f": True}


def test_one_pool():
    """All expressions of a request share their placeholders."""
    payload = {}
    condition = Compare(Path("a"), "=", {"N": "1"})
    add_clauses(payload, {"First": condition, "Second": Compare(Path("b"), "<", {"N": "1"}), "Third": condition})
    assert payload == {
        "First": "#n0 = :v0",
        "Second": "#n1 < :v0",
        "Third": "#n0 = :v0",
        "ExpressionAttributeNames": {"#n0": "a", "#n1": "b"},
        "ExpressionAttributeValues": {":v0": {"N": "1"}},
    }


def test_no_values():
    """The service refuses an empty pool, so it is left out."""
    payload = {}
    add_clauses(payload, {"Condition": Exists(Path("a"))})
    assert payload == {"Condition": "attribute_exists(#n0)", "ExpressionAttributeNames": {"#n0": "a"}}


def test_nothing():
    """Expressions that are absent or empty leave no trace."""
    payload = {}
    add_clauses(payload, {"UpdateExpression": Update(), "ConditionExpression": None})
    assert payload == {}
