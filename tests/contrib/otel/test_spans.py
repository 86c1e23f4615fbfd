"""Tests that each call is one client span, in its place among others."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.test.utils import override_settings
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from django_dynamodb.connections import connections
from django_dynamodb.contrib.otel import instrument, uninstrument
from django_dynamodb.exceptions import OverwriteError, ThrottledError
from django_dynamodb.testing.faults import throttled
from tests.testapp.models import Thread

pytestmark = pytest.mark.dynamodb


def parents(spans, name):
    """The ids of the spans above those of a name."""
    return [span.parent and span.parent.span_id for span in spans() if span.name == name]


def test_a_call(spans):
    """A call is one finished client span of this package."""
    list(Thread.objects.query("AWS", index="by_views", limit=5))
    (span,) = spans()
    assert (span.name, span.kind, span.status.status_code) == ("DynamoDB.Query", SpanKind.CLIENT, StatusCode.UNSET)
    assert (span.instrumentation_scope.name, span.instrumentation_scope.schema_url[-6:]) == (
        "django_dynamodb",
        "1.44.0",
    )
    assert span.attributes["aws.dynamodb.index_name"] == "by_views"
    assert span.attributes["aws.dynamodb.count"] == 0
    assert span.attributes["cloud.region"] == "eu-west-1"
    assert "server.address" in span.attributes


def test_a_refused_call(spans):
    """A span of a call that was refused has an error, its code, and no message: that may name keys."""
    Thread.objects.create(forum="secret", subject="secret")
    with pytest.raises(OverwriteError):
        Thread.objects.create(forum="secret", subject="secret")
    span = spans()[-1]
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "ConditionalCheckFailedException")
    assert span.attributes["error.type"] == span.attributes["db.response.status_code"] == span.status.description
    assert not span.events
    assert "secret" not in repr([found.to_json() for found in spans()])


def test_a_fault(spans):
    """What is left when the wire's retries are spent is an error of the span."""
    with throttled(), pytest.raises(ThrottledError):
        Thread.objects.get("a", "b")
    assert spans()[0].attributes["error.type"] == "ProvisionedThroughputExceededException"


def test_below_the_current_span(spans, provider):
    """A span is a child of the one around the call, in its thread, in threads of asgiref and of scans."""
    tracer = provider.get_tracer("tests")
    with tracer.start_as_current_span("view") as view:
        list(Thread.objects.scan().parallel(2))
        asyncio.run(sync_to_async(Thread.objects.query("AWS").first)())
    assert parents(spans, "DynamoDB.Scan") == [view.context.span_id] * 2
    assert parents(spans, "DynamoDB.Query") == [view.context.span_id]


def test_threads_of_their_own(spans, provider):
    """A thread that takes no context along has spans without a parent, as with any instrumentation."""
    with provider.get_tracer("tests").start_as_current_span("view"):
        thread = threading.Thread(target=Thread.objects.query("AWS").first)
        thread.start()
        thread.join()
    assert parents(spans, "DynamoDB.Query") == [None]


async def _tasks(tracer, above):
    async def task(name):
        with tracer.start_as_current_span(name) as own:
            await Thread.objects.query("AWS").afirst()
            await asyncio.sleep(0)
            await Thread.objects.query("AWS").afirst()
        above.extend([own.context.span_id] * 2)

    await asyncio.gather(*(task(str(number)) for number in range(3)))


def test_tasks_do_not_mix(spans, provider):
    """Each of several tasks has its own calls below its own span."""
    above = []
    asyncio.run(_tasks(provider.get_tracer("tests"), above))
    assert sorted(parents(spans, "DynamoDB.Query")) == sorted(above)


async def _native(tracer, above):
    with tracer.start_as_current_span("view") as view:
        await asyncio.gather(*(connections["default"].run(Thread.objects.query("AWS").first) for _ in range(3)))
    above.extend([view.context.span_id] * 3)


def test_without_a_thread(spans, provider):
    """Calls that wait for the event loop itself are below the span of their task."""
    above = []
    asyncio.run(_native(provider.get_tracer("tests"), above))
    assert parents(spans, "DynamoDB.Query") == above


def test_within_a_call(spans, provider):
    """What is done within a call, as by tools that look below, is below its span."""

    def layer(connection, send):
        def below(operation, body):
            with provider.get_tracer("tests").start_as_current_span("http"):
                return send(operation, body)

        return below

    connections.add_layer(layer, at_wire=True)
    Thread.objects.query("AWS").first()
    connections.remove_layer(layer, at_wire=True)
    http, query = spans()
    assert (http.name, http.parent.span_id) == ("http", query.context.span_id)


def test_not_sampled(dynamodb):
    """A span that nobody keeps costs no question for units."""
    bodies = []

    def layer(connection, send):
        return lambda operation, body: (bodies.append(body), send(operation, body))[1]

    instrument(TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False))
    connections.add_layer(layer, at_wire=True)
    Thread.objects.query("AWS").first()
    connections.remove_layer(layer, at_wire=True)
    uninstrument()
    assert b"ReturnConsumedCapacity" not in bodies[0]


def test_once(spans, provider):
    """Asked for twice, spans come once; taken away, they come no more."""
    instrument(provider)
    Thread.objects.query("AWS").first()
    assert len(spans()) == 1
    uninstrument()
    uninstrument()
    Thread.objects.query("AWS").first()
    assert len(spans()) == 1


def test_app(dynamodb, provider, settings, monkeypatch):
    """As an app it makes spans from the start, of the global provider."""
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    with override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, "django_dynamodb.contrib.otel"]):
        Thread.objects.query("AWS").first()
    uninstrument()
    assert [span.name for span in provider.kept.get_finished_spans()] == ["DynamoDB.Query"]
