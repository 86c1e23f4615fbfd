"""Shows a request to those who listen to ``before-send``, as botocore does, and takes an answer from them.

Mocks such as moto's answer there, in the service's stead; others look on, or add fields. What they see is made only
when they look, and the event is emitted only when there may be somebody to hear it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.hooks import HierarchicalEmitter

from django_dynamodb.wire.http import HttpReply

_CONNECTION: Final = frozenset({"host", "accept-encoding"})
"""Fields that botocore's connections add below the hook."""


_EVENT: Final = ("before-send", "dynamodb")


class Audience:
    """Whether anybody may listen to ``before-send``.

    Args:
        there: True where nobody keeps count of them, as of a session that was made elsewhere.

    Attributes:
        there: False as long as surely nobody does; once there was somebody it stays True.
    """

    __slots__ = ("there",)

    def __init__(self, *, there: bool) -> None:
        self.there = there


class CountedEmitter(HierarchicalEmitter):
    """An emitter of botocore's that says whether ``before-send`` can be heard: to emit it to nobody takes 2 µs.

    A session copies its emitter for each client; the copies share one audience.

    Args:
        audience: Is told of the first listener.
    """

    def __init__(self, audience: Audience | None = None) -> None:
        super().__init__()
        self.audience = Audience(there=False) if audience is None else audience

    def register(self, event_name: str, *args: Any, **kwargs: Any) -> None:
        """Registers a handler, as the base does."""
        self._note(event_name)
        super().register(event_name, *args, **kwargs)

    def register_first(self, event_name: str, *args: Any, **kwargs: Any) -> None:
        """Registers a handler before the others."""
        self._note(event_name)
        super().register_first(event_name, *args, **kwargs)

    def register_last(self, event_name: str, *args: Any, **kwargs: Any) -> None:
        """Registers a handler after the others."""
        self._note(event_name)
        super().register_last(event_name, *args, **kwargs)

    def _note(self, event_name: str) -> None:
        """Takes note of a name that is, or covers, that of our event; ``*`` covers any part of a name."""
        parts = zip(event_name.split("."), _EVENT, strict=False)
        if all(part in {"*", ours} for part, ours in parts):
            self.audience.there = True


class ShownRequest(AWSPreparedRequest):
    """What a hook sees: attributes and types as botocore gives them.

    Args:
        url: The address.
        raw: The whole request.
        body: Its body.
    """

    def __init__(self, url: str, raw: bytes, body: bytes) -> None:  # the base would make a dictionary of fields
        self.method = "POST"
        self.url = url
        self.body = body
        self.stream_output = False
        self.context: dict[str, Any] = {}
        self._raw = raw
        self._content = body
        self._headers: HeadersDict | None = None

    @property
    def headers(self) -> HeadersDict:  # type: ignore[override]  # made when it is looked at
        """The fields: text is in bytes, but for the length."""
        if self._headers is None:
            self._headers = HeadersDict()
            for name, value in self._fields():
                if name.lower() not in _CONNECTION:
                    self._headers[name] = value if name == "Content-Length" else value.encode("latin-1")
        return self._headers

    def written(self) -> bytes:
        """Writes the request down, with what hooks have made of the fields.

        Returns:
            The whole request.
        """
        if self._headers is None:
            return self._raw
        line, _, _ = self._raw.partition(b"\r\n")
        kept = [(name, value) for name, value in self._fields() if name.lower() in _CONNECTION]
        lines = [line, *(_line(name, value) for name, value in (*kept, *self._headers.items()))]
        return b"\r\n".join([*lines, b"", b""]) + self._content

    def _fields(self) -> list[tuple[str, str]]:
        """Reads the fields out of the request."""
        head = self._raw[: len(self._raw) - len(self._content) - 4].decode("latin-1")
        lines = (line.partition(": ") for line in head.split("\r\n")[1:])
        return [(name, value) for name, _, value in lines]


def answered(responses: Iterable[tuple[Any, AWSResponse | None]]) -> HttpReply | None:
    """Takes the first answer of a hook.

    Args:
        responses: What emitting the event gave: pairs of a hook and what it returned.

    Returns:
        The answer, None when no hook gave one.
    """
    for _hook, response in responses:
        if response is not None:
            lines = [b"", *(_line(name, value) for name, value in response.headers.items())]
            return HttpReply(response.status_code, b"\r\n".join(lines), response.content, reusable=False)
    return None


def _line(name: str, value: Any) -> bytes:
    """Writes a field."""
    return b"%b: %b" % (name.encode("latin-1"), value if isinstance(value, bytes) else str(value).encode("latin-1"))
