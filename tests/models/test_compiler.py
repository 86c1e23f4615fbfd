"""Tests that a compiled filter finds what the filter says, by asking the engine and Python the same questions."""

import datetime as dt
from decimal import Decimal
from operator import eq, ge, gt, le, lt

import pytest
from django.db.models import F, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.models.compiler import compile_node, compile_sort
from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.nodes import Test
from tests.testapp.models import Everything, Thread

MOMENT = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)


def compiled(q, model=Thread):
    """Text and values of a filter."""
    placeholders = Placeholders()
    node = Resolver(model._meta.mapper, model._meta.pk).resolve(q)
    text = compile_node(model._meta.mapper, node).render(placeholders)
    for alias, name in (placeholders.names() or {}).items():
        text = text.replace(alias, name)
    return text, list((placeholders.values() or {}).values())


@pytest.mark.parametrize(
    ("q", "text", "values"),
    [
        (Q(views=3), "views = :v0", [{"N": "3"}]),
        (Q(views__lte=3), "views <= :v0", [{"N": "3"}]),
        (Q(views=F("meta")), "views = meta", []),
        (Q(views__range=(1, 2)), "views BETWEEN :v0 AND :v1", [{"N": "1"}, {"N": "2"}]),
        (Q(views__range=(F("meta"), 2)), "views BETWEEN meta AND :v0", [{"N": "2"}]),
        (Q(views__in=[1, 2]), "views IN (:v0, :v1)", [{"N": "1"}, {"N": "2"}]),
        (Q(author__startswith="a"), "begins_with(author, :v0)", [{"S": "a"}]),
        (Q(author__contains="a"), "contains(author, :v0)", [{"S": "a"}]),
        (Q(tags__contains="a"), "contains(tags, :v0)", [{"S": "a"}]),
        (Q(tags={"b", "a"}), "tags = :v0", [{"SS": ["a", "b"]}]),
        (Q(meta={"a": 1.5}), "meta = :v0", [{"M": {"a": {"N": "1.5"}}}]),
        (Q(author=None), "attribute_not_exists(author) OR attribute_type(author, :v0)", [{"S": "NULL"}]),
        (Q(posted=MOMENT), "posted = :v0", [{"S": "2024-01-02T00:00:00.000000+00:00"}]),
        (Q(pk="A~S"), "forum = :v0 AND subject = :v1", [{"S": "A"}, {"S": "S"}]),
        (
            Q(pk__in=["A~S", "A~T"]),
            "forum = :v0 AND subject = :v1 OR forum = :v0 AND subject = :v2",
            [{"S": "A"}, {"S": "S"}, {"S": "T"}],
        ),
    ],
)
def test_text(q, text, values):
    """Each lookup has its expression."""
    found, bound = compiled(q)
    assert found.replace("(", "").replace(")", "") == text.replace("(", "").replace(")", "")
    assert bound == values


def test_sort_keys_take_few_tests():
    """What no key condition can say is refused."""
    mapper, field = Thread._meta.mapper, Thread._meta.get_field("subject")
    with pytest.raises(UnsupportedError, match="cannot be asked of a sort key"):
        compile_sort(mapper, Test(field, "contains", "a"))


# -- against Python ---------------------------------------------------------------------------------------------

TEXTS, NUMBERS = ["", "a", "ab", "b", "é", "𝄞"], [-2, 0, 3, 10]
ROWS = [
    {"code": f"{n}", "text": TEXTS[n % 6], "maybe": [None, "", "a", "b"][n % 4], "number": [None, *NUMBERS][n % 5],
     "price": [None, Decimal("1.5"), Decimal(3)][n % 3], "flag": n % 2 == 0, "day": dt.date(2024, 1, 1 + n % 3),
     "strings": [set(), {"a"}, {"a", "b"}][n % 3], "numbers": [set(), {1, Decimal("2.5")}][n % 2],
     "items": [None, [], [1, "a"]][n % 3], "document": [None, 1, "a", {"a": [1.5]}][n % 4]}
    for n in range(12)
]  # fmt: skip
COMPARE = {"exact": eq, "lt": lt, "lte": le, "gt": gt, "gte": ge}


def holds(condition, row):
    """What the condition says of a row, reckoned in Python."""
    if isinstance(condition, Q):
        found = [holds(child, row) for child in condition.children if says_something(child)]
        whole = any(found) if condition.connector == Q.OR else all(found)
        return whole is not condition.negated if found else True
    name, lookup = condition[0].split("__")
    found, asked = row[name], condition[1]
    lookup, asked = ("isnull", True) if asked == set() else (lookup, asked)
    if lookup == "isnull":
        return (found is None or found == set()) is asked
    if isinstance(asked, F):
        asked = row[asked.name]
    return found is not None and asked is not None and compares(lookup, found, asked)


def says_something(child):
    """Whether a condition has any leaf; Django passes over those that have none."""
    return not isinstance(child, Q) or any(map(says_something, child.children))


def compares(lookup, found, asked):
    """One lookup of values that are there."""
    if lookup in COMPARE:
        return COMPARE[lookup](ordered(found), ordered(asked))
    if lookup == "range":
        return ordered(asked[0]) <= ordered(found) <= ordered(asked[1])
    return {
        "in": lambda: found in asked,
        "contains": lambda: asked in found,
        "startswith": lambda: found.startswith(asked),
    }[lookup]()


def ordered(value):
    """Texts sort by their bytes."""
    return value.encode() if isinstance(value, str) else value


def lookups(name, values, *extra):
    """Conditions on one field."""
    one = st.sampled_from(values)
    return st.one_of(
        st.tuples(st.sampled_from([f"{name}__{lookup}" for lookup in COMPARE]), one),
        st.tuples(st.just(f"{name}__in"), st.lists(one, max_size=3)),
        st.tuples(st.just(f"{name}__range"), st.tuples(one, one)),
        st.tuples(st.just(f"{name}__isnull"), st.booleans()),
        *extra,
    )


def texts(name):
    """Conditions on a text."""
    parts = st.sampled_from([f"{name}__startswith", f"{name}__contains"])
    return lookups(name, TEXTS, st.tuples(parts, st.sampled_from(TEXTS)))


LEAVES = st.one_of(
    texts("text"),
    texts("maybe"),
    lookups("number", NUMBERS, st.tuples(st.just("number__gte"), st.just(F("price")))),
    lookups("price", [Decimal("1.50"), Decimal(3)]),
    lookups("day", [row["day"] for row in ROWS]),
    st.tuples(st.just("flag__exact"), st.booleans()),
    st.tuples(st.just("strings__contains"), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("strings__exact"), st.sampled_from([{"a"}, {"b", "a"}, set()])),
    st.tuples(st.just("numbers__contains"), st.sampled_from([1, Decimal("2.50"), 3])),
    st.tuples(st.just("items__contains"), st.sampled_from([1, "a", 7])),
    st.tuples(st.just("document__exact"), st.sampled_from([1, "a", {"a": [1.5]}])),
    st.tuples(st.sampled_from(["strings__isnull", "items__isnull", "document__isnull"]), st.booleans()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda children, connector, negated: Q(*children, _connector=connector, _negated=negated),
        st.lists(inner, max_size=3),
        st.sampled_from([Q.AND, Q.OR]),
        st.booleans(),
    ),
    max_leaves=8,
)


@pytest.fixture
def rows(dynamodb):
    """The rows, stored."""
    Everything.objects.batch_write(puts=[Everything(**row) for row in ROWS])


@given(tree=TREES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_engine_agrees_with_python(rows, tree):
    """A scan finds just the rows of which the filter holds, however it is nested and negated."""
    condition = tree if isinstance(tree, Q) else Q(tree)
    found = {row.code for row in Everything.objects.scan().filter(condition)}
    assert found == {row["code"] for row in ROWS if holds(condition, row)}


@pytest.mark.parametrize("name", ["text", "maybe", "number", "price", "flag", "strings", "items", "document"])
def test_null_is_absent(rows, name):
    """``isnull`` divides the items in two, and an attribute stored as NULL by another writer counts as absent."""
    table = Everything._meta.open_table()
    table.put({"code": {"S": "null"}, name: {"NULL": True}})
    absent = {row.code for row in Everything.objects.scan(**{f"{name}__isnull": True})}
    present = {row.code for row in Everything.objects.scan(**{f"{name}__isnull": False})}
    assert "null" in absent
    assert not absent & present
    assert len(absent | present) == len(ROWS) + 1
