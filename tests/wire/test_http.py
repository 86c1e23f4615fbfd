"""Tests the reader of HTTP/1.1 answers: any portions, the same outcome; what is no answer is refused."""

from itertools import pairwise

import httptools
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_dynamodb.wire.http import CHUNK_LINE_BYTES, HEAD_BYTES, HttpReply, MalformedReplyError, ReplyParser

USUAL = (
    b"HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
    b"Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\nConnection: keep-alive\r\n"
    b"x-amzn-RequestId: ABC\r\nx-amz-crc32: 2745614147\r\n\r\n{}"
)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

names = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ-_0123456789", min_size=1, max_size=20).filter(
    lambda name: name.lower() not in {"content-length", "transfer-encoding", "connection", "upgrade"}
)
values = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
fields = st.lists(st.tuples(names, values), max_size=8)
bodies = st.binary(max_size=300)
cuttings = st.lists(st.integers(0, 2000), max_size=6)


def read(data, *cuts):
    """Feeds an answer cut at these places; gives the answer and whether it came with the last portion."""
    parser, reply = ReplyParser(), None
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        assert reply is None
        reply = parser.feed(data[start:end])
    return reply


def written(status, given, body, *, chunks=None, eol=b"\r\n"):
    """Writes an answer down, in chunks of some bytes or with a length."""
    lines = [f"HTTP/1.1 {status} Some Words".encode()]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in given]
    if chunks is None:
        return eol.join([*lines, b"Content-Length: %d" % len(body), b"", b""]) + body
    parts = [body[start : start + chunks] for start in range(0, len(body), chunks)]
    text = b"".join(b"%x;note=1\r\n%b\r\n" % (len(part), part) for part in parts)
    return eol.join([*lines, b"Transfer-Encoding: chunked", b"", b""]) + text + b"0\r\n\r\n"


class Oracle:
    """What llhttp makes of an answer."""

    def __init__(self, data):
        self.body, self.done = b"", False
        parser = httptools.HttpResponseParser(self)
        parser.feed_data(data)
        self.status, self.keep = parser.get_status_code(), parser.should_keep_alive()

    def on_body(self, body):
        """Takes a part of the body."""
        self.body += body

    def on_message_complete(self):
        """Takes the end of it."""
        self.done = True


def test_usual():
    """The usual answer comes apart into status, fields and body, and leaves the connection usable."""
    reply = read(USUAL)
    assert (reply.status, reply.body, reply.reusable) == (200, b"{}", True)
    assert reply.header(b"x-amzn-requestid") == b"ABC"
    assert reply.header(b"date") == b"Mon, 01 Jan 2024 00:00:00 GMT"
    assert reply.header(b"x-amz-crc32") == b"2745614147"
    assert reply.header(b"x-nothing") is None
    assert reply.headers()[0] == ("server", "Server")


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_many_answers_in_small_portions(size):
    """One parser reads answer after answer, however small the portions are."""
    parser, replies = ReplyParser(), []
    for data in (USUAL, written(400, [], b"x" * 50), written(200, [], b"y" * 40, chunks=9), USUAL):
        portions = [parser.feed(data[start : start + size]) for start in range(0, len(data), size)]
        assert portions[:-1] == [None] * (len(portions) - 1)
        replies.append(portions[-1])
    assert [len(reply.body) for reply in replies] == [2, 50, 40, 2]
    assert not parser.started


@settings(deadline=None)  # a busy machine is no fault of the reader
@given(
    st.integers(200, 599), fields, bodies, st.lists(st.integers(0, 2000), max_size=6), st.none() | st.integers(1, 90)
)
def test_portions_make_no_difference(status, given, body, cuts, chunks):
    """Wherever an answer is cut, it reads the same, and as llhttp reads it."""
    if status in {204, 304}:
        body = b""
    data = written(status, given, body, chunks=None if status in {204, 304} else chunks)
    reply, oracle = read(data, *cuts), Oracle(data)
    assert (reply.status, reply.body, reply.reusable) == (status, body, True)
    assert (oracle.done, oracle.status, oracle.body) == (True, status, body)
    assert reply.headers()[: len(given)] == [(name.lower(), value.strip(" \t")) for name, value in given]


@settings(deadline=None)  # a busy machine is no fault of the reader
@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=4))
def test_noise(data, cuts):
    """Whatever comes, it is an answer, a part of one, or refused."""
    try:
        reply = read(data, *cuts)
    except MalformedReplyError:
        return
    except AssertionError:  # an answer was complete before the noise was
        return
    assert reply is None or isinstance(reply, HttpReply)


@settings(deadline=None)  # a busy machine is no fault of the reader
@given(st.data(), st.lists(st.integers(0, 400), max_size=4))
def test_damage(data, cuts):
    """An answer with one wrong byte is read as llhttp reads it, or refused; a body is never taken for another."""
    whole = bytearray(written(200, [("x-amzn-RequestId", "ABC")], b"{1234567890}"))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        reply = read(bytes(whole), *cuts)
    except MalformedReplyError:
        return
    except AssertionError:  # the length became shorter
        return
    if reply is None:
        return
    try:
        oracle = Oracle(bytes(whole))
    except httptools.HttpParserError:  # it takes what follows a body that became shorter for a second answer
        assert not reply.reusable
        return
    assert (reply.status, reply.body) == (oracle.status, oracle.body)


@pytest.mark.parametrize("byte", [0, 1, 8, 11, 31, 127])
@pytest.mark.parametrize("name", [b"x-amzn-RequestId", b"Content-Type", b"Date"])
def test_control_characters(name, byte):
    """A control character in a field's value is refused, as llhttp refuses it."""
    head = b"HTTP/1.1 200 OK\r\n%b: A%cB\r\nContent-Length: 2\r\n\r\n{}" % (name, byte)
    with pytest.raises(MalformedReplyError, match="head of the answer is malformed"):
        read(head)
    with pytest.raises(httptools.HttpParserError):
        Oracle(head)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close",
        b"HTTP/1.1 200 OK\r\ncontent-length:2\r\nconnection:Close",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive, close",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2",
    ],
)
def test_last_answer(head):
    """An answer that ends the connection says so; HTTP/1.0 does by itself."""
    reply = read(head + b"\r\n\r\n{}")
    assert (reply.body, reply.reusable) == (b"{}", False)


@pytest.mark.parametrize("cuts", [(), (18,), (30, 60)])
def test_interim_answers(cuts):
    """Answers of the hundreds are passed over."""
    reply = read(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + USUAL, *cuts)
    assert (reply.status, reply.body) == (200, b"{}")


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_a_body(status):
    """These have no body, whatever their fields say."""
    assert read(b"HTTP/1.1 %d No\r\nContent-Length: 5\r\n\r\n" % status).body == b""


def test_empty_body():
    """A body of no bytes is complete with the head."""
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").body == b""


def test_status_line_without_words():
    """The words after the status may be missing, with the space before them or without it."""
    assert read(b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").status == 200
    assert read(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").status == 200


def test_body_until_the_end():
    """Without a length the body lasts until the connection ends."""
    parser = ReplyParser()
    assert parser.feed(b"HTTP/1.1 200 OK\r\n\r\n{") is None
    assert parser.feed(b"}") is None
    reply = parser.end()
    assert (reply.body, reply.reusable) == (b"{}", False)


@pytest.mark.parametrize("cut", range(1, len(USUAL)))
def test_cut_short(cut):
    """An answer that ends too early is none."""
    parser = ReplyParser()
    assert parser.feed(USUAL[:cut]) is None
    assert parser.started
    with pytest.raises(MalformedReplyError, match=r"ended within the (head|body)"):
        parser.end()


def test_more_than_the_answer():
    """Bytes after the answer are nobody's: the answer counts, the connection does not."""
    for data in (USUAL, written(200, [], b"{}", chunks=1)):
        reply = read(data + b"HTTP/1.1 200 OK")
        assert (reply.body, reply.reusable) == (b"{}", False)


def test_same_length_twice():
    """A length that is repeated is one length."""
    assert read(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}").body == b"{}"


def test_trailers():
    """Fields after the last chunk are passed over."""
    reply = read(CHUNKED + b"2\r\n{}\r\n0\r\nx-amz-crc32: 1\r\nx: y\r\n\r\n")
    assert (reply.body, reply.reusable) == (b"{}", True)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"<html>",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 700 OK\r\n\r\n",
        b"HTTP/1.1 200OK\r\n\r\n",
        b"HTTP/1.1 +20 OK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n Content-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nServer: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nServer: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nServer: a\rb\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n{}",
        CHUNKED + b"x\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"1\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"1000000000000000\r\n",
        CHUNKED + b"2" * (CHUNK_LINE_BYTES + 1),
        CHUNKED + b"0\r\n" + b"x: y\r\n" * HEAD_BYTES,
        b"HTTP/1.1 200 OK\r\nServer: " + b"x" * HEAD_BYTES,
        b"HTTP/1.1 200 OK\r\nServer: " + b"x" * HEAD_BYTES + b"\r\n\r\n",
    ],
)
@pytest.mark.parametrize("portion", [None, 1])
def test_what_is_no_answer(data, portion):
    """What breaks the rules is refused, whole or byte for byte."""
    parser = ReplyParser()
    portions = [data] if portion is None else [data[place : place + 1] for place in range(len(data))]
    with pytest.raises(MalformedReplyError):
        assert [parser.feed(part) for part in portions] == []


def test_longest_head():
    """A head of just the limit is read."""
    before, after = b"HTTP/1.1 200 OK\r\nServer: ", b"\r\nContent-Length: 2"
    head = before + b"x" * (HEAD_BYTES - len(before) - len(after)) + after
    assert read(head + b"\r\n\r\n{}", 5, 100).body == b"{}"
