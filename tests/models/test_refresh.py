"""Holds that reloading reads consistently, takes over what was asked for, and renews the snapshot."""

import pytest

from django_dynamodb.exceptions import UnsupportedError
from tests.testapp.models import Account, Everything, Note, Thread, Ticket


@pytest.fixture
def pair(dynamodb):
    """The same stored thread, loaded twice."""
    Thread(forum="a", subject="b", views=1, author="me", tags={"x"}).save()
    return Thread.objects.get("a", "b"), Thread.objects.get("a", "b")


def test_whole(pair, sent):
    """All fields are read again, consistently, and the snapshot is the new one."""
    mine, theirs = pair
    theirs.views, theirs.tags = 7, set()
    theirs.save()
    sent.clear()
    mine.author = "lost"
    mine.refresh_from_db()
    assert (mine.views, mine.tags, mine.author) == (7, set(), "me")
    assert sent.calls[0][0] == "GetItem"
    assert sent.payloads[0]["ConsistentRead"] is True
    mine.save(raise_on_conflict=True)


def test_fields(pair):
    """Only the fields named are read; the others keep what they hold, changed or not."""
    mine, theirs = pair
    theirs.views, theirs.author = 7, "them"
    theirs.save()
    mine.author = "kept"
    mine.refresh_from_db(fields=["views"])
    assert (mine.views, mine.author) == (7, "kept")
    mine.save()
    assert Thread.objects.get("a", "b").author == "kept"


def test_fields_of_a_deferred_object(pair, sent):
    """What was deferred stays so, and is not read."""
    row = Thread.objects.only("views").get("a", "b")
    sent.clear()
    row.refresh_from_db()
    assert "author" in row.get_deferred_fields()
    assert "author" not in sent.payloads[0]["ExpressionAttributeNames"].values()


def test_deferred_field_joins_the_snapshot(pair):
    """A field loaded later is compared like the others afterwards."""
    row = Thread.objects.only("views").get("a", "b")
    assert row.author == "me"
    assert row._state.item["author"] == {"S": "me"}
    assert "author" not in row._state.unread


def test_nothing_asked(pair, sent):
    """No fields, no call."""
    pair[0].refresh_from_db(fields=[])
    assert sent.calls == []


def test_unknown_field(pair):
    """An unknown field raises."""
    with pytest.raises(Exception, match="nothing"):
        pair[0].refresh_from_db(fields=["nothing"])


def test_gone(pair):
    """Reloading what is gone raises, and leaves the object as it was."""
    mine, theirs = pair
    theirs.delete()
    with pytest.raises(Thread.DoesNotExist):
        mine.refresh_from_db()
    assert mine.views == 1


def test_plain_key(dynamodb):
    """The same for a model without a sort key, by the positional fields too."""
    ticket = Ticket.objects.create(title="a")
    Ticket.objects.filter(pk=ticket.pk).update(title="b")
    ticket.refresh_from_db()
    assert ticket.title == "b"


def test_through_a_query_set(pair):
    """``from_queryset`` is read through, as in Django."""
    mine, _ = pair
    mine.refresh_from_db(from_queryset=Thread.objects.filter(author="me"))
    with pytest.raises(Thread.DoesNotExist):
        mine.refresh_from_db(from_queryset=Thread.objects.filter(author="you"))


def test_cached_relation_is_dropped(dynamodb):
    """A related object that was cached is read anew."""
    thing = Everything.objects.create(code="x", owner_id=1)
    Everything.objects.filter(pk="x").update(owner=2)
    thing.refresh_from_db()
    assert thing.owner_id == 2


@pytest.mark.django_db
def test_cached_row_is_dropped(dynamodb, django_user_model):
    """The related row is read again after a reload."""
    note = Note.objects.create(owner=django_user_model.objects.create(username="ann"), text="x")
    django_user_model.objects.update(username="bob")
    note.refresh_from_db()
    assert note.owner.username == "bob"


def test_prefetched_list_is_dropped(pair, sent):
    """A prefetched list that is named is forgotten, and costs no call."""
    mine, _ = pair
    mine._prefetched_objects_cache = {"things": [1]}
    sent.clear()
    mine.refresh_from_db(fields=["things"])
    assert (mine._prefetched_objects_cache, sent.calls) == ({}, [])


async def _refreshed(row):
    await row.arefresh_from_db()
    return row


def test_async(pair):
    """The asynchronous twin does the same."""
    from asgiref.sync import async_to_sync

    mine, theirs = pair
    theirs.views = 9
    theirs.save()
    assert async_to_sync(_refreshed)(mine).views == 9


def test_an_index_kept_back(pair, sent):
    """What an index does not hold comes with one GetItem, whichever field is used first."""
    row = Thread.objects.index("by_views").get(forum="a", views=1)
    sent.clear()
    assert row.get_deferred_fields() == {"posted", "tags", "meta"}
    assert (row.tags, row.meta, row.posted.year > 2000) == ({"x"}, {}, True)
    assert sent.operations == ["GetItem"]
    assert row._state.unread == frozenset()
    row.save(raise_on_conflict=True)


def test_an_index_and_only(pair, sent):
    """What only() left out stays out until it is used itself."""
    row = Thread.objects.index("by_views").only("author", "tags", "posted").get(forum="a", views=1)
    sent.clear()
    assert row.tags == {"x"}
    assert (row.get_deferred_fields(), sent.operations) == ({"views", "meta"}, ["GetItem"])
    assert (row.meta, row.get_deferred_fields(), len(sent.calls)) == ({}, {"views"}, 2)


def test_an_index_without_the_version(dynamodb, sent):
    """The version is not taken along: it would vouch for fields that the index read before."""
    Account(owner="ann", state="new", balance=3).save()
    row = Account.objects.index("by_state").get(state="new")
    assert row.balance == 3
    assert row.get_deferred_fields() == {"version"}
    with pytest.raises(UnsupportedError, match=r"read without 'version'.*refresh_from_db"):
        row.save()
    row.refresh_from_db(fields=["version"])
    assert row.version == 1
