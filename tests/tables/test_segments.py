"""Holds that segments are read at the same time, in bounded memory, and end with whoever consumes them."""

import json
import threading
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from threading import Barrier, Event, Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.exceptions import InvalidValueError, ThrottledError
from django_dynamodb.expressions.conditions import Compare
from django_dynamodb.expressions.paths import Path
from django_dynamodb.tables.paging import Bounds, identity
from django_dynamodb.tables.searches import scan_search
from django_dynamodb.tables.segments import MOST_SEGMENTS, Progress, divided, read_segments
from django_dynamodb.tables.table import Table
from tests.tables.conftest import THREADS

MARK = ContextVar("mark", default="")
SCAN = scan_search(THREADS)
KEY = {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}


class Service:
    """Answers segments from lists of pages; counts the pages that were asked for, safely."""

    def __init__(self, segments, meanwhile=None):
        self.segments = segments
        self.meanwhile = meanwhile
        self.payloads = []
        self._lock = Lock()

    def __call__(self, payload):
        """One page of one segment."""
        with self._lock:
            self.payloads.append(payload)
        if self.meanwhile:
            self.meanwhile(payload)
        segment, at = payload.get("Segment", 0), int(payload.get("ExclusiveStartKey", {}).get("at", {}).get("N", 0))
        pages = self.segments[segment]
        more = {"LastEvaluatedKey": {"at": {"N": str(at + 1)}}} if at + 1 < len(pages) else {}
        return {"Items": [{"n": {"N": str(n)}, **KEY} for n in pages[at]] if pages else [], **more}


def read(answer, total, *, bounds=None, progress=None, halt=None, within=nullcontext, search=SCAN):
    """Reads segments from a service in memory."""
    table = Table(
        schema=THREADS,
        send=lambda operation, body: json.dumps(answer(json.loads(body))).encode(),
        pause=lambda attempt: False,
    )
    return read_segments(
        table,
        search,
        bounds or Bounds(),
        identity,
        progress=progress or Progress.none(total),
        halt=halt or Event(),
        within=within,
    )


def noting(names):
    """A block that notes the thread that leaves it."""

    @contextmanager
    def within():
        yield
        names.append(threading.current_thread().name)

    return within


def numbers(found):
    """What all pages hold."""
    return [int(item["n"]["N"]) for part in found for item in part.page.items]


def workers():
    """The threads of scans that are alive."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("scan-")]


@pytest.fixture(autouse=True)
def no_thread_is_left():
    """Whatever a test does, its threads have ended with it."""
    yield
    assert workers() == []


SEGMENTS = st.lists(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=4), min_size=1, max_size=5)


@given(segments=SEGMENTS)
def test_everything_once(segments):
    """All pages of all segments come, empty ones included, each segment's in order, with the progress so far."""
    service = Service(segments)
    found = list(read(service, len(segments)))
    for number, pages in enumerate(segments):
        mine = [part for part in found if part.segment == number]
        assert [numbers([part]) for part in mine] == (pages or [[]])
    assert found[-1].progress.left == []
    assert all(set(payload) & {"Segment", "TotalSegments"} for payload in service.payloads) == (len(segments) > 1)


@given(segments=SEGMENTS, data=st.data())
def test_resumed_anywhere(segments, data):
    """Broken off anywhere, and again, and resumed from the last progress kept: nothing is lost, finished rests."""
    total, progress, got = len(segments), Progress.none(len(segments)), []
    while progress.left:
        service, finished = Service(segments), progress.finished
        stop = data.draw(st.integers(1, 4))
        with closing(read(service, total, progress=progress)) as found:
            for step, part in enumerate(found, start=1):
                got.append(part)
                progress = part.progress
                if step == stop:
                    break
        assert not finished & {payload.get("Segment", 0) for payload in service.payloads}
    assert sorted(numbers(got)) == sorted(n for pages in segments for page in pages for n in page)
    assert list(read(Service(segments), total, progress=progress)) == []


def test_at_the_same_time():
    """No call waits for another one: all segments are under way at once."""
    together = Barrier(4, timeout=20)
    service = Service([[[n]] for n in range(4)], meanwhile=lambda payload: together.wait())
    assert sorted(numbers(read(service, 4))) == [0, 1, 2, 3]


def test_bounded_memory():
    """While nobody takes pages, each worker has read one, and one is ready: not the table."""
    service = Service([[[1]] * 100] * 4)
    found = read(service, 4)
    next(found)
    for _ in range(200):
        threading.Event().wait(0.005)
        if len(service.payloads) >= 6:
            break
    threading.Event().wait(0.05)
    assert len(service.payloads) <= 4 + 2
    found.close()
    assert len(service.payloads) <= 4 + 2


@pytest.mark.parametrize("end", ["break", "raise", "forget"])
def test_the_consumer_ends_it(end):
    """Whoever breaks off, raises or forgets the iterator ends the threads, and those who wait are told."""
    halt = Event()
    found = read(Service([[[1]] * 50] * 3), 3, halt=halt)
    next(found)
    assert workers()
    if end == "raise":
        with pytest.raises(KeyError), closing(found):
            raise KeyError(end)
    elif end == "break":
        found.close()
    else:
        del found
    assert halt.is_set()
    assert workers() == []


def test_nothing_before_the_first_page():
    """No thread is started before a page is asked for, and closing then is nothing."""
    service = Service([[[1]]] * 2)
    read(service, 2).close()
    assert service.payloads == []


def test_an_error_names_its_segment():
    """The error of a worker is raised at the consumer, says which segment it was, and ends the others."""

    def fail(payload):
        if payload["Segment"] == 2:
            raise ThrottledError("too fast")

    with pytest.raises(ThrottledError, match="too fast") as raised:
        list(read(Service([[[1]] * 1000] * 3, meanwhile=fail), 3))
    assert raised.value.__notes__ == ["Segment 2 of 3 of a parallel scan."]


def test_workers_see_the_context():
    """Context variables of the consumer are those of the workers, and each works in the block made for it."""
    seen, left = [], []
    token = MARK.set("here")
    try:
        list(
            read(
                Service([[[1]]] * 3, meanwhile=lambda payload: seen.append(MARK.get())),
                3,
                within=noting(left),
            )
        )
    finally:
        MARK.reset(token)
    assert seen == ["here"] * 3
    assert sorted(left) == ["scan-0-of-3", "scan-1-of-3", "scan-2-of-3"]


def test_one_segment_left_needs_no_thread():
    """The last segment of a resumed scan is still that segment, read by the consumer itself."""
    service = Service([[[1]], [[2], [3]]], meanwhile=lambda payload: MARK.set("changed"))
    progress = Progress(starts=(None, {"at": {"N": "1"}}), finished=frozenset({0}))
    token = MARK.set("here")
    assert numbers(read(service, 2, progress=progress)) == [3]
    assert MARK.get() == "changed"
    MARK.reset(token)
    assert [(p["Segment"], p["TotalSegments"]) for p in service.payloads] == [(1, 2)]


def test_a_copied_scan_keeps_its_segment():
    """Every page of a segment asks for that segment: the traps of copying a request that forgets it."""
    service = Service([[[1]] * 3, [[2]] * 3])
    few = scan_search(THREADS, filter=Compare(Path("views"), ">", {"N": "1"}))
    list(read(service, 2, bounds=Bounds(limit=2, page_size=1, selective=True), search=few))
    asked = {(p["Segment"], p["TotalSegments"], "ExclusiveStartKey" in p) for p in service.payloads}
    assert asked == {(n, 2, later) for n in range(2) for later in (False, True)}


@pytest.mark.parametrize("total", [0, -1, MOST_SEGMENTS + 1])
def test_numbers_of_segments(total):
    """A scan has one segment, or as many as threads make sense."""
    with pytest.raises(InvalidValueError, match=f"{total} segments: a parallel scan has 1 to {MOST_SEGMENTS}"):
        Progress.none(total)


def test_only_a_scan_is_divided():
    """One segment is the scan itself."""
    assert divided(SCAN, 1) is SCAN
    assert (divided(SCAN, 3).segment, divided(SCAN, 3).total_segments) == (0, 3)
