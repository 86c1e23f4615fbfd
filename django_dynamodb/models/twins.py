"""Gives a query set the asynchronous twins that Django runs in a thread, on the event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache, wraps
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.db.models.query import QuerySet as DjangoQuerySet

from django_dynamodb.models.asynchrony import run_read, run_write

READS: Final = (
    "acontains", "acount", "aearliest", "aexists", "aexplain", "afirst", "aget", "ain_bulk", "alast", "alatest",
)  # fmt: skip
WRITES: Final = ("acreate", "adelete", "aget_or_create", "aupdate", "aupdate_or_create")
"""Django's methods; each calls the method of the same name without its first letter."""

BEHIND: Final = {"get_or_create": ("create", "get"), "update_or_create": ("create", "get", "get_or_create")}
"""Method → those that it calls, which a project may have redefined too."""

RELATED: Final = ("acreate", "aget_or_create", "aupdate_or_create")
"""Those that related managers have by themselves."""

DJANGO: Final = ("django.db.models.", "django.contrib.contenttypes.")
OURS: Final = (*DJANGO, "django_dynamodb.")
"""Where methods come from that block no event loop."""


def twin(method: Any, run: Callable[..., Awaitable[Any]]) -> Any:
    """Makes a method that does what one of Django's does, without its thread.

    Args:
        method: Django's; name, signature and documentation are taken over.
        run: ``run_read`` or ``run_write``.

    Returns:
        A coroutine function, for a class whose ``model`` is a DynamoDB model.
    """
    name = method.__name__.removeprefix("a")
    behind = (name, *BEHIND.get(name, ()))

    @wraps(method)
    async def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        kind: Any = type(self)
        if _redefines(kind, behind):
            return await sync_to_async(getattr(self, name))(*args, **kwargs)
        return await run(self.model, getattr(self, name), *args, **kwargs)

    return called


def with_twins(manager: Any) -> None:
    """Gives a class of managers the twins of those methods that Django's related managers run in a thread.

    ``aadd()``, ``aremove()``, ``aset()`` and ``aclear()`` stay: Django begins an SQL transaction in them.

    Args:
        manager: A class of managers of DynamoDB models.
    """
    for name in RELATED:
        method = vars(manager).get(name)
        if method is not None and method.__module__.startswith(DJANGO):
            setattr(manager, name, twin(method, run_write))


class Twins:
    """The twins; ``self`` is the query set this is mixed into."""

    def __aiter__(self: Any) -> AsyncIterator[Any]:
        """Reads everything, and keeps it, as plain iteration does."""

        async def rows() -> AsyncIterator[Any]:
            await run_read(self.model, self._fetch_all)
            for row in self._result_cache:
                yield row

        return rows()


@lru_cache(maxsize=1024)  # asking takes 1 µs, and is done for each call; classes do not change
def _redefines(kind: Any, names: tuple[str, ...]) -> bool:
    """Whether a project's own class of query sets or managers has another method by one of the names."""
    owners = (next(base for base in kind.__mro__ if name in vars(base)) for name in names)
    return not all(owner.__module__.startswith(OURS) for owner in owners)


for _name in READS:
    setattr(Twins, _name, twin(getattr(DjangoQuerySet, _name), run_read))
for _name in WRITES:
    setattr(Twins, _name, twin(getattr(DjangoQuerySet, _name), run_write))
