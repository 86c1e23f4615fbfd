"""Brings the items of a table to their present version, in parallel segments that can each be taken up again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any, Final

from django_dynamodb.exceptions import MaxRetriesExceededError, RequestError, RequestRejectedError
from django_dynamodb.management.progress import Failure, Run, Tally
from django_dynamodb.models.upgrades import Upgrade, upgrade
from django_dynamodb.tables import pages
from django_dynamodb.tables.table import Table
from django_dynamodb.types import Item

OF_THE_ITEM: Final = (RequestError, MaxRetriesExceededError, RequestRejectedError)
"""Errors that one item causes; the others go on. Any other error would meet the next item as well."""

REPORT_SECONDS: Final = 5.0
"""How long between two lines of progress; a page of 1 MB takes less than a second."""

Work = Callable[[Item], Upgrade]


def migrating_work(model: Any, table: Table, *, dry_run: bool) -> Work:
    """What migrates an item, and writes it back.

    Args:
        model: The items' model.
        table: Their table.
        dry_run: Whether to stop before the write.
    """
    return partial(upgrade, model, table, dry_run=dry_run)


def counting_work(model: Any) -> Work:
    """What looks at the version of an item only.

    Args:
        model: The items' model.
    """
    migrations = model._meta.item_migrations

    def count(item: Item) -> Upgrade:
        found = migrations.version_of(item)
        return Upgrade(outcome="current" if found == migrations.latest else "migrated", found=found)

    return count


class Backfill:
    """One pass over one table.

    Args:
        table: The table.
        work: What is done with each item.
        run: How far it is, and what came of it.
        page_size: The most items of one page, after each of which the progress is kept; None is 1 MB.
    """

    def __init__(self, table: Table, work: Work, run: Run, page_size: int | None) -> None:
        self.table = table
        self.work = work
        self.run = run
        self.page_size = page_size
        self._stop = threading.Event()

    def finish(self, report: Callable[[Tally], None]) -> Tally:
        """Reads what is left of each segment.

        Args:
            report: Told every few seconds what was done so far.

        Returns:
            What came of it, earlier runs included.

        Raises:
            ServiceError: What the service answered, other than to a single item; the progress is kept.
        """
        left = self.run.open_segments()
        with ThreadPoolExecutor(max_workers=max(len(left), 1)) as pool:
            try:
                self._watch({pool.submit(self._segment, number) for number in left}, report)
            finally:
                self._stop.set()  # the others end before their next item
        return self.run.tally

    def _watch(self, waiting: set[Future[None]], report: Callable[[Tally], None]) -> None:
        while waiting:
            done, waiting = wait(waiting, timeout=REPORT_SECONDS, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            if waiting:
                report(self.run.tally)

    def _segment(self, number: int) -> None:
        found = pages.scan(
            self.table, consistent=True, page_size=self.page_size, start=self.run.cursor(number),
            segment=number, total_segments=self.run.segments, build=_as_stored,
        )  # fmt: skip
        for page in found:
            tally = Tally()
            for item in page.items:
                if self._stop.is_set():
                    return
                self._one(item, tally)
            self.run.advance(number, page.last_key, tally)

    def _one(self, item: Item, tally: Tally) -> None:
        try:
            tally.add(self.work(item))
        except OF_THE_ITEM as error:
            key = self.table.schema.key_of(item)
            tally.fail(Failure(key=key, error=str(error), kind=type(error).__name__))


def _as_stored(item: Item) -> Item:
    return item
