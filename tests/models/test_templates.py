"""Tests that the text of a key can be read back, stands for one set of values, and sorts as they do."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidKeyError, SchemaError
from django_dynamodb.models.templates import Place, read_template
from tests.declaring import declare

__all__ = ["declare"]

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="#"), min_size=1, max_size=20)
LAST = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
NUMBER = st.integers(min_value=0, max_value=10**6 - 1)
DATE = st.dates()
MOMENT = st.datetimes(min_value=dt.datetime(1000, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 -- made aware by the strategy
PARTS = st.fixed_dictionaries(
    {"name": TEXT, "day": DATE, "at": MOMENT, "number": NUMBER, "uid": st.uuids(), "last": LAST}
)

BROKEN = {
    "": "not empty",
    "A#{": "no template",
    "{a.b}": "no name",
    "{0}": "no name",
    "{a!r}": "no name",
    "{a}{b}": "separator",
    "é{a}": "ASCII",
    "A\n{a}": "ASCII",
    "{a:8d}": "padding",
    "{a:039d}": "padding",
    "{a:>8}": "padding",
}


@pytest.fixture
def template(declare):
    """A template with a part of each kind."""
    model = declare(
        table={"partition_key": "key"}, key=models.TemplateField("K#{name}#{day}#{at}#{number:06d}#{uid}#{last}"),
        name=models.CharField(), day=models.DateField(), at=models.DateTimeField(), number=models.IntegerField(),
        uid=models.UUIDField(), last=models.TextField(),
    )  # fmt: skip
    return model._meta.mapper.templates["key"]


@pytest.mark.parametrize(("text", "reason"), BROKEN.items())
def test_text_that_is_no_template_is_refused(text, reason):
    """What cannot make unambiguous keys raises where it is written, and says why."""
    with pytest.raises(SchemaError, match=reason):
        models.TemplateField(text)


def test_a_template_is_read_into_places():
    """Literals, names and widths come apart; doubled braces are braces."""
    assert read_template("A{{#{a}#{b:08d}!") == ("A{#", (Place("a", None, "#"), Place("b", 8, "!")))
    assert read_template("PROFILE") == ("PROFILE", ())


@pytest.mark.parametrize(
    ("text", "fields", "reason"),
    [
        ("{a}", {}, "no field of the model"),
        ("{key}", {}, "built from fields"),
        ("{a}", {"a": models.FloatField()}, "cannot be part"),
        ("{a:08d}", {"a": models.CharField()}, "pads a number"),
        ("{a}-{b}", {"a": models.DateField(), "b": models.CharField()}, "separates nothing"),
        ("{a}0{b}", {"a": models.IntegerField(), "b": models.CharField()}, "separates nothing"),
    ],
)
def test_parts_that_make_no_key_are_refused(declare, text, fields, reason):
    """A part is a plain field whose text its separator cannot be part of."""
    model = declare(table={"partition_key": "key"}, key=models.TemplateField(text), **fields)
    with pytest.raises(SchemaError, match=reason):
        model._meta.mapper  # noqa: B018 -- building it is the test


def shape(values):
    """The values in the order of their places, for comparison."""
    return values["name"], values["day"], values["at"], values["number"], str(values["uid"]), values["last"]


class TestProperties:
    """What holds of every set of values."""

    @pytest.fixture(autouse=True)
    def _template(self, template):
        type(self).template = template

    @given(PARTS)
    def test_a_text_is_read_back(self, values):
        """``values`` is the inverse of ``text``."""
        assert self.template.values(self.template.text(values)) == values

    @given(PARTS, PARTS)
    def test_two_sets_of_values_have_two_texts(self, one, other):
        """Equal texts come of equal values only."""
        assert (self.template.text(one) == self.template.text(other)) == (one == other)

    @given(PARTS, PARTS, st.integers(0, 5))
    def test_texts_sort_as_the_first_part_that_differs(self, one, other, same):
        """Behind equal parts, dates, moments, padded numbers, UUIDs and the last text sort as their values do."""
        names = [*one]
        other = {name: one[name] if names.index(name) < max(same, 1) else other[name] for name in names}
        texts = [self.template.text(values).encode() for values in (one, other)]
        assert (texts[0] < texts[1]) == (shape(one) < shape(other))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("number", -1, "0 to 999999"),
        ("number", 10**6, "0 to 999999"),
        ("name", "a#b", "separates"),
        ("day", "never", "part of a key"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(template, name, value, reason):
    """Negative and too long numbers, separators and wrong types are named with their field."""
    values = {
        "name": "a",
        "day": dt.date(2024, 1, 2),
        "at": dt.datetime.now(dt.UTC),
        "number": 1,
        "uid": uuid.UUID(int=1),
        "last": "#",
    }
    with pytest.raises(InvalidKeyError, match=rf"Thing\.{name} .*{reason}"):
        template.text({**values, name: value})


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": None}])
def test_without_a_part_there_is_no_text(template, values):
    """None and empty text are no part of a key."""
    assert template.text(values) is None


@pytest.mark.parametrize("text", ["", "K#a", "X#a#2024-01-02", "K#a#no#no#no#no#x", "K#a#2024-01-02#x#00000x#y#z"])
def test_another_text_is_refused(template, text):
    """Reading a text back that this template never makes raises."""
    with pytest.raises(InvalidKeyError, match="not made by its template"):
        template.values(text)
