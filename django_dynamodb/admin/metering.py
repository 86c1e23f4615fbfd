"""Tells at the foot of an admin page what it took of DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from django_dynamodb.capacity import capacity
from django_dynamodb.forms.conflicts import answered

CONTEXT_NAME = "dynamodb_capacity"
"""The name of the running count in the template."""


def metered(admin: Any, view: Callable[..., Any], context: Any, *args: Any) -> HttpResponseBase:
    """Runs a view of the admin, once more after a conflict, and renders its page while its calls are counted.

    Args:
        admin: The admin.
        view: Django's view; takes ``extra_context``.
        context: What the caller adds to the context.
        args: The view's other arguments.

    Returns:
        The rendered response.
    """
    with capacity() as used:
        shown = {CONTEXT_NAME: used} if admin.show_capacity else {}
        response: HttpResponseBase = answered(lambda: view(*args, extra_context={**(context or {}), **shown}))
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    return response
