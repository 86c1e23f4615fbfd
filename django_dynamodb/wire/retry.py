"""Says which answers are worth another attempt, and waits between attempts."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from django_dynamodb.coroutines import rest
from django_dynamodb.records import record

RETRYABLE: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Codes after which the same request may succeed.

Source: developer guide, "Error handling with DynamoDB", and the codes botocore's standard mode retries.
"""

LEFT_BY_BOTOCORE: Final = frozenset({"TransactionConflictException"})
"""The codes of ``RETRYABLE`` that botocore's standard mode hands back at the first attempt."""


UNAVAILABLE: Final = frozenset({500, 502, 503, 504})
"""Statuses after which the same request may succeed whatever the code is, as in botocore's standard mode."""


@record(frozen=True, kw_only=True, slots=True)
class FullJitter:
    """A pause of random length under a ceiling that doubles with each attempt (``types.Pause``).

    Full jitter spreads the attempts of many clients best: https://aws.amazon.com/blogs/architecture/
    exponential-backoff-and-jitter/ (there "Full Jitter"). Ten attempts add up to 46 s at most, 23 s on average.

    Args:
        base: Ceiling of the first pause, in seconds; 50 ms is what the AWS SDKs start from.
        cap: Highest ceiling, in seconds; 20 s is that of the AWS SDKs.
        attempts: Pauses granted before giving up.
        sleep: Waits for a number of seconds.
        random: Gives a number from 0 to 1.
    """

    base: float = 0.05
    cap: float = 20.0
    attempts: int = 10
    sleep: Callable[[float], None] = rest
    random: Callable[[], float] = random.random

    def __call__(self, attempt: int, /) -> bool:
        """Waits before retry number ``attempt`` (from 1).

        Args:
            attempt: Which retry is about to be made.

        Returns:
            False, at once, when the attempts are spent.
        """
        if attempt > self.attempts:
            return False
        self.sleep(self.random() * min(self.cap, self.base * 2 ** (attempt - 1)))
        return True
