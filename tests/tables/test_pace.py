"""Holds that a pace lets through no more units than its rate, whoever shares it, by a clock of the tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.tables.pace import SLOWEST, Halted, Pace


class Clock:
    """Time that passes only by waiting."""

    def __init__(self):
        self.now = 0.0
        self.woken = False

    def __call__(self):
        """The time."""
        return self.now

    def sleep(self, seconds):
        """Waits at once."""
        assert 0 < seconds <= 1
        self.now += seconds
        return self.woken


def made(units):
    """A pace and its clock."""
    clock = Clock()
    return Pace(units, clock=clock, sleep=clock.sleep), clock


@given(units=st.floats(0.5, 1000), costs=st.lists(st.floats(0, 500), min_size=1, max_size=60))
def test_one_after_the_other(units, costs):
    """Before each call no more was used than the time allows, a second's worth beside."""
    pace, clock = made(units)
    used = 0.0
    for cost in costs:
        taken = pace.take()
        assert used <= units * (clock.now + 1) + 1e-6
        pace.settle(taken, cost)
        used += cost


@given(units=st.floats(1, 100), workers=st.integers(1, 8), cost=st.floats(0.5, 300), calls=st.integers(1, 40))
def test_shared(units, workers, cost, calls):
    """Calls under way are counted for what the last ones cost, so that workers do not burst together."""
    pace, clock = made(units)
    under_way, used = [], 0.0
    for _ in range(calls):
        under_way.append(pace.take())
        if len(under_way) == workers:
            pace.settle(under_way.pop(0), cost)
            used += cost
    for taken in under_way:
        pace.settle(taken, cost)
        used += cost
    pace.take()
    assert used <= units * (clock.now + 1) + 1e-6


def test_steady_rate():
    """A hundred calls of ten units take ten seconds at a hundred units a second, and are not slower."""
    pace, clock = made(100)
    for _ in range(101):
        pace.settle(pace.take(), 10)
    assert clock.now == pytest.approx(10, abs=1.1)


def test_nothing_used_needs_no_time():
    """Calls that cost nothing wait for nothing but the first guess."""
    pace, clock = made(5)
    for _ in range(100):
        pace.settle(pace.take(), 0)
    assert clock.now <= 1


def test_an_idle_time_saves_one_second():
    """What was not used for long is lost, but for a second's worth."""
    pace, clock = made(10)
    clock.now = 1000
    for _ in range(20):
        pace.settle(pace.take(), 5)
    assert clock.now >= 1000 + (19 * 5 - 10) / 10


def test_throttling_slows_down_and_recovers():
    """Each refusal halves the rate, down to a floor; each call that succeeds brings some of it back."""
    pace, _ = made(160)
    pace.slow_down(pace.take())
    assert pace.rate == 80
    for _ in range(9):
        pace.slow_down(pace.take())
    assert pace.rate == 160 * SLOWEST
    for _ in range(20):
        pace.settle(pace.take(), 1)
    assert pace.rate == 160


def test_halted():
    """Who is woken while waiting goes no further."""
    pace, clock = made(1)
    pace.settle(pace.take(), 50)
    clock.woken = True
    with pytest.raises(Halted):
        pace.take()


@pytest.mark.parametrize("units", [0, -1, float("inf"), float("nan")])
def test_no_rate(units):
    """A rate is a number above 0."""
    with pytest.raises(InvalidValueError, match="it is a number above 0"):
        made(units)
