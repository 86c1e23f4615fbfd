"""Holds the shapes of rows: values(), values_list(), only(), defer() and what comes along with instances."""

import django
import pytest

from django_dynamodb.exceptions import UnsupportedError
from tests.testapp.models import Everything, Note, Reading, Thread, Ticket


@pytest.fixture
def forum(dynamodb):
    """Two threads of one forum."""
    Thread.objects.bulk_create(
        [Thread(forum="AWS", subject=name, views=len(name), tags={name}) for name in ("a", "bb")]
    )
    return Thread.objects.filter(forum="AWS")


# -- values -----------------------------------------------------------------------------------------------------


def test_values(forum):
    """Dictionaries in the order of the fields asked for."""
    assert list(forum.values("views", "subject")) == [{"views": 1, "subject": "a"}, {"views": 2, "subject": "bb"}]


def test_values_of_all(forum):
    """Without names: every field by its attname, absent ones with their empty value."""
    row = forum.values()[0]
    assert list(row) == ["forum", "subject", "author", "posted", "views", "tags", "meta"]
    assert (row["author"], row["tags"], row["meta"]) == ("", {"a"}, {})


def test_values_an_index_does_not_hold(forum):
    """An index that does not hold an attribute cannot say its value; nothing is made up."""
    narrowed = Thread.objects.query("AWS", index="by_views")
    assert list(narrowed.values("subject", "views")) == [{"subject": "a", "views": 1}, {"subject": "bb", "views": 2}]
    with pytest.raises(UnsupportedError, match="tags, which index 'by_views' does not hold"):
        list(narrowed.values("subject", "tags"))


def test_values_list(forum):
    """Tuples, single values, named tuples."""
    assert list(forum.values_list("subject", "views")) == [("a", 1), ("bb", 2)]
    assert list(forum.values_list("subject", flat=True)) == ["a", "bb"]
    assert [row.views for row in forum.values_list("subject", "views", named=True)] == [1, 2]


def test_values_of_pk(forum, dynamodb):
    """``pk`` is the packed key, or the key field's own value."""
    assert list(forum.values_list("pk", flat=True)) == ["AWS~a", "AWS~bb"]
    assert forum.values("pk", "views")[0] == {"pk": "AWS~a", "views": 1}
    ticket = Ticket.objects.create()
    assert list(Ticket.objects.values("pk")) == [{"pk": ticket.id}]


def test_values_of_typed_key(dynamodb):
    """The packed key is built of stored values of any type."""
    row = Reading.objects.create(at=3)
    assert Reading.objects.values_list("pk", flat=True).get() == row.pk


def test_values_of_a_foreign_key(dynamodb):
    """A foreign key is read by name or attname; its value is the key of the other object."""
    Note.objects.create(text="x", owner_id=5)
    assert Note.objects.values("owner", "owner_id").get() == {"owner": 5, "owner_id": 5}


def test_values_read_only_what_they_need(forum, sent):
    """Only the attributes asked for are in the request."""
    list(forum.values_list("views", flat=True))
    assert set(sent.payloads[0]["ExpressionAttributeNames"].values()) == {"forum", "views"}


@pytest.mark.parametrize(
    "options", [{"flat": True, "named": True}, {"flat": True, "fields": ("subject", "views")}, {"flat": True}]
)
def test_flat_is_one_field(dynamodb, options):
    """``flat`` takes one field and no names."""
    fields = options.pop("fields", ())
    with pytest.raises(TypeError, match="flat"):
        Thread.objects.values_list(*fields, **options)


@pytest.mark.parametrize("name", ["nothing", "meta__key", "owner__username"])
def test_unknown_value(dynamodb, name):
    """A name that is no stored field raises at once."""
    with pytest.raises(Exception, match=name) as caught:
        Everything.objects.values(name)
    assert type(caught.value).__module__.startswith(("django_dynamodb.", "django.core."))


def test_computed_value(dynamodb):
    """DynamoDB computes nothing."""
    with pytest.raises(UnsupportedError, match="computes nothing"):
        Thread.objects.values(twice="views")


def test_values_can_be_filtered_and_sliced(forum):
    """The shape stays while the query set goes on."""
    assert list(forum.values_list("subject", flat=True).filter(views=2)) == ["bb"]
    assert list(forum.values("subject").reverse()[:1]) == [{"subject": "bb"}]
    assert forum.values("subject").first() == {"subject": "a"}


def test_values_in_bulk(forum):
    """Each shape by key, as in Django 6.1."""
    bulk = [
        forum.values_list("views", flat=True).in_bulk(["AWS~bb"]),
        forum.values_list("views").in_bulk(["AWS~bb"]),
        forum.values("views").in_bulk(["AWS~bb"]),
    ]
    assert bulk == [{"AWS~bb": 2}, {"AWS~bb": (2,)}, {"AWS~bb": {"views": 2}}]


@pytest.mark.parametrize("call", ["only", "defer", "delete"])
def test_not_after_values(forum, call):
    """As in Django: what needs instances cannot follow values()."""
    with pytest.raises(TypeError, match=r"after \.values"):
        getattr(forum.values("views"), call)()


def test_update_after_values(forum):
    """As in Django: update() does not mind."""
    assert forum.values("views").update(views=9) == 2


# -- only and defer ---------------------------------------------------------------------------------------------


def test_only(forum, sent):
    """Only these fields and the key are read; another one is read when it is needed."""
    row = forum.only("views")[0]
    assert row.get_deferred_fields() == {"author", "posted", "tags", "meta"}
    assert set(sent.payloads[0]["ExpressionAttributeNames"].values()) == {"forum", "subject", "views"}
    assert row.tags == {"a"}
    assert sent.operations == ["Query", "GetItem"]


def test_defer(forum):
    """All but these; the key cannot be deferred; ``defer(None)`` takes it back."""
    assert forum.defer("tags", "forum")[0].get_deferred_fields() == {"tags"}
    assert forum.defer("tags").defer("meta")[0].get_deferred_fields() == {"tags", "meta"}
    assert forum.defer("tags").defer(None)[0].get_deferred_fields() == set()


def test_only_of_pk(forum):
    """``only("pk")`` reads the key alone."""
    assert forum.only("pk")[0].get_deferred_fields() == {"author", "posted", "views", "tags", "meta"}


def test_only_of_unknown(dynamodb):
    """An unknown name raises at once."""
    with pytest.raises(Exception, match="nothing"):
        Thread.objects.only("nothing")


def test_index_that_holds_a_part(forum, sent):
    """What an index does not hold is deferred, not shown as absent."""
    row = forum.index("by_views")[0]
    assert row.get_deferred_fields() == {"posted", "tags", "meta"}
    assert row.tags == {"a"}
    assert sent.operations == ["Query", "GetItem"]


def test_deferred_of_a_deleted_item(forum):
    """Loading a deferred field of an item that is gone raises."""
    row = forum.only("views")[0]
    Thread.objects.filter(pk=row.pk).delete()
    with pytest.raises(Thread.DoesNotExist):
        row.tags  # noqa: B018  # loads it


# -- since Django 6.1 -------------------------------------------------------------------------------------------


@pytest.mark.skipif(django.VERSION < (6, 1), reason="fetch modes are new in Django 6.1")
class TestFetchMode:
    """How deferred fields are loaded."""

    def test_raise(self, forum):
        """FETCH_RAISE forbids to load a deferred field."""
        from django.core.exceptions import FieldFetchBlocked
        from django.db.models import FETCH_RAISE

        row = forum.only("views").fetch_mode(FETCH_RAISE)[0]
        with pytest.raises(FieldFetchBlocked):
            row.tags  # noqa: B018  # loads it

    def test_peers(self, forum, sent):
        """FETCH_PEERS loads the field for all rows of the page with one BatchGetItem."""
        from django.db.models import FETCH_PEERS

        rows = list(forum.only("views").fetch_mode(FETCH_PEERS))
        assert [row.tags for row in rows] == [{"a"}, {"bb"}]
        assert sent.operations == ["Query", "BatchGetItem"]
