"""Tests that views answer conflicts, tell tags, and read consistently what is to be changed."""

import pytest
from django.urls import reverse

from django_dynamodb.contrib.drf.views import DynamoReadOnlyModelViewSet
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import throttled
from tests.contrib.drf.threads import ThreadViewSet
from tests.recording import sent
from tests.testapp.models import Thread

__all__ = ["sent"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.threads")]

URL = "/thread/AWS~S1/"


def test_tag_of_an_outdated_object(api, forum):
    """An edit with the tag of an outdated object is 412, with the fields that differ, and writes nothing."""
    tag = api.get(URL)["ETag"]
    first = api.patch(URL, {"author": "them"}, format="json", HTTP_IF_MATCH=tag)
    assert first.status_code == 200
    late = api.put(URL, {"forum": "AWS", "subject": "S1", "author": "me"}, format="json", HTTP_IF_MATCH=tag)
    assert (late.status_code, late.data["fields"]) == (412, ["author"])
    assert api.delete(URL, HTTP_IF_MATCH=tag).status_code == 412
    assert Thread.objects.get("AWS", "S1").author == "them"
    assert api.patch(URL, {"author": "me"}, format="json", HTTP_IF_MATCH=first["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("tags", "status"), [("*", 200), ('"x"', 412), ('W/"x", *', 412), ('"x", {tag}', 200), ("{tag}", 200), ("", 200)]
)
def test_tags(api, forum, tags, status):
    """One of several tags has to be the object's; a star is any object."""
    tag = api.get(URL)["ETag"]
    answer = api.patch(URL, {"views": 7}, format="json", HTTP_IF_MATCH=tags.format(tag=tag))
    assert answer.status_code == status


def test_deletion(api, forum, sent):
    """A deletion with a tag is made by condition; one without deletes what there is."""
    tag = api.get(URL)["ETag"]
    sent.clear()
    assert api.delete(URL, HTTP_IF_MATCH=tag).status_code == 204
    assert "author" in sent.payloads[-1]["ExpressionAttributeNames"].values()
    assert api.delete("/thread/AWS~S2/").status_code == 204
    assert "author" not in sent.payloads[-1]["ExpressionAttributeNames"].values()
    assert api.delete("/thread/AWS~S2/").status_code == 404


def test_consistent_reads(api, forum, sent):
    """What is to be changed is read consistently; what is only shown is not."""
    sent.clear()
    api.get(URL)
    assert not sent.payloads[0].get("ConsistentRead")
    api.patch(URL, {"views": 7}, format="json")
    assert sent.payloads[1]["ConsistentRead"] is True


def test_tags_can_be_left_out(api, forum, monkeypatch):
    """A view may tell no tags; lists never have one."""
    assert "ETag" not in api.get("/thread/")
    monkeypatch.setattr(ThreadViewSet, "entity_tags", False)
    assert "ETag" not in api.get(URL)


@pytest.mark.parametrize("names", [("a.b", "1.5"), ("ann@example.org", "x"), ("a/b c", "ü~!"), ("$'", "=,:+")])
def test_keys_in_urls(api, names):
    """Whatever a key holds, its URL leads to its object."""
    made = api.post("/thread/", dict(zip(("forum", "subject"), names, strict=True)), format="json")
    found = api.get(reverse("thread-detail", args=[made.data["pk"]]))
    assert (found.data["forum"], found.data["subject"]) == names


def test_what_has_no_tag(api, forum):
    """A page for people shows more than the object, so it has none."""
    assert "ETag" not in api.get(URL, HTTP_ACCEPT="text/html")


def test_unchanged_objects(api, forum, settings):
    """A read with the present tag is 304 by Django's middleware."""
    settings.MIDDLEWARE = ["django.middleware.http.ConditionalGetMiddleware"]
    tag = api.get(URL)["ETag"]
    assert api.get(URL, HTTP_IF_NONE_MATCH=tag).status_code == 304
    Thread.objects.filter(pk="AWS~S1").update(views=99)
    assert api.get(URL, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_new_objects_have_a_tag(api):
    """The answer to a new object has its tag."""
    made = api.post("/thread/", {"forum": "F", "subject": "s"}, format="json")
    assert made["ETag"] == api.get("/thread/F~s/")["ETag"]


def test_deletion_of_what_changed(api, forum, sent):
    """What changes between the reading and the deletion is 409."""
    tag = api.get(URL)["ETag"]

    def change(payload, send):
        answer = send()
        sent.instead("GetItem", None)
        Thread.objects.filter(pk="AWS~S1").update(author="them")
        return answer

    sent.instead("GetItem", change)
    answer = api.delete(URL, HTTP_IF_MATCH=tag)
    assert (answer.status_code, answer.data["fields"]) == (409, ["author"])


def test_read_only(api, forum, rf):
    """A view that only shows has the same pages and filters."""
    view = DynamoReadOnlyModelViewSet.as_view(
        {"get": "list"}, queryset=Thread.objects.all(), serializer_class=ThreadViewSet.serializer_class
    )
    with assertDynamoDB(queries=1, calls=1):
        answer = view(rf.get("/?forum=GCP"))
    assert [row["subject"] for row in answer.data["results"]] == ["x", "y"]


def test_busy_service(api, forum):
    """A throttled read is 503, and says when to come back, without a setting."""
    with throttled(10, "GetItem"):
        answer = api.get(URL)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
