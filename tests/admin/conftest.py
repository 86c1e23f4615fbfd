"""Gives the tests of the admin a superuser's browser, addresses, and forms as a browser would send them back."""

import json

import pytest
from django.contrib.admin.utils import quote
from django.urls import reverse

from tests.recording import sent
from tests.testapp.models import Thread

__all__ = ["sent"]


def address(model, page, *args):
    """The path of an admin page."""
    return reverse(f"admin:testapp_{model._meta.model_name}_{page}", args=[quote(str(arg)) for arg in args])


def filled(form, **changes):
    """What a browser sends for a form that was shown, after some inputs were changed."""
    data = {}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field.widget, "widgets"):
            parts = bound.field.widget.decompress(bound.initial)
            data |= {f"{bound.html_name}_{n}": part or "" for n, part in enumerate(parts)}
        elif value is not None and value is not False:
            data[bound.html_name] = value
    return {**data, **changes}


@pytest.fixture
def browse(dynamodb, admin_client):
    """The superuser's client."""
    return admin_client


@pytest.fixture
def forum(dynamodb):
    """Eight threads of two forums."""
    names = "abcde"
    threads = [Thread(forum="AWS", subject=name, author="ann", views=n) for n, name in enumerate(names)]
    threads += [Thread(forum="GCP", subject=name, author="bob") for name in "xyz"]
    Thread.objects.bulk_create(threads)
    return threads


@pytest.fixture
def million(dynamodb, sent):
    """A table of which DescribeTable says that it has a million items, and a partition of nine pages."""
    Thread.objects.bulk_create(Thread(forum="AWS", subject=f"{n:02}", author="ann") for n in range(25))

    def described(payload, send):
        answer = json.loads(send())
        answer["Table"]["ItemCount"] = 1_000_000
        return json.dumps(answer).encode()

    sent.instead("DescribeTable", described)
    assert Thread.objects.approximate_count() == 1_000_000
    sent.clear()
