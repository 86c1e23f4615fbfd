"""Checks for django-health-check that DynamoDB answers: ``DynamoDB(alias="default")``, by one GetItem."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.utils.connection import ConnectionDoesNotExist
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning

from django_dynamodb.connections import connections
from django_dynamodb.declared import declared_tables
from django_dynamodb.exceptions import DynamoDBError, ThrottledError
from django_dynamodb.models.registry import table_models
from django_dynamodb.tables.schema import KeyType, TableSchema
from django_dynamodb.types import Key

ABSENT: Final[dict[KeyType, str]] = {
    "S": "django-dynamodb-health-check",
    "N": "-314159265358979",
    "B": "ZGphbmdvLWR5bmFtb2RiLWhlYWx0aC1jaGVjaw==",
}
"""Values that no item has as its key, by their type; an item that has one is no harm."""


@dataclasses.dataclass
class DynamoDB(HealthCheck):
    """Reads an item that is not there, by one GetItem that need not be consistent: half a read unit.

    It asks for the right ``dynamodb:GetItem`` on one table, and for no other. Nothing is written, and neither keys nor
    the service's messages are reported.

    Args:
        alias: The alias of ``settings.DYNAMODB`` to ask.
        table: The table to ask, as its model, session or cache setting names it, without prefix; the first of the alias
            by default, models before sessions and caches.
        timeout: How long an answer may take; one second more is granted.
    """

    alias: str = "default"
    table: str | None = dataclasses.field(default=None, repr=False)
    timeout: dt.timedelta = dataclasses.field(default=dt.timedelta(seconds=1), repr=False)

    def run(self) -> None:  # the base takes plain functions too, and runs them in a thread
        """Makes the call.

        Raises:
            ServiceWarning: The service answers, and is over its throughput.
            ServiceUnavailable: It does not answer, refuses, or cannot be asked.
        """
        try:
            connection, schema = connections[self.alias], self._schema()
            connection.table(schema).get(_absent(schema))
        except ThrottledError as error:
            raise ServiceWarning(_named(error)) from error
        except DynamoDBError as error:
            raise ServiceUnavailable(_named(error)) from error
        except ConnectionDoesNotExist as error:
            raise ServiceUnavailable(f"DYNAMODB has no alias {self.alias!r}") from error
        except ImproperlyConfigured as error:
            raise ServiceUnavailable(f"the settings of alias {self.alias!r} are wrong") from error

    def _schema(self) -> TableSchema:
        """Chooses the table to ask."""
        schemas: list[TableSchema] = [model._meta.table for model in table_models(using=self.alias)]
        schemas += [declared.schema for declared in declared_tables(self.alias)]
        for schema in schemas:
            if self.table in {None, schema.name}:
                return schema
        what = "no table" if self.table is None else f"no table {self.table!r}"
        raise ServiceUnavailable(f"alias {self.alias!r} has {what} to ask")


def every_alias() -> list[tuple[type[DynamoDB], dict[str, str]]]:
    """Lists one check for each alias of ``settings.DYNAMODB``, for ``HealthCheckView.as_view(checks=[...])``.

    Returns:
        Pairs of the check and its arguments.
    """
    return [(DynamoDB, {"alias": alias}) for alias in connections]


def _absent(schema: TableSchema) -> Key:
    """The key of an item that is not there."""
    return {rule.name: {rule.type: ABSENT[rule.type]} for rule in schema.key_rules}


def _named(error: DynamoDBError) -> str:
    """Names an error by its class and code; its message may tell more than a page of health should."""
    return " ".join(filter(None, (type(error).__name__, error.code)))
