"""Tests that Django REST framework's own serializers and viewsets work on the models of DynamoDB."""

import pytest

from django_dynamodb.testing.assertions import AtMost, assertDynamoDB
from tests.contrib.drf.threads import MODELS
from tests.testapp.models import Everything, Reading, Thread, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.drf.threads")]


def test_one_thread(api):
    """An item with two keys is created, read, changed in part and as a whole, and deleted, by its packed key."""
    body = {"forum": "a/b", "subject": "S 3", "tags": ["b", "a"], "meta": {"a": 1.5}}
    made = api.post("/stock/thread/", body, format="json")
    assert (made.status_code, made.data["pk"], made.data["tags"]) == (201, "a!2Fb~S!203", ["a", "b"])
    url = f"/stock/thread/{made.data['pk']}/"
    assert api.get(url).data == made.data
    assert api.patch(url, {"views": 3}, format="json").data == {**made.data, "views": 3}
    assert api.put(url, {**made.data, "author": "ann"}, format="json").data == {**made.data, "author": "ann"}
    assert [row["pk"] for row in api.get("/stock/thread/").data] == [made.data["pk"]]
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404


def test_calls(api, forum):
    """Reading is one call; an edit reads the item and changes what was changed."""
    with assertDynamoDB(gets=1, calls=1):
        api.get("/stock/thread/AWS~S1/")
    with assertDynamoDB(gets=AtMost(2), updates=1, calls=AtMost(3)):
        assert api.patch("/stock/thread/AWS~S1/", {"views": 3}, format="json").status_code == 200
    with assertDynamoDB(gets=1, deletes=1, calls=2):
        api.delete("/stock/thread/AWS~S1/")


@pytest.mark.parametrize("key", ["none", "AWS", "a~b~c", "AWS~!zz", "AWS~none"])
def test_no_such_key(api, forum, key):
    """What is no key, or nobody's, is not found."""
    assert api.get(f"/stock/thread/{key}/").status_code == 404


@pytest.mark.parametrize("path", ["thread", "stock/thread", "everything", "stock/everything"])
def test_taken_key(api, forum, path):
    """Creating what exists is 400, and replaces nothing."""
    body = {
        "forum": "AWS",
        "subject": "S1",
        "views": 99,
        "code": "x",
        "strings": ["a"],
        "numbers": [1],
        "blobs": ["AA=="],
    }
    Everything.objects.create(code="x", text="mine")
    answer = api.post(f"/{path}/", body, format="json")
    assert answer.status_code == 400
    assert "unique" in str(answer.data)
    assert Thread.objects.get("AWS", "S1").views == 1
    assert Everything.objects.get("x").text == "mine"


def test_class_level_queryset_is_not_frozen(api, forum):
    """Each request reads anew."""
    before = len(api.get("/stock/thread/").data)
    Thread.objects.get("AWS", "S1").delete()
    assert len(api.get("/stock/thread/").data) == before - 1


def test_numbered_items(api):
    """A counter gives the key where the serializer has none to take."""
    first, second = (api.post("/stock/ticket/", {"title": "t"}, format="json").data["id"] for _ in range(2))
    assert second == first + 1
    assert Ticket.objects.get(second).title == "t"


def test_defaults_as_keys(api):
    """A key with a default may be left out."""
    made = api.post("/stock/reading/", {"at": 7, "value": "1.50"}, format="json")
    assert made.status_code == 201, made.data
    assert Reading.objects.get(pk=made.data["pk"]).value == 1.5


@pytest.mark.parametrize("path", ["everything", "stock/everything"])
def test_every_field(api, admin_user, path):
    """Every kind of field goes out as JSON, and what went out comes back as it was."""
    body = {
        "code": "x", "text": "t", "maybe": None, "number": 2**62, "ratio": 0.1, "price": "1234567890.1234",
        "flag": True, "moment": "2024-01-02T03:04:05.000006Z", "day": "2024-01-02", "hour": "03:04:05",
        "span": "1 00:00:01", "token": "00000000-0000-0000-0000-000000000007", "address": "::1", "slug": "a-b",
        "document": {"a": [1.5, None]}, "strings": ["a", "b"], "numbers": [1, 2.5, "0.12345678901234567891"],
        "blobs": ["AP8="], "items": [1, 0.5, {"$SS": ["a"]}, {"$B": "AP8="}], "mapping": {"a": {"b": [True]}},
        "owner": admin_user.pk,
    }  # fmt: skip
    made = api.post(f"/{path}/", body, format="json")
    assert made.status_code == 201, made.data
    shown = api.get(f"/{path}/x/").json()
    assert {name: shown[name] for name in body if name not in {"moment", "numbers"}} == {
        name: value for name, value in body.items() if name not in {"moment", "numbers"}
    }
    assert shown["numbers"] == ["0.12345678901234567891", 1, 2.5]
    assert (shown["upload"], shown["blob"]) == (None, None)
    before = Everything.objects.get("x").to_item()
    sent = {name: value for name, value in shown.items() if name not in {"upload", "blob"}}
    assert api.put(f"/{path}/x/", sent, format="json").status_code == 200
    assert Everything.objects.get("x").to_item() == before


def test_related_objects_cost_no_call(api, forum, admin_user):
    """A list shows the keys of what is pointed to, and reads none of it."""
    ticket = Ticket.objects.create(title="t")
    for number in range(3):
        body = {"project": "p", "number": number, "title": "t", "ticket": ticket.pk}
        assert api.post("/stock/issue/", body, format="json").status_code == 201
    with assertDynamoDB(scans=1, calls=1):
        shown = api.get("/stock/issue/")
    assert {row["ticket"] for row in shown.data} == {ticket.pk}
    missing = api.post("/issue/", {"project": "p", "number": 9, "title": "t", "ticket": 999}, format="json")
    assert missing.data["ticket"][0].code == "does_not_exist"


@pytest.mark.parametrize("base", ["", "stock/"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_browsable_pages(api, base, model):
    """The pages of the browsable API show their lists and forms."""
    page = api.get(f"/{base}{model._meta.model_name}/", HTTP_ACCEPT="text/html")
    assert page.status_code == 200
    assert b"<form" in page.content


@pytest.mark.parametrize("path", ["thread", "stock/thread", "noted"])
def test_browsable_forms(api, forum, path):
    """The form of a thread shows sets and documents as JSON, and takes them back."""
    page = api.get(f"/{path}/AWS~S1/", HTTP_ACCEPT="text/html").content.decode()
    assert page.count('name="tags"') == 1
    made = api.post(f"/{path}/", {"forum": "F", "subject": "s", "tags": '["a"]', "meta": "{}"}, HTTP_ACCEPT="text/html")
    assert made.status_code == 201
    assert Thread.objects.get("F", "s").tags == {"a"}
