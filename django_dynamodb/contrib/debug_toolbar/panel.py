"""Shows the calls of a request in django-debug-toolbar: what, where from, how long, at what cost."""

from __future__ import annotations

from asyncio import current_task
from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any, Final

from debug_toolbar import settings as toolbar_settings
from debug_toolbar.panels import Panel
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_dynamodb.capacity import Receipt, described
from django_dynamodb.connections import connections
from django_dynamodb.contrib.debug_toolbar.findings import Call, Models, findings, scans
from django_dynamodb.contrib.debug_toolbar.origins import origin
from django_dynamodb.listening import listening
from django_dynamodb.models.registry import table_models

TEMPLATE: Final = "django_dynamodb/debug_toolbar.html"


class DynamoDBPanel(Panel):
    """The calls a request makes to DynamoDB; values of items and keys are not kept.

    Counted are the calls of the request's thread or task, and of tasks and threads begun there by asgiref. What a
    streaming response reads while it is sent comes too late.
    """

    is_async = True
    template = TEMPLATE
    title = _("DynamoDB calls")
    nav_title = _("DynamoDB")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._calls: list[Call] = []
        self._task: Any = None

    @property
    def nav_subtitle(self) -> str:
        """Calls, units, time, and how many were scans."""
        stats = self.get_stats()
        if not stats.get("calls"):
            return str(_("no calls"))
        totals = f"{stats['total']}, {stats['ms']:.1f} ms"
        if not stats["scans"]:
            return totals
        return totals + ngettext(", %(count)d scan", ", %(count)d scans", stats["scans"]) % {"count": stats["scans"]}

    def process_request(self, request: HttpRequest) -> Any:
        """Listens while the rest of the middleware and the view run.

        Args:
            request: The request.

        Returns:
            The response, or what is to be awaited for it.
        """
        with listening(self._note):
            response = super().process_request(request)
        return self._awaited(response) if isawaitable(response) else response

    def generate_stats(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Adds up what was heard.

        Args:
            request: The request.
            response: Its response.
        """
        calls = sorted(self._calls, key=lambda call: call["number"])
        read, write = (sum(call[units] for call in calls) for units in ("read_units", "write_units"))
        self.record_stats(
            {
                "calls": calls,
                "total": described(len(calls), read, write),
                "ms": sum(call["ms"] for call in calls),
                "read_units": read,
                "write_units": write,
                "scans": scans(calls),
                "findings": findings(calls, _models()) if calls else [],
                "aliases": len({call["using"] for call in calls}) > 1,
            }
        )

    def generate_server_timing(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Hands the totals to the browser's network panel.

        Args:
            request: The request.
            response: Its response.
        """
        stats = self.get_stats()
        self.record_server_timing("calls", stats["total"], stats["ms"])

    async def _awaited(self, response: Awaitable[Any]) -> Any:
        """Listens while an asynchronous view runs."""
        self._task = current_task()
        with listening(self._note):
            return await response

    def _note(self, receipt: Receipt) -> None:
        """Keeps a call."""
        hidden = toolbar_settings.get_config()["HIDE_IN_STACKTRACES"]
        self._calls.append(
            {
                "number": len(self._calls) + 1,
                "operation": receipt.operation,
                "table": receipt.table,
                "index": receipt.index,
                "using": receipt.using,
                "ms": receipt.ms,
                "read_units": receipt.read_units,
                "write_units": receipt.write_units,
                "returned": receipt.returned,
                "scanned": receipt.scanned,
                "error": receipt.error,
                "origin": origin(self._task, hidden),
            }
        )


def _models() -> Models:
    """The models of all tables that settings and models name."""
    named: dict[tuple[str, str], str] = {}
    for model in table_models():
        using = model._meta.dynamodb.using
        if using in connections:
            prefix = connections[using].settings.table_prefix
            named.setdefault((using, prefix + model._meta.table.name), model.__name__)
    return named
