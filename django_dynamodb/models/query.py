"""Holds what a query set was asked for, in place of Django's ``sql.Query``.

Django reads and calls a number of names on ``queryset.query``; those that make sense here are served, and every other
one raises, so that nothing written for SQL passes unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from django.db.models import Q

from django_dynamodb.exceptions import UnsupportedError
from django_dynamodb.models.lookups import Resolver
from django_dynamodb.models.nodes import EVERYTHING, NOTHING, Node, all_of, any_of
from django_dynamodb.models.ordering import check_waived
from django_dynamodb.models.prefetching import Reference


class ItemQuery:
    """The state of one query set; copied by ``chain()``, never shared.

    Args:
        model: The DynamoDB model that is asked.
    """

    # what Django reads and DynamoDB never has
    annotations: dict[str, Any] = {}
    annotation_select: dict[str, Any] = {}
    combinator = None
    combined_queries = ()
    distinct = False
    distinct_fields: tuple[str, ...] = ()
    extra_order_by = ()
    group_by = None
    select_for_update = False
    select_related: Any = False
    where = ()
    _filtered_relations: dict[str, Any] = {}

    # what nothing was asked of yet; a value that was is the instance's own, so most have few to make and to copy
    node: Node = EVERYTHING
    mode: Literal["planned", "query", "scan"] = "planned"
    index: str | None = None
    consistent = False
    order_by: tuple[str, ...] = ()
    default_ordering = True
    standard_ordering = True
    low_mark = 0
    high_mark: int | None = None
    page_size: int | None = None
    segments: int | None = None
    read_units: float | None = None
    loaded: frozenset[str] | None = None
    tracked = True
    expired_too = False
    hydrated: Literal["plain", "consistent"] | None = None
    values_select: tuple[str, ...] = ()

    def __init__(self, model: Any) -> None:
        self.model = model

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise UnsupportedQueryName(
            f"{type(self).__name__} has no {name!r}: the code that asked for it is written for SQL queries."
        )

    # -- copying ------------------------------------------------------------------------------------------------

    def chain(self, klass: Any = None) -> ItemQuery:
        """A copy that can be changed; its values are immutable, so a shallow one."""
        made = object.__new__(type(self))  # copy.copy() takes 4 µs for the same, once or twice a call
        made.__dict__.update(self.__dict__)
        return made

    clone = chain

    def __deepcopy__(self, memo: dict[int, Any]) -> ItemQuery:
        return self.chain()

    def get_meta(self) -> Any:
        """The model's ``_meta``."""
        return self.model._meta

    def resolve_ref(self, name: str, *joins: Any) -> Reference:
        """A field by its name, for prefetching.

        Raises:
            UnsupportedQueryName: An SQL expression asks, which says how to join.
        """
        if joins:
            raise UnsupportedQueryName(f"{self.model._meta.label}: {name!r} in an expression written for SQL queries.")
        return Reference(self.model._meta.get_field(name))

    # -- conditions ---------------------------------------------------------------------------------------------

    def add_q(self, q: Q, reuse_all: bool = False) -> None:
        """Narrows the query; an unusable lookup raises here, not when it runs."""
        meta = self.model._meta
        self.node = all_of((self.node, Resolver(meta.mapper, meta.pk).resolve(q)))

    def add_keys(self, keys: Iterable[Any]) -> None:
        """Narrows the query to these keys; what can be none raises here."""
        meta = self.model._meta
        self.node = all_of((self.node, Resolver(meta.mapper, meta.pk).keys(keys)))

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing was asked yet that narrows the query or says how to read."""
        return (
            self.node is EVERYTHING
            and self.mode == "planned"
            and self.index is None
            and self.high_mark is None
            and self.hydrated is None
            and self.segments is None
            and self.read_units is None
        )

    def has_filters(self) -> bool:
        """Whether anything narrows the query."""
        return self.node != EVERYTHING

    def combine(self, rhs: ItemQuery, connector: str) -> None:
        """``queryset & other`` and ``queryset | other``."""
        if self.is_sliced or rhs.is_sliced:
            raise TypeError("Cannot combine queries once a slice has been taken.")
        join = any_of if connector == Q.OR else all_of
        self.node = join((self.node, rhs.node))
        self.consistent = self.consistent or rhs.consistent
        self.expired_too = self.expired_too or rhs.expired_too
        if rhs.order_by or not rhs.standard_ordering:
            self.order_by, self.standard_ordering = rhs.order_by, rhs.standard_ordering
        self._take_way(rhs)

    def _take_way(self, rhs: ItemQuery) -> None:
        """Keeps the index, and the verb, that either side named."""
        if self.index and rhs.index and self.index != rhs.index:
            raise UnsupportedError(
                f"{self.model._meta.label}: one read uses one index, not {self.index!r} and {rhs.index!r}."
            )
        self.index = self.index or rhs.index
        self.hydrated = rhs.hydrated if self.hydrated is None else self.hydrated
        self.segments = self.segments or rhs.segments
        self.read_units = self.read_units or rhs.read_units
        self.mode = rhs.mode if self.mode == "planned" else self.mode

    def set_empty(self) -> None:
        """``none()``."""
        self.node = NOTHING

    def is_empty(self) -> bool:
        """Whether nothing can match, so that nothing needs to be asked."""
        return self.node == NOTHING

    # -- slices -------------------------------------------------------------------------------------------------

    @property
    def is_sliced(self) -> bool:
        """Whether a slice was taken."""
        return self.high_mark is not None or bool(self.low_mark)

    def can_filter(self) -> bool:
        """Django allows no filter after a slice."""
        return not self.is_sliced

    def set_limits(self, low: int | None = None, high: int | None = None) -> None:
        """``[low:high]``, relative to an earlier slice.

        Raises:
            UnsupportedError: A slice that starts elsewhere than at the beginning.
        """
        if low:
            raise UnsupportedError(
                f"{self.model._meta.label}: DynamoDB cannot skip the first {low} items without reading them. "
                "Read on with page(after=<the next of the page before>), or in a list view with CursorListMixin."
            )
        if high is not None:
            self.high_mark = high if self.high_mark is None else min(self.high_mark, high)
            if self.high_mark == 0:
                self.set_empty()

    def clear_limits(self) -> None:
        """Takes the slice back."""
        self.high_mark = None

    # -- ordering -----------------------------------------------------------------------------------------------

    def add_ordering(self, *ordering: Any) -> None:
        """``order_by()``; whether a key serves it is the planner's to say.

        Raises:
            UnsupportedError: Anything but field names.
        """
        if check_waived(ordering, self.model._meta.pk.name):
            return
        for name in ordering:
            if not isinstance(name, str) or name == "?":
                raise UnsupportedError(
                    f"{self.model._meta.label}: order_by({name!r}): DynamoDB orders by a sort key only; "
                    "name it, or sort the result in Python."
                )
        self.order_by += ordering

    def clear_ordering(self, force: bool = False, clear_default: bool = True) -> None:
        """Forgets ``order_by()``."""
        self.order_by = ()
        if clear_default:
            self.default_ordering = False

    # -- loading ------------------------------------------------------------------------------------------------

    def add_immediate_loading(self, field_names: Iterable[str]) -> None:
        """``only()``: just these fields, the key, and the version, without which nothing can be saved."""
        self.loaded = self._attnames(field_names) | self.model._meta.mapper.always_loaded

    def add_deferred_loading(self, field_names: Iterable[str]) -> None:
        """``defer()``: all but these fields; key and version are always loaded."""
        mapper = self.model._meta.mapper
        loaded = frozenset(mapper.by_attname) if self.loaded is None else self.loaded
        self.loaded = (loaded - self._attnames(field_names)) | mapper.always_loaded

    def clear_deferred_loading(self) -> None:
        """``defer(None)``: everything again."""
        self.loaded = None

    def _attnames(self, names: Iterable[str]) -> frozenset[str]:
        meta = self.model._meta
        found: set[str] = set()
        for name in names:
            found.update(meta.mapper.key_attnames if name == "pk" else (meta.mapper.find(name).attname,))
        return frozenset(found)


class UnsupportedQueryName(UnsupportedError, AttributeError):
    """Code written for SQL asked for a part of a query that DynamoDB has not; hasattr() says no."""
