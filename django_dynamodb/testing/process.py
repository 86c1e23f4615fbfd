"""Keeps the one isolation of this process, whoever runs the tests: pytest, Django's runner, or one of its workers."""

from __future__ import annotations

import atexit
import os
from uuid import uuid4

from django_dynamodb.testing import engines
from django_dynamodb.testing.isolation import Isolation, Run

RUN_VARIABLE = "DYNAMODB_TEST_RUN"
"""The environment variable by which worker processes learn the id of the run that began them."""

_opened: dict[int, Isolation] = {}
"""The isolation by process; after a fork, that of the parent too."""


def use(isolation: Isolation) -> Isolation:
    """Opens an isolation as that of this process.

    Args:
        isolation: The isolation.

    Returns:
        The same.
    """
    isolation.open()
    _opened[os.getpid()] = isolation
    return isolation


def current(engine: str | None = None) -> Isolation:
    """Gives the isolation of this process, and opens one if there is none.

    A worker process, forked or spawned, gets one of its own, whose tables are named after the run and the process.

    Args:
        engine: The engine of a new one, as ``engines.choose`` takes it.

    Returns:
        The isolation.

    Raises:
        TestSafetyError: There is no such engine.
    """
    here = os.getpid()
    if here in _opened:
        return _opened[here]
    if _opened:  # forked
        (inherited,) = _opened.values()
        inherited.withdraw()
        _opened.clear()
        return use(Isolation(inherited.engine, Run(worker="", id=f"{inherited.run.id}-{here}")))
    parent = os.environ.get(RUN_VARIABLE)
    run = Run(worker="", id=f"{parent}-{here}" if parent else uuid4().hex[:8])
    atexit.register(close)
    return use(Isolation(engines.choose(engine), run))


def close() -> None:
    """Closes the isolation of this process, if there is one."""
    isolation = _opened.pop(os.getpid(), None)
    if isolation is not None:
        isolation.close()
