"""Tests that an object of an API carries what it was read as."""

import pytest

from tests.contrib.drf.threads import NotedSerializer
from tests.testapp.models import Thread

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.threads")]

URL = "/noted/AWS~S1/"


def test_two_editors(api, forum):
    """The second of two editors gets 409 with the fields that differ, reads again, and may write."""
    mine, theirs = api.get(URL).data, api.get(URL).data
    first = api.put(URL, {**theirs, "author": "them"}, format="json")
    assert first.status_code == 200
    late = api.put(URL, {**mine, "author": "me"}, format="json")
    assert (late.status_code, late.data["fields"]) == (409, ["author"])
    assert Thread.objects.get("AWS", "S1").author == "them"
    again = {"author": "me", "as_shown": api.get(URL).data["as_shown"]}
    assert api.patch(URL, again, format="json").status_code == 200
    assert api.patch(URL, {"author": "her", "as_shown": first.data["as_shown"]}, format="json").status_code == 409


def test_what_does_not_matter(api, forum):
    """Fields that others count may change meanwhile."""
    note = api.get(URL).data["as_shown"]
    Thread.objects.filter(pk="AWS~S1").update(views=99)
    assert api.patch(URL, {"author": "me", "as_shown": note}, format="json").status_code == 200


@pytest.mark.parametrize("note", ["", "x", "é", 7, None, {"a": 1}])
def test_no_note(api, forum, note):
    """What is no note is an error of the field."""
    answer = api.patch(URL, {"author": "me", "as_shown": note}, format="json")
    assert (answer.status_code, set(answer.data)) == (400, {"as_shown"})


def test_note_of_another(api, forum):
    """A note is good for its own object."""
    note = api.get("/noted/AWS~S2/").data["as_shown"]
    assert api.patch(URL, {"author": "me", "as_shown": note}, format="json").status_code == 400


def test_edit_without_a_note(api, forum):
    """An edit has to say what it was made from, unless the field is optional; a new object does not."""
    answer = api.patch(URL, {"author": "me"}, format="json")
    assert answer.data["as_shown"][0].code == "required"
    made = api.post("/noted/", {"forum": "F", "subject": "s"}, format="json")
    assert made.status_code == 201
    assert made.data["as_shown"]
    edit = NotedSerializer(Thread.objects.get("F", "s"), {"author": "me"}, partial=True)
    edit.fields["as_shown"].required = False
    assert edit.is_valid()


def test_object_that_was_not_read(dynamodb):
    """An object that was never stored has no note."""
    assert NotedSerializer(Thread(forum="F", subject="s")).data["as_shown"] == ""
