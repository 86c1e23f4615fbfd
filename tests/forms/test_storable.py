"""Holds that a form says what DynamoDB would not store, before anything is sent."""

import pytest

from django_dynamodb import forms, models
from django_dynamodb.exceptions import InvalidKeyError
from django_dynamodb.forms.storable import refusal_of
from django_dynamodb.testing.assertions import assertDynamoDB
from tests.declaring import declare
from tests.testapp.models import Issue, Ticket

__all__ = ["declare"]

MUCH = "x" * 420_000


class IssueForm(forms.ModelForm):
    """What may grow."""

    class Meta:
        """No key."""

        model = Issue
        fields = ["title", "labels", "extra"]


def sent(instance, **changes):
    """What a browser sends for an issue's form."""
    shown = {bound.html_name: bound.value() for bound in IssueForm(instance=instance)}
    return {**shown, "extra": "{}", "labels": "", **changes}


@pytest.fixture
def issue(dynamodb):
    """A small one."""
    return Issue.objects.create(project="web", number=1, title="Slow")


def test_item_over_the_limit(issue):
    """The error names size, limit and the largest fields as they are labelled; nothing is sent."""
    with assertDynamoDB(calls=0):
        form = IssueForm(sent(issue, labels=MUCH), instance=issue)
        (error,) = form.errors.as_data()["__all__"]
    (said,) = error.messages
    assert error.code == "too_large"
    assert "This issue is too large: it has 420," in said
    assert "409,600 at most" in said
    assert "Labels (420,000 bytes), Opened" in said


def test_what_the_model_does_not_know_counts(issue):
    """An attribute of another program stays in the item, so it takes its bytes of it, under its own name."""
    table = Issue._meta.open_table()
    key = Issue._meta.mapper.schema.key_of(issue.to_item())
    table.put({**issue.to_item(), "theirs": {"S": "x" * 300_000}})
    stored = Issue.objects.get(pk=issue.pk)
    form = IssueForm(sent(stored, labels="y" * 150_000), instance=stored)
    assert "theirs (300,000 bytes), Labels (150,000 bytes)" in form.non_field_errors()[0]
    assert table.get(key)["theirs"]


def test_what_was_emptied_does_not_count(dynamodb):
    """Making an item smaller is the way out."""
    large = Issue.objects.create(project="web", number=2, title="t", labels={"x" * 250_000})
    form = IssueForm(sent(large, labels="", extra=f'"{"y" * 250_000}"'), instance=large)
    assert form.is_valid(), form.errors


def test_new_object_without_its_number(dynamodb):
    """The key may come later: from the counter, or from the view."""
    assert refusal_of(Ticket(title="x")) is None
    assert refusal_of(Issue(title="x")) is None


@pytest.mark.parametrize(("name", "other"), [("code", "place"), ("place", "code")])
def test_keys_over_their_limit(declare, dynamodb, name, other):
    """A key of more bytes than DynamoDB takes is an error of its field; that of an index too."""
    model = declare.stored(
        code=models.CharField(max_length=3_000, primary_key=True),
        place=models.CharField(max_length=3_000),
        table={"indexes": [models.GlobalIndex("by_place", "place")]},
    )
    form = forms.modelform_factory(model, fields=["code", "place"])({name: "é" * 1_025, other: "b"})
    assert form.errors.keys() == {name}
    assert "has 2,050 bytes" in form.errors[name][0]
    assert form.errors.as_data()[name][0].code == "key"


def test_a_key_that_no_item_can_have_is_not_looked_for(declare):
    """Nor where another field is wrong too, which is then all that is said."""
    model = declare(code=models.CharField(max_length=3_000, primary_key=True), rank=models.IntegerField())
    form = forms.modelform_factory(model, fields=["code", "rank"])({"code": "c" * 2_049, "rank": "x"})
    assert form.errors.keys() == {"rank"}


def test_an_error_of_a_field_that_the_form_has_not(declare):
    """It stands above the form."""
    model = declare(code=models.CharField(max_length=3_000, primary_key=True), text=models.CharField(max_length=10))
    form = forms.modelform_factory(model, fields=["text"])({"text": "a"}, instance=model(code="c" * 2_049))
    assert "Code has 2,049 bytes" in form.non_field_errors()[0]


def test_another_fault_of_a_key(issue, monkeypatch):
    """What is wrong with a key for a reason that no editor can mend is raised."""

    def refuse(self, exclude=None):
        raise InvalidKeyError("of another kind")

    monkeypatch.setattr(Issue, "validate_unique", refuse)
    with pytest.raises(InvalidKeyError, match="another kind"):
        IssueForm(sent(issue), instance=issue).is_valid()
