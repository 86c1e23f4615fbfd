"""Makes a worker's thread a place like the one it works for: Django's time zone and language are those of a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connections
from django.utils import timezone, translation


def as_here() -> Callable[[], AbstractContextManager[None]]:
    """Notes what is current in this thread.

    Returns:
        Makes a block for another thread, in which the same is current; it gives back the SQL connections that signals
        or a ``from_item`` opened there.
    """
    zone, language = timezone.get_current_timezone(), translation.get_language()

    @contextmanager
    def there() -> Iterator[None]:
        try:
            with timezone.override(zone), translation.override(language):
                yield
        finally:
            connections.close_all()

    return there
