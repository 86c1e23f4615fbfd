"""Holds what the system checks say of an admin."""

import pytest
from django.contrib.admin import AdminSite, AllValuesFieldListFilter, SimpleListFilter, register
from django.contrib.auth import get_user_model
from django.db import connections

from django_dynamodb.admin import DynamoModelAdmin
from tests.admin.sites import site
from tests.testapp.models import Issue, Note, Thread

pytestmark = pytest.mark.django_db


def found(model, **options):
    """The ids and hints of what is wrong with an admin."""
    admin = type("SomeAdmin", (DynamoModelAdmin,), options)(model, AdminSite())
    return [(message.id, message.hint) for message in admin.check()]


@pytest.mark.parametrize("model", [Issue, Note, Thread])
def test_admins_of_the_suite(model):
    """The admins that the other tests use are right."""
    assert site.get_model_admin(model).check() == []


@pytest.mark.parametrize(
    ("model", "options", "number", "hint"),
    [
        (get_user_model(), {}, "E060", "django.contrib.admin.ModelAdmin"),
        (Thread, {"search_fields": ["views"]}, "E061", 'models.GlobalIndex("by_views", "views") to Thread.Table'),
        (Thread, {"search_fields": ["posted"]}, "E061", "GlobalIndex"),
        (Thread, {"search_fields": ["tags"]}, "E061", "cannot be a key"),
        (Thread, {"list_filter": ["views"]}, "E062", 'models.GlobalIndex("by_views", "views") to Thread.Table'),
        (Issue, {"date_hierarchy": "opened"}, "E063", "sort key"),
        (Thread, {"ordering": ["-author"]}, "E064", "posted, subject, views"),
        (Thread, {"list_filter": ["author"]}, "E065", "choices"),
        (Issue, {"list_filter": [("state", AllValuesFieldListFilter)]}, "E065", "choices"),
        (Issue, {"select_fields": ["title"]}, "E066", "Remove"),
    ],
)
def test_what_would_scan(model, options, number, hint):
    """What no key or index serves is an error that says what would."""
    ((id_, said),) = found(model, **options)
    assert id_ == f"django_dynamodb.{number}"
    assert hint in said
    assert f"ref/checks#{number.lower()}" in said


def test_stock_decorator():
    """A model of two keys is registered as any other."""
    own = AdminSite()

    @register(Thread, site=own)
    class ThreadAdmin(DynamoModelAdmin):
        """As Django's docs have it."""

    assert isinstance(own.get_model_admin(Thread), ThreadAdmin)
    assert own.get_model_admin(Thread).check() == []


def test_without_sql(monkeypatch):
    """A project with DATABASES = {} is told that the admin needs one, rather than failing at the first login."""
    monkeypatch.setitem(connections.databases["default"], "ENGINE", "django.db.backends.dummy")
    ((id_, hint),) = found(Thread)
    assert id_ == "django_dynamodb.E067"
    assert "SQLite is enough" in hint


def test_without_the_admin_app(monkeypatch):
    """What else is missing then is for Django to say."""
    monkeypatch.setattr("django_dynamodb.admin.validation.apps.is_installed", lambda name: False)
    assert not any(id_.startswith("django_dynamodb") for id_, _hint in found(Thread))


class ByAuthor(SimpleListFilter):
    """What its author wrote."""

    title = parameter_name = "author"


def test_what_is_served():
    """Keys, choices, SQL's related objects and own filters pass; Django's own checks go on."""
    assert found(Note, list_filter=["owner"]) == []
    assert found(Thread, list_filter=[ByAuthor], ordering=["-posted"], search_fields=["^forum", "subject"]) == []
    wrong = found(Thread, list_display=["nonsense"], search_fields=["nonsense"], list_filter=["nonsense"])
    assert sorted(id_ for id_, _hint in wrong) == ["admin.E108", "admin.E116"]
