"""Holds one model's table schema and codecs, compiled once: field names above, attribute names below."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field

from django_dynamodb.codec.attributes import AttributeCodec, TableCodec
from django_dynamodb.codec.source import key_dumper
from django_dynamodb.codec.text import json_text
from django_dynamodb.exceptions import InvalidKeyError, InvalidValueError, SchemaError
from django_dynamodb.models.declaration import Declaration
from django_dynamodb.models.entities import Entity
from django_dynamodb.models.fields.autoincrement import AutoIncrementField
from django_dynamodb.models.fields.template import TemplateField
from django_dynamodb.models.fields.ttl import TTLField
from django_dynamodb.models.fields.version import VersionField
from django_dynamodb.models.indexes import ALL, Index, Provisioned
from django_dynamodb.models.storage import TEXT_TYPES, absence, exact_type, internal_type, value_codec
from django_dynamodb.models.templates import Template, compile_template
from django_dynamodb.tables.schema import COUNTER_KEY, IndexSchema, KeyAttribute, KeyType, Projected, TableSchema
from django_dynamodb.tables.validation import key_fault
from django_dynamodb.types import AttributeValue, Item, ItemText, Key

KEY_TAGS: Final[dict[str | None, KeyType]] = {"S": "S", "N": "N", "B": "B"}
"""Wire types a key can have."""


class Mapper:
    """Everything the layers below need to know of a model.

    Args:
        label: The model's name, for messages.
        name: The table's name without prefix.
        fields: The model's concrete fields.
        declaration: Its ``class Table``.
        entity: How its items are told from those of other models in the table; None where there are no others.
    """

    def __init__(
        self,
        label: str,
        name: str,
        fields: Sequence[Field[Any, Any]],
        declaration: Declaration,
        entity: Entity | None = None,
    ) -> None:
        self.label = label
        self.storage = declaration.storage
        self.fields = tuple(fields)
        self.by_attname = {field.attname: field for field in self.fields}
        self.by_column = {column(field): field for field in self.fields}
        self.columns = {field.attname: column(field) for field in self.fields}
        """Attname → attribute."""
        self._by_name = {**self.by_attname, **{field.name: field for field in self.fields}}
        self.codecs = {field.attname: value_codec(field, self.storage) for field in self.fields}
        keys = (declaration.partition_key, declaration.sort_key)
        self.key_fields = tuple(self.field(key) for key in keys if key is not None)
        self.key_attnames = tuple(field.attname for field in self.key_fields)
        self.key_names = frozenset(self.key_attnames)
        self.direct_types = self._exact_key_types()
        """The types of key values that are stored as they are; None where a part of the key is converted."""
        self.autoincrement = isinstance(self.key_fields[0], AutoIncrementField)
        self.version = next((field for field in self.fields if isinstance(field, VersionField)), None)
        self._ttl = self.field(declaration.ttl) if declaration.ttl else self._only_ttl_field()
        self.expires = self._ttl if isinstance(self._ttl, TTLField) else None
        """The field whose time hides an item."""
        self.templates = self._compile_templates()
        """The keys that are built from other fields, by attname."""
        self.entity = entity
        self._validate_entity()
        self.schema = self._schema(name, declaration)
        self._key_parts = self._compile_key()
        self.encode_key = self._compile_encode_key()
        """Makes the key of one item, from the values of partition key and sort key in this order; raises
        InvalidKeyError for a value that is missing or cannot be a key."""
        self._index_keys = {attribute.name for index in self.schema.indexes for attribute in index.keys}
        self.table_codec = TableCodec([self._attribute(field) for field in self.fields])
        self._index_codec = TableCodec([self._attribute(self.by_column[name]) for name in sorted(self._index_keys)])

    # -- names --------------------------------------------------------------------------------------------------

    def field(self, name: str) -> Field[Any, Any]:
        """The field of that name or attname.

        Raises:
            SchemaError: There is none.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise SchemaError(
                f"{self.label}.Table names {name!r}, which is no stored field of the model; "
                f"it has {', '.join(field.name for field in self.fields)}."
            ) from None

    def find(self, name: str) -> Field[Any, Any]:
        """The field of that name or attname, for lookups.

        Raises:
            FieldDoesNotExist: There is none.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise FieldDoesNotExist(f"{self.label} has no stored field named {name!r}") from None

    def field_of(self, attribute: str) -> Field[Any, Any]:
        """The field stored in an attribute."""
        return self.by_column[attribute]

    def check_stores(self, attribute: str) -> bool:
        """Whether a field is stored in an attribute."""
        return attribute in self.by_column

    def name_of(self, attribute: str) -> str:
        """The name of the field stored in an attribute; the attribute's own where no field is."""
        field = self.by_column.get(attribute)
        return attribute if field is None else str(field.name)

    def built_from(self, fields: Collection[Field[Any, Any]]) -> list[Field[Any, Any]]:
        """The fields with a template that takes one of these."""
        found = (t for t in self.templates.values() if any(part.field in fields for part in t.parts))
        return [template.field for template in found]

    def is_counter(self, key: Key) -> bool:
        """Whether the key is the counter item's, which is no object of the model (SEED row 18)."""
        return self.autoincrement and COUNTER_KEY in key.values()

    def refuse_counter(self, item: Item) -> None:
        """Raises SchemaError for the counter item's key, which is not to be written or deleted (SEED row 29)."""
        if self.autoincrement and item[self.schema.partition.name] == COUNTER_KEY:
            raise SchemaError(
                f"{self.label}.{self.key_fields[0].name} is -1, the key of the table's counter item; "
                "use another number, or None to get the next one."
            )

    def can_be_key(self, field: Field[Any, Any]) -> bool:
        """Whether the values of a field are text, numbers or binary values."""
        return self.codecs[field.attname].tag in KEY_TAGS

    def check_optional(self, field: Field[Any, Any]) -> bool:
        """Whether an item may lack the field as a key of an index, or a part of what it is built from."""
        fields = (
            [part.field for part in self.templates[field.attname].parts] if field.attname in self.templates else [field]
        )
        return any(one.null or (one.blank and internal_type(one) in TEXT_TYPES) for one in fields)

    def asked_by(self, attribute: str) -> str:
        """What to filter by for a key attribute: its field, or those it is built from."""
        field = self.field_of(attribute)
        template = self.templates.get(field.attname)
        names = [field.name] if template is None else [part.field.name for part in template.parts]
        return ", ".join(f"{name}=..." for name in names)

    def key_attribute(self, field: Field[Any, Any]) -> KeyAttribute:
        """A field in its role as a key attribute.

        Raises:
            SchemaError: A field whose values are not text, number or binary.
        """
        tag = KEY_TAGS.get(self.codecs[field.attname].tag)
        if tag is None:
            raise SchemaError(
                f"{self.label}.{field.name} ({type(field).__name__}) cannot be a key: "
                "DynamoDB keys are text, numbers or binary values."
            )
        return KeyAttribute(name=column(field), type=tag)

    # -- values -------------------------------------------------------------------------------------------------

    def encode(self, field: Field[Any, Any], value: Any) -> AttributeValue:
        """One value as it is stored.

        Raises:
            InvalidValueError: Named after the model and the field.
        """
        try:
            return self.codecs[field.attname].encode(value)
        except InvalidValueError as error:
            raise self.named(error, field.name) from error

    def _encode_key(self, values: Sequence[Any]) -> Key:
        """The key of one item, whatever its values are."""
        key: Key = {}
        for (field, rule, encode), value in zip(self._key_parts, values, strict=True):
            if value is None:
                raise InvalidKeyError(f"{self.label}.{field.name} is None; a key needs a value: set it first.")
            try:
                encoded = key[rule.name] = encode(value)
            except InvalidValueError as error:
                raise InvalidKeyError(f"{self.label}.{field.name}: {error}") from error
            if fault := key_fault(rule, encoded):
                raise InvalidKeyError(
                    f"{self.label}.{field.name} {fault}; give it another value.", attribute=rule.name, fault=fault
                )
        return key

    def encoded(self, field: Field[Any, Any], value: Any) -> AttributeValue | None:
        """One value as an item holds it; None where it is left out."""
        return self.dump({field.attname: value}).get(column(field))

    def reencoded(self, attribute: str, value: AttributeValue) -> AttributeValue | None:
        """A stored value in the form this package writes; None where it would leave the attribute out."""
        values = self.load({attribute: value})
        attname = self.field_of(attribute).attname
        return self.dump({attname: values[attname]}).get(attribute)

    def dump(self, values: Mapping[str, Any]) -> Item:
        """Attname → value becomes an item; None and empty sets are left out."""
        try:
            return self.table_codec.dump(values)
        except InvalidValueError as error:
            raise self.located(error) from error

    def stamped(self, item: Item) -> Item:
        """A whole item, saying what entity it is."""
        return item if self.entity is None else {**item, **self.entity.stamp}

    def dump_text(self, values: Mapping[str, Any], added: Item) -> ItemText:
        """A whole item as text, with the keys of the table and of indexes and what was added beside it.

        Args:
            values: Attname → value.
            added: Attributes that no field holds, and the version, which stands in place of the one in ``values``.

        Raises:
            InvalidValueError: Named after the model and the field.
            InvalidKeyError: A part of the key is missing or cannot be a key.
            SchemaError: It is the counter item's.
        """
        if self.version is not None and column(self.version) in added:
            values = {**values, self.version.attname: None}
        try:
            text = self.table_codec.dump_text(values)
            indexed = self._index_codec.dump(values) if self._index_keys else {}
        except InvalidValueError as error:
            raise self.located(error) from error
        if added:
            text = f"{text[:-1]}{',' if len(text) > len('{}') else ''}{json_text(added)[1:]}"
        key = self.encode_key([*map(values.get, self.key_attnames)])
        if self.autoincrement:
            self.refuse_counter(key)
        return ItemText(text, {**indexed, **added, **key} if indexed or added else key)

    def load(self, item: Item) -> dict[str, Any]:
        """An item becomes attname → value."""
        try:
            return self.table_codec.load(item)
        except InvalidValueError as error:
            raise self.located(error) from error

    def located(self, error: InvalidValueError) -> InvalidValueError:
        """The same error, which names the field already, named after the model too."""
        return type(error)(f"{self.label}.{error}", attribute=error.attribute)

    def named(self, error: InvalidValueError, name: str) -> InvalidValueError:
        """The same error, named after the model and the field."""
        return type(error)(f"{self.label}.{name}: {error}", attribute=name)

    # -- compiling ----------------------------------------------------------------------------------------------

    @cached_property
    def always_loaded(self) -> frozenset[str]:
        """The attnames that ``only()`` and ``defer()`` read in any case."""
        version = [self.version.attname] if self.version else ()
        return frozenset((*self.key_attnames, *self.templates, *version))

    @cached_property
    def own_keys(self) -> frozenset[str]:
        """The attributes that are the table's key."""
        return frozenset(attribute.name for attribute in self.schema.keys)

    @cached_property
    def key_columns(self) -> frozenset[str]:
        """The attributes that are keys of the table or of an index."""
        return self.own_keys | self._index_keys

    @cached_property
    def settled(self) -> dict[str, str]:
        """The attributes of which no two values mean the same unless DynamoDB holds them for equal, with their tags."""
        found = {name: self.codecs[field.attname] for name, field in self.by_column.items()}
        return {name: codec.tag for name, codec in found.items() if codec.tag and codec.same and codec.same.settled}

    def _compile_encode_key(self) -> Callable[[Sequence[Any]], Key]:
        """The function that writes the key of an item."""
        parts = [(rule.name, self.codecs[field.attname], rule.most) for field, rule, _ in self._key_parts]
        return key_dumper(parts, self._encode_key)

    def _compile_key(self) -> tuple[tuple[Field[Any, Any], Any, Any], ...]:
        """For each part of the key: its field, what its value must be, and what encodes it."""
        return tuple(
            (field, rule, self.codecs[field.attname].encoder())
            for field, rule in zip(self.key_fields, self.schema.key_rules, strict=True)
        )

    def _attribute(self, field: Field[Any, Any]) -> AttributeCodec:
        missing, is_empty = absence(field, self.storage, index_key=column(field) in self._index_keys)
        return AttributeCodec(
            name=column(field),
            slot=field.attname,
            codec=self.codecs[field.attname],
            missing=missing,
            is_empty=is_empty,
        )

    def _exact_key_types(self) -> tuple[type, ...] | None:
        types = tuple(of for field in self.key_fields if (of := exact_type(field)) is not None)
        return types if len(types) == len(self.key_fields) else None

    def _compile_templates(self) -> dict[str, Template]:
        found = [field for field in self.fields if isinstance(field, TemplateField)]
        return {field.attname: compile_template(field, self._by_name, self.codecs, self.label) for field in found}

    def _validate_entity(self) -> None:
        if self.entity is not None and self.check_stores(self.entity.attribute):
            raise SchemaError(
                f"{self.label}.{self.name_of(self.entity.attribute)} is stored in {self.entity.attribute!r}, where an "
                "item says what entity it is; store the field elsewhere, or name another Table.entity_attribute."
            )

    def _only_ttl_field(self) -> Field[Any, Any] | None:
        found = [field for field in self.fields if isinstance(field, TTLField)]
        return found[0] if len(found) == 1 else None

    def _schema(self, name: str, declaration: Declaration) -> TableSchema:
        keys = [self.key_attribute(field) for field in self.key_fields]
        billing = declaration.billing
        return TableSchema(
            name=name,
            partition=keys[0],
            sort=keys[1] if len(keys) > 1 else None,
            indexes=tuple(self._index(index, keys[0]) for index in declaration.indexes),
            throughput=billing.as_throughput() if isinstance(billing, Provisioned) else None,
            ttl=None if self._ttl is None else column(self._ttl),
            stream=declaration.stream,  # type: ignore[arg-type]  # the same values by another name
            counter=self.autoincrement,
        )

    def _index(self, index: Index, partition: KeyAttribute) -> IndexSchema:
        named: Projected = index.projection
        if not isinstance(named, str):
            named = tuple(column(self.field(part)) for part in named)
        if self.entity is not None and named != ALL:  # an index that does not hold it could not tell entities apart
            named = (*(() if isinstance(named, str) else named), self.entity.attribute)
        return IndexSchema(
            name=index.name,
            partition=partition if index.local else self._key_part(index.partition_keys),
            sort=self._key_part(index.sort_keys),
            projection=named,
            local=index.local,
        )

    def _key_part(self, names: tuple[str, ...]) -> tuple[KeyAttribute, ...]:
        return tuple(self.key_attribute(self.field(name)) for name in names)


def column(field: Field[Any, Any]) -> str:
    """The attribute a field is stored in: its ``db_column``, else its attname."""
    return field.column or field.attname
