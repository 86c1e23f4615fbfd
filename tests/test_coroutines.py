"""Tests how synchronous code waits as a coroutine does."""

import asyncio
import gc
import subprocess
import sys
import threading
import time
import weakref
from contextvars import ContextVar

import pytest

from django_dynamodb import coroutines
from django_dynamodb.coroutines import active, aside, iterate, rest, run, wait

NAME = ContextVar("NAME", default="nobody")


async def later(value):
    """Gives a value after the loop has turned."""
    await asyncio.sleep(0)
    return value


async def failing(error):
    """Raises after the loop has turned."""
    await asyncio.sleep(0)
    raise error


def doubled(number):
    """Synchronous code that waits twice."""
    return wait(later(number)) + wait(later(number))


def test_result():
    """Synchronous code gets what it waited for, and its result comes back; arguments go in."""
    assert asyncio.run(run(doubled, number=4)) == 8


def test_nothing_to_wait_for():
    """Code that waits for nothing runs at once, without an event loop."""
    with pytest.raises(StopIteration) as ended:
        run(sum, [1, 2]).send(None)
    assert ended.value.value == 3


def test_same_thread():
    """Everything happens in the thread of the event loop."""

    def threads():
        before = threading.get_ident()
        wait(later(None))
        return {before, threading.get_ident()}

    assert asyncio.run(run(threads)) == {threading.get_ident()}


def test_active():
    """Only code below ``run`` may wait; a coroutine it waits for is outside again."""

    async def outside():
        return active()

    async def main():
        return active(), await run(lambda: (active(), wait(outside()), active())), active()

    assert not active()
    assert asyncio.run(main()) == (False, (True, False, True), False)
    assert not active()


def test_wait_outside():
    """Without a coroutine above, waiting is refused, and what was given is not left unawaited."""
    with pytest.raises(RuntimeError, match=r"call it through coroutines\.run"):
        wait(later(1))
    asyncio.run(run(active))
    with pytest.raises(RuntimeError, match=r"call it through coroutines\.run"):
        wait(later(1))


def test_wait_for_a_future_outside():
    """What is no coroutine is refused as well."""

    async def main():
        with pytest.raises(RuntimeError, match="no coroutine to wait"):
            wait(asyncio.get_running_loop().create_future())

    asyncio.run(main())


def test_error_of_the_awaitable():
    """An exception of what is waited for is raised where it is waited for, and may be caught there."""

    def careful():
        try:
            wait(failing(KeyError("a")))
        except KeyError as error:
            return wait(later(error.args[0]))

    assert asyncio.run(run(careful)) == "a"


def test_error_of_the_function():
    """An exception of the function comes out of ``run``, with the function in its traceback."""

    def wrong():
        wait(failing(KeyError("a")))

    with pytest.raises(KeyError) as caught:
        asyncio.run(run(wrong))
    assert "wrong" in [entry.name for entry in caught.traceback]


def test_error_before_waiting():
    """So does one that comes before anything was waited for."""
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run(lambda: 1 / 0))


def test_what_is_no_awaitable():
    """Waiting for something else raises where it was written."""

    def wrong():
        with pytest.raises(TypeError, match="await"):
            wait(5)
        return "went on"

    assert asyncio.run(run(wrong)) == "went on"


def test_cancellation():
    """A cancelled task cancels the code where it waits, which cleans up and may wait for that."""
    seen = []

    def patient():
        try:
            wait(asyncio.sleep(60))
        except asyncio.CancelledError:
            seen.append(wait(later("cleaned up")))
            raise

    async def main():
        task = asyncio.create_task(run(patient))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert seen == ["cleaned up"]


def test_timeout():
    """``asyncio.timeout`` works on code that waits."""

    async def main():
        async with asyncio.timeout(0.01):
            await run(lambda: wait(asyncio.sleep(60)))

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_abandoned():
    """A coroutine that is closed while its code waits lets the code clean up."""
    seen = []

    def patient():
        try:
            wait(asyncio.sleep(60))
        finally:
            seen.append("cleaned up")

    async def main():
        coroutine = run(patient)
        coroutine.send(None)
        coroutine.close()

    asyncio.run(main())
    assert seen == ["cleaned up"]


def test_context_is_shared():
    """The code sees the task's context variables, and what either sets the other sees."""

    async def coroutine():
        before = NAME.get()
        NAME.set("coroutine")
        return before

    def code():
        before = NAME.get()
        NAME.set("code")
        return before, wait(coroutine()), NAME.get()

    async def main():
        NAME.set("task")
        return await run(code), NAME.get()

    assert asyncio.run(main()) == (("task", "code", "coroutine"), "coroutine")
    assert NAME.get() == "nobody"


def test_tasks_keep_their_contexts():
    """Tasks that wait by turns keep context variables of their own, and their results."""

    def code(name):
        token = NAME.set(name)
        seen = {(wait(asyncio.sleep(0)), NAME.get())[1] for _ in range(5)}
        NAME.reset(token)
        return seen, NAME.get()

    async def main():
        return await asyncio.gather(*(run(code, number) for number in range(100)))

    assert asyncio.run(main()) == [({number}, "nobody") for number in range(100)]


def test_tasks_take_turns():
    """While one waits, others go on."""
    order = []

    def code(name):
        order.append(name)
        wait(asyncio.sleep(0))
        order.append(name)

    async def main():
        await asyncio.gather(run(code, "a"), run(code, "b"))

    asyncio.run(main())
    assert order == ["a", "b", "a", "b"]


def test_nested():
    """Code may wait for a coroutine that itself runs code."""

    def outer():
        return wait(run(doubled, 2)) + wait(run(lambda: wait(run(doubled, 3))))

    assert asyncio.run(run(outer)) == 10


def test_resumed_by_another():
    """A coroutine begun inside of ``run`` and resumed by the loop, as eager tasks are, mixes nobody up."""

    async def main():
        gate = asyncio.get_running_loop().create_future()
        inner = run(lambda: wait(gate) + 1)

        def begin():
            inner.send(None)
            return wait(later("begun"))

        begun = await run(begin)
        gate.set_result(1)
        with pytest.raises(StopIteration) as ended:
            inner.send(None)
        return begun, ended.value.value

    assert asyncio.run(main()) == ("begun", 2)


def test_threads():
    """Each thread has event loops and code of its own."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(asyncio.run(run(doubled, 1)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 8


def test_stacks_are_used_again():
    """The stack of a function that has ended serves the next one; tasks at once have one each, and not all are kept."""

    async def main(number):
        return await asyncio.gather(*(run(doubled, 1) for _ in range(number)))

    def stacks():
        return set(map(id, coroutines._STACKS.idle))

    asyncio.run(main(3))
    before = stacks()
    asyncio.run(main(len(before)))
    assert stacks() == before
    asyncio.run(main(coroutines.IDLE_STACKS + 10))
    assert len(stacks()) == coroutines.IDLE_STACKS


def test_errors_are_not_kept():
    """Neither is an exception that came out of it, nor what its traceback holds."""

    class Error(Exception):
        pass

    def failing():
        error = Error()
        kept.append(weakref.ref(error))
        raise error

    kept = []
    with pytest.raises(Error):
        asyncio.run(run(failing))
    gc.collect()
    assert kept[0]() is None


def test_forgotten():
    """A coroutine that cleans up for ever is given up with its stack, which ends where it waits."""
    seen = []

    def stubborn():
        try:
            wait(later(1))
        finally:
            try:
                wait(later(2))
            finally:
                seen.append("ended")

    coroutine = run(stubborn)
    coroutine.send(None)
    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        coroutine.close()
    del coroutine
    gc.collect()
    assert seen == ["ended"]


def test_nothing_is_kept():
    """What ran is not kept alive."""

    class Code:
        def __call__(self):
            return wait(later(1))

    code = Code()
    kept = weakref.ref(code)
    asyncio.run(run(code))
    del code
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 100])
def test_iterate(chunk):
    """A generator that waits is gone through, suspended between the chunks, in its order."""

    def numbers():
        for number in range(7):
            yield wait(later(number))

    async def main():
        return [number async for number in iterate(numbers(), chunk)]

    assert asyncio.run(main()) == [0, 1, 2, 3, 4, 5, 6]


def test_iterate_what_waits_in_iter():
    """An iterable may wait already when it begins, and need not be a generator."""

    class Rows:
        def __iter__(self):
            return iter(wait(later([1, 2])))

    async def main():
        return [number async for number in iterate(Rows())]

    assert asyncio.run(main()) == [1, 2]


def test_iterate_no_further():
    """Whoever stops early closes the generator, which may wait to clean up; not more is read than the chunk."""
    seen = []

    def numbers():
        try:
            for number in range(10):
                seen.append(number)
                yield number
        finally:
            seen.append(wait(later("closed")))

    async def main():
        rows = iterate(numbers(), 3)
        async for _ in rows:
            break
        await rows.aclose()

    asyncio.run(main())
    assert seen == [0, 1, 2, "closed"]


def test_iterate_error():
    """An exception of the generator comes out of the loop, after what came before."""

    def numbers():
        yield 1
        wait(failing(KeyError("a")))

    async def main():
        rows = iterate(numbers())
        assert await anext(rows) == 1
        with pytest.raises(KeyError):
            await anext(rows)

    asyncio.run(main())


def test_greenlet_is_imported_on_first_use():
    """Nothing loads greenlet before the first ``run``; asking whether it is active does not either."""
    code = """
import sys, asyncio
from django_dynamodb import coroutines
assert not coroutines.active() and "greenlet" not in sys.modules
asyncio.run(coroutines.run(print))
assert "greenlet" in sys.modules and not coroutines.active()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_loaded_once():
    """The first ``run`` is not the only one that works."""
    assert asyncio.run(run(doubled, 1)) == asyncio.run(run(doubled, 1)) == 2
    assert coroutines._current is not None


def test_rest():
    """Whoever rests lets others go on: four rests of one loop take as long as one; elsewhere it is a plain pause."""

    async def story():
        await asyncio.gather(*(run(rest, 0.05) for _ in range(40)))

    start = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - start < 1.5
    start = time.monotonic()
    rest(0.01)
    assert time.monotonic() - start >= 0.01


def test_aside():
    """What blocks is called in a thread for a coroutine, with its variables, and here otherwise; errors come back."""

    def where():
        return threading.get_ident() == here, NAME.get(), active()

    async def story():
        NAME.set("task")
        return await run(aside, where)

    here = threading.get_ident()
    assert asyncio.run(story()) == (False, "task", False)
    assert aside(where) == (True, "nobody", False)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run(aside, divmod, 1, 0))
