"""Tests how the service's answers are worded for the developer of the model."""

import pytest
from django.db.models import F

from django_dynamodb.exceptions import RequestRejectedError
from django_dynamodb.models.failures import computing
from tests.testapp.models import Everything, Thread

ADVICE = r"^testapp\.Everything: the service cannot compute number: .* give it one, or save a plain value first\. \("


def rejection(code="ValidationException"):
    """What the service answers."""
    return RequestRejectedError(
        "no", operation="UpdateItem", table="t", code=code, request_id="r", status=400, body=b"{}"
    )


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


def test_evidence_stays():
    """The reworded error carries all that the service's own did."""
    with pytest.raises(RequestRejectedError) as caught, computing(Thread._meta.mapper, ["views", "posted"]):
        raise rejection()
    assert str(caught.value).startswith("testapp.Thread: the service cannot compute posted, views: ")
    own = vars(rejection())
    assert {name: value for name, value in vars(caught.value).items() if name in own} == own


@pytest.mark.parametrize(
    ("code", "names"), [("ValidationException", []), ("ItemCollectionSizeLimitExceeded", ["views"])]
)
def test_other_rejections(code, names):
    """A rejection that has nothing to do with computing stays as it is."""
    with pytest.raises(RequestRejectedError, match=r"^no$"), computing(Thread._meta.mapper, names):
        raise rejection(code)
