"""Tests that a form shows what it reads of a set."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from tests.testapp.models import Everything, Thread

SETS = [
    ("strings", {"b", "a ä", '"'}, '["\\"", "a ä", "b"]'),
    ("numbers", {2, Decimal("1.50")}, '["1.50", "2"]'),
    ("blobs", {b"\xff", b"a"}, '["YQ==", "/w=="]'),
]


def formfield(name, **options):
    """The form field of a set."""
    return Everything._meta.get_field(name).formfield(**options)


class SetForm(forms.ModelForm):
    """A set that may be empty."""

    class Meta:
        """Just that."""

        model = Thread
        fields = ["tags"]


@pytest.mark.parametrize(("name", "value", "text"), SETS)
def test_shown_text_is_read_back(name, value, text):
    """The text is JSON in a stable order, and is read as the same set."""
    field = formfield(name)
    assert field.prepare_value(value) == text
    assert field.clean(text) == value
    assert not field.has_changed(value, text)


@pytest.mark.parametrize(
    ("name", "text"), [("strings", "a, b"), ("strings", "[1]"), ("numbers", '["x"]'), ("blobs", '["é"]')]
)
def test_what_is_no_set_is_refused_and_shown_again(name, text):
    """Text that is no JSON list of such members is an error of the form, and stays to be mended."""
    field = formfield(name)
    with pytest.raises(ValidationError, match="is not a list of"):
        field.clean(text)
    assert field.prepare_value(text) == text
    assert field.has_changed(set(), text)


def test_empty():
    """Nothing typed is the empty set; a set that is required asks for members."""
    for text in ("", "[]", None):
        assert formfield("strings", required=False).clean(text) == set()
        with pytest.raises(ValidationError, match="required"):
            formfield("strings").clean(text)
    assert not formfield("strings", required=False).has_changed(None, "")


def test_model_form(dynamodb):
    """A form of the model shows the stored set, sees what changed and saves it."""
    Thread(forum="a", subject="b", tags={"y", "x"}).save()
    thread = Thread.objects.get("a", "b")
    shown = SetForm(instance=thread)["tags"].value()
    assert not SetForm({"tags": shown}, instance=thread).has_changed()
    SetForm({"tags": '["z"]'}, instance=thread).save()
    assert Thread.objects.get("a", "b").tags == {"z"}
    SetForm({"tags": ""}, instance=thread).save()
    assert Thread.objects.get("a", "b").tags == set()
