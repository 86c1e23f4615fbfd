"""Tests that serializers of this package replace nothing, keep keys, and see conflicts."""

import pytest
from rest_framework.exceptions import ValidationError

from django_dynamodb.contrib.drf.exceptions import Conflict
from django_dynamodb.contrib.drf.serializers import DynamoModelSerializer, KeyRelatedField
from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.contrib.drf.threads import serializer_of
from tests.testapp.models import Account, Everything, Issue, Reading, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.threads")]

Threads = serializer_of(Thread, DynamoModelSerializer)


def stored():
    """The thread as another request reads it."""
    return Thread.objects.get("AWS", "S1", consistent_read=True)


def test_new_object_is_one_call(api):
    """A key is not looked up before it is written; the write sees that it is taken."""
    with assertDynamoDB(puts=1, calls=1):
        assert api.post("/thread/", {"forum": "F", "subject": "s"}, format="json").status_code == 201
    with assertDynamoDB(puts=1, calls=1):
        taken = api.post("/thread/", {"forum": "F", "subject": "s"}, format="json")
    assert (taken.status_code, taken.data["non_field_errors"][0].code) == (400, "unique")


def test_edit_is_two_calls(api, forum):
    """An edit reads the item consistently, and changes what was changed."""
    with assertDynamoDB(gets=1, updates=1, calls=2):
        assert (
            api.put("/thread/AWS~S1/", {"forum": "AWS", "subject": "S1", "views": 7}, format="json").status_code == 200
        )
    assert stored().views == 7


@pytest.mark.parametrize("body", [{"forum": "GCP"}, {"subject": "x"}, {"forum": "AWS", "subject": None}])
def test_keys_cannot_be_changed(api, forum, body):
    """Another key is an error of its field; nothing is written."""
    answer = api.patch("/thread/AWS~S1/", {**body, "views": 7}, format="json")
    assert answer.status_code == 400
    assert set(answer.data) <= {"forum", "subject"}
    assert stored().views == 1


def test_same_key_written_otherwise(dynamodb):
    """A key that means the same may be written in another way."""
    reading = Reading.objects.create(at=7)
    written = f"{reading.device}".upper().replace("-", "")
    serializer = serializer_of(Reading, DynamoModelSerializer)
    edit = serializer(Reading.objects.get(pk=reading.pk), {"device": written, "at": "7", "value": 1}, partial=True)
    assert edit.is_valid(), edit.errors
    edit.save()
    late = serializer(Reading.objects.get(pk=reading.pk), {"device": "x"}, partial=True)
    assert not late.is_valid()


def test_conflict_between_reading_and_writing(forum):
    """What comes in between is 409, and names the fields; nothing is lost."""
    edit = Threads(stored(), {"author": "mine"}, partial=True)
    assert edit.is_valid()
    Thread.objects.filter(pk="AWS~S1").update(author="theirs", views=9)
    with pytest.raises(Conflict) as caught:
        edit.save()
    assert caught.value.fields == ["author", "views"]
    assert stored().author == "theirs"


def test_version_that_was_read(api):
    """A version may be sent back; an outdated one is 409, and names the version."""
    Account.objects.create(owner="ann")
    shown = api.get("/account/ann/").data
    assert shown["version"] == 1
    assert api.put("/account/ann/", {**shown, "balance": 5}, format="json").data["version"] == 2
    late = api.put("/account/ann/", {**shown, "balance": 9}, format="json")
    assert (late.status_code, late.data["fields"]) == (409, ["version"])
    assert "version 2 by now, not 1" in late.data["detail"]
    assert Account.objects.get("ann").balance == 5
    assert api.patch("/account/ann/", {"balance": 9}, format="json").status_code == 200


def test_version_of_a_new_object(api):
    """A new object has no version to compare, whatever is sent."""
    made = api.post("/account/", {"owner": "ann", "version": 7}, format="json")
    assert (made.status_code, made.data["version"]) == (201, 1)


def test_what_cannot_be_stored(api):
    """A value that DynamoDB cannot store is an error of its field."""
    body = {"code": "x", "strings": ["a"], "numbers": [int("1" * 40)], "blobs": ["AA=="]}
    answer = api.post("/everything/", body, format="json")
    assert (answer.status_code, set(answer.data)) == (400, {"numbers"})
    with pytest.raises(Everything.DoesNotExist):
        Everything.objects.get("x")
    assert api.post("/thread/", {"forum": "F" * 81, "subject": "s"}, format="json").status_code == 400


def test_empty_sets(api):
    """A set that may not be blank may not be empty; there is no empty set to be stored."""
    answer = api.post("/everything/", {"code": "x", "strings": [], "numbers": [1], "blobs": ["AA=="]}, format="json")
    assert answer.data["strings"][0].code == "empty"
    assert api.post("/thread/", {"forum": "F", "subject": "s", "tags": []}, format="json").status_code == 201


def test_pointers(dynamodb):
    """A foreign key to another table is typed, and looked up where it is sent."""
    field = serializer_of(Issue, DynamoModelSerializer)().fields["ticket"]
    assert isinstance(field, KeyRelatedField)
    assert field.style["base_template"] == "input.html"
    with assertDynamoDB(gets=1, calls=1), pytest.raises(ValidationError):
        field.run_validation(7)
    with assertDynamoDB(calls=0), pytest.raises(ValidationError):
        field.run_validation("x")
    with assertDynamoDB(calls=0), pytest.raises(ValidationError):
        KeyRelatedField(queryset=Thread.objects.all()).run_validation("no packed key")


def test_faults_of_the_project_are_raised(forum):
    """What is no client's fault is raised as it is."""
    edit = Threads(stored(), {"author": "x"}, partial=True)
    assert edit.is_valid()
    edit.instance.views = object
    with pytest.raises((TypeError, ValueError, UnsupportedError, ValidationError)):
        edit.save()
