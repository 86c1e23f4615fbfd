"""Tests how the tables of a command are chosen."""

import pytest
from django.conf import settings
from django.core.management.base import CommandError
from django.test import override_settings

from django_dynamodb.management.targets import choose
from django_dynamodb.models.registry import table_models
from tests.testapp.models import Thread, Ticket


def chosen(*labels, using=None):
    """The models of the tables that are chosen."""
    return [model for target in choose(labels, using) for model in target.models]


def test_all_tables_by_default():
    """Without labels all tables of all aliases are chosen."""
    assert chosen() == table_models()


def test_apps_and_models_may_be_mixed():
    """A label is an app or a model; each table is chosen once."""
    assert chosen("testapp", "testapp.Thread") == table_models(["testapp"])
    assert chosen("testapp.ticket", "testapp.Thread") == [Thread, Ticket]


@pytest.mark.parametrize("label", ["nothing", "testapp.Nothing", "auth", "auth.User", "a.b.c"])
def test_a_label_without_a_table_is_refused(label):
    """A misspelt label would otherwise be an empty success."""
    with pytest.raises(CommandError):
        choose([label], None)


def test_an_unknown_alias_is_refused():
    """The nearest alias is named."""
    with pytest.raises(CommandError, match="Did you mean 'default'"):
        choose([], "defualt")


def test_a_model_of_another_alias_is_refused():
    """A model asked for by name is not left out in silence because of --using."""
    with override_settings(DYNAMODB={**settings.DYNAMODB, "eu": settings.DYNAMODB["default"]}):
        assert choose([], "eu") == []
        with pytest.raises(CommandError):
            choose(["testapp.Thread"], "eu")


def test_names_carry_the_prefix():
    """The full name of a table is the one the service knows."""
    (target,) = choose(["testapp.Thread"], None)
    assert target.name == settings.DYNAMODB["default"]["TABLE_PREFIX"] + "threads"
