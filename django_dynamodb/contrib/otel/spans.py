"""Makes one client span of each call of the service, on every transport, in threads and tasks alike."""

from __future__ import annotations

from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider

from django_dynamodb import __version__
from django_dynamodb.capacity import Receipt
from django_dynamodb.connection import Connection
from django_dynamodb.connections import connections
from django_dynamodb.contrib.otel.attributes import Attributes, of_connection, of_receipt, of_request
from django_dynamodb.listening import listening
from django_dynamodb.types import Sender

SCHEMA: Final = "https://opentelemetry.io/schemas/1.44.0"
"""The conventions that the attributes follow."""


class SpanLayer:
    """Wraps connections (``connections.add_layer``) so that each call is a span, a child of the current one.

    Args:
        tracer: Begins the spans.
    """

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def __call__(self, connection: Connection, send: Sender) -> Sender:
        """Wraps the sender of a connection.

        Args:
            connection: The connection.
            send: Its sender.

        Returns:
            A sender that makes spans.
        """
        place: Attributes = {}

        def call(operation: str, body: bytes, /) -> bytes:
            if not place:
                place.update(of_connection(connection))
            with self._tracer.start_as_current_span(
                f"DynamoDB.{operation}",
                kind=SpanKind.CLIENT,
                attributes={**place, **of_request(operation, body)},
                record_exception=False,  # messages of errors name keys
                set_status_on_exception=False,
            ) as span:
                if not span.is_recording():
                    return send(operation, body)
                with listening(lambda receipt: _finish(span, receipt)):
                    return send(operation, body)

        return call


def instrument(tracer_provider: TracerProvider | None = None) -> None:
    """Makes spans of all calls from here on, for every alias; a second call changes nothing.

    Args:
        tracer_provider: Where the spans go; the global provider by default, whenever it is set.
    """
    if not _LAYERS:
        tracer = trace.get_tracer("django_dynamodb", __version__, tracer_provider, schema_url=SCHEMA)
        _LAYERS.append(SpanLayer(tracer))
        connections.add_layer(_LAYERS[0])


def uninstrument() -> None:
    """Makes no more spans."""
    while _LAYERS:
        connections.remove_layer(_LAYERS.pop())


_LAYERS: Final[list[SpanLayer]] = []
"""The layer that is in place, if any."""


def _finish(span: Span, receipt: Receipt) -> None:
    """Writes down what a call was."""
    span.set_attributes(of_receipt(receipt))
    if receipt.error is not None:
        span.set_status(Status(StatusCode.ERROR, receipt.error))
