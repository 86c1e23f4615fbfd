"""Gives the plugin's tests a project of a user, with tests of its own."""

import pytest

SETTINGS = """
SECRET_KEY = "x"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django_dynamodb", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DYNAMODB = {"default": {"REGION": "eu-west-1", "TABLE_PREFIX": "live-"}}
"""

MODELS = """
from django_dynamodb import models

class Order(models.Model):
    customer = models.CharField(max_length=20)
    day = models.CharField(max_length=10)

    class Table:
        partition_key = "customer"
        sort_key = "day"

class Ticket(models.Model):
    id = models.AutoIncrementField(primary_key=True)
    title = models.CharField(max_length=20)
"""

INI = """
[pytest]
DJANGO_SETTINGS_MODULE = shop_settings
pythonpath = .
addopts = -p no:randomly -p no:cacheprovider
"""


@pytest.fixture
def shop(pytester, monkeypatch):
    """Makes a project with two models, whose tests ``run`` runs in a process of their own."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makeini(INI)
    pytester.makepyfile(shop_settings=SETTINGS)
    pytester.mkpydir("shop").joinpath("models.py").write_text(MODELS)
    return Shop(pytester)


class Shop:
    """A user's project."""

    def __init__(self, pytester):
        self.pytester = pytester

    def run(self, tests, *arguments):
        """Runs tests of the project."""
        self.pytester.makepyfile(test_shop="import pytest\nfrom shop.models import Order, Ticket\n" + tests)
        return self.pytester.runpytest_subprocess(*arguments)
