"""Tests what an API answers to each error of this package."""

import pytest
from rest_framework.exceptions import APIException
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from django_dynamodb import exceptions as errors
from django_dynamodb.contrib.drf.exceptions import RETRY_AFTER, api_exception, exception_handler
from django_dynamodb.testing.faults import throttled, unavailable
from tests.contrib.drf.threads import ThreadViewSet
from tests.testapp.models import Account, Thread

pytestmark = [pytest.mark.urls("tests.contrib.drf.threads")]

HANDLER = "django_dynamodb.contrib.drf.exceptions.exception_handler"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.OverwriteError(), 400),
        (errors.ItemDeletedError(), 404),
        (errors.ConflictError(fields=["a"]), 409),
        (errors.ConditionFailedError(), 409),
        (errors.TransactionCanceledError(), 409),
        (errors.InvalidCursorError(), 404),
        (errors.InvalidValueError(), 400),
        (errors.InvalidKeyError(attribute="x"), 400),
        (errors.ThrottledError(), 503),
        (errors.TransactionConflictError(), 503),
        (errors.ServiceUnavailableError(), 503),
        (errors.ConnectionFailedError(), 503),
        (errors.UnprocessedItemsError(), 503),
        (errors.MaxRetriesExceededError(), 503),
        (errors.AccessDeniedError(), None),
        (errors.TableNotFoundError(), None),
        (errors.RequestRejectedError(), None),
        (errors.ScanForbidden(), None),
        (errors.SchemaError(), None),
        (ValueError(), None),
    ],
)
def test_meanings(error, status):
    """Each error has one answer; what is no client's business has none, and becomes a 500."""
    found = api_exception(error)
    assert (found and found.status_code) == status
    if found is not None:
        assert found.__cause__ is error


def test_conflict_tells_its_fields():
    """A conflict has a text, and the fields where they are known."""
    answer = exception_handler(errors.ConflictError(fields=["a", "b"]), {})
    assert (answer.status_code, answer.data["fields"]) == (409, ["a", "b"])
    assert set(exception_handler(errors.ConflictError(), {}).data) == {"detail"}


def test_other_exceptions():
    """What is not of this package is answered as ever."""
    assert exception_handler(APIException(), {}).status_code == 500
    assert exception_handler(KeyError(), {}) is None


def asking(query, view=ThreadViewSet):
    """A view and a request, as a handler gets them."""
    made = view()
    made.request = request = APIView().initialize_request(APIRequestFactory().get(f"/?{query}"))
    return {"view": made, "request": request}


@pytest.mark.parametrize(
    ("query", "refused"), [("views=3", True), ("", False), ("cursor=x&size=2", False), ("format=json", False)]
)
def test_unserved_query(query, refused):
    """A refused query is the client's fault only where the client asked; then it is told what there is."""
    found = api_exception(errors.ScanForbidden("secret"), asking(query))
    assert (found is not None) is refused
    if refused:
        assert "forum, with it subject" in str(found.detail)
        assert "secret" not in str(found.detail)


def test_view_of_nothing():
    """A view without a DynamoDB model can say nothing of keys."""
    assert api_exception(errors.ScanForbidden(), asking("a=1", APIView)) is None


def test_value_under_its_field():
    """What cannot be stored is told under the name of its field."""
    found = api_exception(errors.InvalidValueError(attribute="subject", fault="is empty"), asking(""))
    assert found.detail == {"subject": ["is empty"]}
    assert set(api_exception(errors.InvalidValueError("x"), asking("")).detail) == {"non_field_errors"}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [throttled, unavailable])
def test_handler_on_stock_views(api, forum, settings, fault):
    """With the setting, stock views answer outages with 503 and a time to come back."""
    settings.REST_FRAMEWORK = {"EXCEPTION_HANDLER": HANDLER}
    with fault(20, "GetItem"):
        answer = api.get("/stock/thread/AWS~S1/")
    assert (answer.status_code, answer["Retry-After"]) == (503, str(RETRY_AFTER))


@pytest.mark.django_db
def test_handler_on_stock_serializers(api, forum, settings, monkeypatch):
    """So are a key that was changed, and a version that is outdated, by a stock serializer."""
    settings.REST_FRAMEWORK = {"EXCEPTION_HANDLER": HANDLER}
    moved = api.patch("/stock/thread/AWS~S1/", {"subject": "new"}, format="json")
    assert moved.status_code == 400
    assert Thread.objects.get("AWS", "S1").views == 1
    Account.objects.create(owner="ann")
    real = Account.save

    def save(self, *args, **kwargs):
        monkeypatch.setattr(Account, "save", real)
        Account.objects.filter(owner="ann").update(balance=7)
        real(self, *args, **kwargs)

    monkeypatch.setattr(Account, "save", save)
    late = api.patch("/stock/account/ann/", {"balance": 9}, format="json")
    assert (late.status_code, set(late.data["fields"])) == (409, {"version", "balance"})
    assert Account.objects.get("ann").balance == 7
