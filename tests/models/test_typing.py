"""States what a type checker sees: a file of examples that must pass mypy in strict mode."""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import assert_type

import pytest

from django_dynamodb import models
from django_dynamodb.models import QuerySet
from django_dynamodb.types import Item
from tests.testapp.models import Thread, Ticket


def field_types(thread: Thread, ticket: Ticket) -> None:
    """Fields have the types of Django's."""
    assert_type(thread.forum, str)
    assert_type(thread.posted, dt.datetime)
    assert_type(thread.views, int)
    assert_type(thread.pk, str)
    assert_type(thread.tags, set[str])
    assert_type(ticket.title, str)
    assert_type(ticket.id, int)
    assert_type(ticket.pk, int)


def single_objects() -> None:
    """Reading one object gives the model."""
    assert_type(Thread.objects.get("AWS", "S3"), Thread)
    assert_type(Thread.objects.get(pk="AWS~S3", consistent_read=True), Thread)
    assert_type(Thread.objects.create(forum="AWS", subject="S3"), Thread)
    assert_type(Thread.objects.filter(forum="AWS").first(), Thread | None)
    assert_type(Thread.from_item({"forum": {"S": "A"}}), Thread)


def query_sets() -> None:
    """Chaining keeps our query set, and with it what DynamoDB adds."""
    assert_type(Thread.objects.all(), QuerySet[Thread])
    assert_type(Thread.objects.filter(forum="AWS"), QuerySet[Thread])
    assert_type(Thread.objects.query("AWS", subject__startswith="S"), QuerySet[Thread])
    assert_type(Thread.objects.scan(views__gt=3), QuerySet[Thread])
    assert_type(Thread.objects.filter(forum="AWS").order_by("-subject").consistent(), QuerySet[Thread])
    assert_type(Thread.objects.index("by_author").filter(author="x").reverse(), QuerySet[Thread])
    assert_type(Thread.objects.filter(forum="AWS").get(subject="S3"), Thread)
    assert_type(Thread.objects.get_batch(["AWS~S3"]), list[Thread])
    assert_type(Thread.objects.filter(forum="AWS").update(views=1), int)
    assert_type([thread.subject for thread in Thread.objects.all()], list[str])
    assert_type(Thread.objects.filter(forum="AWS").page(20, after="cursor").items, list[Thread])
    assert_type(Thread.objects.page(20).next, str | None)


def writing(thread: Thread) -> None:
    """Saving takes DynamoDB's options."""
    thread.save(raise_on_conflict=True, condition=models.Q(views=3))
    assert_type(thread.delete(raise_on_conflict=True), tuple[int, dict[str, int]])
    thread.views = models.Increment(2)
    thread.tags = models.SetAdd("x")
    thread.save(returning="new")
    changing = Thread.objects.filter(forum="AWS").returning("updated_new")
    assert_type(changing.update(views=models.Increment(), meta__a=1), list[Thread])
    assert_type(changing.delete(), list[Thread])
    assert_type(thread.to_item(), Item)
    assert_type(Thread.objects.batch_write(puts=[thread], deletes=["AWS~S3"]), int)


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_this_file() -> None:
    """This file passes mypy in strict mode, with the settings of the project."""
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", __file__]
    checked = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
