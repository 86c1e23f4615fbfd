"""Holds that no asynchronous method takes a thread: each that there is runs here, where threads are refused."""

import asyncio
import inspect

import pytest
from asgiref.sync import SyncToAsync
from django.core.cache import caches

from django_dynamodb import models, transaction
from django_dynamodb.cache.backend import DynamoDBCache
from django_dynamodb.connections import connections
from django_dynamodb.models.refused import REFUSED
from django_dynamodb.models.returning import Returning
from django_dynamodb.models.statements import StatementRows
from django_dynamodb.models.transactions import WriteTransaction
from django_dynamodb.sessions import SessionStore, session_table
from django_dynamodb.tables import lifecycle
from tests.testapp.models import Note, Thread


def of(*classes):
    """The names of the methods of classes that are coroutines or asynchronous generators."""
    found = set()
    for kind in classes:
        for name in dir(kind):
            method = inspect.getattr_static(kind, name)
            function = getattr(method, "__func__", method)
            if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
                found.add(name)
    return found


REFUSING = {name for name in REFUSED if name.startswith("a")}


@pytest.fixture
def threadless(dynamodb, monkeypatch):
    """Refuses threads, once the connection is open."""
    _ = connections["default"].wire_client

    async def refused(*args, **kwargs):
        raise AssertionError("a thread was asked for")

    monkeypatch.setattr(SyncToAsync, "__call__", refused)
    monkeypatch.setattr(asyncio, "to_thread", refused)
    Thread.objects.bulk_create(Thread(forum="f", subject=name) for name in "abc")


async def called(owner, calls, names):
    """Calls methods with their arguments; each must be listed."""
    assert names == calls.keys()
    for name, arguments in calls.items():
        method = getattr(owner() if callable(owner) else owner, name)
        result = method(*arguments) if isinstance(arguments, tuple) else method(**arguments)
        if inspect.isasyncgen(result):
            assert [row async for row in result]
        else:
            await result


QUERY_SET = {
    "abatch_write": ([Thread(forum="f", subject="w")], ["f~q"]),
    "abatches": (),
    "abulk_create": ([Thread(forum="f", subject="b")],),
    "acontains": (Thread(forum="f", subject="a"),),
    "acount": (),
    "acreate": {"forum": "f", "subject": "n"},
    "aearliest": ("subject",),
    "aexists": (),
    "aexplain": (),
    "afirst": (),
    "aget": ("f", "a"),
    "aget_batch": (["f~a"],),
    "aget_or_create": {"forum": "f", "subject": "o"},
    "ain_bulk": (["f~a"],),
    "aiterator": (),
    "alast": (),
    "alatest": ("subject",),
    "apage": (2,),
    "aupdate": {"views": 4},
    "aupdate_or_create": {"forum": "f", "subject": "o", "defaults": {"views": 2}},
    "adelete": (),
}
"""Method → arguments."""


def test_query_set(threadless):
    """Each method of a query set."""
    names = of(models.QuerySet) - REFUSING - {"aapproximate_count"}
    asyncio.run(called(lambda: Thread.objects.filter(forum="f"), QUERY_SET, names))
    assert asyncio.run(Thread.objects.aapproximate_count()) >= 0


def test_iteration(threadless):
    """A loop over a query set itself."""

    async def story():
        return [thread.subject async for thread in Thread.objects.filter(forum="f")]

    assert asyncio.run(story()) == ["a", "b", "c"]


def test_manager(threadless):
    """A manager has no others than its query set, and each of them; one it has by itself, too."""
    assert of(models.Manager) == {"aget"}
    assert all(callable(getattr(Thread.objects, name)) for name in of(models.QuerySet) - {"adelete"})
    assert asyncio.run(Thread.objects.aget("f", "a")).subject == "a"


def test_object(threadless):
    """Each method of an object."""
    calls = {"asave": (), "arefresh_from_db": (), "adelete": ()}
    asyncio.run(called(Thread(forum="f", subject="new"), calls, of(models.Model)))


def test_related_manager(threadless, django_user_model):
    """A related manager's own methods that write one object; the others begin an SQL transaction."""
    user = django_user_model(pk=7)

    async def story():
        made = await user.notes.acreate(text="x")
        found, created = await user.notes.aupdate_or_create(pk=made.pk, defaults={"text": "y"})
        return found.text, created, (await user.notes.aget_or_create(pk=made.pk))[1], await user.notes.acount()

    assert asyncio.run(story()) == ("y", False, False, 1)
    own = of(type(user.notes)) - of(models.Manager)
    assert own == {"aadd", "aclear", "acreate", "aget_or_create", "aremove", "aset", "aupdate_or_create"} - {
        name for name in ("aclear", "aremove") if not hasattr(user.notes, name)
    }
    assert Note.objects.scan().count() == 1


def test_transaction(threadless):
    """Each function and method of transactions."""
    assert of(WriteTransaction) == {"__aenter__", "__aexit__", "acreate", "adelete", "asave"}
    assert {name for name in dir(transaction) if inspect.iscoroutinefunction(getattr(transaction, name))} == {
        "aread",
        "arun",
    }

    async def story():
        thread = await Thread.objects.aget("f", "a")
        thread.views = 9
        async with transaction.write() as tx:
            await tx.asave(thread)
            await tx.acreate(Thread(forum="f", subject="d"))
            await tx.adelete(await Thread.objects.aget("f", "b"))
        await transaction.arun(lambda tx: tx.save(Thread(forum=Thread.objects.get("f", "a").forum, subject="e")))
        read = await transaction.aread(Thread.objects.filter(forum="f", subject=name) for name in "abde")
        return [thread and thread.views for thread in read]

    assert asyncio.run(story()) == [9, None, 0, 0]


def test_returning(threadless):
    """Updates and deletes that return objects."""
    calls = {"aupdate": {"views": 3}, "adelete": ()}
    asyncio.run(called(lambda: Thread.objects.filter(forum="f").returning("old"), calls, of(Returning)))


def test_statement(threadless, monkeypatch):
    """The objects of a statement."""
    rows = Thread.objects.partiql("SELECT * FROM Thread WHERE forum = ?", ["f"])
    monkeypatch.setattr(rows, "iterator", lambda: iter([Thread()]))  # moto cannot; the calls are those of any read
    asyncio.run(called(rows, {"__aiter__": (), "aiterator": ()}, of(StatementRows)))


def test_session(threadless):
    """Each method of a session."""
    lifecycle.ensure(session_table())
    session = SessionStore()
    made = {"acreate": (), "aset": ("a", 1), "asave": (), "aload": (), "aexists": ("x",), "acycle_key": ()}
    read = {"aget": ("a",), "apop": ("a",), "asetdefault": ("a", 1), "aupdate": ({"a": 2},), "ahas_key": ("a",)}
    kept = {"akeys": (), "avalues": (), "aitems": (), "aset_expiry": (9,), "aget_expiry_age": ()}
    rest = {"aget_expiry_date": (), "aget_expire_at_browser_close": (), "aset_test_cookie": ()}
    ends = {"atest_cookie_worked": (), "adelete_test_cookie": (), "aclear_expired": (), "adelete": (), "aflush": ()}
    inner = {"_aget_new_session_key": (), "_aget_or_create_session_key": (), "_aget_session": ()}
    asyncio.run(called(session, made | read | kept | rest | inner | ends, of(SessionStore)))


def test_cache(threadless, settings):
    """Each method of a cache."""
    settings.CACHES = {"default": {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}}
    one = {"aset": ("k", 1), "aget": ("k",), "ahas_key": ("k",), "aadd": ("k", 1), "atouch": ("k",), "aincr": ("k",)}
    two = {"adecr": ("k",), "aincr_version": ("k",), "adecr_version": {"key": "k", "version": 2}, "adelete": ("k",)}
    all_ = {"aget_or_set": ("k", 1), "aget_many": (["k"],), "aset_many": ({"k": 1},), "adelete_many": (["k"],)}
    rest = {"aclear": (), "aclose": (), "_run": (len, "k")}
    lifecycle.ensure(caches["default"].table)
    asyncio.run(called(caches["default"], one | two | all_ | rest, of(DynamoDBCache)))
