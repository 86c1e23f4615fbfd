"""Keeps DynamoDB models out of migrations, and gives them their permissions and content types all the same.

Django records unmanaged models in migrations, though no migration ever does anything for them. Leaving them out of
the state that the autodetector compares is one hook on ``ProjectState.from_apps``; since ``migrate`` creates
permissions from that state, a ``post_migrate`` receiver creates those of our models from the real registry.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate

from django_dynamodb.models.base import Model

_from_apps = ProjectState.from_apps.__func__  # type: ignore[attr-defined]  # the function behind the class method


def _without_dynamodb(cls: type[ProjectState], registry: Any) -> ProjectState:
    """``ProjectState.from_apps`` without the models that have no SQL table."""
    state: ProjectState = _from_apps(cls, registry)
    for model in registry.get_models(include_swapped=True):
        if issubclass(model, Model):
            state.models.pop((model._meta.app_label, model._meta.model_name), None)
    return state


def install() -> None:
    """Puts the hook and the receiver in place; a second call changes nothing."""
    ProjectState.from_apps = classmethod(_without_dynamodb)  # type: ignore[method-assign, assignment]
    post_migrate.connect(create_permissions, dispatch_uid="django_dynamodb.permissions")


def create_permissions(sender: AppConfig, using: str, verbosity: int = 1, interactive: bool = True, **_: Any) -> None:
    """Creates permissions, and with them content types, of an app's DynamoDB models."""
    if not apps.is_installed("django.contrib.auth"):
        return
    if any(issubclass(model, Model) for model in sender.get_models()):
        from django.contrib.auth.management import create_permissions as create  # noqa: PLC0415  # needs the auth app

        create(sender, verbosity=verbosity, interactive=interactive, using=using, apps=apps)
