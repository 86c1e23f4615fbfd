"""Holds that blocks around calls mean the same in tasks: receipts, listeners, faults, pauses, locks and variables."""

import asyncio
import contextvars

import pytest
from django.utils import timezone, translation

from django_dynamodb import transaction
from django_dynamodb.capacity import capacity
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import ConnectionFailedError, TestSafetyError, ThrottledError
from django_dynamodb.listening import listening
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import conflict, throttled, unavailable, unprocessed
from tests.testapp.models import Thread

NAME = contextvars.ContextVar("NAME", default="nobody")


def threads(number):
    """New threads of one forum."""
    return [Thread(forum="f", subject=str(subject)) for subject in range(number)]


async def counted(name, calls):
    """Makes some calls in a block of its own."""
    async with capacity() as used:
        for _ in range(calls):
            await Thread.objects.filter(forum=name).aexists()
            await asyncio.sleep(0)
    return used


def test_capacity(dynamodb):
    """Each task counts its own calls, and a block around them all."""

    async def story():
        async with capacity() as all_used:
            used = await asyncio.gather(*(counted(str(calls), calls) for calls in range(1, 6)))
        return all_used.calls, [one.calls for one in used]

    assert asyncio.run(story()) == (15, [1, 2, 3, 4, 5])


def test_listening(dynamodb):
    """A listener hears of its own task."""
    heard, others = [], []

    async def listen(told, calls):
        with listening(told.append):
            for _ in range(calls):
                await Thread.objects.acreate(forum="f", subject=f"{calls}{_}")

    async def story():
        await asyncio.gather(listen(heard, 2), listen(others, 3))

    asyncio.run(story())
    assert [len(heard), len(others)] == [2, 3]


def test_assertions(dynamodb):
    """An assertion on calls counts those of coroutines."""

    async def story():
        await Thread.objects.abulk_create(threads(3))
        return [thread async for thread in Thread.objects.query("f")]

    with assertDynamoDB(batch_writes=1, queries=1):
        assert len(asyncio.run(story())) == 3


def test_throttled(dynamodb):
    """A refusal is raised where it is awaited."""

    async def story():
        with throttled(operation="PutItem") as fault, pytest.raises(ThrottledError):
            await threads(1)[0].asave()
        await threads(1)[0].asave()
        return fault.happened

    assert asyncio.run(story()) == 1


def test_unavailable_after_the_write(dynamodb):
    """A reply that was lost says so."""

    async def story():
        with unavailable(operation="PutItem", after_write=True), pytest.raises(ConnectionFailedError):
            await threads(1)[0].asave()
        return len(await Thread.objects.aget_batch(["f~0"]))

    assert asyncio.run(story()) == 1


def test_unprocessed_and_conflicts_are_tried_again(dynamodb):
    """What the package sends again by itself, it does for coroutines."""

    async def story():
        with unprocessed(3) as left:
            await Thread.objects.abulk_create(threads(30))
        with conflict(2, operation="TransactWriteItems") as held:
            async with transaction.write() as tx:
                await tx.acreate(Thread(forum="f", subject="new"))
        return left.happened, held.happened, len([thread async for thread in Thread.objects.query("f")])

    assert asyncio.run(story()) == (3, 2, 31)


def test_pausing(dynamodb):
    """A pause is asked as often as by synchronous code, and the default one lets the loop go on."""
    attempts, turns = [], []

    async def turn():
        while True:
            turns.append(1)
            await asyncio.sleep(0.001)

    async def story():
        turning = asyncio.create_task(turn())
        with unprocessed(2), connections.pausing(lambda attempt: attempts.append(attempt) or True):
            await Thread.objects.abulk_create(threads(3))
        with unprocessed(4), connections.pausing(connections._pauses[0]):
            await Thread.objects.abulk_create(threads(9))
        turning.cancel()

    asyncio.run(story())
    assert attempts == [1, 1]  # after progress they begin anew
    assert len(turns) > 3


def test_locks():
    """A test that may not use DynamoDB may not from a coroutine either."""
    with pytest.raises(TestSafetyError, match="this test may not use DynamoDB"):
        asyncio.run(Thread.objects.aget("a", "b"))


def test_variables_of_the_context(dynamodb):
    """What a layer sets is seen by the task, and the other way round; so are language and time zone."""
    seen = []

    def layer(connection, send):
        def noted(operation, body, /):
            seen.append((NAME.get(), translation.get_language(), timezone.get_current_timezone_name()))
            NAME.set(NAME.get().upper())
            return send(operation, body)

        return noted

    async def ask(name):
        NAME.set(name)
        with translation.override(name), timezone.override("Europe/Paris"):
            await Thread.objects.filter(forum="f").aexists()
        return NAME.get()

    async def story():
        return await asyncio.gather(ask("de"), ask("fr"))

    connections.add_layer(layer)
    try:
        assert asyncio.run(story()) == ["DE", "FR"]
    finally:
        connections.remove_layer(layer)
    assert sorted(seen) == [("de", "de", "Europe/Paris"), ("fr", "fr", "Europe/Paris")]
