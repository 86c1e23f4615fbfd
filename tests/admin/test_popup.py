"""Holds that an object is pointed to by its key, which a window finds."""

import pytest

from django_dynamodb.admin import DynamoModelAdmin
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.admin.conftest import address
from tests.admin.sites import site
from tests.testapp.models import Comment, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.admin.sites")]


@pytest.fixture
def popup(browse):
    """Opens the window that chooses a thread, and gives its page."""

    def popup(query=""):
        return browse.get(address(Thread, "changelist") + f"?_popup=1&_to_field=pk{query}")

    return popup


def keys(page):
    """What a click on each row would choose."""
    parts = page.content.decode().split('data-popup-opener="')[1:]
    return [part.partition('"')[0] for part in parts]


def test_form_leads_to_the_window(forum, browse):
    """The input takes a key, no object is offered, and the glass beside it opens the list."""
    with assertDynamoDB(calls=0):
        page = browse.get(address(Comment, "add")).content.decode()
    assert f'href="{address(Thread, "changelist")}?_to_field=pk" class="related-lookup"' in page
    assert "<select" not in page


def test_window_searches_by_key(forum, popup):
    """It finds a partition and the beginning of a sort key by one Query, and gives packed keys."""
    with assertDynamoDB(queries=1, calls=1):
        page = popup("&q=AWS+b")
    assert keys(page) == ["AWS~b"]
    assert '<input type="hidden" name="_popup" value="1">' in page.content.decode()


def test_window_pages(forum, popup):
    """The way on and back stays in the window."""
    listed = popup("&q=AWS").context["cl"]
    assert "_popup=1" in listed.next_url
    assert "_to_field=pk" in listed.next_url
    following = popup("&" + listed.next_url.removeprefix("?"))
    assert keys(following) == ["AWS~d", "AWS~e"]
    assert "_popup=1" in following.context["cl"].previous_url


def test_chosen_object_is_shown(forum, browse):
    """A stored comment says what its key points to, and leads there, by one GetItem more."""
    comment = Comment.objects.create(thread_id="AWS~b", text="Yes.")
    with assertDynamoDB(gets=2, calls=2):
        page = browse.get(address(Comment, "change", comment.pk)).content.decode()
    assert 'value="AWS~b"' in page
    assert f'href="{address(Thread, "change", "AWS~b")}"' in page


@pytest.mark.parametrize("how", ["autocomplete_fields", "select_fields"])
def test_other_inputs(forum, rf, admin_user, how):
    """Packed keys can be completed as they are typed, and chosen from a list."""
    admin = type("SomeAdmin", (DynamoModelAdmin,), {how: ["thread"]})(Comment, site)
    request = rf.get("/")
    request.user = admin_user
    shown = str(admin.get_form(request)(initial={"thread": "AWS~b"})["thread"])
    assert '<option value="AWS~b" selected>' in shown
    assert "_to_field=pk" in shown


def test_autocomplete_at_a_million_items(million, browse, sent):
    """What completes a packed key is one Query by the beginning of the sort key, of one row more than are shown."""
    asked = {"app_label": "testapp", "model_name": "comment", "field_name": "thread", "term": "AWS 1"}
    found = browse.get("/admin/autocomplete/", asked).json()
    assert found["results"][0] == {"id": "AWS~10", "text": "Thread object (AWS~10)"}
    assert sent.operations == ["Query"]
    assert "begins_with" in sent.payloads[0]["KeyConditionExpression"]
    assert sent.payloads[0]["Limit"] == 21


@pytest.mark.parametrize("key", ["AWS~none", "no key", "a~b~c", "~"])
def test_key_of_nothing(forum, browse, key):
    """What was typed and is no thread's key is an error of the field."""
    answer = browse.post(address(Comment, "add"), {"thread": key, "text": "Yes."})
    assert answer.context["adminform"].form.errors.keys() == {"thread"}


def test_add(forum, browse):
    """A key that was chosen is stored."""
    assert browse.post(address(Comment, "add"), {"thread": "AWS~b", "text": "Yes."}).status_code == 302
    assert [comment.thread.subject for comment in Comment.objects.all()] == ["b"]


def test_object_added_in_the_window(dynamodb, browse):
    """A new thread is chosen as soon as it is stored."""
    data = {"forum": "AWS", "subject": "new", "posted_0": "2024-01-02", "posted_1": "03:04:05", "views": "0"}
    url = address(Thread, "add") + "?_to_field=pk&_popup=1"
    page = browse.post(url, {**data, "tags": "", "meta": "{}", "_popup": "1", "_to_field": "pk"})
    assert "AWS~new" in page.content.decode()
