"""Runs Django's stock admin over the models: pages render and write; lists wait for an admin of our own."""

import django
import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from django_dynamodb.exceptions import UnsupportedError
from tests.testapp.models import Note, Thread, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.models.stock")]

DATA = {
    "forum": "AWS", "subject": "S3", "author": "me", "posted_0": "2024-01-02", "posted_1": "03:04:05", "views": "1",
    "tags": '["a"]', "meta": "{}",
}  # fmt: skip


@pytest.fixture
def thread(dynamodb):
    """A stored thread."""
    return Thread.objects.create(forum="AWS", subject="a/b c", author="me")


def url(model, page, *args):
    """The path of an admin page."""
    return reverse(f"admin:testapp_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("path", ["", "testapp/"])
def test_index(dynamodb, admin_client, path):
    """The index shows the models, with the rights the receiver of post_migrate made."""
    page = admin_client.get(f"/admin/{path}").content.decode()
    assert all(name in page for name in ("Threads", "Tickets", "Notes"))


@pytest.mark.parametrize("model", [Note, Thread, Ticket])
def test_add_page(dynamodb, admin_client, model):
    """An empty form renders, with a choice of users where there is a foreign key."""
    page = admin_client.get(url(model, "add")).content.decode()
    assert ("admin" in page.partition('name="owner"')[2]) is (model is Note)


def test_add(dynamodb, admin_client):
    """A posted form stores an item and notes it in the log."""
    response = admin_client.post(url(Thread, "add"), DATA)
    assert response.status_code == 302, response.content.decode()
    assert Thread.objects.get("AWS", "S3").tags == {"a"}
    assert LogEntry.objects.get().object_id == "AWS~S3"


def test_add_existing(thread, admin_client):
    """An existing key is an error of the form, not an overwrite."""
    page = admin_client.post(url(Thread, "add"), {**DATA, "subject": thread.subject}).content.decode()
    assert "already exists" in page


def test_change_page(thread, admin_client):
    """The page of a stored object, by its packed key in the URL."""
    page = admin_client.get(url(Thread, "change", thread.pk)).content.decode()
    assert 'value="a/b c"' in page


def test_change(thread, admin_client):
    """A posted form changes the item."""
    response = admin_client.post(url(Thread, "change", thread.pk), {**DATA, "subject": thread.subject, "views": "7"})
    assert response.status_code == 302, response.content.decode()
    assert Thread.objects.get(pk=thread.pk).views == 7


def test_set_shown_is_set_read(thread, admin_client):
    """What a form shows of a set is what it reads of one."""
    thread.tags = {"b", "a"}
    thread.save()
    form = admin_client.get(url(Thread, "change", thread.pk)).context["adminform"].form
    data = {**DATA, "subject": thread.subject, "tags": form["tags"].value()}
    assert admin_client.post(url(Thread, "change", thread.pk), data).status_code == 302
    assert Thread.objects.get(pk=thread.pk).tags == {"a", "b"}


def test_change_of_nothing(dynamodb, admin_client):
    """A key that is not there leads back to the index, as in any admin."""
    assert admin_client.get(url(Thread, "change", "AWS~nothing")).status_code == 302
    assert admin_client.get(url(Thread, "change", "no key")).status_code == 302


def test_delete(thread, admin_client):
    """The page asks, and the posted answer deletes."""
    path = url(Thread, "delete", thread.pk)
    assert "Are you sure" in admin_client.get(path).content.decode()
    assert admin_client.post(path, {"post": "yes"}).status_code == 302
    assert not Thread.objects.exists()


def test_history(thread, admin_client):
    """The history page finds the object."""
    admin_client.post(url(Thread, "change", thread.pk), {**DATA, "subject": thread.subject})
    assert admin_client.get(url(Thread, "history", thread.pk)).status_code == 200


@pytest.mark.skipif(django.VERSION >= (6, 1), reason="from Django 6.1 on the list asks totally_ordered first")
def test_list_before_6_1(thread, admin_client):
    """The stock list orders the whole table by its key, which a Scan cannot; it says so instead of lying."""
    with pytest.raises(UnsupportedError, match="order"):
        admin_client.get(url(Thread, "changelist"))


@pytest.mark.skipif(django.VERSION < (6, 1), reason="before Django 6.1 the list orders by the key")
def test_list_since_6_1(thread, admin_client):
    """The stock list renders, in the order the table gives."""
    assert "Thread object (AWS~a!2Fb!20c)" in admin_client.get(url(Thread, "changelist")).content.decode()


def test_delete_of_a_user(dynamodb, admin_client, admin_user, django_user_model):
    """Deleting an SQL row in the admin does not look for items that point to it."""
    user = django_user_model.objects.create(username="ann")
    Note.objects.create(owner=user, text="x")
    path = reverse("admin:auth_user_delete", args=[user.pk])
    assert admin_client.post(path, {"post": "yes"}).status_code == 302
    assert Note.objects.count() == 1
