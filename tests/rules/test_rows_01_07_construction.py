"""Tests rows 1 to 7 of dynamodb-mapper: declaring a model and making its objects."""

import datetime as dt

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidTypeError
from tests.testapp.models import Everything, Legacy, Thread, Ticket

MOMENT = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)


@pytest.mark.seed(1)
def test_declaration():
    """SEED row 1: a class says table name, partition key, sort key and typed fields; it is a Django model now."""
    schema = Thread._meta.table
    assert (schema.name, schema.partition.name, schema.sort.name) == ("threads", "forum", "subject")
    assert Ticket._meta.table.sort is None
    assert issubclass(Thread, models.Model)


@pytest.mark.seed(2)
@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("number", 2**70, {"N": str(2**70)}),
        ("ratio", 0.1, {"N": "0.1"}),
        ("text", "é", {"S": "é"}),
        ("strings", {"b", "a"}, {"SS": ["a", "b"]}),
        ("flag", True, {"BOOL": True}),
        ("moment", MOMENT, {"S": "2024-01-02T00:00:00.000000+00:00"}),
        ("items", [1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
        ("mapping", {"a": 1}, {"M": {"a": {"N": "1"}}}),
    ],
)
def test_types(name, value, stored):
    """SEED row 2: int, float, text, set, bool, datetime, list and dict each have a field."""
    assert Everything(code="a", **{name: value}).to_item()[name] == stored


@pytest.mark.seed(2)
def test_autoincrement_type():
    """SEED row 2: so has the integer that counts by itself."""
    assert isinstance(Ticket._meta.pk, models.AutoIncrementField)
    assert Ticket._meta.table.counter


@pytest.mark.seed(3)
def test_every_field_is_created():
    """SEED row 3: a new object has every field: the keyword, else the default, else Django's empty value."""
    thread = Thread(forum="AWS", views=3)
    assert (thread.forum, thread.views, thread.meta, thread.subject, thread.tags) == ("AWS", 3, {}, "", set())
    assert Everything().number is None


@pytest.mark.seed(3)
def test_unknown_keyword():
    """SEED row 3, mended: an unknown keyword raises, as in Django; it was ignored in silence."""
    with pytest.raises(TypeError, match="unexpected keyword"):
        Thread(forum="AWS", colour="blue")


@pytest.mark.seed(4)
def test_callable_default():
    """SEED row 4: a default given as a callable is called for each object."""
    first, second = Thread(), Thread()
    assert first.meta == {}
    assert first.meta is not second.meta


@pytest.mark.seed(4)
def test_callable_keyword(sent):
    """SEED row 4, Django's shape: a keyword is a value; a callable is no text, and is refused at the save."""
    thread = Thread(forum="AWS", subject="S3", views=lambda: 3)
    with pytest.raises(InvalidTypeError, match=r"testapp\.Thread\.views.*\(function\) is no value of IntegerField"):
        thread.save()
    assert not sent.calls


@pytest.mark.seed(4)
@pytest.mark.parametrize("kind", [TypeError, ValueError, InvalidTypeError])
def test_wrong_type(sent, kind):
    """SEED row 4: a wrong type raises a TypeError that names the field and both types; at the save, as in Django."""
    thread = Thread(forum="AWS", subject="S3", tags={1})
    with pytest.raises(kind, match=r"testapp\.Thread\.tags: .*\{1\}"):
        thread.save()


@pytest.mark.seed(4)
def test_none_keyword():
    """SEED row 4, Django's shape: a keyword of None is None; neither default nor empty value takes its place."""
    assert Thread(views=None, meta=None).views is None
    assert "views" not in Thread(forum="AWS", subject="S3", views=None).to_item()


@pytest.mark.seed(5)
def test_bool_is_an_int():
    """SEED row 5: a bool passes for an integer."""
    assert Thread(forum="a", subject="b", views=True).to_item()["views"] == {"N": "1"}


@pytest.mark.seed(5)
def test_int_is_a_float():
    """SEED row 5, mended: an int passes for a float."""
    assert Everything(code="a", ratio=2).to_item()["ratio"] == {"N": "2"}


@pytest.mark.seed(5)
def test_int_for_autoincrement(sent):
    """SEED row 5, mended: a plain int is taken as an explicit key at construction."""
    Ticket(id=12).save()
    assert Ticket.objects.get(12).pk == 12


@pytest.mark.seed(6)
def test_empty_values():
    """SEED row 6: text and collections are empty, and in an old table missing numbers are 0, truth is False."""
    legacy = Legacy.from_item({"id": {"N": "1"}})
    assert (legacy.count, legacy.active, legacy.name) == (0, False, "")
    assert (legacy.roles, legacy.options, legacy.labels) == ([], {}, set())


@pytest.mark.seed(6)
@pytest.mark.parametrize(
    "field",
    [
        models.ListField(default=[1]),
        models.MapField(default={"a": [1]}),
        models.StringSetField(default={"a"}),
        models.NumberSetField(default={1}),
    ],
)
def test_mutable_defaults(own_models, field):
    """SEED row 6, mended: a mutable default is copied for each object."""
    meta = type("Meta", (), {"app_label": "testapp"})
    body = {"__module__": __name__, "Meta": meta, "id": models.IntegerField(primary_key=True), "value": field}
    own = type("Own", (models.Model,), body)
    first, second = own(id=1), own(id=2)
    first.value.clear()
    assert second.value == own().value == field.default
    assert not first.value


@pytest.mark.seed(6)
def test_now_is_asked_for(sent):
    """SEED row 6, Django's shape: a datetime is now only where the model has ``default=timezone.now``; aware then."""
    assert Legacy().created is None
    assert Thread().posted.tzinfo is not None


@pytest.mark.seed(7)
def test_snapshot(sent):
    """SEED row 7: a new object has no snapshot, which means "not from the table"; a loaded one keeps the raw item."""
    thread = Thread(forum="AWS", subject="S3")
    assert not getattr(thread._state, "item", None)
    thread.save()
    assert Thread.objects.get("AWS", "S3")._state.item == thread.to_item()
