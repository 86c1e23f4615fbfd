"""Tests that drf-spectacular describes the models, pages and filters without a warning."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

pytest.importorskip("drf_spectacular")
pytest.importorskip("django_filters")

SCHEMA = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}


@pytest.fixture
def schema(api, settings):
    """The schema of an API; a warning is an error."""
    settings.REST_FRAMEWORK = SCHEMA

    def schema(urlconf):
        written = StringIO()
        call_command(
            "spectacular",
            "--fail-on-warn",
            "--validate",
            "--format",
            "openapi-json",
            "--urlconf",
            urlconf,
            stdout=written,
        )
        return json.loads(written.getvalue())

    return schema


def names(schema, path):
    """The names that a list can be asked by."""
    return {entry["name"]: entry["schema"] for entry in schema["paths"][path]["get"]["parameters"]}


def test_viewsets(schema):
    """Every field has a type, pages and filters have their names, and nothing is warned of."""
    made = schema("tests.contrib.drf.documented")
    body = made["components"]["schemas"]["Everything"]["properties"]
    assert body["strings"] == {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    assert body["blobs"]["items"] == {"type": "string", "format": "byte"}
    assert body["items"]["type"] == "array"
    assert body["mapping"]["type"] == "object"
    asked = names(made, "/thread/")
    assert {"cursor", "size", "forum", "subject__startswith", "posted__gte", "search", "ordering"} <= set(asked)
    assert asked["posted__gte"] == {"type": "string", "format": "date-time"}
    assert asked["views"]["type"] == "integer"
    assert asked["size"] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert names(made, "/issue/")["state"]["enum"] == ["open", "done"]
    page = made["components"]["schemas"]["PaginatedThreadList"]["properties"]
    assert set(page) == {"next", "previous", "results"}


def test_filter_sets(schema):
    """Filter sets are described by their filters."""
    asked = names(schema("tests.contrib.drf.documented_filters"), "/thread/")
    assert {"forum", "posted__range", "busy"} <= set(asked)
