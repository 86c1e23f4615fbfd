"""Keeps tests apart: tables of their own for the run, made once, and emptied after each test that wrote to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.test.utils import override_settings

from django_dynamodb import conf
from django_dynamodb.connections import connections
from django_dynamodb.tables import lifecycle
from django_dynamodb.tables.schema import TableSchema
from django_dynamodb.tables.table import Table
from django_dynamodb.testing import tables
from django_dynamodb.testing.engines import Engine
from django_dynamodb.testing.journal import Journal
from django_dynamodb.testing.locks import AccessLock, EndpointLock, PrefixLock
from django_dynamodb.types import Item

CREDENTIALS: Mapping[str, str | None] = {
    "ACCESS_KEY_ID": "testing",
    "SECRET_ACCESS_KEY": "testing",
    "SESSION_TOKEN": None,
    "PROFILE": None,
    "SESSION": None,
}
"""What a test run signs with: nothing that could open a real account."""

REGION = "us-east-1"
"""Where an alias without a region lives during tests; an engine on this machine takes any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One test process.

    Args:
        worker: The name of the pytest-xdist worker, such as ``"gw0"``; empty without workers.
        id: Text no other run has.
    """

    worker: str
    id: str

    def prefix(self, prefix: str, engine: Engine) -> str:
        """Names this run's tables apart from those of other workers and, where they could meet, other runs.

        Args:
            prefix: The setting ``TEST["TABLE_PREFIX"]``.
            engine: Where the tables live.

        Returns:
            What every table of this run is named with.
        """
        parts = [self.worker, self.id if engine.shared else ""]
        return prefix + "".join(f"{part}-" for part in parts if part)


class Isolation:
    """The tables, settings and locks of one test run.

    Args:
        engine: Where the tables live.
        run: This test process.
    """

    def __init__(self, engine: Engine, run: Run) -> None:
        self.engine = engine
        self.run = run
        self.divided = False
        """Whether worker processes made tables of their own, under prefixes that begin with ours."""
        self.prefixes = {alias: _prefix(alias, engine, run) for alias in conf.aliases()}
        """The prefix of the tables of each alias."""
        self._access = AccessLock()
        self._journal = Journal()
        self._layers = (self._journal, PrefixLock(self.prefixes), EndpointLock(engine.catches), self._access)
        self._settings = {alias: _settings(alias, engine, prefix) for alias, prefix in self.prefixes.items()}
        self._override = override_settings(DYNAMODB=self._settings)
        self._tables: Mapping[tuple[str, str], TableSchema] | None = None
        self._kept: dict[tuple[str, str], list[Item]] = {}

    def open(self) -> None:
        """Points every alias at the engine and closes the locks."""
        for layer in self._layers:
            connections.add_layer(layer)
        self._override.enable()

    def close(self) -> None:
        """Removes the run's tables and gives the settings back."""
        if self.engine.shared and (self._tables or self.divided):
            with self.allowed():
                self._drop_all()
        self.withdraw()
        self.engine.close()

    def withdraw(self) -> None:
        """Gives the settings back and leaves the tables alone, as in a worker process that inherited all this."""
        connections.close_all()
        self._override.disable()
        for layer in reversed(self._layers):
            connections.remove_layer(layer)

    def settle(self) -> None:
        """Reads the settings anew where an earlier test left others behind.

        The end of pytest-django's ``del settings.DYNAMODB`` sends no ``setting_changed``.
        """
        left = any(conf.settings_for(alias).table_prefix != prefix for alias, prefix in self.prefixes.items())
        if left and settings.DYNAMODB is self._settings:
            setting_changed.send(sender=type(self), setting=conf.SETTING, value=self._settings, enter=True)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Lets calls through, for fixtures that outlive a test; what they write is theirs to clean.

        Returns:
            A context manager.
        """
        self.engine.start()
        try:
            with self._access.opened():
                yield
        finally:
            self.engine.stop()

    @contextmanager
    def test(self) -> Iterator[None]:
        """Surrounds one test: tables exist in it, and after it they are as before.

        Returns:
            A context manager.
        """
        with self.allowed():
            self._make_missing()
            self._journal.clear()
            try:
                yield
            finally:
                with self._own_settings():
                    self._clean()

    def keep(self, make: Callable[[], object]) -> Callable[[], None]:
        """Makes data for several tests: whatever a test does to them, the next one finds them as they were made.

        Args:
            make: Writes the data.

        Returns:
            A function that removes them.
        """
        before = dict(self._kept)
        with self.allowed():
            self._make_missing()
            self._journal.clear()
            with ExitStack() as undoing:
                undoing.callback(self._clean)
                make()
                undoing.pop_all()
            written = self._journal.written & (self._tables or {}).keys()
            for place in written:
                self._kept[place] = tables.items(self._table(place))

        def remove() -> None:
            self._kept = before
            with self.allowed(), self._own_settings():
                self._make_missing()
                for place in sorted(written):
                    self._empty(place)

        return remove

    @contextmanager
    def kept(self, make: Callable[[], object]) -> Iterator[None]:
        """Surrounds several tests with data of their own: for fixtures of a class, a module or the run.

        Args:
            make: Writes the data.

        Returns:
            A context manager.
        """
        remove = self.keep(make)
        try:
            yield
        finally:
            remove()

    def _make_missing(self) -> None:
        """Makes the tables of the project before the first test, and later those that others took away."""
        made = tables.project_schemas() if self._tables is None else self._tables
        missing = set(made)
        if self._tables is not None:
            missing -= self._present() if self.engine.volatile else missing
        self._tables = made
        for place in sorted(missing):
            self._make(place)

    def _present(self) -> set[tuple[str, str]]:
        """Lists the run's tables that exist."""
        return {
            (alias, name)
            for alias, prefix in self.prefixes.items()
            for name in tables.names(connections[alias], prefix)
        }

    def _clean(self) -> None:
        """Undoes what the journal says the test did."""
        made, altered = self._tables or {}, set(self._journal.altered)
        for alias, name in sorted(altered):
            tables.drop(connections[alias], name)
            if (alias, name) in made:
                self._make((alias, name))
        for place in sorted((self._journal.written - altered) & made.keys()):
            self._empty(place)

    def _make(self, place: tuple[str, str]) -> None:
        """Makes a table, with the data that are kept in it."""
        lifecycle.ensure(self._table(place))
        self._refill(place)

    def _empty(self, place: tuple[str, str]) -> None:
        """Deletes all items but those that are kept."""
        tables.truncate(self._table(place))
        self._refill(place)

    def _refill(self, place: tuple[str, str]) -> None:
        if content := self._kept.get(place):
            tables.fill(self._table(place), content)

    def _table(self, place: tuple[str, str]) -> Table:
        alias, _ = place
        return connections[alias].table((self._tables or {})[place])

    def _drop_all(self) -> None:
        """Drops what this run left on a shared endpoint; moto's tables go with the process."""
        for alias, name in sorted(self._present()):
            tables.drop(connections[alias], name)

    def _own_settings(self) -> Any:
        """Puts the run's settings back in force where a test has replaced them."""
        current = getattr(settings, conf.SETTING, None)
        return nullcontext() if current is self._settings else override_settings(DYNAMODB=self._settings)


def _prefix(alias: str, engine: Engine, run: Run) -> str:
    return run.prefix(conf.settings_for(alias).test.table_prefix, engine)


def _settings(alias: str, engine: Engine, prefix: str) -> dict[str, Any]:
    """Gives the alias's own settings, moved to the engine and stripped of anything that opens a real account."""
    own = getattr(settings, conf.SETTING, {}).get(alias, {})
    region = own.get("REGION") or REGION
    return {**own, **CREDENTIALS, "REGION": region, "ENDPOINT_URL": engine.endpoint_url, "TABLE_PREFIX": prefix}
