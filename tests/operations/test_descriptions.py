"""Holds table descriptions to what the service says of a table."""

import pytest

from django_dynamodb.operations.descriptions import IndexDescription, TableDescription, description_of

HASH = {"AttributeName": "p", "KeyType": "HASH"}
RANGE = {"AttributeName": "s", "KeyType": "RANGE"}
ON_DEMAND = {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
UNITS = {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2, "NumberOfDecreasesToday": 0}}
NO_UNITS = {"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}}


def described(**members):
    """The description of a small table with further members."""
    return description_of({"TableName": "t", "TableStatus": "ACTIVE", "KeySchema": [HASH], **members})


def test_whole():
    """A description has everything a comparison with a declaration needs."""
    assert described(
        KeySchema=[HASH, RANGE],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        ItemCount=3,
        TableSizeBytes=99,
        TableArn="arn:t",
        **UNITS,
    ) == TableDescription(
        name="t",
        status="ACTIVE",
        partition="p",
        sort="s",
        attributes={"p": "S"},
        indexes=(),
        units=(1, 2),
        stream="NEW_IMAGE",
        item_count=3,
        size_bytes=99,
        arn="arn:t",
    )


@pytest.mark.parametrize(("members", "units"), [({}, None), (UNITS, (1, 2)), (NO_UNITS | ON_DEMAND, None)])
def test_units(members, units):
    """On demand there are no units, though the service writes zeros."""
    assert described(**members).units == units


@pytest.mark.parametrize(
    "specification", [None, {}, {"StreamEnabled": False}, {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}]
)
def test_no_stream(specification):
    """A stream that is off is none."""
    assert described(StreamSpecification=specification).stream is None


def index(name, **members):
    """An index as the service describes it."""
    return {"IndexName": name, "KeySchema": [HASH, RANGE], "Projection": {"ProjectionType": "ALL"}, **members}


def test_indexes():
    """Indexes come sorted by name, global ones first."""
    table = described(
        GlobalSecondaryIndexes=[index("b", IndexStatus="CREATING", **UNITS), index("a", **UNITS)],
        LocalSecondaryIndexes=[index("0")],
    )
    assert [(found.name, found.local, found.status, found.units) for found in table.indexes] == [
        ("a", False, None, (1, 2)),
        ("b", False, "CREATING", (1, 2)),
        ("0", True, None, None),
    ]


def test_index_on_demand():
    """A global index of a table on demand has no units."""
    table = described(GlobalSecondaryIndexes=[index("a", **NO_UNITS)], **ON_DEMAND)
    assert table.indexes[0].units is None


@pytest.mark.parametrize(
    ("projection", "expected"),
    [
        ({"ProjectionType": "ALL"}, "ALL"),
        ({"ProjectionType": "KEYS_ONLY"}, "KEYS_ONLY"),
        ({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]}, ("b", "a")),
    ],
)
def test_projection(projection, expected):
    """An index says which attributes it has."""
    found = described(LocalSecondaryIndexes=[index("l", Projection=projection)]).indexes[0]
    assert found == IndexDescription(
        name="l", partition="p", sort="s", projection=expected, local=True, status=None, units=None
    )


def test_several_attributes():
    """The key of an index may have several attributes of each kind, in the order of its key schema."""
    schema = [
        {"AttributeName": name, "KeyType": role}
        for name, role in zip("abcd", ["HASH", "HASH", "RANGE", "RANGE"], strict=True)
    ]
    entries = [{"IndexName": "one", "KeySchema": schema}, {"IndexName": "two", "KeySchema": [HASH, RANGE]}]
    one, two = described(GlobalSecondaryIndexes=entries, **ON_DEMAND).indexes
    assert (one.partition, one.sort) == (("a", "b"), ("c", "d"))
    assert (two.partition, two.sort) == ("p", "s")
