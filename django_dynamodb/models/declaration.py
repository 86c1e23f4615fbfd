"""Reads ``class Table`` of a model into one immutable record."""

from __future__ import annotations

import difflib
from dataclasses import field, fields, replace
from typing import Any, Final

from django_dynamodb.exceptions import SchemaError
from django_dynamodb.models.indexes import Index, OnDemand, Provisioned
from django_dynamodb.records import record

STORAGES: Final = ("native", "mapper1")
"""``native``: the encodings of this package; ``mapper1``: those of dynamodb-mapper (SEED rows 8-13)."""

ENTITY_ATTRIBUTE: Final = "_entity"
"""Where an item says what entity it is, unless the table says otherwise."""

SUBCLASS_OPTIONS: Final = frozenset({"entity", "indexes"})
"""What a subclass may say of the table it shares with its base class."""


@record(frozen=True, kw_only=True, slots=True)
class Declaration:
    """What a model says about its table, in the model's own field names.

    Args:
        name: The table's name without the prefix; None for the default, ``app_model``.
        partition_key: The field that is the partition key; None for the field with ``primary_key=True``.
        sort_key: The field that is the sort key, if any.
        indexes: Global and local secondary indexes.
        ttl: The field that holds the expiry time.
        billing: ``OnDemand()`` or ``Provisioned(read=, write=)``.
        stream: ``"KEYS_ONLY"``, ``"NEW_IMAGE"``, ``"OLD_IMAGE"`` or ``"NEW_AND_OLD_IMAGES"``.
        using: The alias in ``settings.DYNAMODB``.
        storage: One of ``STORAGES``.
        item_version: The attribute that holds the version of each item, for migrations of items.
        entity: What the model's items are called in a table they share with other models'; None for a table of its own.
        entity_attribute: The attribute that holds the entity; all models of one table have the same.
    """

    name: str | None = None
    partition_key: str | None = None
    sort_key: str | None = None
    indexes: tuple[Index, ...] = ()
    ttl: str | None = None
    billing: OnDemand | Provisioned = field(default_factory=OnDemand)
    stream: str | None = None
    using: str = "default"
    storage: str = "native"
    item_version: str | None = None
    entity: str | None = None
    entity_attribute: str = ENTITY_ATTRIBUTE


def read_declaration(table: type | None, model: str) -> Declaration:
    """Turns the inner class into a record.

    Args:
        table: The class ``Table`` of the model, or None.
        model: The model's name, for messages.

    Raises:
        SchemaError: An option that does not exist, or a value that an option cannot have.
    """
    options = {} if table is None else _public_attributes(table)
    known = [option.name for option in fields(Declaration)]
    for option in options:
        if option not in known:
            near = difflib.get_close_matches(option, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise SchemaError(f"{model}.Table.{option} is no option.{hint} Options: {', '.join(known)}.")
    options["indexes"] = tuple(options.get("indexes", ()))
    declaration = Declaration(**options)
    _validate(declaration, model)
    return declaration


def read_subclass(table: type | None, head: Declaration, label: str, head_label: str) -> Declaration:
    """The declaration of a model that shares its base class's table.

    Args:
        table: The class ``Table`` of the subclass, or None.
        head: What the base class declares.
        label: The subclass, for messages.
        head_label: The base class, likewise.

    Raises:
        SchemaError: It names no entity, or an option that is the base class's to choose.
    """
    given = {} if table is None else _public_attributes(table)
    if others := sorted(given.keys() - SUBCLASS_OPTIONS):
        raise SchemaError(
            f"{label}.Table sets {', '.join(others)}, but its table is that of {head_label}; a subclass sets "
            f"{' and '.join(sorted(SUBCLASS_OPTIONS))} only."
        )
    own = read_declaration(table, label)
    if own.entity is None:
        raise SchemaError(
            f"{label} inherits from {head_label} and shares its table; write class Table: entity = "
            f'"{label.rpartition(".")[2].lower()}", so that its items are told apart.'
        )
    return replace(head, entity=own.entity, indexes=(*head.indexes, *own.indexes))


def _public_attributes(table: type) -> dict[str, Any]:
    """The options of the class and its bases, nearest first."""
    found: dict[str, Any] = {}
    for base in reversed(table.__mro__[:-1]):
        found.update({name: value for name, value in vars(base).items() if not name.startswith("_")})
    return found


def _validate(declaration: Declaration, model: str) -> None:
    """Refuses values no later step could use."""
    if declaration.storage not in STORAGES:
        raise SchemaError(f"{model}.Table.storage is {declaration.storage!r}; it is one of {', '.join(STORAGES)}.")
    for option in ("entity", "entity_attribute"):
        value = getattr(declaration, option)
        if value is not None and (not isinstance(value, str) or not value):
            raise SchemaError(f"{model}.Table.{option} is {value!r}; it is a text that is not empty.")
    if not isinstance(declaration.billing, OnDemand | Provisioned):
        raise SchemaError(
            f"{model}.Table.billing is {declaration.billing!r}; "
            "write models.OnDemand() or models.Provisioned(read=5, write=5)."
        )
    for index in declaration.indexes:
        if not isinstance(index, Index):
            raise SchemaError(
                f"{model}.Table.indexes holds {index!r}; write models.GlobalIndex(...) or models.LocalIndex(...)."
            )
    for option in ("partition_key", "sort_key"):
        value = getattr(declaration, option)
        if value is not None and not isinstance(value, str):
            raise SchemaError(
                f"{model}.Table.{option} is {value!r}; name one field. Only the key of a models.GlobalIndex can have "
                "several."
            )
    if declaration.partition_key is not None and declaration.partition_key == declaration.sort_key:
        raise SchemaError(f"{model}.Table: {declaration.sort_key!r} cannot be both partition key and sort key.")
