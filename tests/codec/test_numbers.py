"""Numbers keep all their digits and are written as the service writes them."""

from decimal import Context, Decimal, Inexact, localcontext
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.codec.numbers import decode_decimal, decode_float, decode_number, encode_number, same_number
from django_dynamodb.exceptions import InvalidTypeError, InvalidValueError
from django_dynamodb.limits import NUMBER_LARGEST, NUMBER_SMALLEST

DECIMALS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(map(int, str(digits))), exponent)),
    st.integers(0, 1),
    st.integers(0, 10**38 - 1),
    st.integers(-130, 88),
)
"""Every number the service takes: up to 38 digits over the whole range of exponents."""

FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda value: value == 0 or 1e-130 <= abs(value) < 1e126
)


class Level(IntEnum):
    """An int by another name."""

    HIGH = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (Level.HIGH, "3"),
        (10**38 - 1, "9" * 38),
        (-(10**38), "-1" + "0" * 38),
        (10**125, "1" + "0" * 125),
        (Decimal("1.50"), "1.5"),
        (Decimal("-0.00"), "0"),
        (Decimal("0E+500"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-12.3400"), "-12.34"),
        (Decimal("1" + "0" * 60), "1" + "0" * 60),
        (NUMBER_SMALLEST, "0." + "0" * 129 + "1"),
        (NUMBER_LARGEST, "9" * 38 + "0" * 88),
        (-0.0, "0"),
        (2.0, "2"),
        (-2.5, "-2.5"),
        (0.1, "0.1"),
        (1e22, "1" + "0" * 22),
        (1.5e-7, "0.00000015"),
    ],
)
def test_canonical_text(value, text):
    """A number is written in plain digits without trailing zeros or negative zero."""
    assert encode_number(value) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (10**38 + 1, "39 digits"),
        (Decimal("0." + "1" * 39), "39 digits"),
        (10**126, "out of range"),
        pytest.param(-(10**5000), "out of range", id="huge"),
        (Decimal("1E+126"), "out of range"),
        (Decimal("-1E-131"), "out of range"),
        (5e-324, "out of range"),
        (Decimal("NaN"), "not finite"),
        (Decimal("sNaN"), "not finite"),
        (Decimal("-Infinity"), "not finite"),
        (float("nan"), "not finite"),
        (float("inf"), "not finite"),
    ],
)
def test_refused_numbers(value, words):
    """A number the service cannot keep is refused, never rounded."""
    with pytest.raises(InvalidValueError, match=words):
        encode_number(value)


@pytest.mark.parametrize("value", [True, "1", None, 1j])
def test_refused_types(value):
    """What is no number is refused, bool included; the error is a TypeError too."""
    with pytest.raises(InvalidTypeError, match="not a number"):
        encode_number(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-0", 0), ("1.0", 1), ("1E+2", 100), ("15E-1", Decimal("1.5")), ("0.10", Decimal("0.10"))],
)
def test_reading(text, value):
    """An integral text reads as int, another as Decimal, whatever way it is written."""
    number = decode_number(text)
    assert (type(number), number) == (type(value), value)


@pytest.mark.parametrize("text", ["", "x", "1.x", "NaN", "-Infinity", "1E999999999", "9" * 5000])
def test_no_number(text):
    """A text that is no number of DynamoDB is refused and shown."""
    with pytest.raises(InvalidValueError, match="not the text of a number"):
        decode_number(text)


def test_no_float_no_decimal():
    """The readers of one type refuse what is no number, too."""
    with pytest.raises(InvalidValueError, match="'x'"):
        decode_float("x")
    with pytest.raises(InvalidValueError, match="'x'"):
        decode_decimal("x")


@pytest.mark.seed(14)
@given(DECIMALS)
def test_decimals_round_trip(value):
    """SEED row 14: any number of 38 digits reads back equal."""
    assert decode_number(encode_number(value)) == value
    assert decode_decimal(encode_number(value)) == value


@given(DECIMALS)
def test_one_text_per_number(value):
    """The text is a normal form: reading and writing it again changes nothing, and it has no exponent."""
    text = encode_number(value)
    assert encode_number(decode_number(text)) == text
    assert not {"E", "e", "+"} & set(text)


@given(DECIMALS)
def test_same_number_ignores_spelling(value):
    """A number equals itself in any spelling."""
    assert same_number(encode_number(value), f"{value:e}")


@given(DECIMALS, DECIMALS)
def test_same_number_is_equality(a, b):
    """Two numbers are the same exactly when their values are."""
    assert same_number(str(a), str(b)) == (a == b)


@pytest.mark.seed(14)
@given(st.integers(-(10**38) + 1, 10**38 - 1))
def test_integers_round_trip(value):
    """SEED row 14: integers read back as equal ints."""
    number = decode_number(encode_number(value))
    assert (type(number), number) == (int, value)


@pytest.mark.seed(14)
@given(FLOATS)
def test_floats_round_trip(value):
    """SEED row 14: a float reads back as the very same float."""
    assert decode_float(encode_number(value)) == value


def test_caller_context_is_left_alone():
    """The caller's decimal context neither changes the digits nor is changed."""
    with localcontext(Context(prec=3, traps=[Inexact])) as context:
        assert encode_number(Decimal("1.23456789")) == "1.23456789"
        assert decode_number("1.23456789") == Decimal("1.23456789")
        assert not any(context.flags.values())
