"""Holds that no asynchronous method takes a thread: each that there is runs here, where threads are refused."""

import asyncio
import inspect

import pytest
from asgiref.sync import SyncToAsync
from django.core.cache import caches
from django.db.models import QuerySet as DjangoQuerySet

from django_dynamodb import models, transaction
from django_dynamodb.cache.backend import DynamoDBCache
from django_dynamodb.connections import connections
from django_dynamodb.models.collections import CollectionQuery
from django_dynamodb.models.refused import REFUSED
from django_dynamodb.models.returning import Returning
from django_dynamodb.models.statements import StatementRows
from django_dynamodb.models.transactions import WriteTransaction
from django_dynamodb.sessions import SessionStore
from tests.testapp.models import Note, Thread


def of(*classes):
    """The names of the methods of classes that are coroutines or asynchronous generators."""
    found = set()
    for kind in classes:
        for name in dir(kind):
            method = inspect.getattr_static(kind, name)
            function = getattr(method, "__func__", method)
            if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
                found.add(name)
    return found
