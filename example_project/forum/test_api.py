"""Tests of the forum's API: lists by key, edits that are counted, and edits of what somebody else changed."""

import pytest
from django.core.management import call_command

from django_dynamodb.testing.assertions import assertDynamoDB
from forum.models import Forum, Reply, Thread

pytestmark = [pytest.mark.dynamodb, pytest.mark.django_db]

JSON = "application/json"


@pytest.fixture
def thread():
    """A thread with a reply, in a forum with another one."""
    forum = Forum.objects.create(slug="tea", title="Tea room", description="Anything else.", threads=2)
    Thread.objects.create(forum=forum, key="20260101-1", subject="Milk", author="Bea", body="First?")
    thread = Thread.objects.create(forum=forum, key="20260102-1", subject="Green tea", author="Ada", body="Hot.")
    Reply.objects.create(thread=thread.pk, number=thread.count_reply(), author="Bea", body="Yes.")
    return thread


def test_every_list_opens(client):
    """Everybody may read, and see it in a browser."""
    call_command("seed_forum")
    for name in ("forums", "threads", "replies"):
        answer = client.get(f"/api/{name}/", headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert b"previous" in answer.content


def test_threads_of_a_forum(client, thread):
    """A forum's key lists its threads, newest first, by one Query; what no key serves is refused."""
    with assertDynamoDB(queries=1, calls=1):
        found = client.get("/api/threads/?forum=tea&ordering=-key").json()["results"]
    assert [row["subject"] for row in found] == ["Green tea", "Milk"]
    assert client.get(f"/api/replies/?thread={thread.pk}").json()["results"][0]["body"] == "Yes."
    assert client.get("/api/threads/?author=Ada").status_code == 400


def test_visitors_do_not_write(client, thread):
    """Who is not logged in changes nothing."""
    assert client.delete(f"/api/threads/{thread.pk}/").status_code == 403
    assert Thread.objects.get(pk=thread.pk).subject == "Green tea"


def test_new_thread(admin_client, thread):
    """A new thread is counted."""
    sent = {"forum": "tea", "subject": "Oolong", "author": "Ada", "body": "Warm.", "tags": ["blue"]}
    made = admin_client.post("/api/threads/", sent, content_type=JSON)
    assert made.status_code == 201, made.content
    assert Thread.objects.get(pk=made.json()["pk"]).tags == {"blue"}
    assert Forum.objects.get("tea").threads == 3


def test_edit(admin_client, thread):
    """An edit counts; one of what somebody else changed is refused, and told what."""
    path = f"/api/threads/{thread.pk}/"
    tag = admin_client.get(path)["ETag"]
    edited = admin_client.patch(path, {"subject": "Sencha"}, content_type=JSON, headers={"if-match": tag})
    assert (edited.status_code, edited.json()["revision"], edited.json()["edited_by"]) == (200, 2, "admin")
    late = admin_client.patch(path, {"subject": "Matcha"}, content_type=JSON, headers={"if-match": tag})
    assert late.status_code == 412
    assert "subject" in late.json()["fields"]


def test_delete(admin_client, thread):
    """A thread goes with its replies, and is counted no more."""
    assert admin_client.delete(f"/api/threads/{thread.pk}/").status_code == 204
    assert (Thread.objects.count(), Reply.objects.count(), Forum.objects.get("tea").threads) == (1, 0, 1)
