"""Gives the tests of the rules kept from dynamodb-mapper a record of calls, and models for one test."""

import pytest
from django.test.utils import isolate_apps

from tests.recording import sent

__all__ = ["sent"]


@pytest.fixture
def own_models():
    """Keeps models that a test declares out of the app registry."""
    with isolate_apps("tests.testapp"):
        yield
