"""Tells with each response what DynamoDB did for it: the header ``Server-Timing`` and one line in the log."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from django_dynamodb.capacity import Capacity, capacity

logger = logging.getLogger("django_dynamodb")

Plain: TypeAlias = Callable[[HttpRequest], HttpResponseBase]
Asynchronous: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

HEADER = "Server-Timing"
"""Shown by the network panel of browsers. Source: https://www.w3.org/TR/server-timing/."""


class CapacityMiddleware:
    """Adds ``Server-Timing: dynamodb;dur=12.3;desc="3 calls, 4.5 RCU, 1 WCU"`` to responses that took calls.

    The header tells every visitor what a page costs: leave the middleware out of ``MIDDLEWARE`` where that is not
    their business. Calls made while a streaming response is sent come too late to be counted.

    Args:
        get_response: The next middleware or the view, plain or asynchronous.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Plain | Asynchronous) -> None:
        self.get_response = get_response
        self._asynchronous = iscoroutinefunction(get_response)
        if self._asynchronous:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answers a request.

        Args:
            request: The request.

        Returns:
            The response with its header, or the coroutine that gives it.
        """
        if self._asynchronous:
            return self._respond(request)
        with capacity() as used:
            response = cast("Plain", self.get_response)(request)
        return told(request, response, used)

    async def _respond(self, request: HttpRequest) -> HttpResponseBase:
        """Answers asynchronously."""
        async with capacity() as used:
            response = await cast("Asynchronous", self.get_response)(request)
        return told(request, response, used)


def told(request: HttpRequest, response: HttpResponseBase, used: Capacity) -> HttpResponseBase:
    """Writes header and log line, if there were calls.

    Args:
        request: The request; the line names its route, not its path, which may hold keys.
        response: Its response.
        used: What the calls cost.

    Returns:
        The same response.
    """
    if used.calls:
        timing = f'dynamodb;dur={used.ms:.1f};desc="{used}"'
        response.headers[HEADER] = ", ".join(filter(None, (response.headers.get(HEADER), timing)))
        route = getattr(request.resolver_match, "route", None)
        logger.debug("%s /%s: %s, %.1f ms", request.method, route or "", used, used.ms)
    return response
