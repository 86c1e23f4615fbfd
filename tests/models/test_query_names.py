"""Holds that whatever Django reads on ``queryset.query`` is there, or is known to raise."""

import ast
import importlib
import inspect
import pickle
import textwrap

import pytest
from django.db.models import QuerySet as DjangoQuerySet

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.query import ItemQuery, UnsupportedQueryName
from tests.models.test_queryset_contract import inherited
from tests.testapp.models import Thread

MODULES = (
    "django.contrib.admin.actions",
    "django.contrib.admin.filters",
    "django.contrib.admin.options",
    "django.contrib.admin.utils",
    "django.contrib.admin.views.autocomplete",
    "django.contrib.admin.views.main",
    "django.contrib.contenttypes.fields",
    "django.core.management.commands.dumpdata",
    "django.core.paginator",
    "django.core.serializers.base",
    "django.core.serializers.python",
    "django.core.serializers.xml_serializer",
    "django.db.models.base",
    "django.db.models.fields.related",
    "django.db.models.fields.related_descriptors",
    "django.db.models.query_utils",
    "django.forms.models",
    "django.shortcuts",
    "django.views.generic.dates",
    "django.views.generic.detail",
    "django.views.generic.edit",
    "django.views.generic.list",
)
"""Where Django takes query sets of any model."""

RAISING = {
    "add_annotation": "annotate(), and F() in a constraint",
    "add_filtered_relation": "annotate() with a FilteredRelation",
    "build_filter": "filtered relations",
    "explain": "Django's explain(); ours asks the plan",
    "extra_select": "annotate()",
    "get_children_from_q": "tests of a constraint in Python",
    "get_compiler": "a sliced Prefetch, and constraints checked by the database",
    "promote_joins": "Q objects inside SQL expressions",
    "set_group_by": "annotate() with an aggregate",
    "set_values": "Django's values(); ours keeps the names",
    "solve_lookup_type": "Q objects inside SQL expressions",
    "_add_q": "Q objects inside SQL expressions",
}
"""Names that ItemQuery has not, and what in Django reads them."""

ELSEWHERE = frozenset({"QuerySet", "_chain", "setter"})
"""Read of something else that is called ``query``: Django's module, a query set, the property."""

WRITTEN = {"combinator_all": "union() and its like, refused", "filter_is_sticky": "joins of many-to-many, of no effect"}
"""Names that Django only sets."""


def reached(tree):
    """Names read and names set on anything called ``query``."""
    read, written = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_query(node.value):
            (written if isinstance(node.ctx, ast.Store) else read).add(node.attr)
    return read, written


def _is_query(node):
    return getattr(node, "attr", getattr(node, "id", None)) in {"query", "cloned_query"}


def sources():
    """The source of every inherited method and of the modules above."""
    for name in sorted(inherited()):
        attribute = inspect.getattr_static(DjangoQuerySet, name)
        for function in (attribute, getattr(attribute, "fget", None), getattr(attribute, "fset", None)):
            if inspect.isfunction(function):
                yield textwrap.dedent(inspect.getsource(function))
    for name in MODULES:
        yield inspect.getsource(importlib.import_module(name))


def names():
    """All names read and all names set."""
    found = [reached(ast.parse(source)) for source in sources()]
    return set().union(*(read for read, _ in found)), set().union(*(written for _, written in found))


READ, SET = names()


@pytest.fixture
def query():
    """The query of a fresh query set."""
    return Thread.objects.all().query


def test_reader_finds_something():
    """The collector sees the names that any version of Django reads."""
    assert {"is_sliced", "set_limits", "clear_ordering", "combine", "select_related", "add_q"} <= READ


@pytest.mark.parametrize("name", sorted(READ - ELSEWHERE - set(RAISING)))
def test_read_name_is_served(query, name):
    """What Django reads or calls on a query is there."""
    assert hasattr(query, name)


@pytest.mark.parametrize("name", sorted(RAISING))
def test_raising_name_raises(query, name):
    """What DynamoDB has not raises an error that is both UnsupportedError and AttributeError, and is named."""
    with pytest.raises(UnsupportedQueryName, match=name) as caught:
        getattr(query, name)
    assert isinstance(caught.value, UnsupportedError)
    assert isinstance(caught.value, AttributeError)


@pytest.mark.parametrize("name", sorted(SET))
def test_set_name_is_known(query, name):
    """What Django sets on a query is either state of ours or known to have no effect."""
    assert hasattr(query, name) != (name in WRITTEN)


def test_dunder_is_no_part_of_a_query(query):
    """Python's own questions get Python's own answer, so that copying and pickling work."""
    with pytest.raises(AttributeError) as caught:
        query.__array__  # noqa: B018  # the attribute is the test
    assert not isinstance(caught.value, UnsupportedError)


def test_query_survives_pickling(query):
    """A pickled query holds the same state."""
    query.high_mark = 3
    assert vars(pickle.loads(pickle.dumps(query))) == vars(query)


def test_copies_are_apart(query):
    """``chain``, ``clone`` and ``deepcopy`` give queries that no longer share state."""
    for copied in (query.chain(), query.clone()):
        copied.set_limits(high=1)
    assert not query.is_sliced


def test_meta(query):
    """``get_meta`` is the model's ``_meta``."""
    assert ItemQuery(Thread).get_meta() is Thread._meta
    assert query.get_meta() is Thread._meta
