"""Moments are stored as text that sorts as time."""

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.moments import (
    read_datetime,
    read_epoch,
    read_time,
    write_datetime,
    write_epoch,
    write_time,
)
from django_dynamodb.exceptions import InvalidValueError

ZONES = st.sampled_from([UTC, ZoneInfo("Europe/Zurich"), timezone(timedelta(hours=-9, minutes=-30))])
MOMENTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001


class NoOffset(tzinfo):
    """A zone that does not know its offset, which leaves a datetime naive."""

    def utcoffset(self, moment):
        """Unknown."""


@pytest.mark.seed(9)
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05.000000+00:00"),
        (datetime(2024, 7, 2, 3, 4, 5, 6, tzinfo=ZoneInfo("Europe/Zurich")), "2024-07-02T01:04:05.000006+00:00"),
        (datetime(12, 1, 2, tzinfo=ZoneInfo("UTC")), "0012-01-02T00:00:00.000000+00:00"),
    ],
)
def test_utc_text(moment, text):
    """SEED row 9: a datetime is UTC text with six digits of microseconds and the offset."""
    assert write_datetime(moment) == text


@pytest.mark.seed(9)
@pytest.mark.parametrize("zone", [None, NoOffset()])
def test_naive(zone):
    """SEED row 9: a naive datetime raises."""
    with pytest.raises(InvalidValueError, match="no time zone"):
        write_datetime(datetime(2024, 1, 2, tzinfo=zone))


def test_beyond_the_calendar():
    """A moment that UTC puts before the year 1 is refused."""
    with pytest.raises(InvalidValueError, match="years 1 to 9999"):
        write_datetime(datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo")))


@pytest.mark.seed(14)
@given(MOMENTS)
def test_round_trip(moment):
    """SEED row 14: a moment reads back equal, in UTC."""
    read = read_datetime(write_datetime(moment))
    assert read == moment.astimezone(UTC)
    assert read.tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_text_sorts_as_time(a, b):
    """The order of the texts is the order of the moments."""
    assert (write_datetime(a) < write_datetime(b)) == (a.astimezone(UTC) < b.astimezone(UTC))


@pytest.mark.seed(13)
@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02T03:04:05.123456+00:00",
        "2024-01-02T03:04:05.123456Z",
        "2024-01-02T03:04:05.123456",
        "2024-01-02 05:04:05.123456+02:00",
        "20240102T030405.123456Z",
    ],
)
def test_reading(text):
    """SEED row 13, mended: any ISO 8601 text is read, ``Z`` with its last digit."""
    read = read_datetime(text)
    assert read == datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)
    assert read.tzinfo is UTC


@given(st.times())
def test_times_round_trip(value):
    """A time of day reads back equal."""
    assert read_time(write_time(value)) == value


@given(st.times(), st.times())
def test_times_sort(a, b):
    """The order of the texts is the order of the times."""
    assert (write_time(a) < write_time(b)) == (a < b)


def test_time_with_zone():
    """A time of day with a zone is refused both ways."""
    with pytest.raises(InvalidValueError, match="time zone"):
        write_time(time(1, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match="time zone"):
        read_time("01:02:00+00:00")


@given(moment=MOMENTS)
def test_whole_seconds(moment):
    """Seconds since 1970 are rounded up, never down, and read back as that second."""
    found = read_epoch(write_epoch(moment))
    assert found.microsecond == 0
    assert timedelta(0) <= found - moment < timedelta(seconds=1)


@pytest.mark.parametrize(("text", "moment"), [("0", (1970, 1, 1)), ("-0.5", (1969, 12, 31, 23, 59, 59, 500000))])
def test_seconds_are_read_exactly(text, moment):
    """Seconds before 1970 and parts of a second are read as they are."""
    assert read_epoch(text) == datetime(*moment, tzinfo=UTC)


def test_seconds_of_no_year():
    """Seconds beyond the year 9999 are likely milliseconds, and said to be."""
    with pytest.raises(InvalidValueError, match="may be milliseconds"):
        read_epoch("1704164645000")


@pytest.mark.parametrize("zone", [None, NoOffset()])
def test_naive_seconds(zone):
    """A naive datetime is no moment."""
    with pytest.raises(InvalidValueError, match="has no time zone"):
        write_epoch(datetime(2024, 1, 2, tzinfo=zone))
