"""Makes the package's own records: data classes that the type checker holds to be frozen, and nothing at run time.

A guard against assignment costs an instance a call for each field, and with the five of an update that is a tenth of
what the update costs. Writing all methods of a data class as source and compiling them takes a third of a millisecond a
class when Django starts; here it is done for ``__init__`` alone. What projects hold in their hands, such as an index or
a receipt, is a frozen data class in earnest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

C = TypeVar("C", bound=type)

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool, kw_only: bool = False, init: bool = True) -> Callable[[C], C]:
        """Makes a class a record.

        Args:
            frozen: True: whoever checks types must not assign. Said where it is used, since there it is read.
            slots: True: there are no attributes but the fields.
            kw_only: Whether fields are given by name alone.
            init: False where the class brings its own ``__init__``.

        Returns:
            The decorator.

        Raises:
            TypeError: For anything else, which ``dataclasses.dataclass`` makes.
        """
        if not (frozen and slots):
            raise TypeError("A record is frozen and has slots; take dataclasses.dataclass for anything else.")
        made = dataclass(eq=False, repr=False, kw_only=kw_only, init=init, slots=True)
        return lambda cls: _with_methods(made(cls))


def _with_methods(cls: C) -> C:
    """Adds what compares and shows a record, by its fields."""
    names = [field.name for field in fields(cls) if field.compare]
    held: Callable[[Any], Any] = attrgetter(*names) if names else _nothing

    def equal(self: Any, other: object) -> Any:
        return held(self) == held(other) if other.__class__ is self.__class__ else NotImplemented

    methods = {"__eq__": equal, "__hash__": lambda self: hash(held(self)), "__repr__": _repr}
    for name, method in methods.items():
        if name not in vars(cls):
            setattr(cls, name, method)
    return cls


def _nothing(_record: Any) -> tuple[()]:
    return ()


def _repr(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({shown})"
