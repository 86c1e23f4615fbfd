"""Holds the test cases: what their classes and tests write, and how long it lasts; run by pytest here."""

import json

import pytest

from django_dynamodb.connections import connections
from django_dynamodb.exceptions import TestSafetyError
from django_dynamodb.testing.cases import DynamoDBSimpleTestCase, DynamoDBTestCase, DynamoDBTransactionTestCase
from tests.testapp.models import Account, Thread, Ticket


class TestData(DynamoDBSimpleTestCase):
    """What ``setUpTestData`` writes is there for each test, whatever the others do."""

    @classmethod
    def setUpTestData(cls):
        """One thread, and numbered tickets."""
        cls.thread = Thread.objects.create(forum="f", subject="s")
        cls.tickets = [Ticket.objects.create(title=str(n)) for n in range(2)]

    def _as_made(self):
        assert [thread.views for thread in Thread.objects.all()] == [0]
        assert Ticket.objects.create(title="new").pk == 3
        assert (self.thread.views, Account.objects.count()) == (0, 0)

    def test_change(self):
        """A change is of this test."""
        self._as_made()
        self.thread.views = 5
        self.thread.save()
        Account.objects.create(owner="a")

    def test_delete(self):
        """So is a deletion."""
        self._as_made()
        Thread.objects.scan().delete()

    def test_drop(self):
        """So is a table that is gone."""
        self._as_made()
        self.thread.delete()

    def test_assertion(self):
        """The assertion is a method."""
        with self.assertDynamoDB(gets=1, calls=1):
            Thread.objects.get("f", "s")


class TestAfterwards(DynamoDBSimpleTestCase):
    """Nothing of another class is left."""

    def test_empty(self):
        """Tables are as new."""
        assert Thread.objects.count() == 0
        assert Ticket.objects.create(title="first").pk == 1


@pytest.mark.django_db
class TestBoth(DynamoDBTestCase):
    """SQL and DynamoDB side by side."""

    @classmethod
    def setUpTestData(cls):
        """Something in each."""
        from django.contrib.auth.models import User

        cls.user = User.objects.create_user("ada")
        cls.account = Account.objects.create(owner="ada")

    def test_one(self):
        """Both are there, and changes last as long as the test."""
        self._change()

    def test_two(self):
        """Whichever comes first."""
        self._change()

    def _change(self):
        assert self.user.username == Account.objects.get("ada").owner
        Account.objects.all().delete()
        self.user.delete()


@pytest.mark.django_db
class TestTransactions(DynamoDBTransactionTestCase):
    """Tests that commit."""

    def test_one(self):
        """What is written is gone after it."""
        assert Account.objects.count() == 0
        Account.objects.create(owner="x")

    test_two = test_one


def test_others_may_not():
    """A test that asked for nothing is refused, and told of the three ways."""
    with pytest.raises(TestSafetyError, match=r"fixture `dynamodb`.*`@pytest\.mark\.dynamodb`.*`DynamoDBTestCase`"):
        Account.objects.count()


def test_data_that_cannot_be_made_leave_nothing(dynamodb_isolation):
    """What was written before the error is removed."""

    def fail():
        Account.objects.create(owner="x")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        dynamodb_isolation.keep(fail)
    with dynamodb_isolation.test():
        assert Account.objects.count() == 0


def test_data_of_wider_fixtures(dynamodb_isolation):
    """Data within data: the inner go first, and the outer come back after a table was dropped."""
    with (
        dynamodb_isolation.kept(lambda: Account.objects.create(owner="outer")),
        dynamodb_isolation.kept(lambda: Account.objects.create(owner="inner")),
    ):
        for _ in range(2):
            with dynamodb_isolation.test():
                assert Account.objects.count() == 2
                name = connections["default"].table(Account._meta.table).schema.name
                connections["default"].send("DeleteTable", json.dumps({"TableName": name}).encode())
    with dynamodb_isolation.test():
        assert Account.objects.count() == 0
