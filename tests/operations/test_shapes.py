"""Holds what is remembered of an update's request to what the general way writes, whatever came before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.expressions.conditions import And, Compare, Exists, Holds, NotExists
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.updates import Add, Arithmetic, Delete, SetTo, SetValues, Update
from django_dynamodb.operations import shapes
from django_dynamodb.operations.items import UpdateItem
from django_dynamodb.operations.json import dumps

PATHS = [Path(name) for name in ("a", "b", 'ü"', "c")] + [Path("d", "e", 0)]
VALUES = st.sampled_from([{"S": "x"}, {"N": "1"}, {"S": "1"}, {"BOOL": True}, {"L": [{"S": "x"}]}, {"B": b"x"}])
COMPUTED = Arithmetic(Path("a"), "+", {"N": "1"})
CONDITIONS = [None, Exists(Path("a")), Exists(Path("k")), NotExists(Path("k")), Compare(Path("a"), "=", {"S": "x"})]
CONDITIONS.append(And(Exists(Path("k")), Compare(Path("b"), "=", {"N": "2"})))
HELD = [{}, {"a": {"S": "x"}}, {"b": {"S": "x"}}, {"a": {"L": []}, "b": {"S": "x"}}]
CONDITIONS += [Holds(key="k", values=held, absent=absent) for held in HELD for absent in ((), ("c",), ("c", "d"))]
CONDITIONS.append(And(Holds(key="k", values={"a": {"S": "x"}}), Exists(Path("c"))))


@st.composite
def updates(draw):
    """Any update of a few places, or none."""
    if draw(st.booleans()):
        return SetValues(draw(st.dictionaries(st.sampled_from(["a", "b", 'ü"', "c"]), VALUES, min_size=1)))
    places = draw(st.lists(st.sampled_from(PATHS), unique=True))
    kinds = {path: draw(st.sampled_from(["set", "set", "set", "remove", "add", "delete"])) for path in places}
    of = {kind: [path for path in places if kinds[path] == kind] for kind in ("set", "remove", "add", "delete")}
    values = VALUES | st.just(COMPUTED) if draw(st.booleans()) else VALUES
    return Update(
        sets=tuple(SetTo(path, draw(values)) for path in of["set"]),
        removes=tuple(of["remove"]),
        adds=tuple(Add(path, {"N": "1"}) for path in of["add"]),
        deletes=tuple(Delete(path, {"SS": ["x"]}) for path in of["delete"]),
    )


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Remembers few shapes, to begin anew often."""
    monkeypatch.setattr(shapes, "KNOWN", 5)


@given(data=st.data())
def test_body(data):
    """A body is to the letter the JSON of the payload, at first and when its shape is known."""
    for _ in range(4):
        verb = UpdateItem(
            table="t",
            key={"k": {"S": data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=3))}},
            update=data.draw(st.none() | updates()),
            condition=data.draw(st.sampled_from(CONDITIONS)),
            returning=data.draw(st.sampled_from(["NONE", "ALL_NEW"])),
            return_stored=data.draw(st.booleans()),
            capacity=data.draw(st.sampled_from([None, "TOTAL"])),
        )
        assert verb.body() == dumps(verb.payload())
        assert verb.body() == dumps(verb.payload())


def test_values_change():
    """Two updates of one shape differ in their values alone."""
    first, second = (
        UpdateItem(table="t", key={"k": {"N": "1"}}, update=Update(sets=(SetTo(Path("a"), value),))).body()
        for value in ({"S": "x"}, {"N": "2"})
    )
    assert first.replace(b'{"S":"x"}', b'{"N":"2"}') == second


def test_set_values():
    """Values set in the short words are those set in the general ones; equal ones do not share a placeholder."""
    short = SetValues({"a": {"S": "x"}, "b": {"S": "x"}})
    assert Update(sets=short.sets).paths() == short.paths() == (Path("a"), Path("b"))
    payload = UpdateItem(table="t", key={"k": {"N": "1"}}, update=short, condition=Exists(Path("k"))).payload()
    assert payload["UpdateExpression"] == "SET #n0 = :v0, #n1 = :v1"
    assert payload["ExpressionAttributeNames"] == {"#n0": "a", "#n1": "b", "#n2": "k"}
    assert payload["ExpressionAttributeValues"] == {":v0": {"S": "x"}, ":v1": {"S": "x"}}
