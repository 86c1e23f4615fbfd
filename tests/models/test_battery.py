"""Runs Django's own forms, views, serializers and fixtures over the models: nothing of it is written for us."""

import json

import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.paginator import Paginator
from django.shortcuts import get_list_or_404, get_object_or_404
from django.test import Client, override_settings
from django.urls import reverse

from django_dynamodb.exceptions import UnsupportedError
from tests.models.factories import everything
from tests.models.stock import NoteForm, ThreadForm
from tests.testapp.models import Everything, Note, Thread, Ticket

DATA = {"forum": "AWS", "subject": "S3", "author": "me", "views": 1, "meta": "{}"}
TEMPLATE = "{{ object }}{% for thread in object_list %}{{ thread.subject }},{% endfor %}{{ form.errors }}"


@pytest.fixture
def forum(dynamodb):
    """Three threads of one forum, a to c."""
    Thread.objects.bulk_create([Thread(forum="AWS", subject=name, author="me") for name in "abc"])
    return Thread.objects.filter(forum="AWS")


class TestForms:
    """ModelForm, ModelChoiceField, model formsets."""

    def test_create(self, dynamodb):
        """A valid form stores a new object."""
        form = ThreadForm(DATA)
        assert form.is_valid(), form.errors
        form.save()
        assert Thread.objects.get("AWS", "S3").author == "me"

    def test_edit(self, forum):
        """A bound instance is changed; what the form does not show stays."""
        Thread.objects.filter(pk="AWS~a").update(tags={"kept"})
        form = ThreadForm({**DATA, "subject": "a", "views": 7}, instance=Thread.objects.get("AWS", "a"))
        assert form.is_valid(), form.errors
        form.save()
        assert Thread.objects.values_list("views", "tags").get(pk="AWS~a") == (7, {"kept"})

    def test_taken_key(self, forum):
        """An existing pair is an error of the form, not an overwrite."""
        form = ThreadForm({**DATA, "subject": "a"})
        assert "already exists" in str(form.errors)

    def test_key_cannot_change(self, forum):
        """Another key on a stored object is an error of the form."""
        form = ThreadForm({**DATA, "subject": "z"}, instance=Thread.objects.get("AWS", "a"))
        assert list(form.errors) == ["subject"]

    def test_bad_values(self, dynamodb):
        """Django's own field checks run."""
        form = ThreadForm({**DATA, "views": "many", "forum": ""})
        assert set(form.errors) == {"views", "forum"}

    def test_model_choice(self, forum):
        """A choice of items goes through packed keys, also within a narrowed query set."""
        field = forms.ModelChoiceField(forum)
        assert [value for value, _ in field.choices][1:] == ["AWS~a", "AWS~b", "AWS~c"]
        assert field.clean("AWS~b").subject == "b"
        for value in ("AWS~nothing", "GCP~a", "no key"):
            with pytest.raises(ValidationError, match="valid choice"):
                field.clean(value)

    def test_model_multiple_choice(self, forum):
        """So does a choice of several."""
        field = forms.ModelMultipleChoiceField(forum)
        assert {thread.subject for thread in field.clean(["AWS~a", "AWS~c"])} == {"a", "c"}
        with pytest.raises(ValidationError):
            field.clean(["AWS~a", "GCP~a"])

    def test_formset(self, forum):
        """A model formset shows, changes, adds and deletes."""
        factory = forms.modelformset_factory(Thread, ThreadForm, extra=1, can_delete=True)
        shown = factory(queryset=forum)
        data = {f"form-{key}": value for key, value in (("TOTAL_FORMS", 4), ("INITIAL_FORMS", 3))}
        for number, form in enumerate(shown.initial_forms):
            data |= {f"form-{number}-{name}": form[name].value() for name in ("pk", "forum", "subject", "author")}
            data |= {f"form-{number}-views": number + 5, f"form-{number}-meta": "{}"}
        data |= {f"form-3-{name}": value for name, value in DATA.items()} | {"form-0-DELETE": "on"}
        formset = factory(data, queryset=forum)
        assert formset.is_valid(), formset.errors
        formset.save()
        assert list(forum.values_list("subject", "views")) == [("S3", 1), ("b", 6), ("c", 7)]

    @pytest.mark.django_db
    def test_foreign_key(self, dynamodb, django_user_model):
        """A choice of SQL objects is offered, stored and read back."""
        user = django_user_model.objects.create(username="ann")
        form = NoteForm({"owner": user.pk, "text": "x"})
        assert form.is_valid(), form.errors
        assert Note.objects.get(pk=form.save().pk).owner == user


@pytest.mark.urls("tests.models.stock")
class TestViews:
    """The five generic views, over a query set that is made once with the class."""

    @pytest.fixture(autouse=True)
    def _templates(self):
        """One template for all."""
        backend = {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"thread.html": TEMPLATE})]},
        }
        with override_settings(TEMPLATES=[backend], MIDDLEWARE=[]):
            yield

    def page(self, path, **data):
        """The text of a page, or where it leads to."""
        client = Client()
        response = client.post(path, data) if data else client.get(path)
        return response.content.decode() if response.status_code == 200 else response.status_code

    def test_list(self, forum):
        """The first page; its query set is not frozen."""
        assert self.page("/threads/") == "a,b,"
        Thread.objects.filter(pk="AWS~a").delete()
        assert self.page("/threads/") == "b,c,"

    def test_second_page(self, forum):
        """A page by number would be an offset, which raises and says how to go on."""
        with pytest.raises(UnsupportedError, match="CursorListMixin"):
            self.page("/threads/?page=2")

    def test_detail(self, forum):
        """An item by its packed key; what is no key of this query set is not found."""
        assert self.page(reverse("thread", args=["AWS~a"])) == "Thread object (AWS~a)"
        assert [self.page(f"/threads/{key}/") for key in ("AWS~z", "GCP~a", "nothing", "a~b~c")] == [404] * 4

    def test_create(self, dynamodb):
        """A new item, and the error of an existing one."""
        assert self.page("/threads/new/", **DATA) == 302
        assert "already exists" in self.page("/threads/new/", **DATA)

    def test_update(self, forum):
        """A changed item."""
        assert self.page("/threads/AWS~a/edit/", **{**DATA, "subject": "a", "views": 8}) == 302
        assert Thread.objects.get("AWS", "a").views == 8

    def test_delete(self, forum):
        """An item less."""
        assert self.page("/threads/AWS~a/delete/", yes="1") == 302
        assert forum.count() == 2


class TestShortcuts:
    """django.shortcuts and the paginator."""

    def test_get_object_or_404(self, forum):
        """Found in models, managers and query sets."""
        from django.http import Http404

        for source in (Thread, Thread.objects, forum):
            assert get_object_or_404(source, pk="AWS~a").subject == "a"
        with pytest.raises(Http404):
            get_object_or_404(forum, pk="GCP~a")

    def test_get_list_or_404(self, forum):
        """Lists too."""
        assert len(get_list_or_404(forum)) == 3

    def test_paginator(self, forum):
        """Counts, and gives the first page without a warning about order."""
        pages = Paginator(forum, 2)
        assert (pages.count, pages.num_pages) == (3, 2)
        assert [thread.subject for thread in pages.page(1)] == ["a", "b"]


class TestSerializers:
    """Django's serializers and fixtures."""

    @pytest.mark.parametrize("kind", ["json", "jsonl", "python", "xml"])
    def test_round_trip(self, dynamodb, kind):
        """Every field comes back as it was, saved by the deserializer."""
        first = everything()
        first.save()
        thread = Thread(forum="a/b", subject="c d", posted=first.moment, tags={"x"}, meta={"a": [1, None]})
        data = serializers.serialize(kind, [first, thread])
        first.delete()
        for read in serializers.deserialize(kind, data):
            read.save()
        assert Everything.objects.get("x").to_item() == first.to_item()
        assert Thread.objects.get("a/b", "c d").to_item() == thread.to_item()

    @pytest.mark.parametrize("value", [b"x", {"a"}])
    def test_what_json_has_not(self, value):
        """A set or bytes inside a document cannot be written as JSON; the error names the field."""
        with pytest.raises(TypeError, match=r"testapp\.Everything\.mapping"):
            serializers.serialize("json", [everything(mapping={"a": [value]})])

    def test_packed_key(self, dynamodb):
        """The key of a pair is its packed text."""
        (row,) = serializers.serialize("python", [Thread(forum="a", subject="b")])
        assert row["pk"] == "a~b"

    def test_unsaved_number(self, dynamodb):
        """SEED row 28: a fixture without a key gets the next number."""
        (read,) = serializers.deserialize("python", [{"model": "testapp.ticket", "fields": {"title": "x"}}])
        read.save()
        assert Ticket.objects.get().title == "x"

    @pytest.mark.django_db
    def test_fixtures(self, dynamodb, tmp_path):
        """``dumpdata`` writes what ``loaddata`` reads, SQL models and ours together."""
        from django.contrib.auth.models import Group

        Group.objects.create(name="staff")
        Thread(forum="a", subject="b", tags={"x"}).save()
        Ticket.objects.create(title="t")
        fixture = tmp_path / "all.json"
        call_command("dumpdata", "auth.group", "testapp", output=fixture, verbosity=0)
        Group.objects.all().delete()
        Thread.objects.all().delete()
        call_command("loaddata", fixture, verbosity=0)
        assert Thread.objects.get("a", "b").tags == {"x"}
        assert Group.objects.filter(name="staff").exists()
        assert len(json.loads(fixture.read_text())) == 3

    @pytest.mark.django_db
    def test_loaddata(self, dynamodb, tmp_path):
        """``loaddata`` loads our models without asking SQL for their tables."""
        fixture = tmp_path / "threads.json"
        fixture.write_text(serializers.serialize("json", [Thread(forum="a", subject="b", views=4)]))
        call_command("loaddata", fixture, verbosity=0)
        assert Thread.objects.get("a", "b").views == 4


@pytest.mark.django_db
class TestContentTypes:
    """The registry's own ways to a model."""

    def test_model_class(self, dynamodb):
        """A content type leads to the model and its objects."""
        Thread(forum="a", subject="b").save()
        kind = ContentType.objects.get_for_model(Thread)
        assert kind.model_class() is Thread
        assert kind.get_object_for_this_type(pk="a~b").subject == "b"

    def test_generic_foreign_key(self, dynamodb):
        """An SQL row that points to an item by its packed key finds it, as the admin's log does."""
        from django.contrib.admin.models import CHANGE, LogEntry
        from django.contrib.auth import get_user_model

        thread = Thread.objects.create(forum="a", subject="b")
        user = get_user_model().objects.create(username="ann")
        kind = ContentType.objects.get_for_model(thread)
        entry = LogEntry.objects.create(
            user=user, content_type=kind, object_id=thread.pk, object_repr="x", action_flag=CHANGE
        )
        assert entry.get_edited_object() == thread
