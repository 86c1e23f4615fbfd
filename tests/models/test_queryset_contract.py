"""Holds that every method of the installed Django's query set is classified: inherited, overridden or refused."""

import inspect
import re

import django
import pytest
from django.db.models import QuerySet as DjangoQuerySet

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.queryset import QuerySet
from django_dynamodb.models.refused import OPERATORS, REFUSED
from tests.testapp.models import Thread


def _words(text):
    """The words of a text."""
    return frozenset(text.split())


PYTHONS_OWN = _words("""
    __class_getitem__ __dict__ __doc__ __firstlineno__ __init_subclass__ __module__ __static_attributes__ __weakref__
""")

CALLED = _words("""
    all complex_filter contains defer earliest exclude filter first last latest none
    only order_by prefetch_related reverse
    __and__ __bool__ __deepcopy__ __getitem__ __getstate__ __iter__ __len__ __or__ __setstate__
""")
"""Inherited, and used by callers."""

AT_WORK = _words("""
    _add_hints _chain _check_operator_queryset _check_ordering_first_last_queryset_aggregation _clone _earliest
    _extract_model_params _fetch_all _filter_or_exclude _has_filters _merge_known_related_objects
    _merge_sanity_check _next_is_sticky _not_support_combined_queries
""")
"""Inherited, and at work behind the former."""

IDLE = _words("""
    _annotate _batched_insert _check_bulk_create_options _combinator_query _prepare_for_bulk_create
    _validate_values_are_expressions _values
""")
"""Inherited, and reached only from what is overridden or refused."""

INHERITED = CALLED | AT_WORK | IDLE

OVERRIDDEN = _words("""
    __aiter__ __init__ __repr__ _filter_or_exclude_inplace _iterator _prefetch_related_objects abulk_create acontains
    acount acreate adelete aearliest aexists aexplain afirst aget aget_or_create ain_bulk aiterator alast alatest
    as_manager aupdate aupdate_or_create bulk_create count create db
    delete distinct exists explain get get_or_create in_bulk iterator ordered query select_related update
    update_or_create
    using values values_list
""")

SINCE_6_0 = frozenset({"_handle_order_with_respect_to"})
"""Inherited; only creating many SQL rows reaches it."""

SINCE_6_1 = frozenset(
    {"_avoid_cloning", "_clear_ordering_in_combined_queries", "_disable_cloning", "_enable_cloning", "fetch_mode"}
)
"""Inherited."""

OVERRIDDEN_SINCE_6_1 = frozenset({"totally_ordered"})

ARGUMENTS = {"dates": ("posted", "day"), "datetimes": ("posted", "day"), "raw": ("SELECT 1",)}


def inherited():
    """The names this version of Django has and we leave as they are."""
    newer = (SINCE_6_0 if django.VERSION >= (6, 0) else set()) | (SINCE_6_1 if django.VERSION >= (6, 1) else set())
    return INHERITED | newer


def overridden():
    """The names this version of Django has and we define."""
    return OVERRIDDEN | (OVERRIDDEN_SINCE_6_1 if django.VERSION >= (6, 1) else set())


def names_of_django():
    """Everything Django's query set defines, itself or by its bases."""
    classes = [cls for cls in DjangoQuerySet.__mro__ if cls is not object]
    return {name for cls in classes for name in vars(cls)} - PYTHONS_OWN


def defining_class(name):
    """The class a name of our query set comes from."""
    return next(cls for cls in QuerySet.__mro__ if name in vars(cls))


def test_every_name_is_classified():
    """A name of Django's query set is inherited, overridden or refused; a new one fails here until it is decided."""
    assert names_of_django() == inherited() | overridden() | set(REFUSED)


def test_every_name_is_classified_once():
    """No name is in two lists."""
    lists = (inherited(), overridden(), frozenset(REFUSED))
    assert sum(map(len, lists)) == len(frozenset().union(*lists))


@pytest.mark.parametrize("name", sorted(inherited()))
def test_inherited(name):
    """What the list says is inherited really is Django's."""
    assert defining_class(name).__module__.startswith("django.")


@pytest.mark.parametrize("name", sorted(overridden()))
def test_overridden(name):
    """What the list says is overridden is really defined by our class, or by a room it is put together from."""
    assert defining_class(name).__module__.startswith("django_dynamodb.models.")


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(name):
    """What DynamoDB has nothing for raises on the query set, and says what to do instead."""
    written = re.escape(OPERATORS.get(name, f"{name}()"))
    with pytest.raises(UnsupportedError, match=rf"testapp\.Thread: {written} is not possible on DynamoDB: \w"):
        getattr(Thread.objects.all(), name)(*ARGUMENTS.get(name, ()))


def test_refused_operator_is_named_as_it_is_written():
    """What was written with ``^`` is refused by that name."""
    with pytest.raises(UnsupportedError, match=r"Thread: \^ is not possible on DynamoDB: write \(a & ~b\)"):
        Thread.objects.all() ^ Thread.objects.all()


@pytest.mark.parametrize("name", sorted(name for name in REFUSED if not name.startswith("_")))
def test_refused_by_the_manager(name):
    """The manager refuses the same, unless Django keeps the method from managers."""
    method = getattr(Thread.objects, name, None)
    assert method is not None or name == "resolve_expression"
    if method is not None:
        with pytest.raises(UnsupportedError, match=name):
            method(*ARGUMENTS.get(name, ()))


@pytest.mark.parametrize("name", sorted(name for name in names_of_django() if not name.startswith("_")))
def test_async_twin(name):
    """A method that reads or writes has its ``a…`` twin, as Django's has."""
    twin = getattr(DjangoQuerySet, f"a{name}", None)
    if inspect.iscoroutinefunction(twin):
        assert inspect.iscoroutinefunction(getattr(QuerySet, f"a{name}")) or f"a{name}" in REFUSED
