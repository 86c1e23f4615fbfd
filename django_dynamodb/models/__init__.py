"""Hands on everything of ``django.db.models`` and, over it, what DynamoDB models have of their own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a type checker keeps the first meaning of a name, Python the last
    from django_dynamodb.models.base import Model
    from django_dynamodb.models.manager import Manager
    from django_dynamodb.models.queryset import QuerySet

from django.db.models import *  # type: ignore[assignment]  # noqa: F403  # ours instead of Django's
from django.db.models import __all__ as _django_all

from django_dynamodb.models.alterations import (
    IfNotExists,
    Increment,
    ListAppend,
    ListPrepend,
    Remove,
    SetAdd,
    SetRemove,
)
from django_dynamodb.models.base import Model
from django_dynamodb.models.collections import Collection, Groups, UnknownItem
from django_dynamodb.models.fields.autoincrement import AutoIncrementField
from django_dynamodb.models.fields.documents import ListField, MapField
from django_dynamodb.models.fields.sets import BinarySetField, NumberSetField, StringSetField
from django_dynamodb.models.fields.template import TemplateField
from django_dynamodb.models.fields.ttl import TTLField
from django_dynamodb.models.fields.version import VersionField
from django_dynamodb.models.index_manager import IndexManager
from django_dynamodb.models.indexes import GlobalIndex, LocalIndex, OnDemand, Provisioned
from django_dynamodb.models.keys import CompositeKey
from django_dynamodb.models.manager import Manager
from django_dynamodb.models.migrations import detection, migration
from django_dynamodb.models.queryset import QuerySet

__all__ = [
    "AutoIncrementField",
    "BinarySetField",
    "Collection",
    "CompositeKey",
    "GlobalIndex",
    "Groups",
    "IfNotExists",
    "Increment",
    "IndexManager",
    "ListAppend",
    "ListField",
    "ListPrepend",
    "LocalIndex",
    "Manager",
    "MapField",
    "Model",
    "NumberSetField",
    "OnDemand",
    "Provisioned",
    "QuerySet",
    "Remove",
    "SetAdd",
    "SetRemove",
    "StringSetField",
    "TTLField",
    "TemplateField",
    "UnknownItem",
    "VersionField",
    "detection",
    "migration",
]
__all__ += [name for name in _django_all if name not in __all__]
