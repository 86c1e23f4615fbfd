"""Tests that the checks are registered, say nothing of a sound project, and reach no network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core import checks
from django.db.models import DO_NOTHING, ForeignKey

import django_dynamodb
from django_dynamodb.checks import registration

PACKAGE = Path(django_dynamodb.__file__).parent
ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "docs" / "ref" / "checks.md"


def test_the_project_of_the_tests_is_sound():
    """The tag runs our checks, and the models of the test suite pass them."""
    assert checks.tag_exists(registration.TAG)
    assert checks.run_checks(tags=[registration.TAG]) == []


def test_some_checks_are_for_deployment_alone():
    """``check --deploy`` looks for secrets too; a test run, on moto, has keys of its own in the settings."""
    found = checks.run_checks(tags=[registration.TAG], include_deployment_checks=True)
    assert {message.id for message in found} <= {"django_dynamodb.W001"}


def test_one_app_can_be_asked_for():
    """Only models of the apps asked for are checked."""
    assert registration.check_models([apps.get_app_config("auth")]) == []


def test_models_of_both_kinds_are_checked(make, make_sql, monkeypatch, ids):
    """The check covers our models, the tables they share, and SQL models that point to them."""
    one, other = make(table={"name": "shared"}), make(name="Other", table={"name": "shared", "stream": "NEW_IMAGE"})
    models = [one, other, make_sql(thing=ForeignKey(one, DO_NOTHING))]
    config = apps.get_app_config("testapp")
    monkeypatch.setattr(config, "get_models", lambda: models)
    assert ids(registration.check_models([config])) == ["E008", "E023"]


@pytest.mark.parametrize("databases", ["", "none"])
def test_manage_py_check_is_clean(databases):
    """``manage.py check`` finds nothing here, with an SQL database and without one, and does not load boto3."""
    script = (
        "import django, sys; django.setup(); from django.core.management import call_command;"
        "call_command('check', fail_level='WARNING'); sys.exit('boto3' in sys.modules)"
    )
    environment = os.environ | {"TEST_DATABASES": databases, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_catalogue_is_complete():
    """Every id of the code stands in docs/ref/checks.md once, under its anchor, and no other."""
    rooms = (PACKAGE / "checks", PACKAGE / "admin")
    code = "".join(path.read_text() for room in rooms for path in room.glob("*.py"))
    used = set(re.findall(r'"([EW]\d{3})"', code))
    listed = re.findall(r"^\(([ew]\d{3})\)=\n### `django_dynamodb\.([EW]\d{3})`", CATALOGUE.read_text(), re.MULTILINE)
    assert sorted(used) == sorted(number for _, number in listed)
    assert all(anchor == number.lower() for anchor, number in listed)
