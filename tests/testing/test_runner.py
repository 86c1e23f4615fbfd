"""Holds Django's own runner with DynamoDB: isolation, locks and worker processes, in a project of a user."""

import os
import subprocess
import sys

import pytest

from tests.testing.conftest import MODELS, SETTINGS

CASES = """
from django.test import SimpleTestCase
from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.testing.cases import DynamoDBSimpleTestCase, DynamoDBTestCase
from shop.models import Order, Ticket


class Base:
    def test_alone(self):
        self.assertEqual(Order.objects.count(), 0)
        Order.objects.bulk_create([Order(customer=type(self).__name__, day=str(n)) for n in range(30)])
        self.assertEqual({o.customer for o in Order.objects.all()}, {type(self).__name__})
        self.assertEqual(Ticket.objects.create(title="x").pk, 1)

    test_again = test_alone


class First(Base, DynamoDBSimpleTestCase): ...


class Second(Base, DynamoDBSimpleTestCase): ...


class Third(Base, DynamoDBTestCase): ...


class Others(SimpleTestCase):
    def test_refused(self):
        with self.assertRaises(TestSafetyError):
            Order.objects.count()
"""

RUNNER = 'TEST_RUNNER = "django_dynamodb.testing.runner.DynamoDBRunner"\n'

LISTING = """
import django, os
django.setup()
from django_dynamodb.connections import connections
connection = connections["default"]
print(connection.client.list_tables()["TableNames"])
"""


@pytest.fixture
def project(tmp_path):
    """A function that runs ``manage.py test`` in a project with such settings."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "models.py").write_text(MODELS)
    (tmp_path / "shop" / "tests.py").write_text(CASES)

    def run(*arguments, settings=RUNNER, warm=()):
        (tmp_path / "shop_settings.py").write_text(SETTINGS + settings)
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shop_settings", "PYTHONPATH": str(tmp_path)}
        command = [sys.executable, "-m", "django", "test", "-v", "0", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    return run


@pytest.mark.parametrize("arguments", [(), ("--parallel", "3"), ("--parallel", "2", "--dynamodb-engine", "server")])
def test_runs(project, arguments):
    """Tests do not meet: not in one process, nor in several, nor in several at one endpoint."""
    result = project(*arguments)
    assert (result.returncode, "Ran 7 tests" in result.stderr) == (0, True), result.stderr


@pytest.mark.skipif(not os.environ.get("DYNAMODB_TEST_ENDPOINT"), reason="moto's tables go with the process")
def test_nothing_is_left_at_a_shared_endpoint(project):
    """The tables of all workers are dropped at the end."""
    import boto3

    client = boto3.client(
        "dynamodb", endpoint_url=os.environ["DYNAMODB_TEST_ENDPOINT"], region_name="eu-west-1",
        aws_access_key_id="testing", aws_secret_access_key="testing",
    )  # fmt: skip
    before = set(client.list_tables()["TableNames"])
    assert project("--parallel", "2").returncode == 0
    assert {name for name in client.list_tables()["TableNames"] if "shop" in name} <= before


def test_without_the_runner(project):
    """The test cases work with any runner; only the other tests are not kept from DynamoDB before them."""
    result = project("shop.tests.First", "shop.tests.Third", settings="")
    assert (result.returncode, "Ran 4 tests" in result.stderr) == (0, True), result.stderr


def test_no_engine(project):
    """A name that is no engine ends the run."""
    result = project("--dynamodb-engine", "mysql")
    assert result.returncode
    assert "'mysql' is no engine: give moto, lenient, server" in result.stderr
