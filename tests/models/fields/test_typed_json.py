"""Holds that what a form shows of sets and documents is read back as it was, whatever they hold."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.admin.documents import JSONFormField
from django_dynamodb.models.fields.typed_json import dump_typed, load_typed
from tests.testapp.models import Everything

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # lone surrogates are no UTF-8
NUMBERS = st.integers(-(10**37), 10**37) | st.decimals(allow_nan=False, allow_infinity=False, places=4, max_value=10**9)
SETS = st.one_of(*(st.sets(members, min_size=1, max_size=4) for members in (TEXTS, NUMBERS, st.binary(max_size=8))))
NAMES = TEXTS | st.sampled_from(["$M", "$B", "$SS", "$NS", "$BS", "$"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS | st.binary(max_size=8) | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
PLAIN = st.recursive(
    st.none() | st.booleans() | TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def typed(value):
    """A value with the kinds told apart that Python holds for equal: 1 and True, 2 and Decimal 2 are numbers."""
    if isinstance(value, dict):
        return {name: typed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [typed(member) for member in value]
    if isinstance(value, str):  # Django's form reads texts as a class of its own
        return str(value)
    return ("number" if type(value) in {int, Decimal} else type(value).__name__, value)


def through_a_browser(text):
    """What comes back of a text area: each end of a line is two characters."""
    return "\r\n".join(text.split("\n"))


@given(DOCUMENTS)
def test_typed_json(value):
    """Every value that a list or map can hold is written as text that is read as that value."""
    assert typed(load_typed(dump_typed(value))) == typed(value)


@given(st.dictionaries(NAMES, DOCUMENTS, max_size=4) | st.lists(DOCUMENTS, max_size=4))
def test_document_fields(value):
    """The inputs of maps and lists give back what they show, and see no change in it."""
    field = Everything._meta.get_field("mapping" if isinstance(value, dict) else "items").formfield(required=False)
    sent = through_a_browser(field.prepare_value(value))
    assert typed(field.clean(sent)) == typed(value)
    assert not field.has_changed(value, sent)


@given(st.sets(TEXTS, max_size=5), st.sets(NUMBERS, max_size=5), st.sets(st.binary(max_size=8), max_size=5))
def test_set_fields(strings, numbers, blobs):
    """So do the inputs of sets, which have a member in each line."""
    for name, value in {"strings": strings, "numbers": numbers, "blobs": blobs}.items():
        field = Everything._meta.get_field(name).formfield(required=False)
        sent = through_a_browser(field.prepare_value(value))
        assert field.clean(sent) == value
        assert not field.has_changed(value, sent)


@given(PLAIN)
def test_json_field_of_the_admin(value):
    """Django's JSONField, in lines, gives back what it shows."""
    field = JSONFormField(required=False)
    shown = field.prepare_value(value)
    assert typed(field.clean(shown if shown is None else through_a_browser(shown))) == typed(value)
