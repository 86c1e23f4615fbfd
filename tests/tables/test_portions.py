"""Holds how many calls a portion takes, how much each may read, and where the portion says to go on."""

import json

import pytest

from django_dynamodb.exceptions import InvalidCursorError, InvalidValueError
from django_dynamodb.expressions.conditions import Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.tables.cursor import END, START, Position
from django_dynamodb.tables.portions import MOST_A_CALL, Window, read_portion
from django_dynamodb.tables.searches import query_search, scan_search
from django_dynamodb.types import TextBuild
from tests.tables.conftest import THREADS

AWS = KeyCondition(("forum", {"S": "AWS"}))
SOME = Compare(Path("posted"), ">", {"N": "1"})


def key(number):
    """The key of the item with that number."""
    return {"forum": {"S": "AWS"}, "subject": {"S": str(number)}}


def page(*numbers, last=None, scanned=None):
    """An answer with these items, after so many were read; ``last`` is the number of the last key."""
    items = [{**key(n), "views": {"N": str(n)}} for n in numbers]
    read = len(items) if scanned is None else scanned
    return {
        "Items": items,
        "Count": len(items),
        "ScannedCount": read,
        "LastEvaluatedKey": None if last is None else key(last),
    }


def number(item):
    """The number of an item."""
    return int(item["views"]["N"])


@pytest.fixture
def read(fake_threads, service):
    """Reads a portion of the answers given."""

    def read(answers, *, position=START, search=None, build=number, **options):
        service.answers.extend(answers)
        search = search or query_search(THREADS, AWS, filter=options.pop("filter", None))
        return read_portion(fake_threads, search, position, Window(**options), build)

    return read


def at(number, *, backwards=False):
    """The position of the item with that number."""
    return Position(key=key(number), backwards=backwards)


@pytest.mark.parametrize(
    ("answers", "behind"),
    [
        ([page(1, 2, 3, last=3)], at(2)),
        ([page(1, 2, 3)], at(2)),
        ([page(1, 2)], None),
        ([page(1)], None),
        ([page()], None),
    ],
)
def test_one_call(read, service, answers, behind):
    """Without a filter one call reads one item more than is wanted, which tells whether anything follows."""
    portion = read(answers, size=2)
    assert [payload["Limit"] for payload in service.payloads] == [3]
    assert (len(portion.rows), portion.behind, portion.before, portion.stopped) == (
        min(2, len(answers[0]["Items"])),
        behind,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("options", "answers", "limits"),
    [
        ({}, [page(1, last=1), page(2, 3)], [3, 2]),
        ({"page_size": 2}, [page(1, 2, last=2), page(3, last=3)], [2, 1]),
        ({"page_size": 9}, [page(1, 2, 3, last=3)], [3]),
        ({"filter": SOME}, [page(1, last=6), page(2, last=18), page(last=42), page(3)], [6, 12, 24, 48]),
        ({"filter": SOME, "page_size": 4}, [page(1, last=4), page(2, 3, last=8)], [4, 4]),
        ({"filter": SOME, "max_read": 20}, [page(1, last=6, scanned=6), page(2, 3, scanned=12)], [6, 12]),
    ],
)
def test_how_much_is_read(read, service, options, answers, limits):
    """A call that was cut short is followed by one for the rest; behind a filter each reads twice as many."""
    assert read(answers, size=2, **options).rows == [1, 2]
    assert [payload["Limit"] for payload in service.payloads] == limits


def test_most_a_call(read, service):
    """The doubling ends where no page of the service could be longer."""
    read([page(last=n) for n in range(30)], size=1, filter=SOME)
    assert service.payloads[-1]["Limit"] == MOST_A_CALL


def test_calls_follow_on(read, service):
    """Each call starts behind the last key of the one before."""
    read([page(1, last=4), page(2, 3, last=9)], size=2, filter=SOME)
    assert [payload.get("ExclusiveStartKey") for payload in service.payloads] == [None, key(4)]


@pytest.mark.parametrize(
    ("answers", "rows", "behind"),
    [
        ([page(1, last=3, scanned=3)], [1], at(3)),
        ([page(last=3, scanned=3)], [], at(3)),
        ([page(1, 2, last=3, scanned=3)], [1, 2], at(3)),
    ],
)
def test_budget(read, answers, rows, behind):
    """When the budget ends, the next position is exactly where the service stopped, and the portion says so."""
    portion = read(answers, size=2, filter=SOME, max_read=3)
    assert (portion.rows, portion.behind, portion.stopped) == (rows, behind, True)


def test_budget_over_calls(read, service):
    """The budget counts what was read over all calls."""
    portion = read([page(last=6, scanned=6), page(last=10, scanned=4)], size=2, filter=SOME, max_read=10)
    assert [payload["Limit"] for payload in service.payloads] == [6, 4]
    assert portion.stopped


@pytest.mark.parametrize("answers", [[page(1, 2, 3, scanned=3, last=3)], [page(1, scanned=3)]])
def test_budget_that_was_enough(read, answers):
    """A budget that ends with the answer known stopped nothing."""
    assert not read(answers, size=2, filter=SOME, max_read=3).stopped


def test_back(read, service):
    """Read backwards, the items stand in the order of the search, and both positions are known."""
    portion = read([page(5, 4, 3, last=3)], position=at(6, backwards=True), size=2)
    assert (portion.rows, portion.before, portion.behind) == ([4, 5], at(4, backwards=True), at(5))
    assert service.payloads[0]["ScanIndexForward"] is False


def test_back_to_the_first(read):
    """At the beginning nothing is before."""
    portion = read([page(2, 1)], position=at(3, backwards=True), size=2)
    assert (portion.rows, portion.before, portion.behind) == ([1, 2], None, at(2))


def test_from_the_end(read):
    """The last items have nothing behind them."""
    portion = read([page(9, 8, 7)], position=END, size=2)
    assert (portion.rows, portion.before, portion.behind) == ([8, 9], at(8, backwards=True), None)


@pytest.mark.parametrize(("position", "before", "behind"), [(at(6), END, None), (at(1, backwards=True), None, START)])
def test_nothing_there(read, position, before, behind):
    """From where everything is gone the way back holds all there is, the item of the position too."""
    portion = read([page()], position=position, size=2)
    assert (portion.before, portion.behind) == (before, behind)


def test_nothing_within_the_budget(read):
    """Where all that was read was dropped, the way back starts behind it, and loses nothing."""
    portion = read([page(last=9, scanned=3)], position=at(6), size=2, filter=SOME, max_read=3)
    assert (portion.before, portion.behind) == (at(9, backwards=True), at(9))


def test_scan(read):
    """A scan has a way on and no way back."""
    portion = read([page(7, 8, 9)], position=at(6), search=scan_search(THREADS), size=2)
    assert (portion.before, portion.behind) == (None, at(8))
    with pytest.raises(InvalidCursorError):
        read([], position=END, search=scan_search(THREADS), size=2)


def test_builder_with_text(read):
    """A builder that takes the text of an item gets it."""
    portion = read([page(1)], size=1, build=TextBuild(lambda item, text: (number(item), json.loads(text)["views"])))
    assert portion.rows == [(1, {"N": "1"})]


@pytest.mark.parametrize("window", [{"size": 0}, {"size": 1, "page_size": 0}, {"size": 1, "max_read": 0}])
def test_windows_that_cannot_be(window):
    """Each number of items is at least 1; the message names it."""
    name = next(name for name, value in window.items() if value == 0)
    with pytest.raises(InvalidValueError, match=f"{name}=0"):
        Window(**window)
