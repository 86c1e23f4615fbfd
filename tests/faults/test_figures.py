"""Holds the figures of docs/internals/faults.md: no item is lost, and none is half-written unsaid."""

from functools import partial
from itertools import count
from pathlib import Path

import pytest

from django_dynamodb.capacity import capacity
from django_dynamodb.exceptions import ThrottledError
from django_dynamodb.testing.faults import CONFLICTING, LEFT, conflict, throttled, unavailable, unprocessed
from tests.faults.scenarios import SCENARIOS
from tests.faults.trials import TIMES, Figures, trial

pytestmark = pytest.mark.dynamodb

PAGE = Path(__file__).parents[2] / "docs" / "internals" / "faults.md"
FAULTS = {
    "throttling": (throttled, None),
    "5xx": (unavailable, None),
    "lost reply": (partial(unavailable, after_write=True), None),
    "left undone": (unprocessed, frozenset(LEFT)),
    "conflict": (conflict, CONFLICTING),
}
"""The kinds of fault, and the operations they can happen to."""


@pytest.fixture(scope="module")
def rows(request):
    """The rows of the page, printed at the end of the module."""
    rows = {}
    yield rows
    plugins = request.config.pluginmanager
    terminal = plugins.getplugin("terminalreporter")
    if terminal is not None:  # a worker of pytest-xdist has none
        with plugins.getplugin("capturemanager").global_and_fixture_disabled():
            for place in ((), *sorted(rows)):
                terminal.write_line(rows.get(place, ""))


@pytest.fixture
def places():
    """Names of places that hold nothing yet."""
    return map("place {}".format, count())


def calls_of(prepare, place):
    """The operations of a piece of work, when nothing goes wrong."""
    work = prepare(place)
    with capacity() as used:
        work.run()
    return [receipt.operation for receipt in used.receipts]


def measured(prepare, kind, places):
    """The figures of one scenario under one kind of fault, at each call it can happen to."""
    make, possible = FAULTS[kind]
    calls = [call for call in calls_of(prepare, next(places)) if possible is None or call in possible]
    figures = Figures()
    for after in range(len(calls)):
        for times in TIMES:
            trial(figures, prepare(next(places)), partial(make, times, after=after))
    return figures


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_figures(scenario, kind, places, rows):
    """Under any fault each item is as before or as wanted, nothing said to be done is lost, and the page says so."""
    figures = measured(SCENARIOS[scenario], kind, places)
    if figures.trials:
        row = rows[[*SCENARIOS].index(scenario), [*FAULTS].index(kind)] = figures.row(scenario, kind)
        assert (figures.lost, figures.untold) == (0, 0)
        assert row in PAGE.read_text()


def test_the_half_of_a_half():
    """When the second call for a batch fails, the error counts what is done and names what of its call is not."""
    work = SCENARIOS["`bulk_create()`, 60 items"]("place")
    with throttled(after=1), unprocessed(), pytest.raises(ThrottledError) as caught:
        work.run()
    left = [f"'{n:03}'" for n in range(12, 25)]
    assert len(work.state()) == 12
    assert "12 items were written or deleted before." in caught.value.__notes__
    assert [name for name in left if name not in str(caught.value.__notes__)] == []


def test_totals():
    """The sums on the page are those of its rows."""
    lines = [line.split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    trials, faults, done, lost, unsaid = (sum(int(line[place]) for line in lines) for place in (2, 3, 5, 6, 7))
    told = f"Together {trials} trials, {faults} faults, {done} items done, {lost} lost, {unsaid} unsaid."
    assert told in PAGE.read_text()
