"""Gives the tests of REST APIs a client, and the apps that templates and schemas come from."""

import pytest

pytest.importorskip("rest_framework")

from tests.testapp.models import Thread

APPS = ["rest_framework", "django_filters", "drf_spectacular", "django_dynamodb.contrib.drf"]


@pytest.fixture
def api(dynamodb, settings):
    """A client of an API."""
    from rest_framework.test import APIClient

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, *APPS]
    return APIClient()


@pytest.fixture
def forum(dynamodb):
    """Seven threads of two forums; five by one author, of whom three were posted at the same moment."""
    from tests.contrib.drf.threads import MOMENTS

    threads = [Thread(forum="AWS", subject=f"S{n}", author="ann", posted=MOMENTS[n], views=n) for n in range(5)]
    threads += [Thread(forum="GCP", subject=name, author="bob", posted=MOMENTS[0]) for name in "xy"]
    Thread.objects.bulk_create(threads)
    return threads
