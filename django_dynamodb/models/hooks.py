"""Tells whether a model redefines one of the public hooks, so that the fast way around it may not be taken."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)  # asking takes 2 µs, and is done for each item; classes do not change
def overrides(model: Any, method: str) -> bool:
    """Whether a class outside this package defines the method.

    Args:
        model: A DynamoDB model class.
        method: The name of a method every model has, such as ``"to_item"``.
    """
    owner = next(base for base in model.__mro__ if method in vars(base))
    return not owner.__module__.startswith("django_dynamodb.")
