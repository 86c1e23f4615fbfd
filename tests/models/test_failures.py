"""Tests how the service's answers are worded for the developer of the model."""

import pytest
from django.db.models import F

from django_dynamodb.exceptions import ConflictError, InvalidValueError, OverwriteError, RequestRejectedError
from tests.testapp.models import Account, Everything, Thread

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


def test_conflict_names_its_fields(dynamodb):
    """A conflict tells the fields that differ; a version is one, before what else is known."""
    thread = Thread.objects.create(forum="F", subject="s")
    Thread.objects.filter(pk=thread.pk).update(author="them")
    thread.views = 3
    with pytest.raises(ConflictError) as caught:
        thread.save(raise_on_conflict=True)
    assert caught.value.fields == ("author",)
    account = Account.objects.create(owner="ann")
    Account.objects.filter(owner="ann").update(balance=7)
    account.state = "closed"
    with pytest.raises(ConflictError) as caught:
        account.save()
    assert caught.value.fields == ("version", "balance")
    with pytest.raises(OverwriteError) as taken:
        Thread.objects.create(forum="F", subject="s")
    assert taken.value.fields == ()


@pytest.mark.parametrize("values", [{"numbers": {int("1" * 40)}}, {"text": "\ud800"}])
def test_value_names_its_attribute(dynamodb, values):
    """A value that has no stored form is named by its attribute, of a new object and of a change."""
    with pytest.raises(InvalidValueError) as caught:
        Everything(code="x", **values).save()
    assert (caught.value.attribute,) == tuple(values)
    Everything.objects.create(code="y")
    row = Everything.objects.get("y")
    vars(row).update(values)
    with pytest.raises(InvalidValueError) as caught:
        row.save()
    assert (caught.value.attribute,) == tuple(values)
