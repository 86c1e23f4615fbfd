"""Holds where asynchronous methods of models run: on the event loop, but for a project's code that might block."""

import asyncio
import threading
import time

import pytest
from asgiref.sync import SyncToAsync, async_to_sync
from django.core.exceptions import SynchronousOnlyOperation
from django.db.models import signals

from django_dynamodb import models, transaction
from django_dynamodb.models.asynchrony import reading_may_block, writing_may_block
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.testapp.models import Everything, Note, Thread, Ticket


@pytest.fixture
def hops(monkeypatch):
    """The functions that were called in a thread."""
    called, call = [], SyncToAsync.__call__

    async def noted(self, *args, **kwargs):
        called.append(self.func)
        return await call(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", noted)
    return called


@pytest.fixture
def receiver():
    """Connects receivers for as long as the test lasts."""
    connected = []

    def connect(signal, function, sender):
        signal.connect(function, sender=sender)
        connected.append((signal, function, sender))

    yield connect
    for signal, function, sender in connected:
        signal.disconnect(function, sender=sender)


@pytest.mark.parametrize("name", ["__init__", "from_db", "from_item", "refresh_from_db"])
def test_hooks_of_reading(declare, name):
    """A model that redefines what reading calls is read, and written, in a thread."""
    redefined = declare(**{name: classmethod(print) if name.startswith("from_") else lambda self, *args: None})
    assert (reading_may_block(redefined), writing_may_block(redefined)) == (True, True)


@pytest.mark.parametrize("name", ["delete", "save", "save_base", "to_item"])
def test_hooks_of_writing(declare, name):
    """A model that redefines what writing calls is written in a thread, and read on the loop."""
    redefined = declare(**{name: lambda self, *args: None})
    assert (reading_may_block(redefined), writing_may_block(redefined)) == (False, True)


def test_files():
    """Saving a file field may send the file somewhere."""
    assert (reading_may_block(Everything), writing_may_block(Everything)) == (False, True)
    assert (reading_may_block(Thread), writing_may_block(Thread)) == (False, False)


@pytest.mark.parametrize("signal", [signals.pre_init, signals.post_init])
def test_receivers_of_construction(receiver, signal):
    """A model whose construction somebody listens to is read in a thread."""
    receiver(signal, lambda **sent: None, Ticket)
    assert reading_may_block(Ticket)
    assert not reading_may_block(Thread)


def test_redefined_save_runs_in_a_thread(dynamodb, declare, hops):
    """What a project does in its ``save`` may block; all of a call runs in one thread."""
    threads = []

    def save(self, *args, **kwargs):
        threads.append(threading.get_ident())
        models.Model.save(self, *args, **kwargs)

    redefined = declare.stored(save=save)

    async def story():
        await redefined(code="a").asave()
        await redefined.objects.acreate(code="b")
        return [thing.code async for thing in redefined.objects.scan()]

    assert sorted(asyncio.run(story())) == ["a", "b"]
    assert threading.get_ident() not in threads
    assert (len(threads), len(hops)) == (2, 2)


def test_redefined_constructor_is_called_in_a_thread(dynamodb, declare):
    """So are rows built that go through a constructor of the project's, chunk by chunk."""
    threads = set()

    def construct(self, *args, **kwargs):
        threads.add(threading.get_ident())
        models.Model.__init__(self, *args, **kwargs)

    redefined = declare.stored(__init__=construct)
    redefined.objects.bulk_create(redefined(code=str(number)) for number in range(5))
    threads.clear()

    async def story():
        stream = [thing async for thing in redefined.objects.scan().aiterator(chunk_size=2)]
        return len(stream), len([thing async for thing in redefined.objects.scan()])

    assert asyncio.run(story()) == (5, 5)
    assert threads
    assert threading.get_ident() not in threads


def test_redefined_query_set(dynamodb, hops):
    """A method that a project's query set redefines may block, and runs in a thread."""

    class Own(models.QuerySet):
        def exists(self):
            return "own"

        def create(self, **kwargs):
            return super().create(**kwargs, views=7)

    assert asyncio.run(Own(Thread).aexists()) == "own"
    assert asyncio.run(Own(Thread).aget_or_create(forum="a", subject="b"))[0].views == 7
    assert [function.__name__ for function in hops] == ["exists", "get_or_create"]


@pytest.mark.django_db
def test_receivers_may_use_sql(dynamodb, receiver, django_user_model, hops):
    """Receivers alone are called in the thread of SQL; the write itself is made on the loop."""
    counted, threads = [], []
    for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
        receiver(signal, lambda **sent: counted.append(django_user_model.objects.count()), Thread)
    receiver(signals.pre_save, lambda **sent: threads.append(threading.get_ident()), Thread)

    async def story():
        loop_thread = threading.get_ident()
        thread = await Thread.objects.acreate(forum="a", subject="b")
        await thread.adelete()
        return loop_thread

    loop_thread = async_to_sync(story)()
    assert counted == [0] * 4
    assert threads
    assert loop_thread not in threads
    assert len(hops) == 4


@pytest.mark.django_db
def test_receivers_of_a_transaction(dynamodb, receiver, django_user_model):
    """Those of a transaction's objects may use SQL too, before and after it is sent."""
    counted = []
    for signal in (signals.pre_save, signals.post_save):
        receiver(signal, lambda **sent: counted.append(django_user_model.objects.count()), Thread)

    async def story():
        async with transaction.write() as tx:
            await tx.asave(Thread(forum="a", subject="b"))
        await transaction.arun(lambda tx: tx.save(Thread(forum="a", subject="c")))

    async_to_sync(story)()
    assert counted == [0] * 4


def test_receiver_that_is_a_coroutine(dynamodb, receiver):
    """It is awaited on the loop of the task, before the write goes on."""
    heard = []

    async def hear(instance, **sent):
        await asyncio.sleep(0)
        heard.append(instance.subject)

    receiver(signals.pre_save, hear, Thread)
    asyncio.run(Thread(forum="a", subject="b").asave())
    assert heard == ["b"]


def test_error_of_a_receiver(dynamodb, receiver):
    """What a receiver raises goes to the caller, and nothing is written."""

    def refuse(**sent):
        raise ZeroDivisionError

    receiver(signals.pre_save, refuse, Thread)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Thread(forum="a", subject="b").asave())
    assert not Thread.objects.scan().exists()


@pytest.mark.django_db
def test_prefetch(dynamodb, django_user_model, hops):
    """Related rows are read in the thread of SQL, once for a query set, and the rows on the loop."""
    owner = django_user_model.objects.create(username="ann")
    Note.objects.bulk_create(Note(owner=owner, text=text) for text in "xyz")
    notes = Note.objects.scan().prefetch_related("owner")

    async def story():
        return [note.owner.username async for note in notes]

    assert async_to_sync(story)() == ["ann"] * 3
    assert len(hops) == 1


@pytest.mark.django_db
def test_sql_on_the_loop_is_loud(dynamodb, django_user_model):
    """SQL in the work of a transaction is refused by Django, not run on the loop."""
    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(transaction.arun(lambda tx: django_user_model.objects.count()))


def test_a_parallel_scan_lets_the_loop_go_on(dynamodb):
    """Its threads read, and the loop turns meanwhile; a break ends them."""
    Thread.objects.bulk_create(Thread(forum=str(number), subject="s") for number in range(20))
    turns, others = [], threading.active_count()

    async def turn():
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    async def story():
        turning = asyncio.create_task(turn())
        scan = Thread.objects.scan(page_size=2).parallel(4)
        found = {thread.forum async for thread in scan.aiterator()}, await scan.acount(), [t async for t in scan]
        async for _thread in scan.aiterator():
            break
        turning.cancel()
        return found

    forums, count, threads = asyncio.run(story())
    assert (len(forums), count, len(threads)) == (20, 20, 20)
    assert len(turns) > 10
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scan-")]
    assert threading.active_count() <= others + 8


def test_a_rate_lets_the_loop_go_on(dynamodb):
    """A read at a rate waits without holding anybody up."""
    Thread.objects.bulk_create(Thread(forum="f", subject=str(number)) for number in range(4))
    turns = []

    async def story():
        slow = asyncio.create_task(Thread.objects.scan(page_size=1).rate(read_units=4).acount())
        while not slow.done():
            turns.append(time.monotonic())
            await asyncio.sleep(0.01)
        return slow.result()

    assert asyncio.run(story()) == 4
    assert len(turns) > 5


def test_streaming_stops_early(dynamodb):
    """Leaving an asynchronous loop reads no further pages than were needed."""
    Thread.objects.bulk_create(Thread(forum="f", subject=f"{number:03}") for number in range(120))

    async def story():
        async for thread in Thread.objects.query("f", page_size=50).aiterator():
            return thread.subject
        return None

    with assertDynamoDB(queries=2):
        assert asyncio.run(story()) == "000"


def test_chunk_size(dynamodb):
    """As in Django, it is above 0."""

    async def story():
        return [thread async for thread in Thread.objects.scan().aiterator(chunk_size=0)]

    with pytest.raises(ValueError, match="strictly positive"):
        asyncio.run(story())


def test_reading_transaction_of_a_redefined_model(dynamodb, declare, hops):
    """Objects of a reading transaction are built in a thread, where one of their models redefines how."""
    redefined = declare.stored(from_item=classmethod(lambda cls, item: cls(code=item["code"]["S"])))
    redefined.objects.create(code="a")
    found = asyncio.run(transaction.aread([redefined.objects.filter(code="a")]))
    assert [thing.code for thing in found] == ["a"]
    assert len(hops) == 1


def test_what_a_transaction_refuses():
    """What is no object of a DynamoDB model is refused by the twins too."""

    async def story():
        async with transaction.write() as tx:
            await tx.asave(object())

    with pytest.raises(TypeError, match="saves and deletes objects of DynamoDB models"):
        asyncio.run(story())


def test_a_manager_with_a_twin_of_its_own():
    """A project's asynchronous method stays as it is."""

    class Own(models.Manager):
        async def acreate(self, **kwargs):
            return "own"

    assert asyncio.run(Own().acreate()) == "own"
