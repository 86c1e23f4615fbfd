"""Gives tests spans that stay in memory."""

import pytest

pytest.importorskip("opentelemetry.sdk")


@pytest.fixture
def provider():
    """Keeps every span; it is nobody's global provider."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    provider = TracerProvider(shutdown_on_exit=False)
    provider.kept = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(provider.kept))
    yield provider
    provider.shutdown()


@pytest.fixture
def spans(dynamodb, provider):
    """The finished spans of the calls from here on, in their order."""
    from django_dynamodb.contrib.otel import instrument, uninstrument

    instrument(provider)
    yield provider.kept.get_finished_spans
    uninstrument()
