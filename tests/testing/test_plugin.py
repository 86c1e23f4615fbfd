"""Tests what the plugin gives to a project and what it refuses."""

import pytest


def test_the_fixture_gives_tables(shop):
    """The tables of all models are there, and what is written can be read."""
    result = shop.run("""
def test_order(dynamodb):
    Order.objects.create(customer="ann", day="monday")
    assert Order.objects.get("ann", "monday").customer == "ann"
""")
    result.assert_outcomes(passed=1)


def test_the_marker_does_the_same(shop):
    """A marked test needs no fixture, nor does one in a marked class."""
    result = shop.run("""
@pytest.mark.dynamodb
class TestOrder:
    def test_order(self):
        Order.objects.create(customer="ann", day="monday")
""")
    result.assert_outcomes(passed=1)


def test_what_a_test_writes_is_gone_after_it(shop):
    """The next test finds empty tables and counters at their start."""
    result = shop.run("""
@pytest.mark.dynamodb
@pytest.mark.parametrize("turn", [1, 2])
def test_first(turn):
    assert list(Order.objects.scan()) == []
    Order.objects.create(customer="ann", day="monday")
    assert Ticket.objects.create(title="a").id == 1
""")
    result.assert_outcomes(passed=2)


def test_a_table_a_test_deleted_is_back_after_it(shop):
    """The next test finds every table, and none that another test made."""
    result = shop.run("""
import json
from django_dynamodb.connections import connections

def tables():
    return sorted(json.loads(connections["default"].send("ListTables", b"{}"))["TableNames"])

@pytest.mark.dynamodb
@pytest.mark.parametrize("turn", [1, 2])
def test_delete(turn, dynamodb):
    own = [name for name in tables() if name.startswith(dynamodb.prefixes["default"])]
    assert len(own) == 2
    name = connections["default"].table(Order._meta.table).schema.name
    connections["default"].send("DeleteTable", json.dumps({"TableName": name}).encode())
    more = {
        "TableName": name + "-more",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    }
    connections["default"].send("CreateTable", json.dumps(more).encode())
""")
    result.assert_outcomes(passed=2)


def test_a_test_that_did_not_ask_is_refused(shop):
    """The message says how to ask."""
    result = shop.run("""
def test_order():
    Order.objects.create(customer="ann", day="monday")
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*TestSafetyError: *ask for the fixture `dynamodb`*"])


def test_a_remote_endpoint_is_refused(shop):
    """The option may name any endpoint, but only one on this machine is used."""
    result = shop.run("def test_order(dynamodb): pass", "--dynamodb-endpoint", "http://192.0.2.1:8000")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*TestSafetyError: *would leave this machine*192.0.2.1*"])


def test_a_foreign_prefix_is_refused(shop):
    """A test that sets another prefix reaches no table."""
    result = shop.run("""
def test_order(dynamodb, settings):
    settings.DYNAMODB = {"default": settings.DYNAMODB["default"] | {"TABLE_PREFIX": "live-"}}
    with pytest.raises(Exception, match="live-") as caught:
        Order.objects.create(customer="ann", day="monday")
    assert type(caught.value).__name__ == "TestSafetyError"
""")
    result.assert_outcomes(passed=1)


def test_settings_a_test_deleted_are_back_after_it(shop):
    """The next test has the run's settings, though deleting one sends no signal when it ends."""
    result = shop.run("""
from django.core.signals import setting_changed
from django_dynamodb.connections import connections

def test_delete(settings):
    del settings.DYNAMODB
    setting_changed.send(sender=None, setting="DYNAMODB", value=None, enter=True)
    assert connections["default"].settings.table_prefix == ""

def test_after(dynamodb):
    assert connections["default"].settings.table_prefix == dynamodb.prefixes["default"]
""")
    result.assert_outcomes(passed=2)


def test_a_wider_fixture_may_ask(shop):
    """``allowed()`` opens DynamoDB to a fixture that outlives a test."""
    result = shop.run("""
import json
from django_dynamodb.connections import connections

@pytest.fixture(scope="module")
def orders(dynamodb_isolation):
    with dynamodb_isolation.allowed():
        yield json.loads(connections["default"].send("ListTables", b"{}"))

def test_order(dynamodb, orders):
    assert "TableNames" in orders
""")
    result.assert_outcomes(passed=1)


def test_a_mock_of_the_project_may_come_between(shop, monkeypatch):
    """Moto is empty and idle for the other tests, and the tables are back for the next that uses them."""
    monkeypatch.delenv("DYNAMODB_TEST_ENDPOINT", raising=False)
    result = shop.run("""
import boto3
from moto import mock_aws

@pytest.mark.dynamodb
def test_before():
    Order.objects.create(customer="ann", day="monday")

@mock_aws
def test_between():
    client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    assert client.list_tables()["TableNames"] == []

@pytest.mark.dynamodb
def test_after():
    assert list(Order.objects.scan()) == []
""")
    result.assert_outcomes(passed=3)


def test_a_project_without_the_app_is_left_alone(pytester, monkeypatch):
    """There the plugin loads nothing and refuses nothing."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    pytester.makepyfile("""
        import sys

        def test_nothing():
            assert "django_dynamodb.connections" not in sys.modules
    """)
    pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:django").assert_outcomes(passed=1)


@pytest.mark.parametrize("engine", ["moto", "lenient", "server"])
def test_engines(shop, engine):
    """The engine is named by an option; two of them refuse what the service refuses."""
    result = shop.run(
        """
import json
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import RequestRejectedError

def test_strict(dynamodb):
    name = connections["default"].table(Order._meta.table).schema.name
    item = {"customer": {"S": "a"}, "day": {"S": "b"}, "x": {"N": "1" * 39}}
    request = json.dumps({"TableName": name, "Item": item}).encode()
    try:
        connections["default"].send("PutItem", request)
    except RequestRejectedError:
        assert ENGINE != "lenient"
    else:
        assert ENGINE == "lenient"
""".replace("ENGINE", repr(engine)),
        "--dynamodb-engine",
        engine,
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dynamodb-engine", "mysql"), "*'mysql' is no engine*"),
        (("--dynamodb-engine", "moto", "--dynamodb-endpoint", "http://127.0.0.1:1"), "*say the same: give one*"),
    ],
)
def test_no_engine(shop, arguments, message):
    """A name that is none, and two names, end the run."""
    result = shop.run("def test_order(dynamodb): pass", *arguments)
    assert result.ret
    result.stderr.fnmatch_lines([message])


def test_workers_do_not_meet(shop):
    """Two workers of pytest-xdist see separate data, on whatever engine."""
    result = shop.run(
        """
@pytest.mark.parametrize("n", range(6))
def test_order(n, dynamodb):
    assert Order.objects.count() == 0
    Order.objects.bulk_create([Order(customer=str(n), day=str(day)) for day in range(30)])
    assert {order.customer for order in Order.objects.all()} == {str(n)}
""",
        "-n",
        "2",
    )
    result.assert_outcomes(passed=6)


def test_real_credentials_are_not_used(shop, monkeypatch):
    """Keys of a real account in the environment sign nothing, and no endpoint elsewhere is reached."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://192.0.2.1:8000")
    monkeypatch.delenv("DYNAMODB_TEST_ENDPOINT", raising=False)
    result = shop.run("""
from django_dynamodb.connections import connections
from django_dynamodb.exceptions import TestSafetyError

def test_order(dynamodb):
    pass
""")
    assert result.ret
    result.stdout.fnmatch_lines(["*would leave this machine*192.0.2.1*"])


def test_data_for_a_module(shop):
    """``kept`` makes data once, and each test finds them as they were made."""
    result = shop.run("""
@pytest.fixture(scope="module")
def orders(dynamodb_isolation):
    with dynamodb_isolation.kept(lambda: Order.objects.create(customer="a", day="1")):
        yield

@pytest.mark.parametrize("n", range(3))
def test_change(n, orders, dynamodb):
    assert Order.objects.count() == 1
    Order.objects.all().delete()

def test_other(dynamodb):
    assert Order.objects.count() in {0, 1}
""")
    result.assert_outcomes(passed=4)
