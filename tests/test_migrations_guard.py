"""Holds that DynamoDB models stay out of migrations, and have their permissions and content types all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate

from django_dynamodb import migrations_guard
from django_dynamodb.models.registry import table_models
from tests.testapp.models import Thread

SETTINGS = """
from tests.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "shelf"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": {name!r}}}
"""

MODELS = """
from django.db import models as sql
from django_dynamodb import models

class Shelf(sql.Model):
    room = sql.CharField(max_length=9)

class Book(models.Model):
    isbn = models.CharField(max_length=13, primary_key=True)
"""

RECORDED = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Book", [("isbn", models.CharField(max_length=13, primary_key=True))],
            {"managed": False}),
        migrations.CreateModel("Shelf", [("id", models.BigAutoField(auto_created=True, primary_key=True,
            serialize=False, verbose_name="ID")), ("room", models.CharField(max_length=9))]),
    ]
"""


class Project:
    """A project of its own, with an app that has migrations."""

    def __init__(self, folder):
        self.folder = folder
        self.app = folder / "shelf"
        (self.app / "migrations").mkdir(parents=True)
        for package in (self.app, self.app / "migrations"):
            (package / "__init__.py").touch()
        (self.app / "models.py").write_text(MODELS)
        settings = SETTINGS.replace("{name!r}", repr(str(folder / "db.sqlite3")))
        (folder / "project_settings.py").write_text(settings)

    def manage(self, *command):
        """Runs a command; its exit code and all it says."""
        paths = os.pathsep.join([str(self.folder), str(Path(__file__).parents[1])])
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "django", *command, "--settings", "project_settings"],
            env={**os.environ, "PYTHONPATH": paths, "TEST_DATABASES": ""},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def migration(self, number):
        """The text of a migration."""
        (found,) = (self.app / "migrations").glob(f"{number:04}_*.py")
        return found.read_text()


@pytest.fixture
def project(tmp_path):
    """A fresh project."""
    return Project(tmp_path)


def labels(state):
    """The models of the test app in a migration state."""
    return {name for app, name in state.models if app == "testapp"}


def test_state_has_none_of_ours():
    """The state that migrations are made from has the SQL models only; the registry has all."""
    assert labels(ProjectState.from_apps(apps)) == set()
    assert ("auth", "user") in ProjectState.from_apps(apps).models
    assert Thread in table_models()


def test_install_twice():
    """A second call changes nothing: one hook, one receiver."""
    before = len(post_migrate.receivers)
    migrations_guard.install()
    assert len(post_migrate.receivers) == before
    assert labels(ProjectState.from_apps(apps)) == set()


@pytest.mark.django_db
def test_permissions_and_content_types():
    """Each model has the four permissions and its content type, once."""
    kind = ContentType.objects.get(app_label="testapp", model="thread")
    names = Permission.objects.filter(content_type=kind).values_list("codename", flat=True)
    assert sorted(names) == ["add_thread", "change_thread", "delete_thread", "view_thread"]


def test_app_with_migrations(project):
    """Only the SQL model gets a migration; then there is nothing more to make, and migrate makes the permissions."""
    assert project.manage("makemigrations", "shelf")[0] == 0
    assert "Shelf" in project.migration(1)
    assert "Book" not in project.migration(1)
    assert project.manage("makemigrations", "--check", "--dry-run")[0] == 0
    code, said = project.manage("migrate", "-v", "0")
    assert (code, said) == (0, "")
    code, said = project.manage(
        "shell", "-v", "0", "-c",
        "from django.contrib.auth.models import Permission as P; print(P.objects.filter(codename='add_book').count())",
    )  # fmt: skip
    assert (code, said.strip()) == (0, "1")


def test_changed_field_makes_no_migration(project):
    """A DynamoDB model may change as it likes."""
    project.manage("makemigrations", "shelf")
    models = project.app / "models.py"
    models.write_text(models.read_text() + '    title = models.CharField(max_length=9, default="")\n')
    assert project.manage("makemigrations", "--check", "--dry-run")[0] == 0


def test_model_recorded_earlier(project):
    """A model that a migration knows from before leaves it by a migration without SQL."""
    (project.app / "migrations" / "0001_initial.py").write_text(RECORDED)
    assert project.manage("makemigrations", "shelf")[0] == 0
    assert "DeleteModel" in project.migration(2)
    assert project.manage("migrate", "-v", "0") == (0, "")
    code, said = project.manage("sqlmigrate", "shelf", "0002")
    assert code == 0
    assert "TABLE" not in said


def test_other_commands(project):
    """Commands that look at all models leave ours alone."""
    project.manage("makemigrations", "shelf")
    for command in (
        ("migrate", "--run-syncdb", "-v", "0"),
        ("flush", "--noinput", "-v", "0"),
        ("check", "--database", "default"),
        ("migrate", "--check"),
    ):
        code, said = project.manage(*command)
        assert code == 0, said
