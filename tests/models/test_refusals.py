"""Tests what is refused before any call: the model and field are named, what is allowed, and what to do."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test.utils import isolate_apps

from django_dynamodb import models
from django_dynamodb.exceptions import (
    DuplicateKeyError,
    InvalidKeyError,
    InvalidTypeError,
    InvalidValueError,
    ItemDeletedError,
    ItemTooLargeError,
)
from tests.testapp.models import Everything, Reading, Thread

LONG = "\u20ac" * 1000


def made(**values):
    """A new thread."""
    return Thread(**{"forum": "AWS", "subject": "S3", **values})


def everything(**values):
    """A new object with one field of each family."""
    return Everything(code="a", **values)


REFUSED = [
    (made(forum=""), InvalidKeyError, r"testapp\.Thread\.forum is empty; .*at least one byte; give it another value"),
    (made(subject=""), InvalidKeyError, r"testapp\.Thread\.subject is empty"),
    (made(forum=None), InvalidKeyError, r"testapp\.Thread\.forum is None; a key needs a value: set it first"),
    (made(forum=LONG), InvalidKeyError, r"testapp\.Thread\.forum has 3,000 bytes.*2,048 bytes; give it another"),
    (made(subject=LONG), InvalidKeyError, r"testapp\.Thread\.subject has 3,000 bytes.*1,024 bytes; give it another"),
    (Reading(at="soon"), InvalidTypeError, r"testapp\.Reading\.at: 'soon' \(str\) is no value of IntegerField; conv"),
    (Reading(device="x", at=1), InvalidTypeError, r"testapp\.Reading\.device: 'x' \(str\) is no value of UUIDField"),
    (made(author=LONG), InvalidValueError, r"testapp\.Thread\.author has 3,000 bytes.*index 'by_author': leave it em"),
    (made(posted=dt.datetime(2024, 1, 1)), InvalidValueError, r"testapp\.Thread\.posted: 2024-.*make_aware"),  # noqa: DTZ001
    (made(posted="soon"), InvalidTypeError, r"testapp\.Thread\.posted: 'soon' is no datetime; write it as ISO"),
    (made(posted=5), InvalidTypeError, r"testapp\.Thread\.posted: 5 \(int\) is no datetime; convert it first"),
    (made(views="many"), InvalidTypeError, r"testapp\.Thread\.views: 'many' \(str\) is no value of IntegerField"),
    (made(views=1.5), InvalidTypeError, r"testapp\.Thread\.views: 1\.5 has a fraction .* round it first"),
    (made(views=10**38 + 1), InvalidValueError, r"testapp\.Thread\.views: .*38"),
    (made(tags={1}), InvalidTypeError, r"testapp\.Thread\.tags: "),
    (made(tags="a"), InvalidTypeError, r"testapp\.Thread\.tags: "),
    (made(meta=object()), InvalidTypeError, r"testapp\.Thread\.meta: "),
    (everything(ratio=float("nan")), InvalidValueError, r"testapp\.Everything\.ratio: NaN is not finite: .* Store"),
    (everything(ratio=float("inf")), InvalidValueError, r"testapp\.Everything\.ratio: Infinity is not finite"),
    (everything(price=Decimal("NaN")), InvalidValueError, r"testapp\.Everything\.price: .*NaN"),
    (everything(price=Decimal("-Infinity")), InvalidValueError, r"testapp\.Everything\.price: .*Infinity"),
    (everything(price=Decimal("1" * 39)), InvalidValueError, r"testapp\.Everything\.price: .*39 .*38"),
    (everything(price=Decimal("1E126")), InvalidValueError, r"testapp\.Everything\.price: "),
    (everything(document={"x": float("nan")}), InvalidValueError, r"testapp\.Everything\.document: NaN is not"),
    (everything(items=[0.5]), InvalidTypeError, r"testapp\.Everything\.items: 0\.5 is a float.*Decimal"),
    (everything(mapping={1: "x"}), InvalidTypeError, r"testapp\.Everything\.mapping: Key 1"),
    (everything(flag="perhaps"), InvalidTypeError, r"testapp\.Everything\.flag: 'perhaps' .*BooleanField"),
    (everything(day=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)), InvalidTypeError, r"testapp\.Everything\.day: .*\.date"),
    (everything(span=5), InvalidTypeError, r"testapp\.Everything\.span: "),
    (everything(blob="text"), InvalidTypeError, r"testapp\.Everything\.blob: "),
    (everything(text="\ud800"), InvalidValueError, r"testapp\.Everything\.text: .*surrogate"),
    (made(meta={"x": "y" * 410_000}), ItemTooLargeError,
     r"testapp\.Thread 'AWS', 'S3': the item has 410,.*allows 409,600.*largest fields: meta 410,.*Store large values"),
]  # fmt: skip


@pytest.mark.parametrize(("instance", "error", "message"), REFUSED, ids=[row[2][:44] for row in REFUSED])
def test_new_object(sent, instance, error, message):
    """A new object that cannot be stored is refused; nothing is sent, and the object stays as it is."""
    before = {name: value for name, value in vars(instance).items() if name != "_state"}
    with pytest.raises(error, match=message) as caught:
        instance.save()
    assert str(caught.value).count("testapp.") == 1
    assert "test-" not in str(caught.value)
    assert not sent.calls
    assert {name: value for name, value in vars(instance).items() if name != "_state"} == before
    assert instance._state.adding


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("forum", "Azure", InvalidKeyError, r"testapp\.Thread\.forum is a key.*Create a new object"),
        ("subject", "", InvalidKeyError, r"testapp\.Thread\.subject is empty"),
        ("author", LONG, InvalidValueError, r"testapp\.Thread\.author has 3,000 bytes.*by_author"),
        ("views", "many", InvalidTypeError, r"testapp\.Thread\.views"),
        ("meta", {"x": "y" * 410_000}, ItemTooLargeError, r"testapp\.Thread 'AWS', 'S3': the item has 41"),
    ],
)
def test_loaded_object(sent, name, value, error, message):
    """So is a change of a loaded one; its snapshot stays."""
    made().save()
    thread = Thread.objects.get("AWS", "S3")
    snapshot = thread._state.item
    setattr(thread, name, value)
    sent.clear()
    with pytest.raises(error, match=message):
        thread.save()
    assert not sent.calls
    assert thread._state.item is snapshot


def test_item_that_grows(sent):
    """A small change that makes a stored item too large is refused as well."""
    made(meta={"x": "y" * 400_000}).save()
    thread = Thread.objects.get("AWS", "S3")
    thread.tags = {"z" * 9_600}
    sent.clear()
    with pytest.raises(ItemTooLargeError):
        thread.save()
    assert not sent.calls


@pytest.mark.parametrize(
    "read",
    [
        lambda: Thread.objects.get("", "S3"),
        lambda: Thread.objects.get("AWS", LONG),
        lambda: Thread(forum="AWS", subject=LONG).delete(),
    ],
)
def test_key_to_read_or_delete(sent, read):
    """A key no item can have is refused by reads and deletes too."""
    with pytest.raises(InvalidKeyError, match=r"testapp\.Thread\.(forum|subject) (is empty|has 3,000)"):
        read()
    assert not sent.calls


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: Thread.objects.query(""), r"^testapp\.Thread\.forum is empty"),
        (lambda: Thread.objects.filter(forum="AWS", subject__gt=LONG), r"^testapp\.Thread\.subject has 3,000 bytes"),
        (lambda: Thread.objects.filter(author=LONG), r"^testapp\.Thread\.author has 3,000 bytes"),
    ],
)
def test_key_to_query(sent, read, message):
    """So is a key to query by."""
    with pytest.raises(InvalidKeyError, match=message):
        list(read())
    assert not sent.calls


@pytest.mark.parametrize(
    "write",
    [
        lambda: Thread.objects.batch_write(puts=[made(), made(author="you")]),
        lambda: Thread.objects.batch_write(puts=[made()], deletes=["AWS~S3"]),
        lambda: Thread.objects.batch_write(deletes=[("AWS", "S3"), "AWS~S3"]),
        lambda: Thread.objects.bulk_create([made(), made()]),
    ],
)
def test_duplicate_keys(sent, write):
    """The same key twice in a batch is refused, by model and key."""
    with pytest.raises(DuplicateKeyError, match=r"testapp\.Thread 'AWS', 'S3' comes twice in one batch.*write it once"):
        write()
    assert not sent.calls


def test_bad_item_in_a_batch(sent):
    """So is an item of a batch that cannot be stored."""
    for bad, message in ((made(subject=""), r"^testapp\.Thread\.subject is empty"),
                         (made(author=LONG), r"^testapp\.Thread\.author has 3,000"),
                         (made(views="x"), r"^testapp\.Thread\.views: "),
                         (made(meta={"x": "y" * 410_000}), r"^testapp\.Thread 'AWS', 'S3': the item")):  # fmt: skip
        with pytest.raises(InvalidValueError, match=message):
            Thread.objects.batch_write(puts=[bad])
    assert not sent.calls


def test_deleted_object(sent):
    """A deleted item saved again says so, and how to write it anew; nothing was written, the object is unchanged."""
    made().save()
    thread = Thread.objects.get("AWS", "S3")
    made().delete()
    thread.views = 5
    with pytest.raises(ItemDeletedError, match=r"testapp\.Thread 'AWS~S3' is not stored.*save\(force_insert=True\)"):
        thread.save()
    assert thread.views == 5
    thread.save(force_insert=True)
    assert Thread.objects.get("AWS", "S3").views == 5


@isolate_apps("tests.testapp")
def test_fields_are_named_not_attributes(sent):
    """Messages name the field, whatever its attribute is called."""

    class Renamed(models.Model):
        """A field and a key stored under other names."""

        code = models.CharField(max_length=10, primary_key=True, db_column="k")
        owner = models.CharField(max_length=10, db_column="o")
        note = models.TextField(db_column="n")

        class Meta:
            """Its app."""

            app_label = "testapp"

        class Table:
            """One index."""

            indexes = [models.GlobalIndex("by_owner", "owner")]

    with pytest.raises(InvalidKeyError, match=r"^testapp\.Renamed\.code is empty"):
        Renamed(code="").save()
    with pytest.raises(InvalidValueError, match=r"^testapp\.Renamed\.owner has 3,000 bytes"):
        Renamed(code="a", owner=LONG).save()
    with pytest.raises(ItemTooLargeError, match=r"^testapp\.Renamed 'a': .* largest fields: note 450,000"):
        Renamed(code="a", note="\u20ac" * 150_000).save()
    assert not sent.calls
