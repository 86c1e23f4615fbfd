"""Holds run() to reads that are done again, read() to one moment and the order asked for, and the async twins."""

import os
from dataclasses import replace

import pytest
from asgiref.sync import async_to_sync
from botocore.exceptions import ConnectionClosedError
from django.db.models import F, signals
from django.test.utils import isolate_apps

from django_dynamodb import transaction
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import (
    DuplicateKeyError,
    InvalidValueError,
    OverwriteError,
    ServiceError,
    ServiceUnavailableError,
    TransactionCanceledError,
    UnsupportedError,
)
from django_dynamodb.wire.lean import LeanWire
from tests.cancelling import cancelled, raising
from tests.recording import sent
from tests.testapp.models import Thread, Ticket

__all__ = ["sent"]

on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")


def thread(subject, **values):
    """A stored thread."""
    return Thread.objects.create(forum="AWS", subject=subject, **values)


def one(subject, **lookups):
    """The query set of one thread."""
    return Thread.objects.filter(forum="AWS", subject=subject, **lookups)


@pytest.fixture
def pauses(dynamodb, monkeypatch):
    """The attempts that were paused before; three are granted."""
    made = []

    def pause(attempt):
        made.append(attempt)
        return attempt <= 3

    open_table = type(Thread._meta).open_table
    monkeypatch.setattr(type(Thread._meta), "open_table", lambda meta: replace(open_table(meta), pause=pause))
    return made


# -- write --------------------------------------------------------------------------------------------------------


def test_write_is_public():
    """What a project uses is named, and nothing else."""
    assert transaction.__all__ == ["WriteTransaction", "aread", "arun", "read", "run", "write"]
    assert isinstance(transaction.write(), transaction.WriteTransaction)


def test_conflicts_are_waited_for(sent, pauses):
    """A transaction that met another is sent again, as it was, with the same token."""
    answers = [cancelled("TransactionConflict"), cancelled("ThrottlingError")]
    sent.instead("TransactWriteItems", lambda _payload, send: raising(answers.pop()) if answers else send())
    with transaction.write() as tx:
        tx.create(Thread(forum="AWS", subject="a"))
    assert pauses == [1, 2]
    assert sent.payloads[0] == sent.payloads[1] == sent.payloads[2]
    assert one("a").exists()


def test_a_reply_that_is_lost(dynamodb, monkeypatch):
    """A request that the wire repeats has the same token, so what was written is not written again."""
    thread("a", views=1)
    tokens = []
    attempt = LeanWire._attempt

    def lose(wire, route, operation, body, *which):
        reply = attempt(wire, route, operation, body, *which)
        if operation == "TransactWriteItems":
            tokens.append(body)
            if len(tokens) == 1:
                raise ConnectionClosedError(endpoint_url=route.url)
        return reply

    monkeypatch.setattr(LeanWire, "_attempt", lose)
    with transaction.write() as tx:
        tx.update(one("a"), views=F("views") + 1)
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]
    assert one("a").get().views == (3 if on_moto else 2)  # moto ignores the token


def test_asking_again_with_the_same_token(sent):
    """After an unknown outcome the same block with the same token is safe."""
    lost = [ServiceUnavailableError("gone", code="ServiceUnavailable")]
    sent.instead("TransactWriteItems", lambda _payload, send: (send(), raising(lost.pop())) if lost else b"{}")
    new = Thread(forum="AWS", subject="a")
    with pytest.raises(ServiceUnavailableError), transaction.write() as tx:
        tx.create(new)
    with transaction.write(tx.token) as again:
        again.create(new)
    assert sent.payloads[0] == sent.payloads[1]
    assert not new._state.adding


# -- run ----------------------------------------------------------------------------------------------------------


def test_run(sent):
    """run() does the work once when nobody is in the way, and gives back what it returned."""

    def work(tx):
        tx.create(Thread(forum="AWS", subject="a"))
        return "done"

    assert transaction.run(work) == "done"
    assert sent.operations == ["TransactWriteItems"]


def test_run_reads_again(pauses):
    """Work is done again, reads and all, when somebody wrote in between; what it returns is of the last time."""
    thread("a", views=1)
    rivals = [10, 20]

    def work(tx):
        row = one("a").consistent().get()
        if rivals:
            one("a").update(views=rivals.pop(0))
        row.views += 1
        tx.save(row, raise_on_conflict=True)
        return row

    row = transaction.run(work)
    assert (row.views, one("a").get().views) == (21, 21)
    assert pauses == [1, 2]


def test_run_takes_a_free_number(pauses):
    """A number that was taken is replaced by the next."""
    Ticket(id=1).save()
    ticket = Ticket()
    transaction.run(lambda tx: tx.create(ticket))
    assert ticket.pk == 2


def test_run_gives_up(pauses):
    """When no pause is granted any more, the last error is raised."""
    thread("a")
    calls = []

    def work(tx):
        calls.append(tx.token)
        tx.create(Thread(forum="AWS", subject="a"))

    with pytest.raises(TransactionCanceledError, match="ConditionalCheckFailed"):
        transaction.run(work)
    assert pauses == [1, 2, 3, 4]
    assert len(set(calls)) == 4


def test_run_tries(pauses):
    """The number of tries may be given; the last is not paused after."""
    thread("a")
    with pytest.raises(TransactionCanceledError):
        transaction.run(lambda tx: tx.create(Thread(forum="AWS", subject="a")), tries=2)
    assert pauses == [1]


def test_run_does_not_multiply_the_retries(sent, pauses):
    """Conflicts are waited out by one transaction alone; when it gives up, so does run()."""
    sent.instead("TransactWriteItems", lambda _payload, _send: raising(cancelled("TransactionConflict")))
    with pytest.raises(TransactionCanceledError):
        transaction.run(lambda tx: tx.save(Thread(forum="AWS", subject="a")))
    assert pauses == [1, 2, 3, 4]


def test_run_after_a_conflict_and_a_condition(sent, pauses):
    """A condition that failed beside a conflict is reason to read again."""
    answers = [cancelled("ConditionalCheckFailed", "TransactionConflict")]
    sent.instead("TransactWriteItems", lambda _payload, send: raising(answers.pop()) if answers else send())

    def work(tx):
        for subject in "ab":
            tx.create(Thread(forum="AWS", subject=subject))

    transaction.run(work)
    assert pauses == [1]


@pytest.mark.parametrize(
    "error",
    [
        LookupError(),
        OverwriteError("mine"),
        cancelled("ValidationError"),
        cancelled("ConditionalCheckFailed", "ValidationError"),
        ServiceError("other", code="Other"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_run_passes_other_errors(sent, pauses, error):
    """What repeating cannot cure is raised at once."""
    sent.instead("TransactWriteItems", lambda _payload, _send: raising(error))
    with pytest.raises((type(error), TransactionCanceledError)):
        transaction.run(lambda tx: [tx.save(Thread(forum="AWS", subject=subject)) for subject in "ab"])
    assert pauses == []


def test_run_passes_errors_of_other_transactions(pauses):
    """A transaction within the work that is cancelled is not its own."""
    thread("a")
    calls = []

    def work(tx):
        calls.append(tx)
        with transaction.write() as inner:
            inner.create(Thread(forum="AWS", subject="a"))

    with pytest.raises(TransactionCanceledError):
        transaction.run(work)
    assert len(calls) == 1


def test_run_does_not_repeat_what_is_written(pauses):
    """A receiver whose own transaction is cancelled afterwards does not make the work be done twice."""
    thread("a", views=1)
    other = []

    def receiver(instance, **arguments):
        other.append(instance)
        with transaction.write() as tx:
            tx.check(one("absent"))

    def work(tx):
        tx.update(one("a"), views=F("views") + 1)
        tx.create(Ticket(id=5))

    signals.post_save.connect(receiver, sender=Ticket)
    try:
        with pytest.raises(TransactionCanceledError):
            transaction.run(work)
    finally:
        signals.post_save.disconnect(receiver, sender=Ticket)
    assert (len(other), one("a").get().views) == (1, 2)


# -- read ---------------------------------------------------------------------------------------------------------


def test_read(sent):
    """Objects of several models come in the order asked for; None stands for what is absent."""
    thread("a", views=1), thread("b", views=2)
    Ticket(id=7, title="x").save()
    sent.clear()
    second, none, ticket, first = transaction.read(
        [one("b"), one("c"), Ticket.objects.filter(pk=7), Thread.objects.filter(pk=("AWS", "a"))]
    )
    assert (first.views, second.views, none, ticket.title) == (1, 2, None, "x")
    assert sent.operations == ["TransactGetItems"]
    assert not first._state.adding
    first.views = 5
    first.save(raise_on_conflict=True)


def test_read_nothing(sent):
    """Nothing asked for: no call."""
    assert transaction.read([]) == []
    assert sent.calls == []


def test_read_any_iterable(dynamodb):
    """A generator will do."""
    assert transaction.read(one(subject) for subject in "ab") == [None, None]


def test_read_fields(sent):
    """only() and defer() are sent as a projection; untracked() keeps no snapshot."""
    thread("a", views=1, author="ada"), thread("b")
    part, untracked = transaction.read([one("a").only("views"), one("b").untracked()])
    assert "ProjectionExpression" in sent.payloads[-1]["TransactItems"][0]["Get"]
    assert part.get_deferred_fields() == {"author", "posted", "tags", "meta"}
    assert (part.views, part.author) == (1, "ada")
    assert untracked._state.item is None


def test_read_own_items(dynamodb):
    """A model that maps items by itself is read through its own method."""
    with isolate_apps("tests.testapp"):

        class Marked(Ticket):
            class Meta:
                app_label = "testapp"
                proxy = True

            @classmethod
            def from_item(cls, item):
                """Reads with a mark."""
                made = super().from_item(item)
                made.title += "!"
                return made

    Ticket(id=5, title="quiet").save()
    (row,) = transaction.read([Marked.objects.filter(pk=5)])
    assert row.title == "quiet!"


@pytest.mark.parametrize(
    ("queryset", "match"),
    [
        (lambda: one("a", views=1), "takes keys only"),
        (lambda: one("a").values("views"), "without values"),
        (lambda: one("a").prefetch_related("owner"), "without values.. or prefetch_related"),
        (lambda: one("a").rate(read_units=5), "one call, at no rate"),
        (lambda: Thread.objects.filter(forum="AWS"), "gives no key"),
        (lambda: Thread.objects.filter(pk__in=[("AWS", "a"), ("AWS", "b")]), "gives more than one"),
        (lambda: Ticket.objects.filter(pk=-1), "no key that an object can have"),
    ],
)
def test_read_refuses(sent, queryset, match):
    """What a reading transaction cannot do raises and names what to do instead."""
    with pytest.raises(UnsupportedError, match=match):
        transaction.read([queryset()])
    assert sent.calls == []


@pytest.mark.parametrize("wrong", [Thread(forum="AWS", subject="a"), Thread.objects, "AWS~a", None])
def test_read_no_query_set(sent, wrong):
    """read() says what to pass instead of an object."""
    with pytest.raises(TypeError, match=r"read\(\) take query sets .*objects\.filter\(pk=\.\.\.\)"):
        transaction.read([wrong])


def test_read_twice(sent):
    """An item is asked for once."""
    with pytest.raises(DuplicateKeyError, match="'AWS', 'a' is in this transaction already"):
        transaction.read([one("a"), one("a")])


def test_read_two_connections(dynamodb, settings, monkeypatch):
    """Items of two connections are read by no one transaction."""
    settings.DYNAMODB = {**settings.DYNAMODB, "other": settings.DYNAMODB["default"]}
    tables = [connections[alias].table(Thread._meta.table) for alias in ("default", "other")]
    monkeypatch.setattr(type(Thread._meta), "open_table", lambda _meta: tables.pop())
    with pytest.raises(UnsupportedError, match="different connections"):
        transaction.read([one("a"), one("b")])


def test_read_101(sent):
    """More than 100 are refused before the call."""
    with pytest.raises(InvalidValueError, match="1 to 100 actions, not 101"):
        transaction.read([one(str(number)) for number in range(101)])
    assert sent.calls == []


def test_read_waits_for_a_writer(sent, pauses):
    """A read that met a writing transaction is tried again, and gives up with reasons in the models' names."""
    held = cancelled(None, "TransactionConflict", operation="TransactGetItems")
    sent.instead("TransactGetItems", lambda _payload, _send: raising(held))
    with pytest.raises(TransactionCanceledError, match=r"2\. Get of testapp\.Thread 'AWS', 'b'") as caught:
        transaction.read([one("a"), one("b")])
    assert pauses == [1, 2, 3, 4]
    assert [reason.model for reason in caught.value.reasons] == ["testapp.Thread"] * 2


# -- the asynchronous twins ---------------------------------------------------------------------------------------


def run(story):
    """Runs an asynchronous function as a view is run."""
    return async_to_sync(story)()


def test_async_block(dynamodb):
    """``async with`` sends when the block ends; what may call the service has a twin."""
    ticket, new, gone = Ticket(title="x"), Thread(forum="AWS", subject="a"), thread("b")

    async def story():
        async with transaction.write() as tx:
            await tx.acreate(ticket)
            await tx.asave(new)
            await tx.adelete(gone)
            tx.check(one("c"))

    thread("c")
    run(story)
    assert (ticket.pk, new._state.adding, gone._state.adding) == (1, False, True)
    assert {row.subject for row in Thread.objects.filter(forum="AWS")} == {"a", "c"}


def test_async_block_that_raises(sent):
    """An error of the block goes through as it is, nothing is sent, and the objects are as before."""
    ticket, error = Ticket(id=3), LookupError()
    updated = ticket.updated

    async def story():
        async with transaction.write() as tx:
            await tx.asave(ticket)
            raise error

    with pytest.raises(LookupError) as caught:
        run(story)
    assert caught.value is error
    assert ticket.updated == updated
    assert sent.calls == []


def test_async_cancelled(dynamodb):
    """A cancelled transaction raises, and its objects are as before."""
    new = Thread(forum="AWS", subject="a")
    thread("a")

    async def story():
        async with transaction.write() as tx:
            await tx.acreate(new)

    with pytest.raises(TransactionCanceledError):
        run(story)
    assert new._state.adding


def test_aread_and_arun(dynamodb):
    """aread() and arun() do what their twins do."""
    thread("a", views=1)

    async def story():
        await transaction.arun(lambda tx: tx.update(one("a"), views=F("views") + 1), tries=3)
        return await transaction.aread([one("a"), one("b")])

    found, none = run(story)
    assert (found.views, none) == (2, None)
