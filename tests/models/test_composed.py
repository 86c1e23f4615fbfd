"""Tests that filters by the parts of a key are asked of the key, and that writes keep keys in step with their parts."""

import os

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import InvalidKeyError, ScanForbidden, UnsupportedError
from tests.models.shop import DAY, NEXT, declare, filled, shop
from tests.recording import sent

__all__ = ["declare", "filled", "sent", "shop"]

SORTED = {
    "all": ({}, "begins_with(sk1, ORDER#)", [1, 2, 3]),
    "leading part": ({"placed": DAY}, "begins_with(sk1, ORDER#2024-01-02#)", [1, 2]),
    "gte": ({"placed__gte": NEXT}, "sk1 BETWEEN ORDER#2024-01-03 AND ORDER#\x7f", [3]),
    "gt": ({"placed__gt": DAY}, "sk1 BETWEEN ORDER#2024-01-02$ AND ORDER#\x7f", [3]),
    "lte": ({"placed__lte": DAY}, "sk1 BETWEEN ORDER# AND ORDER#2024-01-02$", [1, 2]),
    "lt": ({"placed__lt": NEXT}, "sk1 BETWEEN ORDER# AND ORDER#2024-01-03", [1, 2]),
    "range": ({"placed__range": (DAY, NEXT)}, "sk1 BETWEEN ORDER#2024-01-02 AND ORDER#2024-01-03$", [1, 2, 3]),
    "bounds": (
        {"placed__gte": DAY, "placed__lte": DAY}, "sk1 BETWEEN ORDER#2024-01-02 AND ORDER#2024-01-02$", [1, 2],
    ),
    "last gt": (
        {"placed": DAY, "number__gt": 1}, "sk1 BETWEEN ORDER#2024-01-02#00000001! AND ORDER#2024-01-02#\x7f", [2],
    ),
    "last lte": (
        {"placed": DAY, "number__lte": 1}, "sk1 BETWEEN ORDER#2024-01-02# AND ORDER#2024-01-02#00000001", [1],
    ),
    "no such number": ({"placed": DAY, "number__gte": -5}, "begins_with(sk1, ORDER#2024-01-02#)", [1, 2]),
    "not the leading part": ({"number": 3}, "begins_with(sk1, ORDER#)", [3]),
}  # fmt: skip


def key_condition(payload):
    """The sort part of a key condition with its names and values put in."""
    text = payload["KeyConditionExpression"].partition(" AND ")[2]
    aliases = payload["ExpressionAttributeNames"] | {
        alias: next(iter(av.values())) for alias, av in payload["ExpressionAttributeValues"].items()
    }
    for alias in sorted(aliases, key=len, reverse=True):
        text = text.replace(alias, aliases[alias])
    return text


@pytest.mark.parametrize(("lookups", "condition", "numbers"), SORTED.values(), ids=SORTED)
def test_parts_are_asked_of_the_sort_key(filled, sent, lookups, condition, numbers):
    """Leading parts make a prefix, a range of the next one a range of the key; one Query brings just those items."""
    rows = filled.order.objects.filter(customer="c", **lookups)
    assert [row.number for row in rows] == numbers
    assert (sent.operations, key_condition(sent.payloads[0])) == (["Query"], condition)


def test_a_whole_key_is_a_get(filled, sent):
    """All parts given exactly plan to GetItem."""
    row = filled.order.objects.get(customer="c", placed=DAY, number=2)
    assert (sent.operations, row.sk1) == (["GetItem"], "ORDER#2024-01-02#00000002")
    assert filled.customer.objects.get(customer="c").email == "c@example.org"


def test_the_keys_own_text_may_be_asked(filled, sent):
    """The template's fields have lookups like any text, and a packed pk finds the object."""
    order = filled.order
    assert order.objects.get("CUSTOMER#c", "ORDER#2024-01-02#00000001").number == 1
    assert order.objects.get(pk="CUSTOMER!23c~ORDER!232024-01-02!2300000001").number == 1
    assert [row.number for row in order.objects.query("CUSTOMER#c", sk1__startswith="ORDER#2024-01-03")] == [3]
    assert [row.number for row in order.objects.query("CUSTOMER#c")] == [1, 2, 3]
    assert [row.number for row in order.objects.query(customer="c", reverse=True)] == [3, 2, 1]


@pytest.mark.parametrize("lookups", [{}, {"number": 1}, {"placed": DAY}])
def test_get_names_the_parts_that_are_missing(filled, lookups):
    """A get() by a part of a key would read a partition; it says what it lacks."""
    with pytest.raises(InvalidKeyError, match=r"get\(\) lacks (placed|number)"):
        filled.order.objects.get(customer="c", **lookups)


def test_what_no_key_holds_is_not_there(filled, sent):
    """A separator, a negative and a too long number cannot be stored, so that nothing is asked."""
    order = filled.order
    assert not order.objects.filter(status="a#b", customer="c").index("by_status").exists()
    assert not order.objects.filter(customer="c", placed=DAY, number=-1)
    assert not order.objects.filter(customer="c", placed=DAY, number=10**8)
    assert sent.calls == []


def test_an_index_is_asked_by_the_parts_of_its_key(filled, sent):
    """A global index with templates serves their parts, with the range of a leading one."""
    rows = filled.order.objects.filter(status="new", customer="c", placed__gte=NEXT).index("by_status")
    assert [row.number for row in rows] == [3]
    assert key_condition(sent.payloads[0]) == "gsk BETWEEN 2024-01-03 AND \x7f"
    rows = filled.order.objects.filter(status="new", customer="c", placed__lte=DAY).index("by_status")
    assert [row.number for row in rows] == [1, 2]


def test_parts_that_serve_nothing_are_no_scan(filled):
    """A part of a partition key alone is a scan, and the advice names the parts."""
    with pytest.raises(ScanForbidden, match=r"customer=\.\.\. or status=\.\.\., customer=\.\.\."):
        list(filled.order.objects.filter(number=1))


def test_two_indexes_that_serve_alike_are_refused(declare):
    """As without templates, nothing is guessed."""
    indexes = [models.GlobalIndex(name, f"{name}_key") for name in ("one", "two")]
    keys = {f"{name}_key": models.TemplateField(f"{name}#{{text}}") for name in ("one", "two")}
    model = declare(table={"indexes": indexes}, text=models.CharField(), **keys)
    with pytest.raises(UnsupportedError, match="two indexes serve"):
        model.objects.filter(text="x").explain()
    assert '"IndexName": "two"' in model.objects.filter(text="x").index("two").explain()


def test_a_text_in_the_last_place_sorts(declare, dynamodb):
    """Ranges and prefixes of the last part; what the key's range leaves open is filtered."""
    key = {"partition_key": "p", "sort_key": "s"}
    model = declare.stored(
        table=key, p=models.TemplateField("P"), s=models.TemplateField("N#{name}"), name=models.CharField(max_length=9)
    )
    model.objects.bulk_create(model(name=name) for name in ("a", "b", "bc", "é#", "\U0010ffff"))
    model.objects.create(p="P", name="x").delete()

    def names(**lookups):
        return [row.name for row in model.objects.query("P", **lookups)]

    assert names(name__gt="b") == ["bc", "é#", "\U0010ffff"]
    assert names(name__gte="b") == ["b", "bc", "é#", "\U0010ffff"]
    assert names(name__lt="bc") == ["a", "b"]
    assert names(name__lte="bc") == ["a", "b", "bc"]
    assert names(name__startswith="b") == ["b", "bc"]
    assert names(name__range=("b", "é")) == ["b", "bc"]
    assert names(name__contains="c") == ["bc"]


on_moto = not os.environ.get("DYNAMODB_TEST_ENDPOINT")

BARE = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3), min_size=1, max_size=5)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    BARE,
    st.sampled_from(["lt", "lte", "gt", "gte", "startswith", "exact"]),
    st.text("ab\U0010ffff", min_size=1, max_size=2),
)
@example(names=["B", "b"], lookup="startswith", value="b")
def test_a_bare_part_is_asked_as_it_is(bare, names, lookup, value):
    """A template without text of its own gives the rows that Python finds, whatever the lookup."""
    others = [name for name in names if not name.startswith(value)]
    folded = lookup == "startswith" and any(name.lower().startswith(value) for name in others)
    assume(on_moto or not folded)  # a key condition of dynoxide takes "b" for the beginning of "B"
    bare.objects.query("P").delete()
    bare.objects.bulk_create(bare(name=name) for name in dict.fromkeys(names))
    tests = {
        "lt": lambda name: name < value, "lte": lambda name: name <= value, "gt": lambda name: name > value,
        "gte": lambda name: name >= value, "exact": lambda name: name == value,
        "startswith": lambda name: name.startswith(value),
    }  # fmt: skip
    found = {row.name for row in bare.objects.query("P", **{f"name__{lookup}": value})}
    assert found == set(filter(tests[lookup], names))


@pytest.fixture
def bare(dynamodb, declare):
    """A model whose sort key is a text, by a template."""
    fields = {"p": models.TemplateField("P"), "s": models.TemplateField("{name}")}
    table = {"partition_key": "p", "sort_key": "s"}
    return declare.stored(table=table, **fields, name=models.CharField(max_length=9))


# -- writing ------------------------------------------------------------------------------------------------------


def test_an_update_rebuilds_the_keys_of_indexes(filled, sent):
    """A changed part changes the key of the index, when the filter or the values give the others."""
    one = filled.order.objects.filter(customer="c", placed=DAY, number=1)
    assert one.update(status="paid") == 1
    assert sent.values == {"status": {"S": "paid"}, "gpk": {"S": "STATUS#paid#c"}}
    assert filled.order.objects.filter(status="paid", customer="c").index("by_status").count() == 1
    assert one.update(status="") == 1
    assert one.get().gpk is None


def test_an_update_that_lacks_a_part_names_it(filled, sent):
    """Where a part is not known, nothing is sent."""
    with pytest.raises(UnsupportedError, match="from customer, which this update does not know"):
        filled.order.objects.scan(number=1).update(status="paid")
    with pytest.raises(UnsupportedError, match="part of the key sk1"):
        filled.order.objects.filter(customer="c").update(number=models.F("number") + 1)
    with pytest.raises(UnsupportedError, match="built from other fields"):
        filled.order.objects.filter(customer="c").update(gpk="x")
    assert not {"UpdateItem", "PutItem"} & set(sent.operations)


def test_a_transaction_rebuilds_them_too(filled):
    """update() and check() of a transaction take the parts of a key."""
    one = filled.order.objects.filter(customer="c", placed=DAY, number=1)
    with transaction.write() as tx:
        tx.update(one, status="paid")
        tx.check(filled.customer.objects.filter(customer="c"))
    assert transaction.read([one])[0].gpk == "STATUS#paid#c"


def test_a_conditional_update_takes_the_rest_as_its_condition(filled):
    """Parts give the key, further lookups the condition."""
    one = filled.order.objects.filter(customer="c", placed=DAY, number=1)
    assert one.filter(status="sold").update(status="paid") == 0
    assert one.filter(status="new").update(status="paid") == 1


def test_get_or_create_by_parts(filled, sent):
    """The parts are the whole key, so the read is consistent and the write guarded."""
    _found, created = filled.order.objects.get_or_create(customer="c", placed=NEXT, number=9)
    assert created
    assert sent.payloads[0]["ConsistentRead"] is True
    assert filled.order.objects.get_or_create(customer="c", placed=NEXT, number=9)[1] is False


def test_a_leading_part_that_no_key_holds_matches_nothing(declare, sent):
    """A separator in it: there is no such key, however it goes on."""
    fields = {"p": models.TemplateField("P"), "s": models.TemplateField("{a}#{b}")}
    table = {"partition_key": "p", "sort_key": "s"}
    model = declare(table=table, **fields, a=models.CharField(), b=models.CharField())
    assert not model.objects.query("P", a="x#y")
    assert sent.calls == []


@pytest.mark.parametrize("value", [models.F("status"), models.IfNotExists("x"), models.Remove()])
def test_an_alteration_of_a_part_is_refused(filled, sent, value):
    """What the service computes is known to it alone, so that no key can be built from it."""
    with pytest.raises(UnsupportedError, match="plain value"):
        filled.order.objects.filter(customer="c", placed=DAY, number=1).update(status=value)
    assert sent.calls == []
