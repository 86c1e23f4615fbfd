"""Dumps DynamoDB models as fixtures, beside SQL ones or in a project without an SQL database."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import dumpdata

from django_dynamodb.exceptions import InvalidKeyError
from django_dynamodb.models.base import Model
from django_dynamodb.models.ordering import any_order
from django_dynamodb.models.query import ItemQuery


class Command(dumpdata.Command):
    """Django's ``dumpdata``, which takes the items of a DynamoDB table in the order in which they come.

    A table is read page by page as it is written out, and billed as a scan; ``--pks`` reads those items alone.
    """

    def handle(self, *app_labels: Any, **options: Any) -> None:
        """Dumps the models.

        Raises:
            CommandError: One of ``--pks`` can be no key of the model; or what Django's own command refuses.
        """
        if options["primary_keys"] and len(app_labels) == 1:
            _validate_keys(app_labels[0], options["primary_keys"])
        with any_order():
            super().handle(*app_labels, **options)


def _validate_keys(label: str, keys: str) -> None:
    """Refuses a text that is no key of a DynamoDB model, which a filter would take for a key of nothing."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return  # Django's own command says so
    if not issubclass(model, Model):
        return
    try:
        ItemQuery(model).add_keys(key.strip() for key in keys.split(","))
    except InvalidKeyError as error:
        raise CommandError(f"--pks: {error} A key with a comma cannot be given here.") from error
