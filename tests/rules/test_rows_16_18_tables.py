"""Tests rows 16 to 18 of dynamodb-mapper: connections, and making tables."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import override_settings

from django_dynamodb import models
from django_dynamodb.connections import ConnectionHandler, connections
from django_dynamodb.exceptions import InvalidRegionError, SchemaError
from django_dynamodb.tables import counters, lifecycle
from tests.testapp.models import Legacy, Reading, Thread, Ticket


@pytest.fixture
def handler():
    """Connections of our own, outside those of the test run."""
    made = ConnectionHandler()
    yield made
    made.close_all()


@pytest.mark.seed(16)
def test_one_connection(handler):
    """SEED row 16, mended: one connection per process serves all threads; there was one per thread, never dropped."""
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: handler["default"], range(20)))
    assert len(found) == 1


@pytest.mark.seed(16)
def test_settings(handler):
    """SEED row 16: region and credentials come from the settings."""
    given = {"REGION": "eu-central-1", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "s"}
    with override_settings(DYNAMODB={"default": given}):
        assert handler["default"].client.meta.region_name == "eu-central-1"


@pytest.mark.seed(16)
def test_default_region(handler, monkeypatch, tmp_path):
    """SEED row 16: without a region anywhere it is us-east-1; the environment is heard before that."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with override_settings(DYNAMODB={"default": {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "s"}}):
        assert handler["default"].client.meta.region_name == "us-east-1"
        handler.reset()
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        assert handler["default"].client.meta.region_name == "eu-west-3"


@pytest.mark.seed(16)
def test_environment(handler, monkeypatch):
    """SEED row 16: credentials come from the environment where the settings have none."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    with override_settings(DYNAMODB={"default": {"REGION": "eu-west-1"}}):
        signer = handler["default"].client._request_signer
        assert signer._credentials.access_key == "from-environment"


@pytest.mark.seed(16)
def test_unknown_region(handler):
    """SEED row 16: an unknown region raises InvalidRegionError."""
    with (
        override_settings(DYNAMODB={"default": {"REGION": "eu-nowhere-1"}}),
        pytest.raises(InvalidRegionError, match="eu-nowhere-1"),
    ):
        handler["default"].client  # noqa: B018  # opening it is the point


def declare(table=None, **fields):
    """Declares a model of these fields and this ``class Table``."""
    body = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "testapp"}), **fields}
    if table is not None:
        body["Table"] = type("Table", (), table)
    return type("Own", (models.Model,), body)


@pytest.mark.seed(17)
@pytest.mark.parametrize(
    ("table", "message"),
    [
        (None, r"Own has no partition key: give one field primary_key=True"),
        ({"sort_key": "a"}, r"Own has no partition key"),
        ({"partition_key": "b"}, r"Own\.Table names 'b', which is no field of the model; fields: a, n"),
        ({"partition_key": "a", "sort_key": "b"}, r"Own\.Table names 'b'"),
        ({"partition_key": "a", "sort_key": "a"}, r"'a' cannot be both"),
        ({"partition_kye": "a"}, r"Own\.Table\.partition_kye is no option\. Did you mean 'partition_key'\?"),
        ({"partition_key": "n", "sort_key": "a"}, r"AutoIncrementField cannot be the partition key .* with a sort key"),
    ],
)
def test_wrong_declarations(own_models, table, message):
    """SEED row 17, mended: a declaration that cannot work is a SchemaError when the class is made, never a KeyError."""
    with pytest.raises(SchemaError, match=message):
        declare(table, a=models.CharField(max_length=5), n=models.AutoIncrementField())


@pytest.mark.seed(17)
def test_wrong_key_type(own_models):
    """SEED row 17: a field that DynamoDB cannot have as a key is a SchemaError too."""
    model = declare(id=models.BooleanField(primary_key=True))
    with pytest.raises(SchemaError, match=r"testapp\.Own\.id \(BooleanField\) cannot be a key"):
        _ = model._meta.table


@pytest.mark.seed(17)
def test_create_table(own_models, sent):
    """SEED row 17: create_table makes the table with the throughput asked for, waits, and says if it was new."""
    model = declare(
        {"name": "own", "billing": models.Provisioned(read=3, write=2)}, id=models.IntegerField(primary_key=True)
    )
    assert model.objects.create_table(wait=True)
    state = lifecycle.describe(model._meta.open_table())
    assert sent.payloads[0]["ProvisionedThroughput"] == {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
    assert state.status == "ACTIVE"
    assert not model.objects.create_table()


@pytest.mark.seed(18)
def test_counter_is_created(own_models, sent):
    """SEED row 18: an autoincrement table is waited for, even unasked, and gets its counter item at 0."""
    model = declare({"name": "own"}, id=models.AutoIncrementField(primary_key=True))
    model.objects.create_table(wait=False)
    assert sent.operations[0] == "CreateTable"
    assert "DescribeTable" in sent.operations
    assert model._meta.open_table().get({"id": {"N": "-1"}}) == {"id": {"N": "-1"}, "__max_hash_key__": {"N": "0"}}


@pytest.mark.seed(18)
def test_counter_is_kept(sent):
    """SEED row 18: a counter that exists keeps its number."""
    Ticket.objects.create()
    Ticket.objects.create_table()
    assert counters.read(Ticket._meta.open_table()) == 1


@pytest.mark.seed(18)
def test_key_types(own_models):
    """SEED row 18: datetimes are text keys, and so are lists and dicts in an old table; numbers are number keys."""
    model = declare(
        {"partition_key": "day", "sort_key": "n", "storage": "mapper1"},
        day=models.DateTimeField(),
        n=models.ListField(),
    )
    assert [key.type for key in model._meta.table.keys] == ["S", "S"]
    assert [key.type for key in Reading._meta.table.keys] == ["S", "N"]
    assert [key.type for key in (*Thread._meta.table.keys, *Legacy._meta.table.keys)] == ["S", "S", "N"]


@pytest.mark.seed(16)
def test_plain_client(dynamodb):
    """SEED row 16: the connection gives the plain client for all that is not wrapped."""
    assert connections["default"].client.list_tables()["TableNames"]
