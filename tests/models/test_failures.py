"""Tests how the service's answers are worded for the developer of the model."""

import pytest
from django.db.models import F

from django_dynamodb.exceptions import RequestRejectedError
from tests.testapp.models import Everything

ADVICE = r"^testapp\.Everything: the service cannot compute number: .* give it one, or save a plain value first\. \("


def test_computing_with_what_is_not_stored(dynamodb):
    """A save whose F() finds no value names the field and the way out; the object keeps its expression."""
    Everything(code="a").save()
    row = Everything.objects.get("a")
    row.number = F("number") + 1
    with pytest.raises(RequestRejectedError, match=ADVICE) as caught:
        row.save()
    assert caught.value.code == "ValidationException"
    assert isinstance(caught.value.__cause__, RequestRejectedError)
    assert hasattr(row.number, "resolve_expression")


def test_update_with_what_is_not_stored(dynamodb):
    """So does an update of a query set."""
    Everything(code="a").save()
    with pytest.raises(RequestRejectedError, match=ADVICE):
        Everything.objects.filter(code="a").update(number=F("number") + 1)
