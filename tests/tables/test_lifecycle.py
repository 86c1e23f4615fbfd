"""Holds how a table is created, waited for, completed and deleted."""

from dataclasses import replace

import pytest

from django_dynamodb.exceptions import AccessDeniedError, SchemaError, TableInUseError, TableNotFoundError
from django_dynamodb.tables import counters, lifecycle
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema, Throughput

FORUM = KeyAttribute("forum", "S")
SUBJECT = KeyAttribute("subject", "S")
WHOLE = TableSchema(
    name="whole",
    partition=FORUM,
    sort=SUBJECT,
    indexes=(
        IndexSchema(name="by_author", partition=KeyAttribute("author", "S"), projection=("views", "title")),
        IndexSchema(name="by_day", partition=KeyAttribute("day", "N"), throughput=Throughput(3, 4)),
        IndexSchema(
            name="by_views", partition=FORUM, sort=KeyAttribute("views", "N"), local=True, projection="KEYS_ONLY"
        ),
    ),
    throughput=Throughput(1, 2),
    ttl="expires",
    stream="NEW_IMAGE",
)


def looks(*statuses, index="ACTIVE"):
    """Answers to DescribeTable; None is a table that is not there."""
    indexes = [{"IndexName": "by_author", "KeySchema": [], "IndexStatus": index}]
    return [
        TableNotFoundError("not there")
        if status is None
        else {"Table": {"TableName": "whole", "TableStatus": status, "GlobalSecondaryIndexes": indexes}}
        for status in statuses
    ]


def test_create_payload(make_fake, service):
    """A provisioned table is created with its indexes, their capacity, and its stream; expiry comes later."""
    service.answers.append({"TableDescription": {"TableName": "whole"}})
    assert lifecycle.create(make_fake(WHOLE)) is True
    assert service.calls == [
        (
            "CreateTable",
            {
                "TableName": "whole",
                "KeySchema": [
                    {"AttributeName": "forum", "KeyType": "HASH"},
                    {"AttributeName": "subject", "KeyType": "RANGE"},
                ],
                "AttributeDefinitions": [
                    {"AttributeName": "forum", "AttributeType": "S"},
                    {"AttributeName": "subject", "AttributeType": "S"},
                    {"AttributeName": "author", "AttributeType": "S"},
                    {"AttributeName": "day", "AttributeType": "N"},
                    {"AttributeName": "views", "AttributeType": "N"},
                ],
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by_author",
                        "KeySchema": [{"AttributeName": "author", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["views", "title"]},
                        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
                    },
                    {
                        "IndexName": "by_day",
                        "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
                    },
                ],
                "LocalSecondaryIndexes": [
                    {
                        "IndexName": "by_views",
                        "KeySchema": [
                            {"AttributeName": "forum", "KeyType": "HASH"},
                            {"AttributeName": "views", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                ],
                "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            },
        )
    ]


def test_on_demand():
    """Without throughput a table is on demand."""
    payload = lifecycle.creation(TableSchema(name="plain", partition=FORUM)).payload()
    assert payload["BillingMode"] == "PAY_PER_REQUEST"
    assert payload.keys() == {"TableName", "KeySchema", "AttributeDefinitions", "BillingMode"}


def test_existing_table(make_fake, service):
    """A table that exists is no error: nothing was created."""
    service.answers.append(TableInUseError("exists"))
    assert lifecycle.create(make_fake(WHOLE)) is False


def test_wait_until_all_is_active(make_fake, service, pauses):
    """The table is waited for, and then its indexes; each look is reported."""
    seen = []
    service.answers.extend([*looks(None, "CREATING"), *looks("ACTIVE", index="CREATING"), *looks("ACTIVE")])
    lifecycle.wait_active(make_fake(WHOLE), progress=seen.append)
    assert seen == ["NOT FOUND", "CREATING", "index by_author CREATING", "ACTIVE"]
    assert pauses == [1, 2, 3]


def test_table_that_never_gets_active(make_fake, service):
    """When the pauses are spent the wait ends with an error."""
    service.answers.extend(looks(*["CREATING"] * 9))
    with pytest.raises(TableInUseError, match="Table 'whole' is not active yet"):
        lifecycle.wait_active(make_fake(WHOLE))


def test_table_that_never_comes(make_fake, service):
    """A table that is not there in the end is missing, and the error says so."""
    service.answers.extend(looks(*[None] * 9))
    with pytest.raises(TableNotFoundError):
        lifecycle.wait_active(make_fake(WHOLE))


def test_long_wait(make_fake, service):
    """A wait outlasts the pauses of a retry: their length stops growing, and so does the count of attempts."""
    patient = replace(make_fake(WHOLE), pause=lambda attempt: attempt <= lifecycle.STEADY_ATTEMPT)
    service.answers.extend(looks(*["CREATING"] * 50, "ACTIVE"))
    lifecycle.wait_active(patient)
    assert len(service.calls) == 51


def test_wait_is_bounded(make_fake, service):
    """However patient the pauses are, a wait ends."""
    service.answers.extend(looks(*["CREATING"] * (lifecycle.LOOKS + 9)))
    with pytest.raises(TableInUseError):
        lifecycle.wait_active(replace(make_fake(WHOLE), pause=lambda attempt: True))


def test_missing_table_is_not_waited_for_long(make_fake, service):
    """A table that is not there is given the time a new one needs to show, not that of creating one."""
    service.answers.extend(looks(*[None] * 50))
    with pytest.raises(TableNotFoundError):
        lifecycle.wait_active(replace(make_fake(WHOLE), pause=lambda attempt: True))
    assert len(service.calls) == lifecycle.STEADY_ATTEMPT + 1


def test_wait_until_deleted(make_fake, service):
    """A table is waited for until it is gone."""
    seen = []
    service.answers.extend(looks("DELETING", None))
    lifecycle.wait_deleted(make_fake(WHOLE), progress=seen.append)
    assert seen == ["DELETING", "NOT FOUND"]


def test_table_that_is_never_gone(make_fake, service):
    """When the pauses are spent the wait for the end ends with an error."""
    service.answers.extend(looks(*["DELETING"] * 9))
    with pytest.raises(TableInUseError, match="Table 'whole' is not gone yet"):
        lifecycle.wait_deleted(make_fake(WHOLE))


def test_denied_access_is_no_missing_table(make_fake, service):
    """Who may not describe a table is told so, and not that there is none."""
    service.answers.append(AccessDeniedError("no"))
    with pytest.raises(AccessDeniedError):
        lifecycle.describe(make_fake(WHOLE))


def test_describe_a_new_table(make_fake, service):
    """A table that is being created has no expiry to ask for yet."""
    service.answers.extend(looks("CREATING"))
    assert lifecycle.describe(make_fake(WHOLE)).ttl is None
    assert len(service.calls) == 1


EXPIRY = {"TimeToLiveDescription": {"AttributeName": "expires", "TimeToLiveStatus": "ENABLING"}}
OTHER_EXPIRY = {"TimeToLiveDescription": {"AttributeName": "until", "TimeToLiveStatus": "ENABLED"}}
NO_EXPIRY = {"TimeToLiveDescription": {"AttributeName": "until", "TimeToLiveStatus": "DISABLED"}}


def test_enable_ttl(make_fake, service):
    """Expiry is turned on where it is off."""
    service.answers.extend([NO_EXPIRY, {"TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}}])
    assert lifecycle.enable_ttl(make_fake(WHOLE)) is True
    assert service.payloads[1]["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_ttl_that_is_on(make_fake, service):
    """Expiry that is on stays: the service refuses to turn it on again."""
    service.answers.append(EXPIRY)
    assert lifecycle.enable_ttl(make_fake(WHOLE)) is False
    assert len(service.calls) == 1


def test_ttl_by_another_attribute(make_fake, service):
    """Expiry by another attribute is not changed behind anybody's back."""
    service.answers.append(OTHER_EXPIRY)
    with pytest.raises(SchemaError, match="expires items by 'until', its schema says 'expires'"):
        lifecycle.enable_ttl(make_fake(WHOLE))


def test_no_ttl(fake_threads, service):
    """A schema without expiry asks for nothing."""
    assert lifecycle.enable_ttl(fake_threads) is False
    assert not service.calls


@pytest.mark.seed(17)
@pytest.mark.parametrize("schema", [WHOLE, TableSchema(name="plain", partition=FORUM)], ids=["whole", "plain"])
def test_ensured_table_agrees_with_its_schema(schema, make_table):
    """SEED row 17: a table that was made is what its schema says, and making it again changes nothing."""
    table = make_table(schema)
    assert lifecycle.describe(table) is None
    assert lifecycle.ensure(table) is True
    assert lifecycle.differences(table.schema, lifecycle.describe(table)) == []
    assert lifecycle.ensure(table) is False


@pytest.mark.seed(18)
def test_counter_forces_waiting(fake_tickets, service):
    """SEED row 18: an autoincrement table is waited for, wanted or not, and then its counter item is written."""
    service.answers.extend([TableInUseError("exists"), *looks("CREATING", "ACTIVE")])
    lifecycle.ensure(fake_tickets, wait=False)
    assert [operation for operation, _ in service.calls] == ["CreateTable", "DescribeTable", "DescribeTable", "PutItem"]


def test_ensure_without_waiting(fake_threads, service):
    """A plain table need not be waited for."""
    service.answers.append(TableInUseError("exists"))
    lifecycle.ensure(fake_threads, wait=False)
    assert len(service.calls) == 1


def test_ensure_again_keeps_the_counter(tickets):
    """An autoincrement table that is ensured again keeps counting where it stands."""
    counters.raise_to(tickets, 7)
    lifecycle.ensure(tickets)
    assert counters.next_number(tickets) == 8


def test_delete(threads):
    """A deleted table is gone; deleting what is not there is no error."""
    assert lifecycle.delete(threads) is True
    lifecycle.wait_deleted(threads)
    assert lifecycle.describe(threads) is None
    assert lifecycle.delete(threads) is False


def test_several_attributes(make_table):
    """An index whose key has several attributes is made as declared, and described as it was made."""
    attributes = [KeyAttribute(name, "S") for name in "abcd"] + [KeyAttribute(name, "N") for name in "efgh"]
    index = IndexSchema(name="by_all", partition=tuple(attributes[:4]), sort=tuple(attributes[4:]))
    table = make_table(TableSchema(name="wide", partition=KeyAttribute("id", "S"), indexes=(index,)))
    assert lifecycle.ensure(table)
    [found] = lifecycle.describe(table).indexes
    assert (found.partition, found.sort) == (tuple("abcd"), tuple("efgh"))
    assert lifecycle.differences(table.schema, lifecycle.describe(table)) == []
