"""Asks for credentials when a signature needs them, off the event loop where asking may take time."""

from __future__ import annotations

import asyncio
from typing import Protocol

from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials
from botocore.exceptions import NoCredentialsError

from django_dynamodb.coroutines import active, wait


class Keys(Protocol):
    """Gives the credentials to sign with now."""

    def __call__(self) -> ReadOnlyCredentials:
        """Gives them.

        Raises:
            BotoCoreError: When there are none, or they cannot be renewed.
        """


class SessionKeys:
    """The credentials of a session (``Keys``): those of a role, an instance or a login renew themselves when asked.

    Args:
        credentials: What ``session.get_credentials()`` gave; None when the session has none.
    """

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def __call__(self) -> ReadOnlyCredentials:
        """Gives the credentials to sign with now, after renewing them if they are about to expire.

        Returns:
            Access key, secret and token, of one moment.

        Raises:
            NoCredentialsError: When the session has none.
            BotoCoreError: When they cannot be renewed.
        """
        credentials = self._credentials
        if credentials is None:
            raise NoCredentialsError
        if active() and isinstance(credentials, RefreshableCredentials) and credentials.refresh_needed():
            return wait(asyncio.to_thread(credentials.get_frozen_credentials))  # asks a server, or starts a program
        return credentials.get_frozen_credentials()
