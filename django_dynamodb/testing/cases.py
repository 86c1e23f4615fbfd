"""Test cases that may use DynamoDB, for Django's own runner and for pytest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import SimpleTestCase, TestCase, TransactionTestCase
from django.test.testcases import TestData  # type: ignore[attr-defined]  # the stubs leave it out

from django_dynamodb.testing import process
from django_dynamodb.testing.assertions import assertDynamoDB


class DynamoDBMixin:
    """Lets the tests of a test case use DynamoDB; stands before Django's class, as before ``LiveServerTestCase``.

    The tables of all models exist. What ``setUpClass()`` and ``setUpTestData()`` write is there for each test of the
    class; what a test writes is gone after it.
    """

    assertDynamoDB = staticmethod(assertDynamoDB)  # noqa: N815 - named as Django names its assertions

    @classmethod
    def setUpClass(cls) -> None:
        """Opens DynamoDB to the class, and keeps what is written until its tests are over."""
        begin: Callable[[], None] = super().setUpClass  # type: ignore[misc]  # of Django's class, which stands behind
        cls.addClassCleanup(process.current().keep(begin))  # type: ignore[attr-defined]  # as above

    def __call__(self, result: Any = None) -> None:
        """Runs the test with DynamoDB open, its fixtures and clean-up included."""
        with process.current().test():
            super().__call__(result)  # type: ignore[misc]  # as above

    def debug(self) -> None:
        """Runs the test without collecting its errors."""
        with process.current().test():
            super().debug()  # type: ignore[misc]  # as above


class DynamoDBTestCase(DynamoDBMixin, TestCase):
    """Django's ``TestCase``, which may use DynamoDB: what a test writes is gone after it, in SQL and in DynamoDB.

    In SQL that is done by a transaction, in DynamoDB by emptying the tables that were written to.
    """


class DynamoDBTransactionTestCase(DynamoDBMixin, TransactionTestCase):
    """Django's ``TransactionTestCase``, which may use DynamoDB."""


class DynamoDBSimpleTestCase(DynamoDBMixin, SimpleTestCase):
    """Django's ``SimpleTestCase``, which may use DynamoDB and no SQL database, as in a project that has none."""

    @classmethod
    def setUpClass(cls) -> None:
        """Opens DynamoDB to the class, and calls ``setUpTestData()`` as Django's ``TestCase`` does."""
        super().setUpClass()
        before = dict(cls.__dict__)
        cls.addClassCleanup(process.current().keep(cls.setUpTestData))
        for name, value in list(cls.__dict__.items()):
            if name not in before or value is not before[name]:
                setattr(cls, name, TestData(name, value))

    @classmethod
    def setUpTestData(cls) -> None:
        """Makes data for all tests of the class; each test gets copies of the attributes set here."""
