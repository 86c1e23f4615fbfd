"""Holds what starting the app does, and that it reaches nothing."""

from django.apps import apps
from django.core.checks.registry import registry
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate

from django_dynamodb.apps import DynamoDBConfig


def test_config():
    """The app is found by its name alone."""
    config = apps.get_app_config("django_dynamodb")
    assert type(config) is DynamoDBConfig
    assert str(config.verbose_name) == "Amazon DynamoDB"


def test_no_models_of_its_own():
    """The app brings no tables and no migrations."""
    assert list(apps.get_app_config("django_dynamodb").get_models()) == []


def test_ready_reaches_nothing():
    """Starting twice changes nothing and sends nothing: the locks of the test run would raise."""
    before = (len(registry.registered_checks), len(post_migrate.receivers), ProjectState.from_apps.__func__)
    apps.get_app_config("django_dynamodb").ready()
    after = (len(registry.registered_checks), len(post_migrate.receivers), ProjectState.from_apps.__func__)
    assert after == before
