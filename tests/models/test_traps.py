"""Holds the traps of living under Django's model API, one test or more each.

=====  ==========================================================  ===================================
trap   what goes wrong without care                                where it is held
=====  ==========================================================  ===================================
1-8    writes that erase, resurrect or duplicate; frozen query      here
       sets; poisoned SQL transactions; ignored order and lookups
9      CASCADE from SQL rows runs SQL on our table                  checks; DO_NOTHING: test_relations.py
10     ``_state.db`` and ``using()`` choose connections             here
11     expressions the service refuses                              here, expressions/, test_compiler.py
12     AutoField on a model of ours                                 checks
13     a new object over a stored one                               here
14     ``unique=True`` and constraints that nobody keeps            checks
15     a plain SQL manager on a model of ours                       checks; base manager: test_manager.py
16     DynamoDB does not roll back with SQL                         here, tests/testing/
17     eventually consistent reads right after a save               here
18     listeners of ``post_init``; snapshots in pickles             test_loader.py, test_base.py
=====  ==========================================================  ===================================
"""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.views.generic import ListView

from django_dynamodb.exceptions import InvalidKeyError, ItemDeletedError, UnsupportedError, UnsupportedLookupError
from tests.testapp.models import Everything, Note, Thread, Ticket


@pytest.fixture
def thread(sent):
    """A stored thread with an attribute the model does not know."""
    table = Thread._meta.open_table()
    made = Thread.objects.create(forum="AWS", subject="a", author="me", tags={"x"})
    table.put({**made.to_item(), "foreign": {"S": "kept"}})
    sent.clear()
    return Thread.objects.get("AWS", "a")


def stored(key=("AWS", "a")):
    """The raw item."""
    table = Thread._meta.open_table()
    return table.get(Thread._meta.mapper.encode_key(key), consistent=True)


def test_1_only_then_save(thread):
    """A save after only() leaves what was not loaded as it is."""
    row = Thread.objects.only("views").get("AWS", "a")
    row.views = 5
    row.save()
    assert (stored()["author"], stored()["tags"], stored()["views"]) == ({"S": "me"}, {"SS": ["x"]}, {"N": "5"})


@pytest.mark.parametrize("rows", [Thread.objects.all(), Thread.objects.untracked()])
def test_2_unknown_attributes_survive(thread, rows):
    """What other writers stored stays, whatever the model knows; tracked or not."""
    row = rows.get(pk="AWS~a")
    row.author = "you"
    row.save()
    assert stored()["foreign"] == {"S": "kept"}


def test_3_deleted_item_stays_deleted(thread):
    """A change of a deleted item raises instead of writing a fragment."""
    Thread.objects.filter(pk="AWS~a").delete()
    thread.views = 5
    with pytest.raises(ItemDeletedError):
        thread.save()
    assert stored() is None


def test_4_class_level_query_set_is_not_frozen(dynamodb):
    """A view's query set is read anew for each request, because it is one of Django's."""

    class View(ListView):
        queryset = Ticket.objects.all()

    assert len(View().get_queryset()) == 0
    Ticket.objects.create()
    assert len(View().get_queryset()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fail",
    [
        lambda: Thread.objects.create(forum="AWS", subject="a"),
        lambda: Thread(forum="AWS", subject="a").save(raise_on_conflict=True),
        lambda: Thread(forum="AWS", subject="none").delete(raise_on_conflict=True),
    ],
)
def test_5_caught_error_does_not_poison_sql(thread, fail):
    """A DynamoDB error that is caught inside an SQL transaction leaves that transaction usable."""
    with transaction.atomic():
        with pytest.raises(Exception, match=r"testapp\.Thread"):
            fail()
        get_user_model().objects.create(username="ann")
    assert get_user_model().objects.filter(username="ann").exists()


@pytest.mark.django_db
def test_5_get_or_create_opens_no_sql_transaction(dynamodb, django_assert_num_queries):
    """No savepoint is made around it: SQL is not touched at all."""
    with django_assert_num_queries(0):
        Thread.objects.get_or_create(forum="AWS", subject="a")
        Thread.objects.update_or_create(forum="AWS", subject="a", defaults={"views": 1})
        Thread.objects.filter(forum="AWS").delete()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Thread.objects.earliest("posted"),
        lambda: Thread.objects.filter(forum="AWS").latest("posted"),
        lambda: Thread.objects.order_by("posted").first(),
        Thread.objects.last,
        lambda: Thread.objects.get("AWS", "a").get_next_by_posted(),
    ],
)
def test_6_order_is_never_ignored(thread, ask):
    """An order no key gives raises, also through Django's own helpers."""
    with pytest.raises(UnsupportedError):
        ask()


@pytest.mark.parametrize("lookup", ["posted__date", "views__half", "author__iexact", "author__regex", "tags__len"])
def test_7_unknown_lookup(dynamodb, lookup):
    """A lookup is never taken for a path into a value: it raises."""
    with pytest.raises(UnsupportedLookupError):
        Thread.objects.scan(**{lookup: 1})


def test_8_key_of_a_stored_object(thread):
    """A changed key would be a second item, so it raises."""
    thread.subject = "b"
    with pytest.raises(InvalidKeyError):
        thread.save()
    assert stored(("AWS", "b")) is None


def test_10_state_names_no_connection_of_ours(thread):
    """``_state.db`` is no DynamoDB alias, so that Django's routers never meet one."""
    assert thread._state.db is None
    assert Ticket.objects.create()._state.db is None


@pytest.mark.django_db
def test_10_object_of_sql_can_be_assigned(dynamodb):
    """A loaded item takes a loaded row, and the other way about, without a word about databases."""
    note = Note.objects.get(pk=Note.objects.create(text="x").pk)
    note.owner = get_user_model().objects.get(pk=get_user_model().objects.create(username="ann").pk)
    note.save(using="default")
    assert Note.objects.using("default").filter(owner=note.owner).count() == 1


def test_11_reserved_words(dynamodb):
    """Names that the service reserves can be filtered by: each name is an alias."""
    Everything.objects.create(code="x", day="2024-01-02", hour="03:04", text="t")
    rows = Everything.objects.scan(day="2024-01-02", hour="03:04", text="t", number=None)
    assert [row.code for row in rows] == ["x"]


def test_11_nested_conditions(dynamodb):
    """Conditions nested in each other are no redundant parentheses."""
    from django.db.models import Q

    Ticket.objects.create(title="b")
    wanted = ~(~Q(title="a") & ~(Q(title="b") | (Q(title="c"))))
    assert Ticket.objects.scan().filter(wanted).count() == 1


@pytest.mark.parametrize("count", [100, 101])
def test_11_operands_of_in(dynamodb, count):
    """The service takes 100 values; one more is refused before the call."""
    rows = Thread.objects.scan(views__in=range(count))
    if count > 100:
        with pytest.raises(UnsupportedError, match="takes 100"):
            list(rows)
    else:
        assert list(rows) == []


def test_11_empty_key(dynamodb):
    """An empty key is refused before the call, naming the field."""
    with pytest.raises(InvalidKeyError, match="subject"):
        Thread(forum="AWS", subject="").save()


def test_13_new_object_over_a_stored_one(thread):
    """save() replaces, as Django's and the seed's does; create() and force_insert do not."""
    for write in (
        lambda: Thread.objects.create(forum="AWS", subject="a"),
        lambda: Thread(forum="AWS", subject="a").save(force_insert=True),
    ):
        with pytest.raises(IntegrityError):
            write()
    Thread(forum="AWS", subject="a", views=9).save()
    assert "foreign" not in stored()


@pytest.mark.django_db
def test_16_no_rollback_with_sql(dynamodb):
    """An item written in an SQL transaction that rolls back stays: the two know nothing of each other."""
    with transaction.atomic():
        Ticket.objects.create()
        transaction.set_rollback(True)
    assert Ticket.objects.count() == 1


def test_17_reads_that_must_see_the_last_write(thread, sent):
    """Reloading and loading what was deferred read consistently."""
    sent.clear()
    thread.refresh_from_db()
    row = Thread.objects.only("views").get("AWS", "a")
    assert row.author == "me"
    assert [payload.get("ConsistentRead", False) for payload in sent.payloads] == [True, False, True]


def test_second_filter_adds_to_the_first(dynamodb, sent):
    """Filters add up, whether a key serves them or not; none replaces another, nor do several keywords of one."""
    for subject, author, views in [("a", "x", 1), ("b", "x", 2), ("c", "y", 2)]:
        Thread(forum="AWS", subject=subject, author=author, views=views).save()
    sent.clear()
    rows = Thread.objects.filter(forum="AWS", subject__gte="a").filter(author="x").filter(views=2)
    assert [row.subject for row in rows] == ["b"]
    assert sent.payloads[0]["KeyConditionExpression"] == "#n0 = :v0 AND #n1 >= :v1"
    assert sent.payloads[0]["FilterExpression"] == "#n2 = :v2 AND #n3 = :v3"
    assert not Thread.objects.filter(forum="AWS").filter(author="x").filter(author="y").exists()
    assert not Thread.objects.filter(forum="AWS").filter(forum="Azure").exists()
