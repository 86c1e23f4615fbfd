"""States every service limit the package relies on, once, with its source.

Source of all numbers unless said otherwise: Amazon DynamoDB developer guide, "Quotas in Amazon DynamoDB" and
"DynamoDB Constraints"; sizes are UTF-8 bytes, counted as the guide's "DynamoDB item sizes and formats" says.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

ITEM_BYTES: Final = 409_600
"""Largest item: 400 KB, attribute names and values together."""

NESTING_LEVELS: Final = 32
"""Deepest nesting of lists and maps."""

PARTITION_KEY_BYTES: Final = 2_048
"""Largest partition key value; the smallest is one byte."""

SORT_KEY_BYTES: Final = 1_024
"""Largest sort key value; the smallest is one byte."""

KEY_ATTRIBUTE_NAME_BYTES: Final = 255
"""Longest name of a key attribute."""

NUMBER_DIGITS: Final = 38
"""Significant digits of a number."""

NUMBER_SMALLEST: Final = Decimal("1E-130")
"""Smallest magnitude of a number that is not zero."""

NUMBER_LARGEST: Final = Decimal("9.9999999999999999999999999999999999999E+125")
"""Largest magnitude of a number: 38 nines."""

TABLE_NAME_MIN: Final = 3
TABLE_NAME_MAX: Final = 255
"""Length of a table or index name, of the characters ``a-zA-Z0-9_.-``."""

EXPRESSION_BYTES: Final = 4_096
"""Longest expression string."""

EXPRESSION_OPERATORS: Final = 300
"""Most operators and functions in one expression."""

IN_OPERANDS: Final = 100
"""Most operands of one ``IN``."""

STATEMENT_CHARACTERS: Final = 8_192
"""Longest PartiQL statement."""

BATCH_GET_KEYS: Final = 100
"""Most keys of one BatchGetItem call."""

BATCH_WRITE_REQUESTS: Final = 25
"""Most puts and deletes of one BatchWriteItem call."""

BATCH_WRITE_BYTES: Final = 16 * 1024 * 1024
"""Largest BatchWriteItem or BatchGetItem request or answer: 16 MB."""

TRANSACTION_ACTIONS: Final = 100
"""Most actions of one transaction."""

LOCAL_INDEXES: Final = 5
"""Most local secondary indexes of a table."""

GLOBAL_INDEXES: Final = 20
"""Default quota of global secondary indexes of a table."""

INDEX_KEY_ATTRIBUTES: Final = 4
"""Most attributes of a global index's partition key, and as many again of its sort key.

Source: developer guide, "Multi-attribute keys pattern".
"""

PROJECTED_ATTRIBUTES: Final = 100
"""Most attributes projected by name, over all indexes of a table; the same name in two indexes counts twice."""

PROJECTED_ATTRIBUTES_OF_INDEX: Final = 20
"""Most attributes one index projects by name; source: API reference, "Projection: NonKeyAttributes"."""

AUTOINCREMENT_TRIES: Final = 100
"""Numbers tried for one autoincrement insert before giving up (SEED row 28)."""
