"""Registers the checks with Django, under the tag ``dynamodb``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, register

from django_dynamodb.checks import declared, entities, fields, migrations, options, relations, settings, tables
from django_dynamodb.models.base import DynamoModelBase

TAG: Final = "dynamodb"
"""``manage.py check --tag dynamodb`` runs these checks alone."""


def install() -> None:
    """Registers the checks; a second call changes nothing."""
    register(check_settings, TAG)
    register(check_deployment, TAG, deploy=True)
    register(check_models, TAG)


def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Checks ``settings.DYNAMODB``, and what other settings say of sessions and caches.

    Args:
        app_configs: The apps asked for; settings belong to none, so they are checked in any case.
        **kwargs: What else Django hands to checks.

    Returns:
        What is wrong.
    """
    return [*settings.check_setting(), *declared.check_declared()]


def check_deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Checks, under ``check --deploy`` alone, what is fine on a laptop.

    Args:
        app_configs: As for ``check_settings``.
        **kwargs: What else Django hands to checks.

    Returns:
        What is wrong.
    """
    return settings.check_secrets()


def check_models(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Checks models: those stored in DynamoDB, and those in SQL that point to them.

    Args:
        app_configs: The apps asked for; None is all.
        **kwargs: What else Django hands to checks.

    Returns:
        What is wrong.
    """
    models = list(chain.from_iterable(config.get_models() for config in app_configs or apps.get_app_configs()))
    ours = [model for model in models if isinstance(model, DynamoModelBase)]
    return [
        *chain.from_iterable(map(check_model, ours)),
        *tables.check_shared_tables(ours),
        *chain.from_iterable(relations.check_sql_model(model) for model in models if model not in ours),
    ]


def check_model(model: Any) -> list[CheckMessage]:
    """Checks one DynamoDB model.

    Args:
        model: The model; of a proxy, only what it has of its own.

    Returns:
        What is wrong.
    """
    parts: Iterable[Any] = PROXY_PARTS if model._meta.proxy else PARTS
    return [message for part in parts for message in part(model)]


PROXY_PARTS: Final = (options.check_managers, options.check_index_managers, options.check_ordering)
"""What a proxy can say otherwise than its model."""

PARTS: Final = (
    settings.check_alias,
    *tables.CHECKS,
    entities.check_templates,
    *fields.CHECKS,
    *options.CHECKS,
    *migrations.CHECKS,
    relations.check_model,
)
"""What is checked of a model."""
