"""Says that expired sessions go away by themselves, where they are in DynamoDB: ``manage.py clearsessions``.

Django takes the command of the app that stands first: list ``django_dynamodb`` before ``django.contrib.sessions``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.management.commands import clearsessions

from django_dynamodb.sessions import SessionStore, sweeping


class Command(clearsessions.Command):
    """Django's command, and what there is to say of sessions in DynamoDB."""

    help = "Removes expired sessions, where the session engine does not do so by itself, as DynamoDB does."

    def handle(self, **options: Any) -> None:
        """Clears, or says why there is nothing to clear."""
        super().handle(**options)
        engine = import_module(settings.SESSION_ENGINE)
        if issubclass(engine.SessionStore, SessionStore) and options["verbosity"] > 0:
            self.stdout.write(sweeping())
