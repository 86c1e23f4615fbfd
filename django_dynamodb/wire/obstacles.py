"""Says what the lean wire leaves to botocore."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from botocore.client import BaseClient
from botocore.utils import get_environ_proxies

from django_dynamodb.wire.addresses import without_user
from django_dynamodb.wire.lean import SIGNERS


def obstacle(client: BaseClient) -> str | None:
    """Looks for what only botocore can do.

    Args:
        client: A botocore client for DynamoDB.

    Returns:
        What it is, as the end of a sentence; None when the lean wire can carry the calls.
    """
    config: Any = client.meta.config
    url = client.meta.endpoint_url
    proxies = get_environ_proxies(url) if config.proxies is None else config.proxies
    proxy = proxies.get(urlsplit(url).scheme)
    if proxy:
        return f"a proxy stands before the endpoint: {without_user(proxy)}"
    if (config.retries or {}).get("mode") == "adaptive":
        return "retries are adaptive"
    if config.signature_version not in SIGNERS:
        return f"requests are signed in another way than Signature Version 4: {config.signature_version}"
    return None
