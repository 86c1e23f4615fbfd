"""Makes the error of a cancelled transaction, as it comes from the wire, and raises it."""

import json

from django_dynamodb.exceptions import ServiceError


def cancelled(*codes, operation="TransactWriteItems"):
    """The error of a transaction with one reason for each action; None stands for one that was not at fault."""
    reasons = [{"Code": code or "None", **({"Message": f"About {code}"} if code else {})} for code in codes]
    return ServiceError(
        "It was cancelled",
        operation=operation,
        code="TransactionCanceledException",
        status=400,
        request_id="request-1",
        body=json.dumps({"CancellationReasons": reasons}).encode(),
    )


def raising(error):
    """Raises, where a statement cannot stand."""
    raise error
