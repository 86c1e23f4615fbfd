"""Holds how many calls a search makes, how much each may read, and where it ends."""

import pytest

from django_dynamodb.exceptions import InvalidValueError, ThrottledError
from django_dynamodb.expressions.conditions import Compare
from django_dynamodb.expressions.keys import KeyCondition
from django_dynamodb.expressions.paths import Path
from django_dynamodb.expressions.projections import Projection
from django_dynamodb.tables import pages
from django_dynamodb.tables.paging import with_names

AWS = KeyCondition(("forum", {"S": "AWS"}))
SOME = Compare(Path("posted"), ">", {"N": "1"})


def item(number):
    """The item with that number."""
    return {"forum": {"S": "AWS"}, "subject": {"S": str(number)}, "views": {"N": str(number)}}


def key(number):
    """Its key."""
    return {"forum": {"S": "AWS"}, "subject": {"S": str(number)}}


def page(*numbers, last=None):
    """An answer with these items, and with a next page behind ``last``."""
    return {"Items": [item(n) for n in numbers], "Count": len(numbers), "LastEvaluatedKey": last and key(last)}


def limits(service):
    """How much each call was allowed to read."""
    return [payload.get("Limit") for payload in service.payloads]


@pytest.mark.parametrize(
    ("options", "answers", "asked"),
    [
        ({}, [page(1, 2, last=2), page(3)], [None, None]),
        ({"page_size": 2}, [page(1, 2, last=2), page(3)], [2, 2]),
        ({"limit": 3}, [page(1, 2, 3, last=3)], [3]),
        ({"limit": 3}, [page(1, 2, last=2), page(3, last=3)], [3, 1]),
        ({"limit": 3, "page_size": 2}, [page(1, 2, last=2), page(3, last=3)], [2, 1]),
        ({"limit": 9, "page_size": 2}, [page(1, 2, last=2), page(3)], [2, 2]),
        ({"limit": 0}, [], []),
        ({"limit": 3, "filter": SOME}, [page(1, last=4), page(2, 3, last=7)], [None, None]),
        ({"limit": 3, "filter": SOME, "page_size": 5}, [page(1, last=4), page(2, 3, 4, last=7)], [5, 5]),
    ],
)
def test_how_much_is_read(options, answers, asked, fake_threads, service):
    """Without a filter a call may read just what is still wanted; with one there is no telling, so it goes on."""
    service.answers.extend(answers)
    found = [built["views"]["N"] for result in pages.query(fake_threads, AWS, **options) for built in result.items]
    assert limits(service) == asked
    assert found == [str(n) for n in range(1, 4)][: len(found)]
    assert len(found) == (0 if options.get("limit") == 0 else 3)


def test_each_call_starts_behind_the_last(fake_threads, service):
    """The last key of a page is the start of the next."""
    service.answers.extend([page(1, last=1), page(2, last=2), page(3)])
    list(pages.query(fake_threads, AWS, start=key(0)))
    assert [payload["ExclusiveStartKey"] for payload in service.payloads] == [key(0), key(1), key(2)]


def test_empty_pages_go_on(fake_threads, service):
    """A page without items and with a last key is not the end; each page is handed out, so progress can be seen."""
    service.answers.extend([page(last=5), page(last=9), page(10)])
    found = list(pages.query(fake_threads, AWS, filter=SOME))
    assert [len(result.items) for result in found] == [0, 0, 1]
    assert [result.last_key for result in found] == [key(5), key(9), None]


def test_empty_last_page(fake_threads, service):
    """The real service cannot know that a full page was the last one: an empty one without a last key ends it."""
    service.answers.extend([page(1, 2, last=2), page()])
    assert [len(result.items) for result in pages.query(fake_threads, AWS, page_size=2)] == [2, 0]
    assert len(service.calls) == 2


def test_limit_ends_without_another_call(fake_threads, service):
    """When the limit is reached no call is made to see whether there is more; the last key tells."""
    service.answers.append(page(1, 2, last=2))
    assert [result.last_key for result in pages.query(fake_threads, AWS, limit=2)] == [key(2)]
    assert len(service.calls) == 1


def test_cut_page(fake_threads, service):
    """A page with more than is wanted is cut; its last key is that of its last item, not of the last one read."""
    service.answers.append(page(1, 2, 3, 4, last=9))
    (result,) = pages.query(fake_threads, AWS, filter=SOME, limit=2)
    assert (result.items, result.count, result.last_key) == ([item(1), item(2)], 2, key(2))


def test_whole_last_page_is_not_cut(fake_threads, service):
    """A page that holds just what is wanted keeps the service's own last key."""
    service.answers.append(page(1, 2, last=9))
    (result,) = pages.query(fake_threads, AWS, filter=SOME, limit=2)
    assert result.last_key == key(9)


def test_cut_page_asks_for_the_key(fake_threads, service):
    """Where a page may be cut the projection has the key, of the index too, for the last key to be made of."""
    service.answers.append(page(1, 2, last=9))
    options = {"index": "by_views", "projection": Projection((Path("author"), Path("subject")))}
    list(pages.query(fake_threads, AWS, filter=SOME, limit=1, **options))
    list(pages.query(fake_threads, AWS, limit=1, **options))
    names = [set(payload["ExpressionAttributeNames"].values()) for payload in service.payloads]
    assert names == [{"author", "forum", "posted", "subject", "views"}, {"author", "forum", "subject"}]


def test_counter_is_no_reason_to_read_more(fake_tickets, service):
    """The counter item of an autoincrement table is one item: a limit still bounds what is read."""
    service.answers.extend([page(last=1), page(2, last=2)])
    assert [len(result.items) for result in pages.scan(fake_tickets, limit=1)] == [0, 1]
    assert limits(service) == [1, 1]


@pytest.mark.parametrize("options", [{"limit": -1}, {"page_size": 0}])
def test_bad_bounds(options, fake_threads, service):
    """A limit counts from 0, a page size from 1; the message names the argument."""
    with pytest.raises(InvalidValueError, match=f"{next(iter(options))}="):
        pages.query(fake_threads, AWS, **options)
    assert not service.calls


def test_error_between_pages(fake_threads, service):
    """An error on a later page comes out there; the pages before it were handed out."""
    service.answers.extend([page(1, last=1), ThrottledError("slow down")])
    found = pages.query(fake_threads, AWS)
    assert len(next(found).items) == 1
    with pytest.raises(ThrottledError):
        next(found)


def test_with_names():
    """A projection is widened by what it does not have yet, in the order given."""
    wider = with_names(Projection((Path("a", "b"), Path("c"))), ["c", "d", "a"])
    assert wider == Projection((Path("a", "b"), Path("c"), Path("d")))
