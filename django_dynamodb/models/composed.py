"""Puts tests of fields together into the one test of the key that is built from them, for reads and for writes.

Of the key of a query, all parts of the partition's template must be given exactly. Of its sort key the leading ones
are taken: further ones that are exact make its text longer, and the next may have a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Field

from django_dynamodb.codec.values import same_value
from django_dynamodb.exceptions import InvalidKeyError, UnsupportedError
from django_dynamodb.models.changes import is_expression
from django_dynamodb.models.mapper import Mapper, column
from django_dynamodb.models.nodes import NOTHING, FieldValue, Node, Test, conjuncts, is_exact
from django_dynamodb.models.state import state_of
from django_dynamodb.models.templates import Part, Template, check_sorts
from django_dynamodb.records import record
from django_dynamodb.tables.schema import IndexSchema, KeyAttribute, TableSchema

LAST_ASCII: Final = "\x7f"
"""Behind every text of a date, a UUID or a padded number."""

FIRST_PRINTABLE: Final = "!"
"""Makes a text of one width the next one that no value has."""


@record(frozen=True, kw_only=True, slots=True)
class Composed:
    """A test of a key, and the tests of its parts that it says all of."""

    test: Test
    said: tuple[Node, ...] = ()


def composed(
    mapper: Mapper, parts: Sequence[Node], index: str | None = None, *, table_only: bool = False
) -> tuple[Node, ...]:
    """The parts of a filter, with tests of a key in the place of tests of what it is built from.

    Args:
        mapper: The model's keys and codecs.
        parts: What must all hold.
        index: The index that was named.
        table_only: Whether to look at the table's own key alone.

    Returns:
        The same for a model without templates, and where no partition key is given whole; NOTHING alone for values
        that no key can hold.

    Raises:
        UnsupportedError: Two indexes serve equally well.
    """
    if not mapper.templates or NOTHING in parts:
        return tuple(parts)
    schema = mapper.schema
    if index is not None:
        ways = [way for named in schema.indexes if named.name == index for way in _ways(mapper, named, parts, True)]
    else:
        ways = list(_ways(mapper, schema, parts, True))
        if not ways and not table_only:
            ways = [way for other in schema.indexes for way in _ways(mapper, other, parts, False)]
    if not ways:
        return tuple(parts)
    most = max(len(way) for _, way in ways)
    best = [(name, way) for name, way in ways if len(way) == most]
    if len(best) > 1:
        names = " or ".join(f'.index("{name}")' for name, _ in best)
        raise UnsupportedError(f"{mapper.label}: two indexes serve this filter equally well; choose {names}.")
    return _replaced(parts, best[0][1])


def parts_of(queryset: Any) -> tuple[Node, ...]:
    """What a query set asks that must all hold, in the words of the table's key.

    Args:
        queryset: A query set of a DynamoDB model.
    """
    return composed(queryset.model._meta.mapper, conjuncts(queryset.query.node), table_only=True)


def refuse_incomplete_key(queryset: Any) -> None:
    """A ``get()`` by the parts of a key needs all of them; else it would read a partition for one object.

    Args:
        queryset: A query set of a DynamoDB model.

    Raises:
        InvalidKeyError: The partition key is given, but not every part of the sort key.
    """
    mapper: Mapper = queryset.model._meta.mapper
    if not mapper.templates or queryset.query.mode != "planned" or queryset.query.index is not None:
        return
    exact = {part.field.attname for part in conjuncts(queryset.query.node) if is_exact(part)}
    found = [mapper.templates.get(name) for name in mapper.key_attnames]
    if len(found) < 2 or found[1] is None or found[1].field.attname in exact:  # noqa: PLR2004 -- a pair
        return
    partition = [mapper.key_attnames[0]] if found[0] is None else [p.field.attname for p in found[0].parts]
    whole_partition = exact.issuperset(partition) or mapper.key_attnames[0] in exact
    if whole_partition and (names := found[1].missing(exact)):
        raise InvalidKeyError(
            f"{mapper.label}.objects.get() lacks {', '.join(names)} of the key {found[1].field.template!r}; give every "  # type: ignore[attr-defined]
            "part, or use filter() to read several objects."
        )


def recomposed(queryset: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an update, with those of the keys that are built from them.

    Args:
        queryset: The query set that is updated; what it asks for exactly is known of its items.
        values: Field → value or expression.

    Raises:
        UnsupportedError: A key of the table would change, a part is not known, or a template is given a value.
    """
    mapper: Mapper = queryset.model._meta.mapper
    if not mapper.templates:
        return dict(values)
    given = {mapper.find(name.split("__")[0]).attname: value for name, value in values.items() if name != "pk"}
    known = {part.field.attname: part.value for part in conjuncts(queryset.query.node) if is_exact(part)} | given
    made = dict(values)
    for attname, template in mapper.templates.items():
        if attname in given:
            raise UnsupportedError(f"{mapper.label}.{template.field.name} is built from other fields; update those.")
        changed = [part.field.name for part in template.parts if part.field.attname in given]
        if changed:
            made[template.field.name] = _recomposed(mapper, template, changed, known)
    return made


def _recomposed(mapper: Mapper, template: Template, changed: list[str], known: Mapping[str, Any]) -> str | None:
    """The new text of a key of an index."""
    label, field = mapper.label, template.field
    if field.attname in mapper.key_attnames:
        raise UnsupportedError(
            f"{label}.{', '.join(changed)} is part of the key {field.name}; keys cannot change. Create new objects and "
            "delete the old ones."
        )
    names = [p.field.name for p in template.parts if is_expression(known.get(p.field.attname))]
    if names := template.missing(known) + names:
        raise UnsupportedError(
            f"{label}.{field.name} is built from {', '.join(changed)} and from {', '.join(names)}, which this update "
            f"does not know. Give {'it a plain value' if len(names) == 1 else 'them plain values'} in update() or "
            "filter(), or load the objects and save them."
        )
    return template.text(known)


def _ways(
    mapper: Mapper, of: TableSchema | IndexSchema, parts: Sequence[Node], named: bool
) -> Iterator[tuple[str, list[Composed]]]:
    """The tests of one key that is built from others, if its partition is given whole."""
    exact = {part.field.attname: part for part in parts if is_exact(part)}
    partition, _ = key_of(of)
    if partition is None:
        return
    field = mapper.field_of(partition.name)
    template = mapper.templates.get(field.attname)
    found: list[Composed] = []
    if field.attname not in exact:
        if template is None or (made := _exact(template, exact)) is None:
            return
        found.append(made)
    if (sort := _sort(mapper, of, exact, parts)) is not None and (
        sort.said or named or not mapper.check_optional(sort.test.field)
    ):
        found.append(sort)
    if found:
        yield of.name, found


def key_of(of: TableSchema | IndexSchema) -> tuple[KeyAttribute | None, KeyAttribute | None]:
    """The partition key and the sort key, each None where it is not one attribute.

    Args:
        of: A table or an index.
    """
    if isinstance(of, TableSchema):
        return of.partition, of.sort
    return of.partitions[0] if len(of.partitions) == 1 else None, of.sorts[0] if len(of.sorts) == 1 else None


def _exact(template: Template, exact: Mapping[str, Test]) -> Composed | None:
    """The whole key; None while a part is not given. A value no key can hold makes a test without a text."""
    if template.missing(exact):
        return None
    said = tuple(exact[part.field.attname] for part in template.parts)
    try:
        text = template.text({name: test.value for name, test in exact.items()})
    except InvalidKeyError:
        text = None
    return Composed(test=Test(template.field, "exact", text), said=said)


def _sort(
    mapper: Mapper, of: TableSchema | IndexSchema, exact: Mapping[str, Test], parts: Sequence[Node]
) -> Composed | None:
    """The test of the sort key, as far as its leading parts are given."""
    _, sort = key_of(of)
    field = mapper.field_of(sort.name) if sort is not None else None
    template = None if field is None else mapper.templates.get(field.attname)
    if template is None or any(isinstance(part, Test) and part.field == field for part in parts):
        return None
    if (whole := _exact(template, exact)) is not None:
        return whole
    text, said = template.head, tuple[Node, ...]()
    for part in template.parts:
        test = exact.get(part.field.attname)
        if test is None:
            return _spanned(template, part, text, said, parts)
        try:
            piece = part.text(test.value)
        except InvalidKeyError:
            piece = ""
        if not piece:
            return Composed(test=Test(template.field, "exact", None), said=(test,))
        text, said = text + piece + part.behind, (*said, test)
    raise AssertionError("a template without a missing part is whole")  # pragma: no cover


def _spanned(
    template: Template, part: Part, text: str, said: tuple[Node, ...], parts: Sequence[Node]
) -> Composed | None:
    """What begins with a text, or lies within a range of the next part."""
    for test in parts:
        if isinstance(test, Test) and test.field == part.field and not isinstance(test.value, FieldValue):
            span = _span(template, part, text, test)
            if span is not None:
                return Composed(test=span.test, said=(*said, *span.said))
    return Composed(test=Test(template.field, "startswith", text), said=said) if text else None


def _span(template: Template, part: Part, text: str, test: Test) -> Composed | None:
    """One test of the next part as a test of the key; what it leaves open stays a filter."""
    try:
        if test.lookup == "startswith" and part.textual:
            piece = part.text(test.value)
            return Composed(test=Test(template.field, "startswith", text + piece), said=(test,))
        if test.lookup not in {"lt", "lte", "gt", "gte", "range"} or not check_sorts(part):
            return None
        low, high = test.value if test.lookup == "range" else (test.value, test.value)
        span = _bounds(part, text, test.lookup, part.text(low), part.text(high))
    except InvalidKeyError:
        return None
    first, last, whole = span
    if not first:
        return Composed(test=Test(template.field, "lt" if test.lookup == "lt" else "lte", last), said=(test,))
    if not last:
        return Composed(test=Test(template.field, test.lookup, first), said=(test,))
    made = Test(template.field, "range", (first, last))
    return None if first > last else Composed(test=made, said=(test,) if whole else ())


def _bounds(part: Part, text: str, lookup: str, low: str, high: str) -> tuple[str, str, bool]:
    """The first and the last text of a range, and whether nothing else lies between them."""
    behind = chr(ord(part.behind[0]) + 1) if part.behind else ""
    end = text + LAST_ASCII if part.fixed else text[:-1] + chr(ord(text[-1]) + 1) if text else ""
    match lookup:
        case "gte":
            return text + low, end, part.fixed
        case "gt":
            return text + low + ((behind or FIRST_PRINTABLE) if part.fixed else ""), end, part.fixed
        case "lte":
            return text, text + high + behind, True
        case "lt":
            return text, text + high, bool(behind)
        case _:
            return text + low, text + high + behind, True


def _replaced(parts: Sequence[Node], made: Sequence[Composed]) -> tuple[Node, ...]:
    """The parts without what the new tests say, and the new tests."""
    if any(new.test.value is None for new in made):
        return (NOTHING,)
    said = [part for new in made for part in new.said]
    return (*(part for part in parts if part not in said), *(new.test for new in made))


def check_outdated(mapper: Mapper, instance: Any, field: Field[Any, Any]) -> bool:
    """Whether a key that was not loaded is built from a part that was, and was changed since.

    Args:
        mapper: The model's codecs.
        instance: A loaded object.
        field: Any field of it.
    """
    template = mapper.templates.get(field.attname)
    if template is None:
        return False
    loaded, stored = vars(instance), state_of(instance).item or {}
    return any(
        part.field.attname in loaded
        and not same_value(stored.get(column(part.field)), mapper.encoded(part.field, loaded[part.field.attname]))
        for part in template.parts
    )
