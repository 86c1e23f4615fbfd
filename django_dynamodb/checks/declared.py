"""Checks what settings say of sessions and caches that are kept in DynamoDB."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured

from django_dynamodb import conf
from django_dynamodb.checks.messages import error, warning
from django_dynamodb.checks.tables import check_readable
from django_dynamodb.declared import SESSIONS, DeclaredTable, declarations
from django_dynamodb.models.registry import table_models


def check_declared() -> list[CheckMessage]:
    """Checks the tables that no model names.

    Returns:
        E031, E032, E033, W011.
    """
    tables: list[DeclaredTable] = []
    messages: list[CheckMessage] = []
    for declaration in declarations():
        try:
            table = declaration()
        except ImproperlyConfigured as failure:
            messages.append(_setting_error(failure))
        else:
            tables += [table] if table is not None else []
    return [*messages, *_check_aliases(tables), *_check_shared(tables)]


def _setting_error(failure: ImproperlyConfigured) -> CheckMessage:
    return error("E031", str(failure), "Correct it; the keys are listed in ref/settings.")


def _check_aliases(tables: list[DeclaredTable]) -> Iterator[CheckMessage]:
    """Whether the aliases exist."""
    try:
        known = conf.aliases()
    except ImproperlyConfigured:
        return  # E001 says it
    for table in tables:
        if table.using not in known:
            near = conf.closest(table.using, dict.fromkeys(known))
            yield error(
                "E032",
                f"{_setting(table)} is {table.using!r}, which is no alias of settings.DYNAMODB.",
                f"{near} Or add the alias to settings.DYNAMODB.",
            )


def _check_shared(tables: list[DeclaredTable]) -> Iterator[CheckMessage]:
    """Whether each has a table of its own."""
    models = {
        (model._meta.dynamodb.using, model._meta.table.name): model._meta.label
        for model in table_models()
        if check_readable(model)
    }
    sharing: dict[tuple[str, str], list[DeclaredTable]] = defaultdict(list)
    for table in tables:
        place = table.using, table.schema.name
        if place in models:
            yield _shared_error(table, models[place])
        sharing[place].append(table)
    for first, *others in sharing.values():
        for other in others:
            yield _shared_error(other, first.label) if first.label == SESSIONS else _clearing_warning(other, first)


def _shared_error(table: DeclaredTable, owner: str) -> CheckMessage:
    return error(
        "E033",
        f"{table.label} and {owner} share table {table.schema.name!r} of alias {table.using!r}, but store other items.",
        "Name two tables.",
    )


def _clearing_warning(table: DeclaredTable, first: DeclaredTable) -> CheckMessage:
    return warning(
        "W011",
        f"{table.label} and {first.label} share table {table.schema.name!r} of alias {table.using!r}: clear() of one "
        "empties the other too.",
        "Give each a LOCATION of its own, or silence this check.",
    )


def _setting(table: DeclaredTable) -> str:
    """The setting that names the alias."""
    if table.label == SESSIONS:
        return f"{conf.SESSIONS_SETTING}['USING']"
    return f"OPTIONS['USING'] of {table.label}"
