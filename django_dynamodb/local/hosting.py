"""Finds the engine that runs already, or starts one, for as long as a command needs it.

In this order: the engine a parent process has started, the engine another process runs on the same snapshot, a new
one. A new one is filled from its snapshot before it answers and saved to it after its last answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django_dynamodb.conf import LOCAL_ENDPOINT
from django_dynamodb.exceptions import RequestError
from django_dynamodb.local.claim import Claim, check_listening
from django_dynamodb.local.engine import Engine
from django_dynamodb.local.interrupts import orderly, shielded
from django_dynamodb.local.keeper import Keeper
from django_dynamodb.records import record

PATIENCE = 120
"""Seconds another process may take from its claim to its first answer: loading a million items takes about that."""

GLANCE = 0.1
"""Seconds between two looks at whether it answers."""


@record(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a command asks for.

    Args:
        port: The TCP port, 0 for a free one.
        snapshot: The file that keeps the data, as an absolute path; None keeps nothing.
        save_every: Seconds between two saves.
        log_requests: Whether each request is logged to stderr.
    """

    port: int = 0
    snapshot: Path | None = None
    save_every: float = 10
    log_requests: bool = False


@record(frozen=True, kw_only=True, slots=True)
class Host:
    """An engine at hand.

    Args:
        url: Its endpoint.
        origin: Where it comes from: ``"parent"``, ``"other"`` (another process) or ``"here"``.
    """

    url: str
    origin: str


@contextmanager
def hosted(wish: Wish, report: Callable[[str], object]) -> Iterator[Host]:
    """Has an engine at hand within the block.

    Args:
        wish: What is asked for.
        report: Takes lines about the progress.

    Returns:
        The engine.

    Raises:
        RequestError: The port is in use, the snapshot is damaged or cannot be written, moto is not installed, or the
            engine that should be running does not answer.
    """
    parent = os.environ.get(LOCAL_ENDPOINT)
    if parent:
        _validate_listening(parent)
        _validate_port(parent, wish)
        yield Host(url=parent, origin="parent")
        return
    with ExitStack() as stack:
        stack.enter_context(orderly())
        claim = Claim(wish.snapshot) if wish.snapshot else None
        url = _other(claim, report) if claim else None
        if claim and url is None:
            stack.callback(claim.release)
        if url:
            _validate_port(url, wish)
        yield Host(url=url, origin="other") if url else _started(stack, wish, claim, report)


def _validate_listening(url: str) -> None:
    """Refuses a variable that the end of its engine has left behind."""
    if not check_listening(url):
        raise RequestError(f"The environment has {LOCAL_ENDPOINT}={url}, and nothing listens there: unset it.")


def _validate_port(url: str, wish: Wish) -> None:
    """Refuses a wish for another port than the one an engine has already."""
    if wish.port and not url.endswith(f":{wish.port}"):
        raise RequestError(
            f"An engine is running already at {url}: leave --port out to use it, or start one apart from it "
            f"with another --snapshot and without {LOCAL_ENDPOINT} in the environment."
        )


def _other(claim: Claim, report: Callable[[str], object]) -> str | None:
    """The endpoint of the process that has the claim; None once the claim is ours."""
    end = time.monotonic() + PATIENCE
    while not _taken(claim):
        url = claim.endpoint()
        if url:
            report(f"Using the engine that runs already at {url}")
            return url
        if time.monotonic() > end:
            raise RequestError(
                f"Another process keeps {claim.snapshot} and its engine does not answer: stop that process, "
                "or name another file with --snapshot."
            )
        time.sleep(GLANCE)
    return None


def _taken(claim: Claim) -> bool:
    try:
        return claim.take()
    except OSError as error:
        raise RequestError(f"Nothing can be kept there: {error}. Name another file with --snapshot.") from error


def _started(stack: ExitStack, wish: Wish, claim: Claim | None, report: Callable[[str], object]) -> Host:
    """A new engine; the stack takes it down in reverse order: no more calls, last save, port, claim."""
    engine = Engine(port=wish.port, name=str(wish.snapshot or ""), log_requests=wish.log_requests)
    stack.callback(engine.stop)
    if wish.snapshot and claim:
        keeper = Keeper(engine.memory, wish.snapshot, every=wish.save_every)
        _load(keeper, wish.snapshot, report)
        stack.callback(_end, engine, keeper, wish.snapshot, report)
        keeper.start()
    engine.start()
    if claim:
        claim.announce(engine.url)
    return Host(url=engine.url, origin="here")


def _load(keeper: Keeper, path: Path, report: Callable[[str], object]) -> None:
    """Fills the engine and says how long it took."""
    started = time.monotonic()
    items = keeper.load()
    report(f"{items} items from {path} in {time.monotonic() - started:.1f} s" if items else f"Keeping data in {path}")


def _end(engine: Engine, keeper: Keeper, path: Path, report: Callable[[str], object]) -> None:
    """The last save, which no signal interrupts."""
    with shielded():
        engine.close()
        try:
            saved = keeper.end()
        except OSError as error:
            raise RequestError(f"The data could not be saved to {path}: {error}") from error
        unsaved = f"Nothing changed in {path}" if path.exists() else f"Nothing was stored, so there is no {path}"
        report(f"Saved {path}" if saved else unsaved)
