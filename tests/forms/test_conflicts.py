"""Holds that a form, a set of forms and a view see what others changed meanwhile."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.test import RequestFactory
from django.views.generic import CreateView, UpdateView

from django_dynamodb import forms
from django_dynamodb.exceptions import ConflictError, OverwriteError
from django_dynamodb.forms.conflicts import answered
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.views import ConflictViewMixin
from tests.testapp.models import Account, Thread

FIELDS = ["author", "views", "tags"]


class ThreadForm(forms.ModelForm):
    """What may be edited of a thread."""

    class Meta:
        """No key."""

        model = Thread
        fields = FIELDS


class Patient(ThreadForm):
    """Does not mind what others count."""

    conflict_ignores = ["views"]

    class Meta:
        """Without the count."""

        model = Thread
        fields = ["author"]


@pytest.fixture
def thread(dynamodb):
    """A stored thread, as it is stored."""
    return Thread.objects.create(forum="AWS", subject="S3", author="ann", tags={"a", "b"})


def stored():
    """The thread as another request reads it."""
    return Thread.objects.get("AWS", "S3", consistent_read=True)


def sent(form, **changes):
    """What a browser sends for a form."""
    return {**{bound.html_name: bound.value() for bound in form if bound.value() is not None}, **changes}


def test_unchanged_item(thread):
    """What nobody else touched is saved, with one call."""
    form = ThreadForm(sent(ThreadForm(instance=stored()), author="bob"), instance=stored())
    with assertDynamoDB(updates=1, calls=1):
        form.save()
    assert stored().author == "bob"


def test_second_editor(thread):
    """The second form is not valid, names the fields, and is valid once it was shown again."""
    data = sent(ThreadForm(instance=stored()), author="mine")
    Thread.objects.filter(pk=thread.pk).update(author="theirs", views=7)
    form = ThreadForm(data, instance=stored())
    assert not form.is_valid()
    assert form.errors.as_data()["__all__"][0].code == "conflict"
    assert "Author, Views" in form.non_field_errors()[0]
    assert form.errors["author"] == ["Stored now: theirs"]
    assert ThreadForm(sent(form), instance=stored()).is_valid()


def test_removed_and_foreign_attributes(thread):
    """Attributes without a field count too, by their name, or unnamed when they are gone."""
    table = Thread._meta.open_table()
    item = {**thread.to_item(), "secret": {"S": "x"}}
    table.put(item)
    note = ThreadForm(instance=stored())
    assert "secret" not in str(note)
    table.put({**item, "secret": {"S": "y"}})
    assert "secret" in ThreadForm(sent(note), instance=stored()).non_field_errors()[0]
    table.put(thread.to_item())
    assert "another attribute" in ThreadForm(sent(note), instance=stored()).non_field_errors()[0]


def test_what_does_not_matter(thread):
    """Fields that others count are ignored where the form says so."""
    data = sent(Patient(instance=stored()), author="bob")
    Thread.objects.filter(pk=thread.pk).update(views=7)
    Patient(data, instance=stored()).save()
    assert (stored().author, stored().views) == ("bob", 7)


@pytest.mark.parametrize("note", ["", "x", "é", None])
def test_note_that_is_none(thread, note):
    """Without its note a form is not valid."""
    form = ThreadForm(sent(ThreadForm(instance=stored()), as_shown=note), instance=stored())
    assert form.errors.as_data()["__all__"][0].code == "note"


def test_note_of_another_item(thread):
    """A note is good for its own item."""
    other = Thread.objects.create(forum="AWS", subject="EC2", author="ann", tags={"a", "b"})
    form = ThreadForm(sent(ThreadForm(instance=other)), instance=stored())
    assert form.errors.as_data()["__all__"][0].code == "note"


def test_key_that_was_changed(thread, settings):
    """A note of before a change of the SECRET_KEY is good as long as the old key is a fallback."""
    data = sent(ThreadForm(instance=stored()))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert ThreadForm(data, instance=stored()).is_valid()


def test_change_after_cleaning(thread):
    """What comes between cleaning and saving is an error, and nothing is written."""
    form = ThreadForm(sent(ThreadForm(instance=stored()), author="mine"), instance=stored())
    assert form.is_valid()
    Thread.objects.filter(pk=thread.pk).update(author="theirs")
    with pytest.raises(ConflictError, match="author"):
        form.save()
    assert stored().author == "theirs"


def test_new_object(dynamodb):
    """A new object carries no note, and replaces none."""
    form_class = forms.modelform_factory(Thread, fields=["forum", "subject", "posted"])
    data = {"forum": "AWS", "subject": "S3", "posted": "2024-01-02 03:04"}
    form, late = form_class(data), form_class(data)
    assert form.note == ""
    assert form.is_valid()
    assert late.is_valid()
    form.save()
    with pytest.raises(OverwriteError):
        late.save()
    assert "already exists" in form_class(data).non_field_errors()[0]


def test_version(dynamodb):
    """The version of a model counts as any attribute does."""
    form_class = forms.modelform_factory(Account, fields=["balance"])
    Account.objects.create(owner="ann")
    data = sent(form_class(instance=Account.objects.get("ann")), balance=5)
    form_class(data, instance=Account.objects.get("ann")).save()
    late = form_class(data, instance=Account.objects.get("ann"))
    assert "Balance, Version" in late.non_field_errors()[0]


def test_set_of_forms(thread):
    """The forms of a set find their objects without a call for each; one that is gone is an error."""
    Thread.objects.create(forum="AWS", subject="EC2", author="ann")
    form_class = forms.modelformset_factory(Thread, fields=["author"], extra=0)
    shown = form_class(queryset=Thread.objects.query("AWS"))
    data = sent(shown.management_form)
    for form in shown:
        data |= sent(form)
    data["form-0-author"] = "bob"
    with assertDynamoDB(queries=1, updates=1, calls=2):
        form_class(data, queryset=Thread.objects.query("AWS")).save()
    data["form-1-pk"] = "AWS~none"
    assert not form_class(data, queryset=Thread.objects.query("AWS")).is_valid()


class Choice(forms.Form):
    """Chooses a thread of a forum."""

    thread = forms.ModelChoiceField(Thread.objects.query("AWS"))
    labels = forms.SetField(required=False)
    steps = forms.ListField(required=False)
    facts = forms.MapField(required=False)


def test_plain_form(thread):
    """Objects are chosen by their packed key; sets, lists and maps are typed."""
    data = {"thread": thread.pk, "labels": "a\nb", "steps": "[1]", "facts": '{"a": 1.5}'}
    form = Choice(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["thread"] == thread
    assert (form.cleaned_data["labels"], form.cleaned_data["steps"]) == ({"a", "b"}, [1])
    assert f'value="{thread.pk}"' in str(Choice()["thread"])
    assert not Choice({"thread": "AWS~none"}).is_valid()
    with pytest.raises(TypeError, match="bytes"):
        forms.SetField(of=dict)


class Edit(ConflictViewMixin, UpdateView):
    """Edits a thread."""

    model = Thread
    fields = FIELDS
    success_url = "/done/"
    template_name = "thread.html"


class Add(ConflictViewMixin, CreateView):
    """Adds a thread."""

    model = Thread
    fields = ["forum", "subject", "posted"]
    success_url = "/done/"
    template_name = "thread.html"


def posted(view, data, **kwargs):
    """What a view answers to a form."""
    return view.as_view()(RequestFactory().post("/", data), **kwargs)


def test_two_editors_of_a_view(thread):
    """The second of two editors gets the form again, and nothing of the first one's is lost."""
    form = Edit.as_view()(RequestFactory().get("/"), pk=thread.pk).context_data["form"]
    data = sent(form, author="mine")
    assert posted(Edit, data, pk=thread.pk).status_code == 302
    late = posted(Edit, {**data, "author": "late"}, pk=thread.pk)
    assert late.status_code == 200
    assert "Author" in late.context_data["form"].non_field_errors()[0]
    assert stored().author == "mine"


def test_conflict_while_the_view_saves(thread, monkeypatch):
    """What comes in while a view saves is found by its form; a key that is taken meanwhile too."""
    data = sent(ThreadForm(instance=stored()), author="mine")
    real, changes = ThreadForm.save, iter(["theirs"])

    def save(form, commit=True):
        for change in changes:
            Thread.objects.filter(pk=thread.pk).update(author=change)
        return real(form, commit)

    monkeypatch.setattr(ThreadForm, "save", save)
    late = posted(type("Slow", (Edit,), {"fields": None, "form_class": ThreadForm}), data, pk=thread.pk)
    assert late.context_data["form"].errors["author"] == ["Stored now: theirs"]
    taken = posted(Add, {"forum": "AWS", "subject": "S3", "posted": "2024-01-02 03:04"})
    assert "already exists" in taken.context_data["form"].non_field_errors()[0]


def test_form_that_sees_nothing(thread):
    """A view whose form sees no conflicts says so."""
    from tests.models.stock import ThreadForm as Stock

    with pytest.raises(ImproperlyConfigured, match="sees no conflicts"):
        Edit.as_view(form_class=Stock, fields=None)(RequestFactory().get("/"), pk=thread.pk)


def test_conflict_each_time():
    """A conflict that comes each time is let through."""
    tries = []

    def view():
        tries.append(1)
        raise ConflictError("changed")

    with pytest.raises(ConflictError):
        answered(view)
    assert len(tries) == 3


def test_object_or_404(thread):
    """Django's shortcut takes the packed key, and keys one by one."""
    assert get_object_or_404(Thread, pk=thread.pk) == thread
    assert get_object_or_404(Thread.objects.query("AWS"), subject="S3") == thread
    with pytest.raises(Http404):
        get_object_or_404(Thread, pk="AWS~none")
