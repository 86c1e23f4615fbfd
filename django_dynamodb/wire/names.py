"""Reads from a request's JSON the few names that endpoint rules, logs and errors need.

A search for ``"TableName":"`` finds the table and nothing else: inside a JSON string every quote is escaped, and an
attribute of that name is followed by a tagged value (``{``), not by text.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_TABLE: Final = re.compile(rb'"(?:TableName"\s*:|RequestItems"\s*:\s*\{)\s*"([^"\\]+)"')
_INDEX: Final = re.compile(rb'"IndexName"\s*:\s*"([^"\\]+)"')


def table_of(body: bytes) -> str | None:
    """Finds the table a request is about; of a batch or a transaction the first one.

    Args:
        body: The request as JSON.

    Returns:
        The table's name or ARN, None when the operation has no table.
    """
    found = _TABLE.search(body)
    return found[1].decode() if found else None


def index_of(body: bytes) -> str | None:
    """Finds the index a request reads.

    Args:
        body: The request as JSON.

    Returns:
        The index's name, None when the table itself is read.
    """
    found = _INDEX.search(body)
    return found[1].decode() if found else None


def key_of(body: bytes) -> dict[str, Any] | None:
    """Reads the key of a single-item request; meant for errors, since it decodes the whole request.

    Args:
        body: The request as JSON.

    Returns:
        The key as an attribute-value mapping, None when the request has no ``Key``.
    """
    key: dict[str, Any] | None = json.loads(body).get("Key")
    return key
