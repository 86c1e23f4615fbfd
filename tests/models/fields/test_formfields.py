"""Tests that a form shows what it reads of a set."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from tests.testapp.models import Everything, Thread

SETS = [
    ("strings", {"b", "a ä", '"', " c", "[d", "e\nf"}, '" c"\n"\\""\n"[d"\na ä\nb\n"e\\nf"'),
    ("numbers", {2, Decimal("1.50")}, "1.50\n2"),
    ("blobs", {b"\xff", b"a"}, "YQ==\n/w=="),
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
    """The text has a member in each line, in a stable order, and is read as the same set."""
    field = formfield(name)
    assert field.prepare_value(value) == text
    assert field.clean(text) == value
    assert not field.has_changed(value, text)


@pytest.mark.parametrize(
    ("name", "text"), [("strings", "[a"), ("strings", "[1]"), ("numbers", "x"), ("numbers", "NaN"), ("blobs", "é")]
)
def test_what_is_no_set_is_refused_and_shown_again(name, text):
    """Text that is no list of such members is an error of the form, and stays to be mended."""
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


def test_line_that_is_no_json():
    """A line that begins as JSON has to be JSON."""
    with pytest.raises(ValidationError, match="no JSON text"):
        formfield("strings").clean('"a')
    assert formfield("strings").clean(' a \n\n"a"\r\nb') == {"a", "b"}


DOCUMENT = {"n": Decimal("1.50"), "b": b"\x00", "s": {"y", "x"}, "l": [1, None, {"$B": "no bytes"}], "e": {}}


def test_document_shown_is_read_back():
    """A map is JSON in lines, exactly what it was when it is read back, and not changed by its layout."""
    field = formfield("mapping")
    text = field.prepare_value(DOCUMENT)
    assert '"n": 1.50' in text
    assert field.clean(text) == DOCUMENT
    assert not field.has_changed(DOCUMENT, text.replace("\n", "\r\n"))
    assert field.has_changed(DOCUMENT, "{}")
    assert field.has_changed(DOCUMENT, "{")
    assert field.prepare_value("{") == "{"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mapping", "{", "not valid JSON"), ("mapping", "[1]", "JSON object"), ("items", "{}", "JSON list"),
        ("mapping", '{"a": NaN}', "NaN"), ("mapping", '{"a": 1, "a": 2}', "twice"), ("items", '[{"$B": 1}]', "base64"),
        ("items", '[{"$SS": []}]', "at least one"), ("items", '[{"$NS": ["1"]}]', "numbers"),
        ("items", '[{"$SS": [1]}]', "texts"), ("items", '[{"$M": 1}]', "object"), ("items", "[" * 9_999, "JSON|nested"),
    ],
)  # fmt: skip
def test_what_is_no_document(name, text, said):
    """Each fault is said."""
    with pytest.raises(ValidationError, match=said):
        formfield(name, required=False).clean(text)


def test_empty_document():
    """Nothing typed is nothing, or an empty document where a field may not be null."""
    assert formfield("mapping", required=False).clean(" ") is None
    assert Thread._meta.get_field("tags").formfield(required=False).clean("") == set()
