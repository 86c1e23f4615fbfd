"""Sets up one piece of work for each way to read and write, and says what is stored before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django_dynamodb import transaction
from django_dynamodb.models import F
from tests.testapp.models import Thread, Ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One piece of work.

    Args:
        run: Does it; may be called again.
        wanted: Name of each item → its value when the work is done; None for an item that is then absent.
        state: Reads the same of what is stored, or of what was read.
    """

    run: Callable[[], Any]
    wanted: dict[str, Any]
    state: Callable[[], dict[str, Any]]


def stored(place: str) -> dict[str, Any]:
    """The threads of one place."""
    return {thread.subject: thread.views for thread in Thread.objects.query(place)}


def threads(place: str, number: int, **values: Any) -> list[Thread]:
    """New threads."""
    return [Thread(forum=place, subject=f"{n:03}", **values) for n in range(number)]


def writing(place: str, run: Callable[[], Any], wanted: dict[str, Any]) -> Work:
    """Work on threads."""
    return Work(run=run, wanted=wanted, state=lambda: stored(place))


def loaded(place: str) -> Thread:
    """A thread with 1 view, stored and loaded."""
    threads(place, 1, views=1)[0].save()
    return Thread.objects.get(place, "000")


def save_new(place: str) -> Work:
    """PutItem."""
    (thread,) = threads(place, 1, views=5)
    return writing(place, thread.save, {"000": 5})


def save_new_once(place: str) -> Work:
    """PutItem of an item that must not exist."""
    (thread,) = threads(place, 1, views=5)
    return writing(place, lambda: thread.save(raise_on_conflict=True), {"000": 5})


def save_loaded(place: str) -> Work:
    """UpdateItem of what changed."""
    thread = loaded(place)
    thread.views = 5
    return writing(place, thread.save, {"000": 5})


def save_loaded_unchanged(place: str) -> Work:
    """UpdateItem while the item is as it was loaded."""
    thread = loaded(place)
    thread.views = 5
    return writing(place, lambda: thread.save(raise_on_conflict=True), {"000": 5})


def update(place: str) -> Work:
    """UpdateItem without loading."""
    rows = Thread.objects.filter(pk=loaded(place).pk)
    return writing(place, lambda: rows.update(views=5), {"000": 5})


def update_by_one(place: str) -> Work:
    """UpdateItem that adds."""
    rows = Thread.objects.filter(pk=loaded(place).pk)
    return writing(place, lambda: rows.update(views=F("views") + 1), {"000": 2})


def delete(place: str) -> Work:
    """DeleteItem."""
    thread = Thread.objects.get(place, loaded(place).subject)
    return writing(place, lambda: Thread(forum=place, subject=thread.subject).delete(), {"000": None})


def batch_write(place: str) -> Work:
    """BatchWriteItem: 50 puts over 10 deletes, in 3 calls."""
    every = threads(place, 60, views=1)
    Thread.objects.bulk_create(every)
    puts = threads(place, 50, views=5)
    wanted = {thread.subject: 5 for thread in puts} | {thread.subject: None for thread in every[50:]}
    return writing(place, lambda: Thread.objects.batch_write(puts=puts, deletes=every[50:]), wanted)


def bulk_create(place: str) -> Work:
    """BatchWriteItem: 60 puts in 3 calls."""
    new = threads(place, 60, views=5)
    return writing(place, lambda: Thread.objects.bulk_create(new), {thread.subject: 5 for thread in new})


def transaction_write(place: str) -> Work:
    """TransactWriteItems: two new objects and a loaded one."""
    changed = loaded(place)
    changed.views = 5
    new = threads(place, 3, views=5)[1:]

    def run() -> None:
        with transaction.write() as tx:
            for thread in (*new, changed):
                tx.save(thread)

    return writing(place, run, dict.fromkeys(("000", "001", "002"), 5))


def insert_numbered(place: str) -> Work:
    """UpdateItem of the counter, then PutItem."""
    ticket = Ticket(title=place)

    def state() -> dict[str, Any]:
        count = len(list(Ticket.objects.scan(title=place)))
        return {"ticket": count} if count else {}

    return Work(run=ticket.save, wanted={"ticket": 1}, state=state)


def reading(place: str, number: int, read: Callable[[list[Thread]], list[Any]]) -> Work:
    """Work that reads threads; its state is what was read last."""
    every = threads(place, number, views=1)
    Thread.objects.bulk_create(every)
    found: dict[str, Any] = {}

    def run() -> None:
        found.update({thread.subject: thread.views for thread in read(every) if thread is not None})

    return Work(run=run, wanted={thread.subject: 1 for thread in every}, state=lambda: dict(found))


def get_batch(place: str) -> Work:
    """BatchGetItem: 150 keys in 2 calls."""
    return reading(place, 150, lambda every: Thread.objects.get_batch([thread.pk for thread in every]))


def transaction_read(place: str) -> Work:
    """TransactGetItems: 3 keys."""
    return reading(place, 3, lambda every: transaction.read(Thread.objects.filter(pk=thread.pk) for thread in every))


SCENARIOS: dict[str, Callable[[str], Work]] = {
    "`save()`, new": save_new,
    "`save(raise_on_conflict=True)`, new": save_new_once,
    "`save()`, loaded": save_loaded,
    "`save(raise_on_conflict=True)`, loaded": save_loaded_unchanged,
    "`update(views=5)`": update,
    '`update(views=F("views") + 1)`': update_by_one,
    "`delete()`": delete,
    "`save()`, autoincrement": insert_numbered,
    "`batch_write()`, 60 items": batch_write,
    "`bulk_create()`, 60 items": bulk_create,
    "`get_batch()`, 150 keys": get_batch,
    "`transaction.write()`, 3 items": transaction_write,
    "`transaction.read()`, 3 keys": transaction_read,
}
"""What the figures are about, as their page names it."""
